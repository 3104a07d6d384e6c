//! One character to its atom: what it counts as in the canonical form.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use crate::model::to_simplified;

/// What one character counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    /// Nothing: spaces, punctuation, symbols, controls. The gap that it makes.
    Gap(u8),
    /// One token of its own: Han, kana, Hangul, and other scripts without spaces.
    Char(u32),
    /// A Han numeral, which may be a number or part of a word.
    Numeral(u32),
    /// A decimal digit, 0 to 9.
    Digit(u8),
    /// A letter of a word.
    Letter(u32),
    /// A sign that masks digits where it stands among text.
    Mask(u32),
}

/// What stood between two atoms, as bits.
pub(super) mod gap {
    /// A space.
    pub(in super::super) const SPACE: u8 = 1;
    /// A line end.
    pub(in super::super) const LINE: u8 = 2;
    /// A sign that ends a sentence or clause.
    pub(in super::super) const STOP: u8 = 4;
    /// `.` between digits, or the dot of a heading number.
    pub(in super::super) const DOT: u8 = 8;
    /// `,` between digits.
    pub(in super::super) const COMMA: u8 = 16;
    /// What closes a heading number: 、 and closing brackets.
    pub(in super::super) const CLOSE: u8 = 32;
    /// An opening bracket.
    pub(in super::super) const OPEN: u8 = 64;
    /// Anything else.
    pub(in super::super) const OTHER: u8 = 128;
    /// Nothing that separates: combining and zero-width characters.
    pub(in super::super) const NONE: u8 = 0;
}

/// An [`Atom`] in one word: its kind in the upper byte, its value below.
pub(super) type Packed = u32;

const KIND_SHIFT: u32 = 24;
/// Kinds of [`Packed`] atoms.
pub(super) mod kind {
    pub(in super::super) const GAP: u32 = 0;
    pub(in super::super) const CHAR: u32 = 1;
    pub(in super::super) const NUMERAL: u32 = 2;
    pub(in super::super) const DIGIT: u32 = 3;
    pub(in super::super) const LETTER: u32 = 4;
    pub(in super::super) const MASK: u32 = 5;
}

/// The kind of a packed atom.
#[inline]
pub(super) fn kind_of(packed: Packed) -> u32 {
    packed >> KIND_SHIFT
}

/// The value of a packed atom: a code point, a digit or gap bits.
#[inline]
pub(super) fn value_of(packed: Packed) -> u32 {
    packed & ((1 << KIND_SHIFT) - 1)
}

fn pack(atom: Atom) -> Packed {
    let (kind, value) = match atom {
        Atom::Gap(bits) => (kind::GAP, u32::from(bits)),
        Atom::Char(c) => (kind::CHAR, c),
        Atom::Numeral(c) => (kind::NUMERAL, c),
        Atom::Digit(d) => (kind::DIGIT, u32::from(d)),
        Atom::Letter(c) => (kind::LETTER, c),
        Atom::Mask(c) => (kind::MASK, c),
    };
    kind << KIND_SHIFT | value
}

/// The atom in a packed word.
#[inline]
pub(super) fn unpack(packed: Packed) -> Atom {
    let value = value_of(packed);
    match kind_of(packed) {
        kind::CHAR => Atom::Char(value),
        kind::NUMERAL => Atom::Numeral(value),
        kind::DIGIT => Atom::Digit(value as u8),
        kind::LETTER => Atom::Letter(value),
        kind::MASK => Atom::Mask(value),
        _ => Atom::Gap(value as u8),
    }
}

/// Atoms of the BMP by code point.
pub(super) fn table() -> &'static [Packed] {
    static TABLE: OnceLock<Vec<Packed>> = OnceLock::new();
    TABLE.get_or_init(|| {
        (0..0x1_0000)
            .map(|code| pack(char::from_u32(code).map_or(Atom::Gap(gap::OTHER), fold)))
            .collect()
    })
}

/// The atom of a character, by the table in the BMP.
#[inline]
pub(super) fn packed(table: &[Packed], c: char) -> Packed {
    match table.get(c as usize) {
        Some(&packed) => packed,
        None => pack(fold(c)),
    }
}

