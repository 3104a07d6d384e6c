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
mod items;
mod lock;
mod lookup;
mod manifest;
mod masks;
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

/// What an index is opened for.
pub enum Access<'a> {
    /// To look at it; a job may be changing it meanwhile.
    Look,
    /// To change it. Given a question, waits for another job for as long as the answer is yes.
    Change(Option<&'a dyn Fn() -> bool>),
}

/// Pages of rows read last, by file and page.
type Lately = HashMap<(usize, usize), Arc<Vec<Row>>>;

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
    lately: Mutex<Lately>,
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
            if root.exists() {
                return Err(Error::Store {
                    path: root.to_owned(),
                    problem: "it is a file: an index is a folder".into(),
                });
            }
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

    /// The error for a document that others name and that is not there.
    fn lacks(&self, number: u32) -> Error {
        damaged(&self.root, &format!("document {number} is missing"))
    }
}

/// Whether a name in the folder is one that this program gives.
fn is_ours(name: &str) -> bool {
    let name = name.strip_suffix(".unfinished").unwrap_or(name);
    match name.split_once('.') {
        Some((number, "run" | "row" | "glance" | "form" | "edge" | "mark" | "mask")) => {
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

/// The setting that bears the version of the canonical form, which nobody gives: texts are
/// comparable within one version only.
pub const CANONICAL_FORM: &str = "canonical form";

/// The setting that bears the hash of the tables by which forms are made.
pub const FORM_TABLES: &str = "form tables";

/// The setting that tells which shingles signatures leave out, where there are any: the first
/// night settles it.
pub const MASKS: &str = "boilerplate masks";

/// Refuses an index whose canonical forms are of a newer version than `wanted` makes, and with
/// `is_night` of an older one or of other tables too.
///
/// # Errors
/// [`Error::Store`], which says what to do.
pub fn same_form(
    root: &Path,
    has: &BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
    is_night: bool,
) -> Result<()> {
    let version = |of: &BTreeMap<String, String>| {
        let text = of.get(CANONICAL_FORM);
        text.and_then(|text| text.parse::<u32>().ok()).unwrap_or(0)
    };
    let (was, is) = (version(has), version(wanted));
    let problem = if was > is {
        format!(
            "a newer qingwen made the index, with canonical form {was} where this one makes {is}: \
             use the newer one"
        )
    } else if !is_night {
        return Ok(());
    } else {
        let with = if was < is {
            format!("canonical form {was} where this one makes {is}")
        } else if has.get(FORM_TABLES) != wanted.get(FORM_TABLES) {
            "other tables of characters or spun words than this one has".to_owned()
        } else {
            return Ok(());
        };
        format!(
            "another qingwen made the index, with {with}: run `qingwen index rebuild {}` once, \
             which keeps the index as it was beside the new",
            root.display()
        )
    };
    Err(Error::Store {
        path: root.to_owned(),
        problem,
    })
}

/// Refuses settings that differ, naming the difference.
fn same_settings(
    root: &Path,
    has: &BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> Result<()> {
    same_form(root, has, wanted, true)?;
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
            (was != is && name != MASKS).then(|| format!("{name} is {was} there and {is} here"))
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
