//! Page numbers and running heads that stand in the text where a page ended.
//!
//! A number alone proves nothing. Evidence is a form that only page marks have (第3页 共9页), a
//! sequence, or marks that break sentences: a list numbers what begins, a page mark what goes on.

use std::collections::BTreeMap;

use super::join::{self, Page, seam};
use super::lines::{Ending, Line, Lines, continues, ending};
use super::opening::{Mark, digit_number, han_number, opening};
use super::seams::runs_on;
use super::wrap::glue;
use crate::model::{Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/page-mark");

/// Bits that a page mark between two lines adds to the evidence that they belong together.
const MARK_BITS: f32 = 4.0;

pub(super) fn find(text: &str, lines: &Lines, edits: &mut Edits) {
    if text.contains('页') {
        inside_lines(text, lines, edits);
    }
    let mut marked = alone(text, lines);
    marked.extend(running_heads(text, lines, &marked));
    marked.sort_unstable();
    marked.dedup();
    take_lines(text, lines, &marked, edits);
    if marked.is_empty() {
        numbered_pages(text, lines, edits);
    }
}

/// Removes whole lines, and joins what they parted where a sentence runs on.
fn take_lines(text: &str, lines: &Lines, marked: &[usize], edits: &mut Edits) {
    if marked.is_empty() {
        return;
    }
    let page = Page::of(lines);
    let mut at = 0;
    while at < marked.len() {
        // Head and foot of a page may follow each other.
        let mut last = at;
        while last + 1 < marked.len() && marked[last + 1] == marked[last] + 1 {
            last += 1;
        }
        let (from, to) = (marked[at], marked[last]);
        let before = from.checked_sub(1).and_then(|nth| lines.inked(nth));
        let after = lines.inked(to + 1);
        let cut = before
            .zip(after)
            .filter(|(a, b)| seam(text, &page, a, b, a.ending, 0, MARK_BITS).is_some());
        let (Some(first), Some(end)) = (lines.inked(from), lines.inked(to)) else {
            return;
        };
        if let Some((a, b)) = cut {
            let between = glue(a.ink(text), b.ink(text));
            edits.replace_with(a.ink_end, first.ink_start, between, join::RULE, 0.96);
            edits.remove_with(first.ink_start, end.ink_end, RULE, 0.97);
            edits.remove_with(end.ink_end, b.ink_start, join::RULE, 0.96);
        } else {
            let stop = (end.end + 1).min(text.len());
            edits.remove_with(first.start, stop, RULE, 0.95);
        }
        at = last + 1;
    }
}

/// A page number as written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// 第3页 共9页, 第3页
    Said,
    /// - 3 -, — 3 —, ·3·
    Dashed,
    /// 3/9
    Slashed,
    /// 3
    Plain,
}

/// Lines that hold nothing but a page number, as positions among the lines with ink.
fn alone(text: &str, lines: &Lines) -> Vec<usize> {
    let mut found: Vec<(usize, Form, u32)> = Vec::new();
    for nth in 0..lines.inked.len() {
        let Some(line) = lines.inked(nth).filter(|line| line.cols <= 40) else {
            continue;
        };
        if let Some((form, number)) = page_number(line.ink(text)) {
            found.push((nth, form, number));
        }
    }
    let mut kept = Vec::new();
    for form in [Form::Said, Form::Dashed, Form::Slashed, Form::Plain] {
        let of_form: Vec<_> = found.iter().filter(|&&(_, f, _)| f == form).collect();
        let rising = of_form
            .windows(2)
            .filter(|pair| pair[1].2 > pair[0].2 && pair[1].2 - pair[0].2 <= 2);
        let in_sequence = rising.count();
        let cuts = of_form
            .iter()
            .filter(|&&&(nth, _, _)| parts_a_sentence(text, lines, nth))
            .count();
        let good = match form {
            Form::Said => true,
            Form::Dashed => in_sequence + 1 == of_form.len() && in_sequence > 0 || cuts > 0,
            Form::Slashed => in_sequence > 0 && cuts > 0,
            Form::Plain => in_sequence > 0 && cuts * 2 >= of_form.len(),
        };
        if good {
            kept.extend(of_form.iter().map(|&&(nth, _, _)| nth));
        }
    }
    kept
}

fn parts_a_sentence(text: &str, lines: &Lines, nth: usize) -> bool {
    let pair = nth
        .checked_sub(1)
        .and_then(|at| lines.inked(at))
        .zip(lines.inked(nth + 1));
    pair.is_some_and(|(a, b)| is_cut(text, a, b, b.ink(text)))
}

