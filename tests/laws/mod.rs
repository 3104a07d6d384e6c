//! What must hold for any input.

mod decode;
pub(crate) mod dedupe;
mod ledger;
mod normalise;
mod restructure;
mod swaps;
mod whole;
