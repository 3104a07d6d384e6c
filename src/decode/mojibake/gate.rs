//! Which lines can be mojibake at all? One look at each character, and most lines are through.

use std::sync::LazyLock;

use super::super::naturalness::{self, BIT};
use super::super::tables::GBK;

/// First character of UTF-8 read as GBK: the lead of three bytes and the one after it.
const STARTER: u16 = 1;
const LINE_END: u16 = 2;
/// A hanzi that Chinese text seldom has, or a private one.
const RARE: u16 = 4;
/// A character that bytes read as Latin-1 give, and Chinese text seldom has.
const LATIN: u16 = 8;
const LOST: u16 = 16;
const NOISE: u16 = 32;
/// ASCII that may begin an escape.
const ESCAPE: u16 = 64;
/// May follow a starter. Many common hanzi may: of itself it says nothing.
const FOLLOWER: u16 = 128;
/// A follower that ends in the lead of the next character, whose other two bytes come next.
const LEADS: u16 = 256;
/// Two bytes of the inside of a character.
const INSIDE: u16 = 512;

/// What each character of the BMP may mean.
struct Classes {
    of: Box<[u16; 0x1_0000]>,
    /// A bit for each character that is not ordinary: small enough for the nearest cache.
    telling: Box<[u64; 0x400]>,
}

impl Classes {
    #[inline]
    fn telling(&self, code: u16) -> bool {
        self.telling[usize::from(code >> 6)] >> (code & 63) & 1 != 0
    }
}

static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    let mut classes = Classes {
        of: Box::new([0; 0x1_0000]),
        telling: Box::new([0; 0x400]),
    };
    for code in 0..=u16::MAX {
        let class = char::from_u32(u32::from(code)).map_or(0, class);
        classes.of[usize::from(code)] = class;
        if class & !(FOLLOWER | LEADS | INSIDE) != 0 {
            classes.telling[usize::from(code >> 6)] |= 1 << (code & 63);
        }
    }
    classes
});

fn class(c: char) -> u16 {
    let mut class = 0;
    match c {
        '\n' => return LINE_END,
        '%' | '&' | '\\' | '+' => return ESCAPE,
        '?' => return FOLLOWER | INSIDE,
        '\u{FFFD}' => return LOST | FOLLOWER | INSIDE,
        '锟' | '烫' | '屯' | '葺' | '嚙' => class |= NOISE,
        '\u{A0}' | '§' | '©' | '«' | '®' | '°' | '±' | '·' | '»' | '×' | '÷' | '\u{AD}' =>
        {
            return 0;
        }
        '\u{80}'..='\u{FF}' => return LATIN,
        _ => {}
    }
    if let Some([lead, trail]) = GBK.bytes(c) {
        let continues = (0x80..=0xBF).contains(&trail);
        if (0xE2..=0xEF).contains(&lead) && continues && naturalness::alone(c) > 11 * BIT {
            class |= STARTER;
        }
        if (0x80..=0xBF).contains(&lead) {
            class |= match trail {
                0..0x80 => FOLLOWER,
                0x80..=0xBF => INSIDE,
                0xC2..=0xF4 => FOLLOWER | LEADS,
                _ => 0,
            };
        }
    }
    let private = ('\u{E000}'..='\u{F8FF}').contains(&c);
    if private || naturalness::is_han(c) && naturalness::alone(c) >= 15 * BIT {
        class |= RARE;
    }
    class
}

/// A line worth a closer look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::decode) struct Suspect {
    /// Bytes of the text, without the line end.
    pub(in crate::decode) start: usize,
    pub(in crate::decode) end: usize,
    /// What it may be.
    pub(in crate::decode) hints: Hints,
    /// It may hold escapes.
    pub(in crate::decode) has_escapes: bool,
    /// It may hold what stands for lost bytes.
    pub(in crate::decode) has_noise: bool,
}

/// Which misreadings a line may have been through.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::decode) struct Hints {
    /// UTF-8 read as GBK: some characters stand as its bytes would.
    pub(in crate::decode) utf8_as_gbk: bool,
    /// Anything read as Latin-1.
    pub(in crate::decode) latin: bool,
    /// One double-byte code read as another, or out of step: rare hanzi side by side.
    pub(in crate::decode) rare: bool,
}

impl Hints {
    pub(in crate::decode) fn any(self) -> bool {
        self.utf8_as_gbk || self.latin || self.rare
    }
}

/// What a line has been seen to hold.
#[derive(Default)]
struct Seen {
    starters: u32,
    rare: u32,
    /// Rare ones with one character at most between them and the one before.
    close: u32,
    last_rare: usize,
    latin: u32,
    lost: u32,
    noise: bool,
    escapes: bool,
}

/// A line of eight hanzi.
const SHORT_BYTES: usize = 24;

impl Seen {
    fn judge(&self, text: &str, start: usize, end: usize) -> Option<Suspect> {
        // A twelfth of the line's hanzi, at three bytes each, and side by side.
        let close = if end - start <= SHORT_BYTES { 1 } else { 2 };
        let dense = self.close >= close && self.rare as usize * 36 >= end - start;
        let marked =
            self.rare > 0 && (self.lost > 0 || text.as_bytes()[start..end].contains(&b'?'));
        let hints = Hints {
            utf8_as_gbk: self.starters > 0 || marked,
            latin: self.latin >= 2,
            rare: dense || marked,
        };
        let suspect = Suspect {
            start,
            end,
            hints,
            has_escapes: self.escapes,
            has_noise: self.noise || self.lost > 0 || self.latin >= 3,
        };
        (hints.any() || suspect.has_escapes || suspect.has_noise).then_some(suspect)
    }
}

