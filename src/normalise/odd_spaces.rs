//! No-break, thin and other odd spaces, and spaces at the end of lines.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const ODD_SPACES: Normaliser = Normaliser {
    id: RuleId::new("normalise/odd-spaces"),
    triggers: scan::ODD_SPACE,
    run: odd,
    doc: odd_doc,
};

pub(super) const TRAILING: Normaliser = Normaliser {
    id: RuleId::new("normalise/trailing-space"),
    triggers: scan::SPACE,
    run: trailing,
    doc: trailing_doc,
};

fn odd(line: &mut Line, context: &Context) {
    if !context.has_han || context.code {
        return;
    }
    for i in 0..line.count() {
        if chars::is_odd_space(line.at(i)) {
            line.set(i, ' ');
        }
    }
}

fn trailing(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    let mut end = line.count();
    while end > 0 && (chars::is_space(line.at(end - 1)) || line.at(end - 1) == '\t') {
        end -= 1;
    }
    line.remove(end, line.count());
}

fn odd_doc() -> RuleDoc {
    RuleDoc {
        id: ODD_SPACES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "No-break space, en, em, thin, hair and figure space in lines with Han: they become an ordinary space.",
        why: "Web editors put them in for layout; other rules and readers only know the ordinary one.",
        examples: vec![
            ("姓名\u{a0}\u{a0}张三", "姓名  张三"),
            ("第一章\u{2002}总则", "第一章 总则"),
        ],
        leaves_alone: "The ideographic space, tabs, and lines without Han (French sets « and % off with a no-break space).",
        keeps: vec![
            "«\u{a0}Bonjour\u{a0}»",
            "\u{3000}\u{3000}今年以来",
            "10\u{202f}000 km",
            "甲\t乙",
        ],
        risk: "None known.",
    }
}

fn trailing_doc() -> RuleDoc {
    RuleDoc {
        id: TRAILING.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Spaces and tabs at the end of a line, the ideographic one too.",
        why: "No reader sees them; two copies differ in nothing else.",
        examples: vec![
            ("工作总结 \n一、要点\u{3000}", "工作总结\n一、要点"),
            ("甲\t\n乙", "甲\n乙"),
        ],
        leaves_alone: "Indents, spaces between columns, code.",
        keeps: vec![
            "\u{3000}\u{3000}今年以来",
            "姓名\u{3000}张三",
            "    return 0;  ",
        ],
        risk: "Markdown's line break of two spaces at the end goes; the line end stays.",
    }
}
