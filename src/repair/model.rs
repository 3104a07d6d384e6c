//! The model: how often each word of the lexicon stands in clean text, and how much each feature
//! of a place speaks for it.
//!
//! All weights of a feature lie in one bucket, with sixteen bits that say which features may be in
//! it. What is looked through for a word is a window of eight entries, at a time and without
//! branches: a small bucket is no more than that, a large one has a window for each value of the
//! upper bits of its tags. So a look costs two waits for memory, for the bucket and the window, and
//! those of one place are waited for together. How the file is laid out, see `packing`; loading
//! takes some thirty milliseconds.

use std::borrow::Cow;
use std::path::Path;

use super::context::{MOST_FEATURES, weight_key};
use super::packing::{CODE_BITS, LEVELS, PARTS, Parts, count_code, count_of, levels_of, tag_bits};
use crate::{Error, Result};

/// How often a word may stand in ordinary text that the training text does not show: words of
/// other registers must not look impossible. Per million characters.
pub(crate) const UNSEEN_PER_MILLION: f32 = 4.0;

/// How many entries a bucket holds on average, at most.
const ENTRIES_A_BUCKET: usize = 8;
/// Upper bits of a tag that tell the feature, in a bucket of few entries.
const FILTER_BITS: u32 = 4;
/// From so many entries on a bucket is mostly one feature's, and its tags tell words alone.
const CROWDED: u32 = 32;
/// An entry that is none: no tag is as large.
const EMPTY: u16 = u16::MAX;
/// Entries that are looked through at a time.
const WINDOW: usize = 8;
/// Lower bits of a tag, which are stored; those above them choose one of a large bucket's windows,
/// which holds four to eight entries then.
const STORED_BITS: u32 = tag_bits(WINDOW as u32);
/// In the last entry of a window: the rest says which window of the bucket has more entries.
const LINK: u16 = 1 << 15;

/// For a count of entries what makes those of a window after them none.
const AFTER: [[u16; WINDOW]; WINDOW + 1] = {
    let mut after = [[0; WINDOW]; WINDOW + 1];
    let mut count = 0;
    while count <= WINDOW {
        let mut at = count;
        while at < WINDOW {
            after[count][at] = EMPTY;
            at += 1;
        }
        count += 1;
    }
    after
};

/// Neighbours learnt from clean text.
#[derive(Debug)]
pub struct Model {
    /// By the upper bits of a feature's hash.
    buckets: Box<[Bucket]>,
    /// The lower bits of tags, with the code of the weight below them: those of small buckets, one
    /// after the other, then the windows of large ones.
    entries: Vec<u16>,
    /// By how much a feature's hash is shifted to give its bucket.
    shift: u32,
    /// What the codes of entries weigh, in parts of one, after as many times nothing.
    levels: [i32; 2 * LEVELS],
    /// The upper half of each word's number, ascending, and the code of its count.
    counts: Vec<(u32, u8)>,
    /// Characters of the text that it was learnt from.
    pub training_chars: u64,
    extra_pairs: String,
}

impl Model {
    /// The model that comes with the program.
    pub fn shipped() -> Result<Self> {
        Self::from_bytes(
            Cow::Borrowed(include_bytes!("default.model")),
            "the shipped model",
        )
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// [`Error::Config`] when the file cannot be read or is no model.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| Error::config(&name, error.to_string()))?;
        Self::from_bytes(Cow::Owned(bytes), &name)
    }

    /// Takes a model from its bytes; `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Config`] when it is no model of this version, or cut short.
    pub fn from_bytes(bytes: Cow<'static, [u8]>, name: &str) -> Result<Self> {
        let parts = Parts::from_bytes(&bytes, name)?;
        let mut buckets = Vec::with_capacity(parts.sizes.len());
        let mut entries: Vec<u16> = Vec::with_capacity(2 * parts.entries.len());
        let mut large = Vec::new();
        let mut first = 0;
        for &size in &parts.sizes {
            let here = &parts.entries[first..first + size as usize];
            first += here.len();
            buckets.push(Bucket::new(entries.len(), here));
            if here.len() > WINDOW {
                large.push((buckets.len() - 1, here));
            } else {
                entries.extend(here.iter().map(|&entry| stored(entry)));
            }
        }
        // What is looked through for the last small bucket ends here.
        entries.resize(entries.len().next_multiple_of(WINDOW) + WINDOW, EMPTY);
        for (bucket, here) in large {
            buckets[bucket].first = entries.len() as u32;
            lay_out(here, &mut entries);
        }
        Ok(Self {
            buckets: buckets.into(),
            entries,
            shift: shift_of(parts.sizes.len()),
            levels: std::array::from_fn(|code| match code.checked_sub(LEVELS) {
                Some(level) => i32::from(parts.levels[level]),
                None => 0,
            }),
            counts: parts.counts,
            training_chars: parts.training_chars,
            extra_pairs: parts.extra_pairs,
        })
    }

