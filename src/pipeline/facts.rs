//! Figures of clustering, for `summary.json`.

use serde::Serialize;

use super::audit::Audit;
use crate::index::Plan;

/// Figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// The plan that candidates were found by.
    pub plan: Option<Plan>,
    /// Candidate pairs that were compared.
    pub candidates: u64,
    /// Pairs similar enough to be listed in `edges.jsonl`.
    pub verified: u64,
    /// Buckets too large for all of their pairs, which were split.
    pub split_buckets: u64,
    /// Documents in the largest bucket.
    pub largest_bucket_docs: usize,
    /// Shingles that stand in a large share of the documents or of one site, and that signatures
    /// left out.
    pub masked_shingles: usize,
    /// Bytes of sorted runs on disk.
    pub disk_bytes: u64,
    /// How much of what there is to find was found.
    pub audit: Option<Audit>,
    /// Words, two and two, that no table lists and that spun copies in this corpus swap: pairs
    /// that differ in nothing else are copies. Not looked for with an index, so that what a night
    /// decides does not depend on later ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spinner: Vec<(String, String)>,
}
