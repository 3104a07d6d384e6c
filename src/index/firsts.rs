//! Where each of very many keys stood first, in bounded memory.
//!
//! Keys wait in a map until it is full; then they become a sorted run on disk, of which memory
//! holds a Bloom filter (Bloom 1970: ten bits and seven probes a key, one false look in a
//! hundred) and the first key of each page. Runs are merged before there are many of them.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::read_at::read_at;
use crate::{Error, Result};

/// A key and what is known of it.
type Pair = (u128, u64);

/// Bytes of a pair on the disk.
const PAIR_BYTES: usize = 24;
/// Pairs of a page.
const PAGE_PAIRS: usize = 170;
/// What a waiting key takes in memory, the map's free room included.
const WAITING_BYTES: usize = 80;
/// From so many runs on they are merged into one.
const MOST_RUNS: usize = 8;
/// Bits of the filter for each key.
const BITS_A_KEY: u64 = 10;
/// Probes of the filter for each key.
const PROBES: u64 = 7;

/// Remembers for each key the first value that it came with.
#[derive(Debug)]
pub struct Firsts {
    waiting: HashMap<u128, u64>,
    /// Keys that wait in memory at most.
    room: usize,
    runs: Vec<Run>,
    folder: PathBuf,
}

impl Firsts {
    /// Knows nothing yet. Some `room_bytes` of keys wait in memory; the rest goes to unnamed files
    /// in `folder`, at 24 bytes of disk and 1.4 bytes of memory a key.
    pub fn new(room_bytes: usize, folder: &Path) -> Self {
        Self {
            waiting: HashMap::new(),
            room: (room_bytes / WAITING_BYTES).max(1024),
            runs: Vec::new(),
            folder: folder.to_owned(),
        }
    }

    /// The value that a key came with first; None for a new one.
    ///
    /// # Errors
    /// [`Error::Read`] where a run cannot be read back.
    pub fn get(&self, key: u128) -> Result<Option<u64>> {
        if let Some(&value) = self.waiting.get(&key) {
            return Ok(Some(value));
        }
        for run in &self.runs {
            let found = run.get(key).map_err(Error::read(&self.folder))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Adds a key; one that is there keeps its value.
    ///
    /// # Errors
    /// [`Error::Write`] where a run cannot be written, [`Error::Read`] where one cannot be read.
    pub fn add(&mut self, key: u128, value: u64) -> Result<()> {
        if self.get(key)?.is_some() {
            return Ok(());
        }
        if let Entry::Vacant(free) = self.waiting.entry(key) {
            free.insert(value);
        }
        if self.waiting.len() >= self.room {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let mut pairs: Vec<Pair> = self.waiting.drain().collect();
        pairs.sort_unstable();
        let wrap = Error::write(&self.folder);
        let mut writer = RunWriter::new(&self.folder, pairs.len() as u64).map_err(wrap)?;
        for pair in pairs {
            writer.push(pair).map_err(Error::write(&self.folder))?;
        }
        self.runs
            .push(writer.close().map_err(Error::write(&self.folder))?);
        if self.runs.len() >= MOST_RUNS {
            self.merge()?;
        }
        Ok(())
    }

    /// Makes one run of all. No key stands in two of them.
    fn merge(&mut self) -> Result<()> {
        let runs = std::mem::take(&mut self.runs);
        let total = runs.iter().map(|run| run.pairs).sum();
        let mut writer = RunWriter::new(&self.folder, total).map_err(Error::write(&self.folder))?;
        let mut readers: Vec<RunReader<'_>> = runs.iter().map(RunReader::new).collect();
        let mut heap = BinaryHeap::new();
        let fetch = |reader: &mut RunReader<'_>| reader.next().map_err(Error::read(&self.folder));
        for (nth, reader) in readers.iter_mut().enumerate() {
            if let Some(pair) = fetch(reader)? {
                heap.push(Reverse((pair, nth)));
            }
        }
        while let Some(Reverse((pair, nth))) = heap.pop() {
            writer.push(pair).map_err(Error::write(&self.folder))?;
            if let Some(next) = fetch(&mut readers[nth])? {
                heap.push(Reverse((next, nth)));
            }
        }
        self.runs = vec![writer.close().map_err(Error::write(&self.folder))?];
        Ok(())
    }
}

/// Sorted pairs on disk.
#[derive(Debug)]
struct Run {
    file: File,
    pairs: u64,
    /// First key of each page.
    fences: Vec<u128>,
    filter: Filter,
}

impl Run {
    fn get(&self, key: u128) -> std::io::Result<Option<u64>> {
        if !self.filter.may_hold(key) {
            return Ok(None);
        }
        let Some(page) = self
            .fences
            .partition_point(|&first| first <= key)
            .checked_sub(1)
        else {
            return Ok(None);
        };
        let page = self.page(page)?;
        let found = page.binary_search_by_key(&key, |&(key, _)| key);
        Ok(found.ok().map(|at| page[at].1))
    }

    fn page(&self, number: usize) -> std::io::Result<Vec<Pair>> {
        let first = (number * PAGE_PAIRS) as u64;
        let count = (self.pairs - first).min(PAGE_PAIRS as u64) as usize;
        let mut bytes = [0; PAGE_PAIRS * PAIR_BYTES];
        let bytes = &mut bytes[..count * PAIR_BYTES];
        read_at(&self.file, bytes, first * PAIR_BYTES as u64)?;
        Ok(bytes
            .chunks_exact(PAIR_BYTES)
            .map(|pair| {
                let (mut key, mut value) = ([0; 16], [0; 8]);
                key.copy_from_slice(&pair[..16]);
                value.copy_from_slice(&pair[16..]);
                (u128::from_le_bytes(key), u64::from_le_bytes(value))
            })
            .collect())
    }
}

struct RunWriter {
    out: BufWriter<File>,
    pairs: u64,
    fences: Vec<u128>,
    filter: Filter,
}

impl RunWriter {
    fn new(folder: &Path, pairs: u64) -> std::io::Result<Self> {
        Ok(Self {
            out: BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?),
            pairs: 0,
            fences: Vec::new(),
            filter: Filter::new(pairs),
        })
    }

    fn push(&mut self, (key, value): Pair) -> std::io::Result<()> {
        if self.pairs.is_multiple_of(PAGE_PAIRS as u64) {
            self.fences.push(key);
        }
        self.pairs += 1;
        self.filter.add(key);
        self.out.write_all(&key.to_le_bytes())?;
        self.out.write_all(&value.to_le_bytes())
    }

    fn close(self) -> std::io::Result<Run> {
        Ok(Run {
            file: self.out.into_inner().map_err(|error| error.into_error())?,
            pairs: self.pairs,
            fences: self.fences,
            filter: self.filter,
        })
    }
}

struct RunReader<'a> {
    run: &'a Run,
    page: std::vec::IntoIter<Pair>,
    next_page: usize,
}

impl<'a> RunReader<'a> {
    fn new(run: &'a Run) -> Self {
        Self {
            run,
            page: Vec::new().into_iter(),
            next_page: 0,
        }
    }

