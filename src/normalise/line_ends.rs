//! Carriage returns, form feeds and Unicode line separators to `\n`.

use crate::model::{Edits, RuleDoc, RuleId};

pub(super) const ID: RuleId = RuleId::new("normalise/line-ends");

/// Whether U+0085 ends the lines: where `\n` does, or other characters of Latin-1 stand beside it,
/// it is the … of Windows-1252 read as Latin-1.
fn next_line_ends(bytes: &[u8]) -> bool {
    memchr::memchr(b'\n', bytes).is_none()
        && memchr::memchr2_iter(0xc2, 0xc3, bytes).all(|at| bytes[at..].starts_with(&[0xc2, 0x85]))
}

/// Finds them all. Whatever else reads lines comes after this has been applied.
pub(super) fn find(text: &str, edits: &mut Edits) {
    let bytes = text.as_bytes();
    let next_line = next_line_ends(bytes);
    let mut at = 0;
    while at < bytes.len() {
        // A run of CR is one line end, and none of its own before LF.
        let (end, is_end) = match bytes[at] {
            b'\r' => {
                let count = bytes[at..]
                    .iter()
                    .take_while(|&&byte| byte == b'\r')
                    .count();
                (at + count, true)
            }
            0x0b | 0x0c => (at + 1, true),
            0xc2 if next_line && bytes.get(at + 1) == Some(&0x85) => (at + 2, true),
            0xe2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])) => {
                (at + 3, true)
            }
            _ => (at + 1, false),
        };
        if is_end {
            let touches = bytes.get(end) == Some(&b'\n');
            edits.replace(at, end, if touches { "" } else { "\n" }, ID);
        }
        at = end;
    }
}

/// Whether there is anything to find: at memory speed for text without.
pub(super) fn is_needed(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3(b'\r', 0x0b, 0x0c, bytes).is_some()
        || memchr::memmem::find(bytes, "\u{2028}".as_bytes()).is_some()
        || memchr::memmem::find(bytes, "\u{2029}".as_bytes()).is_some()
        || memchr::memmem::find(bytes, "\u{85}".as_bytes()).is_some()
}

pub(super) fn doc() -> RuleDoc {
    RuleDoc {
        id: ID,
        since: "0.1.0",
        on_by_default: true,
        removes: "CR LF, lone CR, vertical tab, form feed, U+2028, U+2029, and U+0085 in a text without other line ends: each line ends with \\n.",
        why: "They are ways to say what \\n says; a tool that knows one of them sees one endless line.",
        examples: vec![
            ("一、总体要求\r\n二、主要任务", "一、总体要求\n二、主要任务"),
            ("第一页\u{c}第二页", "第一页\n第二页"),
            ("第一行\u{2028}第二行", "第一行\n第二行"),
        ],
        leaves_alone: "\\n itself, tabs, and escapes spelled out such as \\r in code.",
        keeps: vec!["第一行\n\n第二行", "甲\t乙", "用\\r\\n换行"],
        risk: "A form feed in the middle of a sentence becomes a line end, which the page-break rules may join again.",
    }
}
