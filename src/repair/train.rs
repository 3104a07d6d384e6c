//! Learning the model: counts the neighbours of every word of the lexicon in clean text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::context::{Context, word_number};
use super::model::to_bytes;
use crate::model::{WordTable, spun};

/// Keys are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Counts neighbours over clean texts.
///
/// ```
/// use qingwen::repair::Trainer;
/// let mut trainer = Trainer::new("")?;
/// trainer.add("健康快速发展。基础设施建设。");
/// let model = trainer.finish(1_000_000);
/// assert!(model.starts_with(b"qwrepair"));
/// # Ok::<(), qingwen::Error>(())
/// ```
pub struct Trainer {
    words: WordTable,
    numbers: Vec<u64>,
    counts: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    chars: u64,
    extra_pairs: String,
}

impl Trainer {
    /// A trainer for the shipped pairs and `extra_pairs`, a text in the form of the shipped list.
    ///
    /// # Errors
    /// [`crate::Error::Config`] naming the line that is no pair.
    pub fn new(extra_pairs: &str) -> crate::Result<Self> {
        let extra = spun::parse(extra_pairs, "the extra pairs")?;
        let mut words: Vec<&str> = spun::pairs()
            .iter()
            .chain(&extra)
            .flat_map(|pair| [&*pair.wrong, &*pair.right])
            .collect();
        words.sort_unstable();
        words.dedup();
        Ok(Self {
            numbers: words.iter().map(|word| word_number(word)).collect(),
            words: WordTable::new(words.iter().zip(0..).map(|(word, id)| (*word, id))),
            counts: HashMap::default(),
            chars: 0,
            extra_pairs: extra_pairs.to_owned(),
        })
    }

    /// Counts one clean text.
    pub fn add(&mut self, text: &str) {
        self.chars += text.chars().count() as u64;
        let Self {
            words,
            numbers,
            counts,
            ..
        } = self;
        words.scan(text, |at, len, id| {
            let word = numbers[id as usize];
            let context = Context::between(&text[..at], &text[at + len..]);
            *counts.entry(word).or_default() += 1;
            *counts.entry(context.both_key(word)).or_default() += 1;
            for key in context.left_keys(word).chain(context.right_keys(word)) {
                *counts.entry(key).or_default() += 1;
            }
        });
    }

    /// The model's bytes, of at most `most_entries` counts (three bytes each): rare
    /// neighbourhoods go first.
    pub fn finish(self, most_entries: usize) -> Vec<u8> {
        let mut counts: Vec<(u64, u32)> = self.counts.into_iter().collect();
        let mut least = 2;
        loop {
            counts.retain(|&(_, count)| count >= least);
            if counts.len() <= most_entries {
                break;
            }
            least += 1;
        }
        counts.sort_unstable();
        to_bytes(&counts, self.chars, &self.extra_pairs)
    }

    /// Characters counted so far.
    pub fn chars(&self) -> u64 {
        self.chars
    }
}
