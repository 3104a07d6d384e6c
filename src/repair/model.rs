//! The model: how often each word of the lexicon stands in clean text, and how much each feature
//! of a place speaks for it.
//!
//! All weights of a feature lie in one bucket: a place costs one look-up a feature, most of which
//! end at the sixteen bits that say which features may be in the bucket. A large bucket lies in
//! parts by the upper bits of its tags, so that what is looked through is eight entries or so, at
//! a time and without branches. How the file is laid out, see `packing`; loading takes some thirty
//! milliseconds.

use std::borrow::Cow;
use std::path::Path;

use smallvec::SmallVec;

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
/// Entries that are looked through at a time; larger buckets lie in parts.
const WINDOW: usize = 8;

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
    /// For each bucket a bit for each feature that it may know: small enough to stay in the
    /// processor's cache, and all that most features cost.
    filters: Box<[u16]>,
    /// For each bucket the number of its first entry, and the number of its entries. A bucket of
    /// more than a window has the place of its first part instead.
    buckets: Box<[Bucket]>,
    /// The number of the first entry of each part of a large bucket, then that after the last.
    parts: Vec<u32>,
    /// The lower bits of tags, with the code of the weight below them; a window of none at the end.
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
        let mut filters = Vec::with_capacity(parts.sizes.len());
        let mut buckets = Vec::with_capacity(parts.sizes.len());
        let mut starts: Vec<u32> = Vec::with_capacity(parts.entries.len() / 6);
        let mut first = 0;
        for &size in &parts.sizes {
            let bits = tag_bits(size);
            let here = &parts.entries[first..first + size as usize];
            let mut filter = if size < CROWDED { 0 } else { u16::MAX };
            if size < CROWDED {
                for &entry in here {
                    filter |= 1 << (entry >> (CODE_BITS + bits - FILTER_BITS) & 15);
                }
            }
            filters.push(filter);
            if size as usize <= WINDOW {
                let first = first as u32;
                buckets.push(Bucket { first, size });
            } else {
                buckets.push(Bucket {
                    first: starts.len() as u32,
                    size,
                });
                let low_bits = bits - part_bits(size) + CODE_BITS;
                let mut part = 0;
                for (at, &entry) in (first as u32..).zip(here) {
                    while part <= entry >> low_bits {
                        starts.push(at);
                        part += 1;
                    }
                }
                let after = (first + here.len()) as u32;
                starts.resize(
                    starts.len() + (1 + (1 << part_bits(size)) - part) as usize,
                    after,
                );
            }
            first += size as usize;
        }
        let mut entries: Vec<u16> = Vec::with_capacity(parts.entries.len() + WINDOW);
        let low = |entry: u32| (entry & ((1 << (LOW_TAG_BITS + CODE_BITS)) - 1)) as u16;
        entries.extend(parts.entries.iter().map(|&entry| low(entry)));
        entries.resize(entries.len() + WINDOW, EMPTY);
        Ok(Self {
            filters: filters.into(),
            buckets: buckets.into(),
            parts: starts,
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
            features: SmallVec::new(),
            firsts: SmallVec::new(),
        };
        let mut may_be: SmallVec<[(u32, usize); MOST_FEATURES]> = SmallVec::new();
        for &feature in features {
            let (bucket, bit) = place_of(feature, self.shift);
            if self.filters.get(bucket).is_some_and(|f| f >> bit & 1 == 1) {
                may_be.push((feature, bucket));
            }
        }
        // Fetched one after the other with nothing in between, they are waited for together.
        for (feature, bucket) in may_be {
            let bucket = self.buckets.get(bucket).copied().unwrap_or_default();
            known.features.push((feature, bucket));
        }
        for (_, bucket) in &known.features {
            let is_small = bucket.size as usize <= WINDOW;
            known.firsts.push(if is_small {
                self.window(bucket.first)
            } else {
                [EMPTY; WINDOW]
            });
        }
        known
    }

    /// The entries from this one on, with those of other buckets after the last.
    fn window(&self, first: u32) -> [u16; WINDOW] {
        let rest = self.entries.get(first as usize..);
        rest.and_then(|rest| rest.first_chunk())
            .copied()
            .unwrap_or([EMPTY; WINDOW])
    }

    /// Where a word's entry for a feature is, if there is one, in a bucket of more than a window.
    fn look(&self, bucket: Bucket, word: u64, feature: u32) -> Look {
        let tag = tag_of(word, feature, bucket.size);
        let part = bucket.first as usize + (tag >> LOW_TAG_BITS) as usize;
        let part = self.parts.get(part..part + 2).unwrap_or(&[0, 0]);
        Look {
            from: part[0],
            to: part[1],
            wanted: stored(tag),
        }
    }
}

