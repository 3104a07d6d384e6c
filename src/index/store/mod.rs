//! The index that remembers: documents of all nights on disk, found again at the price of
//! tonight's.
//!
//! Enters: postings, rows and canonical forms of new documents. Leaves: which earlier documents
//! share a key, and their rows and forms. Everything lies in immutable, checksummed files; the
//! [`Manifest`] names those that count, and replacing it is the one commit of a night. What a
//! killed job left is swept at the next opening. It decides nothing about documents.

mod bytes;
mod commit;
mod compact;
mod edges;
mod failpoint;
mod forms;
mod glances;
mod lock;
mod manifest;
mod migrate;
mod pages;
mod postings;
mod rows;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub use commit::Commit;
pub use edges::{EdgeWriter, StoredEdge};
pub use failpoint::FAILPOINTS;
pub use forms::{FORM_PAGE_BYTES, FormPage, FormWriter};
pub use glances::{Glance, GlanceWriter};
pub use lock::{Lock, iso_time};
pub use manifest::{FORMAT, Files, Manifest, NightFacts};
pub use pages::FileFacts;
pub use postings::{FORMS, IDS, Key, MEMBERS, PageCache, RunWriter, key};
pub use rows::{Decision, Row, RowWriter};

use crate::{Error, Result};
use pages::{PageFile, damaged};
use postings::Cursor;

/// What an index is opened for.
pub enum Access<'a> {
    /// To look at it; a job may be changing it meanwhile.
    Look,
    /// To change it. Given a question, waits for another job for as long as the answer is yes.
    Change(Option<&'a dyn Fn() -> bool>),
}

/// An open index.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    manifest: Manifest,
    runs: Vec<PageFile>,
    rows: Vec<PageFile>,
    glances: Vec<PageFile>,
    forms: Vec<PageFile>,
    edges: Vec<PageFile>,
    /// Pages of rows that were read lately.
    lately: Mutex<HashMap<(usize, usize), Arc<Vec<Row>>>>,
    marks: BTreeMap<u32, Row>,
    /// Duplicates by keeper, of the documents in `marks`.
    marked_members: BTreeMap<u32, Vec<u32>>,
    lock: Option<Lock>,
}

/// Bytes of an index by what they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sizes {
    /// Postings: what candidates, ids and members are found by.
    pub postings_bytes: u64,
    /// Rows of documents.
    pub rows_bytes: u64,
    /// Glances.
    pub glances_bytes: u64,
    /// Canonical forms.
    pub forms_bytes: u64,
    /// Verified pairs.
    pub edges_bytes: u64,
    /// Removals and promotions since the last compaction.
    pub marks_bytes: u64,
    /// All together.
    pub total_bytes: u64,
}

impl Store {
    /// Opens an index. With `settings`, makes a new one where there is none, and refuses one
    /// that was made with others.
    ///
    /// # Errors
    /// [`Error::Store`] for an index that is damaged, in use, of a newer format or of other
    /// settings, or that is not there; [`Error::Read`], [`Error::Write`].
    pub fn open(
        root: &Path,
        access: Access<'_>,
        settings: Option<&BTreeMap<String, String>>,
    ) -> Result<Self> {
        let missing = || Error::Store {
            path: root.to_owned(),
            problem: "there is no index: the first night with --index makes it".into(),
        };
        let may_make = settings.is_some() && matches!(access, Access::Change(_));
        if !root.is_dir() {
            if !may_make {
                return Err(missing());
            }
            fs::create_dir_all(root).map_err(Error::write(root))?;
        }
        let lock = match access {
            Access::Look => None,
            Access::Change(wait) => {
                if !may_make && Manifest::read(root)?.is_none() {
                    return Err(missing());
                }
                Some(Lock::take(root, wait)?)
            }
        };
        let manifest = match (Manifest::read(root)?, settings) {
            (Some(manifest), _) => manifest,
            (None, Some(settings)) if may_make => Self::begin(root, settings)?,
            _ => return Err(missing()),
        };
        if let Some(settings) = settings {
            same_settings(root, &manifest.settings, settings)?;
        }
        if lock.is_some() {
            sweep(root, &manifest)?;
        }
        let mut store = Self::with(root, manifest, lock)?;
        if store.manifest.format < FORMAT {
            store.migrate()?;
        }
        Ok(store)
    }

    /// A new index, in a folder that holds nothing else.
    fn begin(root: &Path, settings: &BTreeMap<String, String>) -> Result<Manifest> {
        for entry in fs::read_dir(root).map_err(Error::read(root))? {
            let name = entry.map_err(Error::read(root))?.file_name();
            let name = name.to_string_lossy();
            if !is_ours(&name) && !name.starts_with("MANIFEST") {
                return Err(Error::Store {
                    path: root.to_owned(),
                    problem: format!(
                        "the folder holds {name} and no index: give an empty or a new folder"
                    ),
                });
            }
        }
        let manifest = Manifest {
            format: FORMAT,
            settings: settings.clone(),
            ..Manifest::default()
        };
        manifest.write(root)?;
        Ok(manifest)
    }

