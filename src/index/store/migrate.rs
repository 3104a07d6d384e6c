//! Older formats are brought to this one, and what they were is kept beside.

use std::fs;
use std::path::PathBuf;

use super::glances::Glance;
use super::manifest::FORMAT;
use super::{Store, rows};
use crate::{Error, Result};

/// The folder, within an index, in which another is made.
const BESIDE: &str = "rebuilding";

impl Store {
    /// Brings an index of an older format to [`FORMAT`], in one commit. The files as they were
    /// stay in a folder of their own until the next compaction.
    ///
    /// Format 1 had the glances within the rows and no edges.
    ///
    /// # Errors
    /// [`Error::Store`] where the index was opened to look at or is damaged; [`Error::Write`].
    pub(super) fn migrate(&mut self) -> Result<()> {
        let format = self.manifest.format;
        if self.lock.is_none() {
            return Err(Error::Store {
                path: self.root.clone(),
                problem: format!(
                    "an older qingwen made the index, in format {format} where this one reads \
                     {FORMAT}: run `qingwen index rebuild {}` once, which keeps the index as it \
                     was beside the new",
                    self.root.display()
                ),
            });
        }
        self.back_up(&format!("backup-format-{format}"))?;
        let mut glances = Vec::new();
        for file in &self.rows {
            for nth in 0..file.pages.len() {
                for row in rows::read_page(file, nth)? {
                    let simhash = row.inline_simhash.ok_or_else(|| file.damaged(nth))?;
                    let glance = Glance {
                        simhash,
                        shingles: row.shingles,
                        form: row.form_hash as u32,
                    };
                    glances.push((row.number, glance));
                }
            }
        }
        let next_document = self.manifest.next_document;
        let mut commit = self.change()?;
        let mut writer = commit.glances()?;
        for (number, glance) in glances {
            writer.push(number, glance)?;
        }
        commit.add_glances(writer)?;
        commit.next.format = FORMAT;
        commit.finish(next_document, None)
    }

    /// Keeps all files as they are in a folder within the index, as links where the system has
    /// them. Returns the folder.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn back_up(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::write(&folder))?;
        }
        fs::create_dir(&folder).map_err(Error::write(&folder))?;
        for facts in self.manifest.files.all() {
            let (from, to) = (self.root.join(&facts.name), folder.join(&facts.name));
            if fs::hard_link(&from, &to).is_err() {
                fs::copy(&from, &to).map_err(Error::write(&to))?;
            }
        }
        // The manifest last: a folder with one is whole.
        let to = folder.join("MANIFEST");
        fs::copy(self.root.join("MANIFEST"), &to).map_err(Error::write(&to))?;
        super::pages::sync_folder(&folder).map_err(Error::write(&folder))?;
        Ok(folder)
    }

    /// An empty folder within this one for an index that is to take its place.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn beside(&self) -> Result<PathBuf> {
        let folder = self.root.join(BESIDE);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::write(&folder))?;
        }
        Ok(folder)
    }

    /// Puts another index, in a folder within this one, in the place of this one, in one commit.
    ///
    /// # Errors
    /// [`Error::Write`]; the index is then as it was.
    pub fn take_over(&mut self, other: Self) -> Result<()> {
        let (from, mut next) = (other.root.clone(), other.manifest.clone());
        drop(other);
        let mut commit = self.change()?;
        let files = &mut next.files;
        let all = [
            &mut files.runs,
            &mut files.rows,
            &mut files.glances,
            &mut files.forms,
            &mut files.edges,
            &mut files.marks,
            &mut files.masks,
        ];
        for facts in all.into_iter().flatten() {
            let kind = facts.name.rsplit('.').next().unwrap_or_default().to_owned();
            let name = commit.name(&kind);
            let to = commit.root().join(&name);
            fs::rename(from.join(&facts.name), &to).map_err(Error::write(&to))?;
            facts.name = name;
        }
        next.next_file = commit.next.next_file;
        commit.next = next;
        commit.publish()?;
        fs::remove_dir_all(&from).map_err(Error::write(&from))
    }

    /// Deletes every backup within the index.
    pub(super) fn drop_backups(&self) -> Result<()> {
        for entry in fs::read_dir(&self.root).map_err(Error::read(&self.root))? {
            let path = entry.map_err(Error::read(&self.root))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if path.is_dir()
                && name.is_some_and(|name| name.starts_with("backup-") || name == BESIDE)
            {
                fs::remove_dir_all(&path).map_err(Error::write(&path))?;
            }
        }
        Ok(())
    }
}