/// Entries to look through for one.
#[derive(Clone, Copy, Debug)]
struct Look {
    from: u32,
    to: u32,
    wanted: u16,
}

/// Bits of a tag that are stored; those above them choose a part of the bucket.
const LOW_TAG_BITS: u32 = tag_bits(WINDOW as u32);

/// Upper bits of the tags in a bucket of so many entries that choose a part: four to eight entries.
fn part_bits(size: u32) -> u32 {
    tag_bits(size).saturating_sub(LOW_TAG_BITS)
}

/// An entry with this tag, but for its code.
fn stored(tag: u32) -> u16 {
    ((tag & ((1 << LOW_TAG_BITS) - 1)) << CODE_BITS) as u16
}

/// The code of the entry that is `wanted` but for its code among the first so many, with a bit
/// above it; 0 for none.
fn code_in(window: &[u16; WINDOW], count: usize, wanted: u16) -> u16 {
    // Lane by lane, and together only at the end: so it needs no more than a few vector steps.
    let mut lanes = [0; WINDOW];
    for ((lane, entry), after) in lanes.iter_mut().zip(window).zip(&AFTER[count.min(WINDOW)]) {
        let code = (entry | after) ^ wanted;
        *lane = if code < LEVELS as u16 {
            code | LEVELS as u16
        } else {
            0
        };
    }
    lanes.into_iter().fold(0, |found, lane| found | lane)
}

/// Where a bucket begins, and the number of its entries.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    first: u32,
    size: u32,
}

/// The features of a place that the model knows.
pub(crate) struct Known<'a> {
    model: &'a Model,
    features: SmallVec<[(u32, Bucket); MOST_FEATURES]>,
    /// The first entries of each feature's bucket; nothing of a large one.
    firsts: SmallVec<[[u16; WINDOW]; MOST_FEATURES]>,
}

impl Known<'_> {
    /// Adds each word's weights for the features to `sums`, in parts of one; those that were not
    /// kept count nothing.
    pub(crate) fn add_to(&self, words: &[u64], sums: &mut [i32]) {
        let levels = &self.model.levels;
        let mut add = |nth: u32, code: u16| {
            sums[nth as usize] += levels[usize::from(code) % (2 * LEVELS)];
        };
        let mut looks: SmallVec<[(u32, Look); 64]> = SmallVec::new();
        for (&(feature, bucket), first) in self.features.iter().zip(&self.firsts) {
            for (nth, &word) in (0_u32..).zip(words) {
                if bucket.size as usize <= WINDOW {
                    let wanted = stored(tag_of(word, feature, bucket.size));
                    add(nth, code_in(first, bucket.size as usize, wanted));
                } else {
                    looks.push((nth, self.model.look(bucket, word, feature)));
                }
            }
        }
        // Parts of large buckets lie far apart: all are fetched before any is looked through, so
        // that they are waited for together.
        let mut windows: SmallVec<[[u16; WINDOW]; 64]> = SmallVec::new();
        for (_, look) in &looks {
            windows.push(self.model.window(look.from));
        }
        for (&(nth, look), window) in looks.iter().zip(&windows) {
            let count = look.to.saturating_sub(look.from) as usize;
            let mut code = code_in(window, count, look.wanted);
            let mut seen = WINDOW;
            while seen < count {
                let window = self.model.window(look.from + seen as u32);
                code |= code_in(&window, count - seen, look.wanted);
                seen += WINDOW;
            }
            add(nth, code);
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

/// The tag of a word's weight for a feature, in a bucket of so many entries.
fn tag_of(word: u64, feature: u32, entries: u32) -> u32 {
    let bits = tag_bits(entries);
    let key = weight_key(word, feature) as u32;
    if entries < CROWDED {
        let (_, filter) = place_of(feature, 0);
        let low = bits - FILTER_BITS;
        filter << low | key & ((1 << low) - 1)
    } else {
        key & ((1 << bits) - 1)
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
                .map(|&(_, word, feature, code)| (tag_of(word, feature, size), code));
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
