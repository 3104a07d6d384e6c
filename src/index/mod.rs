//! Who might be its twin? Fingerprints to candidate pairs.
//!
//! Enters: band keys and short documents' shingles. Leaves: pairs worth an exact look, found with
//! the recall that the plan promises, in bounded memory. It verifies nothing and decides nothing.

mod bands;
mod crowd;
mod firsts;
mod forms;
mod hamming;
mod plan;
mod read_at;
mod runs;
mod split;
pub mod store;

pub use bands::{Bands, Entries, Found, Look, search, search_noting};
pub use crowd::{Crowd, Glimpse, is_crowded};
pub use firsts::Firsts;
pub use forms::Forms;
pub use hamming::Permutations;
pub use plan::Plan;
pub use runs::Runs;
pub use split::{Families, join_buckets, split};
