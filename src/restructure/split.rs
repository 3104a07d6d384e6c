//! Several documents on one page: where the next one begins.
//!
//! A separator (第二篇：…, 篇一, 【范文三】, 工作总结2) must look like one and what follows must look
//! like a document: the title said again, a kind of document named, a new salutation. Chapters of
//! one book are numbered likewise and stay together.

use super::lines::{Ending, Line, Lines, ending};
use super::opening::{Mark, han_number, opening};
use super::title::{holds_a_kind, is_salutation, is_title_like, key, names_a_kind};
use crate::model::{Edits, RuleId};

pub(super) const RULE: RuleId = RuleId::new("restructure/compilation-separator");

/// Text that a document has at the least, in bytes.
const LEAST_BYTES: usize = 240;

/// A line that separates two documents.
struct Separator {
    /// Position among the lines with ink.
    nth: usize,
    number: u32,
    /// Byte of the title that the line holds after its mark; the end of its ink where it holds none.
    title: usize,
    /// Byte after that title.
    title_end: usize,
    /// Of `篇一` and `范文一` form, which chapters never bear.
    telling: bool,
    /// Whether what follows looks like a document.
    document: bool,
    /// A bare 1、 2、, believed only where they come to the number that the page says.
    counted: bool,
}

/// The bytes at which further documents begin in the text that the edits make.
pub(super) fn find(text: &str, lines: &Lines, edits: &mut Edits) -> Vec<usize> {
    let separators = marked(text, lines);
    let cuts = by_separators(text, lines, &separators, edits);
    if !cuts.is_empty() {
        return cuts;
    }
    let cuts = by_numbered_titles(text, lines);
    if !cuts.is_empty() {
        return cuts;
    }
    by_salutations(text, lines)
}

/// 机关单位工作材料精选（五篇）: a title that says the page holds several.
/// Their number, 2 or more.
fn names_a_compilation(ink: &str) -> Option<u32> {
    let head = ink.trim_end_matches(['）', ')', '】']).strip_suffix('篇')?;
    let stem =
        head.trim_end_matches(|c: char| c.is_ascii_digit() || "一二两三四五六七八九十".contains(c));
    let tail = &head[stem.len()..];
    if stem.chars().count() < 4 || stem.ends_with('第') {
        return None;
    }
    let number = match tail {
        "两" => 2,
        _ => {
            super::opening::digit_number(tail)
                .or_else(|| han_number(tail))?
                .0
        }
    };
    (number >= 2).then_some(number)
}

/// Position of the compilation's own title among the first lines with ink,
/// and the number of documents it promises.
fn compilation_title(text: &str, lines: &Lines) -> Option<(usize, u32)> {
    (0..8).find_map(|nth| {
        let line = lines.inked(nth).filter(|line| line.cols <= 80)?;
        Some((nth, names_a_compilation(line.ink(text))?))
    })
}

/// * * * * *
fn is_rule(ink: &str) -> bool {
    let signs = ink.chars().filter(|c| !c.is_whitespace()).count();
    signs >= 4
        && ink
            .chars()
            .all(|c| c.is_whitespace() || "*＊-—=＝~★☆·─━".contains(c))
}

/// A document starts at this line: short, like a title, naming its kind.
fn is_headed(text: &str, lines: &Lines, nth: usize) -> bool {
    lines.inked(nth).is_some_and(|line| {
        let ink = line.ink(text);
        line.cols <= 80 && is_title_like(ink) && names_a_kind(ink)
    })
}

/// Digits and rules separate documents only on a page that says it holds several.
fn separator_of_a_compilation(
    text: &str,
    lines: &Lines,
    line: &Line,
    nth: usize,
    rules: &mut u32,
) -> Option<Separator> {
    let ink = line.ink(text);
    if is_rule(ink) && is_headed(text, lines, nth + 1) {
        *rules += 1;
        return Some(Separator {
            nth,
            number: *rules + 1,
            title: line.ink_end,
            title_end: line.ink_end,
            telling: true,
            document: true,
            counted: false,
        });
    }
    let mark = opening(ink);
    let rest = ink.get(mark.len_bytes..)?.trim_start();
    let named = mark.mark == Mark::Digit && is_title_like(rest) && holds_a_kind(rest);
    named.then(|| Separator {
        nth,
        number: mark.number,
        title: line.ink_end - rest.len(),
        title_end: line.ink_end,
        telling: true,
        document: true,
        counted: true,
    })
}

