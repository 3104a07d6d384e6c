//! What must hold for any input.

mod decode;
mod dedupe;
mod ledger;
mod whole;
