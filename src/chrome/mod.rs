//! Which lines belong to the site? Text → text.
//!
//! Enters: a draft of a whole page. Leaves: its document, without the site's own lines; what meta
//! lines said goes to the notes. It refuses to take a line in doubt.
//!
//! ```text
//!  lines ─▶ rules' hits ─▶ does the page show a dress? ─▶ blocks ─▶ classifier ─▶ edits
//! ```

mod blocks;
mod bounds;
mod classify;
mod context;
mod engine;
mod facts;
mod features;
mod hits;
mod html;
pub mod learn;
mod meta;
mod model;
mod own;
mod page;
mod pattern;
mod rules;
mod spared;
mod teach;
mod verdict;

pub use classify::{Seen, SeenLine};
pub use engine::Engine;
