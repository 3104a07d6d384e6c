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
