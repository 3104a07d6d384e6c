//! What must hold for any input.

mod dedupe;
mod ledger;
