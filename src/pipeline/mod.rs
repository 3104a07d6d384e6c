//! Stage order and threads: the only room that knows every room.

mod apply;
mod assigned;
mod audit;
mod boilerplate;
pub mod care;
mod clean;
mod clustering;
mod compare;
mod cook;
pub mod dedupe;
mod documents;
mod entry;
mod facts;
mod flow;
mod follow;
mod learn;
mod look;
pub mod night;
mod outcome;
mod pairs;
mod paragraphs;
mod past;
pub mod rebuild;
mod record;
mod rekeep;
mod remove;
mod replay;
mod rethreshold;
mod rows;
mod rules;
mod run;
mod stated;
mod stream;
mod summary;
mod tonight;
mod totals;
mod undo;
mod verify;

pub use apply::apply;
pub use assigned::{Assigned, Assignments};
pub use audit::Audit;
pub use clean::{Cleaned, Cleaner, Part};
pub use clustering::Nightly;
pub use compare::{Compared, compare};
pub use documents::{Document, NOTHING_LEFT};
pub use facts::Facts;
pub use flow::{Progress, Silent, Watch};
pub use learn::{LearntDress, LearntModel, learn, learn_repair};
pub use look::{clean_one, find};
pub use outcome::Outcome;
pub use rethreshold::{Rethresholded, rethreshold};
pub use rows::{
    AssignmentRow, ChangedRow, ClusterMember, ClusterRow, EdgeRow, GroupMember, GroupRow,
    ParagraphRow,
};
pub use rules::rules;
pub use run::{clean as run_clean, dedupe as run_dedupe, run, run_night, verdict};
pub use stream::Job;
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
