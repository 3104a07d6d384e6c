//! The documents of a cleaned record, as the contract counts them.

use super::Cleaned;
use crate::model::{ByteSpan, Change, Draft, Finding, RuleDoc, RuleId};

/// A record of which no text is left.
pub const NOTHING_LEFT: RuleId = RuleId::new("chrome/nothing-left");
/// A part of a page that held nothing to keep.
const BLANK_PART: RuleId = RuleId::new("restructure/blank-part");

/// One document: a part of a record with visible text.
#[derive(Debug)]
pub struct Document<'a> {
    /// Its text and notes.
    pub draft: &'a Draft,
    /// Place of the draft among the record's parts.
    pub at: usize,
    /// Its bytes of the source. Those of a record's documents tile the source.
    pub span: ByteSpan,
    /// Its ledger; replaying it within `span` gives the text.
    pub changes: Vec<Change>,
}

/// Whether nothing of a text can be seen.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control())
}

impl Cleaned {
    /// The documents of the record. A part without visible text is none: its bytes are removed
    /// in the document before it, or in the first one.
    pub fn documents(&self) -> Vec<Document<'_>> {
        let mut documents: Vec<Document<'_>> = Vec::with_capacity(self.parts.len());
        let mut leading: Vec<&Draft> = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let draft = &part.draft;
            if !is_blank(draft.text()) {
                let mut document = Document {
                    draft,
                    at,
                    span: draft.span(),
                    changes: Vec::new(),
                };
                for blank in leading.drain(..) {
                    document.span.start = document.span.start.min(blank.span().start);
                    document.changes.extend(removal(blank, BLANK_PART));
                }
                document.changes.extend(draft.changes());
                documents.push(document);
            } else if let Some(last) = documents.last_mut() {
                last.span.end = draft.span().end;
                last.changes.extend(removal(draft, BLANK_PART));
            } else {
                leading.push(draft);
            }
        }
        documents
    }

    /// For a record without documents: its whole source, removed.
    pub fn emptied(&self) -> Vec<Change> {
        let source = self.source_text();
        let mut whole: Option<Change> = None;
        for part in &self.parts {
            let Some(change) = removal(&part.draft, NOTHING_LEFT) else {
                continue;
            };
            match &mut whole {
                None => whole = Some(change),
                Some(whole) => {
                    for rule in change.rules {
                        if !whole.rules.contains(&rule) {
                            whole.rules.push(rule);
                        }
                    }
                    whole.confidence = whole.confidence.min(change.confidence);
                }
            }
        }
        whole
            .map(|change| Change {
                start: 0,
                end: source.len(),
                before: source.to_owned(),
                ..change
            })
            .into_iter()
            .collect()
    }

    /// What is said of a record without documents.
    pub fn nothing_left() -> Finding {
        Finding {
            span: ByteSpan::new(0, 0),
            before: String::new(),
            suggestion: None,
            rule: NOTHING_LEFT,
            confidence: 1.0,
            raw_hex: None,
        }
    }
}

/// The whole span of a part as one removal, under the rules that emptied it.
fn removal(draft: &Draft, rule: RuleId) -> Option<Change> {
    let span = draft.span();
    if span.is_empty() {
        return None;
    }
    let mut change = Change {
        start: span.start,
        end: span.end,
        before: draft.source()[span.range()].to_owned(),
        after: String::new(),
        rules: Default::default(),
        confidence: 1.0,
    };
    for one in draft.changes() {
        for rule in one.rules {
            if !change.rules.contains(&rule) {
                change.rules.push(rule);
            }
        }
        change.confidence = change.confidence.min(one.confidence);
    }
    if change.rules.is_empty() {
        change.rules.push(rule);
    }
    Some(change)
}

/// What the rules of this file say of themselves.
pub(super) fn rules() -> Vec<RuleDoc> {
    vec![
        RuleDoc {
            id: NOTHING_LEFT,
            since: "0.1.0",
            on_by_default: true,
            removes: "The blank rest of a record of which no text is left, and says in a finding that the record has no document.",
            why: "A page of nothing but site text has no document; the sums of a run must still account for it.",
            examples: Vec::new(),
            leaves_alone: "Every record with a single visible character.",
            keeps: vec!["。"],
            risk: "None of its own: what emptied the record was another rule, which stands in the ledger.",
        },
        RuleDoc {
            id: BLANK_PART,
            since: "0.1.0",
            on_by_default: true,
            removes: "The blank space of a part of a compilation page in which nothing is left.",
            why: "A part without text is no document, and the spans of the others must tile the page.",
            examples: Vec::new(),
            leaves_alone: "Every part with a single visible character.",
            keeps: vec!["。"],
            risk: "None: only white space goes.",
        },
    ]
}
