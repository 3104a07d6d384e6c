//! Stray spaces between Han and digits.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const NUMBER_SPACE: Normaliser = Normaliser {
    id: RuleId::new("normalise/number-space"),
    triggers: scan::SPACE,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if !context.prose || context.flattened || context.list || !context.running {
        return;
    }
    for i in 1..line.count() {
        if line.at(i) != ' ' || line.cells.get(i).is_some_and(|cell| cell.guarded) {
            continue;
        }
        let (before, after) = (line.before(i), line.at(i + 1));
        if !could_go(before, after) {
            continue;
        }
        let number_follows = after.is_ascii_digit() && !is_item(line, i + 1) && !is_headed(line, i);
        let number_leads = !after.is_ascii_digit() && is_quantity(line, i);
        if (number_follows || number_leads) && !context.document().spaced_digits() {
            line.remove(i, i + 1);
        }
    }
}

/// Whether a space between these two may be a stray.
pub(super) fn could_go(before: char, after: char) -> bool {
    after.is_ascii_digit() && governs(before)
        || before.is_ascii_digit() && counts(after)
        || matches!(before, '%' | '‰') && matches!(after, '以' | '左' | '的' | '和')
}

/// Characters that call for a number: 达到 51.66%, 4月 30日. After any other the number may begin
/// a clause of its own: 多地遭遇风暴 3人受伤.
fn governs(c: char) -> bool {
    "年月日时分第约近达到至为在共有过足超的于比以从由每长降涨减少增升资额价率值计占了及和与"
        .contains(c)
}

/// Measures: 12 个, 645 万户.
fn counts(c: char) -> bool {
    "年月日号时点分秒个名人位户家所次项件条万亿千百元美公吨米斤克里度倍成岁届级层台辆套座艘架只头匹张本册\
     篇份批种类组队支期股天周平立方亩株票处起例场门间栋幢幅片块根颗粒宗笔页字"
        .contains(c)
}

/// Digits that number an item or stand on their own: 要求 1.加强, 附件 2 名单.
fn is_item(line: &Line, i: usize) -> bool {
    let mut k = i;
    while line.at(k).is_ascii_digit() {
        k += 1;
    }
    match line.at(k) {
        '.' | '．' => !line.at(k + 1).is_ascii_digit(),
        '、' | ')' | '）' | ' ' | '\n' | ':' | '-' | '/' => true,
        _ => false,
    }
}

/// 第一条 2015年…: the heading's own space.
fn is_headed(line: &Line, i: usize) -> bool {
    let mut k = i;
    while k > 0 && chars::is_han(line.at(k - 1)) && i - k < 10 {
        k -= 1;
    }
    line.at(k) == '第' && matches!(line.before(i), '条' | '章' | '节' | '编' | '款')
}

/// The number belongs to the text before it: not the first thing of the line, not a heading's.
fn is_quantity(line: &Line, i: usize) -> bool {
    let mut k = i;
    while k > 0
        && (line.at(k - 1).is_ascii_digit()
            || matches!(line.at(k - 1), '.' | '%' | ',' | '‰' | 'x' | 'X'))
    {
        k -= 1;
    }
    k > 0
        && (chars::is_han(line.before(k))
            || matches!(line.before(k), '，' | '、' | '（' | '至' | '。' | '；'))
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: NUMBER_SPACE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "A single space between Han and a number in Chinese prose, in a document that has such spaces at less than a quarter of the places.",
        why: "Where the writer sets numbers off everywhere it is a style and stays; a few strays are a converter's.",
        examples: vec![(
            "2023年全市共有学校35所，在校生5万人，占比98%。\n综合上线率达到 51.66%，再次夺冠，占xx% 以上。",
            "2023年全市共有学校35所，在校生5万人，占比98%。\n综合上线率达到51.66%，再次夺冠，占xx%以上。",
        )],
        leaves_alone: "Documents that do it as a habit, item numbers, headings, dates in columns, Latin words.",
        keeps: vec![
            "全县共有 35 所学校，在校生 5 万人，占 98% 以上。",
            "第三条 2015年5月1日前的，从其规定。",
            "现在使用 Docker 部署，共3台。",
            "工作完成。主要要求 1.加强领导，2.落实责任。",
            "2.1 概述",
            "多地遭遇风暴 3人受伤，救援已展开，共转移200人，安置180人，搜救5天。",
        ],
        risk: "A document of few numbers in which half of the spaces are strays counts as a habit; they stay.",
    }
}
