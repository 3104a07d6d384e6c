//! The canonical form of a text: what two dresses of one text have in common.

/// A token of the canonical form.
///
/// One character of Han, kana or Hangul, folded; or [`token::NUMBER`] for any number or mask; or a
/// class of spun words; or the hash of a word of another script.
pub type Token = u32;

/// Ranges of [`Token`].
pub mod token {
    use super::Token;

    /// Any number, whatever its value, and any mask (20xx, ××).
    pub const NUMBER: Token = 0x11_0000;
    /// First class of spun words.
    pub const CLASS: Token = 0x20_0000;
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
        let mut out = String::new();
        for (at, &token) in self.tokens.iter().enumerate().take(to) {
            let shown = if token == token::NUMBER {
                numbers.next().unwrap_or("")
            } else if token::is_word(token) {
                words.next().unwrap_or("")
            } else {
                if at >= from {
                    match char::from_u32(token) {
                        Some(c) => out.push(c),
                        None => out.push_str(super::spun::class_name(token - token::CLASS)),
                    }
                }
                continue;
            };
            if at >= from {
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
        }
        out
    }

    /// Appends the form as bytes: about 2 a Han character. [`Canonical::from_bytes`] reads it.
    /// Returns how many of them two equal forms have in common: all but the stops at the end.
    pub fn write_bytes(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        out.reserve(self.tokens.len() * 2 + self.numbers.len() + self.words.len() + 12);
        for size in [self.tokens.len(), self.numbers.len(), self.words.len()] {
            out.extend_from_slice(&u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
        }
        for &token in &self.tokens {
            match token {
                0..ESCAPE => out.extend_from_slice(&(token as u16).to_le_bytes()),
                token::NUMBER => out.extend_from_slice(&(SHORT_NUMBER as u16).to_le_bytes()),
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
        identity_bytes
    }

    /// Reads what [`Canonical::write_bytes`] wrote. None where the bytes are not of it.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let size = |at: usize| -> Option<usize> {
            let four = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(four) as usize)
        };
        let (tokens_count, numbers_bytes, words_bytes) = (size(0)?, size(4)?, size(8)?);
        if tokens_count > bytes.len() {
            return None;
        }
        let mut at = 12;
        let mut tokens = Vec::with_capacity(tokens_count);
        for _ in 0..tokens_count {
            let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
            at += 2;
            tokens.push(match u32::from(u16::from_le_bytes(two)) {
                ESCAPE => {
                    let four = bytes.get(at..at + 4)?.try_into().ok()?;
                    at += 4;
                    u32::from_le_bytes(four)
                }
                SHORT_NUMBER => token::NUMBER,
                short => short,
            });
        }
        let numbers = bytes.get(at..at.checked_add(numbers_bytes)?)?;
        at += numbers_bytes;
        let words = bytes.get(at..at.checked_add(words_bytes)?)?;
        at += words_bytes;
        let mut stops = Vec::new();
        let (mut last, mut step, mut shift) = (0_u32, 0_u32, 0);
        for &byte in bytes.get(at..)? {
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
            numbers: String::from_utf8(numbers.to_vec()).ok()?,
            words: String::from_utf8(words.to_vec()).ok()?,
        })
    }
}

/// Says that the token follows in four bytes. Both stand in the private use area, which the
/// canonical form drops.
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
                0x2_0000,
                0xFF21,
            ],
            numbers: "2012\n".into(),
            words: "covid\n".into(),
            stops: vec![0, 3, 500],
        };
        let mut bytes = Vec::new();
        let identity_bytes = form.write_bytes(&mut bytes);
        let back = Canonical::from_bytes(&bytes).unwrap();
        assert_eq!(back.stops, form.stops);
        assert_eq!(back, form);
        assert_eq!(Canonical::from_bytes(&bytes[..identity_bytes - 1]), None);
        assert_eq!(Canonical::from_bytes(&[9; 12]), None);
    }
}
