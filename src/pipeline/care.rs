//! Looking after an index: checking it, taking documents out, writing out what it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::past::{edge_of, joined_of};
use super::rebuild::with_given;
use super::remove::{self, changed_row, compare, prepared};
use super::rows::{ChangedRow, EdgeRow};
use crate::cluster::{Measure, Relation, Thresholds};
use crate::config::{Settings, VerifyStore};
use crate::fingerprint::{SHINGLE_TOKENS, simhash128};
use crate::index::store::{Access, IDS, NightFacts, PageCache, Row, Sizes, Store, iso_time, key};
use crate::{Error, Result};

/// The settings that an index was made with, some of them `given` anew; the others are defaults.
///
/// # Errors
/// [`Error::Config`] for settings of another version.
pub(super) fn settings_of(store: &Store, given: &BTreeMap<String, String>) -> Result<Settings> {
    with_given(&store.manifest().settings, given)
}

/// What `index stats` says.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Documents that are there.
    pub documents: u64,
    /// Those of them that stay.
    pub kept: u64,
    /// Those that are duplicates.
    pub duplicates: u64,
    /// Clusters of two or more.
    pub clusters: u64,
    /// Documents that were removed and are not compacted away yet.
    pub removed: u64,
    /// Bytes of canonical forms before compression.
    pub raw_form_bytes: u64,
    /// Bytes of the index.
    #[serde(flatten)]
    pub sizes: Sizes,
    /// Bytes of the index a document.
    pub bytes_per_doc: f64,
    /// What all nights share.
    pub settings: BTreeMap<String, String>,
    /// The nights.
    pub nights: Vec<NightFacts>,
}

/// Counts what an index holds.
///
/// # Errors
/// [`Error::Store`] for a damaged index, [`Error::Read`].
pub fn stats(root: &Path) -> Result<Stats> {
    let store = Store::open(root, Access::Look, None)?;
    let (mut documents, mut duplicates, mut removed, mut raw_form_bytes) = (0, 0, 0, 0);
    let mut keepers = BTreeSet::new();
    store.each_row(|row| {
        if row.is_removed {
            removed += 1;
            return Ok(());
        }
        documents += 1;
        raw_form_bytes += u64::from(row.form_bytes);
        if let Some(decision) = row.decision {
            duplicates += 1;
            keepers.insert(decision.keeper);
        }
        Ok(())
    })?;
    let sizes = store.sizes();
    Ok(Stats {
        documents,
        kept: documents - duplicates,
        duplicates,
        clusters: keepers.len() as u64,
        removed,
        raw_form_bytes,
        sizes,
        bytes_per_doc: sizes.total_bytes as f64 / (documents + removed).max(1) as f64,
        settings: store.manifest().settings.clone(),
        nights: store.manifest().nights.clone(),
    })
}

/// What `index verify` looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Documents whose references hold.
    pub documents: u64,
    /// Documents whose fingerprint was made again from the stored form.
    pub fingerprints: u64,
    /// Duplicates that were compared with their keeper again.
    pub comparisons: u64,
}

/// Every how many documents one is looked at closely, unless there are few.
const SAMPLE_EVERY: u64 = 97;
/// Documents below which all are.
const SAMPLE_FROM: u32 = 2000;

