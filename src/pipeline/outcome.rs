//! What dedupe came to: the rows of the output files.
//!
//! It stays whole: each row type stands beside the one place that fills it, and the reader of one
//! needs the other.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::cluster::{
    Alignment, Edge, Joined, Measure, Policy, Rank, Relation, Thresholds, slot_differences,
};
use crate::fingerprint::{Fingerprint, POINTS};
use crate::index::store::Row;
use crate::index::{Forms, Plan};
use crate::model::ByteSpan;

use super::audit::Audit;
use super::dedupe::{DedupeItem, MIN_TOKENS, prepare};
use super::rekeep::{Settled, is_better};

/// What is kept of a document once its text is fingerprinted.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) id: Box<str>,
    record: Option<Box<str>>,
    part: u32,
    span: ByteSpan,
    pub(super) rank: Rank,
    pub(super) text_hash: u128,
    pub(super) form_hash: u128,
    pub(super) tokens: u32,
    /// Id of its cluster where that is not its own: that of a keeper which was removed.
    cluster: Option<Box<str>>,
}

impl Document {
    /// A document of an earlier night.
    pub(super) fn of_row(row: &Row) -> Self {
        Self {
            id: row.id.as_str().into(),
            record: row.record.as_deref().map(Into::into),
            part: row.part,
            span: row.span,
            rank: Rank {
                night: row.night,
                losses: row.losses,
                spun_ratio: row.spun_ratio,
                truncated: row.truncated,
                body_chars: row.body_chars,
                shown: row.support,
                prefer: row.prefer.clone(),
            },
            text_hash: row.text_hash,
            form_hash: row.form_hash,
            tokens: row.tokens,
            cluster: row.cluster.as_deref().map(Into::into),
        }
    }

    pub(super) fn of_print(print: &Fingerprint) -> Self {
        Self {
            id: "".into(),
            record: None,
            part: 1,
            span: ByteSpan::default(),
            rank: Rank {
                losses: print.masks.saturating_mul(POINTS) + print.damage.points(),
                truncated: print.damage.is_cut,
                ..Rank::default()
            },
            text_hash: print.text_hash,
            form_hash: print.form_hash,
            tokens: print.tokens,
            cluster: None,
        }
    }

    /// Id of the cluster of which this is the keeper.
    fn cluster(&self) -> &str {
        self.cluster.as_deref().unwrap_or(&self.id)
    }

    /// What is known of the document besides its text. What it shows by itself is added: masked
    /// numbers are losses too.
    pub(super) fn describe(&mut self, item: DedupeItem) {
        self.record = (item.record != item.id).then(|| item.record.into());
        self.id = item.id.into();
        self.part = item.part;
        self.span = item.span;
        let shown = std::mem::take(&mut self.rank);
        self.rank = item.rank;
        self.rank.losses = self
            .rank
            .losses
            .saturating_mul(POINTS)
            .saturating_add(shown.losses);
        self.rank.truncated |= shown.truncated;
    }

    fn record(&self) -> &str {
        self.record.as_deref().unwrap_or(&self.id)
    }
}

/// Figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// The plan that candidates were found by.
    pub plan: Option<Plan>,
    /// Candidate pairs that were compared.
    pub candidates: u64,
    /// Pairs similar enough to be listed in `edges.jsonl`.
    pub verified: u64,
    /// Buckets too large for all of their pairs, which were split.
    pub split_buckets: u64,
    /// Documents in the largest bucket.
    pub largest_bucket_docs: usize,
    /// Bytes of sorted runs on disk.
    pub disk_bytes: u64,
    /// How much of what there is to find was found.
    pub audit: Option<Audit>,
}

/// The decisions on all documents.
#[derive(Debug)]
pub struct Outcome {
    documents: Vec<Document>,
    order: Vec<u32>,
    joined: Vec<Option<Joined>>,
    edges: Vec<Edge>,
    thresholds: Thresholds,
    groups: Vec<Group>,
    related: Vec<Group>,
    /// Documents that this outcome is of; those behind them are of earlier nights.
    shown: usize,
    /// Rows of earlier documents that are now others.
    changed: Vec<ChangedRow>,
    /// For each document the one that stands for all of its form; empty for a night.
    firsts: Vec<u32>,
    /// Figures for `summary.json`.
    pub facts: Facts,
}

