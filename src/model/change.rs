//! Rows of the ledger.

use serde::Serialize;
use smallvec::SmallVec;

use super::{ByteSpan, RuleId};

/// One change of the ledger: source bytes `start..end` were `before` and became `after`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// First source byte.
    pub start: usize,
    /// First source byte after.
    pub end: usize,
    /// The source's bytes there.
    pub before: String,
    /// What stands there in the output.
    pub after: String,
    /// The rules that touched the place, in the order they ran.
    pub rules: SmallVec<[RuleId; 2]>,
    /// The least of their confidences, from 0 to 1.
    pub confidence: f32,
}

/// Something seen and not changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Source bytes.
    pub span: ByteSpan,
    /// The source's bytes there.
    pub before: String,
    /// What might stand there instead.
    pub suggestion: Option<String>,
    /// The rule that saw it.
    pub rule: RuleId,
    /// A probability from 0 to 1.
    pub confidence: f32,
    /// The bytes of the file behind it, where they were no text.
    pub raw_hex: Option<String>,
}

/// What speaks for one word in the place of another, as natural logarithms of odds; together
/// they are `total`, but for the bounds of what neighbours may say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The place in the source.
    pub span: ByteSpan,
    /// What stands there.
    pub word: String,
    /// What probably stood there.
    pub suggestion: String,
    /// How often both words stand in clean text at large.
    pub frequency: f32,
    /// What stands before the place, its own repairs made.
    pub left_context: f32,
    /// What stands after it.
    pub right_context: f32,
    /// Both sides together.
    pub both_contexts: f32,
    /// The network, which sees ten symbols a side: by how much it raises or lowers what the others
    /// say.
    pub network: f32,
    /// A phrase of the lexicon; 0 where none fits.
    pub phrase: f32,
    /// The document: how often it shows this swap and others.
    pub document: f32,
    /// All of it: the odds behind the confidence.
    pub total: f32,
    /// Places of the document with this very swap, this one among them.
    pub same_swaps: usize,
    /// How often the suggested word stands in the document by itself.
    pub survivors: usize,
    /// Odds that the document is spun.
    pub spun: f32,
}