/// Checks every checksum, every reference, and of a sample the fingerprints and similarities.
///
/// # Errors
/// [`Error::Check`] for what does not hold, [`Error::Store`] for damaged files.
pub fn verify(root: &Path) -> Result<Checked> {
    let store = Store::open(root, Access::Look, None)?;
    store.check_files()?;
    let settings = settings_of(&store, &BTreeMap::new())?;
    let mut rows: BTreeMap<u32, (bool, bool)> = BTreeMap::new();
    store.each_row(|row| {
        rows.insert(row.number, (row.is_removed, row.decision.is_none()));
        Ok(())
    })?;
    let is_small = store.manifest().next_document < SAMPLE_FROM;
    let mut checked = Checked::default();
    let mut ids = PageCache::default();
    store.each_row(|row| {
        if row.is_removed {
            return Ok(());
        }
        checked.documents += 1;
        let wrong = |problem: String| Error::Check {
            what: row.id.clone(),
            problem,
        };
        if !rows.contains_key(&row.first) {
            return Err(wrong("the first document of its form is missing".into()));
        }
        if let Some(decision) = row.decision
            && rows.get(&decision.keeper) != Some(&(false, true))
        {
            return Err(wrong("its keeper is missing or is none".into()));
        }
        let hash = xxh3_64(row.id.as_bytes());
        if !is_small && !hash.is_multiple_of(SAMPLE_EVERY) {
            return Ok(());
        }
        if !store.find(&mut ids, key(IDS, hash))?.contains(&row.number) {
            return Err(wrong("it is not found by its id".into()));
        }
        // What follows a form that was made again had another of its own.
        let is_borrowed = row.is_worn && row.first != row.number;
        if settings.verify_store == VerifyStore::None
            || row.tokens < super::dedupe::MIN_TOKENS
            || is_borrowed
        {
            return Ok(());
        }
        let form = prepared(&store, row)?;
        let is_same = form.len_tokens() == row.tokens as usize
            && (form.len_tokens() < SHINGLE_TOKENS
                || (simhash128(&form.distinct()) == store.glance(row.number)?.simhash
                    && form.distinct().len() == row.shingles as usize));
        if !is_same {
            return Err(wrong("its form gives another fingerprint".into()));
        }
        checked.fingerprints += 1;
        if let Some(decision) = &row.decision
            && let Some(joined) = joined_of(decision, decision.keeper)
            && !matches!(joined.relation, Relation::Exact | Relation::Canonical)
            && joined.measure != Measure::Estimated
        {
            let Some(keeper) = store.rows(&[decision.keeper])?.pop() else {
                return Err(wrong("its keeper is missing".into()));
            };
            // What was decided for the first of its form was measured on that one.
            let first = store.rows(&[row.first])?.pop();
            let again = compare(&store, &settings, first.as_ref().unwrap_or(row), &keeper)?;
            if again.is_none_or(|again| (again.similarity - joined.similarity).abs() > 5e-5) {
                return Err(wrong(format!(
                    "its similarity to {} is stored as {} and does not come out again",
                    keeper.id, joined.similarity
                )));
            }
            checked.comparisons += 1;
        }
        Ok(())
    })?;
    Ok(checked)
}

/// Writes an index anew without what was removed; with a date, first removes the documents of
/// nights before it. Returns how many documents that were.
///
/// # Errors
/// Those of [`Store::open`] and [`Store::compact`].
pub fn compact(
    root: &Path,
    prune_before: Option<&str>,
    wait: Option<&dyn Fn() -> bool>,
) -> Result<u64> {
    let mut store = Store::open(root, Access::Change(wait), None)?;
    let mut pruned = 0;
    if let Some(date) = prune_before {
        let old: Vec<NightFacts> = store
            .manifest()
            .nights
            .iter()
            .filter(|night| &iso_time(night.unix_seconds)[..] < date)
            .cloned()
            .collect();
        let mut numbers = BTreeSet::new();
        store.each_row(|row| {
            let is_old = old.iter().any(|night| night.night == row.night);
            if is_old && !row.is_removed {
                numbers.insert(row.number);
            }
            Ok(())
        })?;
        pruned = numbers.len() as u64;
        take_out(&mut store, &numbers)?;
    }
    store.compact()?;
    Ok(pruned)
}

fn take_out(store: &mut Store, numbers: &BTreeSet<u32>) -> Result<Vec<ChangedRow>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let settings = settings_of(store, &BTreeMap::new())?;
    let (marks, changed) = remove::plan(store, &settings, numbers)?;
    let next_document = store.manifest().next_document;
    let mut commit = store.change()?;
    commit.mark(marks)?;
    commit.finish(next_document, None)?;
    Ok(changed.into_iter().map(|(_, row)| row).collect())
}