/// Look-alikes that stay, around one representative.
#[derive(Debug)]
struct Group {
    representative: u32,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    document: u32,
    relation: Relation,
    measure: Measure,
    similarity: f64,
    differs: Vec<(String, String)>,
}

/// A row of `assignments.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssignmentRow<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Id of its record.
    pub record: &'a str,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the source text.
    pub span: ByteSpan,
    /// Id of the cluster: its keeper's.
    pub cluster: &'a str,
    /// Whether it stays.
    pub keep: bool,
    /// The keeper that it is a duplicate of.
    pub duplicate_of: Option<&'a str>,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// Set where it came later than the keeper and would have been kept instead, had it come on
    /// the same night; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
}

/// A row of `assignments.jsonl` for a document of an earlier night.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedRow {
    /// Id of the document.
    pub id: String,
    /// Id of its record.
    pub record: String,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the source text.
    pub span: ByteSpan,
    /// Id of the cluster.
    pub cluster: String,
    /// Whether it stays.
    pub keep: bool,
    /// The keeper that it is a duplicate of.
    pub duplicate_of: Option<String>,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// Set where it came later than the keeper and would have been kept instead, had it come on
    /// the same night; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
    /// Set where the row is now another; left out in an export of all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
}

/// A row of `clusters.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterRow<'a> {
    /// Id of the cluster.
    pub cluster: &'a str,
    /// Id of the document that stays.
    pub keep: &'a str,
    /// Number of documents.
    pub size: usize,
    /// All documents, the keeper first.
    pub members: Vec<ClusterMember<'a>>,
}

/// A document of a cluster; all but the id are null for the keeper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterMember<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// SimHash distance to the keeper, of 128 bits.
    pub hamming: Option<u8>,
}

/// A row of `siblings.jsonl` or `related.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRow<'a> {
    /// Id of the group: its representative's.
    pub group: &'a str,
    /// Id of the document that the others are compared with.
    pub representative: &'a str,
    /// The others.
    pub members: Vec<GroupMember<'a>>,
}

/// A look-alike that stays.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupMember<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// What it is to the representative.
    pub relation: Relation,
    /// By which measure.
    pub measure: Measure,
    /// Value of the measure, 4 decimals.
    pub similarity: f64,
    /// Where the two differ: the representative's words, this one's.
    pub differs: &'a [(String, String)],
}

/// A row of `edges.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EdgeRow<'a> {
    /// Id of the first document.
    pub a: &'a str,
    /// Id of the second.
    pub b: &'a str,
    /// Exact shingle Jaccard.
    pub jaccard: f64,
    /// Shares of either one's shingles that the other has.
    pub containment: [f64; 2],
    /// Share of the longer that aligns in order.
    pub aligned: Option<f64>,
    /// SimHash distance, of 128 bits.
    pub hamming: u8,
    /// What the differences are: noise, slots or amended.
    pub difference: Option<&'static str>,
    /// Whether either masks numbers that the other has.
    pub masked: [bool; 2],
    /// Rare characters of either one where the other has common ones or none.
    pub spoilt: [u8; 2],
    /// Hundredths of either one that stand in blocks which the other has not.
    pub extra: [u8; 2],
    /// What the pair is at the run's thresholds.
    pub relation: Relation,
    /// Whether it may join the two.
    pub accepted: bool,
    /// Places of the two in the order in which documents are kept; left out in an index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<[u32; 2]>,
}

impl<'a> EdgeRow<'a> {
    /// The row of a verified pair of these ids.
    pub(super) fn of(edge: &Edge, a: &'a str, b: &'a str, thresholds: &Thresholds) -> Self {
        let four = |value: f32| (f64::from(value) * 10_000.0).round() / 10_000.0;
        let (relation, _, _) = edge.judge(thresholds);
        Self {
            a,
            b,
            jaccard: four(edge.jaccard),
            containment: [four(edge.containment_a), four(edge.containment_b)],
            aligned: edge.aligned.map(four),
            hamming: edge.hamming,
            difference: edge.difference.map(|difference| difference.as_str()),
            masked: [edge.masked_a, edge.masked_b],
            spoilt: [edge.spoilt_a, edge.spoilt_b],
            extra: [edge.extra_a, edge.extra_b],
            relation,
            accepted: relation == Relation::Near,
            rank: None,
        }
    }
}

