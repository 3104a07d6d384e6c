//! Clusters again from the similarities that a run has stored, without reading a text.
//!
//! What was looked at and what is kept first stay as the run had them; what a pair is, is judged
//! anew at the other threshold. So at the run's own threshold nothing changes.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::replay::AssignmentIn;
use super::rows::{AssignmentRow, ClusterMember, ClusterRow, EdgeRow, GroupMember, GroupRow};
use super::summary::Heading;
use super::totals::Totals;
use crate::cluster::{Edge, Joined, Measure, Policy, Relation, Thresholds, stars};
use crate::config::{OutFormat, Settings};
use crate::read::{self, Rows};
use crate::write::{self, Folder, Kind, Nowhere, OutFolder, Outlet};
use crate::{Error, Result};

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rethresholded {
    /// Documents that stay.
    pub kept: u64,
    /// Documents that go.
    pub duplicates: u64,
    /// Documents that went before and stay now, whose texts the run had left out.
    pub texts_missing: u64,
}

/// The kinds of rows that are written anew.
const KINDS: [Kind; 6] = [
    Kind::Documents,
    Kind::Assignments,
    Kind::Clusters,
    Kind::Siblings,
    Kind::Related,
    Kind::Edges,
];

/// A row of `edges.jsonl` read back.
#[derive(Deserialize)]
struct EdgeIn {
    a: String,
    b: String,
    jaccard: f32,
    containment: [f32; 2],
    aligned: Option<f32>,
    hamming: u8,
    difference: Option<String>,
    masked: [bool; 2],
    spoilt: [u8; 2],
    extra: [u8; 2],
    relation: Relation,
    rank: Option<[u32; 2]>,
    #[serde(default)]
    peers: bool,
}

/// A row of `siblings.jsonl` or `related.jsonl`, for the differing spans in it.
#[derive(Deserialize)]
struct GroupIn {
    representative: String,
    members: Vec<MemberIn>,
}

#[derive(Deserialize)]
struct MemberIn {
    id: String,
    differs: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct IdIn {
    id: String,
}

/// Judges every stored pair of the run in `root` at another Jaccard similarity, 0 to 1, and
/// writes its rows anew in their place. With `is_dry` nothing is written.
///
/// # Errors
/// [`Error::Config`] for a similarity below the one that pairs were looked for from, and for a
/// run whose files do not hold all that is needed; [`Error::Store`] where no finished run is there.
pub fn rethreshold(root: &Path, jaccard: f64, is_dry: bool) -> Result<Rethresholded> {
    if !is_dry {
        OutFolder::mend(root)?;
    }
    let summary = read::small_file(root, "summary.json")?;
    let run = Run::of(&summary, jaccard)?;
    let mut folder = match is_dry {
        true => None,
        false => Some(Folder::reopen(root, &KINDS, &run.settings.write()?)?),
    };
    let outlet: &mut dyn Outlet = match &mut folder {
        Some(folder) => folder,
        None => &mut Nowhere,
    };
    let clusters = Clusters::read(root, &run.settings)?;
    let mut out = clusters.write(outlet)?;
    let held = clusters.write_documents(root, run.settings.keep_duplicates, outlet)?;
    out.texts_missing = out.kept.saturating_sub(held);
    if let Some(folder) = folder {
        folder.finish(&[("summary.json", run.summary(&out, jaccard))])?;
    }
    Ok(out)
}

/// What the run was.
struct Run {
    heading: Heading,
    /// Its settings, but for the new threshold.
    settings: Settings,
    totals: Totals,
    dedupe: Value,
}

impl Run {
    fn of(summary: &str, jaccard: f64) -> Result<Self> {
        let broken = |error: String| Error::config("summary.json", error);
        let mut heading = Heading::from_json(summary).map_err(broken)?;
        let totals: Totals =
            serde_json::from_str(summary).map_err(|error| broken(error.to_string()))?;
        let whole: Value =
            serde_json::from_str(summary).map_err(|error| broken(error.to_string()))?;
        let dedupe = whole["dedupe"].clone();
        let mut settings = heading.settings()?;
        let refuse = |problem: &str| Err(Error::config("--rethreshold", problem.to_owned()));
        if !matches!(heading.command.as_str(), "run" | "dedupe") {
            return refuse("OUT is no output of run or dedupe: there are no similarities in it");
        }
        if dedupe.get("night").is_some() {
            return refuse("OUT is one night of an index: use index rebuild DIR --jaccard");
        }
        if settings.format != OutFormat::Jsonl || settings.mirror {
            return refuse("OUT was not written as JSONL alone: run again with another --jaccard");
        }
        let Some(least) = dedupe["plan"]["jaccard"].as_f64() else {
            return refuse("summary.json has no plan of a search: run again with --jaccard");
        };
        if !(least..=1.0).contains(&jaccard) {
            return refuse(&format!(
                "{jaccard} is not between {least} and 1: below {least} no pairs were looked for"
            ));
        }
        settings.jaccard = jaccard;
        settings.check()?;
        if let Value::Object(settings) = &mut heading.settings {
            settings.insert("jaccard".into(), jaccard.into());
        }
        Ok(Self {
            heading,
            settings,
            totals,
            dedupe,
        })
    }

