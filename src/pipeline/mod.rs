//! Stage order and threads: the only room that knows every room.

mod clean;

pub use clean::{Cleaned, Cleaner, Part};
