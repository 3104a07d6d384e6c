//! A table of Chinese words that finds all of them in a text in one pass.

/// A set of words, each with a number, found at any place of a text, word boundaries or not.
///
/// Words are one or more characters of the Basic Multilingual Plane. A pass costs one look at a
/// filter of 32 KiB a character, by the bytes of two neighbouring characters as they stand; the
/// words themselves are only touched where the filter says that these may begin one.
///
/// ```
/// use qingwen::model::WordTable;
/// let table = WordTable::new([("会晤", 1), ("晤临", 2), ("则", 3)]);
/// let mut found = Vec::new();
/// table.scan("将会晤临困难", |at_bytes, len_bytes, id| found.push((at_bytes, len_bytes, id)));
/// assert_eq!(found, [(3, 6, 1), (6, 6, 2)]);
/// assert_eq!(table.longest_at("细则", 3), Some((3, 3)));
/// ```
#[derive(Clone, Debug)]
pub struct WordTable {
    /// A bit for each hash of the bytes of two neighbouring characters that begin a word.
    filter: Box<[u64; FILTER_WORDS]>,
    /// Slots by the first two characters: key, then the range of `entries`.
    slots: Box<[Slot]>,
    entries: Vec<Entry>,
    /// A bit for the lower six bits of the last byte of each word of one character.
    singles: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u32,
    first: u32,
    count: u32,
}

#[derive(Clone, Debug)]
struct Entry {
    /// What follows the first two characters.
    rest: Box<str>,
    len_bytes: usize,
    id: u32,
}

const FILTER_BITS: u32 = 18;
const FILTER_WORDS: usize = 1 << (FILTER_BITS - 6);

/// Both characters in one number; the second is 0 for a word of one.
fn key(first: u32, second: u32) -> u32 {
    first << 16 | second
}

fn mix(key: u32) -> u32 {
    key.wrapping_mul(0x9E37_79B1) ^ (key >> 15).wrapping_mul(0x85EB_CA6B)
}

/// The bit of the first characters of a word, by their bytes, the first of them lowest.
fn bit_of(first_bytes: u64) -> (usize, u64) {
    let mixed = first_bytes.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS);
    (mixed as usize >> 6, mixed & 63)
}

/// The bytes of a piece of at most eight, the first of them lowest.
fn packed(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(eight)
}

/// The character of three bytes that they stand for.
fn char_of(three: u64) -> u32 {
    let [a, b, c, ..] = three.to_le_bytes().map(u32::from);
    (a & 15) << 12 | (b & 63) << 6 | c & 63
}

/// The bytes of one and of two characters of three bytes.
const ONE: u64 = 0xFF_FFFF;
const TWO: u64 = 0xFFFF_FFFF_FFFF;