/// What `index remove` did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Removed {
    /// Documents that were removed.
    pub documents: u64,
    /// Ids that the index does not know.
    pub unknown: Vec<String>,
    /// Rows of documents that are now others.
    pub changed: Vec<ChangedRow>,
}

/// Removes documents by id, and all documents of records by theirs. Text and signatures are gone
/// after the next [`compact`].
///
/// # Errors
/// Those of [`Store::open`].
pub fn remove_ids(root: &Path, ids: &[String], wait: Option<&dyn Fn() -> bool>) -> Result<Removed> {
    let mut store = Store::open(root, Access::Change(wait), None)?;
    let wanted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    store.each_row(|row| {
        if row.is_removed {
            return Ok(());
        }
        for name in [&row.id[..], row.record()] {
            if let Some(&name) = wanted.get(name) {
                seen.insert(name);
                numbers.insert(row.number);
            }
        }
        Ok(())
    })?;
    let changed = take_out(&mut store, &numbers)?;
    Ok(Removed {
        documents: numbers.len() as u64,
        unknown: wanted
            .into_iter()
            .filter(|id| !seen.contains(id))
            .map(str::to_owned)
            .collect(),
        changed,
    })
}

/// A row of an exported `clusters.jsonl`.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedCluster {
    cluster: String,
    keep: String,
    size: usize,
    members: Vec<ExportedMember>,
}

#[derive(Clone, Debug, Serialize)]
struct ExportedMember {
    id: String,
    relation: Option<Relation>,
    measure: Option<Measure>,
    similarity: Option<f64>,
    hamming: Option<u8>,
}

/// Gives every assignment, in the order in which documents came, then every cluster of two or
/// more, then every verified pair of documents that are there.
///
/// # Errors
/// [`Error::Store`] for a damaged index, [`Error::Read`], and what the takers return.
pub fn export(
    root: &Path,
    mut assignment: impl FnMut(&ChangedRow) -> Result<()>,
    mut cluster: impl FnMut(&ExportedCluster) -> Result<()>,
    mut edge: impl FnMut(&EdgeRow<'_>) -> Result<()>,
) -> Result<()> {
    let store = Store::open(root, Access::Look, None)?;
    let thresholds = Thresholds::of(&settings_of(&store, &BTreeMap::new())?);
    let mut clusters: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    store.each_row(|row| {
        if row.is_removed {
            return Ok(());
        }
        let keeper = match row.decision {
            Some(decision) => {
                let members = clusters.entry(decision.keeper).or_default();
                members.push(row.number);
                store.rows(&[decision.keeper])?.pop()
            }
            None => None,
        };
        assignment(&ChangedRow {
            changed: None,
            ..changed_row(row, keeper.as_ref())
        })
    })?;
    for (keeper, members) in clusters {
        let Some(keeper) = store.rows(&[keeper])?.pop() else {
            continue;
        };
        let member = |row: &Row| {
            let joined = row.decision.and_then(|decision| joined_of(&decision, 0));
            ExportedMember {
                id: row.id.clone(),
                relation: joined.map(|joined| joined.relation),
                measure: joined.map(|joined| joined.measure),
                similarity: joined.map(|joined| joined.similarity),
                hamming: joined.map(|joined| joined.hamming),
            }
        };
        let others = store.rows(&members)?;
        cluster(&ExportedCluster {
            cluster: keeper.cluster.clone().unwrap_or_else(|| keeper.id.clone()),
            keep: keeper.id.clone(),
            size: members.len() + 1,
            members: std::iter::once(&keeper)
                .chain(&others)
                .map(member)
                .collect(),
        })?;
    }
    store.each_edges(|edges| {
        let mut numbers: Vec<u32> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let rows = store.rows(&numbers)?;
        let id = |number: u32| {
            let at = numbers.binary_search(&number).ok()?;
            rows.get(at)
                .filter(|row| !row.is_removed)
                .map(|row| &row.id[..])
        };
        for stored in edges {
            if let (Some(a), Some(b)) = (id(stored.a), id(stored.b)) {
                edge(&EdgeRow::of(&edge_of(stored), a, b, &thresholds))?;
            }
        }
        Ok(())
    })
}
