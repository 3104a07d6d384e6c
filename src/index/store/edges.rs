//! Verified pairs with their measures, by the later document of each.

use std::path::Path;

use super::bytes::{Taker, put};
use super::items::{ItemWriter, Layout, read_items};
use super::pages::{FileFacts, PageFile};
use crate::Result;

/// A verified pair. Measures are ratios times 10,000, as files show them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredEdge {
    /// Number of the earlier document.
    pub a: u32,
    /// Number of the later one.
    pub b: u32,
    /// Shingle Jaccard.
    pub jaccard_e4: u16,
    /// Share of the first one's shingles that the second has.
    pub containment_a_e4: u16,
    /// Share of the second one's shingles that the first has.
    pub containment_b_e4: u16,
    /// Share of the longer that aligns; None where it was not looked at.
    pub aligned_e4: Option<u16>,
    /// SimHash distance.
    pub hamming: u8,
    /// Number of the difference, from 1; 0 for none.
    pub difference: u8,
    /// Whether the first masks numbers that the second has, and the other way round.
    pub masked: (bool, bool),
}

const LAYOUT: Layout = Layout {
    page_items: 1024,
    is_packed: true,
};

/// Writes edges in ascending order of `(b, a)`.
#[derive(Debug)]
pub struct EdgeWriter(ItemWriter);

impl EdgeWriter {
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        Ok(Self(ItemWriter::create(folder, name, LAYOUT)?))
    }

    /// Adds an edge.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn push(&mut self, edge: &StoredEdge) -> Result<()> {
        self.0.push(edge.b, |step, out| edge.write(step, out))
    }

    pub(super) fn finish(self) -> Result<FileFacts> {
        self.0.finish()
    }
}

impl StoredEdge {
    fn write(&self, step: u32, out: &mut Vec<u8>) {
        put(out, u64::from(step));
        put(out, u64::from(self.b - self.a));
        for value in [
            self.jaccard_e4,
            self.containment_a_e4,
            self.containment_b_e4,
        ] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.push(
            self.difference
                | u8::from(self.masked.0) << 4
                | u8::from(self.masked.1) << 5
                | u8::from(self.aligned_e4.is_some()) << 6,
        );
        out.push(self.hamming);
        if let Some(aligned) = self.aligned_e4 {
            out.extend_from_slice(&aligned.to_le_bytes());
        }
    }

    /// The edge whose later document is `b`; the step to it is read already.
    fn read(taker: &mut Taker<'_>, b: u32) -> Option<Self> {
        let a = b.checked_sub(taker.number32()?)?;
        let mut measure = || Some(u16::from_le_bytes(taker.fixed()?));
        let (jaccard_e4, containment_a_e4, containment_b_e4) = (measure()?, measure()?, measure()?);
        let [flags, hamming] = taker.fixed()?;
        let has = |bit: u32| flags >> bit & 1 == 1;
        let aligned_e4 = match has(6) {
            true => Some(u16::from_le_bytes(taker.fixed()?)),
            false => None,
        };
        Some(Self {
            a,
            b,
            jaccard_e4,
            containment_a_e4,
            containment_b_e4,
            aligned_e4,
            hamming,
            difference: flags & 0x0F,
            masked: (has(4), has(5)),
        })
    }
}

/// The edges of a page, ascending by `(b, a)`.
pub(super) fn read_page(file: &PageFile, nth: usize) -> Result<Vec<StoredEdge>> {
    read_items(file, nth, LAYOUT.is_packed, |taker, first, items| {
        let mut b = first;
        let mut out: Vec<StoredEdge> = Vec::new();
        for _ in 0..items {
            b = b.checked_add(taker.number32()?)?;
            out.push(StoredEdge::read(taker, b)?);
        }
        let ascends = out.is_sorted_by(|x, y| (x.b, x.a) < (y.b, y.a));
        (ascends && out.iter().all(|edge| edge.a < edge.b)).then_some(out)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = EdgeWriter::create(folder.path(), "e").unwrap();
        let edge = |n: u32| StoredEdge {
            a: n % 3,
            b: n / 3 + 3,
            jaccard_e4: (n * 7 % 10_001) as u16,
            containment_a_e4: 9999,
            containment_b_e4: 10_000,
            aligned_e4: n.is_multiple_of(2).then_some((n % 10_000) as u16),
            hamming: (n % 129) as u8,
            difference: (n % 4) as u8,
            masked: (n.is_multiple_of(5), n.is_multiple_of(7)),
        };
        for n in 0..5000 {
            writer.push(&edge(n)).unwrap();
        }
        let file = PageFile::open(folder.path(), &writer.finish().unwrap()).unwrap();
        let back: Vec<StoredEdge> = (0..file.pages.len())
            .flat_map(|nth| read_page(&file, nth).unwrap())
            .collect();
        assert_eq!(back, (0..5000).map(edge).collect::<Vec<_>>());
    }
}
