//! What could not be read, with its bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::Reject;

/// Raw bytes that a reject keeps at most.
const KEPT_BYTES: usize = 64 * 1024;

/// A reject of this room.
pub fn reject(
    source: String,
    record: Option<String>,
    error: impl Into<String>,
    line: Option<u64>,
    raw: &[u8],
) -> Box<Reject> {
    Box::new(Reject {
        source,
        record,
        stage: "read",
        error: error.into(),
        line,
        raw_base64: STANDARD.encode(&raw[..raw.len().min(KEPT_BYTES)]),
    })
}
