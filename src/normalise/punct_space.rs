//! A stray space beside full-width punctuation and after item numbers.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

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
        let quoted = context.running && after == '“' && chars::is_han(before);
        if follows || leads || quoted {
            line.remove(i, i + 1);
        }
    }
}

fn item(line: &mut Line, context: &Context) {
    if !context.prose || context.flattened || context.document().markdown {
        return;
    }
    let Some((first, _)) = line.inked() else {
        return;
    };
    let mut i = first;
    while line.at(i).is_ascii_digit() && i - first < 3 {
        i += 1;
    }
    let numbered = i > first && matches!(line.at(i), '.' | '、' | '．');
    let listed = matches!(line.at(first), '①'..='⑳' | '⑴'..='⒇' | '㈠'..='㈩');
    let counted = {
        let mut k = first + usize::from(line.at(first) == '（');
        let from = k;
        while matches!(
            line.at(k),
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
        ) && k - from < 3
        {
            k += 1;
        }
        let closed = if from > first {
            line.at(k) == '）'
        } else {
            line.at(k) == '、'
        };
        (k > from && closed).then_some(k)
    };
    let sign = match counted {
        Some(k) => k,
        None if numbered => i,
        None if listed => first,
        None => return,
    };
    let mut end = sign + 1;
    while chars::is_space(line.at(end)) {
        end += 1;
    }
    // One space is a typist's habit; more set a column.
    if end == sign + 2 && (chars::is_han(line.at(end)) || matches!(line.at(end), '“' | '《' | '（'))
    {
        line.remove(sign + 1, end);
    }
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
        removes: "One space after an item's number at the beginning of a line: 2. 加快 → 2.加快.",
        why: "Chinese item numbers are written without; word processors add it when lists become text.",
        examples: vec![
            ("2. 加快标准化建设", "2.加快标准化建设"),
            ("（一） 加强领导", "（一）加强领导"),
            ("三、 存在问题", "三、存在问题"),
        ],
        leaves_alone: "Markdown documents, section numbers without a mark (2.1 概述), 第一条 and its kind, two spaces or more, items that begin with Latin.",
        keeps: vec![
            "# 总结\n\n## 要点\n\n1. 加快建设",
            "2.1 概述",
            "第一条 为了规范",
            "1.  甲",
            "3. Docker部署",
        ],
        risk: "A numbered list of a Markdown text without any heading, fence or table loses the space.",
    }
}
