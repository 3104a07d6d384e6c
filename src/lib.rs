//! qingwen (清文, "clean text") gives a scraped Chinese corpus back clean, and once.
//!
//! ```text
//!  files        bytes           text                    documents             groups
//!  read  ─▶ decode ─▶ normalise ─▶ chrome ─▶ restructure ─▶ repair ─▶ fingerprint ─▶ index ─▶ cluster
//!                └──────── every edit goes through model::Draft, the ledger ───────┘        │
//!                                                                     write ◀─ report ◀────┘
//! ```
//!
//! One text is cleaned with [`Cleaner`]; the command line is a thin room over this crate.

#![warn(missing_docs)]
#![warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

pub mod chrome;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod decode;
mod error;
pub mod fingerprint;
pub mod index;
pub mod model;
pub mod normalise;
pub mod pipeline;
pub mod read;
pub mod repair;
pub mod report;
pub mod restructure;
pub mod write;

pub use config::Settings;
pub use error::{Error, Result};
pub use pipeline::{Cleaned, Cleaner, Part};
