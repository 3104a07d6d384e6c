//! Stated similarities against the texts that they are of.

use std::collections::HashSet;

use rayon::prelude::*;

use super::compare::compare;
use super::replay::{AssignmentIn, Peeked};
use crate::config::Settings;
use crate::write::TextStore;
use crate::{Error, Result};

/// Pairs that are compared between two looks at the clock.
const CHUNK_PAIRS: usize = 256;
/// What rounding to four decimals may hide.
const ROUNDING: f64 = 0.000_11;

/// Removed documents and their keepers, with their texts once they were met.
pub(super) struct Stated {
    removed: Vec<AssignmentIn>,
    keepers: HashSet<String>,
    wanted: HashSet<String>,
    texts: TextStore,
}

impl Stated {
    /// Reads all assignments once, for the removed documents and their keepers.
    pub(super) fn open(mut assignments: Peeked<AssignmentIn>) -> Result<Self> {
        let mut out = Self {
            removed: Vec::new(),
            keepers: HashSet::new(),
            wanted: HashSet::new(),
            texts: TextStore::create()?,
        };
        while let Some(row) = assignments.take()? {
            if row.keep {
                out.keepers.insert(row.id);
                continue;
            }
            let Some(keeper) = &row.duplicate_of else {
                return Err(fails(&row.id, "it goes, and duplicate_of names no keeper"));
            };
            if row.cluster.is_empty() {
                return Err(fails(&row.id, "it goes, and is of no cluster"));
            }
            out.wanted.insert(keeper.clone());
            out.wanted.insert(row.id.clone());
            out.removed.push(row);
        }
        for row in &out.removed {
            if row
                .duplicate_of
                .as_ref()
                .is_none_or(|keeper| !out.keepers.contains(keeper))
            {
                return Err(fails(&row.id, "its keeper does not stay"));
            }
        }
        out.keepers = HashSet::new();
        Ok(out)
    }

    /// Keeps the text of a document that a pair needs.
    pub(super) fn text(&mut self, id: &str, text: &str) -> Result<()> {
        if self.wanted.contains(id) {
            self.texts.put(id, text)?;
        }
        Ok(())
    }

    /// Measures every pair again.
    pub(super) fn check(mut self, settings: &Settings) -> Result<()> {
        let texts = &mut self.texts;
        let mut load = |id: &str| -> Result<String> {
            texts.load(id)?.ok_or_else(|| fails(id, "no input has it"))
        };
        for rows in self.removed.chunks(CHUNK_PAIRS) {
            let mut pairs = Vec::with_capacity(rows.len());
            for row in rows {
                let keeper = row.duplicate_of.as_deref().unwrap_or_default();
                pairs.push((row, load(&row.id)?, load(keeper)?));
            }
            let wrong = pairs
                .par_iter()
                .find_map_first(|(row, text, keeper)| one(row, text, keeper, settings));
            if let Some(error) = wrong {
                return Err(error);
            }
        }
        Ok(())
    }
}

/// What is wrong with one stated similarity, if anything is.
fn one(row: &AssignmentIn, text: &str, keeper: &str, settings: &Settings) -> Option<Error> {
    let compared = compare(keeper, text, settings);
    let name = row.duplicate_of.as_deref().unwrap_or_default();
    let relation = row.relation.as_deref().unwrap_or_default();
    let found = compared.relation.as_str();
    let same = match relation {
        "exact" => found == "exact",
        "canonical" => matches!(found, "exact" | "canonical"),
        _ => true,
    };
    if !same {
        return Some(fails(
            &row.id,
            format!("it is said to be {relation} to {name}, and is {found}"),
        ));
    }
    let measure = row.measure.as_deref().unwrap_or_default();
    let stated = row.similarity.unwrap_or(f64::NAN);
    let value = if matches!(relation, "exact" | "canonical") {
        Some(1.0)
    } else {
        compared.by_name(measure)
    };
    match value {
        Some(value) if (value - stated).abs() <= ROUNDING => None,
        Some(value) => Some(fails(
            &row.id,
            format!("its {measure} to {name} is said to be {stated}, and is {value}"),
        )),
        None => Some(fails(
            &row.id,
            format!("its {measure:?} to {name} cannot be measured"),
        )),
    }
}

fn fails(what: &str, problem: impl Into<String>) -> Error {
    Error::Check {
        what: what.to_owned(),
        problem: problem.into(),
    }
}
