//! What refuses a pair at a glance, of every document: a few bytes each, so that the many false
//! candidates of a large index never cost their rows.

use std::path::Path;

use super::bytes::put;
use super::items::{ItemWriter, Layout, read_items};
use super::pages::{FileFacts, PageFile};
use crate::Result;

/// What is known of a document before its form is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// SimHash.
    pub simhash: [u64; 2],
    /// Distinct shingles.
    pub shingles: u32,
    /// The lowest 32 bits of the hash of its canonical form.
    pub form: u32,
}

const LAYOUT: Layout = Layout {
    page_items: 1024,
    is_packed: false,
};

/// Writes glances in ascending order of their documents.
#[derive(Debug)]
pub struct GlanceWriter(ItemWriter);

impl GlanceWriter {
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        Ok(Self(ItemWriter::create(folder, name, LAYOUT)?))
    }

    /// Adds the glance of a document.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn push(&mut self, number: u32, glance: Glance) -> Result<()> {
        self.0.push(number, |step, out| {
            put(out, u64::from(step));
            put(out, u64::from(glance.shingles));
            for word in glance.simhash {
                out.extend_from_slice(&word.to_le_bytes());
            }
            out.extend_from_slice(&glance.form.to_le_bytes());
        })
    }

    pub(super) fn finish(self) -> Result<FileFacts> {
        self.0.finish()
    }
}

/// The glances of a page with their documents, ascending.
pub(super) fn read_page(file: &PageFile, nth: usize) -> Result<Vec<(u32, Glance)>> {
    read_items(file, nth, LAYOUT.is_packed, |taker, first, items| {
        let mut number = first;
        let mut out: Vec<(u32, Glance)> = Vec::new();
        for at in 0..items {
            let step = taker.number32()?;
            number = number.checked_add(step)?;
            if at > 0 && step == 0 {
                return None;
            }
            let shingles = taker.number32()?;
            let simhash = [
                u64::from_le_bytes(taker.fixed()?),
                u64::from_le_bytes(taker.fixed()?),
            ];
            let form = u32::from_le_bytes(taker.fixed()?);
            let glance = Glance {
                simhash,
                shingles,
                form,
            };
            out.push((number, glance));
        }
        Some(out)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glances_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = GlanceWriter::create(folder.path(), "g").unwrap();
        let glance = |n: u32| Glance {
            simhash: [u64::from(n) << 40, !u64::from(n)],
            shingles: n * 3,
            form: n ^ 0xABCD_0123,
        };
        let numbers: Vec<u32> = (0..3000).map(|n| n * 2 + n / 7).collect();
        for &number in &numbers {
            writer.push(number, glance(number)).unwrap();
        }
        let file = PageFile::open(folder.path(), &writer.finish().unwrap()).unwrap();
        let back: Vec<(u32, Glance)> = (0..file.pages.len())
            .flat_map(|nth| read_page(&file, nth).unwrap())
            .collect();
        let truth: Vec<_> = numbers.into_iter().map(|n| (n, glance(n))).collect();
        assert_eq!(back, truth);
    }
}