/// Adds the documents that share a canonical form: each follows the first of its form.
pub(super) fn join_same_forms(
    joined: &mut [Option<Joined>],
    groups: &[u32],
    documents: &[Document],
) {
    for (number, &first) in (0_u32..).zip(groups) {
        if first == number {
            continue;
        }
        let (this, other) = (&documents[number as usize], &documents[first as usize]);
        let same = |keeper: u32, other: &Document| Joined {
            keeper,
            relation: if this.text_hash == other.text_hash {
                Relation::Exact
            } else {
                Relation::Canonical
            },
            measure: Measure::Jaccard,
            similarity: 1.0,
            hamming: 0,
        };
        joined[number as usize] = Some(match joined[first as usize] {
            None => same(first, other),
            Some(to) => to,
        });
    }
}

impl Outcome {
    #[expect(clippy::too_many_arguments, reason = "everything that finish found")]
    pub(super) fn new(
        documents: Vec<Document>,
        order: Vec<u32>,
        joined: Vec<Option<Joined>>,
        edges: Vec<Edge>,
        thresholds: Thresholds,
        policy: Policy,
        facts: Facts,
        forms: &Forms,
    ) -> Result<Self> {
        let none = vec![false; documents.len()];
        let past = (documents.len(), none.clone(), none);
        Self::after(
            documents, order, joined, edges, thresholds, policy, facts, forms, past,
        )
    }

    /// An outcome of the first so many documents, the others being of earlier nights, of which
    /// some stand in groups of siblings or of related documents already.
    #[expect(clippy::too_many_arguments, reason = "everything that a night found")]
    pub(super) fn after(
        documents: Vec<Document>,
        order: Vec<u32>,
        joined: Vec<Option<Joined>>,
        edges: Vec<Edge>,
        thresholds: Thresholds,
        policy: Policy,
        facts: Facts,
        forms: &Forms,
        (shown, siblings, related): (usize, Vec<bool>, Vec<bool>),
    ) -> Result<Self> {
        let mut out = Self {
            documents,
            order,
            joined,
            edges,
            thresholds,
            groups: Vec::new(),
            related: Vec::new(),
            shown,
            changed: Vec::new(),
            firsts: Vec::new(),
            facts,
        };
        out.groups = out.group(forms, siblings, |relation| relation == Relation::Sibling)?;
        out.related = out.group(forms, related, |relation| {
            matches!(relation, Relation::Contained | Relation::Revision)
                && !policy.removes(relation)
        })?;
        Ok(out)
    }

    /// Says which document stands for all of one form.
    pub(super) fn with_firsts(mut self, firsts: Vec<u32>) -> Self {
        self.firsts = firsts;
        self
    }

    /// Adds rows of earlier documents that are now others.
    pub(super) fn change(&mut self, changed: Vec<ChangedRow>) {
        self.changed.extend(changed);
    }

    /// How each document was decided on.
    pub(super) fn decisions(&self) -> &[Option<Joined>] {
        &self.joined
    }

    /// Decides otherwise.
    pub(super) fn settle(&mut self, settled: Settled) {
        for (document, cluster) in self.documents.iter_mut().zip(settled.clusters) {
            document.cluster = cluster.map(Into::into);
        }
        self.joined = settled.joined;
        self.changed.extend(settled.changed);
    }

    /// Rows of earlier documents that are now others, for the end of `assignments.jsonl`.
    pub fn changed(&self) -> &[ChangedRow] {
        &self.changed
    }

    /// Every verified pair.
    pub(super) fn verified(&self) -> &[Edge] {
        &self.edges
    }

    /// Why the nth document goes.
    pub(super) fn joined(&self, nth: usize) -> Option<Joined> {
        self.joined.get(nth).copied().flatten()
    }

