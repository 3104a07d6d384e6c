//! Learning which shingles signatures leave out: the dress that the pages of a site share, and the
//! set phrases of a whole corpus.
//!
//! A sample of a group's documents, drawn by the hash of their forms, shows which shingles stand in
//! a large share of them, and how many strangers a document would be compared with for them. Only
//! where leaving them out spares a document several strangers are they masked: most corpora need
//! none. What is masked follows from the set of documents and not from their order.

use std::sync::Arc;

use rayon::prelude::*;

use super::dedupe::{CHUNK_DOCS, Dedupe, Glance, MIN_TOKENS, Reach};
use super::entry::Document;
use super::outcome::Outcome;
use crate::config::Masks;
use crate::fingerprint::{Scratch, hamming128, shingle_set};
use crate::index::store::{Commit, Store};
use crate::index::{Bands, Entries, Forms, Plan};
use crate::model::Boilerplate;
use crate::{Error, Result};

/// Documents of a site from which it is looked at.
const SITE_DOCS: usize = 32;
/// Documents of a sample: of a site, and of all.
const SITE_SAMPLE_DOCS: usize = 20;
const SAMPLE_DOCS: usize = 512;
/// Share of a sample in which a shingle of boilerplate stands: of a site, and of all.
const SITE_SHARE: f64 = 0.2;
const SHARE: f64 = 0.02;
/// Documents of a sample in which it stands, whatever the share.
const LEAST_DOCS: usize = 5;
/// Strangers that a document is spared by masks that are worth their while: making its bands again
/// costs what comparing it with two or three does.
const STRANGERS: f64 = 8.0;
/// Documents of a sample that are compared with one another: of a site, and of all.
const SITE_COMPARED_DOCS: usize = 10;
const COMPARED_DOCS: usize = 64;
/// Shingles that are masked at most.
const MOST_MASKS: usize = 1 << 18;

/// Documents that may share boilerplate.
struct Group {
    /// How many there are.
    docs: usize,
    /// Those that are looked at.
    sample: Vec<u32>,
    is_site: bool,
}

impl Dedupe {
    /// Settles which shingles are masked.
    pub(super) fn mask(&mut self, masks: Boilerplate) {
        self.fingerprinter.masks = Arc::new(masks);
        self.is_mask_settled = true;
    }

    /// Settles the masks as the nights of an index have them; nothing before its first one.
    ///
    /// # Errors
    /// [`Error::Store`] where a file was given that lists others.
    pub(super) fn mask_as(&mut self, store: &Store, given: &Masks) -> Result<()> {
        if store.manifest().nights.is_empty() {
            return Ok(());
        }
        let masks = store.masks()?;
        if matches!(given, Masks::File(_)) && *self.fingerprinter.masks != masks {
            return Err(Error::Store {
                path: store.root().to_owned(),
                problem: "its first night settled other masks than --masks gives: leave the \
                          switch out, or begin a new index"
                    .into(),
            });
        }
        self.mask(masks);
        Ok(())
    }

