//! Runs of lines that go together: lists under a header, runs of titles, echoes of the title.

use super::page::{Line, count_chars};
use super::rules::Strength;
use super::verdict::Judgement;
use crate::model::RuleId;

pub(super) const TITLE_RUN: RuleId = RuleId::new("chrome/title-run");
pub(super) const KEYWORD_LINE: RuleId = RuleId::new("chrome/keyword-line");
pub(super) const FILE_NAME: RuleId = RuleId::new("chrome/file-name");
pub(super) const WINDOW_TITLE: RuleId = RuleId::new("chrome/window-title");

/// Fewest lines of a run of titles that has no header.
const TITLE_RUN_LINES: usize = 8;
/// Share of them that must end, or ask, like the titles of such lists.
const TITLE_RUN_RATIO: f64 = 0.5;

/// Most characters of the sentences by which a list tells of another document.
const TEASER_CHARS: usize = 120;

/// Lines under a title within which its text begins.
const TITLE_REACH_LINES: usize = 4;

/// Marks between a title and its site's name.
const SUFFIX_MARKS: [char; 13] = [
    '_', '-', '|', '—', '–', '－', '｜', '@', ':', '（', '(', '【', ',',
];

/// Words of the titles that such lists are made of.
const TITLE_WORDS: [&str; 62] = [
    "总结",
    "计划",
    "范文",
    "心得",
    "体会",
    "方案",
    "报告",
    "汇报",
    "述职",
    "演讲稿",
    "讲话稿",
    "发言稿",
    "主持稿",
    "作文",
    "怎么",
    "哪些",
    "哪个",
    "什么",
    "如何",
    "排名",
    "攻略",
    "多少",
    "大全",
    "精选",
    "集锦",
    "篇)",
    "篇）",
    "通用",
    "读后感",
    "观后感",
    "合同",
    "申请书",
    "倡议书",
    "承诺书",
    "检讨书",
    "保证书",
    "试题",
    "试卷",
    "教案",
    "课件",
    "说课",
    "自我鉴定",
    "自我评价",
    "简历",
    "文案",
    "句子",
    "感悟",
    "感想",
    "事迹",
    "材料",
    "模板",
    "推荐",
    "最新",
    "答案",
    "图文",
    "工作要点",
    "好不好",
    "是不是",
    "有没有",
    "吗",
    "一览",
    "解读",
];

/// Whether a page that no rule hit could have a run of titles or a window title: its last lines
/// are short, or its first has a mark that sites put before their name.
pub(super) fn may_apply(text: &str, lines: &[Line]) -> bool {
    let is_short = |line: &Line| line.ink_end - line.ink_start <= 192;
    let ends_short = lines.len() > TITLE_RUN_LINES
        && lines[lines.len() - TITLE_RUN_LINES..].iter().all(is_short);
    let has_suffix =
        |line: &Line| line.ink_end - line.ink_start <= 300 && line.ink(text).contains(SUFFIX_MARKS);
    ends_short || lines.first().is_some_and(has_suffix)
}

/// Lists under a header of the site's.
pub(super) fn headed_lists(page: &mut Judgement) {
    let mut number = 0;
    while number < page.lines.len() {
        let head = page.known[number];
        if !head.is_head || head.strength < Some(Strength::Likely) {
            number += 1;
            continue;
        }
        let end = list_end(page, number);
        let is_sure = head.strength == Some(Strength::Sure);
        let reaches_end = end == page.lines.len();
        let has_body_above = (0..number)
            .rev()
            .any(|above| page.reads_as_body(above) && page.verdicts[above].is_none());
        let items = end - number - 1;
        let rule = page.set.rules[head.rule].id;
        if is_sure && has_body_above && reaches_end && items >= 2 {
            for line in number..end {
                page.take(line, rule, if line == number { 0.99 } else { 0.97 });
            }
            number = end;
        } else if is_sure && items >= 3 {
            // Body text follows: only what is marked as a list item goes, all of one shape.
            let marked = (number + 1..end)
                .take_while(|&line| page.lines[line].is_marked || ends_in_date(page.ink(line)))
                .count();
            if marked >= 3 {
                for line in number..=number + marked {
                    page.take(line, rule, 0.96);
                }
                number += marked;
            }
            number += 1;
        } else {
            number += 1;
        }
    }
}

/// The first line after the list under `head` that is no part of it.
fn list_end(page: &Judgement, head: usize) -> usize {
    let mut was_teaser = true;
    for number in head + 1..page.lines.len() {
        let line = page.known[number];
        if page.verdicts[number].is_some() || line.strength == Some(Strength::Sure) {
            continue;
        }
        if line.is_titlelike || line.chars < 3 {
            was_teaser = false;
        } else if !was_teaser && (is_teaser(page.ink(number)) || is_dated_teaser(page, number)) {
            was_teaser = true;
        } else {
            return number;
        }
    }
    page.lines.len()
}

