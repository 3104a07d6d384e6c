//! Tonight's documents against those of all earlier nights.
//!
//! The night goes the way of [`super::dedupe`]: the same fingerprints, the same comparison, the
//! same stars over one order of rank, in which all earlier nights come first. So an earlier
//! decision never changes, and N nights decide as one run in which the night's number stands
//! first in the rank. Of the earlier documents only those that share a key with one of tonight's
//! are looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use rayon::prelude::*;
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

use super::dedupe::{self, Dedupe, DedupeItem, Glance, MIN_TOKENS};
use super::outcome::{self, Document, Outcome};
use super::past::{Past, decision_of};
use crate::Result;
use crate::cluster::{Edge, Joined, Measure, stars_after};
use crate::config::{OnKnownId, Settings, VerifyStore};
use crate::index::search_noting;
use crate::index::store::{
    Access, Commit, FORM_PAGE_BYTES, FORMS, FormPage, IDS, Key, MEMBERS, Manifest, NightFacts,
    PageCache, Row, Store, key,
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
            "canonical form",
            crate::fingerprint::CANONICAL_VERSION.to_string(),
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
        Ok(Self {
            store: Store::open(root, Access::Change(wait), Some(&shared))?,
            settings: settings.clone(),
            dedupe: Dedupe::new(settings, tmp_dir)?,
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

    /// Finds, verifies and decides, and commits the night.
    ///
    /// # Errors
    /// Those of the index; it is then as it was before the night.
    pub fn finish(self, stamp: &NightStamp) -> Result<(Outcome, NightReport)> {
        let Self {
            mut store,
            settings,
            dedupe,
            known,
            replaced,
            batch,
            mut report,
            ..
        } = self;
        let batch = format!("{:032x}", batch.digest128());
        let (marks, changed) = super::remove::plan(&store, &settings, &replaced)?;
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
        report.night = night;
        report.is_repeated = repeated.is_some();
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
        let mut outcome = decided.outcome;
        let earlier = past.into_numbers();
        let is_idle = repeated.is_some() || (next == base && replaced.is_empty());
        if !is_idle {
            let mut commit = store.change()?;
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
                }),
            )?;
        }
        report.replaced_docs = replaced.len() as u32;
        report.index_docs = u64::from(store.manifest().next_document);
        report.index_bytes = store.manifest().bytes();
        outcome.change(changed);
        Ok((outcome, report))
    }
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

/// Tonight's documents on the way to their decisions.
///
/// Local numbers: tonight's documents first, in the order of the input, then those of the past
/// that matter to them.
struct Work<'a> {
    past: Past<'a>,
    /// Number in the index of each of tonight's documents.
    numbers: Vec<u32>,
    known: Vec<Option<u32>>,
    night: u32,
    dedupe: Dedupe,
    /// Postings of tonight's forms, ascending.
    entries: Vec<(Key, u32)>,
}

struct Decided {
    outcome: Outcome,
    /// For each of tonight's documents the number in the index of the first of its form.
    firsts: Vec<u32>,
}

