//! Which lines can be mojibake at all? One look at each character, and most lines are through.

use std::sync::LazyLock;

use super::super::naturalness::{self, BIT};
use super::super::tables::GBK;

/// First character of UTF-8 read as GBK: the lead of three bytes and the one after it.
const STARTER: u8 = 1;
const LINE_END: u8 = 2;
/// A hanzi that Chinese text seldom has, or a private one.
const RARE: u8 = 4;
/// A character that bytes read as Latin-1 give, and Chinese text seldom has.
const LATIN: u8 = 8;
const LOST: u8 = 16;
const NOISE: u8 = 32;
/// ASCII that may begin an escape.
const ESCAPE: u8 = 64;
/// May follow a starter. Many common hanzi may: of itself it says nothing.
const FOLLOWER: u8 = 128;

static CLASSES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..0x1_0000_u32)
        .map(|code| char::from_u32(code).map_or(0, class))
        .collect()
});

fn class(c: char) -> u8 {
    let mut class = 0;
    match c {
        '\n' => return LINE_END,
        '%' | '&' | '\\' | '+' => return ESCAPE,
        '?' => return FOLLOWER,
        '\u{FFFD}' => return LOST | FOLLOWER,
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
        if (0x80..=0xBF).contains(&lead)
            && (continues || (0xC2..=0xF4).contains(&trail) || trail < 0x80)
        {
            class |= FOLLOWER;
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
    /// It may be mojibake.
    pub(in crate::decode) is_strange: bool,
    /// It may hold escapes.
    pub(in crate::decode) has_escapes: bool,
    /// It may hold what stands for lost bytes.
    pub(in crate::decode) has_noise: bool,
}

/// What a line has been seen to hold.
#[derive(Default)]
struct Seen {
    starters: u32,
    rare: u32,
    latin: u32,
    lost: u32,
    noise: bool,
    escapes: bool,
}

impl Seen {
    fn judge(&self, text: &str, start: usize, end: usize) -> Option<Suspect> {
        // A twelfth of the line's hanzi, at three bytes each.
        let dense = self.rare >= 2 && self.rare as usize * 36 >= end - start;
        let suspect = Suspect {
            start,
            end,
            is_strange: self.starters > 0
                || self.latin >= 2
                || dense
                || self.rare > 0 && (self.lost > 0 || text.as_bytes()[start..end].contains(&b'?')),
            has_escapes: self.escapes,
            has_noise: self.noise || self.lost > 0 || self.latin >= 3,
        };
        (suspect.is_strange || suspect.has_escapes || suspect.has_noise).then_some(suspect)
    }
}

/// The lines of a text that may be damaged. Costs a table look-up for each character.
pub(in crate::decode) fn suspects(text: &str) -> Vec<Suspect> {
    let mut out = Vec::new();
    let classes: &[u8] = &CLASSES;
    let bytes = text.as_bytes();
    let mut seen = Seen::default();
    let mut dirty = false;
    let (mut at, mut line) = (0, 0);
    while at < bytes.len() {
        let (class, width) = class_at(classes, bytes, at);
        if class & !FOLLOWER != 0 {
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
        }
        at += width;
    }
    if dirty {
        out.extend(seen.judge(text, line, bytes.len()));
    }
    out
}

fn note(seen: &mut Seen, class: u8, classes: &[u8], bytes: &[u8], at: usize, width: usize) {
    if class & STARTER != 0
        && at + width < bytes.len()
        && class_at(classes, bytes, at + width).0 & FOLLOWER != 0
    {
        seen.starters += 1;
    }
    seen.rare += u32::from(class & RARE != 0);
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

/// Class of the character at a byte, and its bytes.
#[inline]
fn class_at(classes: &[u8], bytes: &[u8], at: usize) -> (u8, usize) {
    let lead = bytes[at];
    let low = |by: usize| usize::from(bytes.get(at + by).copied().unwrap_or(0) & 0x3F);
    match lead {
        0..0x80 => (classes[usize::from(lead)], 1),
        0x80..0xE0 => (classes[usize::from(lead & 0x1F) << 6 | low(1)], 2),
        0xE0..0xF0 => (
            classes[usize::from(lead & 0x0F) << 12 | low(1) << 6 | low(2)],
            3,
        ),
        _ => (0, 4),
    }
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
