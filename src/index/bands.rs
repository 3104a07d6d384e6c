//! Candidate pairs: documents that share a band of their MinHash sketch, or, for short ones, one
//! of the shingles that no partner can lack.

use std::path::Path;

use crate::Result;
use crate::model::Boilerplate;

use super::crowd::{Crowd, Glimpse, is_crowded};
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

impl Found {
    fn add(&mut self, look: &impl Look, a: u32, b: u32) {
        if look.may_match(a, b) {
            self.pairs.push((a.min(b), a.max(b)));
        }
    }
}

impl Entries {
    /// Empty entries for a plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            columns: vec![Vec::new(); plan.bands + 1],
        }
    }

    /// Adds a document: the keys of its bands, and its shingles where it is short. Of these the
    /// masked ones are looked at last: a prefix misses nothing in whatever order all documents
    /// have them, and rare shingles meet fewest strangers.
    pub fn push(
        &mut self,
        plan: &Plan,
        document: u32,
        bands: &[u64],
        shingles: &[u64],
        masks: &Boilerplate,
    ) {
        for (column, key) in self.columns.iter_mut().zip(bands) {
            column.push(key & !0xFFFF_FFFF | u64::from(document));
        }
        if shingles.len() < plan.join_below()
            && let Some(column) = self.columns.last_mut()
        {
            let mut ascending = shingles.to_vec();
            if masks.is_empty() {
                ascending.sort_unstable();
            } else {
                ascending.sort_unstable_by_key(|&hash| (masks.has(hash), hash));
            }
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

/// What a search asks about documents.
pub trait Look {
    /// Its place in the order of rank; None for one that takes no part.
    fn place(&self, document: u32) -> Option<u32>;
    /// The night on which it came, which stands first in the rank.
    fn night(&self, document: u32) -> u32;
    /// What orders it among the earlier documents of a crowded bucket.
    fn glimpse(&self, document: u32) -> Glimpse;
    /// Refuses pairs at a glance.
    fn may_match(&self, a: u32, b: u32) -> bool;
}

/// Candidate pairs of one column.
///
/// # Errors
/// [`crate::Error::Read`] where a run cannot be read back.
pub fn search(column: Runs, look: &impl Look) -> Result<Found> {
    search_noting(column, look, |_| {})
}

/// [`search`], which tells `note` of every entry whose document takes part, ascending.
///
/// # Errors
/// Those of [`search`].
pub fn search_noting(column: Runs, look: &impl Look, mut note: impl FnMut(u64)) -> Result<Found> {
    let mut found = Found::default();
    let mut members: Vec<(u32, u32)> = Vec::new();
    let mut chosen: Vec<u32> = Vec::new();
    column.buckets(|bucket| {
        for &entry in bucket {
            if look.place(entry as u32).is_some() {
                note(entry);
            }
        }
        if bucket.len() < 2 {
            return Ok(());
        }
        members.clear();
        members.extend(bucket.iter().filter_map(|&entry| {
            let document = entry as u32;
            look.place(document).map(|at| (at, document))
        }));
        members.sort_unstable();
        members.dedup();
        found.largest_docs = found.largest_docs.max(members.len());
        // Without nights all of them are tonight's.
        let mut start = 0;
        for tonight in members.chunk_by(|a, b| look.night(a.1) == look.night(b.1)) {
            let earlier = &members[..start];
            let mut crowd = is_crowded(earlier.len()).then(|| {
                let members = earlier.iter();
                Crowd::new(
                    bucket[0] >> 32,
                    members.map(|&(_, document)| (look.glimpse(document), document)),
                )
            });
            for &(_, later) in tonight {
                match &mut crowd {
                    Some(crowd) => crowd.nearest(&look.glimpse(later), &mut chosen),
                    None => {
                        chosen.clear();
                        chosen.extend(earlier.iter().map(|&(_, document)| document));
                    }
                }
                for &earlier in &chosen {
                    found.add(look, earlier, later);
                }
            }
            start += tonight.len();
            if tonight.len() > BUCKET_DOCS {
                // The best of them is compared with all: a group of copies needs no more.
                let (_, first) = tonight[0];
                for &(_, other) in &tonight[1..] {
                    found.add(look, first, other);
                }
                let documents = tonight.iter().map(|&(_, document)| document);
                found.large.push(documents.collect());
                continue;
            }
            for (nth, &(_, a)) in tonight.iter().enumerate() {
                for &(_, b) in &tonight[nth + 1..] {
                    found.add(look, a, b);
                }
            }
        }
        Ok(())
    })?;
    found.pairs.sort_unstable();
    found.pairs.dedup();
    Ok(found)
}
