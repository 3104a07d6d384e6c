//! The model file: how often each word of the lexicon stands in clean text, and how much each
//! feature of a place speaks for it.
//!
//! Layout, little-endian: the magic `qwrepair`, version u32, number of buckets u32 (a power of
//! two), number of entries u32, training characters u64, length of the extra pairs u32, the
//! extra pairs as text, for each bucket a u16 (11 bits that say which features may be in it, 5
//! bits for the number of its entries), then the entries of all buckets in three bytes each: an
//! 18-bit tag of word and feature and a 6-bit code of the count or weight. Where a bucket holds 31
//! entries or more, their number stands as u32 after the buckets, in their order.
//!
//! All weights of a feature lie in one bucket: a place costs one look-up a feature, most of which
//! end at the 11 bits. In memory the entries of a bucket have gaps between them, so that an entry
//! stands nearly where its tag says; loading takes a few milliseconds.

use std::borrow::Cow;
use std::path::Path;

use smallvec::SmallVec;

use super::context::{MOST_FEATURES, weight_key};
use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"qwrepair";
const VERSION: u32 = 3;
const HEADER_BYTES: usize = 8 + 4 + 4 + 4 + 8 + 4;
const ENTRY_BYTES: usize = 3;
const TAG_BITS: u32 = 18;
/// Bits of a bucket's feature filter, and of the number of its entries below them.
const FILTER_BITS: u32 = 11;
const COUNT_BITS: u32 = 16 - FILTER_BITS;
/// The number of entries that stands elsewhere.
const MANY: u32 = (1 << COUNT_BITS) - 1;
/// Counts up to here are exact, those above are rounded to steps of a quarter.
const EXACT: u32 = 16;
/// Weights go in steps of this, up to 31 steps either way.
const WEIGHT_STEP: f32 = 0.125;
/// How often a word may stand in ordinary text that the training text does not show: words of
/// other registers must not look impossible. Per million characters.
pub(crate) const UNSEEN_PER_MILLION: f32 = 4.0;

/// Most entries of a model.
const MOST_ENTRIES: usize = 1 << 24;
/// A slot without an entry: larger than any.
const EMPTY: u32 = u32::MAX;

