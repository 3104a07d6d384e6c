//! Which lines could need a change? One pass over the bytes, at memory speed.
//!
//! Every character has trigger bits; a line without any is never looked at again. The pass also
//! knows the neighbours: a comma between letters or a straight quote is decided later, but a
//! comma that touches no Chinese is no trigger at all, so that English and code cost as little
//! as clean Chinese.

use std::sync::LazyLock;

use unicode_normalization::{IsNormalized, char::canonical_combining_class, is_nfc_quick};

use super::document::Gaps;
use super::{bonds, chars, markup, number_space, stutter};

/// Invisible characters and controls.
pub(super) const INVISIBLE: u32 = 1;
/// `&`.
pub(super) const AMPERSAND: u32 = 1 << 1;
/// `[` and what else markup begins with.
pub(super) const BRACKET: u32 = 1 << 2;
/// Characters that NFC may change.
pub(super) const COMPOSE: u32 = 1 << 3;
/// Radicals and compatibility ideographs.
pub(super) const RADICAL: u32 = 1 << 4;
/// Presentation forms, ligatures, numbers with a full stop.
pub(super) const FORM: u32 = 1 << 5;
/// Full-width letters and digits.
pub(super) const WIDE_ALNUM: u32 = 1 << 6;
/// Circles and letters that may stand for 〇.
pub(super) const CIRCLE: u32 = 1 << 7;
/// Half-width punctuation.
pub(super) const HALF_PUNCT: u32 = 1 << 8;
/// Quotation marks.
pub(super) const QUOTE: u32 = 1 << 9;
/// Spaces of any kind.
pub(super) const SPACE: u32 = 1 << 10;
/// Parentheses.
pub(super) const PAREN: u32 = 1 << 11;
/// `\`, or the name of a Word field.
pub(super) const FIELD: u32 = 1 << 12;
/// Han characters (always set by them; never makes a line dirty by itself).
pub(super) const HAN: u32 = 1 << 13;
/// A full stop of either width.
pub(super) const STOP: u32 = 1 << 14;
/// Spaces that stand for an ordinary one.
pub(super) const ODD_SPACE: u32 = 1 << 15;
/// Straight single quotation marks.
pub(super) const SINGLE_QUOTE: u32 = 1 << 16;

static TABLE: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    (0..0x1_0000_u32)
        .map(|code| char::from_u32(code).map_or(0, |c| compact(slow_bits(c))))
        .collect()
});

/// The bits of triggers do not fit a byte: characters have few of them, so a byte names
/// the combination.
const COMBINATIONS: [u32; 14] = [
    0,
    INVISIBLE,
    AMPERSAND,
    BRACKET,
    COMPOSE,
    RADICAL,
    FORM,
    WIDE_ALNUM,
    CIRCLE,
    HALF_PUNCT,
    QUOTE,
    SPACE,
    HALF_PUNCT | PAREN,
    FIELD,
];
/// The place of `CIRCLE` among them.
const CIRCLE_CODE: u8 = 8;
const HAN_CODE: u8 = 14;
const STOP_CODE: u8 = 15;
const CIRCLE_ALNUM: u8 = 16;
const RADICAL_COMPOSE: u8 = 17;
const FORM_PAREN: u8 = 18;
const WIDE_STOP: u8 = 19;
const ODD: u8 = 20;
const STRAIGHT: u8 = 21;

fn compact(bits: u32) -> u8 {
    if let Some(code) = COMBINATIONS.iter().position(|&known| known == bits) {
        return u8::try_from(code).unwrap_or(0);
    }
    match bits {
        HAN => HAN_CODE,
        STOP => STOP_CODE,
        PAREN => FORM_PAREN,
        _ if bits == CIRCLE | WIDE_ALNUM => CIRCLE_ALNUM,
        _ if bits == STOP | WIDE_ALNUM => WIDE_STOP,
        _ if bits == SPACE | ODD_SPACE => ODD,
        _ if bits == QUOTE | SINGLE_QUOTE => STRAIGHT,
        _ => RADICAL_COMPOSE,
    }
}