/// The lines of a text that may be damaged. Costs a table look-up for each character.
pub(in crate::decode) fn suspects(text: &str) -> Vec<Suspect> {
    let mut out = Vec::new();
    let classes: &Classes = &CLASSES;
    let bytes = text.as_bytes();
    let mut seen = Seen::default();
    let mut dirty = false;
    let (mut at, mut line) = (0, 0);
    while let Some(&lead) = bytes.get(at) {
        // Runs of three bytes a character are nearly all of the text, and nearly all ordinary.
        let mut rest = &bytes[at..];
        while let [lead @ 0xE0..=0xEF, second, third, after @ ..] = rest {
            if classes.telling(code_of(*lead, *second, *third)) {
                break;
            }
            rest = after;
        }
        if rest.len() < bytes.len() - at {
            at = bytes.len() - rest.len();
            continue;
        }
        let (code, width) = code_at(bytes, at, lead);
        if !classes.telling(code) {
            at += width;
            continue;
        }
        let class = classes.of[usize::from(code)];
        if class == LINE_END {
            if dirty {
                out.extend(seen.judge(text, line, at));
                seen = Seen::default();
                dirty = false;
            }
            line = at + 1;
        } else {
            dirty = true;
            note(&mut seen, class, classes, bytes, at, width);
        }
        at += width;
    }
    if dirty {
        out.extend(seen.judge(text, line, bytes.len()));
    }
    out
}

/// What one line may have been through.
pub(super) fn hints(line: &str) -> Hints {
    suspects(line)
        .first()
        .map_or(Hints::default(), |suspect| suspect.hints)
}

fn note(seen: &mut Seen, class: u16, classes: &Classes, bytes: &[u8], at: usize, width: usize) {
    if class & STARTER != 0 {
        seen.starters += u32::from(goes_on(classes, bytes, at, width));
    }
    if class & RARE != 0 {
        // Two hanzi, at three bytes each.
        seen.close += u32::from(seen.rare > 0 && at - seen.last_rare <= 6);
        seen.rare += 1;
        seen.last_rare = at;
    }
    seen.latin += u32::from(class & LATIN != 0);
    seen.lost += u32::from(class & LOST != 0);
    seen.noise |= class & NOISE != 0;
    if class & ESCAPE != 0 {
        let next = |by: usize| bytes.get(at + by).copied().unwrap_or(0);
        seen.escapes |= match bytes[at] {
            b'%' => next(1) >= b'8' && next(1).is_ascii_hexdigit() && next(2).is_ascii_hexdigit(),
            b'&' => next(1) == b'#' || next(1) == b'a' && next(5) == b'#',
            b'\\' => next(1) == b'u' || next(1) == b'x',
            _ => {
                next(1).is_ascii_alphanumeric()
                    && next(2).is_ascii_alphanumeric()
                    && next(3).is_ascii_alphanumeric()
            }
        };
    }
}

/// Whether what follows a starter can be the rest of its character and the next one.
fn goes_on(classes: &Classes, bytes: &[u8], starter: usize, width: usize) -> bool {
    let at = starter + width;
    let Some(&lead) = bytes.get(at) else {
        return false;
    };
    let (code, width) = code_at(bytes, at, lead);
    let class = classes.of[usize::from(code)];
    if class & FOLLOWER == 0 {
        return false;
    }
    // Clean text knows the two side by side: a name.
    let (first, _) = code_at(bytes, starter, bytes[starter]);
    if naturalness::are_known(first, code) {
        return false;
    }
    // What stands after the lead is of two bytes, or lost, or the line's end.
    class & LEADS == 0 || at + width >= bytes.len() || {
        let (next, _) = class_at(classes, bytes, at + width);
        next & (INSIDE | LINE_END) != 0 || matches!(bytes[at + width], 0..0x80 | 0xEE | 0xEF)
    }
}

/// Class of the character at a byte, and its bytes.
fn class_at(classes: &Classes, bytes: &[u8], at: usize) -> (u16, usize) {
    let (code, width) = code_at(bytes, at, bytes[at]);
    (classes.of[usize::from(code)], width)
}

/// The character at a byte that begins with `lead`, and its bytes; U+0000 beyond the BMP.
#[inline]
fn code_at(bytes: &[u8], at: usize, lead: u8) -> (u16, usize) {
    let next = |by: usize| bytes.get(at + by).copied().unwrap_or(0);
    match lead {
        0..0x80 => (u16::from(lead), 1),
        0xE0..0xF0 => (code_of(lead, next(1), next(2)), 3),
        0x80..0xE0 => (u16::from(lead & 0x1F) << 6 | u16::from(next(1) & 0x3F), 2),
        _ => (0, 4),
    }
}

/// The code of a character of three bytes.
fn code_of(lead: u8, second: u8, third: u8) -> u16 {
    u16::from(lead & 0x0F) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_lines_pass() {
        for text in [
            "关于做好秋收工作的通知，同比增长20%。\n",
            "关于“十四五”规划…… — 张××（2021·北京）\n",
            "Plain ASCII, R&D, a+b, 100%.\n",
        ] {
            assert_eq!(suspects(text), [], "{text}");
        }
    }

    #[test]
    fn damaged_lines_are_seen() {
        for text in [
            "鏁欒偛閮ㄩ棬",
            "ÖÐ¹úÈËÃñ",
            "笢恅趼睫",
            "锟斤拷",
            "%E6%95%99",
        ] {
            assert_eq!(suspects(text).len(), 1, "{text}");
        }
    }
}