    /// Pairs that were given when it was learnt, in the form of the shipped list.
    pub fn extra_pairs(&self) -> &str {
        &self.extra_pairs
    }

    /// How often the word with this number was counted.
    pub(crate) fn count(&self, word: u64) -> f32 {
        let at = self
            .counts
            .binary_search_by_key(&((word >> 32) as u32), |count| count.0);
        at.map_or(0.0, |at| count_of(self.counts[at].1))
    }

    /// Those of the features that may have weights.
    pub(crate) fn known(&self, features: &[u32]) -> Known<'_> {
        let mut known = Known {
            model: self,
            features: [(0, Bucket::default()); MOST_FEATURES],
            count: 0,
        };
        // Fetched one after the other with nothing in between, they are waited for together.
        for &feature in features {
            let (bucket, bit) = place_of(feature, self.shift);
            let bucket = self.buckets.get(bucket).copied().unwrap_or_default();
            if let Some(slot) = known.features.get_mut(known.count) {
                *slot = (feature, bucket);
                known.count += usize::from(bucket.filter >> bit & 1);
            }
        }
        known
    }

    /// The entries from this one on, with those of other buckets after the last.
    fn window(&self, first: usize) -> &[u16; WINDOW] {
        let rest = self.entries.get(first..);
        rest.and_then(|rest| rest.first_chunk())
            .unwrap_or(&[EMPTY; WINDOW])
    }
}

/// An entry as it is stored: its tag without the bits that chose its window.
fn stored(entry: u32) -> u16 {
    (entry & ((1 << (STORED_BITS + CODE_BITS)) - 1)) as u16
}

/// Appends the windows of a large bucket: one for each value of the upper bits of its tags, then
/// those with what did not fit.
fn lay_out(bucket: &[u32], entries: &mut Vec<u16>) {
    let part_of = |entry: &u32| (entry >> (CODE_BITS + STORED_BITS)) as usize;
    let first = entries.len();
    let windows = 1 << (tag_bits(bucket.len() as u32) - STORED_BITS);
    entries.resize(first + windows * WINDOW, EMPTY);
    for part in bucket.chunk_by(|a, b| part_of(a) == part_of(b)) {
        let mut at = first + part_of(&part[0]) * WINDOW;
        let mut part = part.iter().map(|&entry| stored(entry));
        while part.len() > WINDOW {
            let next = entries.len();
            entries[at..next]
                .iter_mut()
                .zip(part.by_ref().take(WINDOW - 1))
                .for_each(|(to, from)| *to = from);
            entries[at + WINDOW - 1] = LINK | ((next - first) / WINDOW) as u16;
            entries.resize(next + WINDOW, EMPTY);
            at = next;
        }
        entries[at..]
            .iter_mut()
            .zip(part)
            .for_each(|(to, from)| *to = from);
    }
}

/// The code of the entry that is `wanted` but for its code in a window, with a bit above it; 0 for
/// none. Entries are passed over that `after` makes none.
fn code_in(window: &[u16; WINDOW], after: &[u16; WINDOW], wanted: u16) -> u16 {
    // Lane by lane, and together only at the end: so it needs no more than a few vector steps.
    let mut lanes = [0; WINDOW];
    for ((lane, entry), after) in lanes.iter_mut().zip(window).zip(after) {
        let code = (entry | after) ^ wanted;
        *lane = if code < LEVELS as u16 {
            code | LEVELS as u16
        } else {
            0
        };
    }
    lanes.into_iter().fold(0, |found, lane| found | lane)
}

