//! Traditional to simplified, on request.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const SIMPLIFIED: Normaliser = Normaliser {
    id: RuleId::new("normalise/traditional"),
    triggers: scan::HAN,
    run,
    doc,
};

/// OpenCC's tables `t2s`, which are part of the crate. None never happens: they are compiled in.
static OPENCC: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

fn run(line: &mut Line, context: &Context) {
    if context.japanese {
        return;
    }
    let Some(opencc) = OPENCC.as_ref() else {
        return;
    };
    let mut i = 0;
    while i < line.count() {
        let from = i;
        while chars::is_han(line.at(i)) {
            i += 1;
        }
        if i == from {
            i += 1;
            continue;
        }
        let before = line.text(from, i);
        let after = opencc.convert(&before);
        if before == after {
            continue;
        }
        if after.chars().count() == i - from {
            for (k, c) in after.chars().enumerate() {
                line.set(from + k, c);
            }
        } else {
            line.replace(from, i, &after);
        }
    }
}

/// Whether a character has a simplified form that is another one.
pub(super) fn is_traditional(c: char) -> bool {
    if !matches!(c, '\u{4e00}'..='\u{9fff}') {
        return false;
    }
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    OPENCC
        .as_ref()
        .is_some_and(|opencc| opencc.convert(text) != text)
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: SIMPLIFIED.id,
        since: "0.1.0",
        on_by_default: false,
        removes: "Traditional characters, by OpenCC's phrases and characters (t2s). Runs with `to_simplified`.",
        why: "For corpora that want one spelling; the fingerprint is blind to the difference in any case.",
        examples: vec![
            ("關於開展教育評估的通知", "关于开展教育评估的通知"),
            ("乾坤與乾淨", "乾坤与干净"),
        ],
        leaves_alone: "Japanese; words (軟體 stays the word it is, in simplified characters).",
        keeps: vec!["关于开展教育评估的通知", "学校の学習について", "乾坤"],
        risk: "Names that insist on a traditional form lose it.",
    }
}
