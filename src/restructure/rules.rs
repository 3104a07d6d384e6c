//! What the room's rules say of themselves; every example is run as a test.

use super::{blank, wrap};
use crate::model::RuleDoc;

/// What this room's rules say of themselves.
pub(super) fn all() -> Vec<RuleDoc> {
    vec![
        RuleDoc {
            id: blank::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "Blank lines before the first line and after the last, and all but one of a run of them.",
            why: "Blank lines are left behind by templates and removed blocks; one says all that a run says.",
            examples: vec![
                ("\n\n标题\n\n\n\n正文。\n\n", "标题\n\n正文。\n"),
                ("甲。\n \n　\n乙。", "甲。\n\n乙。"),
            ],
            leaves_alone: "A single blank line, and lines without one between them. `--paragraphs newline` or `blank` makes them all alike.",
            keeps: vec!["甲。\n\n乙。\n丙。\n", "一行"],
            risk: "Program text that sets two blank lines between functions has one afterwards.",
        },
        RuleDoc {
            id: wrap::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "Line ends that a mail program, a terminal or a scanner put at a column, in the middle of a sentence or word.",
            why: "The column shows in the widths of the lines, and lines that reach it run on into the next.",
            examples: vec![(
                "春天的试验田里，技术员老周每天都要沿着田埂走上\n三个来回，把每一垄麦苗的高度记在本子上，回到办\n公室以后再把数字抄进表格，和去年同一天的数字放\n在一起比较。他说，这样的记录他已经做了十一年，\n从来没有间断过，因为只有连续的数字才能说明问题\n，才能让别人相信。\n",
                "春天的试验田里，技术员老周每天都要沿着田埂走上三个来回，把每一垄麦苗的高度记在本子上，回到办公室以后再把数字抄进表格，和去年同一天的数字放在一起比较。他说，这样的记录他已经做了十一年，从来没有间断过，因为只有连续的数字才能说明问题，才能让别人相信。\n",
            )],
            leaves_alone: "Verse and lists whose lines end where the sense does, tables, code, header fields, headings; lines that begin with 一、 （一） 1. or an indent of their own.",
            keeps: vec![
                "白日依山尽，\n黄河入海流。\n欲穷千里目，\n更上一层楼。\n",
                "第一条 为了规范试验田的管理，制定本办法。\n第二条 本办法适用于全县各乡镇的试验田。\n第三条 县农业局负责本办法的实施。\n第四条 本办法自发布之日起施行。\n",
            ],
            risk: "Joins two paragraphs where the first happens to fill its last line and the second opens like running text; about one line in a hundred.",
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::super::run;
    use crate::Settings;
    use crate::model::Draft;

    fn restructured(text: &str) -> String {
        let mut draft = Draft::from_text(text);
        run(&mut draft, &Settings::default().restructure());
        draft.text().to_owned()
    }

    #[test]
    fn examples_hold() {
        for rule in super::all() {
            for (before, after) in rule.examples {
                assert_eq!(restructured(before), after, "{}", rule.id);
                assert_eq!(restructured(after), after, "{} again", rule.id);
            }
            for text in rule.keeps {
                assert_eq!(restructured(text), text, "{} keeps", rule.id);
            }
        }
    }
}