fn fold(c: char) -> Atom {
    match c {
        ' ' | '\u{3000}' | '\t' | '\u{a0}' => return Atom::Gap(gap::SPACE),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => return Atom::Gap(gap::LINE),
        '。' | '！' | '？' | '；' | '：' | '!' | '?' | ';' | ':' => {
            return Atom::Gap(gap::STOP);
        }
        '.' | '．' => return Atom::Gap(gap::DOT),
        ',' | '，' => return Atom::Gap(gap::COMMA),
        '、' | ')' | '）' | ']' | '］' | '】' | '〕' => return Atom::Gap(gap::CLOSE),
        '(' | '（' | '[' | '［' | '【' | '〔' => return Atom::Gap(gap::OPEN),
        '×' | '✕' | '✖' | '╳' | '*' | '＊' | '○' | '◯' | '●' | '■' | '□' | '△' | '▲' =>
        {
            return Atom::Mask(u32::from(if c == '◯' { '○' } else { c }));
        }
        '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
        | '百' | '千' | '两' | '兩' | '廿' | '卅' => {
            return Atom::Numeral(u32::from(to_simplified(c)));
        }
        '℃' => return Atom::Letter(u32::from('c')),
        '℉' => return Atom::Letter(u32::from('f')),
        // Private use: nothing that two texts could share; the byte form uses two of them.
        '\u{e000}'..='\u{f8ff}' => return Atom::Gap(gap::OTHER),
        // Combining marks and invisible characters separate nothing.
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{fe00}'..='\u{fe0f}' => return Atom::Gap(gap::NONE),
        // Circled and bracketed numbers number headings.
        '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3243}' => {
            return Atom::Gap(gap::LINE);
        }
        _ => {}
    }
    // Width, compatibility ideographs and radicals: one character for one.
    let mut wide = std::iter::once(c).nfkc();
    let c = match (wide.next(), wide.next()) {
        (Some(one), None) => one,
        _ => c,
    };
    if let Some(digit) = decimal_digit(c) {
        return Atom::Digit(digit);
    }
    if is_char_script(c) {
        return Atom::Char(u32::from(to_simplified(c)));
    }
    if c.is_alphanumeric() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        return if lower.is_alphabetic() {
            Atom::Letter(u32::from(lower))
        } else {
            Atom::Gap(gap::OTHER)
        };
    }
    Atom::Gap(gap::OTHER)
}

/// The sign that a character is where it stands right before a number, or behind it (‰). Without
/// them -18 and 18, or what is allowed from 18 on and up to 18, were the same.
#[inline]
pub(super) fn sign(c: char) -> Option<char> {
    match c {
        '-' | '−' | '－' | '﹣' => Some('-'),
        '<' | '＜' | '﹤' => Some('<'),
        '>' | '＞' | '﹥' => Some('>'),
        '≤' | '≦' | '⩽' => Some('≤'),
        '≥' | '≧' | '⩾' => Some('≥'),
        '$' | '＄' => Some('$'),
        '€' | '£' | '±' | '‰' => Some(c),
        _ => None,
    }
}

/// Value of a decimal digit of any script that writes them in rows of ten.
fn decimal_digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 12] = [
        0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xE50, 0xED0, 0xF20, 0xFF10,
    ];
    let code = u32::from(c);
    ZEROS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&code))
        .map(|zero| (code - zero) as u8)
}

/// Scripts whose words are not set apart: each character is a token.
fn is_char_script(c: char) -> bool {
    matches!(u32::from(c),
        0xE00..=0xE4F | 0xE80..=0xECF | 0x1000..=0x103F | 0x1780..=0x17D3
        | 0x1100..=0x11FF | 0x3005..=0x3007 | 0x3041..=0x30FF | 0x3105..=0x312F | 0x3130..=0x318F
        | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA48C | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(c: char) -> Atom {
        unpack(packed(table(), c))
    }

    #[test]
    fn dresses_fall_off() {
        assert_eq!(atom('Ａ'), Atom::Letter('a' as u32));
        assert_eq!(atom('３'), Atom::Digit(3));
        assert_eq!(atom('學'), Atom::Char('学' as u32));
        assert_eq!(atom('⽂'), Atom::Char('文' as u32));
        assert_eq!(atom('三'), Atom::Numeral('三' as u32));
        assert_eq!(atom('。'), Atom::Gap(gap::STOP));
        assert_eq!(atom('，'), Atom::Gap(gap::COMMA));
        assert_eq!(atom('\u{1F600}'), Atom::Gap(gap::OTHER));
        assert_eq!(atom('𠀀'), Atom::Char('𠀀' as u32));
    }
}