/// The beginning of another document: cut off, with dots or without any end.
fn is_teaser(ink: &str) -> bool {
    let ink = ink.trim_end_matches(['[', ']', '【', '】', '>', '»']);
    let is_cut = ["…", "...", "..", "详细", "全文", "详情", "更多"]
        .iter()
        .any(|end| ink.ends_with(end));
    is_cut || !ink.ends_with(['。', '！', '？', '；', '”', '：', ':', '）', '』', '」'])
}

/// A teaser of whole sentences: between another document's title and the moment it was put up.
fn is_dated_teaser(page: &Judgement, number: usize) -> bool {
    let is_moment = |ink: &str| {
        let digits = ink.bytes().filter(u8::is_ascii_digit).count();
        let is_sign = |c: char| c.is_ascii_digit() || "-/.: 年月日时分".contains(c);
        (4..=40).contains(&ink.len()) && digits >= 3 && ink.chars().all(is_sign)
    };
    let above = number.checked_sub(1).map(|above| page.known[above]);
    page.known[number].chars <= TEASER_CHARS
        && above.is_some_and(|above| above.is_titlelike && above.chars >= 6)
        && number + 1 < page.lines.len()
        && is_moment(page.ink(number + 1))
}

/// `… 08-03`, `…2012/01/09`.
fn ends_in_date(ink: &str) -> bool {
    let tail: Vec<u8> = ink.bytes().rev().take(5).collect();
    tail.len() == 5
        && tail[0].is_ascii_digit()
        && tail[1].is_ascii_digit()
        && matches!(tail[2], b'-' | b'/' | b'.')
        && tail[3].is_ascii_digit()
        && tail[4].is_ascii_digit()
}

/// A run of titles at the end of the page, without a header.
pub(super) fn title_run(page: &mut Judgement) {
    let mut first = page.lines.len();
    let mut found = 0_usize;
    let mut titles = 0_usize;
    let mut is_open = true;
    while is_open && first > 0 {
        let number = first - 1;
        if page.verdicts[number].is_some() {
            first = number;
            continue;
        }
        let line = page.known[number];
        let ink = page.ink(number);
        is_open = line.is_titlelike && line.chars >= 4 && !is_numbered(ink);
        if is_open {
            first = number;
            titles += 1;
            found += usize::from(TITLE_WORDS.iter().any(|word| ink.contains(word)));
        }
    }
    let follows_body = first > 0 && page.known[first - 1].is_prose;
    if titles < TITLE_RUN_LINES || !follows_body || (found as f64) < TITLE_RUN_RATIO * titles as f64
    {
        return;
    }
    for number in first..page.lines.len() {
        page.take(number, TITLE_RUN, 0.95);
    }
}

/// `1.`, `（一）`, `一、`, `第一`.
fn is_numbered(ink: &str) -> bool {
    let rest = ink.trim_start_matches(|c: char| {
        c.is_ascii_digit() || "一二三四五六七八九十(（第".contains(c)
    });
    rest.len() < ink.len() && rest.starts_with(['.', '、', '．', ')', '）', ' ', '章', '条', '节'])
}

/// The title's words cut apart by spaces.
pub(super) fn keyword_lines(page: &mut Judgement) {
    let titles: Vec<String> = (0..page.lines.len())
        .filter(|&number| page.known[number].chars >= 6 && page.known[number].chars <= 64)
        .map(|number| page.ink(number))
        .filter(|ink| !ink.contains([' ', '\u{3000}']))
        .take(6)
        .map(str::to_owned)
        .collect();
    for number in 0..page.lines.len() {
        let line = page.known[number];
        if page.verdicts[number].is_some() || line.chars > 64 || line.chars < 5 {
            continue;
        }
        let ink = page.ink(number);
        if !ink.contains([' ', '\u{3000}']) {
            continue;
        }
        let words: Vec<&str> = ink.split_whitespace().collect();
        let said: usize = words.iter().map(|word| count_chars(word)).sum();
        let is_cut_title = words.len() >= 2
            && titles.iter().any(|title| {
                said * 2 >= count_chars(title) && words.iter().all(|word| title.contains(word))
            });
        if is_cut_title {
            page.take(number, KEYWORD_LINE, 0.96);
        }
    }
}

/// A file name whose title stands in the text too.
pub(super) fn file_name(page: &mut Judgement) {
    const ENDINGS: [&str; 10] = [
        ".docx", ".doc", ".pdf", ".pptx", ".ppt", ".xlsx", ".xls", ".txt", ".wps", ".rtf",
    ];
    for number in 0..page.lines.len().min(6) {
        let ink = page.ink(number).trim_matches(['《', '》', '「', '」']);
        let Some(stem) = ENDINGS.iter().find_map(|ending| ink.strip_suffix(ending)) else {
            continue;
        };
        let stem = stem.trim_matches(['《', '》', ' ']);
        let bare = stem
            .strip_prefix(|c: char| c.is_ascii_digit())
            .map_or(stem, |_| {
                stem.trim_start_matches(|c: char| c.is_ascii_digit())
            });
        let bare = bare.strip_prefix('年').unwrap_or(bare);
        if count_chars(bare) < 5 || page.known[number].chars > 64 {
            continue;
        }
        let stands_again = (0..page.lines.len()).any(|other| {
            let line = page.ink(other);
            other != number
                && !ENDINGS.iter().any(|ending| line.contains(ending))
                && line.find(bare).is_some_and(|at| at <= 48)
        });
        if stands_again {
            page.take(number, FILE_NAME, 0.97);
        }
    }
}

