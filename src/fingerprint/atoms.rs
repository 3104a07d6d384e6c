//! The atoms of a text in their places, and what their gaps say of its dress.

use crate::model::Token;

use super::fold::{Atom, Packed, gap, kind, kind_of, packed, sign, table, unpack, value_of};

/// An atom in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) packed: Packed,
    pub(super) start: u32,
    /// Bytes in the text.
    len: u8,
    /// What stood before it, [`gap`] bits.
    pub(super) gap: u8,
}

impl Placed {
    #[inline]
    pub(super) fn atom(self) -> Atom {
        unpack(self.packed)
    }

    /// The code point of a character or numeral.
    #[inline]
    pub(super) fn char(self) -> Option<Token> {
        matches!(kind_of(self.packed), kind::CHAR | kind::NUMERAL).then(|| value_of(self.packed))
    }

    /// What the atom is, whatever its kind.
    #[inline]
    pub(super) fn value(self) -> Token {
        value_of(self.packed)
    }

    pub(super) fn end(self) -> usize {
        self.start as usize + usize::from(self.len)
    }
}

/// The atoms of a text, and what their gaps say of its dress.
#[derive(Debug, Default)]
pub(super) struct Atoms {
    pub(super) all: Vec<Placed>,
    /// Signs ([`sign`]) with the number of the atom that they stand right before, ascending.
    pub(super) signs: Vec<(u32, char)>,
    /// Characters with nothing but a space before them.
    pub(super) spaced: u32,
    /// Line ends.
    pub(super) lines: u32,
    /// Line ends within a sentence: neither a stop before them nor an indent behind.
    pub(super) broken: u32,
}

impl Atoms {
    pub(super) fn read(&mut self, text: &str) {
        self.all.clear();
        self.all.reserve(text.len() / 3 + 8);
        (self.spaced, self.lines, self.broken) = (0, 0, 0);
        let table = table();
        let mut before = gap::LINE;
        self.signs.clear();
        for (start, c) in text.char_indices() {
            let packed = packed(table, c);
            if kind_of(packed) == kind::GAP {
                before |= packed as u8;
                if packed as u8 == gap::OTHER
                    && let Some(sign) = sign(c)
                {
                    let next_byte = start + c.len_utf8();
                    if sign == '‰' || starts_with_digit(&text[next_byte..]) {
                        self.signs.push((self.all.len() as u32, sign));
                    }
                }
                continue;
            }
            if before != gap::NONE {
                self.spaced += u32::from(before == gap::SPACE && packed >> 24 == kind::CHAR);
                self.lines += u32::from(before & gap::LINE != 0);
                self.broken += u32::from(before == gap::LINE);
            }
            self.all.push(Placed {
                packed,
                start: start as u32,
                len: c.len_utf8() as u8,
                gap: before,
            });
            before = gap::NONE;
        }
    }
}

/// Whether a digit stands first.
fn starts_with_digit(text: &str) -> bool {
    let table = table();
    let first = text.chars().next();
    first.is_some_and(|c| kind_of(packed(table, c)) == kind::DIGIT)
}
