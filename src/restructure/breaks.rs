//! Paragraph breaks lost where a page was flattened into one line.
//!
//! Flattening leaves a space where each line ended, or nothing at all. A space after a full stop is
//! a break where such spaces are fewer than the stops (a habit of typing sets one after each).
//! Without spaces only the marks of headings are left, and they count in sequence or not at all.

use super::lines::{Ending, Line, Lines, ending, is_han};
use super::opening::{Mark, Opening, opening};
use crate::model::{Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/lost-break");

/// Shorter lines are ordinary paragraphs.
const LEAST_BYTES: usize = 480;
/// Headings are shorter than this.
const HEADING_CHARS: usize = 42;

pub(super) fn find(text: &str, lines: &Lines, edits: &mut Edits) {
    let all: usize = lines
        .all
        .iter()
        .map(|line| line.ink_end - line.ink_start)
        .sum();
    for (nth, &at) in lines.inked.iter().enumerate() {
        let line = &lines.all[at as usize];
        let bytes = line.ink_end - line.ink_start;
        if bytes >= LEAST_BYTES {
            let spaced = at_spaces(text, line, edits);
            if !spaced && bytes >= 2 * LEAST_BYTES && bytes * 2 >= all {
                at_marks(text, line, edits);
            }
        }
        if bytes >= 60 {
            run_in_heading(text, lines, nth, line, edits);
        }
    }
}

/// A run of spaces inside a line.
struct Gap {
    start: usize,
    end: usize,
    wide: bool,
}

fn gaps(text: &str, line: &Line) -> Vec<Gap> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = line.ink_start;
    while at < line.ink_end {
        let rest = &bytes[at..line.ink_end];
        let Some(ahead) = memchr::memchr3(b' ', b'\t', 0xE3, rest) else {
            break;
        };
        let start = at + ahead;
        let here = &text[start..line.ink_end];
        let inner = here.trim_start_matches([' ', '\t', '\u{3000}']);
        let len = here.len() - inner.len();
        if len > 0 {
            found.push(Gap {
                start,
                end: start + len,
                wide: here[..len].contains('\u{3000}') || len > 1,
            });
        }
        at = start + len.max(1);
    }
    found
}

fn at_spaces(text: &str, line: &Line, edits: &mut Edits) -> bool {
    let gaps = gaps(text, line);
    if gaps.is_empty() {
        return false;
    }
    let ink = line.ink(text);
    if ink.contains("</") {
        return false;
    }
    let mut gaps = gaps;
    gaps.extend(bare_marks(text, line));
    gaps.sort_by_key(|gap| gap.start);
    let stops = ink.matches(['。', '！', '？']).count();
    let commas = ink.matches(['，', '、']).count();
    let mut breaks: Vec<&Gap> = Vec::new();
    let (mut after_stops, mut after_pauses, mut at_marks, mut others) =
        (0usize, 0usize, 0usize, 0usize);
    let (mut after_commas, mut marked) = (0usize, 0usize);
    let mut from = line.ink_start;
    for gap in &gaps {
        let before = &text[from..gap.start];
        let after = &text[gap.end..line.ink_end];
        let mark = opening(after);
        let starts = begins_paragraph(after);
        let is_break = match ending(before) {
            _ if gap.start == gap.end => true,
            Ending::Bare if is_date(after) => true,
            Ending::Stop if starts && !before.ends_with(['.', '!', '?', '~', '…', ')']) => {
                after_stops += 1;
                marked += usize::from(mark.is_start());
                true
            }
            Ending::Pause
                if starts
                    && (mark.is_start() || before.ends_with('：'))
                    && !before.ends_with([':', ';']) =>
            {
                after_pauses += 1;
                true
            }
            Ending::Bare | Ending::Comma
                if mark.is_start() && heads_a_section(&mark) && !before.is_empty() =>
            {
                at_marks += 1;
                true
            }
            Ending::Bare if starts && is_heading(before, from == line.ink_start) => true,
            // 第一条 为了, 1. 抓好: the mark's own space.
            _ if opening(before).len_bytes >= before.len() => false,
            Ending::Comma => {
                after_commas += 1;
                others += 1;
                false
            }
            _ => {
                others += 1;
                false
            }
        };
        if is_break {
            breaks.push(gap);
            from = gap.end;
        }
    }
    // A space after every stop or comma is a habit of typing; paragraphs of one sentence bear
    // marks.
    let habit = (after_stops * 10 > stops * 8 && stops >= 6 && marked * 5 < after_stops)
        || after_commas * 5 > commas.max(1);
    let wide = breaks.iter().filter(|gap| gap.wide).count();
    let breaks_spaced = breaks.iter().filter(|gap| gap.end > gap.start).count();
    let enough = after_stops >= 2 || after_stops + after_pauses + at_marks >= 3 || wide >= 2;
    if !enough || (habit && wide * 2 < breaks_spaced) || others > breaks.len() + 2 {
        return false;
    }
    let sure = if after_stops >= 4 { 0.96 } else { 0.9 };
    for gap in breaks {
        edits.replace_with(gap.start, gap.end, "\n", RULE, sure);
    }
    true
}

