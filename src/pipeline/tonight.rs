//! Deciding on tonight's documents: candidates among themselves and in the past, verified pairs,
//! stars after those of the past.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use rayon::prelude::*;

use super::dedupe::{self, Dedupe, MIN_TOKENS, Reach, Sight};
use super::entry::{Document, SameForm};
use super::outcome::{Found, Outcome};
use super::pairs;
use super::past::{Past, glance_of};
use crate::Result;
use crate::cluster::{Difference, Edge, Joined};
use crate::config::{Settings, VerifyStore};
use crate::fingerprint::unmasked_shingles;
use crate::index::store::{FORMS, Key, Row, Store, key};
use crate::index::{Crowd, Glimpse, Look, is_crowded, join_buckets, search_noting, split};

/// Tonight's documents on the way to their decisions.
///
/// Local numbers: tonight's documents first, in the order of the input, then those of the past
/// that matter to them.
pub(super) struct Work<'a> {
    pub(super) past: Past<'a>,
    /// Number in the index of each of tonight's documents.
    pub(super) numbers: Vec<u32>,
    pub(super) known: Vec<Option<u32>>,
    pub(super) night: u32,
    pub(super) dedupe: Dedupe,
    /// Postings of tonight's forms, ascending.
    pub(super) entries: Vec<(Key, u32)>,
}

pub(super) struct Decided {
    pub(super) outcome: Outcome,
    /// For each of tonight's documents the number in the index of the first of its form.
    pub(super) firsts: Vec<u32>,
}