/// What is known of a bucket before its entries are looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    /// Where its entries begin.
    first: u32,
    /// A bit for each feature that it may know.
    filter: u16,
    /// Lower bits of a tag that tell the word; above them is the feature's bit in the filter, but
    /// in a crowded bucket.
    word_bits: u8,
    /// Its entries, as many as are in one window.
    count: u8,
}

/// `word_bits` from which on a bucket is crowded.
const CROWDED_BITS: u32 = tag_bits(CROWDED);

impl Bucket {
    fn new(first: usize, entries: &[u32]) -> Self {
        let size = entries.len() as u32;
        let word_bits = word_bits(size);
        let bits = entries
            .iter()
            .map(|entry| 1 << (entry >> (CODE_BITS + word_bits) & 15));
        Self {
            first: first as u32,
            filter: if size < CROWDED {
                bits.fold(0, |filter, bit: u16| filter | bit)
            } else {
                u16::MAX
            },
            word_bits: word_bits as u8,
            count: size.min(WINDOW as u32) as u8,
        }
    }
}

/// The features of a place that the model may know.
pub(crate) struct Known<'a> {
    model: &'a Model,
    features: [(u32, Bucket); MOST_FEATURES],
    count: usize,
}

impl Known<'_> {
    /// Adds each word's weights for the features to `sums`, in parts of one; those that were not
    /// kept count nothing.
    pub(crate) fn add_to(&self, words: &[u64], sums: &mut [i32]) {
        for &(feature, bucket) in &self.features[..self.count] {
            let after = &AFTER[usize::from(bucket.count).min(WINDOW)];
            let word_bits = u32::from(bucket.word_bits);
            let first = bucket.first as usize;
            for (&word, sum) in words.iter().zip(sums.iter_mut()) {
                let tag = tag_of(word, feature, word_bits);
                let window = self
                    .model
                    .window(first + (tag >> STORED_BITS) as usize * WINDOW);
                let wanted = stored(tag << CODE_BITS);
                let mut code = code_in(window, after, wanted);
                let mut link = window[WINDOW - 1];
                while link & LINK != 0 && link != EMPTY {
                    let window = self.model.window(first + usize::from(link ^ LINK) * WINDOW);
                    code |= code_in(window, after, wanted);
                    link = window[WINDOW - 1];
                }
                *sum += self.model.levels[usize::from(code) % (2 * LEVELS)];
            }
        }
    }
}

/// A sum of weights as log-odds.
pub(crate) fn in_parts(sum: i32) -> f32 {
    sum as f32 / PARTS
}

/// The bucket of a feature and its bit in the bucket's filter.
fn place_of(feature: u32, shift: u32) -> (usize, u32) {
    let mixed = feature.wrapping_mul(0x85EB_CA6B);
    let bucket = u64::from(mixed) >> shift;
    (bucket as usize, mixed >> 3 & ((1 << FILTER_BITS) - 1))
}

fn shift_of(buckets: usize) -> u32 {
    32 - buckets.trailing_zeros()
}

/// Lower bits of the tags in a bucket of so many entries that tell the word.
const fn word_bits(entries: u32) -> u32 {
    tag_bits(entries) - if entries < CROWDED { FILTER_BITS } else { 0 }
}

/// The tag of a word's weight for a feature, in a bucket whose tags have so many bits for the word.
fn tag_of(word: u64, feature: u32, word_bits: u32) -> u32 {
    let of_word = weight_key(word, feature) as u32 & ((1 << word_bits) - 1);
    if word_bits < CROWDED_BITS {
        let (_, filter) = place_of(feature, 0);
        filter << word_bits | of_word
    } else {
        of_word
    }
}

