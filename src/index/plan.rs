//! The recall contract: how many bands of how many rows find pairs of a given similarity.

use serde::Serialize;

use crate::{Error, Result};

/// Bands and rows for a stated recall (Leskovec, Rajaraman and Ullman, chapter 3).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Least Jaccard that is promised: candidates are planned for it.
    pub jaccard: f64,
    /// Promised probability that a pair of this Jaccard is found.
    pub recall: f64,
    /// MinHash bands.
    pub bands: usize,
    /// Values a band.
    pub rows: usize,
    /// Distinct shingles below which documents are joined by their shingles, exactly.
    pub min_shingles: usize,
}

/// Jaccard that unrelated texts of one language and register show.
const BACKGROUND: f64 = 0.02;
/// Share of unrelated pairs that may become candidates.
const FALSE_CANDIDATES: f64 = 3e-4;
/// Bands beyond which a promise is refused: signatures would outgrow the texts.
const MAX_BANDS: usize = 512;

impl Plan {
    /// The cheapest plan that finds pairs of `jaccard` with probability `recall`.
    ///
    /// # Errors
    /// [`Error::Config`] where no plan within 512 bands keeps the promise.
    ///
    /// ```
    /// use qingwen::index::Plan;
    /// let plan = Plan::new(0.5, 0.99)?;
    /// assert_eq!((plan.bands, plan.rows), (35, 3));
    /// assert!(plan.recall_at(0.7) > 0.999_999);
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn new(jaccard: f64, recall: f64) -> Result<Self> {
        let bands_for = |rows: usize| -> usize {
            let one = jaccard.powi(rows as i32);
            if one >= 1.0 {
                return 1;
            }
            ((1.0 - recall).ln() / (-one).ln_1p()).ceil().max(1.0) as usize
        };
        (3..=16)
            .map(|rows| (bands_for(rows), rows))
            .filter(|&(bands, rows)| {
                bands <= MAX_BANDS
                    && bands as f64 * BACKGROUND.powi(rows as i32) <= FALSE_CANDIDATES
            })
            .min_by_key(|&(bands, rows)| bands * rows)
            .map(|(bands, rows)| Self {
                jaccard,
                recall,
                bands,
                rows,
                min_shingles: 64,
            })
            .ok_or_else(|| {
                Error::config(
                    "recall",
                    format!(
                        "{recall} at Jaccard {jaccard} would take more than {MAX_BANDS} bands: \
                         raise jaccard, lower recall, or give aligned = \"off\""
                    ),
                )
            })
    }

    /// Probability that a pair of this Jaccard becomes a candidate, 0 to 1.
    pub fn recall_at(&self, jaccard: f64) -> f64 {
        1.0 - (1.0 - jaccard.powi(self.rows as i32)).powi(self.bands as i32)
    }

    /// Distinct shingles from which no partner can be short: shorter documents are joined by
    /// their shingles too.
    pub fn join_below(&self) -> usize {
        (self.min_shingles as f64 / self.jaccard).ceil() as usize
    }

    /// How many of a short document's smallest shingle hashes must be looked at so that no
    /// partner of the promised Jaccard is missed (the prefix filter of Chaudhuri, Ganti and
    /// Kaushik 2006).
    pub fn prefix(&self, shingles: usize) -> usize {
        let shared = (self.jaccard * shingles as f64 - 1e-9).ceil() as usize;
        shingles + 1 - shared.clamp(1, shingles.max(1))
    }

    /// Share of a document's shingles that its bands may leave out so that pairs of `jaccard` are
    /// still found with the promised probability, were all of it shared by both: what is left of
    /// such a pair has the Jaccard that the plan is made for. A tenth less, as the two may leave
    /// out somewhat different ones. 0 where the plan is made for pairs of `jaccard` themselves.
    ///
    /// ```
    /// use qingwen::index::Plan;
    /// let plan = Plan::new(0.5, 0.99)?;
    /// assert!((plan.masked_ratio(0.7) - 0.42).abs() < 0.01);
    /// assert_eq!(plan.masked_ratio(0.5), 0.0);
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn masked_ratio(&self, jaccard: f64) -> f64 {
        let shared = 2.0 * jaccard / (1.0 + jaccard);
        let least = self.jaccard.min(0.99);
        (0.9 * (shared * (1.0 + least) - 2.0 * least) / (1.0 - least)).clamp(0.0, 0.5)
    }

    /// Bytes of band entries a document, on disk or in memory.
    pub fn entry_bytes(&self) -> usize {
        self.bands * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promise_holds_on_paper() {
        for jaccard in [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0] {
            for recall in [0.5, 0.9, 0.99, 0.999] {
                let plan = Plan::new(jaccard, recall).unwrap();
                assert!(plan.recall_at(jaccard) >= recall - 1e-9, "{plan:?}");
            }
        }
        assert!(Plan::new(0.05, 0.99).is_err());
    }

    #[test]
    fn prefixes_miss_nothing() {
        let plan = Plan::new(0.5, 0.99).unwrap();
        assert_eq!(plan.prefix(10), 6);
        assert_eq!(plan.prefix(1), 1);
        assert_eq!(plan.join_below(), 128);
    }
}
