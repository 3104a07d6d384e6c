//! What dedupe came to, and the rows of the output files that say so.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::Result;
use crate::cluster::{
    Alignment, Difference, Edge, Joined, Measure, Policy, Relation, Thresholds, slot_differences,
    stars_after,
};
use crate::index::Forms;
use crate::index::store::Row;
use crate::model::Boilerplate;

use super::dedupe::{MIN_TOKENS, by_rank};
use super::entry::Document;
use super::facts::Facts;
use super::pairs::prepare;
use super::rekeep::{Settled, is_better};
use super::rows::{
    AssignmentRow, ChangedRow, ClusterMember, ClusterRow, EdgeRow, GroupMember, GroupRow,
};

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
    /// What signatures left out.
    pub(super) masks: Arc<Boilerplate>,
    /// Figures for `summary.json`.
    pub facts: Facts,
}

/// What the search and the judging of pairs found.
pub(super) struct Found {
    pub(super) documents: Vec<Document>,
    /// The documents in the order in which they are kept.
    pub(super) order: Vec<u32>,
    /// What each document is joined to.
    pub(super) joined: Vec<Option<Joined>>,
    pub(super) edges: Vec<Edge>,
    pub(super) thresholds: Thresholds,
    pub(super) policy: Policy,
    pub(super) facts: Facts,
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

impl Found {
    /// Decides on the documents by their verified pairs: `groups` gives the first document of
    /// each one's form, `settled` what is decided already, by number and as far as it goes.
    pub(super) fn decide(
        documents: Vec<Document>,
        edges: Vec<Edge>,
        groups: &[u32],
        settled: &[Option<Option<Joined>>],
        (thresholds, policy): (Thresholds, Policy),
        facts: Facts,
    ) -> Self {
        let order = by_rank(&documents);
        let mut joined = stars_after(&order, &edges, &thresholds, policy, settled);
        join_same_forms(&mut joined, groups, &documents);
        Self {
            documents,
            order,
            joined,
            edges,
            thresholds,
            policy,
            facts,
        }
    }
}

/// Adds the documents that share a canonical form: each follows the first of its form.
fn join_same_forms(joined: &mut [Option<Joined>], groups: &[u32], documents: &[Document]) {
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
    /// The outcome of a run over all of the documents.
    pub(super) fn new(found: Found, forms: &Forms) -> Result<Self> {
        let count = found.documents.len();
        let none = vec![false; count];
        Self::after(found, forms, (count, none.clone(), none))
    }

    /// An outcome of the first so many documents, the others being of earlier nights, of which
    /// some stand in groups of siblings or of related documents already.
    pub(super) fn after(
        found: Found,
        forms: &Forms,
        (shown, siblings, related): (usize, Vec<bool>, Vec<bool>),
    ) -> Result<Self> {
        let policy = found.policy;
        let mut out = Self {
            documents: found.documents,
            order: found.order,
            joined: found.joined,
            edges: found.edges,
            thresholds: found.thresholds,
            groups: Vec::new(),
            related: Vec::new(),
            shown,
            changed: Vec::new(),
            firsts: Vec::new(),
            masks: Arc::default(),
            facts: found.facts,
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

    /// Tokens of the nth document's form.
    pub(super) fn tokens(&self, nth: usize) -> u32 {
        self.documents[nth].tokens
    }

    /// Documents that stand in a group of siblings, and in one of related documents, which
    /// another represents.
    pub(super) fn represented(&self) -> [HashSet<u32>; 2] {
        [&self.groups, &self.related].map(|groups| {
            let members = groups.iter().flat_map(|group| &group.members);
            members.map(|member| member.document).collect()
        })
    }

    /// The nth document for the index, without its form, decision and groups.
    pub(super) fn row(&self, nth: usize) -> Row {
        let document = &self.documents[nth];
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
            cluster: document.cluster.as_deref().map(str::to_owned),
            is_worn: document.is_worn,
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
                // There may be no text of it; then none of its pairs was seen.
                let mut first = None;
                let members = members
                    .into_iter()
                    .map(|(later, edge)| {
                        let document = self.order[later as usize];
                        let (relation, measure, similarity) = edge.judge(&self.thresholds);
                        let differs = if edge.difference == Some(Difference::Unseen) {
                            Vec::new()
                        } else {
                            let first = match &mut first {
                                Some(first) => &*first,
                                none => none.insert(prepare(forms, representative)?),
                            };
                            let other = prepare(forms, document)?;
                            slot_differences(first, &other, &Alignment::of(first, &other))
                        };
                        Ok(Member {
                            document,
                            relation,
                            measure,
                            similarity,
                            differs,
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
                peers: edge.are_peers,
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
