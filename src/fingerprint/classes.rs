//! Spun words found at a place of the text: one class for all words that sites confuse.

use std::sync::OnceLock;

use crate::model::{Token, spun, to_simplified};

use super::canon::Placed;
use super::fold::gap;

/// Spun words by their first two characters.
pub(super) struct Classes {
    /// A bit for each character of the BMP that begins a word.
    first: Vec<u64>,
    /// A bit for each hash of two characters that begin a word, so that nearly all places where
    /// none begins cost one look.
    pairs: Vec<u64>,
    /// First two characters, ascending, and which words.
    heads: Vec<(u64, u32, u32)>,
    /// 1 + place in `heads` by hash of the characters, open addressing; 0 for free.
    slots: Vec<u32>,
    /// Further characters of the words and their classes; of one head the longest first.
    words: Vec<(Vec<Token>, u32)>,
}

/// Bits of `pairs`, as a power of two.
const PAIR_BITS: u32 = 16;

impl Classes {
    pub(super) fn shared() -> &'static Self {
        static CLASSES: OnceLock<Classes> = OnceLock::new();
        CLASSES.get_or_init(|| Self::new(spun::class_words()))
    }

    fn new<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut all: Vec<(u64, Vec<Token>, u32)> = words
            .filter_map(|(word, class)| {
                let word: Vec<Token> = word.chars().map(|c| u32::from(to_simplified(c))).collect();
                let (&[first, second], rest) = word.split_first_chunk()?;
                (first < 0x1_0000).then(|| (head(first, second), rest.to_vec(), class))
            })
            .collect();
        all.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then(b.1.len().cmp(&a.1.len()))
                .then(a.1.cmp(&b.1))
        });
        let mut out = Self {
            first: vec![0; 0x1_0000 / 64],
            pairs: vec![0; 1 << (PAIR_BITS - 6)],
            heads: Vec::new(),
            slots: Vec::new(),
            words: Vec::with_capacity(all.len()),
        };
        for (head, rest, class) in all {
            let first = (head >> 32) as usize;
            out.first[first / 64] |= 1 << (first % 64);
            let bit = pair_bit(head);
            out.pairs[bit / 64] |= 1 << (bit % 64);
            out.words.push((rest, class));
            let end = out.words.len() as u32;
            match out.heads.last_mut() {
                Some(last) if last.0 == head => last.2 = end,
                _ => out.heads.push((head, end - 1, end)),
            }
        }
        out.slots = vec![0; (out.heads.len() * 4 + 1).next_power_of_two()];
        for (place, &(head, _, _)) in (1..).zip(&out.heads) {
            let mut at = slot(head, out.slots.len());
            while out.slots[at] != 0 {
                at = (at + 1) & (out.slots.len() - 1);
            }
            out.slots[at] = place;
        }
        out
    }

    /// Whether a word begins with this character.
    #[inline]
    pub(super) fn may_begin(&self, c: Token) -> bool {
        self.first
            .get(c as usize / 64)
            .is_some_and(|bits| bits >> (c % 64) & 1 == 1)
    }

    /// Class and length in atoms of the longest spun word that begins the atoms.
    #[inline]
    pub(super) fn longest(&self, c: Token, atoms: &[Placed]) -> Option<(u32, usize)> {
        let second = atoms
            .get(1)
            .filter(|next| joins(next.gap))
            .and_then(|next| next.char());
        self.of_head(head(c, second?), atoms)
    }

    #[inline]
    fn of_head(&self, head: u64, atoms: &[Placed]) -> Option<(u32, usize)> {
        let bit = pair_bit(head);
        if self.pairs[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mut at = slot(head, self.slots.len());
        let (from, to) = loop {
            let place = self.slots[at].checked_sub(1)? as usize;
            match self.heads[place] {
                (this, from, to) if this == head => break (from as usize, to as usize),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        };
        let more = atoms.get(2..).unwrap_or_default();
        self.words[from..to]
            .iter()
            .find(|(rest, _)| {
                rest.len() <= more.len()
                    && rest
                        .iter()
                        .zip(more)
                        .all(|(&c, placed)| joins(placed.gap) && placed.char() == Some(c))
            })
            .map(|(rest, class)| (*class, 2 + rest.len()))
    }
}

/// Whether a word goes on over a gap: page breaks and spaces tear words.
fn joins(gap: u8) -> bool {
    gap & !(gap::SPACE | gap::LINE) == 0
}

fn head(first: Token, second: Token) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[inline]
fn pair_bit(head: u64) -> usize {
    (head.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PAIR_BITS)) as usize
}

/// Where a head is looked for in a table of so many slots, a power of two.
#[inline]
fn slot(head: u64, slots: usize) -> usize {
    (head.wrapping_mul(0xC2B2_AE3D_27D4_EB4F) >> 40) as usize & (slots - 1)
}