/// Neighbour counts learnt from clean text.
#[derive(Debug)]
pub struct Model {
    /// For each bucket the place of its first slot, and its filter with the number of slots above.
    buckets: Box<[(u32, u32)]>,
    /// The entries of each bucket ascending, none before the place that its tag says, each run of
    /// them followed by an empty slot.
    slots: Box<[u32]>,
    /// By how much a feature's hash is shifted to give its bucket.
    shift: u32,
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
        let bad = |why: &str| {
            Error::config(
                name,
                format!("{why}: make it anew with `qingwen learn --repair CLEAN… -o {name}`"),
            )
        };
        if bytes.len() < HEADER_BYTES || &bytes[..8] != MAGIC {
            return Err(bad("not a repair model"));
        }
        if u32_at(&bytes, 8) != VERSION {
            return Err(bad("a repair model of another version"));
        }
        let count = u32_at(&bytes, 12) as usize;
        let entries = u32_at(&bytes, 16) as usize;
        let training_chars = u64::from(u32_at(&bytes, 20)) | u64::from(u32_at(&bytes, 24)) << 32;
        let buckets_at = HEADER_BYTES.saturating_add(u32_at(&bytes, 28) as usize);
        let mut many_at = buckets_at.saturating_add(count.saturating_mul(2));
        if !count.is_power_of_two() || entries > MOST_ENTRIES || bytes.len() < many_at {
            return Err(bad("a repair model cut short"));
        }
        let mut sizes = Vec::with_capacity(count);
        for pair in bytes[buckets_at..many_at].chunks_exact(2) {
            let bucket = u32::from(pair[0]) | u32::from(pair[1]) << 8;
            let mut size = bucket & MANY;
            if size == MANY {
                size = u32_at(&bytes, many_at);
                many_at += 4;
            }
            sizes.push((size as usize, bucket >> COUNT_BITS));
        }
        let sum = sizes
            .iter()
            .fold(0_usize, |sum, &(size, _)| sum.saturating_add(size));
        let want = many_at.saturating_add(entries.saturating_mul(ENTRY_BYTES));
        if sum != entries || bytes.len() != want {
            return Err(bad("a repair model cut short"));
        }
        let mut buckets = Vec::with_capacity(count);
        let mut slots = vec![EMPTY; entries * 2 + count * 2];
        let mut first = 0;
        let mut rest = &bytes[many_at..];
        for (size, filter) in sizes {
            let room = room_of(size);
            let most = first + room + size + 1;
            if slots.len() < most {
                slots.resize(most, EMPTY);
            }
            buckets.push((first as u32, (room as u32) << FILTER_BITS | filter));
            let (here, others) = rest.split_at(size * ENTRY_BYTES);
            let mut at = first;
            for entry in here.chunks_exact(ENTRY_BYTES) {
                let packed =
                    u32::from(entry[0]) | u32::from(entry[1]) << 8 | u32::from(entry[2]) << 16;
                at = at.max(first + home_of(packed >> 6, room));
                slots[at] = packed;
                at += 1;
            }
            first = at.max(first + room) + 1;
            rest = others;
        }
        slots.truncate(first);
        let extra_pairs = std::str::from_utf8(&bytes[HEADER_BYTES..buckets_at])
            .map_err(|_| bad("a broken repair model"))?
            .to_owned();
        Ok(Self {
            buckets: buckets.into(),
            slots: slots.into(),
            shift: shift_of(count),
            training_chars,
            extra_pairs,
        })
    }

    /// Pairs that were given when it was learnt, in the form of the shipped list.
    pub fn extra_pairs(&self) -> &str {
        &self.extra_pairs
    }

    /// How often the word with this number was counted.
    pub(crate) fn count(&self, word: u64) -> f32 {
        let bucket = self.bucket_of((word >> 32) as u32);
        COUNTS[bucket.map_or(0, |bucket| self.code_in(bucket, tag_of(word))) as usize]
    }

    /// Those of the features that may have weights.
    pub(crate) fn known(&self, features: &[u32]) -> Known<'_> {
        let mut known = Known {
            model: self,
            features: SmallVec::new(),
        };
        for &feature in features {
            if let Some(bucket) = self.bucket_of(feature) {
                known.features.push((feature, bucket));
            }
        }
        known
    }

    /// The bucket of a feature, unless its filter says that it holds none of it.
    fn bucket_of(&self, feature: u32) -> Option<Bucket> {
        let (bucket, bit) = place_of(feature, self.shift);
        let &(first, rest) = self.buckets.get(bucket)?;
        let room = rest >> FILTER_BITS;
        (rest >> bit & 1 == 1).then_some(Bucket { first, room })
    }

    /// The code with this tag in a bucket; 0 where there is none.
    fn code_in(&self, bucket: Bucket, tag: u32) -> u32 {
        let home = bucket.first as usize + home_of(tag, bucket.room as usize);
        let run = self.slots.get(home..).unwrap_or_default();
        let packed = run.iter().find(|&&packed| packed >> 6 >= tag);
        packed.map_or(0, |packed| if packed >> 6 == tag { packed & 63 } else { 0 })
    }
}

/// The slots of a bucket.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    first: u32,
    room: u32,
}

/// The features of a place that the model knows.
pub(crate) struct Known<'a> {
    model: &'a Model,
    features: SmallVec<[(u32, Bucket); MOST_FEATURES]>,
}

impl Known<'_> {
    /// The sum of a word's weights for the features; those too weak to be kept count nothing.
    pub(crate) fn weigh(&self, word: u64) -> f32 {
        let mut steps = 0;
        for &(feature, bucket) in &self.features {
            let code = self
                .model
                .code_in(bucket, tag_of(weight_key(word, feature)));
            if code != 0 {
                steps += code as i32 - 32;
            }
        }
        steps as f32 * WEIGHT_STEP
    }
}

/// In how many slots the entries of a bucket are spread.
fn room_of(entries: usize) -> usize {
    entries + entries / 2
}

/// The first slot, of so many, that an entry with this tag may stand in.
fn home_of(tag: u32, room: usize) -> usize {
    (tag as usize * room) >> TAG_BITS
}

/// The bucket of a feature and its bit in the bucket's filter.
fn place_of(feature: u32, shift: u32) -> (usize, u32) {
    let mixed = feature.wrapping_mul(0x85EB_CA6B);
    let bucket = u64::from(mixed) >> shift;
    (bucket as usize, ((mixed & 0x3FF) * FILTER_BITS) >> 10)
}

fn shift_of(buckets: usize) -> u32 {
    32 - buckets.trailing_zeros()
}

