//! Canonical composition (NFC), and never NFKC.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, scan};

pub(super) const COMPOSITION: Normaliser = Normaliser {
    id: RuleId::new("normalise/decomposed"),
    triggers: scan::COMPOSE,
    run,
    doc,
};

fn run(line: &mut Line, _: &Context) {
    let mut i = 0;
    while i < line.count() {
        if scan::bits(line.at(i)) & scan::COMPOSE == 0 || is_compatibility(line.at(i)) {
            i += 1;
            continue;
        }
        // From the last starter to the next: what composes lies in between. Two starters may
        // compose as well (Hangul letters, some Indic vowels), so starters that can are taken in.
        let mut from = i;
        while from > 0
            && scan::bits(line.at(from)) & scan::COMPOSE != 0
            && !is_compatibility(line.at(from - 1))
        {
            from -= 1;
        }
        let mut to = i + 1;
        while is_mark(line.at(to))
            || (scan::bits(line.at(to)) & scan::COMPOSE != 0 && !is_compatibility(line.at(to)))
        {
            to += 1;
        }
        let before = line.text(from, to);
        let after: String = before.nfc().collect();
        if before != after {
            line.replace(from, to, &after);
        }
        i = to;
    }
}

fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0 || is_combining_mark(c)
}

/// NFC folds these into unified ideographs; whether that is right is another rule's question.
fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: COMPOSITION.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Letters written as base and combining mark where Unicode has one character for both (NFC).",
        why: "The same word in two spellings is two words to every tool. File names of macOS and some PDF writers produce them.",
        examples: vec![
            ("cafe\u{301}式管理", "café式管理"),
            ("か\u{3099}んばる", "がんばる"),
            ("5\u{212b}", "5Å"),
        ],
        leaves_alone: "Everything that only NFKC would change (①, ㎡, ，, ﬁ), compatibility ideographs, marks that nothing composes with.",
        keeps: vec![
            "面积80㎡，气温25℃",
            "①明确责任",
            "がんばる",
            "x\u{302}的估计值",
            "神\u{fa19}社",
        ],
        risk: "None known: canonical equivalents are the same text by definition.",
    }
}
