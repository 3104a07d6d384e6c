//! A verified pair, as it is stored.

use super::evidence::Difference;
use super::judge::{Comparison, Measure, Relation, Thresholds, judge};

/// A verified pair of documents with its measures, accepted or not. Enough to decide on it again
/// at other thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Number of the first document; below `b`.
    pub a: u32,
    /// Number of the second.
    pub b: u32,
    /// Exact shingle Jaccard.
    pub jaccard: f32,
    /// Share of the first one's shingles that the second has.
    pub containment_a: f32,
    /// Share of the second one's shingles that the first has.
    pub containment_b: f32,
    /// Share of the longer that aligns; None where it was not looked at.
    pub aligned: Option<f32>,
    /// SimHash distance, of 128 bits.
    pub hamming: u8,
    /// What the differences are.
    pub difference: Option<Difference>,
    /// Whether the first masks numbers that the second has.
    pub masked_a: bool,
    /// Whether the second masks numbers that the first has.
    pub masked_b: bool,
    /// Rare characters of the first where the second has common ones or none, 255 for more.
    pub spoilt_a: u8,
    /// The same of the second.
    pub spoilt_b: u8,
    /// Hundredths of the first that stand in blocks which the second has not.
    pub extra_a: u8,
    /// The same of the second.
    pub extra_b: u8,
    /// Whether neither is more damaged than the other, so that either may stay for both; false
    /// until ranks have been compared.
    pub are_peers: bool,
    /// Whether the two are of one night; false until ranks have been compared.
    pub is_of_one_night: bool,
}

impl Edge {
    /// From a comparison of documents `a` and `b`, in any order.
    pub fn new(a: u32, b: u32, hamming: u32, of: &Comparison) -> Self {
        let edge = Self {
            a,
            b,
            jaccard: of.overlap.jaccard() as f32,
            containment_a: of.overlap.containment_a() as f32,
            containment_b: of.overlap.containment_b() as f32,
            aligned: of.aligned.map(|share| share as f32),
            hamming: hamming.min(255) as u8,
            difference: of.difference,
            masked_a: of.masked.0,
            masked_b: of.masked.1,
            spoilt_a: of.spoilt.0.min(255) as u8,
            spoilt_b: of.spoilt.1.min(255) as u8,
            extra_a: (of.extra.0 * 100.0).round().clamp(0.0, 100.0) as u8,
            extra_b: (of.extra.1 * 100.0).round().clamp(0.0, 100.0) as u8,
            are_peers: false,
            is_of_one_night: false,
        };
        if a <= b { edge } else { edge.turned() }
    }

    /// An edge that stands on signatures alone: the similarity follows from the SimHash distance,
    /// and what the texts differ in was not seen.
    pub fn estimated(a: u32, b: u32, hamming: u32) -> Self {
        let cosine = (std::f64::consts::PI * f64::from(hamming.min(128)) / 128.0).cos();
        let jaccard = (cosine / (2.0 - cosine)).clamp(0.0, 1.0) as f32;
        Self {
            a: a.min(b),
            b: a.max(b),
            jaccard,
            containment_a: jaccard,
            containment_b: jaccard,
            aligned: None,
            hamming: hamming.min(255) as u8,
            difference: Some(Difference::Unseen),
            masked_a: false,
            masked_b: false,
            spoilt_a: 0,
            spoilt_b: 0,
            extra_a: 0,
            extra_b: 0,
            are_peers: false,
            is_of_one_night: false,
        }
    }

    /// Of a document that has the same canonical form as the first.
    pub fn of_one_form(first: u32, other: u32) -> Self {
        Self {
            a: first,
            b: other,
            jaccard: 1.0,
            containment_a: 1.0,
            containment_b: 1.0,
            aligned: Some(1.0),
            hamming: 0,
            difference: Some(Difference::Noise),
            masked_a: false,
            masked_b: false,
            spoilt_a: 0,
            spoilt_b: 0,
            extra_a: 0,
            extra_b: 0,
            are_peers: false,
            is_of_one_night: false,
        }
    }

    fn turned(self) -> Self {
        Self {
            a: self.b,
            b: self.a,
            containment_a: self.containment_b,
            containment_b: self.containment_a,
            masked_a: self.masked_b,
            masked_b: self.masked_a,
            spoilt_a: self.spoilt_b,
            spoilt_b: self.spoilt_a,
            extra_a: self.extra_b,
            extra_b: self.extra_a,
            ..self
        }
    }

    /// What the pair is at these thresholds, by which measure, and its value.
    pub fn judge(&self, thresholds: &Thresholds) -> (Relation, Measure, f64) {
        judge(
            round(self.jaccard),
            round(self.containment_a.max(self.containment_b)),
            self.aligned.map(round),
            self.difference,
            thresholds,
        )
    }

    /// The other document of the pair.
    pub fn other(&self, one: u32) -> u32 {
        if one == self.a { self.b } else { self.a }
    }

    /// Share of the shingles of `one` that the other document has.
    pub fn containment(&self, one: u32) -> f64 {
        round(if one == self.a {
            self.containment_a
        } else {
            self.containment_b
        })
    }

    /// Whether `whole` has all of `part` and a good deal more.
    pub fn contains(&self, whole: u32, part: u32) -> bool {
        self.containment(part) >= Thresholds::CONTAINED && self.containment(whole) < PART
    }

    /// Whether `one` masks numbers that the other has.
    pub fn masks(&self, one: u32) -> bool {
        if one == self.a {
            self.masked_a
        } else {
            self.masked_b
        }
    }
}

/// Share of a whole below which what it shares with another is a part of it.
const PART: f64 = 0.8;

/// Four decimals, as files show them: what is decided is what is written.
fn round(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}