impl Work<'_> {
    pub(super) fn decide(&mut self, settings: &Settings) -> Result<Decided> {
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
            let mut edges = pairs::verify(&new, forms, glances, &thresholds)?;
            edges.extend(old.into_iter().filter_map(|(a, b)| self.estimate(a, b)));
            edges
        } else {
            pairs::verify(
                &pairs,
                &self.dedupe.forms,
                &self.dedupe.glances,
                &thresholds,
            )?
        };
        let mut edges = edges;
        for edge in &mut edges {
            let is_worn = |local: u32| self.dedupe.documents[local as usize].is_worn;
            // What an older form dropped may be what tells the two apart.
            if edge.difference == Some(Difference::Noise) && is_worn(edge.a) != is_worn(edge.b) {
                edge.difference = Some(Difference::Unseen);
            }
        }
        edges.extend(self.edges_of_originals(&edges, settings)?);
        facts.verified = edges.len() as u64;
        dedupe::rank_by_copies(
            &mut self.dedupe.documents,
            &groups,
            &mut edges,
            &thresholds,
            policy,
        );
        self.keep_shown(count);
        let settled = self.settled(count)?;
        let documents = std::mem::take(&mut self.dedupe.documents);
        let rules = (thresholds, policy);
        let mut found = Found::decide(documents, edges, &groups, &settled, rules, facts);
        self.whole_clusters(&mut found)?;
        let firsts = groups[..count]
            .iter()
            .map(|&first| match self.past.row(first) {
                Some(row) => row.first,
                None => self.numbers[first as usize],
            })
            .collect();
        let (siblings, related) = self.past.grouped();
        let past = (count, siblings, related);
        let outcome = Outcome::after(found, &self.dedupe.forms, past)?;
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
        let documents = &self.dedupe.documents;
        let mut keys: Vec<Key> = documents
            .iter()
            .flat_map(|document| [SameForm::of(document).hash(), document.text_hash])
            .map(|hash| key(FORMS, hash as u64))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut old = Vec::new();
        self.past
            .store()
            .probe(keys.iter().copied(), self.past.before(), |_, number| {
                old.push(number);
            })?;
        let mut first: HashMap<SameForm, u32> = HashMap::with_capacity(documents.len());
        let count = documents.len() as u32;
        for row in self.past.living(old)?.into_values() {
            let local = self.past.include(&row);
            let form = SameForm::of(&Document::of_row(&row));
            let text = row.is_worn.then_some(SameForm::WornText(row.text_hash));
            for key in std::iter::once(form).chain(text) {
                let at = first.entry(key).or_insert(local);
                *at = (*at).min(local);
            }
        }
        let mut groups = vec![0; count as usize];
        for &number in order {
            let nth = number as usize;
            let document = &self.dedupe.documents[nth];
            let worn = first.get(&SameForm::WornText(document.text_hash));
            groups[nth] = match worn {
                _ if self.known[nth].is_some() => number,
                Some(&worn) if !document.is_worn => {
                    // The form that is kept of it is that one.
                    self.dedupe.documents[nth].is_worn = true;
                    worn
                }
                _ => *first.entry(SameForm::of(document)).or_insert(number),
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
        let sight = Sight {
            reach: Reach::of(&plan),
            place,
            glances,
            documents: &self.dedupe.documents,
        };
        let (store, before) = (self.past.store(), self.past.before());
        type Column = (Vec<u64>, crate::index::Found, Vec<(u32, u32)>);
        let mut pairs = Vec::new();
        let mut large = Vec::new();
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
                    let found = search_noting(runs, &sight, |entry| {
                        if entries.last() != Some(&entry) {
                            entries.push(entry);
                        }
                    })?;
                    let old = earlier(store, before, column, &entries, &sight)?;
                    Ok((entries, found, old))
                })
                .collect();
            let mut near: Vec<(u32, u32)> = Vec::new();
            for (column, searched) in numbers.into_iter().zip(searched) {
                let (entries, found, more) = searched?;
                large.extend(found.large);
                facts.largest_bucket_docs = facts.largest_bucket_docs.max(found.largest_docs);
                pairs.extend(found.pairs);
                near.extend(more);
                self.entries.extend(entries.iter().map(|entry| {
                    (
                        key(column, entry >> 32),
                        self.numbers[(entry & 0xFFFF_FFFF) as usize],
                    )
                }));
            }
            // Most are refused before their rows are read.
            near.par_sort_unstable();
            near.dedup();
            let mut wanted: Vec<u32> = near.iter().map(|&(number, _)| number).collect();
            wanted.dedup();
            let mut rest = &near[..];
            store.glances(&wanted, |nth, glance| {
                let glance = glance_of(glance);
                let count = rest.partition_point(|&(number, _)| number <= wanted[nth]);
                let fits = |&&(_, local): &&(u32, u32)| {
                    sight.reach.may_match(&glance, &glances[local as usize])
                };
                old.extend(rest[..count].iter().filter(fits));
                rest = &rest[count..];
            })?;
        }
        facts.split_buckets = large.len() as u64;
        let forms = &self.dedupe.forms;
        for family in join_buckets(large, self.numbers.len()) {
            let found = split(&family, |document| {
                Ok(unmasked_shingles(&forms.get(document)?))
            })?;
            pairs.extend(found.into_iter().filter(|&(a, b)| sight.may_match(a, b)));
        }
        old.par_sort_unstable();
        old.dedup();
        let mut wanted: Vec<u32> = old.iter().map(|&(number, _)| number).collect();
        wanted.dedup();
        let living = self.past.living(wanted)?;
        let keepers = living.values().filter_map(|row| Some(row.decision?.keeper));
        let keepers = self.past.living(keepers.collect())?;
        for (number, local) in old {
            // A duplicate is nobody's keeper: its own stands for it.
            let stays = |row: &&Row| row.decision.is_none();
            let row = living.get(&number).and_then(|row| match row.decision {
                Some(decision) => keepers.get(&decision.keeper),
                None => Some(row),
            });
            let Some(row) = row.filter(stays) else {
                continue;
            };
            let other = self.past.include(row);
            if settings.verify_store != VerifyStore::None {
                self.past.want_form(other);
            }
            // The earlier one first, as in one run over all nights.
            pairs.push((other, local));
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
        self.dedupe.glances.extend(self.past.glances()?);
        for (at, row) in self.past.rows().enumerate() {
            self.dedupe.documents.push(Document::of_row(row));
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
        pairs::verify(
            &pairs,
            &self.dedupe.forms,
            &self.dedupe.glances,
            &self.dedupe.thresholds,
        )
    }

    /// Documents of the past keep what the copies of their own night showed.
    fn keep_shown(&mut self, count: usize) {
        let documents = &mut self.dedupe.documents;
        for (at, row) in self.past.rows().enumerate() {
            documents[count + at].rank.shown = row.support;
        }
        for (local, row) in self.past.known() {
            documents[local as usize].rank.shown = row.support;
        }
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
    fn whole_clusters(&mut self, found: &mut Found) -> Result<()> {
        let count = self.numbers.len();
        let mut keepers: Vec<u32> = found.joined[..count]
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
            found.order.push(found.documents.len() as u32);
            found.joined.push(self.past.joined(&row)?);
            found.documents.push(Document::of_row(&row));
        }
        Ok(())
    }

    /// An edge by signatures alone, where these are all but equal.
    fn estimate(&self, a: u32, b: u32) -> Option<Edge> {
        let (x, y) = (
            self.dedupe.glances[a as usize],
            self.dedupe.glances[b as usize],
        );
        let hamming = crate::fingerprint::hamming128(x.simhash, y.simhash);
        (hamming <= ESTIMATED_BITS).then(|| Edge::estimated(a, b, hamming))
    }
}

