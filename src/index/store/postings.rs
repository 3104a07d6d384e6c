//! Sorted runs of postings: which documents have a key. Runs are written once, looked up by
//! batches of ascending keys, and merged in tiers.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::path::Path;

use super::bytes::{Taker, put};
use super::pages::{FileFacts, PageFile, PageWriter};
use crate::Result;

/// A column and 48 bits of a hash.
pub type Key = u64;

/// The key of a hash in a column.
pub fn key(column: u16, hash: u64) -> Key {
    u64::from(column) << 48 | hash & 0xFFFF_FFFF_FFFF
}

/// Column of hashes of canonical forms; of the text's own for one too short for that.
pub const FORMS: u16 = 0xFFF0;
/// Column of hashes of document ids.
pub const IDS: u16 = 0xFFF1;
/// Column of keepers, which gives their duplicates.
pub const MEMBERS: u16 = 0xFFF2;

/// Entries of a page.
const PAGE_ENTRIES: usize = 1024;

/// Writes a run.
#[derive(Debug)]
pub struct RunWriter {
    pages: PageWriter,
    waiting: Vec<(Key, u32)>,
    payload: Vec<u8>,
}

impl RunWriter {
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        Ok(Self {
            pages: PageWriter::create(folder, name)?,
            waiting: Vec::with_capacity(PAGE_ENTRIES),
            payload: Vec::new(),
        })
    }

    /// Adds an entry; entries come in ascending order of key and document.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn push(&mut self, key: Key, document: u32) -> Result<()> {
        self.waiting.push((key, document));
        if self.waiting.len() == PAGE_ENTRIES {
            self.page()?;
        }
        Ok(())
    }

    fn page(&mut self) -> Result<()> {
        let Some(&(first, _)) = self.waiting.first() else {
            return Ok(());
        };
        self.payload.clear();
        let least = self.waiting.iter().map(|&(_, d)| d).min().unwrap_or(0);
        put(&mut self.payload, u64::from(least));
        let mut last = first;
        for &(key, document) in &self.waiting {
            put(&mut self.payload, key - last);
            put(&mut self.payload, u64::from(document - least));
            last = key;
        }
        self.pages
            .push(first, self.waiting.len() as u32, &self.payload)?;
        self.waiting.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<FileFacts> {
        self.page()?;
        self.pages.finish()
    }
}

fn decode(first: Key, payload: &[u8], items: u32, out: &mut Vec<(Key, u32)>) -> Option<()> {
    out.clear();
    let mut taker = Taker(payload);
    let least = taker.number32()?;
    let mut last = first;
    for _ in 0..items {
        last = last.checked_add(taker.number()?)?;
        out.push((last, least.checked_add(taker.number32()?)?));
    }
    taker.is_empty().then_some(())
}

/// Pages that were read lately.
#[derive(Debug, Default)]
pub struct PageCache {
    pages: HashMap<(usize, usize), Vec<(Key, u32)>>,
}

/// Pages that a cache holds at most: 16 KiB each.
const CACHED_PAGES: usize = 4096;

impl PageCache {
    /// A page of the nth run.
    pub(super) fn page(
        &mut self,
        nth: usize,
        run: &PageFile,
        page: usize,
    ) -> Result<&[(Key, u32)]> {
        if self.pages.len() >= CACHED_PAGES && !self.pages.contains_key(&(nth, page)) {
            self.pages.clear();
        }
        match self.pages.entry((nth, page)) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => {
                let payload = run.read(page)?;
                let facts = run.pages[page];
                let mut entries = Vec::new();
                decode(facts.first, &payload, facts.items, &mut entries)
                    .ok_or_else(|| run.damaged(page))?;
                Ok(free.insert(entries))
            }
        }
    }
}

