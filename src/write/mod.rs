//! Where do the texts go? Documents → files.
//!
//! Enters: rows, in their order. Leaves: files that appear under their final names only when they
//! are whole. It refuses to write over an input, over a folder that is there already, and outside
//! the output folder, whatever ids say.

mod folder;
mod id_store;
mod outlet;
mod rows;
mod shelf;
mod spool;
mod text_store;
mod tree;

pub use folder::{Existing, OutFolder};
pub use id_store::IdStore;
pub use outlet::{Folder, Kind, Nowhere, Outlet, Streams};
pub use rows::{
    DocumentRow, changes, close_document, document, finding, json_text, reject, reopen_document,
    row,
};
pub use shelf::Shelf;
pub use spool::{Spool, Unspool};
pub use text_store::TextStore;
