//! The model file: how its bytes are made and read.
//!
//! Layout, little-endian: the magic `qwrepair`, version u32, number of buckets u32 (a power of
//! two), number of entries u32, training characters u64, the lengths of the eight sections as
//! u32, eight weights as i16 in sixty-fourths, then the sections:
//!
//! 1. the extra pairs as text;
//! 2. the counts: for each word the upper half of its number as u32 and a code of one byte;
//! 3. a byte for each bucket, the number of its entries (255: the number stands in section 7);
//! 4. a byte for each entry, the upper part of what its tag is more than the tag before it in
//!    the bucket (255: it stands in section 7);
//! 5. the lower four bits of the same, two entries a byte;
//! 6. the number of each entry's weight, two entries a byte;
//! 7. what did not fit, as u32, buckets first;
//! 8. the network, as `network` writes it; empty where there is none.
//!
//! Sections 3, 4, 6 and 8 are compressed with zstd: what entropy there is in a sorted list of random
//! tags is in the lower bits and in the spread of the upper ones. A bucket's tags are as long as
//! makes one entry in 64 to 128 possible tags, so that a feature which is not in the model is taken
//! for one that is in one look of a hundred, and has a small weight then: on swapped held-back text
//! no difference to whole keys could be measured.

use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"qwrepair";
const VERSION: u32 = 5;
const SECTIONS: usize = 8;
pub(super) const LEVELS: usize = 8;
const HEADER_BYTES: usize = 8 + 4 + 4 + 4 + 8 + 4 * SECTIONS + 2 * LEVELS;
/// Bits of an entry's code.
pub(super) const CODE_BITS: u32 = LEVELS.trailing_zeros();
/// Lower bits of a gap that are stored as they are.
const LOW_BITS: u32 = 4;
/// A number that stands in the last section.
const MANY: u32 = 255;
/// Steps in which weights are stored, in parts of one.
pub(super) const PARTS: f32 = 64.0;
/// Counts up to here are exact, those above are rounded to steps of a quarter.
const EXACT: usize = 16;
const COMPRESSION: i32 = 19;

/// Most entries and buckets of a model, and most entries of a bucket.
const MOST_ENTRIES: usize = 1 << 24;
const MOST_IN_BUCKET: u32 = 0xFFFF;
/// Most bytes of a network.
const MOST_NETWORK: usize = 1 << 25;

/// What a model file holds, entries by bucket.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) training_chars: u64,
    pub(super) extra_pairs: String,
    /// The upper half of each word's number, and the code of how often it was counted; ascending.
    pub(super) counts: Vec<(u32, u8)>,
    /// What the codes of the entries weigh, in sixty-fourths.
    pub(super) levels: [i16; LEVELS],
    /// For each bucket the number of its entries.
    pub(super) sizes: Vec<u32>,
    /// The entries of all buckets, ascending in each bucket: the tag above `CODE_BITS` of code.
    pub(super) entries: Vec<u32>,
    /// The bytes of the network.
    pub(super) network: Vec<u8>,
}

/// Bits of the tags in a bucket of so many entries.
pub(super) const fn tag_bits(entries: u32) -> u32 {
    6 + entries.next_power_of_two().trailing_zeros()
}

