//! Radicals that stand for ideographs, and compatibility ideographs.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_canonical;

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const RADICALS: Normaliser = Normaliser {
    id: RuleId::new("normalise/radicals"),
    triggers: scan::RADICAL,
    run: radicals,
    doc: radicals_doc,
};

pub(super) const COMPATIBILITY: Normaliser = Normaliser {
    id: RuleId::new("normalise/compatibility-ideographs"),
    triggers: scan::RADICAL,
    run: compatibility,
    doc: compatibility_doc,
};

static TABLE: &str = include_str!("tables/radicals.txt");

const FIRST: usize = 0x2e80;
const COUNT: usize = 0x2fe0 - FIRST;

/// Ideographs of U+2E80 to U+2FDF; the same character where there is none.
static IDEOGRAPHS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..FIRST + COUNT)
        .map(|code| {
            u32::try_from(code)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or('\n')
        })
        .collect();
    for line in TABLE.lines() {
        let mut pair = line.chars();
        if let (Some(radical), Some(ideograph)) = (pair.next(), pair.next())
            && let Some(slot) = table.get_mut((radical as usize).wrapping_sub(FIRST))
        {
            *slot = ideograph;
        }
    }
    table
});

fn ideograph(c: char) -> char {
    IDEOGRAPHS
        .get((c as usize).wrapping_sub(FIRST))
        .copied()
        .unwrap_or(c)
}

fn is_radical(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fd5}')
}

fn radicals(line: &mut Line, _: &Context) {
    // A line about radicals means them.
    let lesson = (0..line.count()).any(|i| {
        matches!(
            (line.at(i), line.at(i + 1)),
            ('部', '首') | ('偏', '旁') | ('字', '旁') | ('字', '头') | ('字', '底') | ('康', '熙')
        )
    });
    if lesson {
        return;
    }
    for i in 0..line.count() {
        if !is_radical(line.at(i)) {
            continue;
        }
        let (before, after) = (line.before(i), line.at(i + 1));
        let named = matches!(after, '部' | '旁' | '底' | '头')
            && !chars::is_han(line.at(i + 2))
            && !is_radical(line.at(i + 2))
            && !chars::is_han(before)
            && !is_radical(before);
        let in_text = |c: char| chars::is_han(c) || is_radical(c);
        if !named && (in_text(before) || in_text(after)) {
            line.set(i, ideograph(line.at(i)));
        }
    }
}

fn compatibility(line: &mut Line, context: &Context) {
    if context.japanese
        || line
            .cells
            .iter()
            .any(|cell| chars::is_hangul(cell.ch) || chars::is_kana(cell.ch))
    {
        return;
    }
    let japan = (0..line.count()).any(|i| {
        matches!(
            (line.at(i), line.at(i + 1)),
            ('日', '本') | ('昭', '和') | ('平', '成') | ('令', '和')
        )
    });
    for i in 0..line.count() {
        let c = line.at(i);
        let ours = match c {
            // Doubles of Korean and Taiwanese character sets: the same glyph a second time.
            '\u{f900}'..='\u{fa0d}' | '\u{2f800}'..='\u{2fa1f}' => true,
            // Forms that Japanese names insist on.
            '\u{fa10}'..='\u{faff}' => !japan && names_nobody(line, i),
            _ => false,
        };
        if ours {
            let mut unified = None;
            decompose_canonical(c, |part| unified = Some(part));
            if let Some(unified) = unified {
                line.set(i, unified);
            }
        }
    }
}

/// Forms of Japanese names are taken for damage only beside other damage of the kind.
fn names_nobody(line: &Line, i: usize) -> bool {
    [line.before(i), line.at(i + 1)]
        .iter()
        .any(|&c| is_radical(c) || matches!(c, '\u{f900}'..='\u{fa0d}'))
}

fn radicals_doc() -> RuleDoc {
    RuleDoc {
        id: RADICALS.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Kangxi and CJK radicals inside words, by the Unicode table EquivalentUnifiedIdeograph: ⼯⼈ → 工人.",
        why: "PDF fonts map the glyph to the radical; it looks the same and nothing finds it.",
        examples: vec![
            ("⼯⼈阶级", "工人阶级"),
            ("⻄部⼤开发", "西部大开发"),
            ("加强⺠⽣保障", "加强民生保障"),
        ],
        leaves_alone: "Radicals on their own, and lines about radicals (部首, 偏旁, 字头, 康熙).",
        keeps: vec![
            "⺮字头的字",
            "⼈（人）",
            "康熙部首⼀⼁⼂",
            "“⺼”旁",
            "偏旁⻌与⾛",
        ],
        risk: "A list of radicals without a word about them is turned into ideographs where two stand side by side.",
    }
}

fn compatibility_doc() -> RuleDoc {
    RuleDoc {
        id: COMPATIBILITY.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Compatibility ideographs that doubled a character in a Korean or Taiwanese set (U+F900 to U+FA0D, U+2F800 on), by their canonical equivalents; U+FA10 on only beside other damage of the kind.",
        why: "They came in through PDF fonts and old converters; the unified character is the same glyph.",
        examples: vec![
            ("\u{f9e4}論研究", "理論研究"),
            ("\u{f901}新\u{f92f}動", "更新勞動"),
        ],
        leaves_alone: "Lines with kana or Hangul or about Japan, the forms of Japanese names (﨑, 神), the twelve that are unified ideographs in truth (﨎 to 﨩).",
        keeps: vec![
            "山\u{fa11}さん",
            "宮\u{fa19}社",
            "日本の\u{f9e4}想",
            "\u{fa0e}",
            "大\u{fa10}先生",
        ],
        risk: "A text that lists the doubles to explain them loses the difference.",
    }
}
