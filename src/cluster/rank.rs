//! Which of two copies stays: the keeper's rank.

use std::cmp::{Ordering, Reverse};

/// Points of one place in [`Rank::losses`].
const POINTS: u64 = 8;

/// Points that make no difference between peers: a hundredth or two of the text in blocks, which
/// is what moved paragraphs leave.
const DOUBTFUL_POINTS: u64 = 2;

/// What a document is ranked by. The smaller rank is kept.
#[derive(Clone, Debug, Default, PartialEq, PartialOrd)]
pub struct Rank {
    /// Night on which it was first seen; 0 where there are no nights. A keeper stays keeper.
    pub night: u32,
    /// Damage that the text shows by itself, in points (8 for each place where
    /// text is lost or foreign: bad bytes, masks, site phrases; fewer for bad dress).
    pub losses: u32,
    /// Share of spun words, 0 to 1.
    pub spun_ratio: f64,
    /// Whether the text breaks off.
    pub truncated: bool,
    /// Characters of body text.
    pub body_chars: u64,
    /// Damage that comparison with its copies of the same night has shown, in the same points
    /// ([`super::shown`]): losses that no look at one text alone can see.
    pub shown: u64,
    /// Values of `--prefer`, in its order; the smaller is preferred.
    pub prefer: Vec<i64>,
}

impl Rank {
    /// Orders two documents by rank, then by id.
    pub fn compare(&self, id: &str, other: &Self, other_id: &str) -> Ordering {
        self.night
            .cmp(&other.night)
            .then_with(|| self.damage().cmp(&other.damage()))
            .then_with(|| self.truncated.cmp(&other.truncated))
            .then_with(|| Reverse(self.body_chars).cmp(&Reverse(other.body_chars)))
            .then_with(|| self.prefer.cmp(&other.prefer))
            .then_with(|| id.cmp(other_id))
    }

    /// Whether both are of one night, as damaged but for what alignments leave in doubt, cut or
    /// whole, and as much preferred.
    pub fn is_peer(&self, other: &Self) -> bool {
        self.night == other.night
            && self.damage().abs_diff(other.damage()) <= DOUBTFUL_POINTS
            && self.truncated == other.truncated
            && self.prefer == other.prefer
    }

    /// Losses and spun words as one figure. A ratio below one in a thousand is noise of the
    /// lexicon.
    fn damage(&self) -> u64 {
        let spun = (self.spun_ratio.clamp(0.0, 1.0) * 1000.0) as u64;
        u64::from(self.losses) + self.shown + POINTS * spun
    }
}