    /// Puts the masks of the first night into its index.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(super) fn freeze_masks(&self, night: u32, commit: &mut Commit<'_>) -> Result<()> {
        match night == 1 && !self.fingerprinter.masks.is_empty() {
            true => commit.add_masks(&self.fingerprinter.masks),
            false => Ok(()),
        }
    }

    pub(super) fn masks(&self) -> Arc<Boilerplate> {
        Arc::clone(&self.fingerprinter.masks)
    }

    /// Learns the masks, where they are not settled, from the documents of the first night, and
    /// makes the bands of all documents again where there are any.
    pub(super) fn learn_masks(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.is_mask_settled, true) {
            return Ok(());
        }
        let masks = self.learnt()?;
        if masks.is_empty() {
            return Ok(());
        }
        self.fingerprinter.masks = Arc::new(masks);
        self.sign_again()
    }

    fn learnt(&self) -> Result<Boilerplate> {
        let most_ratio = self.fingerprinter.masked_ratio;
        if most_ratio <= 0.0 {
            return Ok(Boilerplate::default());
        }
        let plan = *self.bands.plan();
        let look = Look {
            plan,
            reach: Reach::of(&plan),
            most_ratio,
            forms: &self.forms,
            glances: &self.glances,
        };
        let found: Vec<Result<Vec<u64>>> = groups(&self.documents)
            .into_par_iter()
            .map(|group| look.boilerplate(&group))
            .collect();
        let mut hashes = Vec::new();
        for found in found {
            hashes.extend(found?);
        }
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(MOST_MASKS);
        Ok(Boilerplate::new(hashes))
    }

    /// Makes the bands of all documents from their forms.
    fn sign_again(&mut self) -> Result<()> {
        let plan = *self.bands.plan();
        self.bands = Bands::new(plan, self.band_room_bytes, &self.tmp_dir);
        let (forms, print, documents) = (&self.forms, &self.fingerprinter, &self.documents);
        let starts: Vec<usize> = (0..documents.len()).step_by(CHUNK_DOCS).collect();
        // Some at a time, so that entries do not wait in memory.
        for some in starts.chunks(16) {
            let made: Vec<Result<Entries>> = some
                .par_iter()
                .map(|&start| {
                    let mut entries = Entries::new(&plan);
                    let mut scratch = Scratch::default();
                    let end = (start + CHUNK_DOCS).min(documents.len());
                    for (document, number) in documents[start..end].iter().zip(start as u32..) {
                        if document.tokens >= MIN_TOKENS {
                            let set = scratch.shingles_of(&forms.get(number)?);
                            let keys = print.bands_of(set);
                            entries.push(&plan, number, &keys, set, &print.masks);
                        }
                    }
                    Ok(entries)
                })
                .collect();
            for entries in made {
                self.bands.extend(&entries?)?;
            }
        }
        Ok(())
    }
}

impl Outcome {
    pub(super) fn with_masks(mut self, masks: Arc<Boilerplate>) -> Self {
        self.facts.masked_shingles = masks.hashes().len();
        self.masks = masks;
        self
    }

    /// The shingles that signatures left out.
    pub fn masks(&self) -> &Boilerplate {
        &self.masks
    }
}

/// All documents of the first night together, and those of each site that has enough of them.
fn groups(documents: &[Document]) -> Vec<Group> {
    let first_night = documents.iter().map(|document| document.rank.night).min();
    let mut by_site: Vec<(u32, u128, u32)> = (0..)
        .zip(documents)
        .filter(|(_, document)| {
            document.tokens >= MIN_TOKENS && Some(document.rank.night) == first_night
        })
        .map(|(number, document)| (document.site, document.form_hash, number))
        .collect();
    by_site.par_sort_unstable();
    by_site.dedup_by_key(|&mut (site, form, _)| (site, form));
    let mut out: Vec<Group> = by_site
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|site| site[0].0 != 0 && site.len() >= SITE_DOCS)
        .map(|site| Group {
            docs: site.len(),
            sample: (site.iter().take(SITE_SAMPLE_DOCS))
                .map(|&(_, _, number)| number)
                .collect(),
            is_site: true,
        })
        .collect();
    let mut all: Vec<(u128, u32)> = (by_site.iter())
        .map(|&(_, form, number)| (form, number))
        .collect();
    all.par_sort_unstable();
    all.dedup_by_key(|&mut (form, _)| form);
    if all.len() >= SITE_DOCS {
        out.push(Group {
            docs: all.len(),
            sample: (all.iter().take(SAMPLE_DOCS))
                .map(|&(_, number)| number)
                .collect(),
            is_site: false,
        });
    }
    out
}

/// What is looked at to learn.
struct Look<'a> {
    plan: Plan,
    reach: Reach,
    most_ratio: f64,
    forms: &'a Forms,
    glances: &'a [Glance],
}

