//! The lines of a page.

use std::sync::LazyLock;

use memchr::memchr_iter;

use crate::model::to_simplified;

/// One line that is not blank. All positions are bytes of the page's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// First byte of the line.
    pub(super) start: usize,
    /// First byte after it, its line end left out.
    pub(super) end: usize,
    /// First byte that is neither white space nor a list mark.
    pub(super) ink_start: usize,
    /// First byte after the last one that is not white space.
    pub(super) ink_end: usize,
    /// Blank lines right before it.
    pub(super) blank_before: u32,
    /// Whether a list mark (`- `, `·`, `•`, …) or a deeper margin stood before the ink.
    pub(super) is_marked: bool,
}

impl Line {
    /// The line without margins and list mark.
    pub(super) fn ink(self, text: &str) -> &str {
        &text[self.ink_start..self.ink_end]
    }
}

/// The lines of `text` that are not blank, in order.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / 64 + 4);
    let mut start = 0;
    let mut blank_before = 0;
    let bytes = text.as_bytes();
    for end in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let whole = &text[start..end];
        let trimmed = whole.trim_end_matches(is_margin);
        let ink = trimmed.trim_start_matches(is_margin);
        if ink.is_empty() {
            blank_before += u32::from(end < bytes.len());
        } else {
            let bare = without_mark(ink);
            let ink_end = start + trimmed.len();
            lines.push(Line {
                start,
                end,
                ink_start: ink_end - bare.len(),
                ink_end,
                blank_before,
                is_marked: bare.len() < ink.len(),
            });
            blank_before = 0;
        }
        start = end + 1;
    }
    lines
}

fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{a0}')
}

/// The ink without a list mark in front. A mark alone is no mark.
fn without_mark(ink: &str) -> &str {
    let rest = ink.trim_start_matches([
        '·', '•', '・', '‧', '●', '■', '◆', '▪', '◇', '○', '»', '›', '>',
    ]);
    let rest = if rest.len() == ink.len() {
        match ink.as_bytes() {
            [b'-' | b'*' | b'+', b' ' | b'\t', ..] => &ink[1..],
            _ => ink,
        }
    } else {
        rest
    };
    let rest = rest.trim_start_matches(is_margin);
    if rest.is_empty() { ink } else { rest }
}

/// First code point, and the one after the last, of those that are folded.
const FOLDED: std::ops::Range<u32> = 0x3400..0xA000;

/// For each of them a bit: whether it has a simplified form other than itself.
static IS_FOLDED: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0_u64; FOLDED.len().div_ceil(64)];
    for code in FOLDED {
        let has_twin = char::from_u32(code).is_some_and(|c| simplified(c) != c);
        bits[(code - FOLDED.start) as usize / 64] |=
            u64::from(has_twin) << ((code - FOLDED.start) % 64);
    }
    bits
});

/// The simplified form of a traditional character, where it takes as many bytes. Those that
/// simplified texts write too (著作) stay.
pub(super) fn simplified(c: char) -> char {
    let twin = to_simplified(c);
    let is_alike = FOLDED.contains(&u32::from(c)) && twin.len_utf8() == c.len_utf8();
    if is_alike && !matches!(c, '著' | '乾' | '瞭' | '藉' | '覆') {
        twin
    } else {
        c
    }
}

/// A text with traditional characters turned to simplified ones of as many bytes, so that every
/// place in it is the same; none where nothing would change. Rules and classifier read this form.
pub(super) fn folded(text: &str) -> Option<String> {
    let bits = &IS_FOLDED[..];
    let bytes = text.as_bytes();
    let mut at = 0;
    let first = loop {
        // What is shorter than three bytes at the end is no such character.
        let [lead, second, third] = bytes.get(at..)?.first_chunk::<3>()?.map(u32::from);
        if lead & 0xF0 != 0xE0 {
            at += match lead {
                ..0x80 => 1,
                0x80..0xE0 => 2,
                _ => 4,
            };
            continue;
        }
        let code = (lead & 15) << 12 | (second & 63) << 6 | third & 63;
        let place = code.wrapping_sub(FOLDED.start) as usize;
        let word = bits.get(place / 64).copied().unwrap_or(0);
        if word >> (place % 64) & 1 == 1 {
            break at;
        }
        at += 3;
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    out.extend(text[first..].chars().map(simplified));
    Some(out)
}

/// How many characters a text has.
pub(super) fn count_chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_text_keeps_its_places() {
        for (text, plain) in [
            (
                "版權所有 蘋果日報a\u{20000}é發",
                "版权所有 苹果日报a\u{20000}é发",
            ),
            ("著名的學者", "著名的学者"),
        ] {
            assert_eq!(folded(text).as_deref(), Some(plain));
            assert_eq!(text.len(), plain.len());
        }
        assert_eq!(folded("版权所有，著作权归作者。abc あ한é\u{20000}"), None);
        assert_eq!(folded(""), None);
    }

    #[test]
    fn marks_margins_and_blank_lines_are_told_from_ink() {
        let text = "\u{3000}首页\r\n\n \n- 工作总结 \n·\n-5度";
        let lines = lines(text);
        let inks: Vec<&str> = lines.iter().map(|line| line.ink(text)).collect();
        assert_eq!(inks, ["首页", "工作总结", "·", "-5度"]);
        assert_eq!(lines[1].blank_before, 2);
        assert!(lines[1].is_marked && !lines[0].is_marked);
        assert_eq!(count_chars("关于a"), 3);
    }
}