    fn summary(mut self, out: &Rethresholded, jaccard: f64) -> Vec<u8> {
        (self.totals.kept, self.totals.duplicates) = (out.kept, out.duplicates);
        if let Value::Object(facts) = &mut self.dedupe {
            let said = json!({ "jaccard": jaccard, "texts_missing": out.texts_missing });
            facts.insert("rethreshold".into(), said);
        }
        self.heading.with(&self.totals, Some(self.dedupe))
    }
}

/// Everything that is decided anew.
struct Clusters {
    rows: Vec<AssignmentIn>,
    edges: Vec<Edge>,
    /// Pairs of one form: the document that stands for it, another, and what that is to it.
    of_one_form: Vec<(u32, u32, Relation)>,
    /// Place of each document in the order of rank.
    place: Vec<u32>,
    joined: Vec<Option<Joined>>,
    /// Documents of the cluster of each.
    sizes: Vec<u32>,
    differs: HashMap<(u32, u32), Vec<(String, String)>>,
    thresholds: Thresholds,
    policy: Policy,
}

fn each(
    rows: Option<Rows>,
    file: &str,
    mut take: impl FnMut(&[u8]) -> std::result::Result<(), String>,
) -> Result<()> {
    let Some(mut rows) = rows else {
        return Err(Error::config(file, "it is not there"));
    };
    let mut number = 0;
    while let Some(row) = rows.next_row()? {
        number += 1;
        take(row).map_err(|problem| Error::config(format!("{file}, row {number}"), problem))?;
    }
    Ok(())
}

fn parse<'a, T: Deserialize<'a>>(row: &'a [u8]) -> std::result::Result<T, String> {
    serde_json::from_slice(row).map_err(|error| error.to_string())
}

impl Clusters {
    fn read(root: &Path, settings: &Settings) -> Result<Self> {
        let (thresholds, policy) = (Thresholds::of(settings), Policy::of(settings));
        let mut rows: Vec<AssignmentIn> = Vec::new();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        each(
            read::rows(root, "assignments")?,
            "assignments.jsonl",
            |row| {
                let row: AssignmentIn = parse(row)?;
                numbers.insert(row.id.clone(), rows.len() as u32);
                rows.push(row);
                Ok(())
            },
        )?;
        let number = |id: &str| {
            let known = numbers.get(id).copied();
            known.ok_or_else(|| format!("{id:?} is not in assignments.jsonl"))
        };
        let mut edges = Vec::new();
        let mut of_one_form = Vec::new();
        // Documents without an edge come last: nothing is decided on them.
        let mut place = vec![u32::MAX; rows.len()];
        each(read::rows(root, "edges")?, "edges.jsonl", |row| {
            let row: EdgeIn = parse(row)?;
            let (a, b) = (number(&row.a)?, number(&row.b)?);
            let [rank_a, rank_b] = row
                .rank
                .ok_or("it has no rank: an earlier version wrote it, run again")?;
            (place[a as usize], place[b as usize]) = (rank_a, rank_b);
            if matches!(row.relation, Relation::Exact | Relation::Canonical) {
                of_one_form.push((a, b, row.relation));
                return Ok(());
            }
            edges.push(Edge {
                a,
                b,
                jaccard: row.jaccard,
                containment_a: row.containment[0],
                containment_b: row.containment[1],
                aligned: row.aligned,
                hamming: row.hamming,
                difference: row.difference.as_deref().map(str::parse).transpose()?,
                masked_a: row.masked[0],
                masked_b: row.masked[1],
                spoilt_a: row.spoilt[0],
                spoilt_b: row.spoilt[1],
                extra_a: row.extra[0],
                extra_b: row.extra[1],
                are_peers: row.peers,
                is_of_one_night: true,
            });
            Ok(())
        })?;
        let mut differs = HashMap::new();
        for (stem, file) in [("siblings", "siblings.jsonl"), ("related", "related.jsonl")] {
            each(read::rows(root, stem)?, file, |row| {
                let group: GroupIn = parse(row)?;
                let first = number(&group.representative)?;
                for member in group.members {
                    differs.insert((first, number(&member.id)?), member.differs);
                }
                Ok(())
            })?;
        }
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by_key(|&document| (place[document as usize], document));
        let mut joined = stars(&order, &edges, &thresholds, policy);
        for &(first, other, relation) in &of_one_form {
            let same = Joined {
                keeper: first,
                relation,
                measure: Measure::Jaccard,
                similarity: 1.0,
                hamming: 0,
            };
            joined[other as usize] = Some(joined[first as usize].unwrap_or(same));
        }
        let mut sizes = vec![1_u32; rows.len()];
        for joined in joined.iter().flatten() {
            sizes[joined.keeper as usize] += 1;
        }
        Ok(Self {
            rows,
            edges,
            of_one_form,
            place,
            joined,
            sizes,
            differs,
            thresholds,
            policy,
        })
    }

