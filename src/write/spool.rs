//! Rows that wait for their clusters.

use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::Path;

use crate::{Error, Result};

/// Rows on their way out: written to disk, read back once in the same order. The file has no name
/// and is gone with the process.
///
/// They are not packed: even the quickest packing took a sixth of the time of clustering, and
/// the rows need the same room again as soon as they are written out.
pub struct Spool {
    file: BufWriter<File>,
    rows: u64,
}

impl Spool {
    /// A spool in that folder.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder).map_err(Error::write(folder))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, file),
            rows: 0,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn push(&mut self, row: &[u8]) -> Result<()> {
        self.rows += 1;
        self.file
            .write_all(&(row.len() as u64).to_le_bytes())
            .and_then(|()| self.file.write_all(row))
            .map_err(Error::write("the temporary folder"))
    }

    /// Reads the rows back, in order.
    ///
    /// # Errors
    /// [`Error::Write`], [`Error::Read`].
    pub fn rewind(self) -> Result<Unspool> {
        use std::io::{Seek, SeekFrom};
        let mut file = self
            .file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .map_err(Error::write("the temporary folder"))?;
        file.seek(SeekFrom::Start(0))
            .map_err(Error::read("the temporary folder"))?;
        Ok(Unspool {
            file: BufReader::with_capacity(1 << 18, file),
            row: Vec::new(),
        })
    }
}

/// The rows of a [`Spool`].
pub struct Unspool {
    file: BufReader<File>,
    row: Vec<u8>,
}

impl Unspool {
    /// The next row.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn next_row(&mut self) -> Result<Option<&mut Vec<u8>>> {
        let mut length = [0; 8];
        match self.file.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(Error::read("the temporary folder")(error)),
        }
        let length = u64::from_le_bytes(length);
        self.row.clear();
        (&mut self.file)
            .take(length)
            .read_to_end(&mut self.row)
            .map_err(Error::read("the temporary folder"))?;
        Ok(Some(&mut self.row))
    }
}
