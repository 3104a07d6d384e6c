//! Circles, letters and noughts that stand for 〇 in Chinese numerals.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const CIRCLES: Normaliser = Normaliser {
    id: RuleId::new("normalise/numeral-circles"),
    triggers: scan::CIRCLE,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if context.japanese || context.code {
        return;
    }
    let mut at = 1;
    while let Some(next) = line.next(at, is_circle) {
        // The numeral that the circle may stand in.
        let part = |c: char| chars::is_han_digit(c) || is_circle(c);
        let (mut from, mut i) = (next, next);
        while part(line.before(from)) {
            from -= 1;
        }
        while part(line.at(i)) {
            i += 1;
        }
        at = i;
        if !chars::is_han_digit(line.at(from)) {
            continue;
        }
        let digits = (from..i)
            .filter(|&k| chars::is_han_digit(line.at(k)))
            .count();
        let year = i - from == 4 && line.at(i) == '年' && digits >= 1;
        let closed = chars::is_han_digit(line.at(i - 1)) && digits >= 2;
        let dated = digits >= 2
            && matches!(
                line.at(i),
                '年' | '号' | '米' | '国' | '医' | '部' | '师' | '团'
            );
        if year || closed || dated {
            for k in from..i {
                if is_circle(line.at(k)) {
                    line.set(k, '〇');
                }
            }
        }
    }
}

/// What writers take for 〇 when they cannot type it.
fn is_circle(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => matches!(c, 'O' | 'o' | '0'),
        '\u{3000}'..='\u{feff}' => false,
        _ => matches!(c, '○' | '◯' | '０' | 'Ｏ' | '\u{ff4f}'),
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: CIRCLES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "○ ◯ O o 0 inside Chinese numerals: 二○三五年 → 二〇三五年.",
        why: "〇 is hard to type; the numeral is the same, its spelling is not.",
        examples: vec![
            ("二○三五年远景目标", "二〇三五年远景目标"),
            ("二OO八年", "二〇〇八年"),
            ("二00八年", "二〇〇八年"),
            ("三○一医院", "三〇一医院"),
        ],
        leaves_alone: "Circles as blanks, marks and list signs; digits beside Chinese numerals that make no numeral; 零.",
        keeps: vec![
            "○○县",
            "一○",
            "○一、总则",
            "选择题：一 ○ 二 ×",
            "第一0",
            "零一年",
            "十O",
        ],
        risk: "A blank between two numerals (三○五 for a name left out) becomes a nought.",
    }
}
