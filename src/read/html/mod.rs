//! The visible text of an HTML page, line by line, with what the markup says of each line.
//!
//! The renderer works on the token stream of a WHATWG tokenizer with a small stack of open
//! elements, not on a tree: a corpus holds broken pages, and a page that nests a million
//! elements must cost no more than its bytes. Its text is the ledger's source for HTML, so
//! [`RENDERER_VERSION`] changes whenever the text of any page would.

mod charset;
mod element;
mod render;

pub use charset::declared_charset;
pub use render::{Rendered, render};

/// Version of the renderer: part of what makes the same page give the same source text.
pub const RENDERER_VERSION: u32 = 1;