/// The bytes of a model; `counts` are `(word number, count)`, `weights` `(word number, feature,
/// weight)`, both without repeats.
pub(crate) fn to_bytes(
    counts: &[(u64, u32)],
    weights: &[(u64, u32, f32)],
    training_chars: u64,
    extra_pairs: &str,
) -> Vec<u8> {
    let strengths: Vec<f32> = weights.iter().map(|&(_, _, weight)| weight).collect();
    let levels = levels_of(&strengths);
    let buckets = (weights.len() / ENTRIES_A_BUCKET + 1).next_power_of_two();
    let shift = shift_of(buckets);
    let mut by_bucket: Vec<(usize, u64, u32, u8)> = weights
        .iter()
        .map(|&(word, feature, weight)| {
            let parts = (weight * PARTS).round() as i32;
            let far = |level: i16| (i32::from(level) - parts).abs();
            let nearest = (0_u8..).zip(levels).min_by_key(|&(_, level)| far(level));
            let (bucket, _) = place_of(feature, shift);
            (bucket, word, feature, nearest.map_or(0, |(code, _)| code))
        })
        .collect();
    by_bucket.sort_unstable();
    let mut sizes = vec![0; buckets];
    let mut entries = Vec::with_capacity(by_bucket.len());
    for here in by_bucket.chunk_by(|a, b| a.0 == b.0) {
        // Two that share a tag leave one, which may make the tags shorter.
        let mut size = here.len() as u32;
        let mut tagged: Vec<(u32, u8)> = Vec::new();
        for _ in 0..8 {
            let tags = here
                .iter()
                .map(|&(_, word, feature, code)| (tag_of(word, feature, word_bits(size)), code));
            tagged = tags.collect();
            tagged.sort_unstable();
            tagged.dedup_by_key(|entry| entry.0);
            if same_tags(tagged.len() as u32, size) {
                break;
            }
            size = tagged.len() as u32;
        }
        sizes[here[0].0] = tagged.len() as u32;
        entries.extend(
            tagged
                .into_iter()
                .map(|(tag, code)| tag << CODE_BITS | u32::from(code)),
        );
    }
    let mut counts: Vec<(u32, u8)> = counts
        .iter()
        .map(|&(word, count)| ((word >> 32) as u32, count_code(count)))
        .collect();
    counts.sort_unstable();
    counts.dedup_by_key(|count| count.0);
    let parts = Parts {
        training_chars,
        extra_pairs: extra_pairs.to_owned(),
        counts,
        levels,
        sizes,
        entries,
    };
    parts.to_bytes()
}

/// Whether buckets of so many entries have tags of one form.
fn same_tags(one: u32, other: u32) -> bool {
    tag_bits(one) == tag_bits(other) && (one < CROWDED) == (other < CROWDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let counts = [(5, 1), (7 << 40, 16), (9 << 33 | 77, 100)];
        let mut weights = vec![(5, 3, 1.0), (5, 4, -2.0), (6, 4, 0.5)];
        // Words enough of one feature to crowd its bucket.
        weights.extend((100..400).map(|word| (word << 20, 9, 1.0)));
        let bytes = to_bytes(&counts, &weights, 1234, "[E]\n甲 乙丙\n");
        let model = Model::from_bytes(Cow::Owned(bytes.clone()), "m").unwrap();
        assert_eq!(model.count(7 << 40), 16.0);
        assert!((80.0..=100.0).contains(&model.count(9 << 33 | 77)));
        assert_eq!(model.count(6 << 32), 0.0);
        let weigh = |features: &[u32], word: u64| {
            let mut sums = [0];
            model.known(features).add_to(&[word], &mut sums);
            in_parts(sums[0])
        };
        assert_eq!(weigh(&[3], 5), 1.0);
        assert_eq!(weigh(&[3, 4, 5], 5), -1.0);
        assert_eq!(weigh(&[3, 4, 5], 6), 0.5);
        assert_eq!(weigh(&[5, 6], 5), 0.0);
        assert!((100..400).all(|word| weigh(&[9], word << 20) == 1.0));
        let strangers = (400..1400).filter(|word| weigh(&[9], word << 20) != 0.0);
        assert!(strangers.count() < 10);
        assert_eq!(model.training_chars, 1234);
        assert_eq!(model.extra_pairs(), "[E]\n甲 乙丙\n");
        let cut = bytes[..bytes.len() - 1].to_vec();
        assert!(Model::from_bytes(Cow::Owned(cut), "m").is_err());
        assert!(Model::from_bytes(Cow::Borrowed(b"qwrepair"), "m").is_err());
    }
}
