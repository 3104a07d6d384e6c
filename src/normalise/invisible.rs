//! Zero-width characters, bidi marks, soft hyphens, controls.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const INVISIBLE: Normaliser = Normaliser {
    id: RuleId::new("normalise/invisible"),
    triggers: scan::INVISIBLE,
    run,
    doc,
};

fn run(line: &mut Line, context: &Context) {
    let right_to_left = line.cells.iter().any(|cell| is_right_to_left(cell.ch));
    let mut i = 0;
    while i < line.count() {
        let start = i;
        while chars::is_invisible(line.at(i))
            && !means_something(line, i, right_to_left)
            // Western mojibake keeps its quotation marks and dots in these.
            && (context.has_han || !matches!(line.at(i), '\u{80}'..='\u{9f}'))
        {
            i += 1;
        }
        if i > start {
            line.remove(start, i);
        } else {
            i += 1;
        }
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Scripts in which a joiner or non-joiner chooses the shape of letters.
fn is_shaped(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{e80}'..='\u{109f}'
        | '\u{1780}'..='\u{18af}' | '\u{1900}'..='\u{1cff}' | '\u{a840}'..='\u{abff}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}' | '©' | '®' | '‼' | '⁉' | '™')
}

fn means_something(line: &Line, i: usize, right_to_left: bool) -> bool {
    let (before, after) = (line.before(i), line.at(i + 1));
    match line.at(i) {
        '\u{200d}' => {
            (is_emoji(before) && is_emoji(after)) || is_shaped(before) || is_shaped(after)
        }
        '\u{200c}' => is_shaped(before) || is_shaped(after),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            right_to_left
        }
        // Tags spell the region of a flag.
        '\u{e0020}'..='\u{e007f}' => is_emoji(before),
        // A Mongolian vowel separator.
        '\u{180e}' => matches!(before, '\u{1800}'..='\u{18af}'),
        // Line separators are line ends, which come before.
        '\u{b}' | '\u{c}' | '\u{d}' => true,
        _ => false,
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: INVISIBLE.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Zero-width spaces and joiners, bidi marks, soft hyphens, byte order marks in mid text, control characters.",
        why: "No reader sees them; they tear words for every search, count and fingerprint.",
        examples: vec![
            ("教\u{200b}育\u{200b}工作", "教育工作"),
            ("\u{feff}工作总结", "工作总结"),
            ("党建\u{200c}引领\u{200d}发展", "党建引领发展"),
            ("co\u{ad}operation", "cooperation"),
            ("\u{202a}2023年\u{202c}总结\u{3}", "2023年总结"),
        ],
        leaves_alone: "Joiners inside emoji and beside Arabic, Persian, Indic and other shaped scripts; variation selectors; bidi marks in a line with Arabic or Hebrew; tabs; U+FFFD, which marks a loss.",
        keeps: vec![
            "一家人👨\u{200d}👩\u{200d}👧很开心",
            "爱心❤\u{fe0f}行动",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "שלום \u{200f}(123)\u{200f}",
            "甲\t乙\u{fffd}丙",
            "英格兰🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}队",
        ],
        risk: "A soft hyphen that a browser would have shown at a line's end goes too; the words stay whole.",
    }
}
