//! The nouns that every room shares, and the change ledger.
//!
//! Enters: nothing. Leaves: types. It knows no room and opens no file.

mod change;
mod draft;
mod edits;
mod record;
mod rule;
mod span;
pub mod spun;
mod words;

pub use change::{Change, Finding};
pub use draft::Draft;
pub use edits::Edits;
pub use record::{Body, Facts, Fields, LineFact, Meta, Notes, Record, Reject};
pub use rule::{RuleDoc, RuleId, Switches};
pub use span::ByteSpan;
pub use words::WordTable;
