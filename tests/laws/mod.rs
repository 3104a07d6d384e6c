//! What must hold for any input.

mod ledger;
