//! Tonight's documents against those of all earlier nights.
//!
//! The night goes the way of [`super::dedupe`]: the same fingerprints, the same comparison, the
//! same stars over one order of rank, in which all earlier nights come first. So an earlier
//! decision never changes, and N nights decide as one run in which the night's number stands
//! first in the rank. Only earlier documents that share a key with one of tonight's are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

use super::dedupe::{Dedupe, DedupeItem};
use super::outcome::Outcome;
use super::past::Past;
use super::record::Writing;
use super::rekeep;
use super::remove::changed_row;
use super::rows::ChangedRow;
use super::tonight::Work;
use crate::Result;
use crate::config::{DedupeMode, OnKnownId, Settings};
use crate::index::store::{
    Access, CANONICAL_FORM, FORM_TABLES, IDS, Manifest, NightFacts, PageCache, Row, Store, key,
};

/// What a night's record says besides its documents.
#[derive(Clone, Debug, Default)]
pub struct NightStamp {
    /// Version of the program.
    pub version: String,
    /// Hash of the rules that cleaned it.
    pub rule_set: String,
    /// Now, seconds since 1970.
    pub unix_seconds: u64,
}

/// What a night came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct NightReport {
    /// Its number, from 1.
    pub night: u32,
    /// Whether the index had it already.
    pub is_repeated: bool,
    /// Whether nothing was new, so that no night was added and this is the last one.
    pub is_idle: bool,
    /// Documents that the index did not know.
    pub new_docs: u32,
    /// Documents that it knew, text and all.
    pub known_docs: u32,
    /// Records left out because their id bears another text in the index.
    pub skipped_records: u32,
    /// Records that came as a new version of a known id.
    pub version_records: u32,
    /// Earlier documents that were replaced.
    pub replaced_docs: u32,
    /// Whether a limit or the deadline left some of the input for the next night.
    pub is_cut_short: bool,
    /// Documents of the index after it.
    pub index_docs: u64,
    /// Bytes of the index after it.
    pub index_bytes: u64,
    /// What changed since the night before, in words; empty where nothing did.
    pub notes: Vec<String>,
}

/// What the index knows of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// Nothing: it goes its way under its own id.
    New,
    /// The same texts under this id.
    Same(String),
    /// Other texts: it goes its way under this id.
    Version(String),
    /// Other texts: it is left out.
    Skip,
}

/// A night under way.
pub struct Night {
    store: Store,
    settings: Settings,
    pub(super) dedupe: Dedupe,
    ids: PageCache,
    /// For each of tonight's documents its number where the index knows it.
    known: Vec<Option<u32>>,
    replaced: BTreeSet<u32>,
    batch: Xxh3,
    report: NightReport,
}

