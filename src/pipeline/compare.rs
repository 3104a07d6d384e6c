//! Two documents side by side.

use serde::Serialize;

use crate::cluster::{Comparison, Measure, Prepared, Relation, Thresholds, slot_differences};
use crate::config::Settings;
use crate::fingerprint::{canonical, hamming128, shingle_hashes, simhash128};
use xxhash_rust::xxh3::xxh3_128;

/// How like two documents are, by every measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// What the two are to each other.
    pub relation: Relation,
    /// The measure that says so.
    pub measure: Measure,
    /// Its value, 0 to 1.
    pub similarity: f64,
    /// Exact shingle Jaccard.
    pub jaccard: f64,
    /// Share of the first one's shingles that the second has, and the other way round.
    pub containment: [f64; 2],
    /// Share of the longer that aligns in order; null where the two are too far apart to ask.
    pub aligned: Option<f64>,
    /// SimHash distance, of 128 bits.
    pub hamming: u32,
    /// Where the two differ: the first one's words, the second's.
    pub differs: Vec<(String, String)>,
}

/// A text ready for comparison.
struct Side {
    prepared: Prepared,
    simhash: [u64; 2],
    text_hash: u128,
    form_hash: u128,
}

impl Side {
    fn of(text: &str) -> Self {
        let form = canonical(text);
        let mut bytes = Vec::new();
        let identity_bytes = form.write_bytes(&mut bytes);
        let form_hash = form.identity(&bytes[..identity_bytes]);
        let hashes = shingle_hashes(&form);
        let prepared = Prepared::new(form, hashes);
        Self {
            simhash: simhash128(&prepared.distinct()),
            prepared,
            text_hash: xxh3_128(text.as_bytes()),
            form_hash,
        }
    }
}

/// Compares two clean texts exactly.
///
/// ```
/// use qingwen::{Settings, pipeline};
/// let text = "各村委会要高度重视秋收工作，加强组织领导，落实工作责任，确保颗粒归仓。";
/// let compared = pipeline::compare(text, &text.replace('，', ","), &Settings::default());
/// assert_eq!((compared.relation.as_str(), compared.jaccard), ("canonical", 1.0));
/// ```
pub fn compare(a: &str, b: &str, settings: &Settings) -> Compared {
    let (a, b) = (Side::of(a), Side::of(b));
    let thresholds = Thresholds::of(settings);
    let (comparison, alignment) = Comparison::with_alignment(&a.prepared, &b.prepared, &thresholds);
    let (relation, measure, similarity) = if a.text_hash == b.text_hash {
        (Relation::Exact, Measure::Jaccard, 1.0)
    } else if a.form_hash == b.form_hash {
        (Relation::Canonical, Measure::Jaccard, 1.0)
    } else {
        comparison.judge(&thresholds)
    };
    let four = |value: f64| (value * 10_000.0).round() / 10_000.0;
    Compared {
        relation,
        measure,
        similarity: four(similarity),
        jaccard: four(comparison.overlap.jaccard()),
        containment: [
            four(comparison.overlap.containment_a()),
            four(comparison.overlap.containment_b()),
        ],
        aligned: comparison.aligned.map(four),
        hamming: hamming128(a.simhash, b.simhash),
        differs: alignment
            .map(|alignment| slot_differences(&a.prepared, &b.prepared, &alignment))
            .unwrap_or_default(),
    }
}

impl Compared {
    /// The value of a measure by its name.
    pub fn by_name(&self, measure: &str) -> Option<f64> {
        match measure {
            "jaccard" => Some(self.jaccard),
            "containment" => Some(self.containment[0].max(self.containment[1])),
            "aligned" => self.aligned,
            _ => None,
        }
    }
}
