//! Digits with a full stop in one glyph: ⒎.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const NUMBER_GLYPHS: Normaliser = Normaliser {
    id: RuleId::new("normalise/number-glyphs"),
    triggers: scan::FORM,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    for i in 0..line.count() {
        let c = line.at(i);
        if !matches!(c, '\u{2488}'..='\u{249b}') {
            continue;
        }
        let number = u32::from(c) - 0x2487;
        // Before a measure word, or in the middle of a clause, it is a number that a scanner
        // read with a speck of dust; where an item may begin it is that item's number.
        let text = if is_measured(line, i + 1) || !begins(line, i) {
            number.to_string()
        } else {
            format!("{number}.")
        };
        line.replace(i, i + 1, &text);
    }
}

fn is_measured(line: &Line, i: usize) -> bool {
    let c = line.at(i);
    matches!(
        c,
        '年' | '月'
            | '日'
            | '号'
            | '时'
            | '点'
            | '岁'
            | '元'
            | '倍'
            | '%'
            | '％'
            | '℃'
            | '～'
            | '-'
            | '—'
            | '万'
            | '亿'
            | '个'
            | '名'
            | '人'
            | '所'
            | '天'
            | '次'
            | '项'
            | '条'
            | '届'
            | '：'
            | ':'
    ) && !(matches!(c, '人' | '项' | '年' | '月' | '日' | '时' | '点' | '条')
        && starts_word(line, i))
        || c.is_ascii_digit()
}

/// 人员, 项目, 年度 and their kind begin an item's text as nouns.
fn starts_word(line: &Line, i: usize) -> bool {
    matches!(
        (line.at(i), line.at(i + 1)),
        ('人', '员' | '民' | '才' | '事' | '口' | '工' | '均' | '文')
            | ('项', '目')
            | ('年', '度' | '终' | '轻' | '龄')
            | ('月', '度' | '末' | '薪')
            | ('日', '常' | '程' | '报')
            | ('时', '间' | '刻' | '效' | '代')
            | ('点', '面' | '评')
            | ('条', '件' | '例')
    )
}

fn begins(line: &Line, i: usize) -> bool {
    matches!(
        line.before(i),
        '\n' | '。' | '；' | ';' | '：' | ':' | '！' | '？' | '\t' | '|' | '\u{2488}'..='\u{249b}'
    ) || chars::is_space(line.before(i))
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: NUMBER_GLYPHS.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "⒈ to ⒛: as an item's number \"7.\", before a measure word or inside a clause \"7\".",
        why: "Scanners and old fonts write them for digits; no search for 7月 finds ⒎月.",
        examples: vec![
            ("特别是⒎月份放假时间", "特别是7月份放假时间"),
            ("⒈加强领导\n⒉落实责任", "1.加强领导\n2.落实责任"),
            ("学校有⒓个班", "学校有12个班"),
        ],
        leaves_alone: "① ⑴ ㈠ ❶ and Roman numerals: those are how their writers number things.",
        keeps: vec!["①明确责任", "⑴成立机构", "㈠指导思想", "第Ⅲ期工程", "❶要点"],
        risk: "An item that begins with a measure word (⒊个人述职) loses its full stop.",
    }
}