/// The settings that all nights of an index share.
///
/// # Errors
/// [`crate::Error::Config`] for unusable settings.
pub fn index_settings(settings: &Settings) -> Result<BTreeMap<String, String>> {
    if settings.mode == DedupeMode::Paragraph {
        return Err(crate::Error::config(
            "mode",
            "an index compares whole documents: run --mode paragraph on the documents of a night, without --index",
        ));
    }
    let dedupe = Dedupe::new(settings, &std::env::temp_dir())?;
    let plan = dedupe.plan();
    let aligned = settings
        .aligned
        .0
        .map_or("off".to_owned(), |share| share.to_string());
    let entries = [
        ("jaccard", settings.jaccard.to_string()),
        ("aligned", aligned),
        ("recall", settings.recall.to_string()),
        ("siblings", word(&settings.siblings)),
        ("revisions", word(&settings.revisions)),
        ("contained", word(&settings.contained)),
        ("mode", word(&settings.mode)),
        ("verify_store", word(&settings.verify_store)),
        (
            CANONICAL_FORM,
            crate::fingerprint::CANONICAL_VERSION.to_string(),
        ),
        (
            FORM_TABLES,
            format!("{:016x}", crate::fingerprint::tables_xxh3()),
        ),
        ("bands", format!("{} of {}", plan.bands, plan.rows)),
    ];
    Ok(entries
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Night {
    /// Opens the index, or makes it.
    ///
    /// # Errors
    /// Those of [`Store::open`], [`crate::Error::Config`].
    pub fn open(
        root: &Path,
        settings: &Settings,
        tmp_dir: &Path,
        wait: Option<&dyn Fn() -> bool>,
    ) -> Result<Self> {
        settings.check()?;
        let shared = index_settings(settings)?;
        let store = Store::open(root, Access::Change(wait), Some(&shared))?;
        let mut dedupe = Dedupe::new(settings, tmp_dir)?;
        dedupe.mask_as(&store, &settings.masks)?;
        Ok(Self {
            store,
            settings: settings.clone(),
            dedupe,
            ids: PageCache::default(),
            known: Vec::new(),
            replaced: BTreeSet::new(),
            batch: Xxh3::new(),
            report: NightReport::default(),
        })
    }

    /// What the index consists of so far.
    pub fn manifest(&self) -> &Manifest {
        self.store.manifest()
    }

    /// Looks a record up by its id and the texts of its documents. `is_taken` tells of ids that
    /// tonight's other records bear.
    ///
    /// # Errors
    /// Those of [`Store::rows`].
    pub fn meet(
        &mut self,
        record: &str,
        texts: &[&str],
        is_taken: impl Fn(&str) -> bool,
    ) -> Result<Met> {
        let hashes: Vec<u128> = texts.iter().map(|text| xxh3_128(text.as_bytes())).collect();
        let mut id = record.to_owned();
        let mut version = 1_u32;
        let mut first_seen: Option<Vec<u32>> = None;
        loop {
            match self.documents_of(&id)? {
                Some(rows) => {
                    let is_same = rows.len() == hashes.len()
                        && rows
                            .iter()
                            .zip(&hashes)
                            .all(|(row, hash)| row.text_hash == *hash);
                    if is_same {
                        return Ok(Met::Same(id));
                    }
                    first_seen.get_or_insert_with(|| rows.iter().map(|row| row.number).collect());
                }
                None if version == 1 => return Ok(Met::New),
                None if !is_taken(&id) => break,
                None => {}
            }
            version += 1;
            id = format!("{record}~{version}");
        }
        match self.settings.on_known_id {
            OnKnownId::Skip => {
                self.report.skipped_records += 1;
                Ok(Met::Skip)
            }
            OnKnownId::Version => {
                self.report.version_records += 1;
                Ok(Met::Version(id))
            }
            OnKnownId::Replace => {
                self.replaced.extend(first_seen.unwrap_or_default());
                Ok(Met::New)
            }
        }
    }

    /// The documents of a record, in order; None where the index has none.
    fn documents_of(&mut self, record: &str) -> Result<Option<Vec<Row>>> {
        let Some(first) = self.number_of(record)? else {
            return Ok(None);
        };
        let mut rows = self.store.rows(&[first])?;
        let end = self.store.manifest().next_document;
        for number in first + 1..end {
            let Ok(mut next) = self.store.rows(&[number]) else {
                break;
            };
            let Some(row) = next
                .pop()
                .filter(|row| row.record() == record && !row.is_removed)
            else {
                break;
            };
            rows.push(row);
        }
        Ok(Some(rows))
    }

    /// Number of the document that bears an id.
    fn number_of(&mut self, id: &str) -> Result<Option<u32>> {
        let found = self
            .store
            .find(&mut self.ids, key(IDS, xxh3_64(id.as_bytes())))?;
        for number in found {
            let rows = self.store.rows(&[number])?;
            if rows.iter().any(|row| row.id == id && !row.is_removed)
                && !self.replaced.contains(&number)
            {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Documents so far that the index does not know.
    pub fn new_docs(&self) -> u64 {
        self.known.iter().filter(|known| known.is_none()).count() as u64
    }

    /// Adds documents; their order is the order of the outcome.
    ///
    /// # Errors
    /// Those of [`Dedupe::add_batch`] and [`Store::rows`].
    pub fn add_batch(&mut self, items: Vec<DedupeItem>) -> Result<()> {
        for item in &items {
            let hash = xxh3_128(item.text.as_bytes());
            self.batch.update(item.id.as_bytes());
            self.batch.update(&hash.to_le_bytes());
            let known = match self.number_of(&item.id)? {
                Some(number) => self
                    .store
                    .rows(&[number])?
                    .iter()
                    .any(|row| row.text_hash == hash)
                    .then_some(number),
                None => None,
            };
            self.known.push(known);
        }
        self.dedupe.add_batch(items)
    }

    /// So many more documents come that the index does not know.
    pub(super) fn know_nothing_of(&mut self, documents: usize) {
        self.known.resize(self.known.len() + documents, None);
    }

    /// Finds, verifies and decides, and commits the night.
    ///
    /// # Errors
    /// Those of the index; it is then as it was before the night.
    pub fn finish(self, stamp: &NightStamp) -> Result<(Outcome, NightReport)> {
        self.finish_as(stamp, None)
    }

    /// [`Night::finish`], of a night that comes again under its own name.
    pub(super) fn finish_as(
        self,
        stamp: &NightStamp,
        name: Option<&str>,
    ) -> Result<(Outcome, NightReport)> {
        let Self {
            mut store,
            settings,
            mut dedupe,
            known,
            replaced,
            batch,
            mut report,
            ..
        } = self;
        let batch = match name {
            Some(name) => name.to_owned(),
            None => format!("{:032x}", batch.digest128()),
        };
        let (marks, changed) = super::remove::plan(&store, &settings, &replaced)?;
        let marked: Vec<u32> = changed.iter().map(|(number, _)| *number).collect();
        let changed = changed.into_iter().map(|(_, row)| row).collect();
        store.preview(marks);
        let repeated = repeated(store.manifest(), &known, &batch);
        let (night, base) = match repeated {
            Some((night, first)) => (night, first),
            None => (
                store.manifest().nights.len() as u32 + 1,
                store.manifest().next_document,
            ),
        };
        let known = match repeated {
            Some(_) => vec![None; known.len()],
            None => known,
        };
        dedupe.learn_masks()?;
        let mut work = Work {
            past: Past::new(&store, base, known.len() as u32),
            numbers: Vec::with_capacity(known.len()),
            known,
            night,
            dedupe,
            entries: Vec::new(),
        };
        let mut next = base;
        for known in &work.known {
            work.numbers.push(known.unwrap_or(next));
            next += u32::from(known.is_none());
        }
        let decided = work.decide(&settings)?;
        (report.night, report.is_repeated) = (night, repeated.is_some());
        report.new_docs = next - base;
        report.known_docs = work.numbers.len() as u32 - report.new_docs;
        report.notes = notes(store.manifest(), stamp, repeated.is_some());
        let Work {
            dedupe,
            entries,
            numbers,
            known,
            past,
            ..
        } = work;
        let firsts = decided.firsts;
        let mut outcome = decided.outcome.with_masks(dedupe.masks());
        let earlier = past.into_numbers();
        let is_idle = repeated.is_some() || (next == base && replaced.is_empty() && name.is_none());
        if is_idle && repeated.is_none() {
            report.is_idle = true;
            report.night = store.manifest().nights.len() as u32;
        }
        if !is_idle {
            let mut commit = store.change()?;
            dedupe.freeze_masks(night, &mut commit)?;
            let writing = Writing {
                outcome: &outcome,
                numbers: &numbers,
                known: &known,
                firsts: &firsts,
                earlier: &earlier,
                dedupe: &dedupe,
                night,
            };
            let duplicates = writing.write(&mut commit, &settings, entries)?;
            if !replaced.is_empty() {
                commit.mark([])?;
            }
            commit.finish(
                next,
                Some(NightFacts {
                    night,
                    unix_seconds: stamp.unix_seconds,
                    batch_xxh3: batch,
                    version: stamp.version.clone(),
                    rule_set: stamp.rule_set.clone(),
                    first: base,
                    documents: next - base,
                    duplicates,
                    index_bytes: 0,
                    changed: marked,
                }),
            )?;
        }
        if settings.rekeep {
            elect(&mut store, &settings, &numbers)?;
            let all: Vec<u32> = numbers.iter().chain(&earlier).copied().collect();
            let settled = rekeep::settled(&store, &all, numbers.len(), outcome.decisions())?;
            outcome.settle(settled);
        }
        report.replaced_docs = replaced.len() as u32;
        report.index_docs = store.documents();
        report.index_bytes = store.manifest().bytes();
        // A night that comes again names what it changed then, as it is now.
        let of_then = match repeated {
            Some((night, _)) => listed(&store, night)?,
            None => changed,
        };
        outcome.change(of_then);
        Ok((outcome, report))
    }
}

/// The rows that a night changed, as they are now.
fn listed(store: &Store, night: u32) -> Result<Vec<ChangedRow>> {
    let nights = &store.manifest().nights;
    let facts = nights.iter().find(|facts| facts.night == night);
    let mut out = Vec::new();
    for &number in facts.map_or(&[][..], |facts| &facts.changed) {
        for row in store.rows(&[number])? {
            let keeper = match row.decision {
                Some(decision) => store.rows(&[decision.keeper])?.pop(),
                None => None,
            };
            out.push(changed_row(&row, keeper.as_ref()));
        }
    }
    Ok(out)
}

/// Elects keepers anew in the clusters of some documents. A commit of its own: where it is cut
/// short, the same command finds the night done and does the rest.
fn elect(store: &mut Store, settings: &Settings, numbers: &[u32]) -> Result<()> {
    let mut keepers = BTreeSet::new();
    let mut ascending = numbers.to_vec();
    ascending.sort_unstable();
    ascending.dedup();
    for row in store.rows(&ascending)? {
        keepers.insert(row.decision.map_or(row.number, |decision| decision.keeper));
    }
    let marks = rekeep::plan(store, settings, &keepers)?;
    if marks.is_empty() {
        return Ok(());
    }
    let end = store.manifest().next_document;
    let mut commit = store.change()?;
    commit.mark(marks)?;
    commit.finish(end, None)
}

/// The night that these documents are already, and its first document.
fn repeated(manifest: &Manifest, known: &[Option<u32>], batch: &str) -> Option<(u32, u32)> {
    manifest
        .nights
        .iter()
        .find(|night| {
            night.batch_xxh3 == batch
                && night.documents as usize == known.len()
                && known
                    .iter()
                    .zip(night.first..)
                    .all(|(known, number)| *known == Some(number))
        })
        .map(|night| (night.night, night.first))
}

/// What is different from the night before.
fn notes(manifest: &Manifest, stamp: &NightStamp, is_repeated: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(last) = manifest.nights.last()
        && !is_repeated
    {
        for (what, was, is) in [
            ("version", &last.version, &stamp.version),
            ("rule set", &last.rule_set, &stamp.rule_set),
        ] {
            if was != is {
                notes.push(format!(
                    "night {} was cleaned with {what} {was}, tonight's with {is}: texts of \
                     earlier nights stay as they were",
                    last.night
                ));
            }
        }
    }
    notes
}
