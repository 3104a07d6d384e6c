//! Lines broken at a column: found by how wide the lines are, undone by width and sentence state.
//!
//! A wrapped text shows a column that its lines come up to and do not pass, and lines that reach it
//! stop in mid sentence. Verse, tables and lists of equal width end their lines where the sense
//! does, so the seams of full lines are asked as well.

use super::lines::{Ending, Line, Lines, columns, continues, is_han, make, opening_of};
use super::opening::Mark;
use super::seams::{opens, runs_on};
use crate::model::{Draft, Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/hard-wrap");

/// Narrower columns are verse, captions and menus as often as wrapped text.
const LEAST_COLS: u32 = 30;
const MOST_COLS: u32 = 220;

/// A full line that ends a sentence ends its paragraph where the next line opens like one; seven
/// full lines in eight that end a sentence do not.
const OPENS_BITS: f32 = 2.0;

pub(super) fn find(draft: &Draft, lines: &Lines, edits: &mut Edits) {
    if lines.inked.len() < 4 {
        return;
    }
    let text = draft.text();
    let now: Vec<u32> = lines
        .inked
        .iter()
        .map(|&at| lines.all[at as usize].cols)
        .collect();
    if draft.is_changed() {
        // Widened punctuation and narrowed digits move the column: the source still has it.
        let source: Vec<u32> = lines
            .inked
            .iter()
            .map(|&at| source_cols(draft, &lines.all[at as usize]))
            .collect();
        if source != now && unwrap(text, lines, &source, edits) {
            return;
        }
    }
    unwrap(text, lines, &now, edits);
}

fn source_cols(draft: &Draft, line: &Line) -> u32 {
    let span = draft.source_span(line.ink_start, line.ink_end);
    let source = draft.source()[span.range()].trim();
    if source.contains('\n') {
        line.cols
    } else {
        columns(source.as_bytes())
    }
}

/// What is known of a wrapped text.
struct Wrap {
    /// The column that lines come up to.
    cols: u32,
    /// Indent of lines that begin no paragraph.
    indent_cols: u32,
    /// Columns by which first lines of paragraphs are shorter, their indent having gone.
    lost_indent_cols: u32,
    /// A single blank line stands after every line and says nothing.
    double_spaced: bool,
}

fn unwrap(text: &str, lines: &Lines, widths: &[u32], edits: &mut Edits) -> bool {
    let Some(wrap) = detect(text, lines, widths) else {
        return false;
    };
    let mut begins = true;
    for (at, (a, b, blanks)) in lines.pairs().enumerate() {
        let joined = joins(text, &wrap, &a, &b, blanks, widths[at], begins);
        begins = !joined;
        if joined {
            let between = glue(a.ink(text), b.ink(text));
            edits.replace_with(a.ink_end, b.ink_start, between, RULE, 0.97);
        }
    }
    true
}

/// What stands between two joined lines: a space between Latin words, else nothing.
pub(super) fn glue(a: &str, b: &str) -> &'static str {
    let (Some(last), Some(first)) = (a.chars().next_back(), b.chars().next()) else {
        return "";
    };
    let both_digits = last.is_ascii_digit() && first.is_ascii_digit();
    let hyphen = last == '-' && a.len() > 1 && first.is_ascii_alphabetic();
    if both_digits || hyphen {
        return "";
    }
    let word_ends = last.is_ascii_alphanumeric()
        || matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '"' | '\'');
    let word_begins = first.is_ascii_alphanumeric() || matches!(first, '(' | '"' | '\'');
    let latin = |text: &str, back: bool| {
        let is = |c: char| c.is_alphabetic() && !is_han(c);
        if back {
            text.chars().rev().take(12).any(is)
        } else {
            text.chars().take(12).any(is)
        }
    };
    if word_ends && word_begins && latin(a, true) && latin(b, false) {
        " "
    } else {
        ""
    }
}

/// Columns of the first thing in a line that a wrapper would not have broken.
fn first_token_cols(ink: &str) -> u32 {
    let mut chars = ink.chars();
    match chars.next() {
        Some(c) if c.is_ascii_alphanumeric() || c == '(' => {
            let len = ink.bytes().take_while(u8::is_ascii_graphic).count();
            u32::try_from(len.min(24)).unwrap_or(24)
        }
        Some(_) => 2,
        None => 0,
    }
}

