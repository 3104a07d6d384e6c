//! Places where tests may end the process or make the disk full.
//!
//! `QINGWEN_FAIL=NAME` ends the process at the point of that name as a kill would, `NAME=error`
//! makes it fail as a full disk would, and `NAME:3` waits for the third time. Release builds have
//! no such points unless the feature `failpoints` asks for them.

use std::io;

/// Every point, in the order in which a night passes them.
pub const FAILPOINTS: &[&str] = &[
    "lock/taken",
    "file/created",
    "page/half",
    "page/written",
    "file/footer",
    "file/synced",
    "file/named",
    "manifest/half",
    "manifest/written",
    "manifest/synced",
    "manifest/named",
    "sweep/begun",
    "sweep/half",
    "night/ended",
];

/// Passes a point.
#[cfg(any(debug_assertions, feature = "failpoints"))]
pub(super) fn pass(name: &str) -> io::Result<()> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let Ok(wanted) = std::env::var("QINGWEN_FAIL") else {
        return Ok(());
    };
    let (wanted, is_error) = match wanted.strip_suffix("=error") {
        Some(wanted) => (wanted, true),
        None => (&wanted[..], false),
    };
    let (wanted, nth) = match wanted.split_once(':') {
        Some((wanted, nth)) => (wanted, nth.parse().unwrap_or(1)),
        None => (wanted, 1),
    };
    if wanted != name || PASSED.fetch_add(1, Ordering::Relaxed) + 1 != nth {
        return Ok(());
    }
    if is_error {
        return Err(io::ErrorKind::StorageFull.into());
    }
    std::process::abort();
}

#[cfg(not(any(debug_assertions, feature = "failpoints")))]
#[inline]
pub(super) fn pass(_: &str) -> io::Result<()> {
    Ok(())
}