    fn id(&self, document: u32) -> &str {
        &self.rows[document as usize].id
    }

    fn keeper(&self, document: u32) -> u32 {
        self.joined[document as usize].map_or(document, |joined| joined.keeper)
    }

    fn write(&self, outlet: &mut dyn Outlet) -> Result<Rethresholded> {
        let mut out = Rethresholded::default();
        let mut line = Vec::new();
        for (row, joined) in self.rows.iter().zip(&self.joined) {
            let keeper = joined.map(|joined| self.id(joined.keeper));
            out.kept += u64::from(joined.is_none());
            out.duplicates += u64::from(joined.is_some());
            let row = AssignmentRow {
                id: &row.id,
                record: &row.record,
                part: u32::try_from(row.part).unwrap_or(u32::MAX),
                span: row.span,
                cluster: keeper.unwrap_or(&row.id),
                keep: joined.is_none(),
                duplicate_of: keeper,
                relation: joined.map(|joined| joined.relation),
                measure: joined.map(|joined| joined.measure),
                similarity: joined.map(|joined| joined.similarity),
                better: None,
            };
            line.clear();
            write::row(&mut line, &row);
            outlet.put(Kind::Assignments, &line)?;
        }
        self.write_clusters(outlet)?;
        self.write_groups(Kind::Siblings, outlet, |relation| {
            relation == Relation::Sibling
        })?;
        self.write_groups(Kind::Related, outlet, |relation| {
            matches!(relation, Relation::Contained | Relation::Revision)
                && !self.policy.removes(relation)
        })?;
        self.write_edges(outlet)?;
        Ok(out)
    }

    fn write_clusters(&self, outlet: &mut dyn Outlet) -> Result<()> {
        let mut members: BTreeMap<u32, Vec<ClusterMember<'_>>> = BTreeMap::new();
        for (document, joined) in (0..).zip(&self.joined) {
            let Some(joined) = joined else { continue };
            members
                .entry(joined.keeper)
                .or_insert_with(|| {
                    vec![ClusterMember {
                        id: self.id(joined.keeper),
                        relation: None,
                        measure: None,
                        similarity: None,
                        hamming: None,
                    }]
                })
                .push(ClusterMember {
                    id: self.id(document),
                    relation: Some(joined.relation),
                    measure: Some(joined.measure),
                    similarity: Some(joined.similarity),
                    hamming: Some(joined.hamming),
                });
        }
        let mut line = Vec::new();
        for (keeper, members) in members {
            line.clear();
            let row = ClusterRow {
                cluster: self.id(keeper),
                keep: self.id(keeper),
                size: members.len(),
                members,
            };
            write::row(&mut line, &row);
            outlet.put(Kind::Clusters, &line)?;
        }
        Ok(())
    }

