//! Making an index again from what it keeps: other settings, another canonical form, keepers
//! elected anew.
//!
//! The nights are fed again, one by one, with the canonical forms in the place of texts, into an
//! index beside the old one, which then takes the old one's place in one commit. So the new one
//! decides as if the nights had come under the new settings. What it was stays as a backup.

use std::collections::BTreeMap;
use std::path::Path;

use super::care::settings_of;
use super::dedupe::{Dedupe, Glance, MIN_TOKENS};
use super::entry::Document;
use super::night::{Night, NightStamp, index_settings};
use crate::config::{Settings, VerifyStore};
use crate::fingerprint::{POINTS, canonical, shingle_set, simhash128};
use crate::index::Entries;
use crate::index::store::{Access, CANONICAL_FORM, FORM_TABLES, NightFacts, Row, Store, same_form};
use crate::model::{Canonical, MASK};
use crate::{Error, Result};

/// What a rebuilding came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Documents whose fingerprints were made again.
    pub documents: u64,
    /// Of these those that were kept or dropped and now are not.
    pub changed: u64,
    /// Settings that are others now, in words.
    pub settings: Vec<String>,
    /// Where the index as it was lies, within its folder.
    pub backup: String,
}

/// Documents that are fed at once.
const BATCH_DOCS: usize = 4096;

/// Makes an index again under its own settings with some of them changed, `given` by name as
/// `index stats` shows them.
///
/// # Errors
/// [`Error::Store`] for an index that keeps no texts, is damaged or in use, [`Error::Config`] for
/// settings that are none. The index is then as it was.
pub fn rebuild(
    root: &Path,
    given: &BTreeMap<String, String>,
    tmp_dir: &Path,
    wait: Option<&dyn Fn() -> bool>,
) -> Result<Rebuilt> {
    let mut old = Store::open(root, Access::Change(wait), None)?;
    let was = old.manifest().settings.clone();
    let settings = settings_of(&old, given)?;
    if settings_of(&old, &BTreeMap::new())?.verify_store == VerifyStore::None {
        return Err(Error::Store {
            path: root.to_owned(),
            problem: "it was made with --verify-store none and keeps no texts to make \
                      fingerprints from: feed the nights into a new index"
                .into(),
        });
    }
    let is = index_settings(&settings)?;
    same_form(root, &was, &is, false)?;
    let mut report = Rebuilt {
        settings: is
            .iter()
            .filter(|(name, value)| was.get(*name) != Some(value))
            .map(|(name, value)| {
                let before = was.get(name).map_or("(nothing)", String::as_str);
                format!("{name} is {value} and was {before}")
            })
            .collect(),
        ..Rebuilt::default()
    };
    let is_same_form = [CANONICAL_FORM, FORM_TABLES]
        .iter()
        .all(|name| was.get(*name) == is.get(*name));
    let beside = old.beside()?;
    let masks = old.masks()?;
    for facts in &old.manifest().nights {
        let mut night = Night::open(&beside, &settings, tmp_dir, None)?;
        // Those of its own first night, or none: the corpus may have grown another dress since.
        night.dedupe.mask(masks.clone());
        let mut rows = Vec::new();
        old.each_row_from(facts.first, |row| {
            if row.number >= facts.first + facts.documents {
                return Ok(false);
            }
            if !row.is_removed {
                report.documents += 1;
                rows.push(row.clone());
                if rows.len() == BATCH_DOCS {
                    feed(&mut night, &old, std::mem::take(&mut rows), is_same_form)?;
                }
            }
            Ok(true)
        })?;
        feed(&mut night, &old, rows, is_same_form)?;
        night.replay(facts)?;
    }
    let new = Store::open(&beside, Access::Change(None), Some(&is))?;
    report.changed = changed(&old, &new)?;
    report.backup = "backup-rebuild".into();
    old.back_up(&report.backup)?;
    old.take_over(new)?;
    Ok(report)
}

/// Documents that stay in one index and go in the other. Both have the documents in one order.
fn changed(old: &Store, new: &Store) -> Result<u64> {
    let mut before = Vec::new();
    old.each_row(|row| {
        if !row.is_removed {
            before.push(row.decision.is_none());
        }
        Ok(())
    })?;
    let mut before = before.into_iter();
    let mut changed = 0;
    new.each_row(|row| {
        changed += u64::from(before.next() != Some(row.decision.is_none()));
        Ok(())
    })?;
    Ok(changed)
}

