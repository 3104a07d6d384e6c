//! How much of what there is to find was found: a sample of documents against all others, by
//! another road than the bands.

use rayon::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::cluster::{Comparison, Difference, Thresholds};
use crate::fingerprint::hamming128;
use crate::index::Forms;

use super::dedupe::{Glance, hamming_reach};
use super::entry::Document;
use super::pairs::prepare;

/// The estimate and its 95 % interval (Wilson 1927).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// Documents that were compared with all others.
    pub sampled_docs: usize,
    /// Pairs of the near-duplicate Jaccard among them.
    pub pairs: u64,
    /// Those of them that were candidates.
    pub found: u64,
    /// Their share; null where there was no pair.
    pub recall: Option<f64>,
    /// Lower and upper end of the interval.
    pub interval: Option<[f64; 2]>,
}

/// Documents of a sample.
const SAMPLE_DOCS: usize = 200;
/// Comparisons of SimHashes that a sample may cost.
const GLANCES: usize = 200_000_000;
/// Exact comparisons after which no further document is sampled: where much is alike from afar, as
/// on one site's pages, a few documents cost as much as all others together.
const LOOKS: usize = 30_000;

/// Compares a sample drawn by hash of the form, so that it is the same in every run, with all
/// documents whose SimHash may be near enough: at four standard deviations one pair in 30,000 is
/// beyond, whatever the bands did.
pub(super) fn run(
    candidates: &[(u32, u32)],
    place: &[Option<u32>],
    documents: &[Document],
    glances: &[Glance],
    forms: &Forms,
    thresholds: &Thresholds,
) -> Result<Audit> {
    let mut sample: Vec<u32> = (0..documents.len() as u32)
        .filter(|&document| place[document as usize].is_some())
        .collect();
    let size = SAMPLE_DOCS
        .min(GLANCES / documents.len().max(1))
        .max(16)
        .min(sample.len());
    if size < sample.len() {
        sample.select_nth_unstable_by_key(size, |&document| documents[document as usize].form_hash);
        sample.truncate(size);
    }
    sample.sort_unstable_by_key(|&document| documents[document as usize].form_hash);
    let reach = hamming_reach(thresholds.jaccard);
    let near: Vec<Vec<u32>> = sample
        .par_iter()
        .map(|&one| {
            let mine = &glances[one as usize];
            (0..)
                .zip(glances)
                .filter(|&(other, glance)| {
                    let (small, large) = (
                        mine.shingles.min(glance.shingles),
                        mine.shingles.max(glance.shingles),
                    );
                    other != one
                        && f64::from(small) >= thresholds.jaccard * f64::from(large)
                        && hamming128(mine.simhash, glance.simhash) <= reach
                        && place[other as usize].is_some()
                })
                .map(|(other, _)| other)
                .collect()
        })
        .collect();
    let mut looks = 0;
    let size = (near.iter())
        .take_while(|near| {
            let goes_on = looks < LOOKS;
            looks += near.len();
            goes_on
        })
        .count();
    let counts: Vec<Result<(u64, u64)>> = sample[..size]
        .par_iter()
        .zip(&near)
        .map(|(&one, near)| {
            let first = prepare(forms, one)?;
            let (mut pairs, mut found) = (0, 0);
            for &other in near {
                let second = prepare(forms, other)?;
                let comparison = Comparison::of(&first, &second, thresholds);
                // Siblings are nothing to be found: large families of them are not paired.
                if comparison.overlap.jaccard() >= thresholds.jaccard
                    && comparison.difference != Some(Difference::Slots)
                {
                    pairs += 1;
                    let pair = (one.min(other), one.max(other));
                    found += u64::from(candidates.binary_search(&pair).is_ok());
                }
            }
            Ok((pairs, found))
        })
        .collect();
    let (mut pairs, mut found) = (0, 0);
    for count in counts {
        let (more, of_them) = count?;
        pairs += more;
        found += of_them;
    }
    Ok(Audit {
        sampled_docs: size,
        pairs,
        found,
        recall: (pairs > 0).then(|| found as f64 / pairs as f64),
        interval: (pairs > 0).then(|| wilson(found as f64, pairs as f64)),
    })
}

fn wilson(found: f64, pairs: f64) -> [f64; 2] {
    const Z: f64 = 1.96;
    let share = found / pairs;
    let scale = 1.0 + Z * Z / pairs;
    let middle = (share + Z * Z / (2.0 * pairs)) / scale;
    let half = Z * (share * (1.0 - share) / pairs + Z * Z / (4.0 * pairs * pairs)).sqrt() / scale;
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}
