//! The one test binary.

mod cases;
mod laws;
mod nightly;