/// The first line where it is the title with the site's name behind it, or the title again, and
/// the title itself stands right above the body.
pub(super) fn window_title(page: &mut Judgement, is_dressed: bool) {
    let Some(first) = (0..page.lines.len()).find(|&number| page.verdicts[number].is_none()) else {
        return;
    };
    let ink = page.ink(first);
    if !(6..=100).contains(&page.known[first].chars) || page.known[first].is_prose {
        return;
    }
    let whole = tight(ink);
    let body = (first + 1..page.lines.len())
        .find(|&number| page.known[number].is_prose)
        .unwrap_or(page.lines.len());
    for number in first + 1..(body + 1).min(page.lines.len()) {
        let line = page.known[number];
        if !(6..=80).contains(&line.chars) || page.verdicts[number].is_some() {
            continue;
        }
        if is_cut(page.ink(number)) && !is_cut(ink) {
            continue;
        }
        let other = tight(page.ink(number));
        let is_suffixed = whole
            .strip_prefix(other.as_str())
            .is_some_and(|suffix| suffix.starts_with(SUFFIX_MARKS));
        let only_chrome_between =
            (first + 1..number).all(|between| page.verdicts[between].is_some());
        let is_echo = is_dressed && only_chrome_between && same_title(&whole, &other);
        if is_suffixed || is_echo {
            page.take(first, WINDOW_TITLE, 0.98);
            return;
        }
    }
}

/// The line that gives the document its title: the one above the body with which the page's first
/// line begins; where none stands above, the first below.
pub(super) fn title_line(page: &Judgement) -> Option<usize> {
    let whole = tight(page.ink(0)).replace("关于", "");
    // A line of the title's words cut apart is not the title.
    let has_space = page.ink(0).contains(' ');
    let body = (1..page.lines.len())
        .find(|&number| page.known[number].is_prose && page.verdicts[number].is_none())
        .unwrap_or(page.lines.len());
    let first = whole.chars().next();
    let names = |&number: &usize| {
        let ink = page.ink(number);
        // Few lines begin with the title's first character: ask that before anything dearer.
        let begins = ink.chars().next();
        if (begins != first && begins != Some('关')) || page.verdicts[number].is_some() {
            return false;
        }
        let is_cut_up = is_cut(ink) && !is_cut(page.ink(0));
        (6..=80).contains(&page.known[number].chars)
            && !is_cut_up
            && (has_space || !without_count(ink).contains(' '))
            && whole.starts_with(&tight(without_count(ink)).replace("关于", ""))
    };
    // Of two such lines the one that says more of it, of equal ones the last.
    let above = (1..(body + 1).min(page.lines.len()))
        .filter(names)
        .max_by_key(|&number| page.known[number].chars);
    let whole_chars = count_chars(&whole);
    // Below, a list of the site's may name it once more: the title is what prose follows.
    let leads = |&number: &usize| {
        let mut below = number + 1..page.lines.len().min(number + 1 + TITLE_REACH_LINES);
        below.any(|next| page.known[next].is_prose)
    };
    let below = (body..page.lines.len()).filter(names);
    above
        .or_else(|| below.clone().find(leads))
        // A site's name at the foot begins a window's title too, and less than two thirds of it.
        .or_else(|| {
            below
                .clone()
                .find(|&number| page.known[number].chars * 3 >= whole_chars * 2)
        })
}

/// A picture page's title without the picture's number: `江城的春天 (5/7)`.
fn without_count(ink: &str) -> &str {
    let is_count = |c: char| c.is_ascii_digit() || c == '/';
    let inner = ink.strip_suffix([')', '）']).unwrap_or(ink);
    let stem = inner.trim_end_matches(is_count);
    match stem.strip_suffix(['(', '（']) {
        Some(stem) if inner.len() < ink.len() && inner.contains('/') => stem.trim_end(),
        _ => ink,
    }
}

/// Equal, or equal but for a 关于 that search-engine dressing puts in.
fn same_title(a: &str, b: &str) -> bool {
    a == b || a.replace("关于", "") == b.replace("关于", "")
}

/// Whether spaces part the line: the title's words apart are a keyword line, not the title.
fn is_cut(ink: &str) -> bool {
    ink.contains([' ', '\u{3000}'])
}

fn tight(ink: &str) -> String {
    ink.chars().filter(|c| !c.is_whitespace()).collect()
}
