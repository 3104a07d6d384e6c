//! Spaces inside Chinese words.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, bonds, chars, scan};

pub(super) const HAN_SPACE: Normaliser = Normaliser {
    id: RuleId::new("normalise/han-space"),
    triggers: scan::SPACE,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if context.japanese || context.code || !context.has_han {
        return;
    }
    letterspaced(line);
    line.commit();
    for i in 1..line.count() {
        if line.at(i) != ' ' || !chars::is_han(line.before(i)) || !chars::is_han(line.at(i + 1)) {
            continue;
        }
        if is_name_gap(line, i) {
            continue;
        }
        let torn = !context.flattened && context.running && context.document().torn();
        let inside_word =
            is_tear(line, i) && (context.running || !context.list) && !is_headed(line, i);
        // 第七章 附 则: a heading of two characters set apart.
        let spaced_heading = line.at(i + 2) == '\n'
            && i >= 2
            && chars::is_space(line.at(i - 2))
            && ends_heading(line, i - 2);
        if inside_word || torn || spaced_heading {
            line.remove(i, i + 1);
        }
    }
}

/// Whether the space parts two characters of one word. Where either of them makes a word with its
/// other neighbour, the space may as well stand between two words (深化 改革), unless it leaves
/// one character alone.
fn is_tear(line: &Line, i: usize) -> bool {
    let (before, after) = (line.before(i), line.at(i + 1));
    let left = i.checked_sub(2).map_or('\n', |k| line.at(k));
    let right = line.at(i + 2);
    bonds::are_bound(before, after)
        && (!bonds::are_bound(left, before) && !bonds::are_bound(after, right)
            || chars::is_wide_punct(left)
            || chars::is_wide_punct(right))
}

/// 共 产 党员, 工 作 总 结: single characters set apart, two gaps or more, that make words.
fn letterspaced(line: &mut Line) {
    let gap = |line: &Line, i: usize| {
        chars::is_space(line.at(i))
            && chars::is_han(line.before(i))
            && chars::is_han(line.at(i + 1))
            && !ends_heading(line, i)
    };
    let mut i = 1;
    while i < line.count() {
        if !gap(line, i) {
            i += 1;
            continue;
        }
        let from = i;
        let mut last = i;
        while gap(line, last + 2) {
            last += 2;
        }
        i = last + 1;
        let gaps = (last - from) / 2 + 1;
        if gaps < 2 {
            continue;
        }
        // Whether the characters make words: each is bound to a neighbour, or to what the run
        // touches at its ends.
        let bound = (from..=last)
            .step_by(2)
            .filter(|&k| bonds::are_bound(line.before(k), line.at(k + 1)))
            .count();
        let wide = (from..=last).step_by(2).any(|k| line.at(k) == '\u{3000}');
        let series = (from - 1..=last + 1)
            .step_by(2)
            .filter(|&k| is_series(line.at(k)))
            .count();
        if bound * 2 >= gaps && series * 2 < gaps && (!wide || bound * 3 >= gaps * 2) {
            for k in (from..=last).step_by(2) {
                line.remove(k, k + 1);
            }
        }
    }
}

/// Members of series that are listed one by one: numerals, stems, directions.
fn is_series(c: char) -> bool {
    chars::is_han_digit(c)
        || matches!(
            c,
            '十' | '百'
                | '千'
                | '甲'
                | '乙'
                | '丙'
                | '丁'
                | '戊'
                | '己'
                | '庚'
                | '辛'
                | '壬'
                | '癸'
                | '子'
                | '丑'
                | '寅'
                | '卯'
                | '辰'
                | '巳'
                | '午'
                | '未'
                | '申'
                | '酉'
                | '戌'
                | '亥'
                | '东'
                | '南'
                | '西'
                | '北'
                | '春'
                | '夏'
                | '秋'
                | '冬'
                | '金'
                | '木'
                | '水'
                | '火'
                | '土'
                | '上'
                | '下'
                | '左'
                | '右'
                | '日'
                | '男'
                | '女'
        )
}

