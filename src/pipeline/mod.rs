//! Stage order and threads: the only room that knows every room.

mod clean;
mod cook;
mod documents;
mod flow;
mod rules;
mod run;
mod totals;

pub use clean::{Cleaned, Cleaner, Part};
pub use documents::{Document, NOTHING_LEFT};
pub use flow::{Progress, Silent, Watch};
pub use rules::rules;
pub use run::{Job, clean as run_clean, verdict};
pub use totals::{RuleCount, Totals};
