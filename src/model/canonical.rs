//! The canonical form of a text: what two dresses of one text have in common.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

/// A token of the canonical form.
///
/// One character of Han, kana or Hangul, folded; or [`token::NUMBER`] for any number or mask; or a
/// class of spun words and its second half; or the hash of a word of another script.
pub type Token = u32;

/// Ranges of [`Token`].
pub mod token {
    use super::Token;

    /// Any number, whatever its value, and any mask (20xx, ××).
    pub const NUMBER: Token = 0x11_0000;
    /// First class of spun words. A spun word is two tokens, whatever its characters: this one
    /// and the same from [`CLASS_TAIL`], so that a shingle covers as much text with classes as
    /// without.
    pub const CLASS: Token = 0x20_0000;
    /// Second half of the first class.
    pub const CLASS_TAIL: Token = 0x40_0000;
    /// Set in the hash of a word.
    pub const WORD: Token = 0x8000_0000;

    /// Whether the token is one character of text.
    pub fn is_char(token: Token) -> bool {
        token < NUMBER
    }

    /// Whether the token is a class of spun words.
    pub fn is_class(token: Token) -> bool {
        (CLASS..WORD).contains(&token)
    }

    /// Whether the token is the first of the two of a spun word.
    pub fn is_head(token: Token) -> bool {
        (CLASS..CLASS_TAIL).contains(&token)
    }

    /// The class of spun words that the token is a half of.
    pub fn class_of(token: Token) -> Option<u32> {
        match token {
            CLASS..CLASS_TAIL => Some(token - CLASS),
            CLASS_TAIL..WORD => Some(token - CLASS_TAIL),
            _ => None,
        }
    }

    /// Whether the token is a word of letters.
    pub fn is_word(token: Token) -> bool {
        token & WORD != 0
    }
}

/// The mask that stands for any digits in [`Canonical::numbers`].
pub const MASK: char = '*';

/// A text without its dress: width, case, punctuation, spaces, traditional characters, heading
/// numbers and spun words are folded away; numbers are one token each, their digits kept aside.
///
/// It is never written out. Everything that a comparison of two texts needs follows from it.
#[derive(Clone, Debug, Default)]
pub struct Canonical {
    /// The tokens in the order of the text.
    pub tokens: Vec<Token>,
    /// What each [`token::NUMBER`] was, each followed by a line end: digits and `.`, and
    /// [`MASK`] for masked ones.
    pub numbers: String,
    /// The words of the word tokens, each followed by a line end.
    pub words: String,
    /// Which word of its class each head of a class was, in the order of the text: its number
    /// ([`super::spun::word_of`]). They are part of the dress: two forms that differ in them
    /// alone are equal. Empty where they are not known.
    pub spun: Vec<u8>,
    /// Tokens before which a sentence or line ended, ascending. They are part of the dress: two
    /// forms that differ in them alone are equal.
    pub stops: Vec<u32>,
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens && self.numbers == other.numbers && self.words == other.words
    }
}

impl Eq for Canonical {}

impl Canonical {
    /// Number of tokens.
    pub fn len_tokens(&self) -> usize {
        self.tokens.len()
    }