fn marked(text: &str, lines: &Lines) -> Vec<Separator> {
    let mut found: Vec<Separator> = Vec::new();
    let compilation = compilation_title(text, lines);
    let mut rules = 0;
    for nth in 0..lines.inked.len() {
        let Some(line) = lines.inked(nth).filter(|line| line.cols <= 90) else {
            continue;
        };
        if compilation.is_some()
            && let Some(separator) = separator_of_a_compilation(text, lines, line, nth, &mut rules)
        {
            found.push(separator);
            continue;
        }
        let Some(mut separator) = separator(text, line, nth) else {
            continue;
        };
        separator.document = looks_like_a_document(text, lines, &separator);
        found.push(separator);
    }
    let reached = found.iter().filter(|s| s.counted).map(|s| s.number).max();
    if reached != compilation.map(|(_, promised)| promised) {
        found.retain(|separator| !separator.counted);
    }
    found
}

fn separator(text: &str, line: &Line, nth: usize) -> Option<Separator> {
    let ink = line.ink(text);
    if matches!(ending(ink), Ending::Stop | Ending::Comma) {
        return None;
    }
    let bare = ink.trim_start_matches(['●', '■', '◆', '★', '*', '#', '▲', '※', ' ']);
    let lead = ink.len() - bare.len();
    let mark = opening(bare);
    if mark.mark != Mark::Part {
        return trailing(line, ink, nth);
    }
    let rest = &bare[mark.len_bytes..];
    let after = rest
        .trim_start_matches(['】', ']', '：', ':', ' ', '\u{3000}', '、', '.', '—', '-'])
        .trim_end_matches(['】', '：', ':', ' ']);
    let skipped = rest.find(after).unwrap_or(rest.len());
    let title = line.ink_start + lead + mark.len_bytes + skipped;
    let separated = skipped > 0 || after.is_empty();
    separated.then_some(Separator {
        nth,
        number: mark.number,
        title,
        title_end: title + after.len(),
        telling: !bare.trim_start_matches('【').starts_with('第'),
        document: false,
        counted: false,
    })
}

/// 年度工作总结 篇2, 年度工作总结（篇二）
fn trailing(line: &Line, ink: &str, nth: usize) -> Option<Separator> {
    let bare = ink.trim_end_matches(['）', ')', '】', '：', ':']);
    let at = bare.rfind(['篇', '范'])?;
    let word = if bare[at..].starts_with("范文") {
        "范文"
    } else {
        "篇"
    };
    let tail = bare[at..].strip_prefix(word)?;
    let (number, len) = super::opening::digit_number(tail).or_else(|| han_number(tail))?;
    let head = bare[..at].trim_end_matches([' ', '\u{3000}', '（', '(', '【']);
    if len != tail.len()
        || head.chars().count() < 3
        || !names_a_kind(head)
        || at == head.len()
            && word == "篇"
            && !bare[..at].is_ascii()
            && head.ends_with(['第', '三', '两', '几', '多', '数'])
    {
        return None;
    }
    Some(Separator {
        nth,
        number,
        title: line.ink_start,
        title_end: line.ink_start + head.len(),
        telling: true,
        document: false,
        counted: false,
    })
}

fn looks_like_a_document(text: &str, lines: &Lines, separator: &Separator) -> bool {
    let title = &text[separator.title..separator.title_end];
    if !title.is_empty() && names_a_kind(title) {
        return true;
    }
    (1..=3).any(|ahead| {
        lines.inked(separator.nth + ahead).is_some_and(|line| {
            let ink = line.ink(text);
            is_salutation(ink)
                || (!title.is_empty() && key(ink) == key(title))
                || (ahead == 1 && line.cols <= 70 && is_title_like(ink) && names_a_kind(ink))
        })
    })
}

