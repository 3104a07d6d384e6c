//! Full-width letters and digits.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, scan};

pub(super) const ALNUM: Normaliser = Normaliser {
    id: RuleId::new("normalise/wide-alphanumerics"),
    triggers: scan::WIDE_ALNUM,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    if context.japanese {
        return;
    }
    // Signs inside a run of wide letters and digits (ａ＠ｂ．ｃｎ, １０：３０) go with them, so they
    // are judged on what stood there before.
    let mut last_wide = false;
    for i in 0..line.count() {
        let c = line.at(i);
        let next_wide = is_alnum(line.at(i + 1));
        let half = match c {
            _ if is_alnum(c) => true,
            '．' => (last_wide && next_wide) || is_number_stop(line, i),
            '％' => last_wide,
            '，' => {
                last_wide && (1..=3).all(|k| is_digit(line.at(i + k))) && !is_digit(line.at(i + 4))
            }
            '：' => last_wide && is_digit(line.at(i + 1)) && is_digit_pair(line, i),
            '／' | '－' | '＋' | '＝' | '＿' | '＆' => last_wide && next_wide,
            '＠' => is_of_address(line.before(i)) && is_of_address(line.at(i + 1)),
            _ => false,
        };
        last_wide = is_alnum(c);
        if half
            && let Some(ascii) =
                char::from_u32(u32::from(c).wrapping_sub(0xfee0)).filter(char::is_ascii)
        {
            line.set(i, ascii);
        }
    }
}

fn is_alnum(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// ａ＠ｂ, ａ＠163: whatever the width beside it.
fn is_of_address(c: char) -> bool {
    is_alnum(c) || c.is_ascii_alphanumeric()
}

fn is_digit(c: char) -> bool {
    matches!(c, '０'..='９')
}

/// １０：３０: two digits follow and no more.
fn is_digit_pair(line: &Line, i: usize) -> bool {
    is_digit(line.at(i + 2)) && !is_digit(line.at(i + 3))
}

/// The full stop of an item's number or a decimal point: １．加强, 3．5.
fn is_number_stop(line: &Line, i: usize) -> bool {
    let before = line.before(i);
    before.is_ascii_digit() || is_digit(before)
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: ALNUM.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Full-width letters and digits, and the signs between them (１０：３０, ａ＠ｂ．ｃｎ, ５０％, １．).",
        why: "Width is the typist's keyboard mode, not meaning; ２０２３ and 2023 are one year.",
        examples: vec![
            (
                "２０２３年３月，共１，２００人，占５０．６％",
                "2023年3月，共1,200人，占50.6%",
            ),
            ("１．加强领导", "1.加强领导"),
            ("邮箱：ａｂｃ＠163．com", "邮箱：abc@163.com"),
            ("ＧＤＰ增长；１０：３０开会", "GDP增长；10:30开会"),
        ],
        leaves_alone: "Japanese; full-width punctuation between Chinese; ％ and ． on their own; ＝ ＋ as signs between Han.",
        keeps: vec![
            "ＮＨＫのニュースをみる",
            "比例：三成",
            "甲＋乙＝丙",
            "省％",
            "增长77％，见附件[3]",
            "约翰．史密斯",
        ],
        risk: "A drawing made of full-width letters loses its alignment.",
    }
}