/// Whether a sentence of `a` goes on in `rest`, which stands in `b`.
fn is_cut(text: &str, a: &Line, b: &Line, rest: &str) -> bool {
    let before = a.ink(text);
    let (left, end) = (a.made, a.ending);
    let Some(first) = rest.chars().next() else {
        return false;
    };
    let prose = left.is_prose() && left.stops + left.commas >= 1 && a.cols >= 30 && b.cols >= 6;
    prose
        && match end {
            Ending::Stop | Ending::Pause => false,
            Ending::Comma | Ending::Open => true,
            Ending::Bare => continues(first) || runs_on(before, rest) > 1.0,
        }
}

fn page_number(ink: &str) -> Option<(Form, u32)> {
    if let Some((number, len)) = said(ink) {
        let rest = ink[len..].trim();
        return rest.is_empty().then_some((Form::Said, number));
    }
    let bare = ink.trim_matches([
        '-', '—', '–', '－', '·', '•', '~', '～', ' ', '\u{3000}', '─', '一',
    ]);
    let dashed =
        bare.len() < ink.len() && ink.starts_with(['-', '—', '–', '－', '·', '•', '~', '～', '─']);
    let (number, len) = digit_number(bare)?;
    let rest = bare[len..].trim();
    match rest {
        "" if dashed
            && ink
                .chars()
                .next_back()
                .is_some_and(|c| !c.is_alphanumeric()) =>
        {
            Some((Form::Dashed, number))
        }
        "" if !dashed && number < 2000 => Some((Form::Plain, number)),
        _ => {
            let total = rest.strip_prefix('/')?.trim();
            let (total, used) = digit_number(total)?;
            (rest[1..].trim().len() == used && number <= total && total < 2000)
                .then_some((Form::Slashed, number))
        }
    }
}

/// 第3页, 第 3 页 共 9 页, 第二页，共31页。, 第3页/共9页: the number and the bytes it takes.
fn said(text: &str) -> Option<(u32, usize)> {
    let mut rest = text.strip_prefix('第')?.trim_start();
    let (number, len) = number_or_field(rest, "PAGE")?;
    rest = rest[len..].trim_start().strip_prefix('页')?;
    let after_page = rest;
    let gap = rest.trim_start_matches(['，', ',', '、', '/', ' ', '\u{3000}', '（', '(', '／']);
    let Some(total) = gap.strip_prefix('共') else {
        return Some((number, text.len() - after_page.len()));
    };
    let total = total.trim_start();
    let Some((_, len)) = number_or_field(total, "NUMPAGES") else {
        return Some((number, text.len() - after_page.len()));
    };
    let Some(mut rest) = total[len..].trim_start().strip_prefix('页') else {
        return Some((number, text.len() - after_page.len()));
    };
    rest = rest.strip_prefix(['）', ')']).unwrap_or(rest);
    rest = rest.strip_prefix(['。', '.']).unwrap_or(rest);
    Some((number, text.len() - rest.len()))
}

fn number_or_field(text: &str, field: &str) -> Option<(u32, usize)> {
    if let Some(rest) = text.strip_prefix(field) {
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("\\*").map_or(rest, str::trim_start);
        let rest = rest
            .strip_prefix("MERGEFORMAT")
            .map_or(rest, str::trim_start);
        let digits = digit_number(rest).map_or(0, |(_, len)| len);
        return Some((0, text.len() - rest.len() + digits));
    }
    digit_number(text).or_else(|| han_number(text))
}

/// 第二页，共31页。 in the middle of a line, at its start or at its end.
fn inside_lines(text: &str, lines: &Lines, edits: &mut Edits) {
    struct Found {
        start: usize,
        end: usize,
        at_edge: bool,
        number: u32,
    }
    let mut found: Vec<Found> = Vec::new();
    for (at, _) in text.match_indices('第') {
        let Some((number, len)) = said(&text[at..]) else {
            continue;
        };
        let mark = &text[at..at + len];
        if !mark.contains('共') {
            continue;
        }
        let end = at + len;
        let nth = lines.all.partition_point(|line| line.end < at);
        let Some(line) = lines.all.get(nth) else {
            continue;
        };
        let whole = line.ink_start == at && line.ink_end == end;
        if whole || text[end..].starts_with(['的', '内', '、', '，', '）']) {
            continue;
        }
        found.push(Found {
            start: at,
            end,
            at_edge: line.ink_start == at || line.ink_end == end,
            number,
        });
    }
    let many = found.len() >= 2
        && found
            .windows(2)
            .all(|pair| pair[1].number >= pair[0].number);
    for mark in found.iter().filter(|mark| many || mark.at_edge) {
        // A space set around the mark goes with it.
        let start = text[..mark.start].trim_end_matches([' ', '\u{3000}']).len();
        let end = text.len() - text[mark.end..].trim_start_matches([' ', '\u{3000}']).len();
        edits.remove_with(start, end, RULE, 0.95);
    }
}