    /// Each document that stays once, with the best-ranked one that it has an edge to. What two of
    /// them differ in is known where the run has listed them together.
    fn write_groups(
        &self,
        kind: Kind,
        outlet: &mut dyn Outlet,
        wanted: impl Fn(Relation) -> bool,
    ) -> Result<()> {
        let stays = |document: u32| self.joined[document as usize].is_none();
        let mut pairs: Vec<(u32, u32, u32, u32, &Edge)> = Vec::new();
        for edge in &self.edges {
            if stays(edge.a) && stays(edge.b) && wanted(edge.judge(&self.thresholds).0) {
                let (x, y) = (self.place[edge.a as usize], self.place[edge.b as usize]);
                pairs.push(if x > y {
                    (x, y, edge.a, edge.b, edge)
                } else {
                    (y, x, edge.b, edge.a, edge)
                });
            }
        }
        pairs.sort_unstable_by_key(|pair| (pair.0, pair.1));
        let mut is_member = vec![false; self.rows.len()];
        let mut groups: BTreeMap<u32, (u32, Vec<GroupMember<'_>>)> = BTreeMap::new();
        for (_, place, document, first, edge) in pairs {
            if is_member[document as usize] || is_member[first as usize] {
                continue;
            }
            is_member[document as usize] = true;
            let (relation, measure, similarity) = edge.judge(&self.thresholds);
            let group = groups.entry(place).or_insert_with(|| (first, Vec::new()));
            group.1.push(GroupMember {
                id: self.id(document),
                relation,
                measure,
                similarity,
                differs: self
                    .differs
                    .get(&(first, document))
                    .map_or(&[], Vec::as_slice),
            });
        }
        let mut line = Vec::new();
        for (first, members) in groups.into_values() {
            line.clear();
            let row = GroupRow {
                group: self.id(first),
                representative: self.id(first),
                members,
            };
            write::row(&mut line, &row);
            outlet.put(kind, &line)?;
        }
        Ok(())
    }

    fn write_edges(&self, outlet: &mut dyn Outlet) -> Result<()> {
        let verified = self.edges.iter().map(|edge| (*edge, None));
        let of_one_form = self.of_one_form.iter();
        let of_one_form =
            of_one_form.map(|&(a, b, relation)| (Edge::of_one_form(a, b), Some(relation)));
        let mut line = Vec::new();
        for (edge, relation) in verified.chain(of_one_form) {
            let mut row = EdgeRow::of(&edge, self.id(edge.a), self.id(edge.b), &self.thresholds);
            row.rank = Some([self.place[edge.a as usize], self.place[edge.b as usize]]);
            row.peers = edge.are_peers;
            if let Some(relation) = relation {
                (row.relation, row.accepted) = (relation, true);
            }
            line.clear();
            write::row(&mut line, &row);
            outlet.put(Kind::Edges, &line)?;
        }
        Ok(())
    }

    /// Writes the rows of the documents that stay, as far as the run has them, with their clusters;
    /// returns how many stay and are there.
    fn write_documents(
        &self,
        root: &Path,
        keep_duplicates: bool,
        outlet: &mut dyn Outlet,
    ) -> Result<u64> {
        let numbers: HashMap<&str, u32> = self
            .rows
            .iter()
            .map(|row| row.id.as_str())
            .zip(0..)
            .collect();
        let Some(mut rows) = read::rows(root, "documents")? else {
            return Err(Error::config("documents.jsonl", "it is not there"));
        };
        let mut held = 0;
        let mut line = Vec::new();
        while let Some(row) = rows.next_row()? {
            let bad = |problem: String| Error::config("documents.jsonl", problem);
            let IdIn { id } = parse(row).map_err(bad)?;
            let &document = numbers
                .get(id.as_str())
                .ok_or_else(|| bad(format!("{id:?} is not in assignments.jsonl")))?;
            let is_kept = self.joined[document as usize].is_none();
            held += u64::from(is_kept);
            if !is_kept && !keep_duplicates {
                continue;
            }
            line.clear();
            line.extend_from_slice(row);
            if !write::reopen_document(&mut line) {
                return Err(bad(format!("{id:?} bears no cluster")));
            }
            let keeper = self.keeper(document);
            let size = u64::from(self.sizes[keeper as usize]);
            write::close_document(&mut line, Some((self.id(keeper), size)));
            outlet.put(Kind::Documents, &line)?;
        }
        Ok(held)
    }
}
