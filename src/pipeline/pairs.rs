//! Candidate pairs to verified edges.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::Result;
use crate::cluster::{
    Comparison, Difference, Doubt, Edge, Prepared, Seen, Spinner, Thresholds, WordPair,
};
use crate::fingerprint::{hamming128, shingle_hashes};
use crate::index::{Families, Forms};
use crate::model::Canonical;

use super::dedupe::Glance;

/// What the verified pairs say of the words that sites swap.
#[derive(Debug, Default)]
pub(super) struct SwappedWords {
    /// Words of copies that are spun beyond doubt, with the families of these.
    spun: Vec<(u32, WordPair)>,
    /// Pairs of which they may decide what they are.
    doubts: Vec<(u32, u32, Box<Doubt>)>,
}

impl SwappedWords {
    /// Makes copies of the pairs that differ in nothing but noise and the words that spun copies
    /// of other texts swap. Returns these words, each two once, in ascending order.
    pub(super) fn resolve(self, edges: &mut [Edge]) -> Vec<WordPair> {
        let spinner = Spinner::of(self.spun);
        let mut used = BTreeSet::new();
        for (a, b, doubt) in &self.doubts {
            let Some(words) = doubt.resolved(&spinner) else {
                continue;
            };
            if let Ok(at) = edges.binary_search_by_key(&(*a, *b), |edge| (edge.a, edge.b)) {
                edges[at].difference = Some(Difference::Noise);
                used.extend(words.into_iter().cloned());
            }
        }
        used.into_iter().collect()
    }
}

/// Compares candidate pairs exactly. Returns those that are similar enough to be listed, ascending.
pub(super) fn verify(
    pairs: &[(u32, u32)],
    forms: &Forms,
    glances: &[Glance],
    thresholds: &Thresholds,
) -> Result<Vec<Edge>> {
    Ok(verified(pairs, forms, glances, thresholds)?.0)
}

/// [`verify`], and what the pairs say of swapped words.
///
/// Pairs are compared family by family, so that each document is made ready once: those of one
/// family lie far apart among all.
pub(super) fn verified(
    pairs: &[(u32, u32)],
    forms: &Forms,
    glances: &[Glance],
    thresholds: &Thresholds,
) -> Result<(Vec<Edge>, SwappedWords)> {
    let mut by_family = with_families(pairs);
    by_family.par_sort_unstable();
    let parts: Vec<Result<(Vec<Edge>, SwappedWords)>> = by_family
        .par_chunks(512)
        .map(|pairs| {
            let mut cache: HashMap<u32, Prepared> = HashMap::new();
            let mut edges = Vec::new();
            let mut words = SwappedWords::default();
            for pairs in pairs.chunk_by(|x, y| x.0 == y.0) {
                cache.clear();
                let mut spun: BTreeSet<WordPair> = BTreeSet::new();
                for &(_, a, b) in pairs {
                    if cache.len() > 256 {
                        cache.clear();
                    }
                    for number in [a, b] {
                        if let Entry::Vacant(slot) = cache.entry(number) {
                            slot.insert(prepare(forms, number)?);
                        }
                    }
                    let (comparison, seen) =
                        Comparison::with_words(&cache[&a], &cache[&b], thresholds);
                    if comparison.difference.is_some() {
                        let hamming =
                            hamming128(glances[a as usize].simhash, glances[b as usize].simhash);
                        edges.push(Edge::new(a, b, hamming, &comparison));
                    }
                    match seen {
                        Seen::Nothing => {}
                        Seen::Spun(words) => spun.extend(words),
                        Seen::Doubt(doubt) => words.doubts.push((a.min(b), a.max(b), doubt)),
                    }
                }
                let family = pairs[0].0;
                words
                    .spun
                    .extend(spun.into_iter().map(|words| (family, words)));
            }
            Ok((edges, words))
        })
        .collect();
    let mut edges = Vec::new();
    let mut words = SwappedWords::default();
    for part in parts {
        let (mine, seen) = part?;
        edges.extend(mine);
        words.spun.extend(seen.spun);
        words.doubts.extend(seen.doubts);
    }
    edges.par_sort_unstable_by_key(|edge| (edge.a, edge.b));
    Ok((edges, words))
}

/// The pairs, each behind the smallest number that it is tied to by any of them.
fn with_families(pairs: &[(u32, u32)]) -> Vec<(u32, u32, u32)> {
    let documents = pairs.iter().map(|&(a, b)| a.max(b) as usize + 1).max();
    let mut families = Families::new(documents.unwrap_or(0));
    for &(a, b) in pairs {
        families.join(a, b);
    }
    pairs.iter().map(|&(a, b)| (families.of(a), a, b)).collect()
}

/// A stored form, ready for comparison.
pub(super) fn prepare(forms: &Forms, number: u32) -> Result<Prepared> {
    let form = forms.get(number)?;
    Ok(prepared(form))
}

/// A form, ready for comparison.
pub(super) fn prepared(form: Canonical) -> Prepared {
    let hashes = shingle_hashes(&form);
    Prepared::new(form, hashes)
}