    /// The nth document for the index, without its form and decision.
    pub(super) fn row(&self, nth: usize) -> Row {
        let document = &self.documents[nth];
        let stands_in = |groups: &[Group]| {
            groups.iter().any(|group| {
                group
                    .members
                    .iter()
                    .any(|member| member.document as usize == nth)
            })
        };
        Row {
            id: document.id.to_string(),
            record: document.record.as_deref().map(str::to_owned),
            part: document.part,
            span: document.span,
            losses: document.rank.losses,
            spun_ratio: document.rank.spun_ratio,
            truncated: document.rank.truncated,
            body_chars: document.rank.body_chars,
            support: document.rank.shown,
            prefer: document.rank.prefer.clone(),
            text_hash: document.text_hash,
            form_hash: document.form_hash,
            tokens: document.tokens,
            is_sibling: stands_in(&self.groups),
            is_related: stands_in(&self.related),
            cluster: document.cluster.as_deref().map(str::to_owned),
            ..Row::default()
        }
    }

    /// Stars of pairs that both stay: each document is listed once, with the best-ranked
    /// representative that it has an edge to.
    fn group(
        &self,
        forms: &Forms,
        members: Vec<bool>,
        wanted: impl Fn(Relation) -> bool,
    ) -> Result<Vec<Group>> {
        let mut place = vec![0_u32; self.order.len()];
        for (at, &document) in (0..).zip(&self.order) {
            place[document as usize] = at;
        }
        let mut pairs: Vec<(u32, u32, &Edge)> = Vec::new();
        for edge in &self.edges {
            let stays = |document: u32| self.joined[document as usize].is_none();
            if stays(edge.a) && stays(edge.b) && wanted(edge.judge(&self.thresholds).0) {
                let (x, y) = (place[edge.a as usize], place[edge.b as usize]);
                pairs.push((x.max(y), x.min(y), edge));
            }
        }
        pairs.sort_unstable_by_key(|&(later, earlier, _)| (later, earlier));
        let mut is_member = vec![false; self.order.len()];
        for (document, _) in members.iter().enumerate().filter(|(_, is)| **is) {
            is_member[place[document] as usize] = true;
        }
        let mut groups: BTreeMap<u32, Vec<(u32, &Edge)>> = BTreeMap::new();
        for (later, earlier, edge) in pairs {
            if !is_member[later as usize] && !is_member[earlier as usize] {
                is_member[later as usize] = true;
                groups.entry(earlier).or_default().push((later, edge));
            }
        }
        let groups: Vec<_> = groups.into_iter().collect();
        groups
            .into_par_iter()
            .map(|(at, members)| {
                let representative = self.order[at as usize];
                let first = prepare(forms, representative)?;
                let members = members
                    .into_iter()
                    .map(|(later, edge)| {
                        let document = self.order[later as usize];
                        let (relation, measure, similarity) = edge.judge(&self.thresholds);
                        let other = prepare(forms, document)?;
                        let alignment = Alignment::of(&first, &other);
                        Ok(Member {
                            document,
                            relation,
                            measure,
                            similarity,
                            differs: slot_differences(&first, &other, &alignment),
                        })
                    })
                    .collect::<Result<_>>()?;
                Ok(Group {
                    representative,
                    members,
                })
            })
            .collect()
    }

    fn id(&self, document: u32) -> &str {
        &self.documents[document as usize].id
    }

    /// Number of documents.
    pub fn len_docs(&self) -> usize {
        self.shown
    }

    /// Whether the nth document in the order of the input stays.
    pub fn keeps(&self, nth: usize) -> bool {
        self.joined.get(nth).is_none_or(Option::is_none)
    }

    /// Cluster of the nth document, and how many it has, for `documents.jsonl`. None for one
    /// that stands alone.
    pub fn cluster_sizes(&self) -> Vec<u32> {
        let mut sizes = vec![1_u32; self.documents.len()];
        for joined in self.joined.iter().flatten() {
            sizes[joined.keeper as usize] += 1;
        }
        (0..self.shown)
            .map(|nth| match self.joined[nth] {
                Some(joined) => sizes[joined.keeper as usize],
                None => sizes[nth],
            })
            .collect()
    }

