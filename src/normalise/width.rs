//! Half-width , : ; ! ? in Chinese prose.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const WIDTH: Normaliser = Normaliser {
    id: RuleId::new("normalise/half-width-punctuation"),
    triggers: scan::HALF_PUNCT,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if !context.prose {
        return;
    }
    let mut from = 0;
    while let Some(i) = line.next(from, |c| wide(c).is_some()) {
        from = i + 1;
        let Some(wide) = wide(line.at(i)) else {
            continue;
        };
        let guarded = line.cells.get(i).is_some_and(|cell| cell.guarded);
        if !guarded && is_chinese_mark(line, i) {
            line.set(i, wide);
        }
    }
}

fn wide(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        ':' | '∶' => '：',
        ';' => '；',
        '!' => '！',
        '?' => '？',
        '｡' => '。',
        '､' => '、',
        _ => return None,
    })
}

/// Whether the mark at `i` belongs to Chinese: one of its neighbours says so and none denies it.
fn is_chinese_mark(line: &Line, i: usize) -> bool {
    let (mark, before, after) = (line.at(i), line.before(i), line.at(i + 1));
    if is_ratio(mark, before, after)
        || is_face(line, i)
        || is_named(line, i)
        || (mark == '!' && matches!(after, '[' | '='))
    {
        return false;
    }
    if matches!(mark, '!' | '?') && matches!(before, '！' | '？') {
        return true;
    }
    let left = left_of(line, i);
    let right = right_of(line, i);
    if chars::is_han(left) || is_cjk_side(left) {
        // `价格: 10:30` and `北京, Beijing`: the Chinese before it has the say.
        return true;
    }
    if matches!(mark, ':' | '∶') {
        // `A:你好` yes; `title: 你好` is a field of data, and `WPS: ` an English label.
        return chars::is_han(after) || (is_cjk_side(after) && after != '\n');
    }
    if matches!(mark, '!' | '?') {
        return chars::is_han(after) || is_cjk_side(after);
    }
    // A unit ends a number: what follows is no group of digits.
    chars::is_han(right)
        || is_cjk_side(after)
        || (chars::is_unit(before) && after != ' ' && after != '\n')
}

/// 9:1, 10:30, xx:xx, 1,000: letters or digits on both sides keep the mark as it is.
fn is_ratio(mark: char, before: char, after: char) -> bool {
    let alnum = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '×' | '_');
    match mark {
        ':' | ',' | '∶' => alnum(before) && alnum(after),
        _ => false,
    }
}

/// “,”: the mark itself is spoken of.
fn is_named(line: &Line, i: usize) -> bool {
    let opened = || {
        let marks = line.cells[..i].iter().filter(|cell| cell.ch == '"');
        marks.count() % 2 == 1
    };
    match (line.before(i), line.at(i + 1)) {
        ('“', '”') | ('‘', '’') | ('「', '」') => true,
        ('"', '"') => opened(),
        _ => false,
    }
}

/// :) ;-) :D — but not the last mark inside parentheses.
fn is_face(line: &Line, i: usize) -> bool {
    if !matches!(line.at(i), ':' | ';') {
        return false;
    }
    let nose = usize::from(line.at(i + 1) == '-');
    match line.at(i + 1 + nose) {
        ')' => {
            let opened = line.cells[..i]
                .iter()
                .rev()
                .take(60)
                .any(|cell| matches!(cell.ch, '(' | '（'));
            !opened
        }
        '(' => nose == 1,
        'D' | 'P' | 'p' | 'o' => nose == 1,
        _ => false,
    }
}

/// The character that the mark follows, past one space and closing marks.
fn left_of(line: &Line, i: usize) -> char {
    let mut k = i;
    let mut spaces = 0;
    while k > 0 {
        k -= 1;
        let c = line.at(k);
        match c {
            ' ' if spaces == 0 => spaces = 1,
            '"' | '\'' | ')' | ']' | '!' | '?' => {}
            _ => return c,
        }
    }
    '\n'
}

/// The character that the mark stands before, past opening marks.
fn right_of(line: &Line, i: usize) -> char {
    let mut k = i + 1;
    while matches!(line.at(k), '"' | '\'' | '(' | '[' | ' ') && k < i + 4 {
        k += 1;
    }
    line.at(k)
}

/// Full-width punctuation and quotation marks around Chinese.
fn is_cjk_side(c: char) -> bool {
    chars::is_wide_punct(c) || matches!(c, '”' | '’' | '〞' | '…')
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: WIDTH.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Half-width , : ; ! ? beside Chinese in Chinese prose.",
        why: "Sites fold the width of whole pages; Chinese is printed with full-width marks, and two copies of one text differ in nothing else.",
        examples: vec![
            (
                "今年以来,全县教育系统坚持\"五育并举\",成效明显.",
                "今年以来，全县教育系统坚持“五育并举”，成效明显.",
            ),
            ("各村委会:", "各村委会："),
            (
                "完成投资2.86亿元,增长5.1%;新建校舍3所!",
                "完成投资2.86亿元，增长5.1%；新建校舍3所！",
            ),
            ("占比达98%,5人获奖", "占比达98%，5人获奖"),
        ],
        leaves_alone: "Ratios and times, grouped digits, addresses, code, data, logs, table rows, references after GB/T 7714, faces, English sentences, Japanese and Korean.",
        keeps: vec![
            "师生比为9:1",
            "会议10:30开始",
            "共1,200人",
            "形成xx:xx:xx结构",
            "He said: \"中国, I love it, really.\"",
            "https://example.cn/a,b:c;d?e=甲",
            "[1]张三,李四.县域教育研究[J].教育,2010,(3):12-15.",
            "| 姓名,性别 | 年龄:岁 | 备注 |",
            "{\"姓名\": \"张三\", \"年龄\": 30},",
            "2024-01-05 10:00:00 ERROR 连接失败,重试:3",
            "辛苦啦:-)",
            "字段之间用“,”分开",
            "字段之间用“,”或“;”分开",
            "编号,姓名,电话\n01,周明,无\n02,李静,无",
        ],
        risk: "One or two rows of values for a program without any other sign of code are taken for prose.",
    }
}