    /// The numbers in their order.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.numbers.lines()
    }

    /// Tokens `from..to` as readable text.
    pub fn text_of(&self, from: usize, to: usize) -> String {
        let mut numbers = self.numbers.lines();
        let mut words = self.words.lines();
        let mut spun = self.spun.iter();
        let mut out = String::new();
        for (at, &token) in self.tokens.iter().enumerate().take(to) {
            let shown = if token == token::NUMBER {
                numbers.next().unwrap_or("")
            } else if token::is_word(token) {
                words.next().unwrap_or("")
            } else if token::is_head(token) {
                let number = spun.next().copied().unwrap_or(0);
                super::spun::word_of(token - token::CLASS, number)
            } else {
                if at >= from {
                    push_token(&mut out, token);
                }
                continue;
            };
            if at >= from {
                push_shown(&mut out, shown);
            }
        }
        out
    }

    /// A reader of passages in ascending order, each of them without a look at what stands before
    /// the last.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            form: self,
            at: 0,
            numbers: self.numbers.lines(),
            words: self.words.lines(),
            spun: self.spun.iter(),
        }
    }

    /// Appends the form as bytes: about 2 a Han character. [`Canonical::from_bytes`] reads it.
    /// Returns how many of them two equal forms have in common: all but the spun words and stops at
    /// the end.
    pub fn write_bytes(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        out.reserve(self.tokens.len() * 2 + self.numbers.len() + self.words.len() + 12);
        for size in [self.tokens.len(), self.numbers.len(), self.words.len()] {
            out.extend_from_slice(&u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
        }
        let mut at = 0;
        while let Some(&token) = self.tokens.get(at) {
            at += 1;
            let tail = self.tokens.get(at).copied();
            match token {
                0..SHORT_CLASS | 0xF900..=0xFFFF => {
                    out.extend_from_slice(&(token as u16).to_le_bytes());
                }
                token::NUMBER => out.extend_from_slice(&(SHORT_NUMBER as u16).to_le_bytes()),
                token::CLASS..SHORT_CLASS_END
                    if tail == Some(token - token::CLASS + token::CLASS_TAIL) =>
                {
                    let short = token - token::CLASS + SHORT_CLASS;
                    out.extend_from_slice(&(short as u16).to_le_bytes());
                    at += 1;
                }
                _ => {
                    out.extend_from_slice(&(ESCAPE as u16).to_le_bytes());
                    out.extend_from_slice(&token.to_le_bytes());
                }
            }
        }
        out.extend_from_slice(self.numbers.as_bytes());
        out.extend_from_slice(self.words.as_bytes());
        let identity_bytes = out.len() - start;
        let mut last = 0;
        for &stop in &self.stops {
            let mut step = stop.saturating_sub(last);
            last = stop;
            while step >= 0x80 {
                out.push(step as u8 | 0x80);
                step >>= 7;
            }
            out.push(step as u8);
        }
        if !self.spun.is_empty() {
            out.extend_from_slice(&SPUN_MARK);
            out.extend_from_slice(&self.spun);
        }
        identity_bytes
    }

    /// XXH3-128 of what equal forms have in common, the spun words as they stand and all numbers:
    /// `bytes` are the first ones of [`Canonical::write_bytes`], as many as that says.
    pub fn identity(&self, bytes: &[u8]) -> u128 {
        let seed = if self.spun.is_empty() {
            0
        } else {
            xxh3_64(&self.spun)
        };
        xxh3_128_with_seed(bytes, seed)
    }

    /// Reads what [`Canonical::write_bytes`] wrote. None where the bytes are not of it.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let size = |at: usize| -> Option<usize> {
            let four = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(four) as usize)
        };
        let (tokens_count, numbers_bytes, words_bytes) = (size(0)?, size(4)?, size(8)?);
        if tokens_count > 2 * bytes.len() {
            return None;
        }
        let mut at = 12;
        let mut tokens = Vec::with_capacity(tokens_count);
        while tokens.len() < tokens_count {
            let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
            at += 2;
            let token = match u32::from(u16::from_le_bytes(two)) {
                ESCAPE => {
                    let four = bytes.get(at..at + 4)?.try_into().ok()?;
                    at += 4;
                    u32::from_le_bytes(four)
                }
                SHORT_NUMBER => token::NUMBER,
                short @ SHORT_CLASS..ESCAPE => {
                    tokens.push(short - SHORT_CLASS + token::CLASS);
                    short - SHORT_CLASS + token::CLASS_TAIL
                }
                short => short,
            };
            tokens.push(token);
        }
        let numbers = bytes.get(at..at.checked_add(numbers_bytes)?)?;
        at += numbers_bytes;
        let words = bytes.get(at..at.checked_add(words_bytes)?)?;
        at += words_bytes;
        let mut stops = Vec::new();
        let (mut last, mut step, mut shift) = (0_u32, 0_u32, 0);
        let mut rest = bytes.get(at..)?;
        while let Some((&byte, behind)) = rest.split_first() {
            if shift == 0 && rest.starts_with(&SPUN_MARK) {
                break;
            }
            rest = behind;
            step |= u32::from(byte & 0x7F).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                last = last.checked_add(step)?;
                stops.push(last);
                (step, shift) = (0, 0);
            }
        }
        Some(Self {
            stops,
            tokens,
            spun: rest.get(SPUN_MARK.len()..).unwrap_or_default().to_vec(),
            numbers: String::from_utf8(numbers.to_vec()).ok()?,
            words: String::from_utf8(words.to_vec()).ok()?,
        })
    }
}