/// 第一条 为了, 第三章 总则, 一 总体要求: the heading's own space.
fn is_headed(line: &Line, i: usize) -> bool {
    let k = word_start(line, i);
    ends_heading(line, i)
        || (i - k <= 2 && (k..i).all(|j| is_series(line.at(j)) || chars::is_han_digit(line.at(j))))
}

/// 第一条 为了, 第三章 总则.
pub(super) fn ends_heading(line: &Line, i: usize) -> bool {
    let k = word_start(line, i);
    line.at(k) == '第'
        && i > k + 1
        && matches!(
            line.before(i),
            '条' | '章'
                | '节'
                | '编'
                | '款'
                | '篇'
                | '部'
                | '课'
                | '回'
                | '卷'
                | '集'
                | '期'
                | '届'
                | '页'
                | '分'
        )
}

/// Where the characters without a space before the gap at `i` begin, at most ten back.
fn word_start(line: &Line, i: usize) -> usize {
    let mut k = i;
    while k > 0 && !chars::is_space(line.at(k - 1)) && i - k < 10 {
        k -= 1;
    }
    k
}

/// 记者 张三, （文 李四）, 张三 李四 王五: what people are called stands apart.
fn is_name_gap(line: &Line, i: usize) -> bool {
    let two = |k: usize| (line.at(k), line.at(k + 1));
    let role = |pair: (char, char)| {
        matches!(
            pair,
            ('记', '者')
                | ('编', '辑')
                | ('作', '者')
                | ('主', '编')
                | ('摄', '影')
                | ('责', '编')
                | ('校', '对')
                | ('讯', '员')
                | ('主', '任')
                | ('书', '记')
                | ('局', '长')
                | ('校', '长')
                | ('院', '长')
                | ('主', '席')
                | ('部', '长')
                | ('委', '员')
                | ('组', '长')
        )
    };
    let one = |c: char| matches!(c, '文' | '图' | '电' | '讯');
    (i >= 2 && role(two(i - 2)))
        || role(two(i + 1))
        || one(line.before(i))
        || (is_short_item(line, i, true) && is_short_item(line, i, false))
}

/// Two to four Han characters between spaces or brackets: an item of a list of names.
fn is_short_item(line: &Line, i: usize, left: bool) -> bool {
    let mut count = 0;
    let mut k = i;
    loop {
        let c = if left {
            k = match k.checked_sub(1) {
                Some(k) => k,
                None => return (2..=4).contains(&count),
            };
            line.at(k)
        } else {
            k += 1;
            line.at(k)
        };
        if !chars::is_han(c) {
            return (2..=4).contains(&count)
                && (chars::is_space(c)
                    || chars::is_wide_punct(c)
                    || matches!(c, '\n' | '(' | ')'));
        }
        count += 1;
        if count > 4 {
            return false;
        }
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: HAN_SPACE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "A single space between two Han characters that clean text puts side by side (a table of 9,000 pairs); letter-spaced words (共 产 党员); every single space between Han in a document whose words are torn all over.",
        why: "Justified PDF text and converters tear words; Chinese has no spaces.",
        examples: vec![
            (
                "充分发挥共 产 党员先锋模范作用",
                "充分发挥共产党员先锋模范作用",
            ),
            ("工 作 总 结", "工作总结"),
            (
                "促进教育事业健康快速发 展，取得了明显成效。",
                "促进教育事业健康快速发展，取得了明显成效。",
            ),
        ],
        leaves_alone: "Spaces between clauses of a headline, verse, names and offices, 第一条 为了, series of single characters, columns (two spaces or more), indents, Japanese, code.",
        keeps: vec![
            "坚守茶山 带富村民奔小康",
            "床前明月光 疑是地上霜",
            "（记者 张三 通讯员 李四）",
            "姓名：张  伟  李  强",
            "第一条 为了规范行政行为，制定本办法。",
            "甲 乙 丙 丁",
            "东 南 西 北",
            "\u{3000}\u{3000}今年以来",
            "2023 教育 科技局 年度工作 总结",
            "常委会会议 决定下月召开全会，听取专题汇报。",
            "推进现代化 改革再深化，各地抓紧落实。",
        ],
        risk: "A headline whose clauses end and begin with single characters that are a bound pair closes up.",
    }
}
