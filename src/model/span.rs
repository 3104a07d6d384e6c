//! Byte ranges.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeTuple};

/// A half-open range of UTF-8 bytes, `start..end`, always on character boundaries.
///
/// ```
/// use qingwen::model::ByteSpan;
/// let span = ByteSpan::new(3, 9);
/// assert_eq!(&"关于发展"[span.range()], "于发");
/// assert_eq!(span.len_bytes(), 6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "(usize, usize)")]
pub struct ByteSpan {
    /// First byte inside.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

impl ByteSpan {
    /// The range `start..end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// The same range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    /// Its length in bytes.
    pub fn len_bytes(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds nothing: the place of an insertion.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl From<(usize, usize)> for ByteSpan {
    fn from((start, end): (usize, usize)) -> Self {
        Self { start, end }
    }
}

impl Serialize for ByteSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&self.start)?;
        pair.serialize_element(&self.end)?;
        pair.end()
    }
}
