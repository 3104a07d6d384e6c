//! Immutable files of checksummed pages, read by position.
//!
//! A page is a run of bytes under an ascending key. The list of pages stands at the end of the
//! file and is held in memory; each page bears an XXH3 checksum that every reading compares, and
//! the manifest bears the checksum of the list. No file is mapped: one that was cut short gives
//! an error and not the end of the process.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::failpoint::pass;
use crate::index::read_at::read_at;
use crate::{Error, Result};

const HEAD: &[u8; 8] = b"qwpages1";
const TAIL: &[u8; 8] = b"1segapwq";
/// Bytes of an entry of the page list.
const ENTRY_BYTES: usize = 32;
/// Bytes after the page list: its start, its checksum, the tail.
const END_BYTES: u64 = 24;

/// What the manifest knows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Name within the index folder.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Checksum of its page list, and through it of every byte, in hexadecimal.
    pub xxh3: String,
    /// Entries, rows or texts.
    pub items: u64,
}

/// Where a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Key of its first item.
    pub(super) first: u64,
    start: u64,
    bytes: u32,
    pub(super) items: u32,
    xxh3: u64,
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct PageWriter {
    out: BufWriter<File>,
    unfinished: PathBuf,
    folder: PathBuf,
    name: String,
    pages: Vec<Page>,
    at: u64,
}

impl PageWriter {
    /// Begins a file under an unfinished name.
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        let unfinished = folder.join(format!("{name}.unfinished"));
        let wrap = Error::write(&unfinished);
        let begin = || {
            let file = File::create(&unfinished)?;
            let mut out = BufWriter::with_capacity(1 << 18, file);
            out.write_all(HEAD)?;
            pass("file/created")?;
            Ok(out)
        };
        Ok(Self {
            out: begin().map_err(wrap)?,
            unfinished,
            folder: folder.to_owned(),
            name: name.to_owned(),
            pages: Vec::new(),
            at: HEAD.len() as u64,
        })
    }

    /// Adds a page; keys must not descend.
    pub(super) fn push(&mut self, first: u64, items: u32, payload: &[u8]) -> Result<()> {
        let half = payload.len() / 2;
        let out = &mut self.out;
        let mut write = || {
            out.write_all(&payload[..half])?;
            pass("page/half")?;
            out.write_all(&payload[half..])?;
            pass("page/written")
        };
        write().map_err(Error::write(&self.unfinished))?;
        self.pages.push(Page {
            first,
            start: self.at,
            bytes: payload.len() as u32,
            items,
            xxh3: xxh3_64(payload),
        });
        self.at += payload.len() as u64;
        Ok(())
    }

    /// Ends the file, brings it to the disk and gives it its name.
    pub(super) fn finish(mut self) -> Result<FileFacts> {
        let mut list = Vec::with_capacity(self.pages.len() * ENTRY_BYTES);
        let mut items = 0;
        for page in &self.pages {
            items += u64::from(page.items);
            list.extend_from_slice(&page.first.to_le_bytes());
            list.extend_from_slice(&page.start.to_le_bytes());
            list.extend_from_slice(&page.bytes.to_le_bytes());
            list.extend_from_slice(&page.items.to_le_bytes());
            list.extend_from_slice(&page.xxh3.to_le_bytes());
        }
        let xxh3 = list_xxh3(&list, self.at);
        let mut write = || {
            self.out.write_all(&list)?;
            self.out.write_all(&self.at.to_le_bytes())?;
            self.out.write_all(&xxh3.to_le_bytes())?;
            self.out.write_all(TAIL)?;
            pass("file/footer")?;
            self.out.flush()?;
            self.out.get_ref().sync_all()?;
            pass("file/synced")?;
            std::fs::rename(&self.unfinished, self.folder.join(&self.name))?;
            pass("file/named")
        };
        write().map_err(Error::write(&self.unfinished))?;
        Ok(FileFacts {
            bytes: self.at + list.len() as u64 + END_BYTES,
            xxh3: format!("{xxh3:016x}"),
            items,
            name: self.name,
        })
    }
}

fn list_xxh3(list: &[u8], start: u64) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(list);
    hash.update(&start.to_le_bytes());
    hash.digest()
}

/// A finished file.
#[derive(Debug)]
pub(super) struct PageFile {
    pub(super) facts: FileFacts,
    file: File,
    path: PathBuf,
    pub(super) pages: Vec<Page>,
}