/// Walks over a run in ascending order, forward only.
pub(super) struct Cursor<'a> {
    file: &'a PageFile,
    page: usize,
    entries: Vec<(Key, u32)>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(file: &'a PageFile) -> Self {
        Self {
            file,
            page: usize::MAX,
            entries: Vec::new(),
            at: 0,
        }
    }

    fn load(&mut self, page: usize) -> Result<()> {
        if page != self.page {
            let payload = self.file.read(page)?;
            let facts = self.file.pages[page];
            decode(facts.first, &payload, facts.items, &mut self.entries)
                .ok_or_else(|| self.file.damaged(page))?;
            self.page = page;
            self.at = 0;
        }
        Ok(())
    }

    /// Calls `each` with the documents of a key, which is not below the one before it.
    pub(super) fn find(&mut self, key: Key, mut each: impl FnMut(u32)) -> Result<()> {
        // Entries of the key may begin in the page before the first page that begins with it.
        let pages = &self.file.pages;
        let from = if self.page == usize::MAX {
            0
        } else {
            self.page
        };
        let ahead = pages[from.min(pages.len())..].partition_point(|page| page.first < key);
        let mut page = from + ahead.saturating_sub(1);
        while page < pages.len() && pages[page].first <= key {
            self.load(page)?;
            self.at += self.entries[self.at..].partition_point(|&(k, _)| k < key);
            let mut end = self.at;
            while let Some(&(k, document)) = self.entries.get(end)
                && k == key
            {
                each(document);
                end += 1;
            }
            if end < self.entries.len() {
                break;
            }
            page += 1;
        }
        Ok(())
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Result<Option<(Key, u32)>> {
        if self.page == usize::MAX {
            if self.file.pages.is_empty() {
                return Ok(None);
            }
            self.load(0)?;
        }
        while self.at == self.entries.len() {
            if self.page + 1 >= self.file.pages.len() {
                return Ok(None);
            }
            self.load(self.page + 1)?;
        }
        self.at += 1;
        Ok(Some(self.entries[self.at - 1]))
    }
}

/// Calls `each` with all entries of some runs, ascending.
pub(super) fn merge(
    runs: &[&PageFile],
    mut each: impl FnMut(Key, u32) -> Result<()>,
) -> Result<()> {
    let mut cursors: Vec<Cursor<'_>> = runs.iter().map(|run| Cursor::new(run)).collect();
    let mut heap = BinaryHeap::new();
    for (nth, cursor) in cursors.iter_mut().enumerate() {
        if let Some(entry) = cursor.next()? {
            heap.push(Reverse((entry, nth)));
        }
    }
    while let Some(Reverse(((key, document), nth))) = heap.pop() {
        each(key, document)?;
        if let Some(entry) = cursors[nth].next()? {
            heap.push(Reverse((entry, nth)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_over_page_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut entries: Vec<(Key, u32)> = (0..9000_u32)
            .map(|n| (key((n % 7) as u16, u64::from(n) * 7919 % 90), n))
            .collect();
        entries.sort_unstable();
        let mut runs = Vec::new();
        for part in 0..3 {
            let mut writer = RunWriter::create(folder.path(), &format!("r{part}")).unwrap();
            for &(key, document) in entries.iter().filter(|&&(_, d)| d % 3 == part) {
                writer.push(key, document).unwrap();
            }
            runs.push(PageFile::open(folder.path(), &writer.finish().unwrap()).unwrap());
        }
        let mut all = Vec::new();
        merge(&runs.iter().collect::<Vec<_>>(), |key, document| {
            all.push((key, document));
            Ok(())
        })
        .unwrap();
        assert_eq!(all, entries);
        for run in &runs {
            let mut cursor = Cursor::new(run);
            for wanted in (0..800).map(|n| key(n / 100, u64::from(n % 100))) {
                let mut found = Vec::new();
                cursor
                    .find(wanted, |document| found.push(document))
                    .unwrap();
                let name = run.facts.name.as_bytes()[1] - b'0';
                let truth: Vec<u32> = entries
                    .iter()
                    .filter(|&&(k, d)| k == wanted && d % 3 == u32::from(name))
                    .map(|&(_, d)| d)
                    .collect();
                assert_eq!(found, truth);
            }
        }
    }
}
