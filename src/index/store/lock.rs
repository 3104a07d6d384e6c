//! One job at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::failpoint::pass;
use crate::{Error, Result};

const NAME: &str = "lock";
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The right to change an index. The system takes it back when the process ends, however it
/// ends, so no lock goes stale; what an ended holder wrote into the file means nothing.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or waits for it where `wait` is given, which is asked from time to time
    /// whether to go on waiting.
    pub(super) fn take(root: &Path, wait: Option<&dyn Fn() -> bool>) -> Result<Self> {
        let path = root.join(NAME);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(Error::write(&path))?;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => match wait {
                    Some(goes_on) if goes_on() => std::thread::sleep(LOOK_EVERY),
                    Some(_) => return Err(Error::Interrupted),
                    None => {
                        let mut holder = String::new();
                        let _ = (&mut file).take(200).read_to_string(&mut holder);
                        // A full disk leaves no note.
                        let holder = match holder.trim() {
                            "" => "another process",
                            holder => holder,
                        };
                        return Err(Error::Store {
                            path: root.to_owned(),
                            problem: format!(
                                "the index is in use by {}: wait for it, or give --wait",
                                holder
                            ),
                        });
                    }
                },
                Err(TryLockError::Error(source)) => return Err(Error::Write { path, source }),
            }
        }
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs());
        let holder = format!(
            "process {}, started {}\n",
            std::process::id(),
            iso_time(seconds)
        );
        let note = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(holder.as_bytes())?;
            pass("lock/taken")
        };
        // On a full disk the note is left out; the lock holds without it.
        let _ = note(&mut file);
        Ok(Self { _file: file })
    }
}

/// A time as `2026-11-22T00:18:14Z` (Hinnant's days-to-civil).
pub fn iso_time(unix_seconds: u64) -> String {
    let (days, rest) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_and_told_whom() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), None).unwrap();
        let error = Lock::take(folder.path(), None).unwrap_err().to_string();
        let pid = std::process::id().to_string();
        assert!(
            error.contains(&pid) && error.contains("started 20"),
            "{error}"
        );
        assert!(Lock::take(folder.path(), Some(&|| false)).is_err());
        drop(first);
        Lock::take(folder.path(), None).unwrap();
    }

    #[test]
    fn times_are_dates() {
        assert_eq!(iso_time(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso_time(1_709_210_096), "2024-02-29T12:34:56Z");
    }
}
