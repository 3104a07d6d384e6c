//! Compaction: one file of each kind, and nothing left of what was removed.

use std::collections::BTreeMap;

use super::forms::{self, FORM_PAGE_BYTES, FormPage};
use super::pages::PageFile;
use super::postings::{FORMS, IDS, MEMBERS, key, merge};
use super::rows::Row;
use super::{Commit, Store};
use super::{edges, glances};
use crate::Result;

impl Store {
    /// Writes everything anew without the documents that were removed. A canonical form that
    /// others share stays under the first of them. `id_hash` hashes ids as the postings have
    /// them.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for damaged files, [`crate::Error::Read`],
    /// [`crate::Error::Write`]; the index is then as it was.
    pub fn compact(&mut self) -> Result<()> {
        let homes = self.homes()?;
        let next_document = self.manifest.next_document;
        let mut commit = self.change()?;
        let old = commit.next.files.clone();
        commit.next.files = super::Files {
            masks: old.masks.clone(),
            ..super::Files::default()
        };
        commit.rewrite_runs(&old.runs, &homes)?;
        commit.rewrite_rows(&homes)?;
        commit.rewrite_glances(&old.glances, &homes)?;
        commit.rewrite_forms(&old.forms, &homes)?;
        commit.rewrite_edges(&old.edges, &homes)?;
        commit.finish(next_document, None)?;
        // What was removed stands in backups too.
        self.drop_backups()
    }

    /// Where the form of each removed document goes: to the first that shares it, or nowhere.
    fn homes(&self) -> Result<BTreeMap<u32, Option<u32>>> {
        let mut homes: BTreeMap<u32, Option<u32>> = self
            .marks
            .values()
            .filter(|row| row.is_removed)
            .map(|row| (row.number, None))
            .collect();
        self.each_row(|row| {
            if !row.is_removed
                && row.first != row.number
                && let Some(home) = homes.get_mut(&row.first)
                && home.is_none()
            {
                *home = Some(row.number);
            }
            Ok(())
        })?;
        Ok(homes)
    }
}