/// The bits of each code.
static EXPANDED: [u32; 256] = {
    let mut bits = [0; 256];
    let mut code = 0;
    while code < COMBINATIONS.len() {
        bits[code] = COMBINATIONS[code];
        code += 1;
    }
    bits[HAN_CODE as usize] = HAN;
    bits[STOP_CODE as usize] = STOP;
    bits[CIRCLE_ALNUM as usize] = CIRCLE | WIDE_ALNUM;
    bits[RADICAL_COMPOSE as usize] = RADICAL | COMPOSE;
    bits[FORM_PAREN as usize] = PAREN;
    bits[WIDE_STOP as usize] = STOP | WIDE_ALNUM;
    bits[ODD as usize] = SPACE | ODD_SPACE;
    bits[STRAIGHT as usize] = QUOTE | SINGLE_QUOTE;
    bits
};

/// The trigger bits of one character, whatever stands beside it.
pub(super) fn bits(c: char) -> u32 {
    match TABLE.get(c as usize) {
        Some(&code) => EXPANDED[usize::from(code)],
        None => slow_bits(c),
    }
}

fn slow_bits(c: char) -> u32 {
    match c {
        '&' => AMPERSAND,
        '[' | ']' => BRACKET,
        '\\' | 'P' | 'H' | 'T' => FIELD,
        '.' => STOP,
        '．' => STOP | WIDE_ALNUM,
        ',' | ':' | ';' | '!' | '?' | '∶' | '｡' | '､' => HALF_PUNCT,
        '(' | ')' => HALF_PUNCT | PAREN,
        '（' | '）' => PAREN,
        '\'' | '＇' => QUOTE | SINGLE_QUOTE,
        '"' | '“' | '”' | '〝' | '〞' | '″' | '＂' => QUOTE,
        ' ' | '\t' | '\u{3000}' => SPACE,
        '○' | '◯' | 'O' | 'o' | '0' | '〇' => CIRCLE,
        '０' | 'Ｏ' => CIRCLE | WIDE_ALNUM,
        '１'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => WIDE_ALNUM,
        '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}' | '\u{fb00}'..='\u{fb06}' => FORM,
        '\u{2488}'..='\u{249b}' => FORM,
        '\u{2e80}'..='\u{2fd5}' => RADICAL,
        '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => RADICAL,
        '\u{4e00}'..='\u{9fff}' => HAN,
        _ if chars::is_odd_space(c) => SPACE | ODD_SPACE,
        _ if chars::is_invisible(c) => INVISIBLE,
        _ if canonical_combining_class(c) != 0 => COMPOSE,
        _ if is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes => COMPOSE,
        _ => 0,
    }
}

/// A line that could need a change: its bytes without the line end.
pub(super) type Dirty = (usize, usize);

