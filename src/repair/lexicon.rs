//! The words: which of them are looked for, and what may have stood there.

use std::collections::BTreeMap;

use super::context::word_number;
use super::phrases::{self, Entry, Phrases};
use crate::Result;
use crate::model::spun::FAMILIES;
use crate::model::{WordTable, spun};

/// A word that may have stood in the place of another.
#[derive(Debug)]
pub(crate) struct Choice {
    /// Its place in `Lexicon::words`.
    pub(crate) right: usize,
    /// The number of the pair.
    pub(crate) pair: usize,
    pub(crate) is_free: bool,
    /// What measuring says of repairs of this pair, as log-odds to be added, 0 or less; `NEVER`
    /// for a pair that context does not decide.
    pub(crate) bar: f32,
    /// What the frequencies of both words say, as log-odds and as the share of the right word;
    /// known with the model.
    pub(crate) prior: f32,
    pub(crate) prior_share: f32,
    pub(crate) phrases: Phrases,
}

/// The bar of a pair that is never certain by context.
pub(crate) const NEVER: f32 = f32::NEG_INFINITY;

/// Repairs of a pair that were measured: written by `scripts/train-repair`.
const BARS: &str = include_str!("bars.txt");

/// The bars by (wrong, right).
fn bars() -> BTreeMap<(&'static str, &'static str), f32> {
    let lines = BARS.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split(' ');
            let pair = (columns.next()?, columns.next()?);
            let bar = columns.next()?;
            Some((pair, bar.parse().unwrap_or(NEVER)))
        })
        .collect()
}

/// In how many ways a right word is swapped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Swaps {
    pub(crate) all: u8,
    pub(crate) by_family: [u8; FAMILIES.len()],
}

/// Every word of the lexicon and the pairs between them.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) words: Vec<Box<str>>,
    /// The words' numbers in the model.
    pub(crate) numbers: Vec<u64>,
    /// For each word what may have stood in its place; empty for words that are only right.
    pub(crate) choices: Vec<Vec<Choice>>,
    /// For each word in how many ways it is swapped.
    pub(crate) swaps: Vec<Swaps>,
    /// The families of each pair, as bits.
    pub(crate) families: Vec<u8>,
    /// The numbers of the pairs that swap each word.
    pub(crate) pairs_of: Vec<Vec<usize>>,
    /// The words that are looked for.
    pub(crate) wrong: WordTable,
    /// The words that may have stood there.
    pub(crate) right: WordTable,
}

impl Lexicon {
    /// The shipped pairs, `extra_pairs` of a model, and the phrases.
    pub(crate) fn new(extra_pairs: &str, entries: &[Entry]) -> Result<Self> {
        let mut listed = spun::pairs().to_vec();
        listed.extend(spun::parse(extra_pairs, "the model's pairs")?);
        listed.extend(
            entries
                .iter()
                .filter(|entry| !entry.right.is_empty())
                .map(|entry| spun::SpunPair {
                    wrong: entry.wrong.as_str().into(),
                    right: entry.right.as_str().into(),
                    families: 0,
                    is_free: false,
                }),
        );
        let pairs = spun::merge(listed);
        let mut phrases = phrases::compile(entries)?;
        let bars = bars();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for pair in &pairs {
            for word in [&*pair.wrong, &*pair.right] {
                let next = places.len();
                places.entry(word).or_insert(next);
            }
        }
        let mut words = vec![Box::from(""); places.len()];
        for (&word, &place) in &places {
            words[place] = word.into();
        }
        let mut choices: Vec<Vec<Choice>> = Vec::new();
        choices.resize_with(words.len(), Vec::new);
        let mut swaps = vec![Swaps::default(); words.len()];
        let mut pairs_of = vec![Vec::new(); words.len()];
        for (number, pair) in pairs.iter().enumerate() {
            let right = places[&*pair.right];
            pairs_of[right].push(number);
            swaps[right].all = swaps[right].all.saturating_add(1);
            for (bit, count) in swaps[right].by_family.iter_mut().enumerate() {
                *count = count.saturating_add(pair.families >> bit & 1);
            }
            choices[places[&*pair.wrong]].push(Choice {
                right,
                pair: number,
                is_free: pair.is_free,
                bar: bars
                    .get(&(&*pair.wrong, &*pair.right))
                    .copied()
                    .unwrap_or_default(),
                prior: 0.0,
                prior_share: 0.5,
                phrases: phrases
                    .remove(&(&*pair.wrong, &*pair.right))
                    .unwrap_or_default(),
            });
        }
        let table = |keep: &dyn Fn(usize) -> bool| {
            let kept = words.iter().zip(0..).filter(|&(_, id)| keep(id as usize));
            WordTable::new(kept.map(|(word, id)| (&**word, id)))
        };
        Ok(Self {
            wrong: table(&|place| !choices[place].is_empty()),
            right: table(&|place| swaps[place].all > 0),
            numbers: words.iter().map(|word| word_number(word)).collect(),
            words,
            choices,
            swaps,
            families: pairs.iter().map(|pair| pair.families).collect(),
            pairs_of,
        })
    }

    /// Takes out the pairs of the last two, widest families alone for which `is_hopeless(wrong, right)`.
    pub(crate) fn forget(&mut self, is_hopeless: impl Fn(usize, usize) -> bool) {
        let wide = 0b11 << (FAMILIES.len() - 2);
        for (wrong, choices) in self.choices.iter_mut().enumerate() {
            choices.retain(|choice| {
                self.families[choice.pair] & !wide != 0
                    || !choice.phrases.is_empty()
                    || !is_hopeless(wrong, choice.right)
            });
        }
        self.wrong = self.table(|word| !self.choices[word].is_empty());
    }

    /// The words that `is_in`, by their places.
    pub(crate) fn table(&self, is_in: impl Fn(usize) -> bool) -> WordTable {
        let words = (0_u32..).zip(&self.words);
        let kept = words.filter(|&(id, _)| is_in(id as usize));
        WordTable::new(kept.map(|(id, word)| (&**word, id)))
    }
}
