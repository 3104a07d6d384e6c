//! The manifest: what an index consists of. It is replaced whole, and that is a night's commit.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::failpoint::pass;
use super::pages::{FileFacts, damaged, sync_folder};
use crate::{Error, Result};

/// Format of the files; a higher one is refused.
pub const FORMAT: u32 = 2;

const NAME: &str = "MANIFEST";
const UNFINISHED: &str = "MANIFEST.unfinished";

/// One night that was committed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightFacts {
    /// Its number, from 1.
    pub night: u32,
    /// When it was committed, seconds since 1970.
    pub unix_seconds: u64,
    /// Hash of its ids and texts.
    pub batch_xxh3: String,
    /// Version of the program.
    pub version: String,
    /// Hash of the rules that cleaned it.
    pub rule_set: String,
    /// Number of its first document.
    pub first: u32,
    /// Documents that came.
    pub documents: u32,
    /// Those of them that are duplicates.
    pub duplicates: u32,
    /// Bytes of the index after it.
    pub index_bytes: u64,
    /// Numbers of earlier documents that its replacements left with another decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<u32>,
}

/// The files of an index by what they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// Postings.
    pub runs: Vec<FileFacts>,
    /// Documents, ascending.
    pub rows: Vec<FileFacts>,
    /// Glances, ascending.
    #[serde(default)]
    pub glances: Vec<FileFacts>,
    /// Canonical forms, ascending.
    pub forms: Vec<FileFacts>,
    /// Verified pairs, ascending by their later document.
    #[serde(default)]
    pub edges: Vec<FileFacts>,
    /// Rows that replace earlier ones: removals and promotions since the last compaction.
    pub marks: Vec<FileFacts>,
    /// Shingles that signatures leave out, as the first night settled them; none in older ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<FileFacts>,
}

impl Files {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &FileFacts> {
        [
            &self.runs,
            &self.rows,
            &self.glances,
            &self.forms,
            &self.edges,
            &self.marks,
            &self.masks,
        ]
        .into_iter()
        .flatten()
    }
}

/// What an index consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`] of the files.
    pub format: u32,
    /// Number of the next file.
    pub next_file: u64,
    /// Number of the next document.
    pub next_document: u32,
    /// The settings that all nights must share, by name.
    pub settings: BTreeMap<String, String>,
    /// The nights.
    pub nights: Vec<NightFacts>,
    /// The files.
    pub files: Files,
}

impl Manifest {
    /// Reads the manifest of an index; None where there is no index.
    pub(super) fn read(root: &Path) -> Result<Option<Self>> {
        let path = root.join(NAME);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path, source }),
        };
        let bad = || damaged(&path, "is not as it was written");
        let cut = memchr::memchr(b'\n', &text).ok_or_else(bad)?;
        let head = std::str::from_utf8(&text[..cut]).map_err(|_| bad())?;
        let body = &text[cut + 1..];
        let mut words = head.split(' ');
        let (Some("qingwen-index"), Some(format), Some(hash), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(bad());
        };
        let is_sound = format!("{:032x}", xxh3_128(body)) == hash;
        match format.parse::<u32>() {
            Ok(format) if format > FORMAT => {
                return Err(Error::Store {
                    path: root.to_owned(),
                    problem: format!(
                        "the index has format {format}, and this version knows formats up to \
                         {FORMAT}: use the newer qingwen that wrote it"
                    ),
                });
            }
            Ok(_) if is_sound => {}
            _ => return Err(bad()),
        }
        serde_json::from_slice(body).map(Some).map_err(|_| bad())
    }

    /// Puts this manifest in the place of the one before.
    pub(super) fn write(&self, root: &Path) -> Result<()> {
        let body = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::config("index", error.to_string()))?;
        let mut text = format!("qingwen-index {} {:032x}\n", self.format, xxh3_128(&body));
        text.push_str(&String::from_utf8_lossy(&body));
        let unfinished = root.join(UNFINISHED);
        let write = || {
            let mut file = File::create(&unfinished)?;
            let half = text.len() / 2;
            file.write_all(&text.as_bytes()[..half])?;
            pass("manifest/half")?;
            file.write_all(&text.as_bytes()[half..])?;
            pass("manifest/written")?;
            file.sync_all()?;
            pass("manifest/synced")?;
            sync_folder(root)?;
            fs::rename(&unfinished, root.join(NAME))?;
            sync_folder(root)?;
            pass("manifest/named")
        };
        write().map_err(Error::write(&unfinished))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.all().map(|file| file.bytes).sum()
    }
}