/// The lines of `text` that could need a change, outside fenced code, and what was counted on
/// the way.
pub(super) fn dirty_lines(text: &str, dirty: &mut Vec<Dirty>) -> Gaps {
    dirty.clear();
    let table: &[u8] = &TABLE;
    let bytes = text.as_bytes();
    let mut scan = Scan {
        bytes,
        start: 0,
        hit: false,
        mark: false,
        open_quote: false,
        closed_quote: false,
        open_paren: false,
        wide_paren: false,
        groups: 0,
        last_group: 0,
        fence: None,
        gap: false,
        gaps: Gaps::default(),
        gapped: Vec::new(),
    };
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if (0xe4..=0xe9).contains(&byte) {
            // Han. Two alike may be a stutter; the neighbours tell.
            let mut last = 0;
            let mut rest = &bytes[at..];
            while let &[lead @ 0xe4..=0xe9, second, third, ref after @ ..] = rest {
                let here = u32::from_be_bytes([0, lead, second, third]);
                if here == last {
                    scan.hit |= scan.is_stutter(text, bytes.len() - rest.len());
                }
                (last, rest) = (here, after);
            }
            if rest.len() == bytes.len() - at {
                break;
            }
            at = bytes.len() - rest.len();
            continue;
        }
        if byte < 0x80 {
            let code = table[usize::from(byte)];
            if byte == b'\n' {
                scan.end_line(at, dirty);
            } else if code != 0 && (code != CIRCLE_CODE || at > 0 && bytes[at - 1] >= 0x80) {
                scan.ascii(at, byte, code);
            }
            at += 1;
            continue;
        }
        let width = match byte {
            0xf0.. => 4,
            0xe0.. => 3,
            _ => 2,
        };
        match width {
            2 => {
                let next = bytes.get(at + 1).copied().unwrap_or(0);
                let code = u32::from(byte & 0x1f) << 6 | u32::from(next & 0x3f);
                scan.hit |= table[code as usize] != 0;
            }
            3 => {
                let code = u32::from(byte & 0x0f) << 12
                    | u32::from(bytes.get(at + 1).copied().unwrap_or(0) & 0x3f) << 6
                    | u32::from(bytes.get(at + 2).copied().unwrap_or(0) & 0x3f);
                let class = table[code as usize];
                if class != 0 && class != HAN_CODE {
                    scan.wide(at, code, class);
                }
            }
            _ => scan.hit |= text[at..].chars().next().is_some_and(|c| slow_bits(c) != 0),
        }
        at += width;
    }
    scan.end_line(bytes.len(), dirty);
    scan.end_text(dirty);
    scan.gaps
}

/// The first character of some bytes of a text, which begin where one does.
fn decode(bytes: &[u8]) -> char {
    let low = |i: usize| u32::from(bytes.get(i).copied().unwrap_or(0) & 0x3f);
    let code = match bytes.first().copied().unwrap_or(b'\n') {
        lead @ 0..0x80 => u32::from(lead),
        lead @ 0x80..0xe0 => u32::from(lead & 0x1f) << 6 | low(1),
        lead @ 0xe0..0xf0 => u32::from(lead & 0x0f) << 12 | low(1) << 6 | low(2),
        lead => u32::from(lead & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3),
    };
    char::from_u32(code).unwrap_or('\n')
}

