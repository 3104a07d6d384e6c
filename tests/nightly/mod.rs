//! The nightly index: N nights decide as one run, and nothing that ends a job spoils it.

mod again;
mod anew;
mod crash;
mod damage;
mod formats;
mod make;
mod masked;
mod ops;
mod same;
mod told;
mod unseen;