fn by_separators(
    text: &str,
    lines: &Lines,
    separators: &[Separator],
    edits: &mut Edits,
) -> Vec<usize> {
    let chaptered = lines.inked.iter().any(|&at| {
        let line = &lines.all[at as usize];
        let ink = line.ink(text);
        line.cols <= 60
            && ink.starts_with('第')
            && opening(ink).mark == Mark::Chapter
            && !ink.contains("部分")
    });
    // Numbers count up by one; the first of all may be the page itself.
    let mut chosen: Vec<&Separator> = Vec::new();
    for separator in separators {
        let next = chosen.last().map_or(0, |last| last.number) + 1;
        if separator.number == next || (chosen.is_empty() && separator.number == 2) {
            let from = chosen.last().map_or(0, |last| last.title_end);
            let room = separator.title.saturating_sub(from) >= LEAST_BYTES;
            if chosen.is_empty() || room {
                chosen.push(separator);
            }
        }
    }
    let Some(last) = chosen.last() else {
        return Vec::new();
    };
    if text.len() - last.title_end < LEAST_BYTES {
        chosen.pop();
    }
    let documents = chosen.iter().filter(|s| s.document).count();
    let telling = chosen.iter().filter(|s| s.telling).count();
    let enough = chosen.len() >= 2 || chosen.first().is_some_and(|s| s.number == 2);
    let believed = telling * 2 > chosen.len() && (documents > 0 || chosen.len() >= 2)
        || documents * 2 >= chosen.len().max(1) && documents > 0;
    if chosen.is_empty() || !enough || !believed || (chaptered && telling * 2 <= chosen.len()) {
        return Vec::new();
    }
    let mut cuts = Vec::new();
    let mut gone_bytes = 0;
    let front = chosen
        .first()
        .and_then(|first| front_matter(text, lines, first));
    if let Some((start, end)) = front {
        edits.remove_with(start, end, RULE, 0.9);
        gone_bytes += end - start;
    }
    for (at, separator) in chosen.into_iter().enumerate() {
        let mut remove = |start: usize, end: usize| {
            edits.remove_with(start, end, RULE, 0.93);
            gone_bytes += end - start;
        };
        let cut = cut_at(text, lines, separator, &mut remove);
        // With its front matter gone, the first document heads the page.
        let heads = at == 0 && separator.number == 1 && front.is_some();
        if let Some((place, gone_after)) = cut.filter(|_| !heads) {
            cuts.push(place + gone_after - gone_bytes);
        }
    }
    cuts
}

/// The compilation's own title and the lines that introduce it, up to the first document.
fn front_matter(text: &str, lines: &Lines, first: &Separator) -> Option<(usize, usize)> {
    let (title, _) = compilation_title(text, lines).filter(|&(nth, _)| nth < first.nth)?;
    let until = if first.number == 1 {
        first.nth
    } else {
        (title + 1..first.nth.min(title + 5)).find(|&nth| is_headed(text, lines, nth))?
    };
    let introduces = |nth: usize| {
        lines.inked(nth).is_some_and(|line| {
            let ink = line.ink(text);
            ["小编", "下面", "以下", "欢迎", "本文"]
                .iter()
                .any(|word| ink.contains(word))
        })
    };
    if until > title + 4 || !(title + 1..until).all(introduces) {
        return None;
    }
    Some((lines.inked(title)?.start, lines.inked(until)?.start))
}

