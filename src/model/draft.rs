//! The change ledger: a source text, the text it has become, and every edit in between.

use std::sync::Arc;

use smallvec::SmallVec;

use super::edits::Op;
use super::{ByteSpan, Change, Edits, Facts, Finding, Notes, RuleId};

type Rules = SmallVec<[RuleId; 2]>;

/// One settled edit: these source bytes have become those bytes of the current text.
#[derive(Clone, Debug)]
struct Edit {
    /// Bytes of the source.
    source: ByteSpan,
    /// Bytes of the current text.
    now: ByteSpan,
    rules: Rules,
    confidence: f32,
}

/// A document in work: its decoded source and what the rooms have made of it so far.
///
/// Rooms read [`Draft::text`], collect [`Edits`] on it and [`Draft::apply`] them. The draft keeps
/// the way back to the source itself: however many layers of edits touch a place, there is one
/// disjoint source span for it, with the rules in the order they ran.
///
/// Cost: nothing is copied and nothing allocated for a text that no rule changes; applying a
/// batch costs one copy of the text and one walk over the edits, old and new.
///
/// ```
/// use qingwen::model::{Draft, Edits, RuleId};
/// let mut draft = Draft::from_text("分享\n健康快速开展。");
/// let mut edits = Edits::default();
/// edits.remove(0, "分享\n".len(), RuleId::new("chrome/share-buttons"));
/// draft.apply(edits);
/// let mut edits = Edits::default();
/// edits.replace(12, 18, "发展", RuleId::new("repair/spun"));
/// draft.apply(edits);
/// assert_eq!(draft.text(), "健康快速发展。");
/// let changes = draft.changes();
/// assert_eq!(changes.len(), 2);
/// assert_eq!((changes[1].before.as_str(), changes[1].start), ("开展", 19));
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    source: Arc<str>,
    span: ByteSpan,
    text: Option<String>,
    edits: Vec<Edit>,
    findings: Vec<Finding>,
    facts: Arc<Facts>,
    revision: u32,
    /// What the rooms learnt about the document besides its text.
    pub notes: Notes,
}

impl Draft {
    /// A draft of a whole source text, with what is known about where it came from.
    pub fn new(source: impl Into<Arc<str>>, facts: Facts) -> Self {
        let source = source.into();
        let span = ByteSpan::new(0, source.len());
        Self {
            source,
            span,
            text: None,
            edits: Vec::new(),
            findings: Vec::new(),
            facts: Arc::new(facts),
            revision: 0,
            notes: Notes::default(),
        }
    }

    /// A draft of a text of which nothing else is known.
    pub fn from_text(source: &str) -> Self {
        Self::new(source, Facts::default())
    }

    /// The whole source text of the record (not only this document's part of it).
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The bytes of the source that are this document's.
    pub fn span(&self) -> ByteSpan {
        self.span
    }

    /// The current text.
    pub fn text(&self) -> &str {
        self.text
            .as_deref()
            .unwrap_or(&self.source[self.span.range()])
    }

    /// What is known about the record besides its text: name, address, HTML line facts.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// How many edits stand between source and text.
    pub fn edit_count(&self) -> usize {
        self.edits.len()
    }

    /// Whether the text is no longer the source.
    pub fn is_changed(&self) -> bool {
        !self.edits.is_empty()
    }

    /// How many batches have changed the text: equal before and after means nothing changed.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Applies a batch, found on the current text, at once. Returns whether anything changed.
    pub fn apply(&mut self, mut edits: Edits) -> bool {
        if edits.is_empty() {
            return false;
        }
        let ops = edits.settle(self.text());
        if ops.is_empty() {
            return false;
        }
        let text = rewrite(self.text(), &ops, &edits);
        self.edits = compose(&self.edits, self.span.start, &ops, &edits);
        self.edits
            .retain(|edit| self.source[edit.source.range()] != text[edit.now.range()]);
        self.text = Some(text);
        self.revision += 1;
        true
    }

    /// Records something seen and not changed; `start..end` are bytes of the current text, and
    /// are turned into the source's.
    pub fn report(
        &mut self,
        start: usize,
        end: usize,
        suggestion: Option<String>,
        rule: RuleId,
        confidence: f32,
    ) {
        let span = self.source_span(start, end);
        let before = self.source[span.range()].to_owned();
        // Rooms run more than once: what is said twice is told once, by `findings`.
        self.findings.push(Finding {
            span,
            before,
            suggestion,
            rule,
            confidence,
            raw_hex: None,
        });
    }

