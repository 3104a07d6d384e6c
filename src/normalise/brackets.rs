//! Parentheses, decided as pairs.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const BRACKETS: Normaliser = Normaliser {
    id: RuleId::new("normalise/half-width-parentheses"),
    triggers: scan::PAREN,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if !context.prose {
        return;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut from = 0;
    while let Some(i) = line.next(from, |c| matches!(c, '(' | '（' | ')' | '）')) {
        from = i + 1;
        if line.cells.get(i).is_some_and(|cell| cell.guarded) {
            continue;
        }
        match line.at(i) {
            '(' | '（' => open.push(i),
            ')' | '）' => match open.pop() {
                Some(from) => pair(line, from, i),
                None => lone(line, i),
            },
            _ => {}
        }
    }
    for i in open {
        lone(line, i);
    }
}

/// Both or neither.
fn pair(line: &mut Line, from: usize, to: usize) {
    let wide = (line.at(from), line.at(to));
    if wide == ('（', '）') || is_face(line, from, to) {
        return;
    }
    let mixed = wide != ('(', ')');
    if !mixed && is_of_formula(line, from, to) {
        return;
    }
    let inside = (from + 1..to).any(|i| chars::is_chinese(line.at(i)));
    let name_before = |i: usize| line.before(i).is_ascii_alphanumeric() || line.before(i) == '_';
    let beside = chars::is_chinese(line.before(from))
        || matches!(line.before(from), '”' | '’' | '"' | '%')
        || (line.before(from) == ' ' && from >= 2 && chars::is_han(line.at(from - 2)))
        || (chars::is_chinese(line.at(to + 1)) && !name_before(from));
    if mixed || inside || beside {
        line.set(from, '（');
        line.set(to, '）');
    }
}

/// `(x-1)(x-2)=0`: no Chinese within, and another factor or a sign of reckoning right beside it.
fn is_of_formula(line: &Line, from: usize, to: usize) -> bool {
    const SIGNS: &str = "=+-*/^<>×÷±≤≥≠≈·";
    let is_foreign = |from: usize, to: usize| !(from..to).any(|i| chars::is_chinese(line.at(i)));
    let (before, after) = (line.before(from), line.at(to + 1));
    let next_closes = || (to + 2..line.count()).find(|&i| line.at(i) == ')');
    let last_opens = || {
        (0..from.saturating_sub(1))
            .rev()
            .find(|&i| line.at(i) == '(')
    };
    let meets_next = after == '(' && next_closes().is_some_and(|end| is_foreign(to + 2, end));
    let meets_last = before == ')' && last_opens().is_some_and(|start| is_foreign(start, from));
    // `a / (b + c)`: the sign may stand a space away, and what it joins another.
    let is_sign = |c: char| SIGNS.contains(c);
    let joins_after = {
        let mut next = (to + 1..line.count())
            .map(|i| line.at(i))
            .filter(|&c| c != ' ');
        next.next().is_some_and(is_sign) && !next.next().is_some_and(chars::is_chinese)
    };
    let joins_before = {
        let mut last = (0..from).rev().map(|i| line.at(i)).filter(|&c| c != ' ');
        last.next().is_some_and(is_sign) && last.next().is_some_and(|c| !chars::is_chinese(c))
    };
    let in_sum = joins_after || joins_before;
    to > from + 1 && is_foreign(from + 1, to) && (meets_next || meets_last || in_sum)
}

/// A parenthesis whose partner is lost or stands on another line.
fn lone(line: &mut Line, i: usize) {
    let (before, after) = (line.before(i), line.at(i + 1));
    match line.at(i) {
        '(' if chars::is_han(before) || chars::is_han(after) => {
            let face = matches!(before, ':' | '-' | ';');
            if !face {
                line.set(i, '（');
            }
        }
        ')' if chars::is_han(before)
            || (chars::is_han(after) && before.is_ascii_alphanumeric()) =>
        {
            line.set(i, '）');
        }
        _ => {}
    }
}

/// (^_^) and its kind: signs and no word.
fn is_face(line: &Line, from: usize, to: usize) -> bool {
    to > from + 1
        && (from + 1..to).all(|i| {
            let c = line.at(i);
            !chars::is_han(c)
                && !c.is_ascii_alphanumeric()
                && !chars::is_wide_punct(c)
                && c != ' '
                && !chars::is_letter(c)
        })
        && (from + 1..to).any(|i| matches!(line.at(i), '^' | '_' | 'ω' | '>' | '<' | '﹏'))
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: BRACKETS.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Half-width and mixed pairs of parentheses that hold or touch Chinese, both or neither of a pair; a lone one beside Han.",
        why: "They were folded with the rest of the page; a pair of two widths is always damage.",
        examples: vec![
            ("(一)提高认识(见附件)", "（一）提高认识（见附件）"),
            ("国内生产总值(GDP)增长", "国内生产总值（GDP）增长"),
            ("通知（试行)", "通知（试行）"),
            ("国办发(2023)15号文", "国办发（2023）15号文"),
            ("按生产总值(GDP)/人口计算", "按生产总值（GDP）/人口计算"),
            ("按生产总值(GDP) / 人口计算", "按生产总值（GDP） / 人口计算"),
        ],
        leaves_alone: "Calls and formulas (f(x), Python(3.8)), square brackets, addresses, code, English, faces.",
        keeps: vec![
            "函数f(x)的值",
            "因式分解得 (x-1)(x-2)=0，所以有两个根。",
            "撂荒率为 r = a / (a + c)，其中 c 为耕种面积。",
            "print(\"你好\", end=\"\")",
            "张三[1]认为",
            "好开心(^_^)呀",
            "https://zh.wikipedia.org/wiki/a_(b)",
            "The Party (中国共产党) leads the way.",
        ],
        risk: "The list marker a) before Chinese is widened as well.",
    }
}