/// The bytes of a model; `counts` are `(word number, count)`, `weights` `(word number, feature,
/// weight)`, both without repeats.
pub(crate) fn to_bytes(
    counts: &[(u64, u32)],
    weights: &[(u64, u32, f32)],
    training_chars: u64,
    extra_pairs: &str,
) -> Vec<u8> {
    let counts = counts
        .iter()
        .map(|&(word, count)| ((word >> 32) as u32, tag_of(word), code_of(count)));
    let weights = weights.iter().map(|&(word, feature, weight)| {
        let steps = (weight / WEIGHT_STEP).round().clamp(-31.0, 31.0);
        let tag = tag_of(weight_key(word, feature));
        (feature, tag, (steps + 32.0) as u32)
    });
    let coded: Vec<(u32, u32, u32)> = counts
        .chain(weights.filter(|&(_, _, code)| code != 32))
        .take(MOST_ENTRIES)
        .collect();
    let buckets = (coded.len() / 6 + 1).next_power_of_two();
    let shift = shift_of(buckets);
    let mut filters = vec![0_u32; buckets];
    let mut by_bucket: Vec<(usize, u32)> = Vec::with_capacity(coded.len());
    for (feature, tag, code) in coded {
        let (bucket, bit) = place_of(feature, shift);
        filters[bucket] |= 1 << bit;
        by_bucket.push((bucket, tag << 6 | code));
    }
    by_bucket.sort_unstable();
    by_bucket.dedup_by_key(|entry| (entry.0, entry.1 >> 6));
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(buckets as u32).to_le_bytes());
    out.extend_from_slice(&(by_bucket.len() as u32).to_le_bytes());
    out.extend_from_slice(&training_chars.to_le_bytes());
    out.extend_from_slice(&(extra_pairs.len() as u32).to_le_bytes());
    out.extend_from_slice(extra_pairs.as_bytes());
    let mut many = Vec::new();
    let mut rest = &by_bucket[..];
    for (bucket, filter) in filters.iter().enumerate() {
        let here = rest.iter().take_while(|entry| entry.0 == bucket).count();
        rest = &rest[here..];
        if here as u32 >= MANY {
            many.extend_from_slice(&(here as u32).to_le_bytes());
        }
        let packed = filter << COUNT_BITS | (here as u32).min(MANY);
        out.extend_from_slice(&packed.to_le_bytes()[..2]);
    }
    out.extend_from_slice(&many);
    for (_, packed) in by_bucket {
        out.extend_from_slice(&packed.to_le_bytes()[..ENTRY_BYTES]);
    }
    out
}

fn tag_of(key: u64) -> u32 {
    (key & ((1 << TAG_BITS) - 1)) as u32
}

fn code_of(count: u32) -> u32 {
    let above = COUNTS.partition_point(|&step| step <= count as f32);
    above.saturating_sub(1) as u32
}

static COUNTS: [f32; 64] = {
    let mut steps = [0.0; 64];
    let mut code = 1;
    while code < 64 {
        steps[code] = if code as u32 <= EXACT {
            code as f32
        } else {
            steps[code - 1] * 1.25
        };
        code += 1;
    }
    steps
};

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    if let Some(found) = bytes.get(at..at + 4) {
        four.copy_from_slice(found);
    }
    u32::from_le_bytes(four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let counts = [(5, 1), (7 << 40, 16), (9 << 33 | 77, 100)];
        let weights = [(5, 3, 1.0), (5, 4, -9.0), (6, 4, 0.5), (5, 5, 0.01)];
        let bytes = to_bytes(&counts, &weights, 1234, "[E]\n甲 乙丙\n");
        let model = Model::from_bytes(Cow::Owned(bytes.clone()), "m").unwrap();
        assert_eq!(model.count(5), 1.0);
        assert_eq!(model.count(7 << 40), 16.0);
        assert!((80.0..=100.0).contains(&model.count(9 << 33 | 77)));
        assert_eq!(model.count(6), 0.0);
        assert_eq!(model.known(&[3]).weigh(5), 1.0);
        assert_eq!(model.known(&[3, 4, 5]).weigh(5), 1.0 - 3.875);
        assert_eq!(model.known(&[3, 4, 5]).weigh(6), 0.5);
        assert_eq!(model.known(&[5, 6]).weigh(5), 0.0);
        assert_eq!(model.training_chars, 1234);
        assert_eq!(model.extra_pairs(), "[E]\n甲 乙丙\n");
        let cut = bytes[..bytes.len() - 1].to_vec();
        assert!(Model::from_bytes(Cow::Owned(cut), "m").is_err());
        assert!(Model::from_bytes(Cow::Borrowed(b"qwrepair"), "m").is_err());
    }
}
