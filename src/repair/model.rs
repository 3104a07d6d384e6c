//! The model file: how often each word of the lexicon stands in clean text, and how much each
//! feature of a place speaks for it.
//!
//! Layout, little-endian: the magic `qwrepair`, version u32, number of buckets u32 (a power of
//! two), number of entries u32, training characters u64, length of the extra pairs u32, the
//! extra pairs as text, `buckets + 1` offsets u32, then three bytes an entry: an 18-bit tag of
//! the key and a 6-bit code of the count or weight. It is read in place: loading costs a check of
//! its size.

use std::borrow::Cow;
use std::path::Path;

use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"qwrepair";
const VERSION: u32 = 2;
const HEADER_BYTES: usize = 8 + 4 + 4 + 4 + 8 + 4;
const ENTRY_BYTES: usize = 3;
const TAG_BITS: u32 = 18;
/// Counts up to here are exact, those above are rounded to steps of a quarter.
const EXACT: u32 = 16;
/// Weights go in steps of this, up to 31 steps either way.
const WEIGHT_STEP: f32 = 0.125;
/// How often a word may stand in ordinary text that the training text does not show: words of
/// other registers must not look impossible. Per million characters.
pub(crate) const UNSEEN_PER_MILLION: f32 = 4.0;

/// Neighbour counts learnt from clean text.
#[derive(Debug)]
pub struct Model {
    bytes: Cow<'static, [u8]>,
    buckets: usize,
    offsets_at: usize,
    entries_at: usize,
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
        let buckets = u32_at(&bytes, 12) as usize;
        let entries = u32_at(&bytes, 16) as usize;
        let training_chars = u64::from(u32_at(&bytes, 20)) | u64::from(u32_at(&bytes, 24)) << 32;
        let extra = u32_at(&bytes, 28) as usize;
        let offsets_at = HEADER_BYTES.saturating_add(extra);
        let entries_at = offsets_at.saturating_add((buckets + 1).saturating_mul(4));
        let want = entries_at.saturating_add(entries.saturating_mul(ENTRY_BYTES));
        if !buckets.is_power_of_two() || bytes.len() != want {
            return Err(bad("a repair model cut short"));
        }
        let mut last = 0;
        for bucket in 0..=buckets {
            let offset = u32_at(&bytes, offsets_at + bucket * 4) as usize;
            if offset < last || offset > entries {
                return Err(bad("a broken repair model"));
            }
            last = offset;
        }
        let extra_pairs = std::str::from_utf8(&bytes[HEADER_BYTES..offsets_at])
            .map_err(|_| bad("a broken repair model"))?
            .to_owned();
        Ok(Self {
            bytes,
            buckets,
            offsets_at,
            entries_at,
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
        COUNTS[self.code(word) as usize]
    }

    /// The weight with this key; 0 where it was too weak to be kept.
    pub(crate) fn weight(&self, key: u64) -> f32 {
        match self.code(key) {
            0 => 0.0,
            code => (code as f32 - 32.0) * WEIGHT_STEP,
        }
    }

    fn code(&self, key: u64) -> u32 {
        let bucket = (key >> 32) as usize & (self.buckets - 1);
        let at = self.offsets_at + bucket * 4;
        let from = self.entries_at + u32_at(&self.bytes, at) as usize * ENTRY_BYTES;
        let to = self.entries_at + u32_at(&self.bytes, at + 4) as usize * ENTRY_BYTES;
        let tag = tag_of(key);
        let bucket = &self.bytes[from..to];
        let entries = bucket.len() / ENTRY_BYTES;
        let packed_at = |nth: usize| match bucket.get(nth * ENTRY_BYTES..) {
            Some([a, b, c, ..]) => u32::from(*a) | u32::from(*b) << 8 | u32::from(*c) << 16,
            _ => u32::MAX,
        };
        // The tags of a bucket ascend and are spread evenly: the search begins where the tag
        // stands in a bucket that is quite even.
        let mut at = (tag as usize * entries) >> TAG_BITS;
        while at > 0 && packed_at(at - 1) >> 6 >= tag {
            at -= 1;
        }
        loop {
            let packed = packed_at(at);
            if packed >> 6 >= tag {
                return if packed >> 6 == tag { packed & 63 } else { 0 };
            }
            at += 1;
        }
    }
}

/// The bytes of a model; `counts` are `(word number, count)`, `weights` `(key, weight)`, both
/// without repeats.
pub(crate) fn to_bytes(
    counts: &[(u64, u32)],
    weights: &[(u64, f32)],
    training_chars: u64,
    extra_pairs: &str,
) -> Vec<u8> {
    let counts = counts.iter().map(|&(key, count)| (key, code_of(count)));
    let weights = weights.iter().map(|&(key, weight)| {
        let steps = (weight / WEIGHT_STEP).round().clamp(-31.0, 31.0);
        (key, (steps + 32.0) as u32)
    });
    let coded: Vec<(u64, u32)> = counts
        .chain(weights.filter(|&(_, code)| code != 32))
        .collect();
    let buckets = (coded.len() / 12 + 1).next_power_of_two();
    let mut by_bucket: Vec<(u32, u32)> = coded
        .into_iter()
        .map(|(key, code)| {
            let bucket = (key >> 32) as u32 & (buckets as u32 - 1);
            (bucket, tag_of(key) << 6 | code)
        })
        .collect();
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
    for bucket in 0..=buckets as u32 {
        let offset = by_bucket.partition_point(|entry| entry.0 < bucket) as u32;
        out.extend_from_slice(&offset.to_le_bytes());
    }
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
        let weights = [(11 << 32 | 3, 1.0), (12 << 32 | 4, -9.0), (13, 0.01)];
        let bytes = to_bytes(&counts, &weights, 1234, "[E]\n甲 乙丙\n");
        let model = Model::from_bytes(Cow::Owned(bytes.clone()), "m").unwrap();
        assert_eq!(model.count(5), 1.0);
        assert_eq!(model.count(7 << 40), 16.0);
        assert!((80.0..=100.0).contains(&model.count(9 << 33 | 77)));
        assert_eq!(model.count(6), 0.0);
        assert_eq!(model.weight(11 << 32 | 3), 1.0);
        assert_eq!(model.weight(12 << 32 | 4), -3.875);
        assert_eq!(model.weight(13), 0.0);
        assert_eq!(model.training_chars, 1234);
        assert_eq!(model.extra_pairs(), "[E]\n甲 乙丙\n");
        let cut = bytes[..bytes.len() - 1].to_vec();
        assert!(Model::from_bytes(Cow::Owned(cut), "m").is_err());
        assert!(Model::from_bytes(Cow::Borrowed(b"qwrepair"), "m").is_err());
    }
}
