//! Assignments read back, as a person may have edited them.

use std::collections::HashMap;
use std::path::Path;

use super::replay::{AssignmentIn, json};
use crate::read;
use crate::{Error, Result};

/// Which documents stay, by id.
#[derive(Debug, Default)]
pub struct Assignments {
    rows: HashMap<String, (bool, usize)>,
    clusters: Vec<(String, u64)>,
}

/// What is said of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned<'a> {
    /// Whether it stays.
    pub keep: bool,
    /// Its cluster.
    pub cluster: &'a str,
    /// Documents of the cluster.
    pub size: u64,
}

impl Assignments {
    /// Reads `assignments.jsonl`, packed or not.
    ///
    /// # Errors
    /// [`Error::Config`] naming the row that is none.
    pub fn open(path: &Path) -> Result<Self> {
        let mut rows = read::rows_of_file(path)?;
        let mut out = Self::default();
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut number = 0;
        while let Some(row) = rows.next_row()? {
            number += 1;
            let row: AssignmentIn = json(row).map_err(|problem| {
                Error::config(
                    format!("{}, row {number}", path.display()),
                    format!("{problem}: mend the row"),
                )
            })?;
            let next = out.clusters.len();
            let cluster = *names.entry(row.cluster.clone()).or_insert(next);
            if cluster == next {
                out.clusters.push((row.cluster, 0));
            }
            out.clusters[cluster].1 += 1;
            out.rows.insert(row.id, (row.keep, cluster));
        }
        Ok(out)
    }

    /// What is said of a document; nothing of one that is not named.
    pub fn of(&self, id: &str) -> Option<Assigned<'_>> {
        let &(keep, cluster) = self.rows.get(id)?;
        let (name, size) = &self.clusters[cluster];
        Some(Assigned {
            keep,
            cluster: name,
            size: *size,
        })
    }

    /// How many documents are named.
    pub fn len_docs(&self) -> usize {
        self.rows.len()
    }
}
