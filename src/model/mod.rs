//! The nouns that every room shares, and the change ledger.
//!
//! Enters: nothing. Leaves: types. It knows no room and opens no file.

mod boilerplate;
mod canonical;
mod change;
mod draft;
mod edits;
mod naturalness;
mod record;
mod rule;
mod simplified;
mod span;
pub mod spun;
mod words;

pub use boilerplate::Boilerplate;
pub use canonical::{Canonical, MASK, Reader, Token, token};
pub use change::{Change, Finding, Reason};
pub use draft::Draft;
pub use edits::Edits;
pub use naturalness::{alone_eighths, are_neighbours, pair_eighths};
pub use record::{BlockFact, Body, Facts, Fields, LineFact, Meta, Notes, Record, Reject};
pub use rule::{RuleDoc, RuleId, Switches};
pub use simplified::to_simplified;
pub use span::ByteSpan;
pub use words::WordTable;
