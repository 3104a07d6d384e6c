//! Which spelling do we keep? Text → text.
//!
//! Enters: a draft in any mixture of widths, quotes and stray characters. Leaves: the same text
//! in one spelling. It refuses to touch code, tables, ratios, times and addresses.
//!
//! One pass over the bytes (`scan`) finds the lines that could need a change; text without any
//! is left at memory speed. Each such line is taken apart once (`line::Line`) and goes through
//! `NORMALISERS` in their order until none changes it; what has become of it is written to the
//! ledger once, each change under its own rule.
//!
//! `docs/normalise.md` says for each class of characters what is done, why, and what stays.

mod alnum;
mod bonds;
mod brackets;
mod chars;
mod circles;
mod composition;
mod context;
mod document;
mod entities;
mod fields;
mod forms;
mod full_stop;
mod guard;
mod han_space;
mod invisible;
mod jammer;
mod line;
mod line_ends;
mod markup;
mod number_glyphs;
mod number_space;
mod odd_spaces;
mod pinyin_notes;
mod punct_space;
mod quotes;
mod radicals;
mod rows;
mod scan;
mod simplified;
mod stutter;
mod width;

use crate::config::NormaliseSettings;
use crate::model::{Draft, Edits, RuleDoc, RuleId};

use context::Context;
use document::Document;
use line::Line;

/// One normaliser: a rule and what it does to a line.
struct Normaliser {
    id: RuleId,
    /// It runs on lines that hold a character with one of these bits of [`scan`].
    triggers: u32,
    run: fn(&mut Line, &Context),
    doc: fn() -> RuleDoc,
}

/// Every normaliser but the line ends, which come first, in the order they run: what hides
/// characters, then characters, then punctuation, then spaces (which depend on punctuation),
/// then words.
const NORMALISERS: [Normaliser; 25] = [
    invisible::INVISIBLE,
    entities::ENTITIES,
    jammer::JAMMER,
    markup::IMAGES,
    markup::BBCODE,
    fields::FIELDS,
    composition::COMPOSITION,
    radicals::RADICALS,
    radicals::COMPATIBILITY,
    forms::FORMS,
    number_glyphs::NUMBER_GLYPHS,
    alnum::ALNUM,
    circles::CIRCLES,
    odd_spaces::ODD_SPACES,
    width::WIDTH,
    brackets::BRACKETS,
    quotes::QUOTES,
    quotes::SINGLE_QUOTES,
    full_stop::FULL_STOP,
    punct_space::PUNCT_SPACE,
    punct_space::ITEM_SPACE,
    pinyin_notes::PINYIN,
    number_space::NUMBER_SPACE,
    han_space::HAN_SPACE,
    odd_spaces::TRAILING,
];

/// Those that come after all others, because they look at words.
const LAST: [Normaliser; 2] = [stutter::STUTTER, simplified::SIMPLIFIED];

/// How often a line is run through at most: what one normaliser makes may be another's to change.
const ROUNDS: u32 = 4;

/// Confidence of what is pointed at and stays.
const DOUBTFUL: f32 = 0.5;

/// Runs every normaliser that is on, in their order.
pub fn run(draft: &mut Draft, settings: &NormaliseSettings) {
    if settings.switches.is_on(line_ends::ID, true) && line_ends::is_needed(draft.text()) {
        let mut edits = Edits::default();
        line_ends::find(draft.text(), &mut edits);
        draft.apply(edits);
    }
    let mut dirty = Vec::new();
    let gaps = scan::dirty_lines(draft.text(), &mut dirty);
    if settings.to_simplified {
        dirty = all_lines(draft.text());
    }
    if dirty.is_empty() {
        return;
    }
    skip_code_elements(draft, &mut dirty);
    let active: Vec<&Normaliser> = NORMALISERS
        .iter()
        .chain(&LAST)
        .filter(|normaliser| is_on(normaliser.id, settings))
        .collect();
    let ids: Vec<RuleId> = active.iter().map(|normaliser| normaliser.id).collect();
    let text = draft.text();
    let document = Document::of(text, gaps);
    let mut edits = Edits::default();
    let mut reports = Vec::new();
    let mut line = Line::default();
    for (start, end) in dirty {
        line.load(&text[start..end], start);
        if normalise(&mut line, &document, &active) {
            line.emit(&mut edits, &ids);
        }
        reports.extend(line.reports());
    }
    for (start, end, rule) in reports {
        draft.report(start, end, Some(String::new()), ids[rule], DOUBTFUL);
    }
    draft.apply(edits);
}

fn is_on(id: RuleId, settings: &NormaliseSettings) -> bool {
    if id == simplified::SIMPLIFIED.id {
        return settings.to_simplified && settings.switches.is_on(id, true);
    }
    settings.switches.is_on(id, true)
}

