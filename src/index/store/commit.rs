//! Changing an index: files are written under unfinished names, and one new manifest makes all
//! of them count at once.

use super::edges::EdgeWriter;
use super::failpoint::pass;
use super::forms::FormWriter;
use super::glances::GlanceWriter;
use super::manifest::{Files, Manifest, NightFacts};
use super::pages::{FileFacts, PageFile, PageWriter};
use super::postings::{RunWriter, merge};
use super::rows::{Row, RowWriter};
use super::{Store, sweep};
use crate::{Error, Result};

/// Files of one tier that are merged into one.
const TIER_FILES: usize = 4;
/// Files of rows and forms from this size on are left as they are.
const SETTLED_BYTES: u64 = 256 << 20;

/// A change under way. Dropped without [`Commit::finish`], it leaves the index as it was.
#[derive(Debug)]
pub struct Commit<'a> {
    store: &'a mut Store,
    pub(super) next: Manifest,
    is_done: bool,
}

impl Store {
    /// Begins a change. The index must have been opened for that.
    ///
    /// # Errors
    /// [`Error::Store`] where it was opened to look at.
    pub fn change(&mut self) -> Result<Commit<'_>> {
        if self.lock.is_none() {
            return Err(Error::Store {
                path: self.root.clone(),
                problem: "it was opened to look at".into(),
            });
        }
        let next = self.manifest.clone();
        Ok(Commit {
            store: self,
            next,
            is_done: false,
        })
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            // On a full disk this gives back the room; what fails here is swept when the index
            // is opened again. The manifest on the disk decides: it may be the new one, where
            // only what came after its renaming failed.
            if let Ok(Some(manifest)) = Manifest::read(&self.store.root) {
                let _ = sweep(&self.store.root, &manifest);
            }
        }
    }
}

impl Commit<'_> {
    /// The index as it is without the change.
    pub fn store(&self) -> &Store {
        self.store
    }

    pub(super) fn name(&mut self, kind: &str) -> String {
        self.next.next_file += 1;
        format!("{:08}.{kind}", self.next.next_file)
    }

    /// Begins a run of postings.
    ///
    /// # Errors
    /// [`Error::Write`], as for all of these.
    pub fn run(&mut self) -> Result<RunWriter> {
        let name = self.name("run");
        RunWriter::create(&self.store.root, &name)
    }

    /// Ends a run.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn add_run(&mut self, run: RunWriter) -> Result<()> {
        let facts = run.finish()?;
        self.next.files.runs.push(facts);
        Ok(())
    }

    /// Begins a file of rows, which come after all that are there.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn rows(&mut self) -> Result<RowWriter> {
        let name = self.name("row");
        RowWriter::create(&self.store.root, &name)
    }

    /// Ends a file of rows.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn add_rows(&mut self, rows: RowWriter) -> Result<()> {
        let facts = rows.finish()?;
        self.next.files.rows.push(facts);
        Ok(())
    }

    /// Begins a file of forms, which come after all that are there.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn forms(&mut self) -> Result<FormWriter> {
        let name = self.name("form");
        FormWriter::create(&self.store.root, &name)
    }

    /// Ends a file of forms.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn add_forms(&mut self, forms: FormWriter) -> Result<()> {
        let facts = forms.finish()?;
        self.next.files.forms.push(facts);
        Ok(())
    }

    /// Begins a file of glances, which come after all that are there.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn glances(&mut self) -> Result<GlanceWriter> {
        let name = self.name("glance");
        GlanceWriter::create(&self.store.root, &name)
    }

    /// Ends a file of glances.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn add_glances(&mut self, glances: GlanceWriter) -> Result<()> {
        let facts = glances.finish()?;
        self.next.files.glances.push(facts);
        Ok(())
    }

    /// Begins a file of edges, whose later documents come after all that are there.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn edges(&mut self) -> Result<EdgeWriter> {
        let name = self.name("edge");
        EdgeWriter::create(&self.store.root, &name)
    }

    /// Ends a file of edges.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn add_edges(&mut self, edges: EdgeWriter) -> Result<()> {
        let facts = edges.finish()?;
        self.next.files.edges.push(facts);
        Ok(())
    }

    /// Replaces rows of documents that are there.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn mark(&mut self, changed: impl IntoIterator<Item = Row>) -> Result<()> {
        self.store.preview(changed);
        self.next.files.marks.clear();
        if self.store.marks.is_empty() {
            return Ok(());
        }
        let name = self.name("mark");
        let mut writer = RowWriter::create(&self.store.root, &name)?;
        for row in self.store.marks.values() {
            writer.push(row)?;
        }
        self.next.files.marks.push(writer.finish()?);
        Ok(())
    }

    /// Merges small files of equal size, so that their number grows with the logarithm of what
    /// they hold.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Store`], [`Error::Write`].
    fn merge_tiers(&mut self) -> Result<()> {
        let root = self.store.root.clone();
        while let Some(chosen) = crowded(&self.next.files.runs, u64::MAX) {
            let mut merged = self.run()?;
            let mut files = Vec::new();
            for facts in &self.next.files.runs[chosen.clone()] {
                files.push(PageFile::open(&root, facts)?);
            }
            merge(&files.iter().collect::<Vec<_>>(), |key, document| {
                merged.push(key, document)
            })?;
            let facts = merged.finish()?;
            self.next.files.runs.splice(chosen, [facts]);
        }
        type Kind = (&'static str, fn(&mut Files) -> &mut Vec<FileFacts>);
        let kinds: [Kind; 4] = [
            ("row", |files| &mut files.rows),
            ("glance", |files| &mut files.glances),
            ("form", |files| &mut files.forms),
            ("edge", |files| &mut files.edges),
        ];
        for (kind, of) in kinds {
            while let Some(chosen) = crowded(of(&mut self.next.files), SETTLED_BYTES) {
                let name = self.name(kind);
                let files = of(&mut self.next.files);
                let facts = joined(&root, &name, &files[chosen.clone()])?;
                files.splice(chosen, [facts]);
            }
        }
        Ok(())
    }

    /// Makes the change count: before this nothing of it is seen, after it all.
    ///
    /// # Errors
    /// [`Error::Write`]; the index is then as it was.
    pub fn finish(mut self, next_document: u32, night: Option<NightFacts>) -> Result<()> {
        self.merge_tiers()?;
        self.next.next_document = next_document;
        if let Some(mut night) = night {
            night.index_bytes = self.next.bytes();
            self.next.nights.push(night);
        }
        self.publish()
    }

    pub(super) fn publish(mut self) -> Result<()> {
        let root = self.store.root.clone();
        self.next.write(&root)?;
        self.is_done = true;
        let lock = self.store.lock.take();
        *self.store = Store::with(&root, self.next.clone(), lock)?;
        sweep(&root, &self.next)?;
        pass("night/ended").map_err(Error::write(&root))
    }

    pub(super) fn root(&self) -> &std::path::Path {
        &self.store.root
    }
}

