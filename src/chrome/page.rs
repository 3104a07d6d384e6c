//! The lines of a page.

use memchr::memchr_iter;

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

/// How many characters a text has.
pub(super) fn count_chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