struct Scan<'a> {
    bytes: &'a [u8],
    /// First byte of the line.
    start: usize,
    hit: bool,
    /// A mark that is a trigger in a line that is not all ASCII.
    mark: bool,
    /// A “ without its ” in this line, and a ” without its “.
    open_quote: bool,
    closed_quote: bool,
    /// A ( and a （ in this line.
    open_paren: bool,
    wide_paren: bool,
    /// Jammer groups in a row, and where the last one stood.
    groups: u32,
    last_group: usize,
    /// Inside fenced code: how many dirty lines there were before it, of both kinds.
    fence: Option<(usize, usize)>,
    /// A single space between Han, which only a torn document has out.
    gap: bool,
    gaps: Gaps,
    /// Lines with such a space and nothing else.
    gapped: Vec<Dirty>,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn end_line(&mut self, at: usize, dirty: &mut Vec<Dirty>) {
        self.hit |= self.closed_quote && self.open_quote;
        self.closed_quote = false;
        self.open_paren = false;
        self.wide_paren = false;
        if self.fence_here() {
            match self.fence.take() {
                Some((count, gapped)) => {
                    dirty.truncate(count);
                    self.gapped.truncate(gapped);
                }
                None => self.fence = Some((dirty.len(), self.gapped.len())),
            }
        } else if self.hit || (self.mark && !self.bytes[self.start..at].is_ascii()) {
            dirty.push((self.start, at));
        } else if self.gap {
            self.gapped.push((self.start, at));
        }
        self.gap = false;
        self.start = at + 1;
        self.hit = false;
        self.mark = false;
        self.open_quote = false;
        self.groups = 0;
    }

    /// A fence that is never closed is none: the lines after it stay.
    fn end_text(&mut self, dirty: &mut Vec<Dirty>) {
        self.fence = None;
        if self.gaps.is_torn() && !self.gapped.is_empty() {
            dirty.append(&mut self.gapped);
            dirty.sort_unstable();
        }
    }

    /// The character that ends at a byte, and the one that begins there; `\n` outside the text.
    fn char_before(&self, at: usize) -> char {
        let mut from = at;
        while from > 0 {
            from -= 1;
            if self.bytes[from] & 0xc0 != 0x80 {
                return decode(&self.bytes[from..at]);
            }
        }
        '\n'
    }

    fn char_at(&self, at: usize) -> char {
        self.bytes.get(at..).map_or('\n', decode)
    }

    /// Whether a space of one byte, with other than a space on both sides, could go.
    fn space_matters(&mut self, at: usize) -> bool {
        let (before, after) = (self.char_before(at), self.char_at(at + 1));
        match (before, after) {
            ('，' | '；' | '、' | '：', _) => true,
            // Behind an item's number, at the head of a line.
            ('.' | '．' | '）' | ')' | '①'..='⑳' | '⑴'..='⒇' | '㈠'..='㈩', _)
                if at - self.start <= 24 =>
            {
                true
            }
            (_, '，' | '。' | '；' | '、' | '！' | '？' | '：' | '“') => true,
            _ if chars::is_han(before) && chars::is_han(after) => {
                let bound = bonds::are_bound(before, after);
                let third = at + 1 + after.len_utf8();
                self.gaps.all += 1;
                self.gaps.tears +=
                    u32::from(bound && self.char_before(at - before.len_utf8()) != ' ');
                self.gap = true;
                bound || matches!(self.byte(third), b'\n' | b'\r')
            }
            _ => number_space::could_go(before, after),
        }
    }

    fn fence_here(&self) -> bool {
        if !matches!(self.byte(self.start), b'`' | b'~' | b' ') {
            return false;
        }
        let line = self.bytes.get(self.start..).unwrap_or(&[]);
        let line = line.get(..line.len().min(8)).unwrap_or(&[]);
        let indent = line.iter().take_while(|&&byte| byte == b' ').count();
        indent <= 3 && (line[indent..].starts_with(b"```") || line[indent..].starts_with(b"~~~"))
    }

    fn is_stutter(&self, text: &str, at: usize) -> bool {
        let mut before = text[..at].chars().rev();
        let mut next = text[at..].chars();
        let char = |c: Option<char>| c.unwrap_or('\n');
        let (second, first) = (char(before.next()), char(before.next()));
        let here = [
            first,
            second,
            char(next.next()),
            char(next.next()),
            char(next.next()),
        ];
        stutter::is_certain(here)
    }

    /// Whether the bytes that touch `at..end` belong to no ASCII character on either side.
    fn touches_wide(&self, at: usize, end: usize) -> bool {
        at.checked_sub(1).is_some_and(|i| self.bytes[i] >= 0x80) || self.byte(end) >= 0x80
    }

    fn ascii(&mut self, at: usize, byte: u8, code: u8) {
        let before = at.checked_sub(1).map_or(b'\n', |i| self.byte(i));
        let after = self.byte(at + 1);
        match byte {
            b' ' => {
                self.jammer(at, before, after);
                self.hit |= matches!(after, b'\n' | b'\r');
                if (before >= 0x80 || after >= 0x80) && before != b' ' && after != b' ' {
                    self.hit |= self.space_matters(at);
                }
            }
            b'\t' => self.hit |= after == b'\n',
            b',' | b':' | b';' | b'!' | b'?' | b'(' | b')' => {
                // A quotation mark or a space may stand between it and the Chinese.
                let near = |byte| matches!(byte, b' ' | b'"' | b'\'' | b'(' | b')' | b'!' | b'?');
                self.hit |= self.touches_wide(at, at + 1)
                    || (near(before)
                        && at >= 4
                        && self.byte(at - 2) >= 0x80
                        // A parenthesis behind a space is the sentence's where Han stands before.
                        && (byte != b'(' || before != b' ' || matches!(self.byte(at - 4), 0xe4..=0xe9)))
                    || (near(after) && self.byte(at + 2) >= 0x80)
                    || before == b'%';
                self.mark |= byte == b'(' && after == b')';
                // A pair of two widths.
                self.open_paren |= byte == b'(';
                self.hit |= byte == b')' && self.wide_paren;
            }
            b'"' | b'\'' => {
                self.mark |= byte == b'"';
                self.hit |= byte == b'\'' && self.touches_wide(at, at + 1);
            }
            b'.' => self.hit |= before >= 0x80 && matches!(after, b'\n' | b' ' | b'\r'),
            b'0' | b'O' | b'o' => self.hit |= before >= 0x80 && self.after_han_digit(at),
            b'P' | b'H' | b'T' => {
                let rest = &self.bytes[at..];
                self.hit |= rest.starts_with(b"PAGE")
                    || rest.starts_with(b"HYPERLINK")
                    || rest.starts_with(b"TOC \\");
            }
            b'\\' => self.hit |= after == b'*' || after == b'h' && before == b' ',
            b'[' => self.hit |= before == b'!' || markup::may_be_tag(&self.bytes[at..]),
            b']' => {}
            _ => self.hit |= code != 0,
        }
    }

    fn after_han_digit(&self, at: usize) -> bool {
        let before = self.char_before(at);
        chars::is_han_digit(before) || before == '○'
    }

    /// Counts `c₁ space c₂` groups in a row, as a forum's copy guard writes them.
    fn jammer(&mut self, at: usize, before: u8, after: u8) {
        if !(32..=59).contains(&before) || !(63..=126).contains(&after) {
            return;
        }
        let gap = at - self.last_group;
        self.groups = if self.groups > 0 && (2..=3).contains(&gap) {
            self.groups + 1
        } else {
            1
        };
        self.last_group = at;
        self.hit |= self.groups >= 5;
    }

    fn wide(&mut self, at: usize, code: u32, class: u8) {
        match code {
            0x201c => {
                self.hit |= self.open_quote;
                self.open_quote = true;
            }
            0x201d => {
                // One that closes what the line above has opened is no damage.
                self.hit |= !self.open_quote && self.closed_quote;
                self.closed_quote |= !self.open_quote;
                self.open_quote = false;
            }
            // An indent and a space inside the line stay; at the line's end it goes.
            0x3000 => {
                let ends = matches!(self.byte(at + 3), b'\n' | b'\r');
                self.hit |= ends || (at > self.start && self.letterspaced(at));
            }
            0x3007 => {}
            0x25cb | 0x25ef => self.hit |= self.near_han_digit(at),
            0xff08 => {
                self.wide_paren = true;
                self.hit |= self.byte(at + 3).is_ascii_lowercase()
                    || self.byte(at + 3) >= 0xc3 && self.byte(at + 3) <= 0xc7
            }
            0xff09 => self.hit |= self.open_paren,
            0xff0e => self.hit |= self.number_before(at),
            _ => self.hit |= class != 0,
        }
    }

    fn number_before(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|i| self.bytes[i].is_ascii_digit())
    }

    fn near_han_digit(&self, at: usize) -> bool {
        self.after_han_digit(at) || chars::is_han_digit(self.char_at(at + 3))
    }

    /// Whether another space stands one character further on.
    fn letterspaced(&self, at: usize) -> bool {
        self.bytes.get(at + 6..at + 9) == Some("\u{3000}".as_bytes())
    }
}