impl Look<'_> {
    /// The shingles of a group that are worth masking; empty where few strangers meet.
    fn boilerplate(&self, group: &Group) -> Result<Vec<u64>> {
        let (share, compared) = match group.is_site {
            true => (SITE_SHARE, SITE_COMPARED_DOCS),
            false => (SHARE, COMPARED_DOCS),
        };
        if !self.may_share(group) {
            return Ok(Vec::new());
        }
        let mut sets: Vec<(u32, Vec<u64>)> = Vec::with_capacity(compared);
        for &number in group.sample.iter().take(compared) {
            sets.push((number, shingle_set(&self.forms.get(number)?)));
        }
        let before = self.strangers(group.docs, &sets, &sets);
        if before < STRANGERS {
            return Ok(Vec::new());
        }
        let mut all: Vec<u64> = (sets.iter())
            .flat_map(|(_, set)| set.iter().copied())
            .collect();
        let mut scratch = Scratch::default();
        for &number in group.sample.iter().skip(compared) {
            all.extend(scratch.shingles_of(&self.forms.get(number)?));
        }
        all.sort_unstable();
        let least = LEAST_DOCS.max((share * group.sample.len() as f64).ceil() as usize);
        let common: Vec<u64> = all
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= least)
            .map(|same| same[0])
            .collect();
        if common.is_empty() {
            return Ok(common);
        }
        let masks = Boilerplate::new(common.clone());
        let mut kept = Vec::new();
        let cut: Vec<(u32, Vec<u64>)> = (sets.iter())
            .map(|(number, set)| {
                let is_cut = masks.cut(set, self.most_ratio, &mut kept);
                let left = if is_cut { kept.clone() } else { set.clone() };
                (*number, left)
            })
            .collect();
        let after = self.strangers(group.docs, &sets, &cut);
        Ok(if before - after >= STRANGERS {
            common
        } else {
            Vec::new()
        })
    }

    /// Whether the pages of a site look, by their SimHashes alone, as if they shared enough for
    /// strangers to meet; a look at their forms costs far more.
    fn may_share(&self, group: &Group) -> bool {
        if !group.is_site {
            return true;
        }
        let (mut apart, mut pairs) = (0, 0);
        for (nth, &a) in group.sample.iter().enumerate() {
            for &b in &group.sample[nth + 1..] {
                let (a, b) = (&self.glances[a as usize], &self.glances[b as usize]);
                apart += hamming128(a.simhash, b.simhash);
                pairs += 1;
            }
        }
        let share = f64::from(apart) / (128.0 * f64::from(pairs.max(1)));
        let cosine = (share * std::f64::consts::PI).cos().max(0.0);
        // A mean over pages of which some are in no dress is low.
        let strangers = self.plan.recall_at(cosine / (2.0 - cosine)) * group.docs as f64;
        strangers >= STRANGERS / 2.0
    }

    /// How many of a group's documents one of them would be compared with although they are no
    /// look-alikes, signed by the shingles `signed` of the whole `sets`.
    fn strangers(&self, docs: usize, sets: &[(u32, Vec<u64>)], signed: &[(u32, Vec<u64>)]) -> f64 {
        let (mut met, mut pairs) = (0.0, 0_u32);
        for (nth, (a, set)) in sets.iter().enumerate() {
            for (at, (b, other)) in sets.iter().enumerate().skip(nth + 1) {
                pairs += 1;
                if jaccard(set, other) < self.plan.jaccard
                    && self
                        .reach
                        .may_match(&self.glances[*a as usize], &self.glances[*b as usize])
                {
                    met += self.plan.recall_at(jaccard(&signed[nth].1, &signed[at].1));
                }
            }
        }
        met / f64::from(pairs.max(1)) * docs as f64
    }
}

/// Jaccard of two ascending sets.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut at, mut common) = (0, 0);
    for &hash in a {
        while at < b.len() && b[at] < hash {
            at += 1;
        }
        common += usize::from(b.get(at) == Some(&hash));
    }
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

/// The masks of a file that a run wrote.
///
/// # Errors
/// [`Error::Read`], and [`Error::Config`] for what is no file of masks for these canonical forms.
pub(super) fn of_file(path: &std::path::Path) -> Result<Boilerplate> {
    let text = crate::read::text_of(path)?;
    let (version, tables) = (
        crate::fingerprint::CANONICAL_VERSION,
        crate::fingerprint::tables_xxh3(),
    );
    Boilerplate::from_text(&text, version, tables).map_err(|error| match error {
        Error::Config { .. } => Error::config("masks", format!("{}: {error}", path.display())),
        other => other,
    })
}
