//! A character written twice where a page was cut and glued: 管理理手册.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, bonds, chars, scan};

pub(super) const STUTTER: Normaliser = Normaliser {
    id: RuleId::new("normalise/stutter"),
    triggers: scan::HAN,
    run,
    doc,
};

/// Different characters written twice in a document from which it is a converter's doing.
const LEAST_SEAMS: usize = 3;

/// Takes the second character out where the whole document stutters; else only points at it: one
/// place alone may be 货币币值 or 李某某.
fn run(line: &mut Line, context: &Context) {
    if !context.prose {
        return;
    }
    let mut i = 2;
    while i < line.count() {
        let pair = &line.cells[i - 1..=i];
        if pair[0].ch == pair[1].ch && is_stutter(line, i) {
            if context.document().stutters() {
                line.remove(i, i + 1);
                i += 1;
            } else {
                line.report(i);
            }
        }
        i += 1;
    }
}

/// Whether enough different characters of a text are written twice by mistake.
pub(super) fn is_habit(text: &str) -> bool {
    let mut found: Vec<char> = Vec::new();
    let mut window = ['\n'; 5];
    for c in text.chars().chain(['\n'; 2]) {
        window.rotate_left(1);
        window[4] = c;
        if window[1] == window[2] && is_certain(window) && !found.contains(&window[1]) {
            found.push(window[1]);
            if found.len() == LEAST_SEAMS {
                return true;
            }
        }
    }
    false
}

/// Whether the character at `i` repeats the one before it by mistake.
fn is_stutter(line: &Line, i: usize) -> bool {
    // 扎扎实实 doubles both of its halves.
    line.before(i - 2) != line.at(i - 2)
        && is_certain([
            line.at(i - 2),
            line.at(i - 1),
            line.at(i),
            line.at(i + 1),
            line.at(i + 2),
        ])
}

/// `first second second next after`: a word in `first second`, another in `next after`, nothing
/// that could be one in `second next`, and no habit of doubling. Clean text has such places too
/// (docs/normalise.md), so one alone is a finding and no more.
pub(super) fn is_certain([first, second, again, next, after]: [char; 5]) -> bool {
    second == again
        && first != second
        && next != second
        && next != first
        && first != '一'
        && chars::is_han(next)
        && bonds::are_bound(first, second)
        && !bonds::are_known(second, next)
        && !bonds::doubles(second)
        && bonds::are_known(next, after)
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: STUTTER.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "The second of two like characters after a word that ends in it, before a word that does not begin with it (管理理手册 → 管理手册), in a document with three such places of different characters; fewer are findings.",
        why: "Converters that cut lines by width write the character at the seam twice, all through a document.",
        examples: vec![(
            "企业管理理手册\n本季区域域销售情况和数据据分析",
            "企业管理手册\n本季区域销售情况和数据分析",
        )],
        leaves_alone: "Every character that clean text doubles (人人, 常常, 部部长, 上上线), and every place where the second begins a word.",
        keeps: vec![
            "企业管理理手册",
            "保持货币币值的稳定",
            "三本以上上线841人",
            "宣传部部长",
            "常委会会议",
            "增长长效机制",
            "管理理念",
            "人人参与",
            "研究究竟",
            "爸爸妈妈都说好好学习",
        ],
        risk: "A document that stutters and also holds a name or term that doubles a character after a common word.",
    }
}
