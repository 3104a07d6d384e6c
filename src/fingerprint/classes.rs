//! Spun words found at a place of the text: one class for all words that sites confuse.

use std::sync::OnceLock;

use crate::model::{Token, spun, to_simplified};

use super::atoms::Placed;
use super::fold::gap;

/// Spun words by their first two characters.
pub(super) struct Classes {
    /// A bit for each hash of two characters that begin a word, so that nearly all places where
    /// none begins cost one look.
    pairs: Vec<u64>,
    /// Heads by hash of the characters, open addressing.
    slots: Vec<Head>,
    /// Further characters of the words and their [`Word`]s; of one head the longest first.
    words: Vec<(Vec<Token>, Word)>,
}

/// The class of a word, and in the upper byte its number among the words of the class.
type Word = u32;

const NUMBER_SHIFT: u32 = 24;

/// A spun word at a place.
pub(super) struct Found {
    /// Its class.
    pub(super) class: u32,
    /// Its number among the words of the class.
    pub(super) number: u8,
    /// Atoms that it is made of.
    pub(super) len_atoms: usize,
}

/// Two characters that begin words, and which words these are. One look finds all that is to be
/// known of a word of two characters.
#[derive(Clone, Copy, Default)]
struct Head {
    /// The characters; 0 for a free slot.
    head: u64,
    /// First of the words; of a head that is the only word of its own the class, as in `words`.
    from: u32,
    /// Behind the last of the words; 0 of a head that is the only word of its own.
    to: u32,
}

/// Bits of `pairs`, as a power of two.
const PAIR_BITS: u32 = 17;

impl Classes {
    pub(super) fn shared() -> &'static Self {
        static CLASSES: OnceLock<Classes> = OnceLock::new();
        CLASSES.get_or_init(|| Self::new(spun::class_words()))
    }

    fn new<'a>(words: impl Iterator<Item = (&'a str, u32, u8)>) -> Self {
        let mut all: Vec<(u64, Vec<Token>, Word)> = words
            .filter_map(|(word, class, number)| {
                let class = class | u32::from(number) << NUMBER_SHIFT;
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
            pairs: vec![0; 1 << (PAIR_BITS - 6)],
            slots: Vec::new(),
            words: Vec::with_capacity(all.len()),
        };
        let mut heads: Vec<Head> = Vec::new();
        for words in all.chunk_by(|a, b| a.0 == b.0) {
            let (head, rest, class) = &words[0];
            let bit = pair_bit(*head);
            out.pairs[bit / 64] |= 1 << (bit % 64);
            let (mut from, mut to) = (*class, 0);
            if words.len() > 1 || !rest.is_empty() {
                from = out.words.len() as u32;
                let rests = words.iter().map(|(_, rest, class)| (rest.clone(), *class));
                out.words.extend(rests);
                to = out.words.len() as u32;
            }
            let head = *head;
            heads.push(Head { head, from, to });
        }
        out.slots = vec![Head::default(); (heads.len() * 2 + 1).next_power_of_two()];
        for head in heads {
            let mut at = slot(head.head, out.slots.len());
            while out.slots[at].head != 0 {
                at = (at + 1) & (out.slots.len() - 1);
            }
            out.slots[at] = head;
        }
        out
    }

    /// The longest spun word that begins the atoms, the first of which is the character `c`.
    #[inline]
    pub(super) fn longest(&self, c: Token, atoms: &[Placed]) -> Option<Found> {
        let second = atoms.get(1)?;
        // The bit is asked for whatever the second atom is: it says no nearly everywhere, and a
        // branch that always goes one way costs nothing.
        let head = head(c, second.value());
        let bit = pair_bit(head);
        if self.pairs[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        if !joins(second.gap) || second.char().is_none() {
            return None;
        }
        let (word, len_atoms) = self.of_head(head, atoms)?;
        Some(Found {
            class: word & ((1 << NUMBER_SHIFT) - 1),
            number: (word >> NUMBER_SHIFT) as u8,
            len_atoms,
        })
    }

    fn of_head(&self, head: u64, atoms: &[Placed]) -> Option<(Word, usize)> {
        let mut at = slot(head, self.slots.len());
        let found = loop {
            match self.slots[at] {
                found if found.head == head => break found,
                Head { head: 0, .. } => return None,
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        };
        if found.to == 0 {
            return Some((found.from, 2));
        }
        let (from, to) = (found.from as usize, found.to as usize);
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
