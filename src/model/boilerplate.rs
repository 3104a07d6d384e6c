//! Shingles that stand in so many documents that they say nothing of what is a copy of what: the
//! dress of a site, the set phrases of a register.

use std::fmt::Write;

use xxhash_rust::xxh3::Xxh3;

use crate::{Error, Result};

/// A set of shingle hashes that are left out of signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boilerplate {
    /// Ascending, each once.
    hashes: Vec<u64>,
    /// Open addressing, a fourth full at most; 0 for free.
    table: Vec<u64>,
}

/// First word of a file of masks.
const NAME: &str = "qingwen-masks";

impl Boilerplate {
    /// The set of these hashes, in any order.
    pub fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        // 0 marks what is free, and no text needs it.
        hashes.retain(|&hash| hash != 0);
        let mut table = Vec::new();
        if !hashes.is_empty() {
            let slots = (hashes.len() * 4).next_power_of_two();
            table.resize(slots, 0);
            for &hash in &hashes {
                let mut at = hash as usize & (slots - 1);
                while table[at] != 0 {
                    at = (at + 1) & (slots - 1);
                }
                table[at] = hash;
            }
        }
        Self { hashes, table }
    }

    /// Whether nothing is masked.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The hashes, ascending.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Whether a shingle is masked.
    #[inline]
    pub fn has(&self, hash: u64) -> bool {
        if self.table.is_empty() {
            return false;
        }
        let slots = self.table.len();
        let mut at = hash as usize & (slots - 1);
        while self.table[at] != 0 {
            if self.table[at] == hash {
                return true;
            }
            at = (at + 1) & (slots - 1);
        }
        false
    }

    /// Puts into `kept` what remains of a document's shingles: all but the masked ones, of which
    /// at most `most_ratio` of the whole go, those of the smallest hashes, so that two documents
    /// in one dress lose the same ones. In no stated order. False, with `kept` empty, where all remain.
    ///
    /// ```
    /// use qingwen::model::Boilerplate;
    /// let (masks, mut kept) = (Boilerplate::new(vec![9, 4, 2]), Vec::new());
    /// assert!(masks.cut(&[9, 1, 4, 7, 5], 0.5, &mut kept));
    /// assert_eq!(kept, [1, 7, 5]);
    /// assert!(masks.cut(&[9, 1, 4, 7, 5], 0.2, &mut kept));
    /// assert_eq!(kept, [1, 7, 5, 9]);
    /// assert!(!masks.cut(&[1, 7], 0.5, &mut kept));
    /// ```
    pub fn cut(&self, shingles: &[u64], most_ratio: f64, kept: &mut Vec<u64>) -> bool {
        kept.clear();
        if self.table.is_empty() {
            return false;
        }
        let most = (shingles.len() as f64 * most_ratio) as usize;
        let mut masked: Vec<u64> = Vec::new();
        for &hash in shingles {
            if self.has(hash) {
                masked.push(hash);
            } else {
                kept.push(hash);
            }
        }
        if masked.is_empty() || most == 0 {
            kept.clear();
            return false;
        }
        if masked.len() > most {
            masked.select_nth_unstable(most - 1);
            kept.extend_from_slice(&masked[most..]);
        }
        true
    }

    /// Tells one set from another.
    pub fn xxh3(&self) -> u64 {
        let mut hash = Xxh3::new();
        for value in &self.hashes {
            hash.update(&value.to_le_bytes());
        }
        hash.digest()
    }

    /// The set as a file, made for canonical forms of this version by these tables: a heading, and
    /// a hash a line.
    pub fn to_text(&self, version: u32, tables: u64) -> String {
        let mut out = format!("{NAME} {version} {tables:016x}\n");
        for hash in &self.hashes {
            // A String takes all that is written.
            let _ = writeln!(out, "{hash:016x}");
        }
        out
    }

    /// Reads [`Boilerplate::to_text`].
    ///
    /// # Errors
    /// [`Error::Config`] for what is no such file, or one made for other canonical forms.
    pub fn from_text(text: &str, version: u32, tables: u64) -> Result<Self> {
        let bad = |problem: String| Error::config("masks", problem);
        let mut lines = text.lines();
        let heading = lines.next().unwrap_or_default();
        if !heading.starts_with(NAME) {
            return Err(bad(
                "the file is none of masks: give the masks.txt of a run".into(),
            ));
        }
        if heading != format!("{NAME} {version} {tables:016x}") {
            return Err(bad(
                "the file was made for other canonical forms: make it again with this qingwen"
                    .into(),
            ));
        }
        let hashes: std::result::Result<Vec<u64>, _> =
            lines.map(|line| u64::from_str_radix(line, 16)).collect();
        hashes
            .map(Self::new)
            .map_err(|_| bad("the file has a line that is no hash".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_it_comes_back_and_another_is_refused() {
        let masks = Boilerplate::new(vec![7, u64::MAX, 7, 3]);
        assert_eq!(masks.hashes(), [3, 7, u64::MAX]);
        let text = masks.to_text(4, 99);
        assert_eq!(Boilerplate::from_text(&text, 4, 99).unwrap(), masks);
        assert!(Boilerplate::from_text(&text, 5, 99).is_err());
        assert!(Boilerplate::from_text("a\nb", 4, 99).is_err());
        assert!(Boilerplate::from_text(&format!("{text}x\n"), 4, 99).is_err());
        assert!(masks.has(7) && !masks.has(8) && !Boilerplate::default().has(7));
    }
}
