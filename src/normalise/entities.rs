//! HTML entities, single and double.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, scan};

pub(super) const ENTITIES: Normaliser = Normaliser {
    id: RuleId::new("normalise/html-entities"),
    triggers: scan::AMPERSAND,
    run,
    doc,
};

static TABLE: &str = include_str!("tables/entities.txt");

/// The names of HTML 4 and their characters.
static NAMES: LazyLock<BTreeMap<&'static str, char>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter_map(|line| {
            let (name, code) = line.split_once('\t')?;
            Some((name, char::from_u32(code.parse().ok()?)?))
        })
        .collect()
});

/// The longest name, `thetasym`, or a number of as many digits.
const LONGEST_CHARS: usize = 10;

fn run(line: &mut Line, context: &Context) {
    if context.code || teaches(line) || !context.has_han && context.document().code() {
        return;
    }
    // Escaped twice or more: each round takes one layer off.
    for _ in 0..4 {
        let mut i = 0;
        let mut found = false;
        while i < line.count() {
            let Some((end, c)) = entity(line, i) else {
                i += 1;
                continue;
            };
            let mut buffer = [0; 4];
            line.replace(
                i,
                end,
                if c == '\u{ad}' {
                    ""
                } else {
                    c.encode_utf8(&mut buffer)
                },
            );
            found = true;
            i = end;
        }
        if !found {
            return;
        }
        line.commit();
    }
}

/// A line about entities shows them on purpose.
fn teaches(line: &Line) -> bool {
    let near = |words: &[&str]| {
        words.iter().any(|word| {
            let first = word.chars().next().unwrap_or('\n');
            (0..line.count()).any(|i| {
                line.at(i) == first && word.chars().enumerate().all(|(k, c)| line.at(i + k) == c)
            })
        })
    };
    near(&[
        "实体",
        "实体符",
        "转义",
        "轉義",
        "HTML代码",
        "HTML 代码",
        "escape",
    ])
}

/// The entity that begins at `i`: the place after it and its character.
fn entity(line: &Line, i: usize) -> Option<(usize, char)> {
    if line.at(i) != '&' || in_backticks(line, i) {
        return None;
    }
    let mut name = String::new();
    let mut k = i + 1;
    while k - i <= LONGEST_CHARS
        && (line.at(k).is_ascii_alphanumeric() || (k == i + 1 && line.at(k) == '#'))
    {
        name.push(line.at(k));
        k += 1;
    }
    let closed = line.at(k) == ';';
    let c = match name.strip_prefix('#') {
        Some(number) if closed => numbered(number)?,
        Some(_) => return None,
        // Browsers take this one without its semicolon, and so do its writers.
        None if !closed && name == "nbsp" => '\u{a0}',
        None if closed => *NAMES.get(name.as_str())?,
        None => return None,
    };
    // '&nbsp;' as a literal of its own.
    if matches!(line.before(i), '"' | '\'') && line.before(i) == line.at(k + 1) && closed {
        return None;
    }
    Some((if closed { k + 1 } else { k }, c))
}

fn in_backticks(line: &Line, i: usize) -> bool {
    line.cells.get(i).is_some_and(|cell| cell.guarded) && {
        let before = line.cells[..i].iter().filter(|cell| cell.ch == '`').count();
        before % 2 == 1
    }
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    match code {
        // Browsers read these as Windows-1252.
        0x80..=0x9f => {
            let byte = [u8::try_from(code).ok()?];
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(&byte)
                .0
                .chars()
                .next()
                .filter(|c| !c.is_control())
        }
        0..=8 | 0xb..=0x1f | 0x7f => None,
        _ => char::from_u32(code).filter(|&c| c != '\n'),
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: ENTITIES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "HTML entities left in text: names of HTML 4, decimal and hexadecimal numbers, escaped once or several times; &nbsp without its semicolon.",
        why: "A page showed the character; the scraper kept its spelling.",
        examples: vec![
            ("&ldquo;两免一补&rdquo;政策", "“两免一补”政策"),
            ("产学研&amp;amp;合作", "产学研&合作"),
            ("教育&#24037;作&#x2014;&#x2014;总结", "教育工作——总结"),
            ("合格率&amp;gt;95%", "合格率>95%"),
        ],
        leaves_alone: "Code, backticks, lines about entities or escapes, a bare &, numbers that are no character, parameters of an address.",
        keeps: vec![
            "`&lt;p&gt;` 是段落的写法",
            "小于号的HTML实体是&lt;",
            "AT&T与R&D中心",
            "https://example.cn/?a=1&copy=2",
            "return a &amp;&amp; b;",
            "用 \"&lt;\" 代替小于号",
        ],
        risk: "A text that shows an entity without saying so (neither code nor the words for it) loses the spelling.",
    }
}