impl Commit<'_> {
    fn rewrite_runs(
        &mut self,
        old: &[super::FileFacts],
        homes: &BTreeMap<u32, Option<u32>>,
    ) -> Result<()> {
        let files: Vec<PageFile> = old
            .iter()
            .map(|facts| PageFile::open(self.root(), facts))
            .collect::<Result<_>>()?;
        let mut run = self.run()?;
        // Entries of one key, so that a form that moved is put in order again.
        let mut waiting: Vec<(u64, u32)> = Vec::new();
        let marked = self.store().marks();
        let mut moved: Vec<(u64, u32)> = marked
            .values()
            .filter(|row| !row.is_removed)
            .filter_map(|row| {
                let keeper = row.decision?.keeper;
                Some((key(MEMBERS, u64::from(keeper)), row.number))
            })
            .collect();
        moved.sort_unstable();
        let is_decided_anew = |document: u32| marked.contains_key(&document);
        let mut moved = moved.into_iter().peekable();
        merge(&files.iter().collect::<Vec<_>>(), |at, document| {
            if waiting.first().is_some_and(|&(first, _)| first != at) {
                waiting.sort_unstable();
                waiting.dedup();
                for (key, document) in waiting.drain(..) {
                    run.push(key, document)?;
                }
            }
            while let Some(&entry) = moved.peek()
                && entry.0 < at
            {
                run.push(entry.0, entry.1)?;
                moved.next();
            }
            while let Some(entry) = moved.next_if(|entry| entry.0 == at) {
                waiting.push(entry);
            }
            match (at >> 48) as u16 {
                // The entry of a row that was decided anew comes from the row.
                MEMBERS if is_decided_anew(document) => {}
                IDS | MEMBERS if homes.contains_key(&document) => {}
                _ => match homes.get(&document) {
                    None => waiting.push((at, document)),
                    Some(Some(home)) => waiting.push((at, *home)),
                    Some(None) => {}
                },
            }
            Ok(())
        })?;
        waiting.sort_unstable();
        waiting.dedup();
        let mut rest: Vec<_> = waiting.into_iter().chain(moved).collect();
        rest.sort_unstable();
        rest.dedup();
        for (key, document) in rest {
            run.push(key, document)?;
        }
        const { assert!(FORMS < IDS && IDS < MEMBERS) };
        self.add_run(run)
    }

    fn rewrite_rows(&mut self, homes: &BTreeMap<u32, Option<u32>>) -> Result<()> {
        let mut rows = self.rows()?;
        self.store().each_row(|row| {
            if row.is_removed {
                return Ok(());
            }
            match homes.get(&row.first) {
                Some(&Some(home)) => rows.push(&Row {
                    first: home,
                    ..row.clone()
                }),
                _ => rows.push(row),
            }
        })?;
        self.add_rows(rows)
    }

    fn open_all(&self, files: &[super::FileFacts]) -> Result<Vec<PageFile>> {
        files
            .iter()
            .map(|facts| PageFile::open(self.root(), facts))
            .collect()
    }

    fn rewrite_glances(
        &mut self,
        old: &[super::FileFacts],
        homes: &BTreeMap<u32, Option<u32>>,
    ) -> Result<()> {
        let mut writer = self.glances()?;
        for file in self.open_all(old)? {
            for nth in 0..file.pages.len() {
                for (number, glance) in glances::read_page(&file, nth)? {
                    if !homes.contains_key(&number) {
                        writer.push(number, glance)?;
                    }
                }
            }
        }
        self.add_glances(writer)
    }

    fn rewrite_edges(
        &mut self,
        old: &[super::FileFacts],
        homes: &BTreeMap<u32, Option<u32>>,
    ) -> Result<()> {
        let mut writer = self.edges()?;
        for file in self.open_all(old)? {
            for nth in 0..file.pages.len() {
                for edge in edges::read_page(&file, nth)? {
                    if !homes.contains_key(&edge.a) && !homes.contains_key(&edge.b) {
                        writer.push(&edge)?;
                    }
                }
            }
        }
        self.add_edges(writer)
    }

    fn rewrite_forms(
        &mut self,
        old: &[super::FileFacts],
        homes: &BTreeMap<u32, Option<u32>>,
    ) -> Result<()> {
        let mut writer = self.forms()?;
        let files: Vec<PageFile> = old
            .iter()
            .map(|facts| PageFile::open(self.root(), facts))
            .collect::<Result<_>>()?;
        // The new home of a form may come before the old one: within a night the first of a form
        // is the best and not the earliest.
        let mut moved: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        if homes.values().any(Option::is_some) {
            for file in &files {
                for nth in 0..file.pages.len() {
                    for (number, form) in forms::read_page(file, nth)? {
                        if let Some(&Some(home)) = homes.get(&number) {
                            moved.insert(home, form);
                        }
                    }
                }
            }
        }
        let mut page: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut page_bytes = 0;
        let mut put = |number: u32, form: Vec<u8>, is_last: bool| -> Result<()> {
            if !is_last {
                page_bytes += form.len();
                page.push((number, form));
            }
            if page_bytes >= FORM_PAGE_BYTES || is_last {
                writer.push(&FormPage::pack(page.iter().map(|(n, f)| (*n, &f[..])))?)?;
                page.clear();
                page_bytes = 0;
            }
            Ok(())
        };
        for file in &files {
            for nth in 0..file.pages.len() {
                for (number, form) in forms::read_page(file, nth)? {
                    while let Some(entry) = moved.first_entry()
                        && *entry.key() < number
                    {
                        let (number, form) = entry.remove_entry();
                        put(number, form, false)?;
                    }
                    if !homes.contains_key(&number) {
                        put(number, form, false)?;
                    }
                }
            }
        }
        for (number, form) in moved {
            put(number, form, false)?;
        }
        put(0, Vec::new(), true)?;
        self.add_forms(writer)
    }
}
