//! Facts that a text states of its own matter, in the form in which sites state theirs: when and
//! where a meeting was, which files belong to a notice.

use super::page::Line;

/// Labels that only an event has, by what they begin with.
const OF_EVENT: [&str; 19] = [
    "地点", "会场", "考点", "主持", "出席", "列席", "缺席", "参加", "参会", "与会", "到会", "应到",
    "实到", "记录", "主讲", "嘉宾", "议题", "议程", "集合",
];
/// Most lines above and below that may belong to the same event.
const REACH_LINES: usize = 8;
/// Most characters of a label.
const LABEL_CHARS: usize = 8;

/// Whether a line is one of a run of fields of which one says where an event was or who took part:
/// `时间：2023年4月8日上午9:00` above `地点：社区二楼会议室`.
pub(super) fn is_of_event(text: &str, lines: &[Line], number: usize) -> bool {
    let label_of = |nth: usize| label(lines[nth].ink(text));
    if label_of(number).is_none() {
        return false;
    }
    let says = |label: &str| OF_EVENT.iter().any(|word| label.starts_with(word));
    let above = (0..number)
        .rev()
        .take(REACH_LINES)
        .take_while(|&nth| lines[nth + 1].blank_before == 0)
        .map_while(label_of);
    let below = (number + 1..lines.len())
        .take(REACH_LINES)
        .take_while(|&nth| lines[nth].blank_before == 0)
        .map_while(label_of);
    above.chain(below).any(says)
}

/// What stands before the colon of a field in Chinese.
fn label(ink: &str) -> Option<&str> {
    let (label, said) = ink.split_once(['：', ':'])?;
    let label = label.trim_end();
    let is_label = (1..=LABEL_CHARS).contains(&label.chars().count())
        && label
            .chars()
            .all(|c| matches!(c, '一'..='鿿' | ' ' | '\u{3000}'));
    (is_label && !said.trim().is_empty()).then_some(label)
}

/// Whether a line opens the list of a notice's attachments: the next line names a file.
pub(super) fn heads_attachments(text: &str, lines: &[Line], number: usize) -> bool {
    const ENDINGS: [&str; 12] = [
        ".doc", ".docx", ".pdf", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".ofd", ".zip",
        ".rar",
    ];
    let ink = lines[number].ink(text);
    let next = || lines.get(number + 1).map(|line| line.ink(text));
    let is_head = ink.contains("附件") && ink.chars().count() <= LABEL_CHARS;
    is_head
        && next().is_some_and(|ink| {
            let ink = ink
                .trim_end_matches(['）', ')', '》', '”'])
                .to_ascii_lowercase();
            ENDINGS.iter().any(|ending| ink.ends_with(ending))
        })
}

#[cfg(test)]
mod tests {
    use super::{heads_attachments, is_of_event};
    use crate::chrome::page::lines;

    #[test]
    fn an_events_fields_are_known_by_each_other() {
        let text =
            "会议记录\n时间：2023年4月8日\n地点：二楼\n主持：方敏\n\n时间：2023-04-08\n来源：某网";
        let all = lines(text);
        let told: Vec<bool> = (0..all.len()).map(|n| is_of_event(text, &all, n)).collect();
        assert_eq!(told, [false, true, true, true, false, false]);
    }

    #[test]
    fn a_heading_of_files_is_told_from_a_button() {
        let text = "附件下载：\n1.磋商文件.pdf\n附件下载\n首页";
        let all = lines(text);
        assert!(heads_attachments(text, &all, 0) && !heads_attachments(text, &all, 2));
    }
}
