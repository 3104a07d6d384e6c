//! The one test binary.

mod cases;
mod cli;
mod house;
mod laws;
