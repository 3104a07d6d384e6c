//! Stage order and threads: the only room that knows every room.

mod assigned;
mod audit;
mod clean;
mod compare;
mod cook;
pub mod dedupe;
mod documents;
mod flow;
mod learn;
mod look;
mod outcome;
mod replay;
mod rules;
mod run;
mod stated;
mod summary;
mod totals;
mod undo;
mod verify;

pub use assigned::{Assigned, Assignments};
pub use audit::Audit;
pub use clean::{Cleaned, Cleaner, Part};
pub use compare::{Compared, compare};
pub use documents::{Document, NOTHING_LEFT};
pub use flow::{Progress, Silent, Watch};
pub use learn::{LearntDress, LearntModel, learn, learn_repair};
pub use look::{clean_one, find};
pub use outcome::{
    AssignmentRow, ClusterMember, ClusterRow, EdgeRow, Facts, GroupMember, GroupRow, Outcome,
};
pub use rules::rules;
pub use run::{Job, apply, clean as run_clean, dedupe as run_dedupe, run, verdict};
pub use summary::{Heading, InputFacts};
pub use totals::{RuleCount, Totals};
pub use undo::undo;
pub use verify::{Verified, verify};

/// The rooms that have rules.
pub const ROOMS: &[&str] = &[
    "read",
    "decode",
    "normalise",
    "repair",
    "chrome",
    "restructure",
    "dedupe",
];
