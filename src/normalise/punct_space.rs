//! A stray space beside full-width punctuation and after item numbers.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, han_space, scan};

pub(super) const PUNCT_SPACE: Normaliser = Normaliser {
    id: RuleId::new("normalise/punctuation-space"),
    triggers: scan::SPACE,
    run: punct,
    doc: punct_doc,
};

pub(super) const ITEM_SPACE: Normaliser = Normaliser {
    id: RuleId::new("normalise/item-space"),
    triggers: scan::SPACE,
    run: item,
    doc: item_doc,
};

fn punct(line: &mut Line, context: &Context) {
    if !context.prose || context.flattened || context.list {
        return;
    }
    for i in 1..line.count() {
        if line.at(i) != ' '
            || line.at(i + 1) == ' '
            || line.before(i) == ' '
            || line.at(i + 1) == '\n'
        {
            continue;
        }
        let (before, after) = (line.before(i), line.at(i + 1));
        let text = |c: char| {
            chars::is_han(c) || c.is_ascii_alphanumeric() || c == '“' || c == '（' || c == '《'
        };
        // After a stop the space may be a lost line end, which is not for this rule to say.
        let follows = matches!(before, '，' | '；' | '、') && text(after)
            || (before == '：' && (chars::is_han(after) || after.is_ascii_digit() || after == '“'));
        let leads = matches!(after, '，' | '。' | '；' | '、' | '！' | '？' | '：')
            && (chars::is_han(before)
                || before.is_ascii_digit()
                || matches!(before, '）' | '》' | '”' | '%'));
        let quoted = context.running
            && after == '“'
            && chars::is_han(before)
            && !han_space::ends_heading(line, i);
        if follows || leads || quoted {
            line.remove(i, i + 1);
        }
    }
}

fn item(line: &mut Line, context: &Context) {
    if !context.prose || context.flattened {
        return;
    }
    let Some((first, _)) = line.inked() else {
        return;
    };
    if let Some((from, to)) = item_gap(|i| line.at(first + i))
        && to == from + 1
        && !context.document().markdown()
        && !context.document().spaced_items()
    {
        line.remove(first + from, first + to);
    }
}

/// Where the space behind an item's number begins and ends (the same place where there is none),
/// counted from the number on; nothing where no number stands or no Chinese text follows it.
pub(super) fn item_gap(at: impl Fn(usize) -> char) -> Option<(usize, usize)> {
    let first = at(0);
    let sign = match first {
        '0'..='9' => {
            let count = (1..4).find(|&i| !at(i).is_ascii_digit())?;
            matches!(at(count), '.' | '、' | '．').then_some(count)?
        }
        '①'..='⑳' | '⑴'..='⒇' | '㈠'..='㈩' => 0,
        _ => {
            let open = usize::from(matches!(first, '（' | '('));
            let numeral = |i: usize| chars::is_han_digit(at(i)) || at(i) == '十';
            let close = (open..open + 4).find(|&i| !numeral(i))?;
            let is_closed = match at(close) {
                '、' => open == 0,
                '）' | ')' => open == 1,
                _ => false,
            };
            (close > open && is_closed).then_some(close)?
        }
    };
    let mut end = sign + 1;
    // One space is a typist's habit; more set a column.
    while end < sign + 4 && chars::is_space(at(end)) {
        end += 1;
    }
    let text = at(end);
    (chars::is_han(text) || matches!(text, '“' | '《' | '（')).then_some((sign + 1, end))
}

fn punct_doc() -> RuleDoc {
    RuleDoc {
        id: PUNCT_SPACE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "One space after ，；、： or before ，。；、：！？ in Chinese prose, and before “ in a line with commas.",
        why: "Full-width marks carry their own space; the other one is a typist's or a converter's.",
        examples: vec![
            ("参加专项培训; 6月起全面推开", "参加专项培训；6月起全面推开"),
            ("抓学习 ，促落实", "抓学习，促落实"),
        ],
        leaves_alone: "Spaces after 。！？ (they may be lost line ends), wider gaps, pages flattened into one line, tables, English, code.",
        keeps: vec![
            "工作完成。 二、下一步",
            "第六条 “重点单位”是指年用水十万吨以上的单位，名单另发。",
            "甲：  乙",
            "姓名： Tom",
            "Hello, 世界 and more words here",
        ],
        risk: "Columns set with one space after a colon close up.",
    }
}

fn item_doc() -> RuleDoc {
    RuleDoc {
        id: ITEM_SPACE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "One space after an item's number at the beginning of a line (2. 加快 → 2.加快), in a document that writes three items of four without.",
        why: "A converter adds it here and there; where all items have it, it is the writer's own.",
        examples: vec![
            (
                "1.抓好学习\n2. 加快标准化建设\n3.改进作风\n4.严明纪律\n5.抓好落实",
                "1.抓好学习\n2.加快标准化建设\n3.改进作风\n4.严明纪律\n5.抓好落实",
            ),
            (
                "一、总体要求\n（一） 加强领导\n（二）压实责任\n二、工作措施\n三、组织保障",
                "一、总体要求\n（一）加强领导\n（二）压实责任\n二、工作措施\n三、组织保障",
            ),
        ],
        leaves_alone: "Lists in which the space is a habit, Markdown documents, section numbers without a mark (2.1 概述), 第一条 and its kind, two spaces or more, items that begin with Latin.",
        keeps: vec![
            "# 总结\n\n## 要点\n\n1. 加快建设",
            "1. 五花肉切块，焯水\n2. 炒糖色，下肉翻炒\n3. 加水焖煮",
            "2.1 概述",
            "第一条 为了规范",
            "1.  甲",
            "3. Docker部署",
        ],
        risk: "A short list set with spaces in a long text whose other lists have none loses them.",
    }
}
