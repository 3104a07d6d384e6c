//! Learning the model: samples every word of the lexicon in clean text and fits the weights that
//! tell it from those it is confused with.

use std::ops::Range;

use super::context::{Context, MOST_FEATURES, word_number};
use super::fit::{self, Dice, Sample, Words};
use super::model::{UNSEEN_PER_MILLION, to_bytes};
use super::network_fit;
use super::statistics::Statistics;
use super::window::window;
use crate::model::{WordTable, spun};

/// Most samples of a word: more of a frequent word teach little.
const MOST_SAMPLES: usize = 30_000;
/// Fewer places teach a network nothing.
const LEAST_SAMPLES: usize = 50_000;
/// Words of a stretch of text that are swapped at one rate, and the rates.
const STRETCH: usize = 40;
const RATES: [f32; 4] = [0.0, 0.0, 0.2, 0.6];

/// Learns from clean texts.
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
    spellings: Vec<Box<str>>,
    numbers: Vec<u64>,
    counts: Vec<u32>,
    choices: Vec<Vec<u32>>,
    disguises: Vec<Vec<u32>>,
    /// Samples by word, each of them as likely in as any other.
    samples: Vec<Vec<Sample>>,
    statistics: Statistics,
    dice: Dice,
    noise: Dice,
    chars: u64,
    extra_pairs: String,
}

impl Trainer {
    /// A trainer for the shipped pairs and `extra_pairs`, a text in the form of the shipped list.
    ///
    /// # Errors
    /// [`crate::Error::Config`] naming the line that is no pair.
    pub fn new(extra_pairs: &str) -> crate::Result<Self> {
        let mut listed = spun::pairs().to_vec();
        listed.extend(spun::parse(extra_pairs, "the extra pairs")?);
        let pairs = spun::merge(listed);
        let mut words: Vec<&str> = pairs
            .iter()
            .flat_map(|pair| [&*pair.wrong, &*pair.right])
            .collect();
        words.sort_unstable();
        words.dedup();
        let mut choices = vec![Vec::new(); words.len()];
        let mut disguises = vec![Vec::new(); words.len()];
        for pair in &pairs {
            let place = |word: &str| words.binary_search(&word).unwrap_or_default();
            let (wrong, right) = (place(&pair.wrong), place(&pair.right));
            choices[wrong].push(right as u32);
            disguises[right].push(wrong as u32);
        }
        Ok(Self {
            numbers: words.iter().map(|word| word_number(word)).collect(),
            counts: vec![0; words.len()],
            samples: vec![Vec::new(); words.len()],
            statistics: Statistics::new(words.len()),
            spellings: words.iter().map(|&word| word.into()).collect(),
            words: WordTable::new(words.iter().zip(0..).map(|(word, id)| (*word, id))),
            choices,
            disguises,
            dice: Dice(1),
            noise: Dice(2),
            chars: 0,
            extra_pairs: extra_pairs.to_owned(),
        })
    }

    /// Takes one clean text.
    pub fn add(&mut self, text: &str) {
        self.chars += text.chars().count() as u64;
        let mut places: Vec<(Range<usize>, u32)> = Vec::new();
        self.words
            .scan(text, |at, len, id| places.push((at..at + len, id)));
        let (swapped, in_swapped) = self.swapped(text, &places);
        for ((place, id), in_swapped) in places.into_iter().zip(in_swapped) {
            let count = &mut self.counts[id as usize];
            *count += 1;
            let known = &mut self.samples[id as usize];
            let slot = if known.len() < MOST_SAMPLES {
                known.len()
            } else {
                self.dice.below(*count as usize)
            };
            if slot >= MOST_SAMPLES {
                continue;
            }
            let context = Context::between(&text[..place.start], &text[place.end..]);
            let mut features = [0; MOST_FEATURES];
            features[..context.features().len()].copy_from_slice(context.features());
            let sides = match in_swapped {
                Some(here) => (&swapped[..here.start], &swapped[here.end..]),
                None => (&text[..place.start], &text[place.end..]),
            };
            let sample = Sample {
                word: id,
                features,
                near: context.near() as u8,
                window: window(sides.0, sides.1),
            };
            match known.get_mut(slot) {
                Some(old) => *old = sample,
                None => known.push(sample),
            }
        }
    }

    /// The text with some of its words swapped, more in some stretches than in others, and where
    /// the words stand in it then, but for those that overlap the word before: the network learns
    /// to see past swapped neighbours.
    fn swapped(
        &mut self,
        text: &str,
        places: &[(Range<usize>, u32)],
    ) -> (String, Vec<Option<Range<usize>>>) {
        let mut swapped = String::with_capacity(text.len());
        let mut in_swapped = Vec::with_capacity(places.len());
        let mut rate = 0.0;
        let mut from = 0;
        for (nth, (place, id)) in places.iter().enumerate() {
            if nth % STRETCH == 0 {
                rate = RATES[self.noise.below(RATES.len())];
            }
            let Some(between) = text.get(from..place.start) else {
                in_swapped.push(None);
                continue;
            };
            swapped.push_str(between);
            from = place.end;
            let disguises = &self.disguises[*id as usize];
            let start = swapped.len();
            if !disguises.is_empty() && self.noise.share() < rate {
                let disguise = disguises[self.noise.below(disguises.len())];
                swapped.push_str(&self.spellings[disguise as usize]);
            } else {
                swapped.push_str(&text[place.clone()]);
            }
            in_swapped.push(Some(start..swapped.len()));
        }
        swapped.push_str(&text[from..]);
        (swapped, in_swapped)
    }

    /// Takes counts of words and of pairs of neighbouring words in a large corpus of segmented
    /// text: lines of a word and its count, or of two words and theirs. What stands beside the
    /// words of the lexicon there is where the fitting begins.
    ///
    /// # Errors
    /// [`crate::Error::Config`] naming the line that is neither.
    pub fn add_counts(&mut self, lines: &str) -> crate::Result<()> {
        self.statistics.add(lines, &self.words)
    }

    /// The model's bytes, of at most `most_entries` weights (one and a half bytes each): the
    /// weakest go first. Takes minutes for ten million characters.
    pub fn finish(self, most_entries: usize) -> Vec<u8> {
        let unseen = unseen(self.chars);
        let given = self.statistics.weights();
        let frequencies: Vec<f32> = self
            .samples
            .iter()
            .map(|samples| (samples.len() as f32 + unseen).ln())
            .collect();
        let mut samples: Vec<Sample> = self.samples.into_iter().flatten().collect();
        let words = Words {
            numbers: &self.numbers,
            frequencies: &frequencies,
            choices: &self.choices,
            disguises: &self.disguises,
        };
        let network = if samples.len() < LEAST_SAMPLES {
            Vec::new()
        } else {
            network_fit::fit(&mut samples, &words).to_bytes()
        };
        let weights = fit::fit(&mut samples, &words, &given, most_entries);
        let counts: Vec<(u64, u32)> = self
            .numbers
            .iter()
            .zip(&self.counts)
            .filter(|&(_, &count)| count > 0)
            .map(|(&number, &count)| (number, count))
            .collect();
        to_bytes(&counts, &weights, self.chars, &self.extra_pairs, network)
    }

    /// Characters taken so far.
    pub fn chars(&self) -> u64 {
        self.chars
    }
}

/// How often a word may stand in ordinary text that `chars` of training text do not show.
pub(crate) fn unseen(chars: u64) -> f32 {
    (chars as f32 / 1e6 * UNSEEN_PER_MILLION).max(4.0)
}