impl PageFile {
    /// Opens a file and checks its page list.
    pub(super) fn open(folder: &Path, facts: &FileFacts) -> Result<Self> {
        let path = folder.join(&facts.name);
        let file = OpenOptions::new()
            .read(true)
            .open(&path)
            .map_err(Error::read(&path))?;
        let bytes = file.metadata().map_err(Error::read(&path))?.len();
        let bad = |problem: &str| damaged(&path, problem);
        if bytes != facts.bytes || bytes < HEAD.len() as u64 + END_BYTES {
            return Err(bad(&format!(
                "has {bytes} bytes where {} were written",
                facts.bytes
            )));
        }
        let mut end = [0; END_BYTES as usize];
        read_at(&file, &mut end, bytes - END_BYTES).map_err(Error::read(&path))?;
        let eight = |at: usize| {
            let mut value = [0; 8];
            value.copy_from_slice(&end[at..at + 8]);
            value
        };
        let (start, xxh3) = (u64::from_le_bytes(eight(0)), u64::from_le_bytes(eight(8)));
        let room = bytes - END_BYTES;
        let is_sound = &eight(16) == TAIL
            && start >= HEAD.len() as u64
            && start <= room
            && (room - start).is_multiple_of(ENTRY_BYTES as u64);
        if !is_sound {
            return Err(bad("does not end as it was written"));
        }
        let mut list = vec![0; (room - start) as usize];
        read_at(&file, &mut list, start).map_err(Error::read(&path))?;
        if list_xxh3(&list, start) != xxh3 || format!("{xxh3:016x}") != facts.xxh3 {
            return Err(bad("has a page list that is not as it was written"));
        }
        let pages = list
            .chunks_exact(ENTRY_BYTES)
            .map(|entry| {
                let wide = |at: usize| {
                    let mut value = [0; 8];
                    value.copy_from_slice(&entry[at..at + 8]);
                    u64::from_le_bytes(value)
                };
                Page {
                    first: wide(0),
                    start: wide(8),
                    bytes: wide(16) as u32,
                    items: (wide(16) >> 32) as u32,
                    xxh3: wide(24),
                }
            })
            .collect();
        Ok(Self {
            facts: facts.clone(),
            file,
            path,
            pages,
        })
    }

    /// The nth page, checked.
    pub(super) fn read(&self, nth: usize) -> Result<Vec<u8>> {
        let Some(page) = self.pages.get(nth) else {
            return Err(self.damaged(nth));
        };
        let mut payload = vec![0; page.bytes as usize];
        read_at(&self.file, &mut payload, page.start).map_err(Error::read(&self.path))?;
        if xxh3_64(&payload) != page.xxh3 {
            return Err(self.damaged(nth));
        }
        Ok(payload)
    }

    /// The page that a key would stand in: the last that begins at or before it.
    pub(super) fn page_of(&self, key: u64) -> Option<usize> {
        self.pages
            .partition_point(|page| page.first <= key)
            .checked_sub(1)
    }

    /// The error for a page that is not what it should be.
    pub(super) fn damaged(&self, nth: usize) -> Error {
        damaged(&self.path, &format!("has a damaged page, number {nth}"))
    }
}

/// The error for a file that is not as it was written.
pub(super) fn damaged(path: &Path, problem: &str) -> Error {
    Error::Store {
        path: path.to_owned(),
        problem: format!(
            "{problem}: the disk or a copy damaged it; bring the index back from a backup, or \
             feed the nights into a new one"
        ),
    }
}

/// Makes names that were given in a folder last through a power failure.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_back_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = PageWriter::create(folder.path(), "a").unwrap();
        for n in 0..40_u64 {
            writer
                .push(n * 10, 3, format!("page {n}").as_bytes())
                .unwrap();
        }
        let facts = writer.finish().unwrap();
        let file = PageFile::open(folder.path(), &facts).unwrap();
        assert_eq!(file.read(7).unwrap(), b"page 7");
        assert_eq!(file.page_of(75), Some(7));
        assert!(file.read(40).is_err());
        let path = folder.path().join("a");
        let good = std::fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 4;
            std::fs::write(&path, &bad).unwrap();
            let seen = PageFile::open(folder.path(), &facts)
                .and_then(|file| (0..40).try_for_each(|nth| file.read(nth).map(drop)));
            assert_eq!(seen.is_err(), at >= HEAD.len(), "byte {at}");
        }
        std::fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert!(PageFile::open(folder.path(), &facts).is_err());
    }
}
