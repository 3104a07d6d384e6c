//! Pinyin in parentheses behind traditional characters.

use pinyin::ToPinyinMulti;

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan, simplified};

pub(super) const PINYIN: Normaliser = Normaliser {
    id: RuleId::new("normalise/pinyin-notes"),
    triggers: scan::PAREN,
    run,
    doc,
};

/// The longest syllable, `zhuāng`.
const LONGEST_CHARS: usize = 6;

fn run(line: &mut Line, context: &Context) {
    if context.japanese || context.code {
        return;
    }
    let mut from = 1;
    while let Some(i) = line.next(from, |c| matches!(c, '(' | '（')) {
        from = i + 1;
        let Some(end) = (i + 2..=i + 1 + LONGEST_CHARS).find(|&k| matches!(line.at(k), ')' | '）'))
        else {
            continue;
        };
        if !line.cells[i + 1..end]
            .iter()
            .all(|cell| cell.ch.is_alphabetic() && !chars::is_han(cell.ch))
        {
            continue;
        }
        let syllable = line.text(i + 1, end);
        let han = line.before(i);
        // A careful writer notes the reading of a rare character; a converter those that it has
        // changed to traditional, and only those.
        if simplified::is_traditional(han) && is_reading(han, &syllable) {
            line.remove(i, end + 1);
        }
    }
}

/// Whether the syllable, with its tone, is a reading of the character.
fn is_reading(han: char, syllable: &str) -> bool {
    let wanted = syllable.to_lowercase().replace('ɡ', "g").replace('ɑ', "a");
    han.to_pinyin_multi().is_some_and(|readings| {
        readings
            .into_iter()
            .any(|reading| reading.with_tone() == wanted)
    })
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: PINYIN.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "A parenthesis that holds a reading of the traditional character before it, with its tone: 關(guān)于構(gòu)建 → 關于構建.",
        why: "A filter of copied pages turns simplified characters into traditional ones and notes the reading of each.",
        examples: vec![
            (
                "關(guān)于構(gòu)建和諧(xié)校園的意見",
                "關于構建和諧校園的意見",
            ),
            ("黨（dǎng）建工作", "黨建工作"),
        ],
        leaves_alone: "Notes on characters that are no traditional form (rare ones, names), syllables that are no reading, plain letters without a tone where the reading has one.",
        keeps: vec![
            "尴（gān）尬（gà）",
            "魑（chī）魅（mèi）",
            "關（注）",
            "發（fa）展",
            "龍（lóng dān）",
            "万俟（mò qí）",
        ],
        risk: "A lesson in traditional characters that notes readings loses them.",
    }
}
