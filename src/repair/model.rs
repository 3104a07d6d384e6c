//! The model: how often each word of the lexicon stands in clean text, and how much each feature
//! of a place speaks for it.
//!
//! All weights of a feature lie in one bucket, with sixteen bits that say which features may be in
//! it. What is looked through for a word is a window of eight entries, at a time and without
//! branches: a small bucket is one window, a large one has one for each value of the upper bits of
//! its tags. So a look costs two waits for memory, for the bucket and for the window, and those of
//! one place are waited for together. How the file is laid out, see `packing`; loading takes some
//! thirty milliseconds.

use std::borrow::Cow;
use std::path::Path;

use super::context::weight_key;
use super::network::{Layers, Network};
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

/// Entries that are looked through together; what follows the last is `EMPTY`.
type Window = [u16; WINDOW];

/// Neighbours learnt from clean text.
#[derive(Debug)]
pub struct Model {
    /// By the upper bits of a feature's hash.
    buckets: Box<[Bucket]>,
    /// The lower bits of tags, with the code of the weight below them.
    windows: Vec<Window>,
    /// By how much a feature's hash is shifted to give its bucket.
    shift: u32,
    /// What the codes of entries weigh, in parts of one, after as many times nothing.
    levels: [i32; 2 * LEVELS],
    /// The upper half of each word's number, ascending, and the code of its count.
    counts: Vec<(u32, u8)>,
    /// Characters of the text that it was learnt from.
    pub training_chars: u64,
    extra_pairs: String,
    /// What has more to say where the exact neighbours were not seen.
    pub(crate) network: Option<Network>,
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
        let network = match &*parts.network {
            [] => None,
            bytes => Some(Network::new(Layers::from_bytes(bytes).ok_or_else(|| {
                Error::config(name, "the network of this repair model is broken: make it anew with `qingwen learn --repair`".to_owned())
            })?)),
        };
        let mut buckets = Vec::with_capacity(parts.sizes.len());
        // The first window is that of buckets that are none.
        let mut windows = vec![[EMPTY; WINDOW]];
        windows.reserve(parts.sizes.len() + parts.entries.len() / 5);
        let mut rest = parts.entries.as_slice();
        for &size in &parts.sizes {
            let (here, after) = rest.split_at_checked(size as usize).unwrap_or_default();
            rest = after;
            buckets.push(Bucket::new(windows.len(), here));
            lay_out(here, &mut windows);
        }
        Ok(Self {
            buckets: buckets.into(),
            windows,
            shift: shift_of(parts.sizes.len()),
            levels: std::array::from_fn(|code| match code.checked_sub(LEVELS) {
                Some(level) => i32::from(parts.levels[level]),
                None => 0,
            }),
            counts: parts.counts,
            training_chars: parts.training_chars,
            extra_pairs: parts.extra_pairs,
            network,
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

    /// Adds each word's weights for the features to `sums`, in parts of one; those that were not
    /// kept count nothing.
    pub(crate) fn add(&self, features: &[u32], words: &[u64], looks: &mut Looks, sums: &mut [i32]) {
        let features = features.iter().map(|&feature| (0, feature));
        self.weigh(features, words, looks, |_, nth, weight| sums[nth] += weight);
    }

    /// Calls `each` with the number of a feature, the place of a word, and its weight for the
    /// feature in parts of one, wherever that may be other than 0.
    pub(crate) fn weigh(
        &self,
        features: impl IntoIterator<Item = (usize, u32)>,
        words: &[u64],
        looks: &mut Looks,
        mut each: impl FnMut(usize, usize, i32),
    ) {
        // Fetched one after the other with nothing in between, buckets are waited for together.
        let mut count = 0;
        for (number, feature) in features {
            let (bucket, bit) = place_of(feature, self.shift);
            let bucket = self.buckets.get(bucket).copied().unwrap_or_default();
            looks.put(count, (number, feature, bucket));
            count += usize::from(bucket.filter >> bit & 1);
        }
        for &(number, feature, bucket) in looks.0.get(..count).unwrap_or_default() {
            let tags = Tags::of(feature, u32::from(bucket.word_bits));
            for (nth, &word) in words.iter().enumerate() {
                let tag = tags.of_word(word);
                let wanted = stored(tag << CODE_BITS);
                let mut window = self.window(bucket.first + (tag >> STORED_BITS));
                let mut code = code_in(window, wanted);
                while let Some(next) = next_of(window) {
                    window = self.window(bucket.first + next);
                    code |= code_in(window, wanted);
                }
                each(number, nth, self.levels[usize::from(code) % (2 * LEVELS)]);
            }
        }
    }

    fn window(&self, at: u32) -> &Window {
        self.windows.get(at as usize).unwrap_or(&[EMPTY; WINDOW])
    }
}

/// The number in its bucket of the window that has what did not fit into this one.
fn next_of(window: &Window) -> Option<u32> {
    let last = window[WINDOW - 1];
    (LINK..EMPTY)
        .contains(&last)
        .then_some(u32::from(last ^ LINK))
}

/// An entry as it is stored: its tag without the bits that chose its window.
fn stored(entry: u32) -> u16 {
    (entry & ((1 << (STORED_BITS + CODE_BITS)) - 1)) as u16
}

/// Appends the windows of a bucket: one for each value of the upper bits of its tags, then those
/// with what did not fit.
fn lay_out(bucket: &[u32], windows: &mut Vec<Window>) {
    let part_of = |entry: &u32| (entry >> (CODE_BITS + STORED_BITS)) as usize;
    let first = windows.len();
    let parts = 1 << tag_bits(bucket.len() as u32).saturating_sub(STORED_BITS);
    windows.resize(first + parts, [EMPTY; WINDOW]);
    for part in bucket.chunk_by(|a, b| part_of(a) == part_of(b)) {
        let mut at = first + part_of(&part[0]);
        let mut part = part.iter().map(|&entry| stored(entry));
        while part.len() > WINDOW {
            let fits = part.by_ref().take(WINDOW - 1);
            windows[at]
                .iter_mut()
                .zip(fits)
                .for_each(|(to, from)| *to = from);
            windows[at][WINDOW - 1] = LINK | (windows.len() - first) as u16;
            at = windows.len();
            windows.push([EMPTY; WINDOW]);
        }
        windows[at]
            .iter_mut()
            .zip(part)
            .for_each(|(to, from)| *to = from);
    }
}

/// The code of the entry that is `wanted` but for its code in a window, with a bit above it; 0 for
/// none.
fn code_in(window: &Window, wanted: u16) -> u16 {
    // Lane by lane, and together only at the end: so it needs no more than a few vector steps.
    let lanes = window.map(|entry| {
        let code = entry ^ wanted;
        if code < LEVELS as u16 {
            code | LEVELS as u16
        } else {
            0
        }
    });
    lanes.into_iter().fold(0, |found, lane| found | lane)
}

/// What is known of a bucket before its entries are looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    /// The number of its first window.
    first: u32,
    /// A bit for each feature that it may know.
    filter: u16,
    /// Lower bits of a tag that tell the word.
    word_bits: u8,
}

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
        }
    }
}