fn is_full(text: &str, cols: u32, width: u32, b: &Line) -> bool {
    if width + 3 >= cols {
        return true;
    }
    let token = first_token_cols(b.ink(text));
    token > 2 && width + token + 1 > cols && width * 10 >= cols * 6
}

fn detect(text: &str, lines: &Lines, widths: &[u32]) -> Option<Wrap> {
    let total = |at: usize| widths[at] + lines.inked(at).map_or(0, |line| line.indent_cols);
    let mut histogram = [0u32; MOST_COLS as usize + 1];
    for at in 0..widths.len() {
        if let Some(slot) = histogram.get_mut(total(at) as usize) {
            *slot += 1;
        }
    }
    // The column: most lines within three columns of it, fewest beyond.
    let window = |cols: usize| histogram[cols - 3..=cols].iter().sum::<u32>();
    let candidates = LEAST_COLS as usize..=MOST_COLS as usize;
    let most = candidates.clone().map(window).max()?;
    // First lines of paragraphs whose indent has gone make a second, lower heap.
    let (cols, close) = candidates
        .map(|cols| (cols, window(cols)))
        .filter(|&(cols, count)| count * 10 >= most * 6 && histogram[cols] > 0)
        .max_by_key(|&(cols, count)| (count >= 3, histogram[cols] * 3 >= count, cols))?;
    let inked = widths.len() as u32;
    let latin = is_latin(text);
    // Latin words are not broken, so their lines come up to the column raggedly.
    let cols = if latin && close * 3 < inked {
        let mut sorted = widths.to_vec();
        sorted.sort_unstable();
        sorted[(sorted.len() - 1) * 97 / 100].clamp(LEAST_COLS, MOST_COLS)
    } else if close < 3 || close * 6 < inked {
        return None;
    } else {
        cols as u32
    };
    let beyond = (0..widths.len()).filter(|&at| total(at) > cols + 3).count() as u32;
    if beyond * 10 > inked * 3 {
        return None;
    }
    let mut seen = Seen::default();
    for (at, (a, b, blanks)) in lines.pairs().enumerate() {
        if blanks > 1 {
            continue;
        }
        seen.pairs += 1;
        let width = widths[at] + a.indent_cols;
        if width <= cols + 3 && is_full(text, cols, width, &b) {
            seen.full_line(text, &a, &b, blanks);
        }
    }
    if !seen.shows_a_wrap(cols) {
        return None;
    }
    Some(Wrap {
        cols,
        indent_cols: seen.usual_indent(),
        lost_indent_cols: lost_indent(text, lines, widths, cols),
        double_spaced: seen.full_blank * 10 >= seen.full * 8,
    })
}

/// What the full lines of a text are like.
#[derive(Default)]
struct Seen {
    pairs: u32,
    full: u32,
    full_blank: u32,
    stopped: u32,
    punctuated: u32,
    code: u32,
    judged: u32,
    run_on: u32,
    indents: [u32; 16],
}

impl Seen {
    fn full_line(&mut self, text: &str, a: &Line, b: &Line, blanks: u32) {
        let (before, after) = (a.ink(text), b.ink(text));
        self.full += 1;
        self.full_blank += u32::from(blanks == 1);
        self.indents[(a.indent_cols as usize).min(15)] += 1;
        let ending = a.ending;
        self.stopped += u32::from(matches!(ending, Ending::Stop | Ending::Pause));
        let made = a.made;
        self.punctuated += u32::from(made.stops + made.commas > 0 || made.latin * 2 > made.chars);
        self.code += u32::from(made.gaps > 2 || made.code * 15 > made.chars);
        let meets_han = before.chars().next_back().is_some_and(is_han)
            && after.chars().next().is_some_and(is_han);
        if meets_han {
            self.judged += 1;
            self.run_on += u32::from(runs_on(before, after) > -1.0);
        } else if after.chars().next().is_some_and(continues) || ending == Ending::Open {
            self.judged += 1;
            self.run_on += 1;
        } else if a.ink_end > a.ink_start && made.latin * 2 > made.chars {
            // A Latin line that runs on ends without a stop and goes on in lower case.
            self.judged += 1;
            self.run_on += u32::from(
                ending != Ending::Stop
                    && after
                        .chars()
                        .next()
                        .is_some_and(|c| !c.is_ascii_uppercase()),
            );
        }
    }