/// Short lines that come again and again between lines that belong together.
fn running_heads(text: &str, lines: &Lines, known: &[usize]) -> Vec<usize> {
    let mut cuts: Vec<usize> = Vec::new();
    for nth in 1..lines.inked.len().saturating_sub(1) {
        let (Some(a), Some(line)) = (lines.inked(nth - 1), lines.inked(nth)) else {
            continue;
        };
        // Cheap tests first: few lines are short and follow an open one.
        if line.cols > 60 || a.cols < 50 || known.contains(&nth) {
            continue;
        }
        if a.ending != Ending::Stop && parts_a_sentence(text, lines, nth) {
            cuts.push(nth);
        }
    }
    if cuts.len() < 2 {
        return Vec::new();
    }
    let shape = |line: &Line| -> String {
        line.ink(text)
            .chars()
            .filter(|c| !c.is_ascii_digit() && !c.is_whitespace())
            .collect()
    };
    let mut shapes: BTreeMap<String, u32> = BTreeMap::new();
    for &nth in &cuts {
        if let Some(line) = lines.inked(nth) {
            *shapes.entry(shape(line)).or_default() += 1;
        }
    }
    shapes.retain(|shape, count| *count >= 2 && shape.chars().any(char::is_alphanumeric));
    if shapes.is_empty() {
        return Vec::new();
    }
    (0..lines.inked.len())
        .filter(|&nth| {
            // The first of its kind may be the title itself: only what stands inside goes.
            lines
                .inked(nth)
                .is_some_and(|line| nth > 1 && line.cols <= 60 && shapes.contains_key(&shape(line)))
                && (cuts.contains(&nth) || shapes_many(&shapes))
        })
        .collect()
}

fn shapes_many(shapes: &BTreeMap<String, u32>) -> bool {
    shapes.values().any(|&count| count >= 3)
}

/// The 1、 2、 3、 that preview sites set before each page's text.
fn numbered_pages(text: &str, lines: &Lines, edits: &mut Edits) {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let mut next = 1;
    let mut sequences: Vec<Vec<(usize, usize)>> = Vec::new();
    for nth in 0..lines.inked.len() {
        let Some(line) = lines.inked(nth) else { break };
        let ink = line.ink(text);
        let bare = ink.trim_start_matches(['-', '–', '—', '－']);
        let dash = ink.len() - bare.len();
        let mark = opening(bare);
        if mark.mark != Mark::Digit || dash > 6 {
            continue;
        }
        if mark.number != next {
            if marks.len() > 1 {
                sequences.push(std::mem::take(&mut marks));
            }
            marks.clear();
            if mark.number != 1 {
                next = 1;
                continue;
            }
            next = 1;
        }
        marks.push((nth, dash + mark.len_bytes));
        next += 1;
    }
    if marks.len() > 1 {
        sequences.push(marks);
    }
    for marks in sequences {
        take_numbered(text, lines, &marks, edits);
    }
}

fn take_numbered(text: &str, lines: &Lines, marks: &[(usize, usize)], edits: &mut Edits) {
    let rest_of = |line: &Line, len: usize| {
        let rest = &line.ink(text)[len..];
        let space = rest.len() - rest.trim_start().len();
        (line.ink_start + len + space, &rest[space..])
    };
    let (mut cuts, mut seams) = (0, 0);
    let mut evidence = 0.0;
    for &(nth, len) in &marks[1..] {
        let (Some(a), Some(b)) = (lines.inked(nth - 1), lines.inked(nth)) else {
            return;
        };
        let (_, rest) = rest_of(b, len);
        seams += 1;
        let before = a.ink(text);
        if is_cut(text, a, b, rest) {
            cuts += 1;
            evidence += if ending(before) == Ending::Bare && !rest.starts_with(continues) {
                runs_on(before, rest).min(8.0)
            } else {
                4.0
            };
        }
    }
    // A list whose items lack their stops runs on by chance once in thirty.
    if cuts * 5 < seams * 3 || evidence < 5.0 {
        return;
    }
    for (at, &(nth, len)) in marks.iter().enumerate() {
        let Some(line) = lines.inked(nth) else { return };
        let (start, rest) = rest_of(line, len);
        edits.remove_with(line.ink_start, start, RULE, 0.95);
        let Some(a) = nth.checked_sub(1).and_then(|before| lines.inked(before)) else {
            continue;
        };
        let before = a.ink(text);
        let open = matches!(ending(before), Ending::Bare | Ending::Comma | Ending::Open);
        let joins = at > 0 && open && !opening(rest).is_start();
        if joins && (is_cut(text, a, line, rest) || runs_on(before, rest) > -3.0) {
            edits.replace_with(
                a.ink_end,
                line.ink_start,
                glue(before, rest),
                join::RULE,
                0.95,
            );
        }
    }
}