    /// The rows of `assignments.jsonl`, in the order of the input.
    pub fn assignments(&self) -> impl Iterator<Item = AssignmentRow<'_>> {
        self.documents
            .iter()
            .zip(&self.joined)
            .take(self.shown)
            .map(|(document, joined)| {
                let keeper = joined.map(|joined| self.id(joined.keeper));
                let of = joined.map_or(document, |joined| &self.documents[joined.keeper as usize]);
                AssignmentRow {
                    id: &document.id,
                    record: document.record(),
                    part: document.part,
                    span: document.span,
                    cluster: of.cluster(),
                    keep: joined.is_none(),
                    duplicate_of: keeper,
                    relation: joined.map(|joined| joined.relation),
                    measure: joined.map(|joined| joined.measure),
                    similarity: joined.map(|joined| joined.similarity),
                    better: is_better((&document.rank, &document.id), (&of.rank, &of.id))
                        .then_some(true),
                }
            })
    }

    /// The rows of `clusters.jsonl`, in the order of their keepers in the input.
    pub fn clusters(&self) -> impl Iterator<Item = ClusterRow<'_>> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, joined) in (0..).zip(&self.joined) {
            if let Some(joined) = joined {
                members.entry(joined.keeper).or_default().push(number);
            }
        }
        members.into_iter().map(|(keeper, others)| {
            let first = ClusterMember {
                id: self.id(keeper),
                relation: None,
                measure: None,
                similarity: None,
                hamming: None,
            };
            let others = others.into_iter().map(|number| {
                let joined = self.joined[number as usize];
                ClusterMember {
                    id: self.id(number),
                    relation: joined.map(|joined| joined.relation),
                    measure: joined.map(|joined| joined.measure),
                    similarity: joined.map(|joined| joined.similarity),
                    hamming: joined.map(|joined| joined.hamming),
                }
            });
            let members: Vec<_> = std::iter::once(first).chain(others).collect();
            ClusterRow {
                cluster: self.documents[keeper as usize].cluster(),
                keep: self.id(keeper),
                size: members.len(),
                members,
            }
        })
    }

    /// The rows of `siblings.jsonl`.
    pub fn siblings(&self) -> impl Iterator<Item = GroupRow<'_>> {
        self.rows(&self.groups)
    }

    /// The rows of `related.jsonl`: contained documents and revisions that stay.
    pub fn related(&self) -> impl Iterator<Item = GroupRow<'_>> {
        self.rows(&self.related)
    }

    fn rows<'a>(&'a self, groups: &'a [Group]) -> impl Iterator<Item = GroupRow<'a>> {
        groups.iter().map(|group| GroupRow {
            group: self.id(group.representative),
            representative: self.id(group.representative),
            members: group
                .members
                .iter()
                .map(|member| GroupMember {
                    id: self.id(member.document),
                    relation: member.relation,
                    measure: member.measure,
                    similarity: member.similarity,
                    differs: &member.differs,
                })
                .collect(),
        })
    }

    /// The rows of `edges.jsonl`: every verified pair, then every document that has the form of
    /// another, with that one.
    pub fn edges(&self) -> impl Iterator<Item = EdgeRow<'_>> {
        let mut place = vec![0_u32; self.order.len()];
        for (at, &document) in (0..).zip(&self.order) {
            place[document as usize] = at;
        }
        let of_one_form = (0..)
            .zip(&self.firsts)
            .filter(|&(document, &first)| document != first)
            .map(|(document, &first)| {
                let is_same = self.documents[first as usize].text_hash
                    == self.documents[document as usize].text_hash;
                let relation = if is_same {
                    Relation::Exact
                } else {
                    Relation::Canonical
                };
                (Edge::of_one_form(first, document), relation)
            });
        self.edges
            .iter()
            .map(|edge| (*edge, edge.judge(&self.thresholds).0))
            .chain(of_one_form)
            .map(move |(edge, relation)| EdgeRow {
                rank: Some([place[edge.a as usize], place[edge.b as usize]]),
                relation,
                accepted: matches!(
                    relation,
                    Relation::Exact | Relation::Canonical | Relation::Near
                ),
                ..EdgeRow::of(&edge, self.id(edge.a), self.id(edge.b), &self.thresholds)
            })
    }

    /// Documents too short to be compared, which match exact copies alone.
    pub fn too_short(&self) -> usize {
        self.documents[..self.shown]
            .iter()
            .filter(|document| document.tokens < MIN_TOKENS)
            .count()
    }
}