impl Work<'_> {
    fn decide(&mut self, settings: &Settings) -> Result<Decided> {
        let count = self.numbers.len();
        for document in &mut self.dedupe.documents {
            document.rank.night = self.night;
        }
        self.settle_known()?;
        let order = dedupe::by_rank(&self.dedupe.documents);
        let mut groups = self.group_forms(&order)?;
        let mut place = vec![None; count];
        for (at, &document) in (0..).zip(&order) {
            let nth = document as usize;
            if self.known[nth].is_none()
                && groups[nth] == document
                && self.dedupe.documents[nth].tokens >= MIN_TOKENS
            {
                place[nth] = Some(at);
            }
        }
        let (pairs, mut facts) = self.candidates(&place, settings)?;
        facts.candidates = pairs.len() as u64;
        self.load_past(settings)?;
        let local = self.dedupe.documents.len() as u32;
        groups.extend(count as u32..local);
        let thresholds = self.dedupe.thresholds;
        let policy = self.dedupe.policy;
        let edges = if settings.verify_store == VerifyStore::None {
            let (new, old): (Vec<_>, Vec<_>) =
                pairs.iter().partition(|pair| (pair.0 as usize) < count);
            let (forms, glances) = (&self.dedupe.forms, &self.dedupe.glances);
            let mut edges = dedupe::verify(&new, forms, glances, &thresholds)?;
            edges.extend(old.into_iter().filter_map(|(a, b)| self.estimate(a, b)));
            edges
        } else {
            dedupe::verify(
                &pairs,
                &self.dedupe.forms,
                &self.dedupe.glances,
                &thresholds,
            )?
        };
        let mut edges = edges;
        edges.extend(self.edges_of_originals(&edges, settings)?);
        facts.verified = edges.len() as u64;
        let order = dedupe::by_rank(&self.dedupe.documents);
        let settled = self.settled(count)?;
        let mut order = order;
        let mut joined = stars_after(&order, &edges, &thresholds, policy, &settled);
        if settings.verify_store == VerifyStore::None {
            for joined in joined[..count].iter_mut().flatten() {
                if joined.keeper as usize >= count {
                    joined.measure = Measure::Estimated;
                }
            }
        }
        outcome::join_same_forms(&mut joined, &groups, &self.dedupe.documents);
        self.whole_clusters(&mut order, &mut joined)?;
        let firsts = groups[..count]
            .iter()
            .map(|&first| match self.past.row(first) {
                Some(row) => row.first,
                None => self.numbers[first as usize],
            })
            .collect();
        let documents = std::mem::take(&mut self.dedupe.documents);
        let (siblings, related) = self.past.grouped();
        let outcome = Outcome::after(
            documents,
            order,
            joined,
            edges,
            thresholds,
            policy,
            facts,
            &self.dedupe.forms,
            (count, siblings, related),
        )?;
        Ok(Decided { outcome, firsts })
    }

    /// Documents that the index knows stand as it has them.
    fn settle_known(&mut self) -> Result<()> {
        let mut known: Vec<u32> = self.known.iter().flatten().copied().collect();
        known.sort_unstable();
        known.dedup();
        let rows: HashMap<u32, Row> = known
            .iter()
            .copied()
            .zip(self.past.store().rows(&known)?)
            .collect();
        for (nth, number) in self.known.iter().enumerate() {
            if let Some(row) = number.and_then(|number| rows.get(&number)) {
                self.dedupe.documents[nth] = Document::of_row(row);
                self.past.know(nth as u32, row.clone());
            }
        }
        Ok(())
    }

    /// For each of tonight's documents the first of its form: one of the past, or tonight's best.
    fn group_forms(&mut self, order: &[u32]) -> Result<Vec<u32>> {
        let form_key = |tokens: u32, text: u128, form: u128| {
            if tokens >= MIN_TOKENS {
                (true, form)
            } else {
                (false, text)
            }
        };
        let documents = &self.dedupe.documents;
        let key_of =
            |document: &Document| form_key(document.tokens, document.text_hash, document.form_hash);
        let mut keys: Vec<Key> = documents
            .iter()
            .map(|document| key(FORMS, key_of(document).1 as u64))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut old = Vec::new();
        self.past
            .store()
            .probe(keys.iter().copied(), self.past.before(), |_, number| {
                old.push(number);
            })?;
        let mut first: HashMap<(bool, u128), u32> = HashMap::with_capacity(documents.len());
        let count = documents.len() as u32;
        for row in self.past.living(old)?.into_values() {
            let local = self.past.include(&row);
            first
                .entry(form_key(row.tokens, row.text_hash, row.form_hash))
                .and_modify(|at| *at = (*at).min(local))
                .or_insert(local);
        }
        let mut groups = vec![0; count as usize];
        for &number in order {
            let nth = number as usize;
            groups[nth] = if self.known[nth].is_some() {
                number
            } else {
                *first
                    .entry(key_of(&self.dedupe.documents[nth]))
                    .or_insert(number)
            };
        }
        Ok(groups)
    }

    /// Candidate pairs among tonight's documents and with the past; notes tonight's postings.
    fn candidates(
        &mut self,
        place: &[Option<u32>],
        settings: &Settings,
    ) -> Result<(Vec<(u32, u32)>, super::Facts)> {
        let plan = *self.dedupe.bands.plan();
        let mut facts = super::Facts {
            plan: Some(plan),
            disk_bytes: self.dedupe.bands.disk_bytes(),
            ..super::Facts::default()
        };
        let bands = std::mem::replace(
            &mut self.dedupe.bands,
            crate::index::Bands::new(plan, 0, Path::new("")),
        );
        let glances = &self.dedupe.glances;
        let may_match =
            |a: u32, b: u32| dedupe::may_match(&plan, &glances[a as usize], &glances[b as usize]);
        let (store, before) = (self.past.store(), self.past.before());
        type Column = (Vec<u64>, crate::index::Found, Vec<(u32, u32)>);
        let mut pairs = Vec::new();
        let mut old: Vec<(u32, u32)> = Vec::new();
        let columns: Vec<_> = (0_u16..).zip(bands.into_columns()).collect();
        let mut columns = columns.into_iter();
        loop {
            let some: Vec<_> = columns.by_ref().take(COLUMNS_AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let numbers: Vec<u16> = some.iter().map(|(column, _)| *column).collect();
            let searched: Vec<Result<Column>> = some
                .into_par_iter()
                .map(|(column, runs)| {
                    let mut entries: Vec<u64> = Vec::new();
                    let found = search_noting(
                        runs,
                        |document| place[document as usize],
                        may_match,
                        |entry| {
                            if entries.last() != Some(&entry) {
                                entries.push(entry);
                            }
                        },
                    )?;
                    let mut old = Vec::new();
                    let keys = entries.iter().map(|entry| key(column, entry >> 32));
                    store.probe(keys, before, |nth, number| {
                        old.push((number, entries[nth] as u32));
                    })?;
                    old.sort_unstable();
                    old.dedup();
                    Ok((entries, found, old))
                })
                .collect();
            for (column, searched) in numbers.into_iter().zip(searched) {
                let (entries, found, more) = searched?;
                facts.split_buckets += found.split_buckets;
                facts.largest_bucket_docs = facts.largest_bucket_docs.max(found.largest_docs);
                pairs.extend(found.pairs);
                old.extend(more);
                self.entries.extend(entries.iter().map(|entry| {
                    (
                        key(column, entry >> 32),
                        self.numbers[(entry & 0xFFFF_FFFF) as usize],
                    )
                }));
            }
        }
        old.par_sort_unstable();
        old.dedup();
        let mut wanted: Vec<u32> = old.iter().map(|&(number, _)| number).collect();
        wanted.dedup();
        let living = self.past.living(wanted)?;
        for (number, local) in old {
            // A duplicate is nobody's keeper.
            let Some(row) = living.get(&number).filter(|row| row.decision.is_none()) else {
                continue;
            };
            let glance = Glance {
                simhash: row.simhash,
                shingles: row.shingles,
            };
            if dedupe::may_match(&plan, &glance, &self.dedupe.glances[local as usize]) {
                let other = self.past.include(row);
                if settings.verify_store != VerifyStore::None {
                    self.past.want_form(other);
                }
                // The earlier one first, as in one run over all nights.
                pairs.push((other, local));
            }
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        Ok((pairs, facts))
    }

    /// Puts the included documents of the past, and their keepers, behind tonight's.
    fn load_past(&mut self, settings: &Settings) -> Result<()> {
        self.past.include_keepers()?;
        let forms = match settings.verify_store {
            VerifyStore::Text => self.past.load_forms()?,
            VerifyStore::None => BTreeMap::new(),
        };
        for (at, row) in self.past.rows().enumerate() {
            self.dedupe.documents.push(Document::of_row(row));
            self.dedupe.glances.push(Glance {
                simhash: row.simhash,
                shingles: row.shingles,
            });
            self.dedupe
                .forms
                .push(forms.get(&(at as u32)).map_or(&[], |form| &form[..]))?;
        }
        Ok(())
    }

    /// Edges between documents of the past that one masked text of tonight fits: whether they are
    /// two originals decides on it.
    fn edges_of_originals(&self, edges: &[Edge], settings: &Settings) -> Result<Vec<Edge>> {
        if settings.verify_store == VerifyStore::None {
            return Ok(Vec::new());
        }
        let count = self.numbers.len() as u32;
        let mut fits: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for edge in edges
            .iter()
            .filter(|edge| edge.b >= count && edge.a < count)
        {
            if edge.masks(edge.a) {
                fits.entry(edge.a).or_default().insert(edge.b);
            }
        }
        let mut pairs = BTreeSet::new();
        for originals in fits.values() {
            for (nth, &one) in originals.iter().enumerate() {
                pairs.extend(originals.iter().skip(nth + 1).map(|&other| (one, other)));
            }
        }
        let pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
        dedupe::verify(
            &pairs,
            &self.dedupe.forms,
            &self.dedupe.glances,
            &self.dedupe.thresholds,
        )
    }

    /// What is decided already, by local number.
    fn settled(&self, count: usize) -> Result<Vec<Option<Option<Joined>>>> {
        let mut settled = vec![None; self.dedupe.documents.len()];
        for (at, row) in self.past.rows().enumerate() {
            settled[count + at] = Some(self.past.joined(row)?);
        }
        for (local, row) in self.past.known() {
            settled[local as usize] = Some(self.past.joined(row)?);
        }
        Ok(settled)
    }

    /// Adds what else belongs to the clusters that tonight's documents joined.
    fn whole_clusters(
        &mut self,
        order: &mut Vec<u32>,
        joined: &mut Vec<Option<Joined>>,
    ) -> Result<()> {
        let count = self.numbers.len();
        let mut keepers: Vec<u32> = joined[..count]
            .iter()
            .flatten()
            .map(|joined| joined.keeper)
            .filter_map(|keeper| self.past.row(keeper))
            .map(|row| row.number)
            .collect();
        let known = self.past.known().map(|(_, row)| row);
        keepers.extend(
            known
                .filter(|row| row.decision.is_none())
                .map(|row| row.number),
        );
        keepers.sort_unstable();
        keepers.dedup();
        let from = self.past.len();
        self.past.include_members(&keepers)?;
        let added: Vec<Row> = self.past.rows().skip(from).cloned().collect();
        for row in added {
            order.push(self.dedupe.documents.len() as u32);
            joined.push(self.past.joined(&row)?);
            self.dedupe.documents.push(Document::of_row(&row));
        }
        Ok(())
    }

    /// An edge by signatures alone, where these leave no doubt.
    fn estimate(&self, a: u32, b: u32) -> Option<Edge> {
        let (x, y) = (
            self.dedupe.glances[a as usize],
            self.dedupe.glances[b as usize],
        );
        let hamming = crate::fingerprint::hamming128(x.simhash, y.simhash);
        (hamming <= ESTIMATED_BITS).then(|| Edge::estimated(a, b, hamming))
    }
}

/// SimHash distance up to which two documents without texts are taken for copies: at Jaccard 0.7
/// the mean is 25 of 128 bits.
const ESTIMATED_BITS: u32 = 8;

/// Columns that are searched at once, which bounds the memory of their postings.
const COLUMNS_AT_ONCE: usize = 8;

/// Everything that is written of a night.
struct Writing<'a> {
    outcome: &'a Outcome,
    numbers: &'a [u32],
    known: &'a [Option<u32>],
    firsts: &'a [u32],
    earlier: &'a [u32],
    dedupe: &'a Dedupe,
    night: u32,
}

