//! A document made ready for exact comparison.

use crate::model::{Canonical, token};

/// A canonical form with what comparisons of it need: shingles with their places, numbers with
/// theirs.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The canonical form.
    pub form: Canonical,
    /// Distinct shingle hashes, ascending.
    pub set: Vec<u64>,
    /// Place of the shingle in the form where it stands once, `REPEATED` where more often; in the
    /// order of `set`.
    places: Vec<u32>,
    /// Token places of the numbers, ascending.
    number_places: Vec<u32>,
    /// Byte offsets into `form.numbers`, one more than there are numbers.
    number_starts: Vec<u32>,
}

const REPEATED: u32 = u32::MAX;

impl Prepared {
    /// From a form and the hashes of its shingles in the order of the text.
    pub fn new(form: Canonical, hashes: &[u64]) -> Self {
        let placed = placed(hashes);
        let mut set: Vec<u64> = Vec::with_capacity(placed.len());
        let mut places: Vec<u32> = Vec::with_capacity(placed.len());
        for (hash, place) in placed {
            if set.last() == Some(&hash) {
                if let Some(last) = places.last_mut() {
                    *last = REPEATED;
                }
            } else {
                set.push(hash);
                places.push(place);
            }
        }
        let number_places = (0..)
            .zip(&form.tokens)
            .filter(|&(_, &token)| token == token::NUMBER)
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
            set,
            places,
            number_places,
            number_starts,
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

/// Hashes with their places, ascending.
fn placed(hashes: &[u64]) -> Vec<(u64, u32)> {
    // One word holds the upper bits of the hash and the place: half the bytes to sort.
    const PLACE_BITS: u32 = 20;
    const PLACE: u64 = (1 << PLACE_BITS) - 1;
    if hashes.len() <= PLACE as usize {
        let mut packed: Vec<u64> = hashes
            .iter()
            .zip(0_u64..)
            .map(|(hash, place)| hash & !PLACE | place)
            .collect();
        packed.sort_unstable();
        let out: Vec<(u64, u32)> = packed
            .iter()
            .map(|word| {
                let place = (word & PLACE) as u32;
                (hashes[place as usize], place)
            })
            .collect();
        // Two hashes that agree in the upper bits alone may stand the wrong way round.
        if out.is_sorted() {
            return out;
        }
    }
    let mut out: Vec<(u64, u32)> = hashes.iter().copied().zip(0..).collect();
    out.sort_unstable();
    out
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
        Self::of_sets(&a.set, &b.set)
    }

    /// Of two ascending sets, exactly.
    pub fn of_sets(a: &[u64], b: &[u64]) -> Self {
        let (mut x, mut y, mut both) = (0, 0, 0);
        while x < a.len() && y < b.len() {
            let (left, right) = (a[x], b[y]);
            both += usize::from(left == right);
            x += usize::from(left <= right);
            y += usize::from(right <= left);
        }
        Self {
            a: a.len(),
            b: b.len(),
            both,
        }
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

/// Places of the shingles that stand once in each, `(in a, in b)`, ascending by the first.
pub(super) fn anchors(a: &Prepared, b: &Prepared) -> Vec<(u32, u32)> {
    let mut out = Vec::with_capacity(a.set.len().min(b.set.len()));
    let (mut x, mut y) = (0, 0);
    while x < a.set.len() && y < b.set.len() {
        let (left, right) = (a.set[x], b.set[y]);
        if left == right && a.places[x] != REPEATED && b.places[y] != REPEATED {
            out.push((a.places[x], b.places[y]));
        }
        x += usize::from(left <= right);
        y += usize::from(right <= left);
    }
    out.sort_unstable();
    out
}
