//! The one library error, cut by what a caller can do about it.

use std::path::PathBuf;

/// What stops a run. A bad document does not: it becomes a [`crate::model::Reject`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input could not be opened or read to its end. The rest can still be done.
    #[error("cannot read {}", path.display())]
    Read {
        /// The input.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A setting is unusable: mend it and start again.
    #[error("{key}: {problem}")]
    Config {
        /// The key, flag or file that names the setting.
        key: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A rule file is unusable.
    #[error("rule {rule}: {problem}")]
    Rule {
        /// The rule's id, or the file's name where none could be read.
        rule: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Output could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A check (verify, index verify) found something that does not hold.
    #[error("{what}: {problem}")]
    Check {
        /// The record, document or file.
        what: String,
        /// What does not hold.
        problem: String,
    },
    /// An index or output folder is damaged, of another version, or in use.
    #[error("{}: {problem}", path.display())]
    Store {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The run was interrupted (Ctrl-C, deadline).
    #[error("interrupted")]
    Interrupted,
}

/// A result with the library error.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A [`Error::Config`] for a key.
    pub fn config(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Config {
            key: key.into(),
            problem: problem.into(),
        }
    }

    /// Wraps a failure to read a file.
    pub fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path, source }
    }

    /// Wraps a failure to write a file.
    pub fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Write { path, source }
    }
}
