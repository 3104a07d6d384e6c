//! Image remains and BBCode.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, scan};

pub(super) const IMAGES: Normaliser = Normaliser {
    id: RuleId::new("normalise/image-remains"),
    triggers: scan::BRACKET,
    run: images,
    doc: images_doc,
};

pub(super) const BBCODE: Normaliser = Normaliser {
    id: RuleId::new("normalise/bbcode"),
    triggers: scan::BRACKET,
    run: bbcode,
    doc: bbcode_doc,
};

/// Longest alternative text and address of an image, in characters.
const LONGEST_CHARS: usize = 600;

fn images(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    let mut i = 0;
    while i < line.count() {
        match image(line, i) {
            // A line of nothing but images is the site's or the document's own: not ours.
            Some(end) => {
                let alone = line.inked().is_some_and(|(first, last)| {
                    let mut at = first;
                    while let Some(next) = image(line, at) {
                        at = next;
                        while line.at(at) == ' ' {
                            at += 1;
                        }
                    }
                    at > last
                });
                if alone {
                    return;
                }
                line.remove(i, end);
                i = end;
            }
            None => i += 1,
        }
    }
}

/// The place after the image that begins at `i`.
fn image(line: &Line, i: usize) -> Option<usize> {
    if line.at(i) != '!' || line.at(i + 1) != '[' || line.cells.get(i)?.guarded {
        return None;
    }
    let find = |from: usize, what: char| {
        (from..line.count().min(from + LONGEST_CHARS)).find(|&k| line.at(k) == what)
    };
    let close = find(i + 2, ']')?;
    if line.at(close + 1) != '(' {
        return None;
    }
    // Addresses may hold parentheses in pairs.
    let mut depth = 0_u32;
    for k in close + 1..line.count().min(close + LONGEST_CHARS) {
        match line.at(k) {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(k + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn images_doc() -> RuleDoc {
    RuleDoc {
        id: IMAGES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Markdown images inside a line of text.",
        why: "The converter wrote the address of a picture into a sentence.",
        examples: vec![
            (
                "全县教育工作会议![图1](/upload/a.jpg)在县城召开。",
                "全县教育工作会议在县城召开。",
            ),
            ("一、总体要求![](https://example.cn/1.png)", "一、总体要求"),
            (
                "结构如图![架构图](img/架构(新).png)所示。",
                "结构如图所示。",
            ),
        ],
        leaves_alone: "Lines of nothing but images (the room chrome judges lines), links, code, exclamation marks before brackets.",
        keeps: vec![
            "![校园一角](img/a.png)",
            "详见[附件](https://example.cn/a.doc)。",
            "注意![1]见脚注",
            "写法是 `![说明](地址)`",
        ],
        risk: "A picture that stood for a word, such as a formula, leaves a gap.",
    }
}

/// Tags that forums know. Those with content that is no text lose it too.
const TAGS: [&str; 26] = [
    "b",
    "i",
    "u",
    "s",
    "url",
    "img",
    "color",
    "size",
    "font",
    "quote",
    "align",
    "center",
    "left",
    "right",
    "backcolor",
    "p",
    "list",
    "table",
    "tr",
    "td",
    "hr",
    "attach",
    "attachimg",
    "media",
    "flash",
    "email",
];

fn bbcode(line: &mut Line, context: &Context) {
    if context.code {
        return;
    }
    let mut open: Vec<(&str, usize, usize)> = Vec::new();
    let mut i = 0;
    while i < line.count() {
        let Some(tag) = tag(line, i) else {
            i += 1;
            continue;
        };
        let Tag { name, end, closes } = tag;
        if closes {
            // Only pairs are markup: [i] alone may be an index.
            let depth = open.len().saturating_sub(8);
            if let Some(k) = open[depth..].iter().rposition(|&(known, ..)| known == name) {
                let (_, from, to) = open[depth + k];
                open.truncate(depth + k);
                if matches!(name, "img" | "attach" | "attachimg" | "media" | "flash") {
                    line.remove(from, end);
                } else {
                    line.remove(from, to);
                    line.remove(i, end);
                }
            }
        } else {
            open.push((name, i, end));
        }
        i = end;
    }
}

/// Whether the bytes, which begin with `[`, begin with a tag that forums know.
pub(super) fn may_be_tag(bytes: &[u8]) -> bool {
    let name = bytes.get(1..).unwrap_or(&[]);
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let end = name
        .iter()
        .take(11)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    matches!(name.get(end), Some(b']' | b'='))
        && TAGS
            .iter()
            .any(|tag| tag.as_bytes().eq_ignore_ascii_case(&name[..end]))
}

struct Tag {
    name: &'static str,
    end: usize,
    closes: bool,
}

fn tag(line: &Line, i: usize) -> Option<Tag> {
    if line.at(i) != '[' {
        return None;
    }
    let closes = line.at(i + 1) == '/';
    let from = i + 1 + usize::from(closes);
    let mut name = String::new();
    while name.len() < 10 && line.at(from + name.len()).is_ascii_alphabetic() {
        name.push(line.at(from + name.len()).to_ascii_lowercase());
    }
    let known = TAGS.iter().find(|known| **known == name)?;
    let mut k = from + name.len();
    if line.at(k) == '=' && !closes {
        while k < line.count() && k - i < 300 && !matches!(line.at(k), ']' | '[') {
            k += 1;
        }
    }
    (line.at(k) == ']').then_some(Tag {
        name: known,
        end: k + 1,
        closes,
    })
}

fn bbcode_doc() -> RuleDoc {
    RuleDoc {
        id: BBCODE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Pairs of forum tags such as [b]…[/b], [url=…]…[/url], [size=3]…[/size]; [img]…[/img] and [attach]…[/attach] with what they hold.",
        why: "The forum drew them as bold type or a link; in text they are noise.",
        examples: vec![
            (
                "[b]重要通知[/b]：[color=#ff0000]明天[/color]开会",
                "重要通知：明天开会",
            ),
            (
                "详情请看[url=http://example.cn/a]公告[/url]。[img]http://example.cn/a.gif[/img]",
                "详情请看公告。",
            ),
        ],
        leaves_alone: "Tags without their partner on the line, unknown names, footnote numbers, code.",
        keeps: vec![
            "数组a[i]与b[u]的关系",
            "张三[1]认为",
            "[注]本表不含乡镇[/注]",
            "参见[J]类文献",
        ],
        risk: "A lesson on BBCode loses its examples.",
    }
}