/// Room for the features of a place, of use from one place to the next.
#[derive(Debug, Default)]
pub(crate) struct Looks(Vec<(usize, u32, Bucket)>);

impl Looks {
    /// Puts a feature at a place that is in use or the first after.
    fn put(&mut self, at: usize, known: (usize, u32, Bucket)) {
        match self.0.get_mut(at) {
            Some(place) => *place = known,
            None => self.0.push(known),
        }
    }
}

/// The tags of words' weights for a feature.
#[derive(Clone, Copy)]
struct Tags {
    feature: u32,
    /// The bits that tell the feature, and which bits tell the word.
    of_feature: u32,
    word_mask: u32,
}

impl Tags {
    /// In a bucket whose tags have so many bits for the word; a crowded one has no others.
    fn of(feature: u32, word_bits: u32) -> Self {
        let (_, filter) = place_of(feature, 0);
        let is_crowded = word_bits >= tag_bits(CROWDED);
        Self {
            feature,
            of_feature: if is_crowded { 0 } else { filter << word_bits },
            word_mask: (1 << word_bits) - 1,
        }
    }

    fn of_word(self, word: u64) -> u32 {
        self.of_feature | weight_key(word, self.feature) as u32 & self.word_mask
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

/// The bytes of a model; `counts` are `(word number, count)`, `weights` `(word number, feature,
/// weight)`, both without repeats.
pub(crate) fn to_bytes(
    counts: &[(u64, u32)],
    weights: &[(u64, u32, f32)],
    training_chars: u64,
    extra_pairs: &str,
    network: Vec<u8>,
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
            let tags = here.iter().map(|&(_, word, feature, code)| {
                (Tags::of(feature, word_bits(size)).of_word(word), code)
            });
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
        network,
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
        let bytes = to_bytes(&counts, &weights, 1234, "[E]\n甲 乙丙\n", Vec::new());
        let model = Model::from_bytes(Cow::Owned(bytes.clone()), "m").unwrap();
        assert_eq!(model.count(7 << 40), 16.0);
        assert!((80.0..=100.0).contains(&model.count(9 << 33 | 77)));
        assert_eq!(model.count(6 << 32), 0.0);
        let weigh = |features: &[u32], word: u64| {
            let mut sums = [0];
            model.add(features, &[word], &mut Looks::default(), &mut sums);
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
