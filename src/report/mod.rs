//! What changed, and why? Changes → text and JSON.
//!
//! Enters: a document's source, changes and findings. Leaves: something a person can read. It
//! opens no file and knows no terminal: colours are words of the caller's.

mod diff;

pub use diff::{Colours, Shown, json, text};
