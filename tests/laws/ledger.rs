//! Random edits in random layers: replay, order, disjointness, tiling.

use proptest::prelude::*;
use qingwen::model::{Change, Draft, Edits, RuleId};

const RULES: [RuleId; 4] = [
    RuleId::new("normalise/a"),
    RuleId::new("chrome/b"),
    RuleId::new("restructure/c"),
    RuleId::new("repair/d"),
];

/// Replays the ledger on the source, as a stranger would with nothing but the two.
fn replay(source: &str, start: usize, end: usize, changes: &[Change]) -> String {
    let mut out = String::new();
    let mut at = start;
    for change in changes {
        assert!(at <= change.start && change.start <= change.end && change.end <= end);
        assert_eq!(source[change.start..change.end], change.before);
        assert_ne!(change.before, change.after);
        assert!(!change.rules.is_empty());
        out.push_str(&source[at..change.start]);
        out.push_str(&change.after);
        at = change.end;
    }
    out.push_str(&source[at..end]);
    out
}

fn boundaries(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect()
}

/// An edit by fractions of the text, so that it fits whatever the text has become.
type Wish = (f64, f64, String, usize);

fn wishes() -> impl Strategy<Value = Vec<Vec<Wish>>> {
    let wish = (
        0.0..1.0_f64,
        0.0..0.2_f64,
        "[发展a，\n]{0,3}",
        0..RULES.len(),
    );
    prop::collection::vec(prop::collection::vec(wish, 0..8), 0..6)
}

/// Applies the wishes, keeping a naive model of the text beside the draft.
fn work(source: &str, layers: &[Vec<Wish>]) -> (Draft, String) {
    let mut draft = Draft::from_text(source);
    let mut naive = source.to_owned();
    for layer in layers {
        let mut edits = Edits::default();
        let at = boundaries(&naive);
        let mut taken: Vec<(usize, usize, &str)> = Vec::new();
        for (from, width, text, rule) in layer {
            let first = (from * at.len() as f64) as usize;
            let last = (first + (width * at.len() as f64) as usize).min(at.len() - 1);
            let (start, end) = (at[first], at[last]);
            if taken.iter().any(|&(s, e, _)| start <= e && s <= end) {
                continue;
            }
            taken.push((start, end, text));
            edits.replace_with(start, end, text, RULES[*rule], 0.5);
        }
        taken.sort_unstable();
        for (start, end, text) in taken.into_iter().rev() {
            naive.replace_range(start..end, text);
        }
        draft.apply(edits);
    }
    (draft, naive)
}

proptest! {
    #[test]
    fn source_and_changes_give_the_output(source in "[发展开a1，\n ]{0,40}", layers in wishes()) {
        let (draft, naive) = work(&source, &layers);
        prop_assert_eq!(draft.text(), &naive);
        prop_assert_eq!(replay(&source, 0, source.len(), &draft.changes()), naive);
    }

    #[test]
    fn the_parts_of_a_cut_draft_tile_the_source(
        source in "[发展开a1，\n ]{1,40}",
        layers in wishes(),
        cuts in prop::collection::vec(0.0..1.0_f64, 0..4),
        more in wishes(),
    ) {
        let (draft, naive) = work(&source, &layers);
        let at = boundaries(&naive);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| at[(cut * at.len() as f64) as usize]).collect();
        cuts.sort_unstable();
        let parts = draft.split(&cuts);
        let mut reached = 0;
        let mut joined = String::new();
        for mut part in parts {
            prop_assert_eq!(part.span().start, reached);
            reached = part.span().end;
            joined.push_str(part.text());
            for layer in &more {
                let mut edits = Edits::default();
                let at = boundaries(part.text());
                for (from, width, text, rule) in layer {
                    let first = (from * at.len() as f64) as usize;
                    let last = (first + (width * at.len() as f64) as usize).min(at.len() - 1);
                    edits.replace(at[first], at[last], text, RULES[*rule]);
                }
                part.apply(edits);
            }
            let span = part.span();
            prop_assert_eq!(replay(&source, span.start, span.end, &part.changes()), part.text());
        }
        prop_assert_eq!(reached, source.len());
        prop_assert_eq!(joined, naive);
    }

    #[test]
    fn places_lead_back_into_the_source(source in "[发展开a1，\n ]{1,40}", layers in wishes(), a in 0.0..1.0_f64, b in 0.0..1.0_f64) {
        let (draft, naive) = work(&source, &layers);
        let at = boundaries(&naive);
        let pick = |f: f64| at[(f * at.len() as f64) as usize];
        let (start, end) = (pick(a.min(b)), pick(a.max(b)));
        let span = draft.source_span(start, end);
        prop_assert!(span.start <= span.end && span.end <= source.len());
        prop_assert!(source.is_char_boundary(span.start) && source.is_char_boundary(span.end));
    }
}

#[test]
fn rules_stand_in_the_order_they_ran_and_confidence_is_the_least() {
    let mut draft = Draft::from_text("健康开 展。");
    let mut edits = Edits::default();
    edits.remove_with(9, 10, RULES[0], 0.9);
    draft.apply(edits);
    let mut edits = Edits::default();
    edits.replace_with(6, 12, "发展", RULES[3], 0.8);
    draft.apply(edits);
    let changes = draft.changes();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].start, changes[0].end, changes[0].after.as_str()),
        (6, 13, "发展")
    );
    assert_eq!(changes[0].rules.as_slice(), &[RULES[0], RULES[3]]);
    assert_eq!(changes[0].confidence, 0.8);
}

#[test]
fn an_edit_that_is_taken_back_leaves_no_trace() {
    let mut draft = Draft::from_text("甲乙");
    for text in ["丙", "乙"] {
        let mut edits = Edits::default();
        edits.replace(3, 6, text, RULES[0]);
        draft.apply(edits);
    }
    assert!(!draft.is_changed() && draft.changes().is_empty());
}