/// Places without a space where a flattened line still shows a break: `。三、` and the end of a
/// salutation.
fn bare_marks(text: &str, line: &Line) -> Vec<Gap> {
    let ink = line.ink(text);
    let mut found = Vec::new();
    for (at, sign) in ink.match_indices(['。', '：', '！', '？']) {
        let end = at + sign.len();
        let after = &ink[end..];
        let mark = opening(after);
        let numbered = mark.mark == Mark::Han && !lists_with_pauses(after, mark.number);
        let greets = sign == "：" && {
            let from = ink[..at].rfind([' ', '。', '\u{3000}']).map_or(0, |from| {
                from + ink[from..].chars().next().map_or(1, char::len_utf8)
            });
            greets(&ink[from..end]) && after.starts_with(is_han)
        };
        if numbered || greets {
            let place = line.ink_start + end;
            found.push(Gap {
                start: place,
                end: place,
                wide: false,
            });
        }
    }
    found
}

/// 各位代表：, 尊敬的领导：
fn greets(segment: &str) -> bool {
    segment.chars().count() <= 20
        && ["各位", "尊敬的", "同志们", "老师们", "同学们"]
            .iter()
            .any(|word| segment.starts_with(word))
}

/// 一、…；二、…；三、…: an enumeration inside a sentence.
fn lists_with_pauses(after: &str, number: u32) -> bool {
    after.match_indices('；').any(|(at, sign)| {
        let next = opening(&after[at + sign.len()..]);
        next.mark == Mark::Han && next.number == number + 1
    })
}

/// 2022年4月18日 and nothing after: the date under a signature.
fn is_date(after: &str) -> bool {
    after.chars().count() <= 14
        && after.ends_with('日')
        && after.contains('年')
        && after
            .chars()
            .all(|c| c.is_ascii_digit() || "年月日 〇○二一三四五六七八九十".contains(c))
}

/// Whether a text begins as paragraphs do: with a Han character, an opening mark, a number.
fn begins_paragraph(after: &str) -> bool {
    // A bracket opens a paragraph only as the mark of one: (见表1) goes with what it follows.
    after.starts_with(|c: char| {
        is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '“' | '《' | '【' | '‘' | '①'..='⑳')
    }) || opening(after).is_start()
}

fn heads_a_section(mark: &Opening) -> bool {
    matches!(
        mark.mark,
        Mark::Han | Mark::HanParen | Mark::Chapter | Mark::Part | Mark::Digit | Mark::DigitParen
    )
}

/// Whether a stretch between two breaks is a heading: a mark or the line's first words, short, no
/// sentence inside.
fn is_heading(before: &str, first: bool) -> bool {
    let marked = opening(before);
    let chars = before.chars().take(HEADING_CHARS + 1).count();
    (4..=HEADING_CHARS).contains(&chars)
        && (first || heads_a_section(&marked))
        && !before.contains(['。', '！', '？', '；'])
        && !(first && before.contains(['，', ',']))
}

/// A mark of a heading somewhere in a line, and the byte where it stands.
struct Found {
    at: usize,
    mark: Opening,
    /// 章, 条 and the like; 、 for other marks.
    unit: char,
}

