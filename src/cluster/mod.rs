//! Who is, and which copy stays? Verified pairs to groups.
//!
//! Enters: canonical forms of candidate pairs, ranks of documents. Leaves: exact measures of each
//! pair, its relation, and keeper-ranked stars. It looks for no candidates, opens no file, and
//! removes no document but for a verified edge to its own keeper.

mod align;
mod cues;
mod edge;
mod evidence;
mod figures;
mod judge;
mod meant;
mod prefer;
mod prepared;
mod rank;
mod rare;
mod slips;
mod slots;
mod spinner;
mod star;
mod subject;

pub use align::{Alignment, Hunk, Run};
pub use edge::Edge;
pub use evidence::{Difference, Evidence};
pub use judge::{Comparison, Measure, Relation, Thresholds};
pub use prefer::Prefer;
pub use prepared::{Overlap, Prepared};
pub use rank::Rank;
pub use slots::slot_differences;
pub use spinner::{Doubt, Seen, Spinner, WordPair};
pub use star::{Joined, Policy, shown, stars, stars_after};
