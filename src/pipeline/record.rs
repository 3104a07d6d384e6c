//! Writing a night into the index: rows, forms and postings of its new documents.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::dedupe::{Dedupe, MIN_TOKENS};
use super::outcome::Outcome;
use super::past::{decision_of, stored_edge};
use crate::Result;
use crate::config::{Settings, VerifyStore};
use crate::index::store::{
    Commit, FORM_PAGE_BYTES, FORMS, FormPage, Glance, IDS, Key, MEMBERS, StoredEdge, key,
};

/// Everything that is written of a night.
pub(super) struct Writing<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) numbers: &'a [u32],
    pub(super) known: &'a [Option<u32>],
    pub(super) firsts: &'a [u32],
    pub(super) earlier: &'a [u32],
    pub(super) dedupe: &'a Dedupe,
    pub(super) night: u32,
}

impl Writing<'_> {
    /// Writes rows, forms and postings; returns how many duplicates there are.
    pub(super) fn write(
        &self,
        commit: &mut Commit<'_>,
        settings: &Settings,
        mut entries: Vec<(Key, u32)>,
    ) -> Result<u32> {
        let mut duplicates = 0;
        let mut rows = commit.rows()?;
        let mut glances = commit.glances()?;
        let fresh: Vec<usize> = (0..self.numbers.len())
            .filter(|&nth| self.known[nth].is_none())
            .collect();
        let is_first = |nth: usize| self.firsts[nth] == self.numbers[nth];
        let [siblings, related] = self.outcome.represented();
        for &nth in &fresh {
            let number = self.numbers[nth];
            let mut row = self.outcome.row(nth);
            row.is_sibling = siblings.contains(&(nth as u32));
            row.is_related = related.contains(&(nth as u32));
            (row.number, row.night) = (number, self.night);
            row.first = self.firsts[nth];
            row.form_bytes = self.dedupe.forms.bytes_of(nth as u32) as u32;
            let glance = self.dedupe.glances[nth];
            row.shingles = glance.shingles;
            glances.push(
                number,
                Glance {
                    simhash: glance.simhash,
                    shingles: glance.shingles,
                    form: row.form_hash as u32,
                },
            )?;
            row.decision = self
                .outcome
                .joined(nth)
                .map(|joined| decision_of(&joined, self.number(joined.keeper)));
            if let Some(decision) = row.decision {
                duplicates += 1;
                entries.push((key(MEMBERS, u64::from(decision.keeper)), number));
            }
            entries.push((key(IDS, xxh3_64(row.id.as_bytes())), number));
            if is_first(nth) {
                let hash = if row.tokens >= MIN_TOKENS {
                    row.form_hash
                } else {
                    row.text_hash
                };
                entries.push((key(FORMS, hash as u64), number));
                if row.is_worn {
                    entries.push((key(FORMS, row.text_hash as u64), number));
                }
            }
            rows.push(&row)?;
        }
        commit.add_rows(rows)?;
        commit.add_glances(glances)?;
        self.write_edges(commit)?;
        if settings.verify_store == VerifyStore::Text {
            let kept: Vec<usize> = fresh
                .into_iter()
                .filter(|&nth| is_first(nth) && self.outcome.tokens(nth) >= MIN_TOKENS)
                .collect();
            self.write_forms(commit, &kept)?;
        }
        entries.par_sort_unstable();
        entries.dedup();
        let mut run = commit.run()?;
        for (key, number) in entries {
            run.push(key, number)?;
        }
        commit.add_run(run)?;
        Ok(duplicates)
    }

    fn number(&self, local: u32) -> u32 {
        let local = local as usize;
        match self.numbers.get(local) {
            Some(&number) => number,
            None => self.earlier[local - self.numbers.len()],
        }
    }

    /// Writes the verified pairs of which one at least is new.
    fn write_edges(&self, commit: &mut Commit<'_>) -> Result<()> {
        let is_new = |local: u32| self.known.get(local as usize) == Some(&None);
        let mut edges: Vec<StoredEdge> = self
            .outcome
            .verified()
            .iter()
            .filter(|edge| is_new(edge.a) || is_new(edge.b))
            .map(|edge| stored_edge(edge, |local| self.number(local)))
            .collect();
        edges.sort_unstable_by_key(|edge| (edge.b, edge.a));
        edges.dedup_by_key(|edge| (edge.b, edge.a));
        let mut writer = commit.edges()?;
        for edge in &edges {
            writer.push(edge)?;
        }
        commit.add_edges(writer)
    }

    fn write_forms(&self, commit: &mut Commit<'_>, kept: &[usize]) -> Result<()> {
        let mut pages: Vec<&[usize]> = Vec::new();
        let mut from = 0;
        let mut bytes = 0;
        for (at, &nth) in kept.iter().enumerate() {
            bytes += self.dedupe.forms.bytes_of(nth as u32);
            if bytes >= FORM_PAGE_BYTES as u64 || at + 1 == kept.len() {
                pages.push(&kept[from..=at]);
                (from, bytes) = (at + 1, 0);
            }
        }
        let mut writer = commit.forms()?;
        for some in pages.chunks(PAGES_AT_ONCE) {
            let packed: Vec<Result<FormPage>> = some
                .par_iter()
                .map(|page| {
                    let forms: Vec<(u32, Vec<u8>)> = page
                        .iter()
                        .map(|&nth| Ok((self.numbers[nth], self.dedupe.forms.bytes(nth as u32)?)))
                        .collect::<Result<_>>()?;
                    FormPage::pack(forms.iter().map(|(number, form)| (*number, &form[..])))
                })
                .collect();
            for page in packed {
                writer.push(&page?)?;
            }
        }
        commit.add_forms(writer)
    }
}

/// Pages that are packed at once.
const PAGES_AT_ONCE: usize = 64;
