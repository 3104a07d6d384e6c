//! What the room's rules say of themselves; every example is run as a test.

use super::{blank, breaks, join, losses, marks, split, title, wrap};
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
        RuleDoc {
            id: marks::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "Page numbers and running heads left in the text: 第3页 共9页, - 3 -, 第二页，共31页。, the 1、 2、 3、 of preview sites, a head that comes again on each page.",
            why: "They belong to the paper, not to the text, and cut sentences in two.",
            examples: vec![
                (
                    "镇里为每块试验田建立了台账，由专人按周记录苗情，年底统一归档，目前已经完成了四个村的工\n- 3 -\n作，其余各村将在月底之前完成。\n",
                    "镇里为每块试验田建立了台账，由专人按周记录苗情，年底统一归档，目前已经完成了四个村的工作，其余各村将在月底之前完成。\n",
                ),
                (
                    "各村要抓紧抢收。第2页，共9页。县里将派出督查组。\n农机要提前检修。第3页，共9页。油料要备足。\n",
                    "各村要抓紧抢收。县里将派出督查组。\n农机要提前检修。油料要备足。\n",
                ),
            ],
            leaves_alone: "A numbered list, whose numbers stand before what begins and not before what goes on; a page that is spoken of; a lone number.",
            keeps: vec![
                "1、各村要抓紧抢收，做到颗粒归仓。\n2、农机站要提前检修机具，备足油料。\n3、气象站要每天发布预报。\n",
                "请翻到第二页，共三张图，逐一核对。\n",
            ],
            risk: "A list whose items go on from one to the next without stops may lose its numbers.",
        },
        RuleDoc {
            id: join::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "The line end, and a blank line with it, where a page ended in the middle of a sentence.",
            why: "The first half is running text without a stop, the second begins like nothing new, and the characters run on.",
            examples: vec![(
                "试验站建在河东的旱地上，四周种着防风的杨树。站里常年有五名技术员，负责十二块对照田的观测。\n今年春天，省农科院派来了两名专家，他们和技术员一起下田，一起记录，一起讨论，把过去三年的数\n\n据重新整理了一遍，发现了不少问题。\n秋收以后，试验站准备把这些数据编成一本小册子，送给各村的农户。\n",
                "试验站建在河东的旱地上，四周种着防风的杨树。站里常年有五名技术员，负责十二块对照田的观测。\n今年春天，省农科院派来了两名专家，他们和技术员一起下田，一起记录，一起讨论，把过去三年的数据重新整理了一遍，发现了不少问题。\n秋收以后，试验站准备把这些数据编成一本小册子，送给各村的农户。\n",
            )],
            leaves_alone: "Headings without a stop, verse, dialogue, tables, a paragraph that only lost its stop.",
            keeps: vec![
                "三、进一步加强试验田管理，健全观测制度，落实岗位责任\n试验站要每周检查台账。\n",
                "君不见村口的老槐树，\n它的影子比路还长，\n走过它的人都回头望。\n",
            ],
            risk: "Joins a paragraph that lost its stop to the next where their characters run on by chance: four in a thousand of such pairs.",
        },
        RuleDoc {
            id: breaks::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "The space that flattening left where a line ended; sets a line end there, or before 一、 （一） 第一章 that count up in one long line.",
            why: "A page flattened into one line shows its breaks as spaces after stops, fewer than the stops.",
            examples: vec![(
                "试验田全年的工作已经结束，现将有关情况作一总结。二、存在的问题\n（一）技术力量不足。五名技术员要管十二块田。\n（二）仪器陈旧。有两台已经不能使用。\n",
                "试验田全年的工作已经结束，现将有关情况作一总结。\n二、存在的问题\n（一）技术力量不足。五名技术员要管十二块田。\n（二）仪器陈旧。有两台已经不能使用。\n",
            )],
            leaves_alone: "A space after every stop, which is a habit of typing; 一是 二是 and （一） in a sentence; short lines.",
            keeps: vec!["会议要求：一是抓好抢收。 二是备足油料。三是落实责任。\n"],
            risk: "An enumeration in one very long paragraph that fills the page may be broken into its items.",
        },
        RuleDoc {
            id: split::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "The line or mark that separates the documents of a compilation (第二篇：, 篇一, 【范文三】), and cuts there.",
            why: "Each document of a compilation stands on other pages by itself; only cut apart do they meet their copies.",
            examples: vec![],
            leaves_alone: "Chapters, parts and volumes of one book (第一编, 第一部分), lists of titles, tables of contents.",
            keeps: vec![
                "第一部分 试验田的管理\n第一部分讲试验田。\n第二部分 台账的登记\n第二部分讲台账。\n",
            ],
            risk: "A book whose parts are each named like a report is cut into them. `--no-split` leaves every page whole.",
        },
        RuleDoc {
            id: title::REPEATED,
            since: "0.1.0",
            on_by_default: true,
            removes: "A copy of the title among the first lines: the page title with what the site put into it, the file name, the heading said twice.",
            why: "The title stands once over a text; the least polluted copy stays.",
            examples: vec![(
                "试验站年度工作总结.docx\n试验站年度工作总结\n今年以来，试验站完成了十二块对照田的观测工作。\n",
                "试验站年度工作总结\n今年以来，试验站完成了十二块对照田的观测工作。\n",
            )],
            leaves_alone: "Two clean copies with other lines between them; lines of verse or lists that come again.",
            keeps: vec!["风来了\n风来了\n麦浪从东边跑到西边\n"],
            risk: "A subtitle equal to the title is lost.",
        },
        RuleDoc {
            id: title::SUFFIX,
            since: "0.1.0",
            on_by_default: true,
            removes: "A file ending (.docx) or a site's name (_某某网, - 某某文库) behind the title.",
            why: "They name the file and the site, not the text.",
            examples: vec![(
                "试验站年度工作总结_农业文库\n今年以来，试验站完成了十二块对照田的观测工作。\n",
                "试验站年度工作总结\n今年以来，试验站完成了十二块对照田的观测工作。\n",
            )],
            leaves_alone: "Dashes within a title.",
            keeps: vec![
                "从试验田到大田——一位技术员的十年总结\n今年以来，试验站完成了十二块对照田的观测工作。\n",
            ],
            risk: "A title that itself ends in a dash and the name of a site.",
        },
        RuleDoc {
            id: losses::RULE,
            since: "0.1.0",
            on_by_default: true,
            removes: "Nothing: reports paragraphs that end without a stop.",
            why: "A page may have lost every last 。 of its paragraphs; which mark stood there is not known.",
            examples: vec![],
            leaves_alone: "Headings, list items, lines without a sentence inside.",
            keeps: vec![
                "今年以来，试验站完成了观测工作。各村的台账已经建立，数据齐全\n县里将派人核对。\n",
            ],
            risk: "None: the text stays.",
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