    fn with(root: &Path, manifest: Manifest, lock: Option<Lock>) -> Result<Self> {
        let open = |files: &[FileFacts]| -> Result<Vec<PageFile>> {
            files
                .iter()
                .map(|facts| PageFile::open(root, facts))
                .collect()
        };
        let mut store = Self {
            runs: open(&manifest.files.runs)?,
            rows: open(&manifest.files.rows)?,
            glances: open(&manifest.files.glances)?,
            forms: open(&manifest.files.forms)?,
            edges: open(&manifest.files.edges)?,
            lately: Mutex::default(),
            marks: BTreeMap::new(),
            marked_members: BTreeMap::new(),
            root: root.to_owned(),
            lock,
            manifest,
        };
        for file in open(&store.manifest.files.marks)? {
            for nth in 0..file.pages.len() {
                store.preview(rows::read_page(&file, nth)?);
            }
        }
        Ok(store)
    }

    /// What it consists of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Rows that replace those of the files: removals and promotions.
    pub fn marks(&self) -> &BTreeMap<u32, Row> {
        &self.marks
    }

    /// Documents that are there.
    pub fn documents(&self) -> u64 {
        let rows: u64 = self.rows.iter().map(|file| file.facts.items).sum();
        let removed = self.marks.values().filter(|row| row.is_removed).count() as u64;
        rows.saturating_sub(removed)
    }

    /// Bytes by what they hold.
    pub fn sizes(&self) -> Sizes {
        let sum = |files: &[FileFacts]| files.iter().map(|file| file.bytes).sum();
        let files = &self.manifest.files;
        Sizes {
            postings_bytes: sum(&files.runs),
            rows_bytes: sum(&files.rows),
            glances_bytes: sum(&files.glances),
            forms_bytes: sum(&files.forms),
            edges_bytes: sum(&files.edges),
            marks_bytes: sum(&files.marks),
            total_bytes: self.manifest.bytes(),
        }
    }

    /// Calls `each` with the place of a key and a document below `before` that has it. Keys
    /// ascend.
    ///
    /// # Errors
    /// [`Error::Store`] for a damaged run, [`Error::Read`].
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

    /// Shows rows as they will be when a change is done ([`Commit::mark`] writes them).
    pub fn preview(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            if let Some(decision) = row.decision {
                let members = self.marked_members.entry(decision.keeper).or_default();
                members.push(row.number);
            }
            self.marks.insert(row.number, row);
        }
    }

    /// The rows of some documents, which ascend.
    ///
    /// # Errors
    /// [`Error::Store`] for a damaged file or a document that is not there, [`Error::Read`].
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
    /// [`Error::Store`] for a damaged file or a document that is not there, [`Error::Read`].
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
    /// [`Error::Store`] for a damaged file, [`Error::Read`], and what `each` returns.
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
    /// [`Error::Store`] for a damaged file, [`Error::Read`], and what `each` returns.
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
    /// [`Error::Store`] for a damaged file or a form that is not there, [`Error::Read`].
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

    /// The error for a document that others name and that is not there.
    fn lacks(&self, number: u32) -> Error {
        damaged(&self.root, &format!("document {number} is missing"))
    }

    /// Reads every page of every file.
    ///
    /// # Errors
    /// [`Error::Store`] naming the first file that is damaged.
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

/// Whether a name in the folder is one that this program gives.
fn is_ours(name: &str) -> bool {
    let name = name.strip_suffix(".unfinished").unwrap_or(name);
    match name.split_once('.') {
        Some((number, "run" | "row" | "glance" | "form" | "edge" | "mark")) => {
            number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => name == "lock" || name == "MANIFEST",
    }
}

/// Deletes what no manifest names: files of a job that was killed, and those that were merged.
fn sweep(root: &Path, manifest: &Manifest) -> Result<()> {
    let named: BTreeSet<&str> = manifest.files.all().map(|file| &file.name[..]).collect();
    let mut waste = Vec::new();
    for entry in fs::read_dir(root).map_err(Error::read(root))? {
        let name = entry.map_err(Error::read(root))?.file_name();
        let Some(name) = name.to_str() else { continue };
        if is_ours(name) && !["lock", "MANIFEST"].contains(&name) && !named.contains(name) {
            waste.push(root.join(name));
        }
    }
    let pass = |name| failpoint::pass(name).map_err(Error::write(root));
    pass("sweep/begun")?;
    for path in waste {
        fs::remove_file(&path).map_err(Error::write(&path))?;
        pass("sweep/half")?;
    }
    Ok(())
}

/// Refuses settings that differ, naming the difference.
fn same_settings(
    root: &Path,
    has: &BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> Result<()> {
    let nothing = "(nothing)".to_owned();
    let differences: Vec<String> = has
        .keys()
        .chain(wanted.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|name| {
            let (was, is) = (
                has.get(name).unwrap_or(&nothing),
                wanted.get(name).unwrap_or(&nothing),
            );
            (was != is).then(|| format!("{name} is {was} there and {is} here"))
        })
        .collect();
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::Store {
        path: root.to_owned(),
        problem: format!(
            "the index was made with other settings: {}; give those, or bring it to yours with \
             `qingwen index rebuild`",
            differences.join(", ")
        ),
    })
}