/// Takes the separator's mark, or its whole line where the true title follows, and says where the
/// document begins and how many bytes go behind that place.
fn cut_at(
    text: &str,
    lines: &Lines,
    separator: &Separator,
    remove: &mut impl FnMut(usize, usize),
) -> Option<(usize, usize)> {
    let line = lines.inked(separator.nth)?;
    let next = lines.inked(separator.nth + 1)?;
    let title = &text[separator.title..separator.title_end];
    let said_again = !title.is_empty() && key(next.ink(text)) == key(title);
    let headed = next.cols <= 80
        && is_title_like(next.ink(text))
        && names_a_kind(next.ink(text))
        && !is_salutation(next.ink(text));
    let is_first = separator.nth == 0
        || lines.inked[..separator.nth].iter().all(|&at| {
            let line = &lines.all[at as usize];
            line.cols <= 90 && ending(line.ink(text)) != Ending::Stop
        });
    let begins = if title.is_empty() || said_again || headed {
        remove(line.start, next.start);
        (next.start, 0)
    } else {
        remove(line.ink_start, separator.title);
        remove(separator.title_end, line.ink_end);
        let behind = separator.title - line.ink_start + line.ink_end - separator.title_end;
        (line.start, behind)
    };
    // What stands before the first is the title of the whole page.
    (!is_first).then_some(begins)
}

/// 教师工作总结1, 教师工作总结2: the same title with numbers that count up.
fn by_numbered_titles(text: &str, lines: &Lines) -> Vec<usize> {
    let mut chosen: Vec<(usize, &str, u32)> = Vec::new();
    for nth in 0..lines.inked.len() {
        let Some(line) = lines.inked(nth).filter(|line| line.cols <= 70) else {
            continue;
        };
        let ink = line.ink(text).trim_end_matches(['）', ')', '：', ':']);
        let stem = ink
            .trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
        let tail = &ink[stem.len()..];
        let Some((number, _)) = super::opening::digit_number(tail).or_else(|| han_number(tail))
        else {
            continue;
        };
        let stem = stem.trim_end_matches(['（', '(', ' ']);
        if number > 60 || !names_a_kind(stem) || opening(stem).is_start() {
            continue;
        }
        match chosen.last() {
            Some(&(_, before, last)) if before == stem && number == last + 1 => {
                chosen.push((line.start, stem, number));
            }
            None if number == 1 => chosen.push((line.start, stem, number)),
            Some(_) if number == 1 && chosen.len() < 2 => {
                chosen.clear();
                chosen.push((line.start, stem, number));
            }
            _ => {}
        }
    }
    let roomy = chosen
        .windows(2)
        .all(|pair| pair[1].0 - pair[0].0 >= LEAST_BYTES)
        && chosen
            .last()
            .is_some_and(|last| text.len() - last.0 >= LEAST_BYTES);
    if chosen.len() < 2 || !roomy {
        return Vec::new();
    }
    let first_at = chosen[0].0;
    let only_title = !lines.inked.iter().any(|&at| {
        let line = &lines.all[at as usize];
        line.start < first_at && (line.cols > 90 || ending(line.ink(text)) == Ending::Stop)
    });
    chosen
        .iter()
        .skip(usize::from(only_title))
        .map(|&(start, _, _)| start)
        .collect()
}

/// A title that names its kind, and a salutation right under it, twice or more.
fn by_salutations(text: &str, lines: &Lines) -> Vec<usize> {
    let mut starts: Vec<(usize, String)> = Vec::new();
    for nth in 1..lines.inked.len() {
        let (Some(title), Some(line)) = (lines.inked(nth - 1), lines.inked(nth)) else {
            continue;
        };
        let ink = title.ink(text);
        if line.cols <= 60
            && title.cols <= 70
            && is_salutation(line.ink(text))
            && is_title_like(ink)
            && names_a_kind(ink)
        {
            starts.push((title.start, key(ink)));
        }
    }
    let roomy = starts
        .windows(2)
        .all(|pair| pair[1].0 - pair[0].0 >= 2 * LEAST_BYTES)
        && starts
            .last()
            .is_some_and(|last| text.len() - last.0 >= LEAST_BYTES);
    // The first of them heads the page; a letter quoted in a report does not.
    let heads = starts.first().is_some_and(|first| {
        lines
            .inked
            .iter()
            .take(3)
            .any(|&at| lines.all[at as usize].start == first.0)
    });
    if starts.len() < 2 || !roomy || !heads {
        return Vec::new();
    }
    starts.iter().skip(1).map(|&(start, _)| start).collect()
}
