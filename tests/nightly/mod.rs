//! The nightly index: N nights decide as one run, and nothing that ends a job spoils it.

mod crash;
mod formats;
mod ops;
mod same;
