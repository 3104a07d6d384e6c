//! What is it like from afar? Text to canonical form, and the form to its fingerprint.
//!
//! Enters: a clean text. Leaves: its [`Canonical`] form and a [`Fingerprint`]: exact hashes,
//! shingle count, SimHash and MinHash bands, from which candidates are found. It writes nothing
//! and compares no two texts.

mod atoms;
mod canon;
mod classes;
mod damage;
mod fold;
mod number;
mod shingle;
mod simhash;
mod sketch;
mod tables;

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::model::{Boilerplate, Canonical, MASK};

use atoms::Atoms;
use canon::canonical_into;
pub use canon::{CANONICAL_VERSION, canonical, canonical_with_spans};
pub use damage::{Damage, POINTS};
pub use shingle::{
    SHINGLE_TOKENS, mix, shingle_hashes, shingle_hashes_into, shingle_set, unmasked_shingles,
};
pub use simhash::{hamming64, hamming128, simhash64, simhash64_weighted, simhash128, simhash256};
pub use sketch::{band_keys, sketch_into};
pub use tables::tables_xxh3;

/// What candidates are found by. Two texts of one canonical form have equal fingerprints but for
/// the hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// XXH3-128 of the text as it is.
    pub text_hash: u128,
    /// XXH3-128 of the canonical form, numbers unmasked and spun words as they stand.
    pub form_hash: u128,
    /// Tokens of the canonical form.
    pub tokens: u32,
    /// Distinct shingles.
    pub shingles: u32,
    /// Masked numbers.
    pub masks: u32,
    /// Signs of damage in the text.
    pub damage: Damage,
    /// SimHash of the distinct shingles.
    pub simhash: [u64; 2],
    /// Keys of the MinHash bands; empty for texts below [`Fingerprinter::min_shingles`].
    pub bands: Vec<u64>,
}

/// Makes fingerprints to one plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprinter {
    /// MinHash bands.
    pub bands: usize,
    /// Values a band.
    pub rows: usize,
    /// Distinct shingles from which a text has bands; shorter ones are joined by their shingles
    /// themselves.
    pub min_shingles: usize,
    /// Shingles that bands leave out.
    pub masks: Arc<Boilerplate>,
    /// Share of a text's shingles that they leave out at most, 0 to 1.
    pub masked_ratio: f64,
}

/// Buffers that are used again from text to text.
#[derive(Debug, Default)]
pub struct Scratch {
    atoms: Atoms,
    form: Canonical,
    set: Vec<u64>,
    /// Open addressing, twice the size of the set at least; 0 for free.
    seen: Vec<u64>,
    sketch: Vec<u32>,
    /// What masks leave of the set.
    kept: Vec<u64>,
    bytes: Vec<u8>,
}

impl Scratch {
    /// The distinct shingles of the last text, in the order of the text.
    pub fn shingles(&self) -> &[u64] {
        &self.set
    }

    /// The canonical form of the last text.
    pub fn form(&self) -> &Canonical {
        &self.form
    }

    /// The distinct shingles of a form, in its order.
    pub fn shingles_of(&mut self, form: &Canonical) -> &[u64] {
        shingle_hashes_into(&form.tokens, &mut self.set);
        self.keep_distinct();
        &self.set
    }

    /// Leaves the first of equal shingles. Sorting would take longer than all else together.
    fn keep_distinct(&mut self) {
        let slots = (self.set.len() * 2 + 1).next_power_of_two();
        self.seen.clear();
        self.seen.resize(slots, 0);
        let (set, seen) = (&mut self.set[..], &mut self.seen[..]);
        let mut kept = 0;
        for from in 0..set.len() {
            let hash = set[from];
            let wanted = hash.max(1);
            let mut at = hash as usize & (slots - 1);
            while seen[at] != 0 && seen[at] != wanted {
                at = (at + 1) & (slots - 1);
            }
            set[kept] = hash;
            kept += usize::from(seen[at] == 0);
            seen[at] = wanted;
        }
        self.set.truncate(kept);
    }

    /// The bytes of the last text's canonical form ([`Canonical::write_bytes`]).
    pub fn form_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The hash that a text shares with all texts of its canonical form, numbers unmasked and spun
/// words as they stand ([`Fingerprint::form_hash`]), and the tokens of that form.
///
/// ```
/// use qingwen::fingerprint::{Scratch, form_hash};
/// let mut scratch = Scratch::default();
/// let mut hash = |text: &str| form_hash(text, &mut scratch).0;
/// assert_eq!(hash("全縣完成投資３．５億元。"), hash("全县完成投资3.5亿元"));
/// assert_ne!(hash("全县完成投资3.5亿元"), hash("全县完成投资3.6亿元"));
/// ```
pub fn form_hash(text: &str, scratch: &mut Scratch) -> (u128, u32) {
    canonical_into(text, &mut scratch.atoms, &mut scratch.form);
    scratch.bytes.clear();
    let bytes = scratch.form.write_bytes(&mut scratch.bytes);
    let hash = scratch.form.identity(&scratch.bytes[..bytes]);
    (hash, scratch.form.tokens.len() as u32)
}

impl Fingerprinter {
    /// The fingerprint of a text. What else was made on the way stays in `scratch`.
    pub fn run(&self, text: &str, scratch: &mut Scratch) -> Fingerprint {
        canonical_into(text, &mut scratch.atoms, &mut scratch.form);
        shingle_hashes_into(&scratch.form.tokens, &mut scratch.set);
        scratch.keep_distinct();
        scratch.bytes.clear();
        let form = &scratch.form;
        let identity_bytes = form.write_bytes(&mut scratch.bytes);
        let masks = if form.numbers.is_empty() {
            0
        } else {
            form.numbers.matches(MASK).count() as u32
        };
        Fingerprint {
            text_hash: xxh3_128(text.as_bytes()),
            form_hash: form.identity(&scratch.bytes[..identity_bytes]),
            tokens: form.tokens.len() as u32,
            shingles: scratch.set.len() as u32,
            masks,
            damage: Damage::of(text, form, &scratch.atoms),
            simhash: simhash128(&scratch.set),
            bands: self.keys(&scratch.set, &mut scratch.kept, &mut scratch.sketch),
        }
    }

    /// The keys of the bands of a text with these distinct shingles; none for a short one.
    pub fn bands_of(&self, shingles: &[u64]) -> Vec<u64> {
        self.keys(shingles, &mut Vec::new(), &mut Vec::new())
    }

    fn keys(&self, shingles: &[u64], kept: &mut Vec<u64>, sketch: &mut Vec<u32>) -> Vec<u64> {
        if shingles.len() < self.min_shingles {
            return Vec::new();
        }
        let is_cut = self.masks.cut(shingles, self.masked_ratio, kept);
        let signed = match is_cut && kept.len() >= self.min_shingles {
            true => &kept[..],
            false => shingles,
        };
        sketch_into(signed, self.bands * self.rows, sketch);
        band_keys(sketch, self.rows).collect()
    }
}