/// SimHash distance up to which two documents without texts are taken for look-alikes: at Jaccard
/// 0.7 the mean is 25 of 128 bits.
pub(super) const ESTIMATED_BITS: u32 = 8;

/// Earlier documents that share a key of a column with tonight's: `(number, local)`. `entries`
/// are tonight's keys and documents, ascending.
fn earlier(
    store: &Store,
    before: u32,
    column: u16,
    entries: &[u64],
    sight: &Sight<'_>,
) -> Result<Vec<(u32, u32)>> {
    let same_key: Vec<&[u64]> = entries.chunk_by(|a, b| a >> 32 == b >> 32).collect();
    let keys = same_key.iter().map(|group| key(column, group[0] >> 32));
    let mut hits: Vec<(u32, u32)> = Vec::new();
    store.probe(keys, before, |nth, number| hits.push((nth as u32, number)))?;
    hits.sort_unstable();
    let mut out = Vec::new();
    let mut crowded: Vec<&[(u32, u32)]> = Vec::new();
    for bucket in hits.chunk_by(|a, b| a.0 == b.0) {
        if is_crowded(bucket.len()) {
            crowded.push(bucket);
            continue;
        }
        for &entry in same_key[bucket[0].0 as usize] {
            out.extend(bucket.iter().map(|&(_, number)| (number, entry as u32)));
        }
    }
    let mut numbers: Vec<u32> = crowded
        .iter()
        .flat_map(|bucket| bucket.iter().map(|&(_, number)| number))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut seen: Vec<Glimpse> = Vec::with_capacity(numbers.len());
    store.glances(&numbers, |_, glance| {
        seen.push(glance_of(glance).glimpse(glance.form));
    })?;
    let mut chosen = Vec::new();
    for bucket in crowded {
        let tonight = same_key[bucket[0].0 as usize];
        let members = bucket.iter().filter_map(|&(_, number)| {
            let at = numbers.binary_search(&number).ok()?;
            Some((seen[at], number))
        });
        let mut crowd = Crowd::new(tonight[0] >> 32, members);
        for &entry in tonight {
            crowd.nearest(&sight.glimpse(entry as u32), &mut chosen);
            out.extend(chosen.iter().map(|&number| (number, entry as u32)));
        }
    }
    Ok(out)
}

/// Columns that are searched at once, which bounds the memory of their postings.
const COLUMNS_AT_ONCE: usize = 8;
