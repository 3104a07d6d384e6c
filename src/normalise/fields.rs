//! Codes of Word fields that came out as text.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const FIELDS: Normaliser = Normaliser {
    id: RuleId::new("normalise/word-fields"),
    triggers: scan::FIELD,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    let mut i = 0;
    while i < line.count() {
        let end = match line.at(i) {
            '第' => page_of(line, i),
            'P' | 'N' | 'H' | 'T' | 'S' | 'R' | '\\' => field(line, i),
            _ => None,
        };
        match end {
            Some(end) => {
                line.remove(i, end);
                i = end;
            }
            None => i += 1,
        }
    }
}

fn skip_spaces(line: &Line, mut i: usize) -> usize {
    while chars::is_space(line.at(i)) {
        i += 1;
    }
    i
}

fn literal(line: &Line, i: usize, text: &str) -> Option<usize> {
    let at = skip_spaces(line, i);
    let mut k = at;
    for c in text.chars() {
        if line.at(k) != c {
            return None;
        }
        k += 1;
    }
    Some(k)
}

/// `第PAGE页共NUMPAGES页` and its kind, with or without switches.
fn page_of(line: &Line, i: usize) -> Option<usize> {
    let number = |at: usize, name: &str| {
        let end = literal(line, at, name)?;
        Some(switches(line, end).unwrap_or(end))
    };
    let mut end = literal(line, number(literal(line, i, "第")?, "PAGE")?, "页")?;
    let mut next = skip_spaces(line, end);
    if matches!(line.at(next), ',' | '，' | '/' | '、') {
        next += 1;
    }
    if let Some(rest) = literal(line, next, "共")
        .and_then(|at| number(at, "NUMPAGES"))
        .and_then(|at| literal(line, at, "页"))
    {
        end = rest;
    }
    Some(end)
}

/// Switches such as `\* MERGEFORMAT 3`, `\h`, `\o "1-3"`: the place after the last.
fn switches(line: &Line, i: usize) -> Option<usize> {
    let mut end = None;
    let mut at = i;
    loop {
        let k = skip_spaces(line, at);
        if line.at(k) != '\\' {
            return end;
        }
        at = match line.at(k + 1) {
            '*' => [
                "MERGEFORMAT",
                "ARABIC",
                "Arabic",
                "CHINESENUM3",
                "roman",
                "ROMAN",
            ]
            .iter()
            .find_map(|name| literal(line, k + 2, name))?,
            'o' | 'l' | 't' | 'n' => {
                let open = skip_spaces(line, k + 2);
                if line.at(open) != '"' {
                    return end;
                }
                (open + 1..line.count().min(open + 80)).find(|&q| line.at(q) == '"')? + 1
            }
            'h' | 'z' | 'u' | 'p' | 'w' if !line.at(k + 2).is_ascii_alphanumeric() => k + 2,
            _ => return end,
        };
        end = Some(at);
    }
}

/// A field by name, which must have a switch: the bare words are English.
fn field(line: &Line, i: usize) -> Option<usize> {
    if line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    if line.starts_with(i, "\\*") {
        return switches(line, i)
            .filter(|_| line.starts_with(skip_spaces(line, i + 2), "MERGEFORMAT"));
    }
    for name in [
        "PAGEREF",
        "PAGE",
        "NUMPAGES",
        "HYPERLINK",
        "TOC",
        "SEQ",
        "REF",
    ] {
        if !line.starts_with(i, name) || line.at(i + name.len()).is_ascii_alphanumeric() {
            continue;
        }
        let mut at = skip_spaces(line, i + name.len());
        if matches!(name, "PAGEREF" | "REF") && line.at(at) == '_' {
            while line.at(at).is_ascii_alphanumeric() || line.at(at) == '_' {
                at += 1;
            }
        } else if name == "SEQ" {
            while chars::is_han(line.at(at)) {
                at += 1;
            }
        } else if name == "HYPERLINK" && line.at(at) == '"' {
            let close = (at + 1..line.count().min(at + 300)).find(|&q| line.at(q) == '"')?;
            return Some(switches(line, close + 1).unwrap_or(close + 1));
        }
        return switches(line, at);
    }
    None
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: FIELDS.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Field codes of Word: 第PAGE页共NUMPAGES页, PAGE \\* MERGEFORMAT, PAGEREF, HYPERLINK, TOC, SEQ and REF with their switches.",
        why: "The converter wrote the code where Word shows its result.",
        examples: vec![
            ("二、主要做法第PAGE页共NUMPAGES页", "二、主要做法"),
            ("一、总体要求 PAGEREF _Toc12345 \\h 3", "一、总体要求  3"),
            ("附件HYPERLINK \"http://example.cn/a.doc\"下载", "附件下载"),
            ("目录TOC \\o \"1-3\" \\h \\z \\u", "目录"),
        ],
        leaves_alone: "The bare English words, code, page numbers that are numbers.",
        keeps: vec![
            "第1页共12页",
            "HOME PAGE 与 TOC 的区别",
            "SEQ字段用于编号",
            "点击 HYPERLINK 函数",
            "C:\\temp\\PAGE",
        ],
        risk: "A handbook of Word that spells out field codes loses them.",
    }
}
