//! What must hold for any input.

mod decode;
mod dedupe;
mod ledger;
mod normalise;
mod restructure;
mod whole;
