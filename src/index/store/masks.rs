//! The shingles that signatures of all nights leave out.

use super::Store;
use super::commit::Commit;
use super::items::{ItemWriter, Layout, read_items};
use super::pages::PageFile;
use crate::Result;
use crate::model::Boilerplate;

const LAYOUT: Layout = Layout {
    page_items: 8192,
    is_packed: false,
};

impl Store {
    /// What the first night masked; empty in an index that was made without.
    ///
    /// # Errors
    /// [`crate::Error::Read`], [`crate::Error::Store`] for a damaged file.
    pub fn masks(&self) -> Result<Boilerplate> {
        let mut hashes = Vec::new();
        for facts in &self.manifest.files.masks {
            let file = PageFile::open(&self.root, facts)?;
            for nth in 0..file.pages.len() {
                let more = read_items(&file, nth, LAYOUT.is_packed, |taker, _, items| {
                    (0..items)
                        .map(|_| taker.fixed().map(u64::from_le_bytes))
                        .collect::<Option<Vec<u64>>>()
                })?;
                hashes.extend(more);
            }
        }
        Ok(Boilerplate::new(hashes))
    }
}

impl Commit<'_> {
    /// Keeps the masks for all nights to come.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn add_masks(&mut self, masks: &Boilerplate) -> Result<()> {
        let name = self.name("mask");
        let mut writer = ItemWriter::create(self.root(), &name, LAYOUT)?;
        for (nth, hash) in (0..).zip(masks.hashes()) {
            writer.push(nth, |_, out| out.extend_from_slice(&hash.to_le_bytes()))?;
        }
        self.next.files.masks.push(writer.finish()?);
        let told = format!("{} shingles, {:016x}", masks.hashes().len(), masks.xxh3());
        self.next.settings.insert(super::MASKS.to_owned(), told);
        Ok(())
    }
}