    /// Takes over findings whose spans are bytes of the source already.
    pub fn add_findings(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    /// What was seen and not changed, each once, in the order of the source.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = self.findings.clone();
        found.sort_by(|a, b| {
            (a.span, a.rule, &a.suggestion)
                .cmp(&(b.span, b.rule, &b.suggestion))
                .then(a.confidence.total_cmp(&b.confidence))
        });
        found.dedup();
        found
    }

    /// The source bytes behind `start..end` of the current text. Where an end lies inside an
    /// edit, the whole source side of that edit is taken.
    pub fn source_span(&self, start: usize, end: usize) -> ByteSpan {
        let from = self.to_source(start, false);
        let to = if end == start {
            from
        } else {
            self.to_source(end, true)
        };
        ByteSpan::new(from, to.max(from))
    }

    fn to_source(&self, at: usize, is_end: bool) -> usize {
        // The edits that lie wholly before `at`. An edit that ends at `at` is before it, except
        // for one of no width where the span ends: what was removed there is outside the span.
        let before = self.edits.partition_point(|edit| {
            if is_end {
                edit.now.end <= at && edit.now.start < at
            } else {
                edit.now.end <= at
            }
        });
        if let Some(edit) = self.edits.get(before)
            && edit.now.start < at
            && at < edit.now.end
        {
            return if is_end {
                edit.source.end
            } else {
                edit.source.start
            };
        }
        match before.checked_sub(1).map(|last| &self.edits[last]) {
            Some(edit) => edit.source.end + (at - edit.now.end),
            None => self.span.start + at,
        }
    }

    /// Cuts the draft into documents: each of `cuts` is a byte of the current text at which the
    /// next document's first line begins, ascending. The source spans of the parts tile this
    /// one's: what was removed right before a cut stays with the part before it, what was
    /// inserted at a cut goes with the part after it. Notes go to the first part only.
    ///
    /// ```
    /// use qingwen::model::Draft;
    /// let parts = Draft::from_text("甲\n乙\n").split(&["甲\n".len()]);
    /// assert_eq!((parts[0].text(), parts[1].text()), ("甲\n", "乙\n"));
    /// assert_eq!(parts[0].span().end, parts[1].span().start);
    /// ```
    pub fn split(self, cuts: &[usize]) -> Vec<Self> {
        let end = self.text().len();
        let mut cuts: Vec<usize> = cuts
            .iter()
            .copied()
            .filter(|&at| 0 < at && at < end)
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        if cuts.is_empty() {
            return vec![self];
        }
        let text = self
            .text
            .as_deref()
            .unwrap_or(&self.source[self.span.range()]);
        let mut rest = self.edits.into_iter().peekable();
        let mut parts = Vec::with_capacity(cuts.len() + 1);
        let (mut from_now, mut from_source) = (0, self.span.start);
        let mut carried: Option<Edit> = None;
        for at in cuts.into_iter().chain([end]) {
            let is_last = at == end;
            let mut edits = Vec::new();
            while let Some(edit) = carried
                .take()
                .or_else(|| rest.next_if(|e| is_last || e.now.start < at || e.now.end <= at))
            {
                if !is_last && edit.now.end > at {
                    // The cut falls inside what an edit wrote: all of its source goes with the
                    // first half, the second half becomes an insertion.
                    let mut first = edit.clone();
                    let mut second = edit;
                    first.now.end = at;
                    second.now.start = at;
                    second.source.start = second.source.end;
                    edits.push(first);
                    carried = Some(second);
                    break;
                }
                edits.push(edit);
            }
            let source_end = match edits.last() {
                _ if is_last => self.span.end,
                Some(edit) => edit.source.end + (at - edit.now.end),
                None => from_source + (at - from_now),
            };
            for edit in &mut edits {
                edit.now = ByteSpan::new(edit.now.start - from_now, edit.now.end - from_now);
            }
            let span = ByteSpan::new(from_source, source_end);
            let part = text[from_now..at].to_owned();
            edits.retain(|edit| self.source[edit.source.range()] != part[edit.now.range()]);
            parts.push(Self {
                source: Arc::clone(&self.source),
                span,
                text: (!edits.is_empty()).then_some(part),
                edits,
                findings: Vec::new(),
                facts: Arc::clone(&self.facts),
                revision: 0,
                notes: Notes::default(),
            });
            (from_now, from_source) = (at, source_end);
        }
        for finding in self.findings {
            let home = parts
                .iter()
                .rposition(|part| part.span.start <= finding.span.start);
            parts[home.unwrap_or(0)].findings.push(finding);
        }
        parts[0].notes = self.notes;
        parts
    }