impl Parts {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut rest = Vec::new();
        let mut small = |number: u32| {
            if number >= MANY {
                rest.extend_from_slice(&number.to_le_bytes());
            }
            number.min(MANY) as u8
        };
        let sizes: Vec<u8> = self.sizes.iter().map(|&size| small(size)).collect();
        let mut highs = Vec::with_capacity(self.entries.len());
        let mut lows = Nibbles::default();
        let mut codes = Nibbles::default();
        let mut entries = self.entries.iter();
        for &size in &self.sizes {
            let mut before = 0;
            for &entry in entries.by_ref().take(size as usize) {
                let (tag, code) = (entry >> CODE_BITS, entry as u8 & (LEVELS as u8 - 1));
                let gap = tag - before;
                before = tag;
                highs.push(small(gap >> LOW_BITS));
                lows.push(gap as u8 & 15);
                codes.push(code);
            }
        }
        let counts: Vec<u8> = self
            .counts
            .iter()
            .flat_map(|(word, code)| word.to_le_bytes().into_iter().chain([*code]))
            .collect();
        let sections: [Vec<u8>; SECTIONS] = [
            self.extra_pairs.as_bytes().to_vec(),
            counts,
            packed(&sizes),
            packed(&highs),
            lows.0,
            packed(&codes.0),
            rest,
            packed(&self.network),
        ];
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&(self.sizes.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.entries.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.training_chars.to_le_bytes());
        for section in &sections {
            out.extend_from_slice(&(section.len() as u32).to_le_bytes());
        }
        for level in self.levels {
            out.extend_from_slice(&level.to_le_bytes());
        }
        out.extend(sections.into_iter().flatten());
        out
    }

    /// Takes a file apart; `name` is for errors.
    pub(super) fn from_bytes(bytes: &[u8], name: &str) -> Result<Self> {
        let bad = |why: &str| {
            Error::config(
                name,
                format!("{why}: make it anew with `qingwen learn --repair CLEAN… -o {name}`"),
            )
        };
        let cut = || bad("a repair model cut short");
        if bytes.len() < 12 || &bytes[..8] != MAGIC {
            return Err(bad("not a repair model"));
        }
        if u32_at(bytes, 8) != VERSION {
            return Err(bad("a repair model of another version"));
        }
        let buckets = u32_at(bytes, 12) as usize;
        let count = u32_at(bytes, 16) as usize;
        if bytes.len() < HEADER_BYTES || !buckets.is_power_of_two() {
            return Err(cut());
        }
        if count > MOST_ENTRIES || buckets > MOST_ENTRIES {
            return Err(bad("a repair model that is too large"));
        }
        let mut sections = [&bytes[..0]; SECTIONS];
        let mut after = &bytes[HEADER_BYTES..];
        for (nth, section) in sections.iter_mut().enumerate() {
            let length = u32_at(bytes, 28 + nth * 4) as usize;
            (*section, after) = after.split_at_checked(length).ok_or_else(cut)?;
        }
        if !after.is_empty() {
            return Err(cut());
        }
        let [pairs, counts, sizes, highs, lows, codes, rest, network] = sections;
        let sizes = unpacked(sizes, buckets).ok_or_else(cut)?;
        let highs = unpacked(highs, count).ok_or_else(cut)?;
        let codes = unpacked(codes, count.div_ceil(2)).ok_or_else(cut)?;
        let network = zstd::bulk::decompress(network, MOST_NETWORK).map_err(|_| cut())?;
        let mut rest = rest.chunks_exact(4).map(|four| u32_at(four, 0));
        let mut large = |small: u8| match u32::from(small) {
            MANY => rest.next().unwrap_or_default(),
            small => small,
        };
        let sizes: Vec<u32> = sizes.into_iter().map(&mut large).collect();
        let sum: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
        if sum != count as u64 || lows.len() != count.div_ceil(2) {
            return Err(cut());
        }
        if sizes.iter().any(|&size| size > MOST_IN_BUCKET) {
            return Err(bad("a repair model that is too large"));
        }
        // Lower bits and code of each entry in one byte.
        let mut fine = vec![0; count + count % 2];
        for (pair, (low, code)) in fine.chunks_exact_mut(2).zip(lows.iter().zip(&codes)) {
            pair[0] = (low & 15) | (code & (LEVELS as u8 - 1)) << LOW_BITS;
            pair[1] = (low >> 4) | (code >> 4 & (LEVELS as u8 - 1)) << LOW_BITS;
        }
        let mut entries = Vec::with_capacity(count);
        for &size in &sizes {
            let most = (1 << tag_bits(size)) - 1;
            let here = entries.len()..entries.len() + size as usize;
            let mut tag = 0_u32;
            for (&high, &fine) in highs[here.clone()].iter().zip(&fine[here]) {
                let high = if u32::from(high) == MANY {
                    large(high).min(most)
                } else {
                    u32::from(high)
                };
                let (low, code) = (fine & 15, fine >> LOW_BITS);
                tag = (tag + (high << LOW_BITS | u32::from(low))).min(most);
                entries.push(tag << CODE_BITS | u32::from(code));
            }
        }
        let pairs = std::str::from_utf8(pairs).map_err(|_| bad("a broken repair model"))?;
        let levels = HEADER_BYTES - 2 * LEVELS;
        Ok(Self {
            training_chars: u64::from(u32_at(bytes, 20)) | u64::from(u32_at(bytes, 24)) << 32,
            extra_pairs: pairs.to_owned(),
            counts: counts
                .chunks_exact(5)
                .map(|five| (u32_at(five, 0), five[4]))
                .collect(),
            levels: std::array::from_fn(|nth| {
                i16::from_le_bytes([bytes[levels + 2 * nth], bytes[levels + 2 * nth + 1]])
            }),
            sizes,
            entries,
            network,
        })
    }
}