fn tier(bytes: u64) -> u32 {
    (bytes >> 16).checked_ilog(4).map_or(0, |tier| tier + 1)
}

/// The last neighbouring files of one tier, where there are enough of them.
fn crowded(files: &[FileFacts], settled_bytes: u64) -> Option<std::ops::Range<usize>> {
    let mut end = files.len();
    while end > 0 {
        let of = tier(files[end - 1].bytes);
        let start = files[..end]
            .iter()
            .rposition(|file| tier(file.bytes) > of)
            .map_or(0, |at| at + 1);
        let sum: u64 = files[start..end].iter().map(|file| file.bytes).sum();
        if end - start >= TIER_FILES && sum < settled_bytes {
            return Some(start..end);
        }
        end = start;
    }
    None
}

/// Copies the pages of several files into one, as they are.
fn joined(root: &std::path::Path, name: &str, files: &[FileFacts]) -> Result<FileFacts> {
    let mut writer = PageWriter::create(root, name)?;
    for facts in files {
        let file = PageFile::open(root, facts)?;
        for (nth, page) in file.pages.iter().enumerate() {
            writer.push(page.first, page.items, &file.read(nth)?)?;
        }
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: &[u64]) -> Vec<FileFacts> {
        sizes
            .iter()
            .map(|&bytes| FileFacts {
                name: String::new(),
                bytes,
                xxh3: String::new(),
                items: 0,
            })
            .collect()
    }

    #[test]
    fn files_of_one_size_are_merged() {
        assert_eq!(crowded(&of(&[9, 9, 9]), u64::MAX), None);
        assert_eq!(crowded(&of(&[9, 9, 9, 9]), u64::MAX), Some(0..4));
        let big = 1 << 30;
        assert_eq!(crowded(&of(&[big, 9, 9, 9, 9]), u64::MAX), Some(1..5));
        assert_eq!(crowded(&of(&[big, big, big, big, 9]), u64::MAX), Some(0..4));
        assert_eq!(crowded(&of(&[big, big, big, big, 9]), big), None);
    }
}
