//! Stage order and threads: the only room that knows every room.

mod audit;
mod clean;
mod cook;
pub mod dedupe;
mod documents;
mod flow;
mod outcome;
mod rules;
mod run;
mod totals;

pub use audit::Audit;
pub use clean::{Cleaned, Cleaner, Part};
pub use documents::{Document, NOTHING_LEFT};
pub use flow::{Progress, Silent, Watch};
pub use outcome::{
    AssignmentRow, ClusterMember, ClusterRow, EdgeRow, Facts, GroupMember, GroupRow, Outcome,
};
pub use rules::rules;
pub use run::{Job, clean as run_clean, verdict};
pub use totals::{RuleCount, Totals};