/// 一、 二、 三、 in one long line without a space: broken before each where they count up.
fn at_marks(text: &str, line: &Line, edits: &mut Edits) {
    let ink = line.ink(text);
    let mut found: Vec<Found> = Vec::new();
    for (at, c) in ink.char_indices() {
        if !matches!(c, '第' | '（' | '(' | '一'..='龥' | '1'..='9') {
            continue;
        }
        let candidate = matches!(c, '第' | '（' | '(' | '0'..='9')
            || matches!(
                c,
                '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
            );
        if !candidate || at == 0 {
            continue;
        }
        let mark = opening(&ink[at..]);
        if !heads_a_section(&mark) || mark.number == 0 {
            continue;
        }
        let before = &ink[..at];
        let after = &ink[at + mark.len_bytes..];
        let ended = match ending(before.trim_end()) {
            Ending::Stop => true,
            // Items of a statute stand on lines of their own.
            Ending::Pause => mark.mark == Mark::HanParen,
            // 第一章 总则第一条 为了: a chapter's title has no stop.
            Ending::Bare => {
                mark.mark == Mark::Chapter && after.starts_with([' ', '\u{3000}'])
                    || mark.number == 1
                        && before.chars().take(HEADING_CHARS).count() < HEADING_CHARS
                        && !before.contains(['。', '，'])
            }
            _ => false,
        };
        if ended {
            let unit = ink[at..at + mark.len_bytes].chars().next_back();
            let unit = unit.filter(|_| mark.mark == Mark::Chapter).unwrap_or('、');
            found.push(Found { at, mark, unit });
        }
    }
    let kinds = [
        (Mark::Chapter, '编'),
        (Mark::Chapter, '章'),
        (Mark::Chapter, '节'),
        (Mark::Chapter, '条'),
        (Mark::Han, '、'),
        (Mark::HanParen, '、'),
        (Mark::Digit, '、'),
        (Mark::DigitParen, '、'),
    ];
    let mut cuts: Vec<usize> = Vec::new();
    for (kind, unit) in kinds {
        let of_kind: Vec<&Found> = found
            .iter()
            .filter(|f| f.mark.mark == kind && f.unit == unit)
            .collect();
        let sequence = counts_up(&of_kind, kind == Mark::HanParen);
        // The top level must hold on its own; lower ones restart under it.
        if sequence.len() >= 3 || (sequence.len() >= 2 && !cuts.is_empty()) {
            cuts.extend(sequence);
        }
    }
    if cuts.len() < 3 {
        return;
    }
    cuts.sort_unstable();
    cuts.dedup();
    for at in cuts {
        let here = line.ink_start + at;
        let start = text[..here].trim_end_matches([' ', '\u{3000}']).len();
        edits.replace_with(start, here, "\n", RULE, 0.9);
    }
}

/// The marks that count up by one, or start anew at one, each with text of its own.
fn counts_up(found: &[&Found], restarts: bool) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut next = 1;
    let mut close = |run: &mut Vec<usize>| {
        let least = if restarts { 24 } else { 60 };
        let roomy = run
            .windows(2)
            .filter(|pair| pair[1] - pair[0] >= least)
            .count();
        if run.len() >= 2 && roomy * 10 >= (run.len() - 1) * 7 {
            kept.append(run);
        }
        run.clear();
    };
    for f in found {
        let follows = f.mark.number == next && next > 1;
        if !follows {
            close(&mut run);
            next = 1;
            if f.mark.number != 1 {
                continue;
            }
        }
        run.push(f.at);
        next = f.mark.number + 1;
    }
    close(&mut run);
    kept
}

/// A heading run into the end of the paragraph before it: `……。一、成绩亮点`.
fn run_in_heading(text: &str, lines: &Lines, nth: usize, line: &Line, edits: &mut Edits) {
    let ink = line.ink(text);
    if ending(ink) != Ending::Bare {
        return;
    }
    let Some(at) = ink.rfind(['。', '！', '？']) else {
        return;
    };
    let tail = &ink[at + '。'.len_utf8()..];
    let bare = tail.trim_start();
    let mark = opening(bare);
    let chars = bare.chars().take(HEADING_CHARS).count();
    if !matches!(mark.mark, Mark::Han | Mark::HanParen | Mark::Chapter) || !(4..32).contains(&chars)
    {
        return;
    }
    if bare.contains("，") {
        return;
    }
    let Some(next) = lines.inked(nth + 1) else {
        return;
    };
    // Its next number begins a line somewhere below, or a lower level begins right under it.
    let under = opening(next.ink(text));
    let lower = under.number == 1
        && matches!(
            (mark.mark, under.mark),
            (Mark::Han, Mark::HanParen | Mark::Digit)
                | (Mark::HanParen, Mark::Digit | Mark::DigitParen)
                | (Mark::Chapter, Mark::Chapter | Mark::Han)
        );
    let goes_on = lines.inked[nth + 1..].iter().any(|&at| {
        let other = opening(lines.all[at as usize].ink(text));
        other.mark == mark.mark && other.number == mark.number + 1
    });
    if lower || goes_on {
        let end = line.ink_start + at + '。'.len_utf8();
        edits.replace_with(end, end + (tail.len() - bare.len()), "\n", RULE, 0.93);
    }
}