impl WordTable {
    /// A table of `(word, number)`. Words that are empty or leave the BMP are never found.
    pub fn new<'a>(words: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut filter = Box::new([0_u64; FILTER_WORDS]);
        let mut listed: Vec<(u32, &str, usize, u32)> = words
            .into_iter()
            .filter_map(|(word, id)| {
                let mut chars = word.chars();
                let first = u32::from(chars.next()?);
                let second = chars.next().map_or(0, u32::from);
                let fits = first <= 0xFFFF && second <= 0xFFFF;
                if fits {
                    let first_bytes = word.len() - chars.as_str().len();
                    let (at, bit) = bit_of(packed(&word.as_bytes()[..first_bytes]));
                    filter[at] |= 1 << bit;
                }
                fits.then(|| (key(first, second), chars.as_str(), word.len(), id))
            })
            .collect();
        // Longest first, so that the first that fits is the longest.
        listed.sort_by(|a, b| (a.0, b.2, a.1, a.3).cmp(&(b.0, a.2, b.1, b.3)));
        listed.dedup_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let size = (listed.len() * 2 + 2).next_power_of_two();
        let mut slots = vec![Slot::default(); size].into_boxed_slice();
        let mut entries: Vec<Entry> = Vec::with_capacity(listed.len());
        let mut singles = 0;
        for (key, rest, len_bytes, id) in listed {
            if key & 0xFFFF == 0 {
                singles |= 1_u64 << (key >> 16 & 63);
            }
            let mut at = mix(key) as usize & (size - 1);
            while slots[at].count > 0 && slots[at].key != key {
                at = (at + 1) & (size - 1);
            }
            if slots[at].count == 0 {
                slots[at] = Slot {
                    key,
                    first: u32::try_from(entries.len()).unwrap_or(u32::MAX),
                    count: 0,
                };
            }
            slots[at].count += 1;
            entries.push(Entry {
                rest: rest.into(),
                len_bytes,
                id,
            });
        }
        Self {
            filter,
            slots,
            entries,
            singles,
        }
    }

    /// Calls `found(at_bytes, len_bytes, number)` for every word at every place, those that
    /// overlap too, in the order of the text, the longer before the shorter.
    pub fn scan(&self, text: &str, found: impl FnMut(usize, usize, u32)) {
        self.scan_all(text, found, |_| {});
    }

    /// The same, and `other(at_bytes)` for every character that is not of three bytes, as Chinese
    /// ones are (and for the second byte of one of two).
    ///
    /// ```
    /// use qingwen::model::WordTable;
    /// let mut others = Vec::new();
    /// WordTable::new([]).scan_all("第a章", |_, _, _| {}, |at| others.push(at));
    /// assert_eq!(others, [3]);
    /// ```
    pub fn scan_all(
        &self,
        text: &str,
        mut found: impl FnMut(usize, usize, u32),
        mut other: impl FnMut(usize),
    ) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            at += self.step(text, at, u64::from_le_bytes(*eight), &mut found, &mut other);
        }
        while at < bytes.len() {
            at += self.step(text, at, packed(&bytes[at..]), &mut found, &mut other);
        }
    }

    /// Looks at one character, whose bytes and those after it are `here`: how long it is.
    #[inline(always)]
    fn step(
        &self,
        text: &str,
        at: usize,
        here: u64,
        found: &mut impl FnMut(usize, usize, u32),
        other: &mut impl FnMut(usize),
    ) -> usize {
        // Chinese words hold no characters of other lengths than three bytes.
        if here as u8 & 0xF0 != 0xE0 {
            other(at);
            return if here as u8 >= 0xF0 { 4 } else { 1 };
        }
        if self.may_hold(here & TWO) && (here >> 24) as u8 & 0xF0 == 0xE0 {
            let key = key(char_of(here), char_of(here >> 24));
            self.entries_of(key, text, at + 6, |entry| {
                found(at, entry.len_bytes, entry.id);
                true
            });
        }
        if self.singles >> (here >> 16 & 63) & 1 == 1 && self.may_hold(here & ONE) {
            self.entries_of(key(char_of(here), 0), text, at + 3, |entry| {
                found(at, entry.len_bytes, entry.id);
                true
            });
        }
        3
    }

    /// The longest word that begins at byte `at`: its length in bytes and its number.
    pub fn longest_at(&self, text: &str, at: usize) -> Option<(usize, u32)> {
        let mut chars = text.get(at..)?.chars();
        let first = u32::from(chars.next()?);
        let after_first = text.len() - chars.as_str().len();
        let second = chars.next().map_or(0, u32::from);
        if first > 0xFFFF || second > 0xFFFF {
            return None;
        }
        let after_second = text.len() - chars.as_str().len();
        let mut longest = None;
        for (key, after) in [
            (key(first, second), after_second),
            (key(first, 0), after_first),
        ] {
            let first_bytes = text.as_bytes().get(at..after).unwrap_or_default();
            if longest.is_none() && self.may_hold(packed(first_bytes)) {
                self.entries_of(key, text, after, |entry| {
                    longest = Some((entry.len_bytes, entry.id));
                    false
                });
            }
        }
        longest
    }

    fn may_hold(&self, first_bytes: u64) -> bool {
        let (at, bit) = bit_of(first_bytes);
        self.filter[at] >> bit & 1 == 1
    }

    /// Calls `each` for the entries whose rest stands at `after`, until it says no.
    fn entries_of(&self, key: u32, text: &str, after: usize, mut each: impl FnMut(&Entry) -> bool) {
        let size = self.slots.len();
        let mut at = mix(key) as usize & (size - 1);
        while self.slots[at].count > 0 {
            let slot = self.slots[at];
            if slot.key == key {
                let range = slot.first as usize..(slot.first + slot.count) as usize;
                for entry in &self.entries[range] {
                    let stands = entry.rest.is_empty()
                        || text.as_bytes()[after..].starts_with(entry.rest.as_bytes());
                    if stands && !each(entry) {
                        return;
                    }
                }
                return;
            }
            at = (at + 1) & (size - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins_and_all_are_found() {
        let table = WordTable::new([("那么", 1), ("那么多", 2), ("么多", 3)]);
        assert_eq!(table.longest_at("是那么多", 3), Some((9, 2)));
        assert_eq!(table.longest_at("是那么大", 3), Some((6, 1)));
        let mut found = Vec::new();
        table.scan("a那么多😀那么", |at, len, id| {
            found.push((at, len, id))
        });
        assert_eq!(found, [(1, 9, 2), (1, 6, 1), (4, 6, 3), (14, 6, 1)]);
    }

    #[test]
    fn an_end_inside_a_word_finds_nothing() {
        let table = WordTable::new([("处置惩罚", 1)]);
        assert_eq!(table.longest_at("处置惩", 0), None);
        table.scan("处置惩", |_, _, _| panic!("found"));
        assert_eq!(WordTable::new([]).longest_at("处置", 0), None);
    }
}
