//! A document made ready for exact comparison.

use crate::model::{Canonical, spun, token};

/// A canonical form with what comparisons of it need: shingles with their places, numbers with
/// theirs.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The canonical form.
    pub form: Canonical,
    /// Shingle hashes in the order of the text.
    hashes: Vec<u64>,
    /// What each of them is.
    kinds: Vec<Kind>,
    /// Distinct shingles by hash, open addressing: 1 + place of the first, 0 for free.
    slots: Vec<u32>,
    /// Number of distinct shingles.
    distinct: usize,
    /// Token places of the numbers, ascending.
    number_places: Vec<u32>,
    /// Byte offsets into `form.numbers`, one more than there are numbers.
    number_starts: Vec<u32>,
    /// Token places of the heads of spun words, ascending.
    spun_places: Vec<u32>,
}

/// What a shingle is among its equals in one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The only one.
    Once,
    /// The first of several.
    First,
    /// Another of several.
    Again,
}

impl Prepared {
    /// From a form and the hashes of its shingles in the order of the text.
    pub fn new(form: Canonical, hashes: Vec<u64>) -> Self {
        let size = (hashes.len() * 2 + 1).next_power_of_two();
        let mut slots = vec![0_u32; size];
        let mut kinds = vec![Kind::Once; hashes.len()];
        let mut distinct = 0;
        for (place, &hash) in hashes.iter().enumerate() {
            let mut at = hash as usize & (size - 1);
            loop {
                let Some(first) = slots[at].checked_sub(1) else {
                    slots[at] = place as u32 + 1;
                    distinct += 1;
                    break;
                };
                if hashes[first as usize] == hash {
                    kinds[first as usize] = Kind::First;
                    kinds[place] = Kind::Again;
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        let number_places = (0..)
            .zip(&form.tokens)
            .filter(|&(_, &token)| token == token::NUMBER)
            .map(|(at, _)| at)
            .collect();
        let spun_places = (0..)
            .zip(&form.tokens)
            .filter(|&(_, &token)| token::is_head(token))
            .map(|(at, _)| at)
            .collect();
        let number_starts = std::iter::once(0)
            .chain(
                form.numbers
                    .bytes()
                    .zip(1..)
                    .filter(|&(byte, _)| byte == b'\n')
                    .map(|(_, at)| at),
            )
            .collect();
        Self {
            form,
            hashes,
            kinds,
            slots,
            distinct,
            number_places,
            number_starts,
            spun_places,
        }
    }

    /// The distinct shingle hashes, in the order of the text.
    pub fn distinct(&self) -> Vec<u64> {
        self.hashes
            .iter()
            .zip(&self.kinds)
            .filter(|&(_, &kind)| kind != Kind::Again)
            .map(|(&hash, _)| hash)
            .collect()
    }

    /// Place of the first shingle of this hash.
    #[inline]
    fn find(&self, hash: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let first = self.slots[at].checked_sub(1)? as usize;
            if self.hashes[first] == hash {
                return Some(first);
            }
            at = (at + 1) & mask;
        }
    }

    /// Number of tokens.
    pub fn len_tokens(&self) -> usize {
        self.form.tokens.len()
    }

    /// How many numbers stand before a token.
    pub(super) fn numbers_before(&self, place: usize) -> usize {
        self.number_places
            .partition_point(|&number| (number as usize) < place)
    }

    /// Token place of the nth number.
    pub(super) fn number_place(&self, nth: usize) -> Option<usize> {
        self.number_places.get(nth).map(|&place| place as usize)
    }

    /// The nth number as the form has it.
    pub(super) fn number(&self, nth: usize) -> &str {
        match (self.number_starts.get(nth), self.number_starts.get(nth + 1)) {
            (Some(&from), Some(&to)) => self
                .form
                .numbers
                .get(from as usize..(to as usize).saturating_sub(1))
                .unwrap_or(""),
            _ => "",
        }
    }

    /// Token places of the heads of spun words, ascending.
    pub(super) fn spun_places(&self) -> &[u32] {
        &self.spun_places
    }

    /// How many spun words begin before a token.
    pub(super) fn spun_before(&self, place: usize) -> usize {
        self.spun_places
            .partition_point(|&head| (head as usize) < place)
    }

    /// The spun word whose head stands at a place; empty for another token.
    pub(super) fn spun_word(&self, place: usize) -> &'static str {
        let number = self.form.spun.get(self.spun_before(place)).copied();
        match self.form.tokens.get(place) {
            Some(&head) if token::is_head(head) => {
                spun::word_of(head - token::CLASS, number.unwrap_or(0))
            }
            _ => "",
        }
    }

    /// The word of letters at a place; empty for another token.
    pub(super) fn word_at(&self, place: usize) -> &str {
        let (before, from) = self.form.tokens.split_at(place.min(self.form.tokens.len()));
        if !from.first().is_some_and(|&t| token::is_word(t)) {
            return "";
        }
        let nth = before.iter().filter(|&&t| token::is_word(t)).count();
        self.form.words.lines().nth(nth).unwrap_or("")
    }

    /// Whether the tokens are whole sentences, wherever among equal neighbours they are taken to
    /// begin.
    pub(super) fn is_whole(&self, span: std::ops::Range<usize>) -> bool {
        let tokens = &self.form.tokens;
        let is_stop = |place: usize| {
            place == 0
                || place == tokens.len()
                || self.form.stops.binary_search(&(place as u32)).is_ok()
        };
        if is_stop(span.start) && is_stop(span.end) {
            return true;
        }
        let slide = 24;
        let (mut from, mut to) = (span.start, span.end);
        for _ in 0..slide {
            if from == 0 || tokens[from - 1] != tokens[to - 1] {
                break;
            }
            (from, to) = (from - 1, to - 1);
            if is_stop(from) && is_stop(to) {
                return true;
            }
        }
        let (mut from, mut to) = (span.start, span.end);
        for _ in 0..slide {
            if to >= tokens.len() || tokens[from] != tokens[to] {
                break;
            }
            (from, to) = (from + 1, to + 1);
            if is_stop(from) && is_stop(to) {
                return true;
            }
        }
        false
    }

    /// Digits of all numbers together.
    pub(super) fn digits_total(&self) -> usize {
        self.form.numbers.bytes().filter(u8::is_ascii_digit).count()
    }
}

/// Sizes of two shingle sets and of what they share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Shingles of the first.
    pub a: usize,
    /// Shingles of the second.
    pub b: usize,
    /// Shingles of both.
    pub both: usize,
}

