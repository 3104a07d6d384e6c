//! A batch of edits to one text.

use super::RuleId;

/// One edit, in bytes of the text that the batch was made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op {
    pub(super) start: usize,
    pub(super) end: usize,
    text_start: usize,
    text_end: usize,
    pub(super) rule: RuleId,
    pub(super) confidence: f32,
}

/// Edits that a rule wants on the text before it, all found on that text and applied at once.
///
/// Positions are bytes on character boundaries. Order does not matter. Where two edits overlap,
/// the one that starts first stays (of equal starts: the one pushed first) and the other is
/// dropped: a later pass sees what is left. Edits that change nothing are dropped.
///
/// ```
/// use qingwen::model::{Draft, Edits, RuleId};
/// let mut draft = Draft::from_text("发 展〞");
/// let mut edits = Edits::default();
/// edits.remove(3, 4, RuleId::new("normalise/han-space"));
/// edits.replace(7, 10, "”", RuleId::new("normalise/quotes"));
/// draft.apply(edits);
/// assert_eq!(draft.text(), "发展”");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Edits {
    ops: Vec<Op>,
    inserted: String,
}

impl Edits {
    /// Replaces `start..end` with `text`, surely.
    pub fn replace(&mut self, start: usize, end: usize, text: &str, rule: RuleId) {
        self.replace_with(start, end, text, rule, 1.0);
    }

    /// Replaces `start..end` with `text`; `confidence` is a probability from 0 to 1.
    pub fn replace_with(
        &mut self,
        start: usize,
        end: usize,
        text: &str,
        rule: RuleId,
        confidence: f32,
    ) {
        debug_assert!(start <= end, "an edit that ends before it starts");
        let text_start = self.inserted.len();
        self.inserted.push_str(text);
        let text_end = self.inserted.len();
        self.ops.push(Op {
            start,
            end,
            text_start,
            text_end,
            rule,
            confidence,
        });
    }

    /// Removes `start..end`, surely.
    pub fn remove(&mut self, start: usize, end: usize, rule: RuleId) {
        self.replace_with(start, end, "", rule, 1.0);
    }

    /// Removes `start..end`; `confidence` is a probability from 0 to 1.
    pub fn remove_with(&mut self, start: usize, end: usize, rule: RuleId, confidence: f32) {
        self.replace_with(start, end, "", rule, confidence);
    }

    /// Inserts `text` before byte `at`, surely.
    pub fn insert(&mut self, at: usize, text: &str, rule: RuleId) {
        self.replace_with(at, at, text, rule, 1.0);
    }

    /// Inserts `text` before byte `at`; `confidence` is a probability from 0 to 1.
    pub fn insert_with(&mut self, at: usize, text: &str, rule: RuleId, confidence: f32) {
        self.replace_with(at, at, text, rule, confidence);
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// How many edits were asked for.
    pub fn count(&self) -> usize {
        self.ops.len()
    }

    pub(super) fn text_of(&self, op: &Op) -> &str {
        &self.inserted[op.text_start..op.text_end]
    }

    /// The edits in order and disjoint, without those that change nothing of `text`.
    pub(super) fn settle(&mut self, text: &str) -> Vec<Op> {
        let mut ops = std::mem::take(&mut self.ops);
        if !ops.is_sorted_by_key(|op| (op.start, op.end)) {
            ops.sort_by_key(|op| (op.start, op.end));
        }
        let mut reach = 0;
        let mut filled = None;
        ops.retain(|op| {
            let fits = text.is_char_boundary(op.start) && text.is_char_boundary(op.end);
            debug_assert!(
                fits,
                "an edit of {} inside a character: {}..{}",
                op.rule, op.start, op.end
            );
            // An insertion where another insertion or edit begins would have no order of its own.
            let free = op.start >= reach && filled != Some((op.start, op.end));
            if !fits || !free || text[op.start..op.end] == *self.text_of(op) {
                return false;
            }
            reach = op.end;
            filled = Some((op.start, op.end));
            true
        });
        ops
    }
}
