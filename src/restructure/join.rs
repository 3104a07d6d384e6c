//! Paragraphs cut in mid sentence by the end of a page, with or without a blank line between.
//!
//! Joined on three kinds of evidence together: the first half is running text without a stop, the
//! second half does not begin like anything new, and the characters on both sides run on. How much
//! the last must say depends on how faithfully the page ends its other paragraphs with a stop.

use super::lines::{Ending, Line, Lines, Make, continues, is_han, opening_of};
use super::opening::{Mark, digit_number, opening};
use super::seams::{opens, runs_on};
use super::title::is_salutation;
use super::wrap::glue;
use crate::model::{Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/page-break");

/// Lines narrower than this are headings, verse and list items as often as halves of paragraphs.
const LEAST_COLS: u32 = 50;

pub(super) fn find(text: &str, lines: &Lines, edits: &mut Edits) {
    let mut page = None;
    for (a, b, blanks) in lines.pairs() {
        if blanks > 1 || a.cols < 10 {
            continue;
        }
        let before = a.ink(text);
        let ending = a.ending;
        if ending == Ending::Stop && (blanks > 0 || !begins_with_closer(b.ink(text))) {
            continue;
        }
        let page = page.get_or_insert_with(|| Page::of(lines));
        if let Some(confidence) = seam(text, page, &a, &b, ending, blanks, 0.0) {
            edits.replace_with(
                a.ink_end,
                b.ink_start,
                glue(before, b.ink(text)),
                RULE,
                confidence,
            );
        }
    }
}

fn begins_with_closer(ink: &str) -> bool {
    ink.starts_with(['”', '’', '」', '』', '）', '》', '〉'])
}

/// How a page ends its paragraphs.
pub(super) struct Page {
    /// Lines of running text.
    prose_lines: u32,
    /// Of these, the share that ends with a stop or a pause.
    closed_ratio: f32,
    /// Share of all lines that end with a comma: verse and subtitles are high.
    comma_ratio: f32,
}

impl Page {
    pub(super) fn of(lines: &Lines) -> Self {
        let (mut prose, mut closed, mut commas) = (0u32, 0u32, 0u32);
        for &at in &lines.inked {
            let line = &lines.all[at as usize];
            let ending = line.ending;
            commas += u32::from(ending == Ending::Comma);
            if line.cols >= 60 {
                prose += 1;
                closed += u32::from(matches!(ending, Ending::Stop | Ending::Pause));
            }
        }
        Self {
            prose_lines: prose,
            closed_ratio: closed as f32 / prose.max(1) as f32,
            comma_ratio: commas as f32 / lines.inked.len().max(1) as f32,
        }
    }
}

/// How sure it is that the sentence of `a` runs on into `b`; `known` are bits of evidence from
/// elsewhere, such as a page mark between them.
pub(super) fn seam(
    text: &str,
    page: &Page,
    a: &Line,
    b: &Line,
    ending: Ending,
    blanks: u32,
    known: f32,
) -> Option<f32> {
    let (before, after) = (a.ink(text), b.ink(text));
    let first = after.chars().next()?;
    let (left, right) = (a.made, b.made);
    if !reads_on(&left) || (right.han == 0 && right.latin < 4) || right.gaps > 2 {
        return None;
    }
    if b.indent_cols >= 4 && a.indent_cols < b.indent_cols && known == 0.0 {
        return None;
    }
    if continues(first) {
        return continued(before, first, ending).then_some(0.97);
    }
    let mark = opening_of(text, b);
    if mark.is_start() || starts_anew(after) || is_salutation(before) {
        return None;
    }
    match ending {
        Ending::Stop | Ending::Pause => None,
        Ending::Open => (a.cols >= LEAST_COLS || known > 0.0).then_some(0.96),
        Ending::Comma => {
            let prose = left.is_prose() && (left.stops + left.commas >= 2 || a.cols + b.cols >= 70);
            let faithful = page.prose_lines >= 4
                && page.closed_ratio >= 0.85
                && page.comma_ratio <= 0.1
                && a.cols >= 14
                && b.cols >= 30;
            let fits = a.cols >= LEAST_COLS || known > 0.0 || faithful;
            (prose
                && fits
                && page.comma_ratio <= 0.2
                && (right.is_prose() || right.is_latin_prose())
                && opens(after) < 1.0 + known
                && (known > 0.0 || !is_date(after))
                && a.cols + b.cols >= 70)
                .then_some(0.94)
        }
        Ending::Bare => bare(page, a, b, &left, &right, (before, after), blanks, known),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one decision, taken in one place"
)]
fn bare(
    page: &Page,
    a: &Line,
    b: &Line,
    left: &Make,
    right: &Make,
    (before, after): (&str, &str),
    blanks: u32,
    known: f32,
) -> Option<f32> {
    let tail = right.stops + right.commas > 0;
    if left.is_latin_prose() {
        // Latin text goes on in lower case.
        let goes_on = after.starts_with(|c: char| c.is_ascii_lowercase());
        return (goes_on && a.cols >= 60 && left.commas + left.stops > 0 && tail).then_some(0.9);
    }
    if !left.is_prose() || !right.is_prose() || !tail {
        return None;
    }
    let mut bits = meeting(before, after) + known;
    if known > 0.0 && dangles(before) {
        bits += DANGLING_BITS;
    }
    let others = page.prose_lines.saturating_sub(1);
    let mut need: f32 = match (others, page.closed_ratio) {
        (3.., 0.85..) => -2.0,
        (2.., 0.6..) => 1.0,
        (0..=1, _) => 3.0,
        _ => 4.5,
    };
    // The less of a sentence the first half shows, the more the seam must say: a heading has no
    // stop, few commas, and what follows it begins anew.
    let head = left.stops > 0 || (left.commas >= 2 && a.cols >= 60);
    if !head {
        need = need.max(0.0) + if left.commas > 0 { 2.0 } else { 4.0 };
    }
    need += match a.cols {
        0..24 => 4.0,
        24..LEAST_COLS => 1.5,
        _ => 0.0,
    };
    if opening(before).is_start() && left.stops == 0 && a.cols < 110 {
        need += 2.0;
    }
    if blanks == 0 && b.cols < 30 {
        need += 1.0;
    }
    (bits > need).then(|| (0.9 + (bits - need) * 0.01).min(0.98))
}

/// What a clause of one character above a page mark says for a cut.
const DANGLING_BITS: f32 = 4.0;

/// `…领导小组，馆`: one character after a pause, which is no word by itself.
fn dangles(before: &str) -> bool {
    let mut back = before.chars().rev();
    let (last, pause) = (back.next(), back.next());
    last.is_some_and(|c| is_han(c) && !"好是对行来走去啊吧呢嗯哦有无".contains(c))
        && matches!(pause, Some('，' | '、' | '；' | '：'))
}

/// Bits of evidence from the characters that meet.
fn meeting(before: &str, after: &str) -> f32 {
    let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else {
        return -9.0;
    };
    match (is_han(last), is_han(first)) {
        (true, true) => runs_on(before, after),
        (true, false)
            if first.is_ascii_digit()
                && "第约为达共近至从和与于的了是年月有在到过入计".contains(last) =>
        {
            2.0
        }
        (false, true)
            if last.is_ascii_digit()
                && "年月日个项万亿元人名次余多所家户亩岁周时分".contains(first) =>
        {
            4.0
        }
        _ if last.is_ascii_alphanumeric() && first.is_ascii_alphanumeric() => 0.0,
        _ => -3.0,
    }
}

/// 8月17日, 2021年: how paragraphs of news begin.
fn is_date(ink: &str) -> bool {
    digit_number(ink).is_some_and(|(_, len)| ink[len..].starts_with(['年', '月']))
}

/// Whether a line is of a kind that can be cut at all.
fn reads_on(made: &Make) -> bool {
    made.gaps <= 2 && made.code * 20 <= made.chars && made.han + made.latin > made.digits
}

/// Whether a line that begins with punctuation continues the one before.
fn continued(before: &str, first: char, ending: Ending) -> bool {
    let open = match first {
        '）' => '（',
        '》' => '《',
        '”' => '“',
        '’' => '‘',
        '」' => '「',
        '』' => '『',
        '〉' => '〈',
        '】' => return false,
        _ => return matches!(ending, Ending::Bare),
    };
    before.matches(open).count() > before.matches(first).count()
}

/// Lines that begin like something new although they bear no mark.
fn starts_anew(ink: &str) -> bool {
    const WORDS: [&str; 18] = [
        "附件",
        "附：",
        "附表",
        "图",
        "表",
        "注：",
        "注:",
        "摘要",
        "关键词",
        "参考文献",
        "尊敬的",
        "各位",
        "同志们",
        "此致",
        "特此",
        "来源",
        "责任编辑",
        "编辑",
    ];
    ink.starts_with('【')
        || WORDS.iter().any(|word| ink.starts_with(word))
        || speaker(ink)
        || opening(ink).mark == Mark::Bullet
}

/// A name and a colon: dialogue, interview, chat.
fn speaker(ink: &str) -> bool {
    ink.char_indices()
        .take(9)
        .find(|&(_, c)| matches!(c, '：' | ':'))
        .is_some_and(|(at, _)| {
            at > 0 && ink[..at].chars().all(|c| is_han(c) || c.is_alphanumeric())
        })
}
