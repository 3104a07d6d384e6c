//! Presentation forms: small and vertical punctuation, Latin ligatures.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const FORMS: Normaliser = Normaliser {
    id: RuleId::new("normalise/presentation-forms"),
    triggers: scan::FORM,
    run,
    doc,
};

/// Small and vertical forms and the full-width marks they are forms of.
const MARKS: [(char, char); 46] = [
    ('︐', '，'),
    ('︑', '、'),
    ('︒', '。'),
    ('︓', '：'),
    ('︔', '；'),
    ('︕', '！'),
    ('︖', '？'),
    ('︰', '：'),
    ('︱', '—'),
    ('︵', '（'),
    ('︶', '）'),
    ('︷', '｛'),
    ('︸', '｝'),
    ('︹', '〔'),
    ('︺', '〕'),
    ('︻', '【'),
    ('︼', '】'),
    ('︽', '《'),
    ('︾', '》'),
    ('︿', '〈'),
    ('﹀', '〉'),
    ('﹁', '「'),
    ('﹂', '」'),
    ('﹃', '『'),
    ('﹄', '』'),
    ('﹐', '，'),
    ('﹑', '、'),
    ('﹒', '．'),
    ('﹔', '；'),
    ('﹕', '：'),
    ('﹖', '？'),
    ('﹗', '！'),
    ('﹙', '（'),
    ('﹚', '）'),
    ('﹛', '｛'),
    ('﹜', '｝'),
    ('﹝', '〔'),
    ('﹞', '〕'),
    ('﹟', '#'),
    ('﹠', '&'),
    ('﹡', '*'),
    ('﹢', '+'),
    ('﹣', '-'),
    ('﹦', '='),
    ('﹪', '%'),
    ('﹫', '@'),
];

fn run(line: &mut Line, context: &Context) {
    for i in 0..line.count() {
        let c = line.at(i);
        let ligature = match c {
            'ﬀ' => "ff",
            'ﬁ' => "fi",
            'ﬂ' => "fl",
            'ﬃ' => "ffi",
            'ﬄ' => "ffl",
            'ﬅ' | 'ﬆ' => "st",
            _ => "",
        };
        if !ligature.is_empty() {
            if line.before(i).is_ascii_alphabetic() || line.at(i + 1).is_ascii_alphabetic() {
                line.replace(i, i + 1, ligature);
            }
        } else if context.prose
            && let Ok(k) = MARKS.binary_search_by_key(&c, |mark| mark.0)
        {
            let beside =
                |c: char| chars::is_chinese(c) || c.is_ascii_alphanumeric() || chars::is_quote(c);
            if beside(line.before(i)) && !scan_form(line.before(i))
                || (beside(line.at(i + 1)) && !scan_form(line.at(i + 1)))
            {
                line.set(i, MARKS[k].1);
            }
        }
    }
}

/// A form itself is no witness.
fn scan_form(c: char) -> bool {
    scan::bits(c) & scan::FORM != 0
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: FORMS.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Small (﹐﹔﹕) and vertical (︵︶︽︾) forms of punctuation in Chinese prose, and Latin ligatures (ﬁ, ﬂ) inside words.",
        why: "Taiwanese character sets and vertical PDF text brought them in; they are the ordinary marks in another drawing.",
        examples: vec![
            ("一是抓学习﹐二是抓落实﹔", "一是抓学习，二是抓落实；"),
            ("通知︵试行︶如下", "通知（试行）如下"),
            ("of\u{fb01}ce软件", "office软件"),
        ],
        leaves_alone: "Forms on their own, in faces and in drawings; Japanese; code.",
        keeps: vec!["︿︿", "（﹏）", "┌︱┐", "\u{fb01}", "﹒﹒﹒"],
        risk: "A lesson on vertical punctuation that puts a form between words loses it.",
    }
}