    fn next(&mut self) -> std::io::Result<Option<Pair>> {
        if let Some(pair) = self.page.next() {
            return Ok(Some(pair));
        }
        if self.next_page == self.run.fences.len() {
            return Ok(None);
        }
        self.page = self.run.page(self.next_page)?.into_iter();
        self.next_page += 1;
        Ok(self.page.next())
    }
}

/// A Bloom filter. Keys are hashes already: their halves are the two hashes that all probes are
/// made of (Kirsch and Mitzenmacher 2006).
#[derive(Debug)]
struct Filter(Vec<u64>);

impl Filter {
    fn new(keys: u64) -> Self {
        Self(vec![0; (keys * BITS_A_KEY).div_ceil(64).max(1) as usize])
    }

    /// Words of the filter, and a bit of each, that speak of a key.
    fn places(words: usize, key: u128) -> impl Iterator<Item = (usize, u64)> {
        let bits = words as u64 * 64;
        let (first, step) = (key as u64, (key >> 64) as u64 | 1);
        (0..PROBES).map(move |nth| {
            let bit = first.wrapping_add(nth.wrapping_mul(step)) % bits;
            ((bit / 64) as usize, 1 << (bit % 64))
        })
    }

    fn add(&mut self, key: u128) {
        for (at, bit) in Self::places(self.0.len(), key) {
            self.0[at] |= bit;
        }
    }

    fn may_hold(&self, key: u128) -> bool {
        Self::places(self.0.len(), key).all(|(at, bit)| self.0[at] & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use xxhash_rust::xxh3::xxh3_128;

    #[test]
    fn runs_on_disk_remember_what_a_map_would() {
        let folder = tempfile::tempdir().unwrap();
        let mut firsts = Firsts::new(0, folder.path());
        let mut map: BTreeMap<u128, u64> = BTreeMap::new();
        // Twenty runs, so that some are merged, with keys that come again in later ones.
        for value in 0..20_480_u64 {
            let key = xxh3_128(&(value * 7919 % 15_000).to_le_bytes());
            assert_eq!(firsts.get(key).unwrap(), map.get(&key).copied());
            firsts.add(key, value).unwrap();
            map.entry(key).or_insert(value);
        }
        assert!(!firsts.runs.is_empty() && firsts.runs.len() < MOST_RUNS);
        for (key, value) in map {
            assert_eq!(firsts.get(key).unwrap(), Some(value));
        }
        for other in 15_000..40_000_u64 {
            assert_eq!(firsts.get(xxh3_128(&other.to_le_bytes())).unwrap(), None);
        }
    }
}