impl Overlap {
    /// Of two prepared documents, exactly.
    pub fn of(a: &Prepared, b: &Prepared) -> Self {
        Shared::of(a, b).overlap
    }

    /// Jaccard similarity, 0 to 1. 0 where both are empty.
    pub fn jaccard(self) -> f64 {
        ratio(self.both, self.a + self.b - self.both)
    }

    /// Share of the first that the second has.
    pub fn containment_a(self) -> f64 {
        ratio(self.both, self.a)
    }

    /// Share of the second that the first has.
    pub fn containment_b(self) -> f64 {
        ratio(self.both, self.b)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The shingles that two documents share.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    pub(super) overlap: Overlap,
    /// Places of the shingles that stand once in each, `(in a, in b)`, ascending by the first.
    pub(super) anchors: Vec<(u32, u32)>,
}

impl Shared {
    /// Looks up every shingle of the first in the second: at first where the last one was found,
    /// one further, which is right nearly everywhere in a copy.
    pub(super) fn of(a: &Prepared, b: &Prepared) -> Self {
        let mut anchors = Vec::with_capacity(a.distinct.min(b.distinct));
        let mut both = 0;
        let mut shift = 0_usize;
        for (place, (&hash, &kind)) in a.hashes.iter().zip(&a.kinds).enumerate() {
            if kind == Kind::Again {
                continue;
            }
            let beside = place.wrapping_add(shift);
            let other = if b.hashes.get(beside) == Some(&hash) {
                beside
            } else if let Some(found) = b.find(hash) {
                shift = found.wrapping_sub(place);
                found
            } else {
                continue;
            };
            both += 1;
            if kind == Kind::Once && b.kinds[other] == Kind::Once {
                anchors.push((place as u32, other as u32));
            }
        }
        Self {
            overlap: Overlap {
                a: a.distinct,
                b: b.distinct,
                both,
            },
            anchors,
        }
    }
}
