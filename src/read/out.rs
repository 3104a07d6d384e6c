//! The rows of an earlier run's output.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The rows of one kind, from one file or its shards, packed or not, one at a time.
pub struct Rows {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<(PathBuf, BufReader<Box<dyn Read + Send>>)>,
    line: Vec<u8>,
}

/// Opens `STEM.jsonl` in an output folder, or its shards; none where there is no such file.
///
/// # Errors
/// [`Error::Read`] where the folder cannot be read.
pub fn rows(folder: &Path, stem: &str) -> Result<Option<Rows>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::read(folder))? {
        let path = entry.map_err(Error::read(folder))?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let bare = name
            .strip_suffix(".zst")
            .or_else(|| name.strip_suffix(".gz"))
            .unwrap_or(name);
        let number = bare
            .strip_suffix(".jsonl")
            .and_then(|bare| bare.strip_prefix(stem))
            .map(|rest| rest.strip_prefix('-').unwrap_or(rest));
        if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            files.push(path);
        }
    }
    // By number, which outgrows its five digits.
    files.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    if files.is_empty() {
        return Ok(None);
    }
    Ok(Some(Rows {
        files: files.into_iter(),
        open: None,
        line: Vec::new(),
    }))
}

/// Opens one file of rows, whatever its name.
///
/// # Errors
/// [`Error::Read`] where it cannot be opened.
pub fn rows_of_file(path: &Path) -> Result<Rows> {
    path.metadata().map_err(Error::read(path))?;
    Ok(Rows {
        files: vec![path.to_owned()].into_iter(),
        open: None,
        line: Vec::new(),
    })
}

impl Rows {
    /// The next row without its line end.
    ///
    /// # Errors
    /// [`Error::Read`] naming the file.
    pub fn next_row(&mut self) -> Result<Option<&[u8]>> {
        loop {
            if self.open.is_none() {
                let Some(path) = self.files.next() else {
                    return Ok(None);
                };
                let stream =
                    super::open(Some(&path), Default::default()).map_err(Error::read(&path))?;
                self.open = Some((path, BufReader::with_capacity(1 << 16, stream.read)));
            }
            let Some((path, file)) = &mut self.open else {
                return Ok(None);
            };
            self.line.clear();
            if file
                .read_until(b'\n', &mut self.line)
                .map_err(Error::read(path.as_path()))?
                == 0
            {
                self.open = None;
                continue;
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some(self.line.trim_ascii()))
    }
}

/// A text file that a setting names.
///
/// # Errors
/// [`Error::Read`].
pub fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::read(path))
}

/// A small text file of an output folder.
///
/// # Errors
/// [`Error::Store`] where it is not there.
pub fn small_file(folder: &Path, name: &str) -> Result<String> {
    fs::read_to_string(folder.join(name)).map_err(|error| Error::Store {
        path: folder.join(name),
        problem: format!("{error}: is {} a finished output folder?", folder.display()),
    })
}
