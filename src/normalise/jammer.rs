//! The copy guard of Discuz forums: random characters at the end of lines.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, scan};

pub(super) const JAMMER: Normaliser = Normaliser {
    id: RuleId::new("normalise/jammer"),
    triggers: scan::SPACE,
    run,
    doc,
};

/// The guard writes 5 to 15 groups.
const LEAST_GROUPS: usize = 5;

fn run(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    let mut i = 0;
    while i < line.count() {
        let (end, groups) = groups(line, i);
        if groups >= LEAST_GROUPS && is_random(line, i, end) {
            line.remove(i, end);
            i = end;
        } else {
            i += 1;
        }
    }
}

/// The end of the groups `c₁ space c₂` that begin at a place, and how many there are. Where c₁
/// is a space itself a page shows one space for two.
fn groups(line: &Line, from: usize) -> (usize, usize) {
    let (mut i, mut count) = (from, 0);
    loop {
        let (first, second, third) = (line.at(i), line.at(i + 1), line.at(i + 2));
        if matches!(first, ' '..=';') && second == ' ' && matches!(third, '?'..='~') {
            i += 3;
        } else if count > 0 && first == ' ' && matches!(second, '?'..='~') {
            i += 2;
        } else {
            return (i, count);
        }
        count += 1;
        if count > 15 {
            return (i, count);
        }
    }
}

/// Letters in columns and options come in order and without signs; noise is mixed.
fn is_random(line: &Line, from: usize, to: usize) -> bool {
    let (mut signs, mut digits, mut upper, mut lower) = (0, 0, 0, 0);
    for i in from..to {
        match line.at(i) {
            ' ' => {}
            '0'..='9' => digits += 1,
            'A'..='Z' => upper += 1,
            'a'..='z' => lower += 1,
            _ => signs += 1,
        }
    }
    // Noise seldom says the same thing twice; `a, _, _, _ = b` does.
    let mut seen = [false; 128];
    let mut different = 0;
    for i in from..to {
        if let Some(slot) = seen.get_mut(line.at(i) as usize)
            && line.at(i) != ' '
        {
            different += usize::from(!std::mem::replace(slot, true));
        }
    }
    if different <= LEAST_GROUPS {
        return false;
    }
    let kinds = usize::from(digits > 0) + usize::from(upper > 0) + usize::from(lower > 0);
    signs >= 3 && kinds >= 1 && !(from..to).any(|i| line.at(i) == ' ' && line.at(i + 1) == '|')
        || (signs >= 2 && kinds == 3)
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: JAMMER.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "5 to 15 groups of a character of code 32 to 59, a space, and a character of code 63 to 126, with at least three signs among them.",
        why: "Discuz writes it invisibly at line ends to spoil copies; one post differs on every host in nothing else.",
        examples: vec![
            (
                "会议强调要抓好落实。% j* q) X; `* m1 }",
                "会议强调要抓好落实。",
            ),
            ("8 N& h' ~+ Y5 c! r1 k大家看法如何？", "大家看法如何？"),
        ],
        leaves_alone: "Options, columns of letters, formulas, English, fewer than five groups.",
        keeps: vec![
            "1 A 2 B 3 C 4 D 5 E 6 F",
            "  A  B  C  D  E  F",
            "x + y = z, a - b = c",
            "% j* q) X",
            "if (a < b) { c = d; }",
            "for tag, _, _, _, _ in 分组('甲,乙'):",
            "(1) a (2) b (3) c (4) d (5) e (6) f",
        ],
        risk: "The first or last character of noise that is a letter of the sentence beside it is taken for noise.",
    }
}
