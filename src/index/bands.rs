//! Candidate pairs: documents that share a band of their MinHash sketch, or, for short ones, one
//! of the shingles that no partner can lack.

use std::path::Path;

use crate::Result;

use super::plan::Plan;
use super::runs::Runs;

/// Collects the entries of all documents, band by band.
#[derive(Debug)]
pub struct Bands {
    plan: Plan,
    /// One for each band, and a last one for the shingles of short documents.
    columns: Vec<Runs>,
}

/// The entries of some documents, made apart and added in order.
#[derive(Debug, Default)]
pub struct Entries {
    columns: Vec<Vec<u64>>,
}

/// What a column of entries gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Pairs `(smaller number, larger number)`, ascending, each once.
    pub pairs: Vec<(u32, u32)>,
    /// Documents of buckets too large for all of their pairs, by rank: to be split with
    /// [`super::split`].
    pub large: Vec<Vec<u32>>,
    /// Documents in the largest bucket.
    pub largest_docs: usize,
}

/// Documents of a bucket from which not all of its pairs are looked at.
const BUCKET_DOCS: usize = 64;

impl Entries {
    /// Empty entries for a plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            columns: vec![Vec::new(); plan.bands + 1],
        }
    }

    /// Adds a document: the keys of its bands, and its shingles where it is short.
    pub fn push(&mut self, plan: &Plan, document: u32, bands: &[u64], shingles: &[u64]) {
        for (column, key) in self.columns.iter_mut().zip(bands) {
            column.push(key & !0xFFFF_FFFF | u64::from(document));
        }
        if shingles.len() < plan.join_below()
            && let Some(column) = self.columns.last_mut()
        {
            let mut ascending = shingles.to_vec();
            ascending.sort_unstable();
            let prefix = plan.prefix(ascending.len()).min(ascending.len());
            column.extend(
                ascending[..prefix]
                    .iter()
                    .map(|hash| hash & !0xFFFF_FFFF | u64::from(document)),
            );
        }
    }
}

impl Bands {
    /// Empty columns that hold `room_bytes` in memory together.
    pub fn new(plan: Plan, room_bytes: usize, folder: &Path) -> Self {
        let each = room_bytes / (plan.bands + 1);
        Self {
            plan,
            columns: (0..=plan.bands).map(|_| Runs::new(each, folder)).collect(),
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Adds entries.
    ///
    /// # Errors
    /// [`crate::Error::Write`] where a run cannot be written.
    pub fn extend(&mut self, entries: &Entries) -> Result<()> {
        for (column, new) in self.columns.iter_mut().zip(&entries.columns) {
            column.extend(new)?;
        }
        Ok(())
    }

    /// Bytes written to disk so far.
    pub fn disk_bytes(&self) -> u64 {
        self.columns.iter().map(Runs::disk_bytes).sum()
    }

    /// The columns, to be searched one by one with [`search`].
    pub fn into_columns(self) -> Vec<Runs> {
        self.columns
    }
}

/// Candidate pairs of one column. `place` tells a document's place in the order of rank, None
/// for one that takes no part; `may_match` refuses pairs at a glance.
///
/// # Errors
/// [`crate::Error::Read`] where a run cannot be read back.
pub fn search(
    column: Runs,
    place: impl Fn(u32) -> Option<u32>,
    may_match: impl Fn(u32, u32) -> bool,
) -> Result<Found> {
    let mut found = Found::default();
    let mut members: Vec<(u32, u32)> = Vec::new();
    column.buckets(|bucket| {
        if bucket.len() < 2 {
            return Ok(());
        }
        members.clear();
        members.extend(bucket.iter().filter_map(|&entry| {
            let document = entry as u32;
            place(document).map(|at| (at, document))
        }));
        members.sort_unstable();
        members.dedup();
        found.largest_docs = found.largest_docs.max(members.len());
        if members.len() > BUCKET_DOCS {
            // The best of them is compared with all: a group of copies needs no more.
            let (_, first) = members[0];
            for &(_, other) in &members[1..] {
                if may_match(first, other) {
                    found.pairs.push((first.min(other), first.max(other)));
                }
            }
            found
                .large
                .push(members.iter().map(|&(_, document)| document).collect());
            return Ok(());
        }
        for (nth, &(_, a)) in members.iter().enumerate() {
            for &(_, b) in &members[nth + 1..] {
                if may_match(a, b) {
                    found.pairs.push((a.min(b), a.max(b)));
                }
            }
        }
        Ok(())
    })?;
    found.pairs.sort_unstable();
    found.pairs.dedup();
    Ok(found)
}
