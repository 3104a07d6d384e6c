//! Sorted sequences of 64-bit entries that may outgrow memory: runs on disk, merged when read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Collects entries in any order and gives them back ascending.
#[derive(Debug)]
pub struct Runs {
    waiting: Vec<u64>,
    /// Entries that wait in memory at most.
    room: usize,
    files: Vec<File>,
    folder: PathBuf,
}

impl Runs {
    /// An empty sequence that holds `room_bytes` in memory and writes what is more into unnamed
    /// files in `folder`.
    pub fn new(room_bytes: usize, folder: &Path) -> Self {
        Self {
            waiting: Vec::new(),
            room: (room_bytes / 8).max(1024),
            files: Vec::new(),
            folder: folder.to_owned(),
        }
    }

    /// Adds entries.
    ///
    /// # Errors
    /// [`Error::Write`] where a run cannot be written.
    pub fn extend(&mut self, entries: &[u64]) -> Result<()> {
        self.waiting.extend_from_slice(entries);
        if self.waiting.len() >= self.room {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let wrap = |source| Error::Write {
            path: self.folder.clone(),
            source,
        };
        self.waiting.sort_unstable();
        let file = tempfile::tempfile_in(&self.folder).map_err(wrap)?;
        let mut out = BufWriter::with_capacity(1 << 18, file);
        for entry in &self.waiting {
            out.write_all(&entry.to_le_bytes()).map_err(wrap)?;
        }
        let file = out.into_inner().map_err(|error| wrap(error.into_error()))?;
        self.files.push(file);
        self.waiting.clear();
        Ok(())
    }

    /// Bytes written to disk so far.
    pub fn disk_bytes(&self) -> u64 {
        self.files
            .iter()
            .filter_map(|file| file.metadata().ok())
            .map(|meta| meta.len())
            .sum()
    }

    /// Calls `bucket` with each group of entries that agree in their upper 32 bits, ascending.
    ///
    /// # Errors
    /// [`Error::Read`] where a run cannot be read back, and what `bucket` returns.
    pub fn buckets(mut self, mut bucket: impl FnMut(&[u64]) -> Result<()>) -> Result<()> {
        self.waiting.sort_unstable();
        if self.files.is_empty() {
            for group in self.waiting.chunk_by(|a, b| a >> 32 == b >> 32) {
                bucket(group)?;
            }
            return Ok(());
        }
        let folder = self.folder;
        let mut readers = Vec::new();
        for file in self.files {
            readers.push(Reader::new(file, &folder)?);
        }
        let mut memory = self.waiting.into_iter();
        let mut heap = BinaryHeap::new();
        let memory_run = readers.len();
        for (nth, reader) in readers.iter_mut().enumerate() {
            if let Some(entry) = reader.next()? {
                heap.push(Reverse((entry, nth)));
            }
        }
        if let Some(entry) = memory.next() {
            heap.push(Reverse((entry, memory_run)));
        }
        let mut group: Vec<u64> = Vec::new();
        while let Some(Reverse((entry, nth))) = heap.pop() {
            let next = match readers.get_mut(nth) {
                Some(reader) => reader.next()?,
                None => memory.next(),
            };
            if let Some(next) = next {
                heap.push(Reverse((next, nth)));
            }
            if group.last().is_some_and(|last| last >> 32 != entry >> 32) {
                bucket(&group)?;
                group.clear();
            }
            group.push(entry);
        }
        if !group.is_empty() {
            bucket(&group)?;
        }
        Ok(())
    }
}

struct Reader<'a> {
    from: BufReader<File>,
    folder: &'a Path,
}

impl<'a> Reader<'a> {
    fn new(mut file: File, folder: &'a Path) -> Result<Self> {
        use std::io::Seek;
        file.rewind().map_err(Error::read(folder))?;
        Ok(Self {
            from: BufReader::with_capacity(1 << 16, file),
            folder,
        })
    }

    fn next(&mut self) -> Result<Option<u64>> {
        let mut eight = [0; 8];
        match self.from.read_exact(&mut eight) {
            Ok(()) => Ok(Some(u64::from_le_bytes(eight))),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(Error::read(self.folder)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_disk_or_in_memory_the_buckets_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let entries: Vec<u64> = (0..9000_u64).map(|n| (n * 7919 % 500) << 32 | n).collect();
        let collect = |room: usize| {
            let mut runs = Runs::new(room, folder.path());
            for part in entries.chunks(700) {
                runs.extend(part).unwrap();
            }
            assert_eq!(runs.disk_bytes() > 0, room < 1 << 20);
            let mut out = Vec::new();
            runs.buckets(|group| {
                out.push(group.to_vec());
                Ok(())
            })
            .unwrap();
            out
        };
        let small = collect(8192);
        assert_eq!(small, collect(1 << 24));
        assert_eq!(small.len(), 500);
        assert!(
            small
                .iter()
                .all(|group| group.is_sorted() && group.len() == 18)
        );
    }
}
