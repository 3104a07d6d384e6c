//! Rows of the files that dedupe writes.

use serde::Serialize;

use crate::cluster::{Edge, Measure, Relation, Thresholds};
use crate::model::ByteSpan;

/// A row of `assignments.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssignmentRow<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Id of its record.
    pub record: &'a str,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the source text.
    pub span: ByteSpan,
    /// Id of the cluster: its keeper's.
    pub cluster: &'a str,
    /// Whether it stays.
    pub keep: bool,
    /// The keeper that it is a duplicate of.
    pub duplicate_of: Option<&'a str>,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// Set where it came later than the keeper and would have been kept instead, had it come on
    /// the same night; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
}

/// A row of `paragraphs.jsonl`: a paragraph that went because an earlier document has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParagraphRow<'a> {
    /// Id of the document that it went from.
    pub id: &'a str,
    /// Id of its record.
    pub record: &'a str,
    /// First byte of the source text that it came from.
    pub start: usize,
    /// First byte after.
    pub end: usize,
    /// Characters of the paragraph.
    pub chars: u64,
    /// Id of the document that keeps it.
    pub first: &'a str,
}

/// A row of `assignments.jsonl` for a document of an earlier night.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedRow {
    /// Id of the document.
    pub id: String,
    /// Id of its record.
    pub record: String,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the source text.
    pub span: ByteSpan,
    /// Id of the cluster.
    pub cluster: String,
    /// Whether it stays.
    pub keep: bool,
    /// The keeper that it is a duplicate of.
    pub duplicate_of: Option<String>,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// Set where it came later than the keeper and would have been kept instead, had it come on
    /// the same night; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
    /// Set where the row is now another; left out in an export of all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
}

/// A row of `clusters.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterRow<'a> {
    /// Id of the cluster.
    pub cluster: &'a str,
    /// Id of the document that stays.
    pub keep: &'a str,
    /// Number of documents.
    pub size: usize,
    /// All documents, the keeper first.
    pub members: Vec<ClusterMember<'a>>,
}

/// A document of a cluster; all but the id are null for the keeper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterMember<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// What it is to the keeper.
    pub relation: Option<Relation>,
    /// By which measure.
    pub measure: Option<Measure>,
    /// Value of the measure, 4 decimals.
    pub similarity: Option<f64>,
    /// SimHash distance to the keeper, of 128 bits.
    pub hamming: Option<u8>,
}

/// A row of `siblings.jsonl` or `related.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRow<'a> {
    /// Id of the group: its representative's.
    pub group: &'a str,
    /// Id of the document that the others are compared with.
    pub representative: &'a str,
    /// The others.
    pub members: Vec<GroupMember<'a>>,
}

/// A look-alike that stays.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupMember<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// What it is to the representative.
    pub relation: Relation,
    /// By which measure.
    pub measure: Measure,
    /// Value of the measure, 4 decimals.
    pub similarity: f64,
    /// Where the two differ: the representative's words, this one's.
    pub differs: &'a [(String, String)],
}

/// A row of `edges.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EdgeRow<'a> {
    /// Id of the first document.
    pub a: &'a str,
    /// Id of the second.
    pub b: &'a str,
    /// Exact shingle Jaccard.
    pub jaccard: f64,
    /// Shares of either one's shingles that the other has.
    pub containment: [f64; 2],
    /// Share of the longer that aligns in order.
    pub aligned: Option<f64>,
    /// SimHash distance, of 128 bits.
    pub hamming: u8,
    /// What the differences are: noise, slots or amended.
    pub difference: Option<&'static str>,
    /// Whether either masks numbers that the other has.
    pub masked: [bool; 2],
    /// Rare characters of either one where the other has common ones or none.
    pub spoilt: [u8; 2],
    /// Hundredths of either one that stand in blocks which the other has not.
    pub extra: [u8; 2],
    /// What the pair is at the run's thresholds.
    pub relation: Relation,
    /// Whether it may join the two.
    pub accepted: bool,
    /// Places of the two in the order in which documents are kept; left out in an index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<[u32; 2]>,
    /// Whether neither is more damaged than the other; left out where not, and in an index.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub peers: bool,
}

impl<'a> EdgeRow<'a> {
    /// The row of a verified pair of these ids.
    pub(super) fn of(edge: &Edge, a: &'a str, b: &'a str, thresholds: &Thresholds) -> Self {
        let four = |value: f32| (f64::from(value) * 10_000.0).round() / 10_000.0;
        let (relation, _, _) = edge.judge(thresholds);
        Self {
            a,
            b,
            jaccard: four(edge.jaccard),
            containment: [four(edge.containment_a), four(edge.containment_b)],
            aligned: edge.aligned.map(four),
            hamming: edge.hamming,
            difference: edge.difference.map(|difference| difference.as_str()),
            masked: [edge.masked_a, edge.masked_b],
            spoilt: [edge.spoilt_a, edge.spoilt_b],
            extra: [edge.extra_a, edge.extra_b],
            relation,
            accepted: relation == Relation::Near,
            rank: None,
            peers: false,
        }
    }
}
