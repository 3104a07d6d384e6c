//! Counts of words and of neighbouring words in other text, as weights to begin with.
//!
//! What input methods publish of large segmented corpora is how often a word stands, and how often
//! two words stand side by side. A neighbour that stands beside a word of the lexicon more often
//! than beside any word speaks for it, as far as the counts can tell (Dirichlet smoothing); of
//! the characters of a neighbour the nearest counts by itself, each further one for what it adds.
//! The fitting starts from there: where clean texts show the neighbours they have the last word.

use std::collections::BTreeMap;

use super::context::Context;
use super::fit::Given;
use crate::model::WordTable;
use crate::{Error, Result};

/// How much of what the counts say is given: what stands on both sides says the same in part, and
/// the clean texts say it again.
const CREDIT: f32 = 0.25;
/// Bounds of a weight before that.
const MOST: f32 = 4.0;
/// How many words without any preference count beside those that were counted: for the nearest
/// character of a neighbour, and for each further one.
const SMOOTHING: [f32; 2] = [100.0, 20.0];
/// How many characters of a neighbour have weights.
const MOST_CHARS: usize = 4;
/// How often a neighbour is taken to be seen for each time that it was counted: the corpora are
/// that much larger than the clean texts.
const SEEN: f32 = 0.1;

/// What is known of the words of the lexicon.
#[derive(Debug)]
pub(crate) struct Statistics {
    words: Vec<Word>,
    /// All words of the corpus by their ends, on the left and on the right of a place.
    ends: [Ends; 2],
    all_words: u64,
}

/// What is known of a word: how often it stands, by itself or in a larger one, and what stands to
/// its left and to its right.
#[derive(Clone, Debug, Default)]
struct Word {
    count: u64,
    beside: [Ends; 2],
}

/// How often words have some characters next to a place, the nearest first; and how often others
/// of the same word follow.
#[derive(Clone, Debug, Default)]
struct Ends {
    counts: BTreeMap<Box<str>, (u64, u64)>,
}

impl Ends {
    /// Adds a word whose characters are given from the nearest on.
    fn add(&mut self, chars: impl Iterator<Item = char>, count: u64) {
        let mut part = String::new();
        let mut chars = chars.take(MOST_CHARS).peekable();
        while let Some(c) = chars.next() {
            part.push(c);
            let known = self.counts.entry(part.as_str().into()).or_default();
            known.0 += count;
            if chars.peek().is_some() {
                known.1 += count;
            }
        }
    }

    /// How often these characters are next to the place, and how often they were looked for.
    fn rate(&self, part: &str, all: u64) -> (f32, f32) {
        let times = self.counts.get(part).map_or(0, |known| known.0);
        let shorter = part.char_indices().next_back().map_or(0, |(at, _)| at);
        let of = match shorter {
            0 => all,
            _ => self.counts.get(&part[..shorter]).map_or(0, |known| known.1),
        };
        (times as f32, of as f32)
    }
}

impl Statistics {
    pub(crate) fn new(words: usize) -> Self {
        Self {
            words: vec![Word::default(); words],
            ends: Default::default(),
            all_words: 0,
        }
    }

    /// Takes lines of a word and its count, or of two words and theirs.
    pub(crate) fn add(&mut self, lines: &str, words: &WordTable) -> Result<()> {
        for (nth, line) in (1..).zip(lines.lines()) {
            let mut columns = line.split_ascii_whitespace();
            let read = match (columns.next(), columns.next(), columns.next()) {
                (Some(word), Some(count), None) => count.parse().map(|n| self.word(word, n, words)),
                (Some(left), Some(right), Some(count)) => {
                    count.parse().map(|n| self.pair(left, right, n, words))
                }
                _ => Ok(()),
            };
            let bad = |_| Error::config("the counts", format!("line {nth}: no count in {line:?}"));
            read.map_err(bad)?;
        }
        Ok(())
    }

    fn word(&mut self, word: &str, count: u64, words: &WordTable) {
        self.all_words = self.all_words.saturating_add(count);
        self.ends[0].add(word.chars().rev(), count);
        self.ends[1].add(word.chars(), count);
        // In a larger word, the rest of it stands beside.
        words.scan(word, |at, len, id| {
            let known = &mut self.words[id as usize];
            known.count = known.count.saturating_add(count);
            known.beside[0].add(word[..at].chars().rev(), count);
            known.beside[1].add(word[at + len..].chars(), count);
        });
    }

    fn pair(&mut self, left: &str, right: &str, count: u64, words: &WordTable) {
        let id_of = |word: &str| {
            let found = words.longest_at(word, 0);
            found
                .filter(|&(len, _)| len == word.len())
                .map(|(_, id)| id as usize)
        };
        if let Some(id) = id_of(left) {
            self.words[id].beside[1].add(right.chars(), count);
        }
        if let Some(id) = id_of(right) {
            self.words[id].beside[0].add(left.chars().rev(), count);
        }
    }

    /// What the words beside each word of the lexicon speak for it.
    pub(crate) fn weights(&self) -> Vec<Given> {
        let mut given = Vec::new();
        for (id, word) in (0..).zip(&self.words) {
            for ((side, own), all) in (0..).zip(&word.beside).zip(&self.ends) {
                for part in own.counts.keys() {
                    let (times, of) = own.rate(part, word.count);
                    let (all_times, all_of) = all.rate(part, self.all_words);
                    if all_times == 0.0 || all_of == 0.0 {
                        continue;
                    }
                    let usual = all_times / all_of;
                    let smoothing = SMOOTHING[usize::from(part.chars().nth(1).is_some())];
                    let says = (times / usual + smoothing) / (of + smoothing);
                    given.push(Given {
                        word: id,
                        feature: Context::beside(part.chars(), side == 1),
                        weight: says.ln().clamp(-MOST, MOST) * CREDIT,
                        seen: (times * SEEN) as u32,
                    });
                }
            }
        }
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_word_more_than_elsewhere_speaks_for_it() {
        let words = WordTable::new([("发展", 0), ("开展", 1)]);
        let mut statistics = Statistics::new(2);
        let counts = "发展 900\n开展 300\n经济 1000\n活动 1000\n观 100\n发展观 50\n的 7000\n\
                      经济 发展 400\n开展 活动 100\n的 发展 60\n发展 的 300\n";
        statistics.add(counts, &words).unwrap();
        let given = statistics.weights();
        let says = |word: u32, beside: &str, is_right: bool| -> f32 {
            let nearest_first: String = if is_right {
                beside.into()
            } else {
                beside.chars().rev().collect()
            };
            let parts = (1..=nearest_first.chars().count())
                .map(|n| Context::beside(nearest_first.chars().take(n), is_right));
            let weights = parts.filter_map(|feature| {
                let found = |given: &&Given| (given.word, given.feature) == (word, feature);
                given.iter().find(found).map(|given| given.weight)
            });
            weights.sum()
        };
        assert!(says(0, "经济", false) > 0.2);
        assert_eq!(says(1, "经济", false), 0.0);
        assert!(says(1, "活动", true) > 0.2);
        assert!(says(0, "观", true) > 0.0);
        assert!(says(0, "的", false) < 0.0);
    }

    #[test]
    fn a_line_without_a_count_is_named() {
        let words = WordTable::new([("发展", 0)]);
        let error = Statistics::new(1).add("发展 9\n经济 发展 多\n", &words);
        assert!(error.unwrap_err().to_string().contains("line 2"));
        assert!(Statistics::new(1).weights().is_empty());
    }
}
