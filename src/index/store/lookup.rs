//! Looking things up in an open index, and reading all of it.

use std::sync::Arc;

use super::forms;
use super::pages::{PageFile, damaged};
use super::postings::{Cursor, Key, MEMBERS, PageCache, key};
use super::rows::{self, Row};
use super::{Glance, Store, StoredEdge, edges, glances};
use crate::Result;

impl Store {
    /// Calls `each` with the place of a key and a document below `before` that has it. Keys
    /// ascend.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged run, [`crate::Error::Read`].
    pub fn probe(
        &self,
        keys: impl Iterator<Item = Key> + Clone,
        before: u32,
        mut each: impl FnMut(usize, u32),
    ) -> Result<()> {
        for run in &self.runs {
            let mut cursor = Cursor::new(run);
            for (nth, key) in keys.clone().enumerate() {
                cursor.find(key, |document| {
                    if document < before {
                        each(nth, document);
                    }
                })?;
            }
        }
        Ok(())
    }

    /// Documents of one key. `cache` makes many such look-ups cheap.
    ///
    /// # Errors
    /// As [`Store::probe`].
    pub fn find(&self, cache: &mut PageCache, key: Key) -> Result<Vec<u32>> {
        let mut out = Vec::new();
        for (nth, run) in self.runs.iter().enumerate() {
            // Entries of the key may begin in the page before the first that begins with it.
            let mut page = run.pages.partition_point(|page| page.first < key);
            page = page.saturating_sub(1);
            while page < run.pages.len() && run.pages[page].first <= key {
                let entries = cache.page(nth, run, page)?;
                let from = entries.partition_point(|&(other, _)| other < key);
                let found = entries[from..]
                    .iter()
                    .take_while(|&&(other, _)| other == key);
                out.extend(found.map(|&(_, document)| document));
                page += 1;
            }
        }
        Ok(out)
    }

    /// The rows of some documents, which ascend.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged file or a document that is not there, [`crate::Error::Read`].
    pub fn rows(&self, numbers: &[u32]) -> Result<Vec<Row>> {
        let mut out = Vec::with_capacity(numbers.len());
        let mut page: Option<(usize, usize)> = None;
        let mut rows: Arc<Vec<Row>> = Arc::default();
        for &number in numbers {
            if let Some(row) = self.marks.get(&number) {
                out.push(row.clone());
                continue;
            }
            let place = locate(&self.rows, number).ok_or_else(|| self.lacks(number))?;
            if page != Some(place) {
                rows = self.row_page(place)?;
                page = Some(place);
            }
            let at = rows
                .binary_search_by_key(&number, |row| row.number)
                .map_err(|_| self.lacks(number))?;
            out.push(rows[at].clone());
        }
        Ok(out)
    }

    /// A page of rows, which is kept for a while.
    fn row_page(&self, place: (usize, usize)) -> Result<Arc<Vec<Row>>> {
        let lately = || self.lately.lock().unwrap_or_else(|stop| stop.into_inner());
        if let Some(rows) = lately().get(&place) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(rows::read_page(&self.rows[place.0], place.1)?);
        let mut lately = lately();
        if lately.len() >= LATELY_PAGES {
            lately.clear();
        }
        lately.insert(place, Arc::clone(&rows));
        Ok(rows)
    }

    /// Calls `each` with the place and the glance of each of some documents, which ascend.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged file or a document that is not there, [`crate::Error::Read`].
    pub fn glances(&self, numbers: &[u32], mut each: impl FnMut(usize, Glance)) -> Result<()> {
        let mut page: Option<(usize, usize)> = None;
        let mut glances: Vec<(u32, Glance)> = Vec::new();
        let mut from = 0;
        for (nth, &number) in numbers.iter().enumerate() {
            let at_hand = glances.last().is_some_and(|&(last, _)| number <= last);
            if !at_hand {
                let place = locate(&self.glances, number).ok_or_else(|| self.lacks(number))?;
                if page != Some(place) {
                    glances = glances::read_page(&self.glances[place.0], place.1)?;
                    page = Some(place);
                    from = 0;
                }
            }
            from += glances[from..].partition_point(|&(other, _)| other < number);
            match glances.get(from) {
                Some(&(found, glance)) if found == number => each(nth, glance),
                _ => return Err(self.lacks(number)),
            }
        }
        Ok(())
    }

    /// The glance of one document.
    ///
    /// # Errors
    /// As [`Store::glances`].
    pub fn glance(&self, number: u32) -> Result<Glance> {
        let mut out = Glance::default();
        self.glances(&[number], |_, glance| out = glance)?;
        Ok(out)
    }

    /// Calls `each` with every page of verified pairs, ascending by the later document of each.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged file, [`crate::Error::Read`], and what `each` returns.
    pub fn each_edges(&self, mut each: impl FnMut(&[StoredEdge]) -> Result<()>) -> Result<()> {
        for file in &self.edges {
            for nth in 0..file.pages.len() {
                each(&edges::read_page(file, nth)?)?;
            }
        }
        Ok(())
    }