/// Feeds documents with the forms that the old index has of them.
fn feed(night: &mut Night, old: &Store, rows: Vec<Row>, is_same_form: bool) -> Result<()> {
    let mut wanted: Vec<u32> = rows
        .iter()
        .filter(|row| row.tokens >= MIN_TOKENS)
        .map(|row| row.first)
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let bytes = old.forms(&wanted)?;
    let mut documents = Vec::with_capacity(rows.len());
    for mut row in rows {
        row.is_worn |= !is_same_form;
        let form = match wanted.binary_search(&row.first) {
            Ok(at) if row.tokens >= MIN_TOKENS => {
                let form = Canonical::from_bytes(&bytes[at]).ok_or_else(|| Error::Store {
                    path: old.root().to_owned(),
                    problem: format!("the form of {} is damaged", row.id),
                })?;
                Some(if is_same_form {
                    form
                } else {
                    made_again(&form)
                })
            }
            _ => None,
        };
        documents.push((row, form));
    }
    night.add_stored(documents)
}

/// A form of an older version as this one makes it: from its words, with a full stop wherever a
/// sentence ended. What the older version dropped stays dropped.
fn made_again(form: &Canonical) -> Canonical {
    let mut text = String::new();
    let mut from = 0;
    for &stop in &form.stops {
        text.push_str(&form.text_of(from, stop as usize));
        text.push('。');
        from = stop as usize;
    }
    text.push_str(&form.text_of(from, form.len_tokens()));
    let mut made = canonical(&text);
    // Which words stood there was not kept.
    if form.spun.is_empty() {
        made.spun.clear();
    }
    made
}

impl Night {
    /// Adds documents by their rows and forms; one that is too short for a form has none.
    fn add_stored(&mut self, documents: Vec<(Row, Option<Canonical>)>) -> Result<()> {
        self.know_nothing_of(documents.len());
        self.dedupe.add_stored(documents)
    }

    /// Ends a night that is fed again.
    fn replay(self, facts: &NightFacts) -> Result<()> {
        let stamp = NightStamp {
            version: facts.version.clone(),
            rule_set: facts.rule_set.clone(),
            unix_seconds: facts.unix_seconds,
        };
        self.finish_as(&stamp, Some(&facts.batch_xxh3)).map(drop)
    }
}

impl Dedupe {
    fn add_stored(&mut self, documents: Vec<(Row, Option<Canonical>)>) -> Result<()> {
        let (plan, fingerprinter) = (*self.bands.plan(), self.fingerprinter.clone());
        let mut entries = Entries::new(&plan);
        for (mut row, form) in documents {
            let number = self.documents.len() as u32;
            let mut bytes = Vec::new();
            let mut glance = Glance {
                simhash: [0; 2],
                shingles: row.shingles,
            };
            if let Some(form) = form {
                let identity_bytes = form.write_bytes(&mut bytes);
                row.form_hash = form.identity(&bytes[..identity_bytes]);
                row.tokens = form.len_tokens() as u32;
                let set = shingle_set(&form);
                glance = Glance {
                    simhash: simhash128(&set),
                    shingles: set.len() as u32,
                };
                if row.tokens >= MIN_TOKENS {
                    let bands = fingerprinter.bands_of(&set);
                    entries.push(&plan, number, &bands, &set, &fingerprinter.masks);
                }
                let masks = form.numbers.matches(MASK).count() as u32;
                row.losses = row.losses.max(masks.saturating_mul(POINTS));
            }
            self.forms.push(&bytes)?;
            self.glances.push(glance);
            row.support = 0;
            if row.decision.is_some() {
                row.cluster = None;
            }
            self.documents.push(Document::of_row(&row));
        }
        self.bands.extend(&entries)
    }
}

/// The settings of an index, some of them others.
pub(super) fn with_given(
    was: &BTreeMap<String, String>,
    given: &BTreeMap<String, String>,
) -> Result<Settings> {
    let mut text = String::new();
    for (name, value) in was {
        if name.contains(' ') || name == "bands" {
            continue;
        }
        let value = given.get(name).unwrap_or(value);
        let is_bare = value.parse::<f64>().is_ok();
        let quote = if is_bare { "" } else { "\"" };
        // A whole number is no ratio to TOML.
        let dot = if is_bare && !value.contains('.') {
            ".0"
        } else {
            ""
        };
        text += &format!("{name} = {quote}{value}{dot}{quote}\n");
    }
    if let Some(unknown) = given.keys().find(|name| !was.contains_key(*name)) {
        return Err(Error::config(
            unknown.clone(),
            "it is none of the settings that the nights of an index share",
        ));
    }
    Settings::from_toml(&text, "the index")
}