/// The code of a count.
pub(super) fn count_code(count: u32) -> u8 {
    let above = COUNTS.partition_point(|&step| step <= count as f32);
    above.saturating_sub(1) as u8
}

/// How often a word with this code was counted.
pub(super) fn count_of(code: u8) -> f32 {
    COUNTS[usize::from(code).min(COUNTS.len() - 1)]
}

static COUNTS: [f32; 64] = {
    let mut steps = [0.0; 64];
    let mut code = 1;
    while code < 64 {
        steps[code] = if code <= EXACT {
            code as f32
        } else {
            steps[code - 1] * 1.25
        };
        code += 1;
    }
    steps
};

/// The eight weights that lie nearest to all given ones, ascending, in sixty-fourths: what
/// Lloyd's way (1957) makes of an even share of the weights for each.
pub(super) fn levels_of(weights: &[f32]) -> [i16; LEVELS] {
    let mut sorted = weights.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let at = |part: usize| sorted.get(part * sorted.len() / (2 * LEVELS)).copied();
    let mut levels: [f32; LEVELS] = std::array::from_fn(|nth| at(2 * nth + 1).unwrap_or_default());
    for _ in 0..40 {
        let mut from = 0;
        for nth in 0..LEVELS {
            let end = levels
                .get(nth + 1)
                .map(|next| f32::midpoint(levels[nth], *next));
            let to = end.map_or(sorted.len(), |end| sorted.partition_point(|&w| w < end));
            let here = sorted.get(from..to).unwrap_or_default();
            if !here.is_empty() {
                let sum: f64 = here.iter().map(|&weight| f64::from(weight)).sum();
                levels[nth] = (sum / here.len() as f64) as f32;
            }
            from = to.max(from);
        }
        levels.sort_unstable_by(f32::total_cmp);
    }
    levels.map(|level| (level * PARTS).round().clamp(-32000.0, 32000.0) as i16)
}

/// Two numbers of four bits a byte.
#[derive(Default)]
struct Nibbles(Vec<u8>, bool);

impl Nibbles {
    fn push(&mut self, number: u8) {
        match self.0.last_mut().filter(|_| self.1) {
            Some(half) => *half |= number << 4,
            None => self.0.push(number & 15),
        }
        self.1 = !self.1;
    }
}

/// Compressed; nothing can go wrong in memory, and what is empty could not be read again.
fn packed(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, COMPRESSION).unwrap_or_default()
}

fn unpacked(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let bytes = zstd::bulk::decompress(bytes, length).ok()?;
    (bytes.len() == length).then_some(bytes)
}

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
    fn what_is_packed_is_unpacked_and_what_is_cut_is_refused() {
        let mut sizes = vec![0; 8];
        (sizes[1], sizes[3], sizes[7]) = (300, 1, 2);
        let many = (0..300).map(|n| ((n * 40 + n % 7) << CODE_BITS) | (n % 8));
        let parts = Parts {
            training_chars: 1 << 33 | 5,
            extra_pairs: "[E]\n甲 乙丙\n".to_owned(),
            counts: vec![(7, 1), (u32::MAX, 63)],
            levels: std::array::from_fn(|nth| nth as i16 * 40 - 160),
            sizes,
            entries: many
                .chain([63 << CODE_BITS | 3, 7, 127 << CODE_BITS])
                .collect(),
            network: vec![1, 2, 3],
        };
        let bytes = parts.to_bytes();
        assert_eq!(Parts::from_bytes(&bytes, "m").unwrap(), parts);
        for cut in [0, 9, 20, HEADER_BYTES, bytes.len() - 1] {
            assert!(Parts::from_bytes(&bytes[..cut], "m").is_err(), "{cut}");
        }
        assert_eq!(count_of(count_code(9)), 9.0);
        assert!((80.0..=100.0).contains(&count_of(count_code(100))));
    }

    #[test]
    fn levels_lie_where_the_weights_are() {
        let weights: Vec<f32> = (0..1600).map(|n| (n % 8) as f32 / 8.0 - 0.5).collect();
        let levels = levels_of(&weights);
        assert_eq!(levels, std::array::from_fn(|n| (n as i16 - 4) * 8));
        assert_eq!(levels_of(&[]), [0; LEVELS]);
    }
}