/// Runs the line through until nothing changes it. Returns whether anything has.
fn normalise(line: &mut Line, document: &Document, active: &[&Normaliser]) -> bool {
    let mut changed = false;
    for _ in 0..ROUNDS {
        let mut context = Context::of(line, document);
        let count = line.count();
        let mut stale = false;
        for (rule, normaliser) in active.iter().enumerate() {
            if line.triggers & normaliser.triggers == 0 {
                continue;
            }
            // What the characters are decides what the line is; marks and spaces do not.
            if normaliser.triggers & JUDGED != 0 && stale {
                context = Context::of(line, document);
                stale = false;
            }
            line.begin(rule);
            (normaliser.run)(line, &context);
            line.commit();
            if line.take_touched() {
                changed = true;
                stale |= normaliser.triggers & JUDGED == 0;
            }
        }
        // Marks changed in their places make no new work; what came or went may.
        if line.count() == count && !stale {
            break;
        }
    }
    changed
}

/// Triggers of the normalisers that judge a line by what it is.
const JUDGED: u32 = scan::HALF_PUNCT
    | scan::PAREN
    | scan::QUOTE
    | scan::SINGLE_QUOTE
    | scan::SPACE
    | scan::ODD_SPACE
    | scan::STOP
    | scan::HAN;

fn all_lines(text: &str) -> Vec<scan::Dirty> {
    let mut start = 0;
    text.split('\n')
        .map(|line| {
            let from = start;
            start += line.len() + 1;
            (from, from + line.len())
        })
        .collect()
}

/// Lines that HTML marks as code are left alone.
fn skip_code_elements(draft: &Draft, dirty: &mut Vec<scan::Dirty>) {
    let facts = draft.facts();
    if !facts.lines.iter().any(|fact| fact.is_code) {
        return;
    }
    dirty.retain(|&(start, end)| {
        let span = draft.source_span(start, end);
        let first = facts
            .lines
            .partition_point(|fact| fact.span.end <= span.start);
        !facts.lines[first..]
            .iter()
            .take_while(|fact| fact.span.start < span.end)
            .any(|fact| fact.is_code)
    });
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    std::iter::once(line_ends::doc())
        .chain(
            NORMALISERS
                .iter()
                .chain(&LAST)
                .map(|normaliser| (normaliser.doc)()),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(text: &str) -> String {
        let settings = NormaliseSettings {
            to_simplified: false,
            ..NormaliseSettings::default()
        };
        let mut draft = Draft::from_text(text);
        run(&mut draft, &settings);
        draft.text().to_owned()
    }

    /// Every example of every rule is a test.
    #[test]
    fn rules_do_what_they_say() {
        let mut wrong = Vec::new();
        for rule in rules() {
            assert!(
                !rule.examples.is_empty() && rule.keeps.len() >= rule.examples.len(),
                "{}",
                rule.id
            );
            let settings = NormaliseSettings {
                to_simplified: rule.id == simplified::SIMPLIFIED.id,
                ..NormaliseSettings::default()
            };
            let once = |text: &str| {
                let mut draft = Draft::from_text(text);
                run(&mut draft, &settings);
                draft.text().to_owned()
            };
            let pairs = rule
                .examples
                .iter()
                .copied()
                .chain(rule.keeps.iter().map(|&keep| (keep, keep)));
            for (before, after) in pairs {
                let got = once(before);
                if got != after {
                    wrong.push(format!(
                        "{}: {before:?} gave {got:?}, wanted {after:?}",
                        rule.id
                    ));
                } else if once(&got) != got {
                    wrong.push(format!("{}: {got:?} again gave {:?}", rule.id, once(&got)));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// What the scan passes over is what the normalisers would have left.
    #[test]
    fn the_scan_misses_no_line() {
        let texts = rules().into_iter().flat_map(|rule| {
            let keeps = rule.keeps.into_iter();
            keeps.chain(rule.examples.into_iter().map(|(before, _)| before))
        });
        let normalisers: Vec<&Normaliser> = NORMALISERS.iter().chain(&LAST[..1]).collect();
        for text in texts.filter(|text| !text.contains(['\r', '\u{c}', '\u{2028}', '`'])) {
            let gaps = scan::dirty_lines(text, &mut Vec::new());
            let document = Document::of(text, gaps);
            let mut line = Line::default();
            let mut whole = Vec::new();
            for (start, end) in all_lines(text) {
                line.load(&text[start..end], start);
                normalise(&mut line, &document, &normalisers);
                whole.push(line.text(0, line.count()));
            }
            assert_eq!(normalised(text), whole.join("\n"), "{text}");
        }
    }

    #[test]
    fn ids_are_listed_once() {
        let mut ids: Vec<_> = rules().iter().map(|rule| rule.id).collect();
        ids.sort();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn nothing_is_no_text() {
        assert_eq!(normalised(""), "");
        assert_eq!(normalised("\u{200b}"), "");
    }
}