    fn shows_a_wrap(&self, cols: u32) -> bool {
        let enough = if cols < 56 {
            self.full >= 5 && self.full * 10 >= self.pairs * 4
        } else {
            self.full >= 3 && self.full * 5 >= self.pairs
        };
        enough
            && self.judged >= 2
            && self.judged * 3 >= self.full
            && self.runs_on_enough()
            && self.stopped * 100 <= self.full * 35
            && self.punctuated * 2 >= self.full
            && self.code * 5 <= self.full
    }

    /// A cut anywhere in a sentence runs on six times in ten by the table, more where few lines
    /// speak; lines that end where the sense does, once or twice.
    fn runs_on_enough(&self) -> bool {
        let share = if self.full >= 8 && self.stopped * 100 <= self.full * 15 {
            40
        } else {
            55
        };
        self.run_on * 100 >= self.judged * share
    }

    fn usual_indent(&self) -> u32 {
        (0..self.indents.len())
            .max_by_key(|&cols| (self.indents[cols], 16 - cols))
            .unwrap_or(0) as u32
    }
}

fn is_latin(text: &str) -> bool {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let made = make(&text[..end]);
    made.latin * 2 > made.chars
}

/// By how much first lines of paragraphs are shorter than the rest, where it shows.
fn lost_indent(text: &str, lines: &Lines, widths: &[u32], cols: u32) -> u32 {
    let mut by = [0u32; 3];
    for (at, (a, b, _)) in lines.pairs().enumerate() {
        let short = (cols + 1).saturating_sub(widths[at]);
        let runs =
            matches!(a.ending, Ending::Bare | Ending::Comma) && !opening_of(text, &b).is_start();
        if !runs || a.indent_cols > 0 {
            continue;
        }
        match short {
            0..=2 => by[0] += 1,
            4..=6 => by[1] += 1,
            8..=10 => by[2] += 1,
            _ => {}
        }
    }
    // Among random widths each zone would hold one line in thirty.
    let lines_in_all = widths.len() as u32;
    match by {
        [_, four, eight] if four >= eight && four >= 2 && four * 25 >= lines_in_all => 4,
        [_, _, eight] if eight >= 2 && eight * 25 >= lines_in_all => 8,
        _ => 0,
    }
}

fn joins(
    text: &str,
    wrap: &Wrap,
    a: &Line,
    b: &Line,
    blanks: u32,
    width: u32,
    begins: bool,
) -> bool {
    if blanks > u32::from(wrap.double_spaced) || b.indent_cols > wrap.indent_cols + 1 {
        return false;
    }
    let (before, after) = (a.ink(text), b.ink(text));
    let total = width + a.indent_cols;
    if total > wrap.cols + 3 {
        return false;
    }
    let ending = a.ending;
    let opening = opening_of(text, b);
    let field = after.starts_with('<') || after.starts_with('【') && after.contains('】');
    let first = after.chars().next().unwrap_or(' ');
    if continues(first) && first != '【' && !matches!(opening.mark, Mark::Bullet) {
        return ending != Ending::Stop || is_full(text, wrap.cols, total, b);
    }
    if field {
        return false;
    }
    let mut full = is_full(text, wrap.cols, total, b);
    if begins && a.indent_cols == 0 && wrap.lost_indent_cols > 0 {
        full |= is_full(text, wrap.cols, total + wrap.lost_indent_cols, b);
    }
    let made = a.made;
    if made.gaps > 2 && made.stops + made.commas == 0 {
        return false;
    }
    match ending {
        Ending::Comma | Ending::Open => {
            full || (total * 10 >= wrap.cols * 7 && !opening.is_start())
        }
        _ if !full => false,
        Ending::Bare if opening.is_start() => {
            // A number cut from its unit looks like a mark; a heading before a mark stays.
            !opening_of(text, a).is_start()
                && matches!(opening.mark, Mark::Digit | Mark::DigitParen | Mark::Han)
                && before.chars().next_back().is_some_and(takes_a_number)
        }
        Ending::Bare => true,
        Ending::Stop | Ending::Pause => {
            !opening.is_start()
                && opening.mark != Mark::Ordinal
                && b.cols > 6
                && opens(after) < OPENS_BITS
        }
    }
}

/// Characters before which a number often stands in mid sentence.
fn takes_a_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || "第约为达共近至从和与于的了是年月有在到～、".contains(c)
}