    /// The ledger of this document: disjoint, ascending source spans. Removals that touch are one
    /// change, so a site block that goes is a single entry.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::with_capacity(self.edits.len());
        for edit in &self.edits {
            let after = &self.text()[edit.now.range()];
            if let Some(last) = changes.last_mut()
                && last.end == edit.source.start
                && last.after.is_empty()
                && after.is_empty()
            {
                last.end = edit.source.end;
                last.before.push_str(&self.source[edit.source.range()]);
                add_rules(&mut last.rules, &edit.rules);
                last.confidence = last.confidence.min(edit.confidence);
                continue;
            }
            changes.push(Change {
                start: edit.source.start,
                end: edit.source.end,
                before: self.source[edit.source.range()].to_owned(),
                after: after.to_owned(),
                rules: edit.rules.clone(),
                confidence: edit.confidence,
            });
        }
        changes
    }
}

fn add_rules(to: &mut Rules, more: &[RuleId]) {
    for &rule in more {
        if !to.contains(&rule) {
            to.push(rule);
        }
    }
}

fn rewrite(text: &str, ops: &[Op], edits: &Edits) -> String {
    let grown: usize = ops.iter().map(|op| edits.text_of(op).len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut copied = 0;
    for op in ops {
        out.push_str(&text[copied..op.start]);
        out.push_str(edits.text_of(op));
        copied = op.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// Joins the edits source → now with the ops now → next into edits source → next.
///
/// Old edits and ops that touch one place become one edit. Touching means: they share a byte of
/// the current text, or one has no width there and lies inside the other, or both have no width
/// and lie at the same byte. Neighbours that merely meet stay apart.
fn compose(old: &[Edit], base: usize, ops: &[Op], edits: &Edits) -> Vec<Edit> {
    let mut out = Vec::with_capacity(old.len() + ops.len());
    let (mut i, mut j) = (0, 0);
    // Where the unchanged stretch before the group began: in the source, and in the current text.
    let (mut anchor_source, mut anchor_now) = (base, 0);
    let mut grown = 0_isize;
    let shift = |at: usize, by: isize| {
        at.checked_add_signed(by)
            .expect("edits stay inside the text")
    };
    while i < old.len() || j < ops.len() {
        let op_first = match (old.get(i), ops.get(j)) {
            (Some(edit), Some(op)) => {
                // At the same byte what has no width comes first.
                (op.start, op.end > op.start) < (edit.now.start, !edit.now.is_empty())
            }
            (None, _) => true,
            (_, None) => false,
        };
        let mut now = if op_first {
            ByteSpan::new(ops[j].start, ops[j].end)
        } else {
            old[i].now
        };
        let source_start = anchor_source + (now.start - anchor_now);
        let next_start = shift(now.start, grown);
        let mut rules = Rules::new();
        let mut later = Rules::new();
        let mut confidence = 1.0_f32;
        loop {
            let touches = |start: usize, end: usize| {
                if now.is_empty() {
                    start == now.start && end == start
                } else {
                    start < now.end
                }
            };
            if let Some(edit) = old
                .get(i)
                .filter(|edit| touches(edit.now.start, edit.now.end))
            {
                add_rules(&mut rules, &edit.rules);
                confidence = confidence.min(edit.confidence);
                (anchor_source, anchor_now) = (edit.source.end, edit.now.end);
                now.end = now.end.max(edit.now.end);
                i += 1;
            } else if let Some(op) = ops.get(j).filter(|op| touches(op.start, op.end)) {
                add_rules(&mut later, &[op.rule]);
                confidence = confidence.min(op.confidence);
                grown += edits.text_of(op).len() as isize - (op.end - op.start) as isize;
                now.end = now.end.max(op.end);
                j += 1;
            } else {
                break;
            }
        }
        add_rules(&mut rules, &later);
        // `anchor_now` may lie behind the end when an op reaches past the last old edit.
        let source_end = anchor_source + (now.end - anchor_now);
        (anchor_source, anchor_now) = (source_end, now.end);
        out.push(Edit {
            source: ByteSpan::new(source_start, source_end),
            now: ByteSpan::new(next_start, shift(now.end, grown)),
            rules,
            confidence,
        });
    }
    out
}