impl Writing<'_> {
    /// Writes rows, forms and postings; returns how many duplicates there are.
    fn write(
        &self,
        commit: &mut Commit<'_>,
        settings: &Settings,
        mut entries: Vec<(Key, u32)>,
    ) -> Result<u32> {
        let mut duplicates = 0;
        let mut rows = commit.rows()?;
        let fresh: Vec<usize> = (0..self.numbers.len())
            .filter(|&nth| self.known[nth].is_none())
            .collect();
        let is_first = |nth: usize| self.firsts[nth] == self.numbers[nth];
        for &nth in &fresh {
            let number = self.numbers[nth];
            let mut row = self.outcome.row(nth);
            (row.number, row.night) = (number, self.night);
            row.first = self.firsts[nth];
            row.form_bytes = self.dedupe.forms.bytes_of(nth as u32) as u32;
            let glance = self.dedupe.glances[nth];
            (row.simhash, row.shingles) = (glance.simhash, glance.shingles);
            row.decision = self
                .outcome
                .joined(nth)
                .map(|joined| decision_of(&joined, self.number(joined.keeper)));
            if let Some(decision) = row.decision {
                duplicates += 1;
                entries.push((key(MEMBERS, u64::from(decision.keeper)), number));
            }
            entries.push((key(IDS, xxh3_64(row.id.as_bytes())), number));
            if is_first(nth) {
                let hash = if row.tokens >= MIN_TOKENS {
                    row.form_hash
                } else {
                    row.text_hash
                };
                entries.push((key(FORMS, hash as u64), number));
            }
            rows.push(&row)?;
        }
        commit.add_rows(rows)?;
        if settings.verify_store == VerifyStore::Text {
            let kept: Vec<usize> = fresh
                .into_iter()
                .filter(|&nth| is_first(nth) && self.outcome.row(nth).tokens >= MIN_TOKENS)
                .collect();
            self.write_forms(commit, &kept)?;
        }
        entries.par_sort_unstable();
        entries.dedup();
        let mut run = commit.run()?;
        for (key, number) in entries {
            run.push(key, number)?;
        }
        commit.add_run(run)?;
        Ok(duplicates)
    }

    fn number(&self, local: u32) -> u32 {
        let local = local as usize;
        match self.numbers.get(local) {
            Some(&number) => number,
            None => self.earlier[local - self.numbers.len()],
        }
    }

    fn write_forms(&self, commit: &mut Commit<'_>, kept: &[usize]) -> Result<()> {
        let mut pages: Vec<&[usize]> = Vec::new();
        let mut from = 0;
        let mut bytes = 0;
        for (at, &nth) in kept.iter().enumerate() {
            bytes += self.dedupe.forms.bytes_of(nth as u32);
            if bytes >= FORM_PAGE_BYTES as u64 || at + 1 == kept.len() {
                pages.push(&kept[from..=at]);
                (from, bytes) = (at + 1, 0);
            }
        }
        let mut writer = commit.forms()?;
        for some in pages.chunks(PAGES_AT_ONCE) {
            let packed: Vec<Result<FormPage>> = some
                .par_iter()
                .map(|page| {
                    let forms: Vec<(u32, Vec<u8>)> = page
                        .iter()
                        .map(|&nth| Ok((self.numbers[nth], self.dedupe.forms.bytes(nth as u32)?)))
                        .collect::<Result<_>>()?;
                    FormPage::pack(forms.iter().map(|(number, form)| (*number, &form[..])))
                })
                .collect();
            for page in packed {
                writer.push(&page?)?;
            }
        }
        commit.add_forms(writer)
    }
}

/// Pages that are packed at once.
const PAGES_AT_ONCE: usize = 64;
