//! One big file, or its shards, packed or not.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;

use crate::config::{Compress, WriteSettings};
use crate::{Error, Result};

const BUFFER_BYTES: usize = 256 * 1024;
/// Zstandard's own default: a third of the size at several hundred MB/s.
const ZSTD_LEVEL: i32 = 3;

enum Packed {
    Plain(BufWriter<File>),
    Zstd(Box<zstd::Encoder<'static, BufWriter<File>>>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
}

impl Packed {
    fn create(path: &Path, compress: Compress) -> io::Result<Self> {
        let file = BufWriter::with_capacity(BUFFER_BYTES, File::create(path)?);
        Ok(match compress {
            Compress::None => Self::Plain(file),
            Compress::Zstd => Self::Zstd(Box::new(zstd::Encoder::new(file, ZSTD_LEVEL)?)),
            Compress::Gzip => Self::Gzip(Box::new(GzEncoder::new(
                file,
                flate2::Compression::default(),
            ))),
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Zstd(file) => file.write_all(bytes),
            Self::Gzip(file) => file.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut file) => file.flush(),
            Self::Zstd(file) => file.finish()?.flush(),
            Self::Gzip(file) => file.finish()?.flush(),
        }
    }
}

/// The rows of one kind (`documents`, `changes`, …) on their way to disk.
///
/// A row is never cut in two: a shard ends after the row that reaches its size.
pub struct Shelf {
    folder: PathBuf,
    stem: &'static str,
    compress: Compress,
    shard_bytes: Option<u64>,
    open: Option<(Packed, u64)>,
    names: Vec<String>,
}

impl Shelf {
    /// A shelf of files named `stem` in `folder`. Nothing is created before [`Shelf::finish`] or
    /// the first row.
    pub fn new(folder: &Path, stem: &'static str, settings: &WriteSettings) -> Self {
        Self {
            folder: folder.to_owned(),
            stem,
            compress: settings.compress,
            shard_bytes: settings.shard_bytes,
            open: None,
            names: Vec::new(),
        }
    }

    /// Adds whole rows, each with its line end.
    ///
    /// # Errors
    /// [`Error::Write`] naming the file.
    pub fn push(&mut self, row: &[u8]) -> Result<()> {
        if row.is_empty() {
            return Ok(());
        }
        self.create()?;
        let Some((file, written)) = &mut self.open else {
            return Ok(());
        };
        *written += row.len() as u64;
        let full = self.shard_bytes.is_some_and(|limit| *written >= limit);
        file.write_all(row).map_err(Error::write(self.path()))?;
        if full {
            self.close()?;
        }
        Ok(())
    }

    /// Ends the last file and names all of them; an empty shelf is one empty file.
    ///
    /// # Errors
    /// [`Error::Write`] naming the file.
    pub fn finish(mut self) -> Result<Vec<String>> {
        if self.names.is_empty() {
            self.create()?;
        }
        self.close()?;
        Ok(self.names)
    }

    fn create(&mut self) -> Result<()> {
        if self.open.is_none() {
            let end = match self.compress {
                Compress::None => "",
                Compress::Zstd => ".zst",
                Compress::Gzip => ".gz",
            };
            let name = match self.shard_bytes {
                Some(_) => format!("{}-{:05}.jsonl{end}", self.stem, self.names.len()),
                None => format!("{}.jsonl{end}", self.stem),
            };
            self.names.push(name);
            let path = self.path();
            let file = Packed::create(&path, self.compress).map_err(Error::write(path))?;
            self.open = Some((file, 0));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        match self.open.take() {
            Some((file, _)) => file.finish().map_err(Error::write(self.path())),
            None => Ok(()),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder
            .join(self.names.last().map_or(self.stem, String::as_str))
    }
}
