//! What the document as a whole says: its language, its markup, and its habits with spaces.

use super::{bonds, chars};

/// Facts of a whole text, gathered in one pass, and only for a text with a dirty line.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    /// Japanese: kana are a fair share of it.
    pub(super) japanese: bool,
    /// Written in Markdown: headings, fences or tables.
    pub(super) markdown: bool,
    /// Borders of Han and digit carry a space as a habit.
    pub(super) spaced_digits: bool,
    /// Spaces tear words all over: any single space between Han is noise.
    pub(super) torn: bool,
    /// Sentences end in an ASCII full stop, none in 。.
    pub(super) ascii_stops: bool,
}

/// Digit borders with a space from which, as a share of all of them, it is a habit.
const HABIT_RATIO: f64 = 0.25;
/// Single spaces inside words from which the document is torn …
const TORN_COUNT: u32 = 5;
/// … and their share of all single spaces between Han. Clean headlines have 2 in 100, random
/// tears 50 (docs/normalise.md).
const TORN_RATIO: f64 = 0.4;

impl Document {
    pub(super) fn of(text: &str) -> Self {
        let mut counts = Counts::default();
        for line in text.split('\n') {
            counts.line(line);
        }
        Self {
            japanese: counts.kana >= 10 && counts.kana * 8 > counts.han,
            markdown: counts.markup >= 2,
            spaced_digits: counts.spaced >= 1
                && f64::from(counts.spaced)
                    >= HABIT_RATIO * f64::from(counts.spaced + counts.joined),
            torn: counts.tears >= TORN_COUNT
                && f64::from(counts.tears) >= TORN_RATIO * f64::from(counts.gaps),
            ascii_stops: counts.ascii_stops >= 2 && counts.stops == 0,
        }
    }
}

#[derive(Default)]
struct Counts {
    han: u32,
    kana: u32,
    markup: u32,
    /// Borders of Han and digit with and without a space.
    spaced: u32,
    joined: u32,
    /// Single spaces between Han, and those of them inside a word.
    gaps: u32,
    tears: u32,
    ascii_stops: u32,
    stops: u32,
}

impl Counts {
    fn line(&mut self, line: &str) {
        let head = line.trim_start_matches(' ');
        if head.starts_with("# ")
            || head.starts_with("## ")
            || head.starts_with("### ")
            || head.starts_with("```")
            || head.starts_with("| ")
        {
            self.markup += 1;
        }
        let (mut third, mut second, mut first) = ('\n', '\n', '\n');
        for c in line.chars().chain(['\n']) {
            let han = chars::is_han(c);
            if han {
                self.han += 1;
                if first == ' ' && chars::is_han(second) {
                    self.gaps += 1;
                    self.tears += u32::from(bonds::are_bound(second, c) && third != ' ');
                } else if first == ' ' && second.is_ascii_digit() {
                    // A number before the first word of a line is a heading's.
                    self.spaced += u32::from(third != '\n');
                } else if first.is_ascii_digit() {
                    self.joined += 1;
                }
            } else if c.is_ascii_digit() {
                if first == ' ' && chars::is_han(second) {
                    self.spaced += 1;
                } else if chars::is_han(first) {
                    self.joined += 1;
                }
            } else if chars::is_kana(c) {
                self.kana += 1;
            } else if c == '。' {
                self.stops += 1;
            } else if c == '\n' && first == '.' && chars::is_han(second) {
                self.ascii_stops += 1;
            }
            (third, second, first) = (second, first, c);
        }
    }
}