    /// Calls `each` with every row, ascending.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged file, [`crate::Error::Read`], and what `each` returns.
    pub fn each_row(&self, mut each: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        for file in &self.rows {
            for nth in 0..file.pages.len() {
                for row in rows::read_page(file, nth)? {
                    each(self.marks.get(&row.number).unwrap_or(&row))?;
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with every row from a number on, ascending, until it says no.
    ///
    /// # Errors
    /// As [`Store::each_row`].
    pub fn each_row_from(
        &self,
        number: u32,
        mut each: impl FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        let (first, start) = locate(&self.rows, number).unwrap_or((0, 0));
        for (at, file) in self.rows.iter().enumerate().skip(first) {
            let from = if at == first { start } else { 0 };
            for nth in from..file.pages.len() {
                for row in rows::read_page(file, nth)? {
                    let row = self.marks.get(&row.number).unwrap_or(&row);
                    if row.number >= number && !each(row)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// The canonical forms of some documents, which ascend and are the first of their form.
    ///
    /// # Errors
    /// [`crate::Error::Store`] for a damaged file or a form that is not there, [`crate::Error::Read`].
    pub fn forms(&self, numbers: &[u32]) -> Result<Vec<Vec<u8>>> {
        let mut out = Vec::with_capacity(numbers.len());
        let mut page: Option<(usize, usize)> = None;
        let mut forms: Vec<(u32, Vec<u8>)> = Vec::new();
        for &number in numbers {
            let place = locate(&self.forms, number).ok_or_else(|| self.lacks(number))?;
            if page != Some(place) {
                forms = forms::read_page(&self.forms[place.0], place.1)?;
                page = Some(place);
            }
            let at = forms
                .binary_search_by_key(&number, |(number, _)| *number)
                .map_err(|_| self.lacks(number))?;
            out.push(forms[at].1.clone());
        }
        Ok(out)
    }

    /// Duplicates below `before` of some keepers, which ascend: `(keeper, duplicate)`, ascending.
    /// One that was decided anew since may be among them.
    ///
    /// # Errors
    /// As [`Store::probe`].
    pub fn members(&self, keepers: &[u32], before: u32) -> Result<Vec<(u32, u32)>> {
        let mut out: Vec<(u32, u32)> = Vec::new();
        let keys = keepers
            .iter()
            .map(|&keeper| key(MEMBERS, u64::from(keeper)));
        self.probe(keys, before, |nth, member| {
            out.push((keepers[nth], member));
        })?;
        for &keeper in keepers {
            let marked = self.marked_members.get(&keeper);
            out.extend(marked.into_iter().flatten().map(|&member| (keeper, member)));
        }
        out.sort_unstable();
        out.dedup();
        Ok(out)
    }

    /// Reads every page of every file.
    ///
    /// # Errors
    /// [`crate::Error::Store`] naming the first file that is damaged.
    pub fn check_files(&self) -> Result<()> {
        for run in &self.runs {
            let mut last = None;
            let mut cursor = Cursor::new(run);
            while let Some(entry) = cursor.next()? {
                if last >= Some(entry) || entry.1 >= self.manifest.next_document {
                    return Err(damaged(
                        &self.root.join(&run.facts.name),
                        "is out of order or names documents that never came",
                    ));
                }
                last = Some(entry);
            }
        }
        self.masks()?;
        let mut last = None;
        self.each_row(|row| {
            if last >= Some(row.number) || row.number >= self.manifest.next_document {
                return Err(damaged(&self.root, "rows are out of order"));
            }
            last = Some(row.number);
            Ok(())
        })?;
        let mut glances = Vec::new();
        for file in &self.glances {
            for nth in 0..file.pages.len() {
                let page = glances::read_page(file, nth)?;
                glances.extend(page.into_iter().map(|(number, _)| number));
            }
        }
        let mut glances = glances.into_iter();
        self.each_row(|row| match glances.next() {
            Some(number) if number == row.number => Ok(()),
            _ => Err(damaged(&self.root, "rows and glances disagree")),
        })?;
        for file in &self.forms {
            for nth in 0..file.pages.len() {
                forms::read_page(file, nth)?;
            }
        }
        let mut last = 0;
        self.each_edges(|edges| {
            let first = edges.first().map_or(last, |edge| edge.b);
            let end = edges.last().map_or(last, |edge| edge.b);
            if first < last || end >= self.manifest.next_document {
                return Err(damaged(&self.root, "edges are out of order"));
            }
            last = end;
            Ok(())
        })
    }
}

/// Pages of rows that are kept at most: about 16 KiB each.
const LATELY_PAGES: usize = 512;

/// File and page in which a document's row or form stands.
fn locate(files: &[PageFile], number: u32) -> Option<(usize, usize)> {
    let key = u64::from(number);
    let file = files
        .partition_point(|file| file.pages.first().is_none_or(|page| page.first <= key))
        .checked_sub(1)?;
    Some((file, files[file].page_of(key)?))
}