/// Appends one token that is neither number nor word nor head of a class.
fn push_token(out: &mut String, token: Token) {
    out.extend(char::from_u32(token));
}

/// Appends a number or word, apart from one that ends there.
fn push_shown(out: &mut String, shown: &str) {
    let glued = out
        .chars()
        .last()
        .is_some_and(|c| c.is_ascii_alphanumeric())
        && shown.starts_with(|c: char| c.is_alphanumeric());
    if glued {
        out.push(' ');
    }
    out.push_str(shown);
}

/// Reads a form as text, from its beginning to its end: [`Canonical::reader`].
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    form: &'a Canonical,
    at: usize,
    numbers: std::str::Lines<'a>,
    words: std::str::Lines<'a>,
    spun: std::slice::Iter<'a, u8>,
}

impl Reader<'_> {
    /// Tokens `from..to` as readable text. `from` must not lie before the end of the passage
    /// that was read last, else what lies there is left out.
    pub fn text(&mut self, from: usize, to: usize) -> String {
        let mut out = String::new();
        while self.at < to.min(self.form.tokens.len()) {
            let token = self.form.tokens[self.at];
            let is_wanted = self.at >= from;
            self.at += 1;
            let shown = if token == token::NUMBER {
                self.numbers.next()
            } else if token::is_word(token) {
                self.words.next()
            } else if token::is_head(token) {
                let number = self.spun.next().copied().unwrap_or(0);
                Some(super::spun::word_of(token - token::CLASS, number))
            } else {
                if is_wanted {
                    push_token(&mut out, token);
                }
                continue;
            };
            if is_wanted {
                push_shown(&mut out, shown.unwrap_or(""));
            }
        }
        out
    }
}

/// First of the codes of whole spun words, head and tail. These codes, and the two behind them,
/// stand in the private use area, which the canonical form drops.
const SHORT_CLASS: Token = 0xE000;
const SHORT_CLASS_END: Token = token::CLASS + (ESCAPE - SHORT_CLASS);
/// Stands before the spun words: a step of 0 on two bytes, which no writer of stops makes.
const SPUN_MARK: [u8; 2] = [0x80, 0];
/// Says that the token follows in four bytes.
const ESCAPE: Token = 0xF000;
const SHORT_NUMBER: Token = 0xF001;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let form = Canonical {
            tokens: vec![
                0x4E2D,
                token::NUMBER,
                token::WORD | 77,
                token::CLASS + 3,
                token::CLASS_TAIL + 3,
                token::CLASS + 5,
                0xE001,
                token::CLASS_TAIL + 7,
                token::CLASS + 0xF_0000,
                0x2_0000,
                0xFF21,
            ],
            numbers: "2012\n".into(),
            words: "covid\n".into(),
            spun: vec![2, 0, 7],
            stops: vec![0, 3, 500],
        };
        let mut bytes = Vec::new();
        let identity_bytes = form.write_bytes(&mut bytes);
        let back = Canonical::from_bytes(&bytes).unwrap();
        assert_eq!((&back.stops, &back.spun), (&form.stops, &form.spun));
        assert_eq!(back, form);
        assert_eq!(Canonical::from_bytes(&bytes[..identity_bytes - 1]), None);
        assert_eq!(Canonical::from_bytes(&[9; 12]), None);
    }
}
