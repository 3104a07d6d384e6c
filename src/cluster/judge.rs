//! What two documents are to each other.

use serde::{Deserialize, Serialize};

use crate::config::{Aligned, Settings};

use super::align::Alignment;
use super::evidence::{Difference, Evidence};
use super::prepared::{Overlap, Prepared, Shared};
use super::spinner::Seen;

/// What a document is to its keeper, or to another that it resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The same text, byte for byte.
    Exact,
    /// The same canonical form, numbers included.
    Canonical,
    /// The same text with noise, site text or some paragraphs more or less.
    Near,
    /// Wholly inside the other.
    Contained,
    /// The same text, amended.
    Revision,
    /// Another text of the same template.
    Sibling,
    /// None of these.
    Unrelated,
}

impl Relation {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Canonical => "canonical",
            Self::Near => "near",
            Self::Contained => "contained",
            Self::Revision => "revision",
            Self::Sibling => "sibling",
            Self::Unrelated => "unrelated",
        }
    }
}

/// The measure that a relation stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Shingle Jaccard.
    Jaccard,
    /// Share of the smaller one's shingles that the larger has.
    Containment,
    /// Share of the longer text that aligns.
    Aligned,
    /// Estimated from signatures: no texts were there to verify on.
    Estimated,
}

impl Measure {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jaccard => "jaccard",
            Self::Containment => "containment",
            Self::Aligned => "aligned",
            Self::Estimated => "estimated",
        }
    }
}

/// From which similarities on two documents are what.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Jaccard of a near-duplicate.
    pub jaccard: f64,
    /// Aligned share of a near-duplicate whose Jaccard is at least [`Thresholds::ALIGNED_FROM`].
    pub aligned: Option<f64>,
}

impl Thresholds {
    /// Jaccard from which copies that align are near-duplicates, and their recall is promised.
    pub const ALIGNED_FROM: f64 = 0.5;
    /// Containment of a contained document.
    pub const CONTAINED: f64 = 0.9;

    /// Those of the settings.
    pub fn of(settings: &Settings) -> Self {
        let Aligned(aligned) = settings.aligned;
        Self {
            jaccard: settings.jaccard,
            aligned,
        }
    }

    /// The least Jaccard of a pair that may be accepted: what candidates are planned for.
    pub fn lower_bound(&self) -> f64 {
        match self.aligned {
            Some(_) => self.jaccard.min(Self::ALIGNED_FROM),
            None => self.jaccard,
        }
    }
}

/// Everything that was measured on a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Sizes of the shingle sets.
    pub overlap: Overlap,
    /// Share of the longer that aligns in order; None where it was not looked at.
    pub aligned: Option<f64>,
    /// What the differences are; None where the pair is too far apart to ask.
    pub difference: Option<Difference>,
    /// Whether numbers of the second are masked in the first, and the other way round.
    pub masked: (bool, bool),
    /// Rare characters of either one where the other has common ones or none.
    pub spoilt: (u32, u32),
    /// Share of either one that stands in blocks which the other has not, 0 to 1.
    pub extra: (f64, f64),
}

impl Comparison {
    /// Compares two documents exactly. The alignment is made only where it can matter.
    pub fn of(a: &Prepared, b: &Prepared, thresholds: &Thresholds) -> Self {
        Self::with_words(a, b, thresholds).0
    }

    /// [`Comparison::of`], and what the pair says of the words that sites swap.
    pub fn with_words(a: &Prepared, b: &Prepared, thresholds: &Thresholds) -> (Self, Seen) {
        let (comparison, found) = Self::whole(a, b, thresholds);
        (comparison, found.map_or(Seen::Nothing, |(_, seen)| seen))
    }

    /// [`Comparison::of`], and the alignment that it stands on.
    pub fn with_alignment(
        a: &Prepared,
        b: &Prepared,
        thresholds: &Thresholds,
    ) -> (Self, Option<Alignment>) {
        let (comparison, found) = Self::whole(a, b, thresholds);
        (comparison, found.map(|(alignment, _)| alignment))
    }

    fn whole(
        a: &Prepared,
        b: &Prepared,
        thresholds: &Thresholds,
    ) -> (Self, Option<(Alignment, Seen)>) {
        let shared = Shared::of(a, b);
        let overlap = shared.overlap;
        let mut out = Self {
            overlap,
            aligned: None,
            difference: None,
            masked: (false, false),
            spoilt: (0, 0),
            extra: (0.0, 0.0),
        };
        let contained = overlap.containment_a().max(overlap.containment_b());
        if overlap.jaccard() < thresholds.lower_bound() && contained < Thresholds::CONTAINED {
            return (out, None);
        }
        let alignment = Alignment::with(a, b, shared);
        let (evidence, seen) = Evidence::with_words(a, b, &alignment);
        out.aligned = Some(alignment.share(a, b));
        out.difference = Some(evidence.difference());
        out.masked = (evidence.masked_a > 0, evidence.masked_b > 0);
        out.spoilt = (evidence.spoilt_a, evidence.spoilt_b);
        let share = |tokens: u32, of: &Prepared| f64::from(tokens) / of.len_tokens().max(1) as f64;
        out.extra = (share(evidence.extra_a, a), share(evidence.extra_b, b));
        (out, Some((alignment, seen)))
    }

    /// What the pair is at these thresholds, by which measure, and its value.
    pub fn judge(&self, thresholds: &Thresholds) -> (Relation, Measure, f64) {
        judge(
            self.overlap.jaccard(),
            self.overlap
                .containment_a()
                .max(self.overlap.containment_b()),
            self.aligned,
            self.difference,
            thresholds,
        )
    }
}

/// The decision from measures alone, so that it can be taken again without the texts.
pub(super) fn judge(
    jaccard: f64,
    containment: f64,
    aligned: Option<f64>,
    difference: Option<Difference>,
    thresholds: &Thresholds,
) -> (Relation, Measure, f64) {
    let is_aligned = match (aligned, thresholds.aligned) {
        (Some(share), Some(least)) => share >= least && jaccard >= Thresholds::ALIGNED_FROM,
        _ => false,
    };
    let (is_near, measure, value) = if jaccard >= thresholds.jaccard {
        (true, Measure::Jaccard, jaccard)
    } else if is_aligned {
        (true, Measure::Aligned, aligned.unwrap_or(0.0))
    } else {
        (false, Measure::Jaccard, jaccard)
    };
    match difference {
        Some(Difference::Slots) if is_near => (Relation::Sibling, measure, value),
        Some(Difference::Amended) if is_near => (Relation::Revision, measure, value),
        // Copies and siblings look the same from afar, and of siblings both stay.
        Some(Difference::Unseen) if is_near => (Relation::Sibling, Measure::Estimated, value),
        Some(Difference::Noise) if is_near => (Relation::Near, measure, value),
        Some(Difference::Noise | Difference::Amended) if containment >= Thresholds::CONTAINED => {
            (Relation::Contained, Measure::Containment, containment)
        }
        _ => (Relation::Unrelated, measure, value),
    }
}
