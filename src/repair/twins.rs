//! Pairs that nobody listed: the words in which an original and its swapped copy differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::spun;

/// How many characters of a place may differ, and how many must agree again after it.
const WORD_CHARS: usize = 4;
const ANCHOR_CHARS: usize = 3;

/// Counts the differences of aligned texts.
///
/// ```
/// use qingwen::repair::Twins;
/// let mut twins = Twins::default();
/// twins.add("搞好服装展销，扩大展销规模。", "搞好服装展卖，扩大展卖规模。");
/// twins.add("县里的展销会开了三天。", "县里的展卖会开了三天。");
/// let found = twins.proposals(2);
/// assert_eq!((&*found[0].right, &*found[0].wrong), ("展销", "展卖"));
/// assert_eq!((found[0].places, found[0].documents), (3, 2));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Twins {
    /// For each place the ways to read it as one word for another, and its document.
    places: Vec<(u32, Vec<(String, String)>)>,
    documents: u32,
}

/// A pair that twins show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What the originals have.
    pub right: String,
    /// What the copies have.
    pub wrong: String,
    /// Places where they do.
    pub places: u32,
    /// Pairs of texts with such a place.
    pub documents: u32,
}

impl Twins {
    /// Takes the differences of an original and its copy.
    pub fn add(&mut self, original: &str, copy: &str) {
        let (right, wrong): (Vec<char>, Vec<char>) =
            (original.chars().collect(), copy.chars().collect());
        let (mut i, mut j) = (0, 0);
        while i < right.len() && j < wrong.len() {
            if right[i] == wrong[j] {
                (i, j) = (i + 1, j + 1);
                continue;
            }
            let Some((a, b)) = resume(&right[i..], &wrong[j..]) else {
                // The texts part for longer than a word: both are left to the next clause.
                i = next_clause(&right, i);
                j = next_clause(&wrong, j);
                continue;
            };
            let readings = readings(&right, i..i + a, &wrong, j..j + b);
            if !readings.is_empty() {
                self.places.push((self.documents, readings));
            }
            (i, j) = (i + a, j + b);
        }
        self.documents += 1;
    }

    /// The pairs with `least_places` places or more that are not shipped, most places first.
    /// A place counts for one reading alone, the one that most places share.
    pub fn proposals(&self, least_places: u32) -> Vec<Proposal> {
        let known: BTreeSet<(&str, &str)> = spun::pairs()
            .iter()
            .map(|pair| (&*pair.right, &*pair.wrong))
            .collect();
        let mut open: Vec<&(u32, Vec<(String, String)>)> = self
            .places
            .iter()
            .filter(|(_, readings)| {
                !readings
                    .iter()
                    .any(|(right, wrong)| known.contains(&(right, wrong)))
            })
            .collect();
        let mut found = Vec::new();
        loop {
            let mut counts: BTreeMap<&(String, String), u32> = BTreeMap::new();
            for place in open.iter().copied() {
                for reading in &place.1 {
                    *counts.entry(reading).or_default() += 1;
                }
            }
            // Of readings that share their places the shortest is the word.
            let best = counts
                .into_iter()
                .max_by_key(|(reading, count)| (*count, std::cmp::Reverse(reading.0.len())));
            let Some((best, places)) = best.filter(|&(_, count)| count >= least_places.max(1))
            else {
                return found;
            };
            let mut documents = BTreeSet::new();
            open.retain(|(document, readings)| {
                let is_it = readings.contains(best);
                if is_it {
                    documents.insert(*document);
                }
                !is_it
            });
            found.push(Proposal {
                right: best.0.clone(),
                wrong: best.1.clone(),
                places,
                documents: documents.len() as u32,
            });
        }
    }
}

/// How many characters differ on either side before both agree again.
fn resume(right: &[char], wrong: &[char]) -> Option<(usize, usize)> {
    (1..=2 * WORD_CHARS).find_map(|sum| {
        (0..=sum.min(WORD_CHARS)).find_map(|a| {
            let b = sum - a;
            let agree = |n: usize| {
                let (x, y) = (right.get(a..a + n), wrong.get(b..b + n));
                x.is_some() && x == y
            };
            let ends = right.len() == a && wrong.len() == b;
            (b <= WORD_CHARS && (agree(ANCHOR_CHARS) || ends)).then_some((a, b))
        })
    })
}

fn next_clause(text: &[char], from: usize) -> usize {
    let rest = &text[from..];
    let end = rest.iter().position(|&c| "，。；：！？\n".contains(c));
    end.map_or(text.len(), |at| from + at + 1)
}

/// The ways to read a difference as one word for another: as it stands, and with the character
/// before or after it that both texts share.
fn readings(
    right: &[char],
    r: std::ops::Range<usize>,
    wrong: &[char],
    w: std::ops::Range<usize>,
) -> Vec<(String, String)> {
    let is_han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    let mut out = Vec::new();
    for (before, after) in [(0, 0), (1, 0), (0, 1)] {
        let (Some(r_start), Some(w_start)) =
            (r.start.checked_sub(before), w.start.checked_sub(before))
        else {
            continue;
        };
        let (Some(r), Some(w)) = (
            right.get(r_start..r.end + after),
            wrong.get(w_start..w.end + after),
        ) else {
            continue;
        };
        if r.len() >= 2 && w.len() >= 2 && r.iter().chain(w).all(is_han) {
            out.push((r.iter().collect(), w.iter().collect()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_a_common_word_give_nothing() {
        let mut twins = Twins::default();
        twins.add("", "甲乙丙");
        twins.add("山高水长", "风和日丽，草长莺飞");
        assert!(twins.proposals(1).iter().all(|found| found.places <= 1));
    }

    #[test]
    fn shipped_pairs_are_not_proposed() {
        let mut twins = Twins::default();
        for _ in 0..3 {
            twins.add(
                "经济又快又好发展，前景可观。",
                "经济又快又好开展，前景可观。",
            );
        }
        assert_eq!(twins.proposals(1), []);
    }
}
