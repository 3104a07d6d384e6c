//! `--mode paragraph`: what an earlier document has said already goes from the later ones.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::cook::{Kitchen, Served};
use super::flow::pool;
use super::rows::{AssignmentRow, ParagraphRow};
use super::stream::{Job, stream, take_all};
use super::totals::Totals;
use crate::Result;
use crate::fingerprint::{Scratch, form_hash};
use crate::index::Firsts;
use crate::model::{ByteSpan, Draft, Edits, RuleDoc, RuleId};
use crate::write::{self, IdStore, Kind, Outlet};

/// A paragraph that an earlier document has.
pub(super) const REPEATED: RuleId = RuleId::new("dedupe/repeated-paragraph");

/// Tokens of the canonical form, which are hanzi for the most part, from which a paragraph is one
/// that is looked for. Headings, salutations and closing words stand in every document and stay.
const LEAST_TOKENS: u32 = 32;
/// The same for a line that does not end like a sentence: it may be a long heading.
const LEAST_OPEN_TOKENS: u32 = 64;

/// A paragraph that may be another document's too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paragraph {
    /// Hash of its canonical form.
    key: u128,
    /// Its bytes of the clean text, without the line end.
    span: ByteSpan,
}

/// The paragraphs of a document that are long enough to be looked for: its lines, but for the
/// title.
pub(super) fn paragraphs(draft: &Draft) -> Vec<Paragraph> {
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    let mut is_first = true;
    for (span, line) in lines(draft.text()) {
        if line.trim().is_empty() {
            continue;
        }
        let is_title = std::mem::take(&mut is_first) && is_title(line, draft);
        // A token is a byte at least.
        if is_title || line.len() < LEAST_TOKENS as usize {
            continue;
        }
        let (key, tokens) = form_hash(line, &mut scratch);
        let least = if ends_like_a_sentence(line.trim_end()) {
            LEAST_TOKENS
        } else {
            LEAST_OPEN_TOKENS
        };
        if tokens >= least {
            found.push(Paragraph { key, span });
        }
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = (ByteSpan, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let span = ByteSpan::new(start, start + line.len());
        start = span.end + 1;
        (span, line)
    })
}

/// Whether the first line is a title: the one that was found, or what does not end like a sentence.
fn is_title(line: &str, draft: &Draft) -> bool {
    let line = line.trim();
    draft.notes.title.as_deref().map(str::trim) == Some(line) || !ends_like_a_sentence(line)
}

fn ends_like_a_sentence(line: &str) -> bool {
    line.ends_with([
        '。', '！', '？', '；', '”', '…', '）', '.', '!', '?', ';', ')', '」', '』',
    ])
}

/// Takes paragraphs out of a text, each with its line end and the blank lines that would come to
/// stand in a row. `gone` ascend.
fn removals(text: &str, gone: &[ByteSpan]) -> Edits {
    let mut edits = Edits::default();
    let blank_after = |at: usize| {
        let rest = &text[at..];
        let blank = rest.len()
            - rest
                .trim_start_matches([' ', '\t', '\u{3000}', '\r', '\n'])
                .len();
        rest[..blank].rfind('\n').map_or(0, |end| end + 1)
    };
    let mut open: Option<(usize, usize)> = None;
    let mut close = |open: (usize, usize)| {
        let (mut start, mut end) = open;
        let before = &text[..start];
        let stands_free = before.is_empty() || before.ends_with("\n\n");
        let after = end + blank_after(end);
        if after == text.len() || text[after..].trim().is_empty() {
            // Nothing follows: the text before ends as the text did.
            let kept = before
                .trim_end_matches(['\n', '\r', ' ', '\t', '\u{3000}'])
                .len();
            let tail = usize::from(text.ends_with('\n') && kept > 0);
            start = kept;
            end = text.len() - tail;
        } else if stands_free {
            end = after;
        }
        edits.remove(start, end, REPEATED);
    };
    for span in gone {
        let end = (span.end + 1).min(text.len());
        match &mut open {
            // Side by side, or with nothing but blank lines between them.
            Some((_, to)) if text[*to..span.start].trim().is_empty() => *to = end,
            _ => {
                if let Some(done) = open.replace((span.start, end)) {
                    close(done);
                }
            }
        }
    }
    if let Some(done) = open {
        close(done);
    }
    edits
}

/// Remembers which document had a paragraph first.
struct Memory {
    firsts: Firsts,
    /// Ids of the documents that had a paragraph first.
    ids: IdStore,
    looked_at: u64,
    repeated: u64,
    repeated_chars: u64,
}

impl Memory {
    fn new(memory_bytes: usize, folder: &Path) -> Result<Self> {
        Ok(Self {
            firsts: Firsts::new(memory_bytes / 4, folder),
            ids: IdStore::create(folder)?,
            looked_at: 0,
            repeated: 0,
            repeated_chars: 0,
        })
    }

    /// Takes out of a record's documents what earlier ones have, and remembers the rest.
    fn trim(
        &mut self,
        mut served: Served,
        kitchen: &Kitchen,
        outlet: &mut dyn Outlet,
    ) -> Result<Served> {
        let mut is_changed = false;
        for plate in &served.documents {
            let draft = &mut served.cleaned.parts[plate.at].draft;
            let mut gone = Vec::new();
            let mut new = Vec::new();
            for paragraph in &plate.paragraphs {
                match self.firsts.get(paragraph.key)? {
                    Some(first) => gone.push((paragraph.span, first)),
                    None => new.push(paragraph.key),
                }
            }
            self.looked_at += plate.paragraphs.len() as u64;
            if !new.is_empty() {
                let place = self.ids.put(&plate.id)?;
                for key in new {
                    self.firsts.add(key, place)?;
                }
            }
            if gone.is_empty() {
                continue;
            }
            let mut row = Vec::new();
            for &(span, first) in &gone {
                let chars = draft.text()[span.range()].chars().count() as u64;
                let source = draft.source_span(span.start, span.end);
                self.repeated += 1;
                self.repeated_chars += chars;
                let paragraph = ParagraphRow {
                    id: &plate.id,
                    record: &served.cleaned.record,
                    start: source.start,
                    end: source.end,
                    chars,
                    first: &self.ids.load(first)?,
                };
                write::row(&mut row, &paragraph);
            }
            outlet.put(Kind::Paragraphs, &row)?;
            let gone: Vec<ByteSpan> = gone.into_iter().map(|(span, _)| span).collect();
            let edits = removals(draft.text(), &gone);
            is_changed |= draft.apply(edits);
        }
        if is_changed {
            served = kitchen.again(served);
        }
        Ok(served)
    }

    fn facts(&self) -> Value {
        json!({
            "mode": "paragraph",
            "least_tokens": LEAST_TOKENS,
            "paragraphs": self.looked_at,
            "repeated": self.repeated,
            "repeated_chars": self.repeated_chars,
        })
    }
}

/// Keeps the first of equal paragraphs, whatever documents they stand in; every document with
/// text left stays.
pub(super) fn run(
    job: Job<'_>,
    kitchen: &Arc<Kitchen>,
    tmp_dir: &Path,
    outlet: &mut dyn Outlet,
) -> Result<(Totals, Value)> {
    let settings = job.settings;
    let pool = pool(settings.threads)?;
    let memory_bytes = usize::try_from(settings.memory_bytes()?).unwrap_or(usize::MAX);
    let mut memory = Memory::new(memory_bytes, tmp_dir)?;
    let mut row = Vec::new();
    let mut totals = stream(
        job,
        kitchen,
        &pool,
        outlet,
        take_all,
        |served, outlet| memory.trim(served, kitchen, outlet),
        |served, outlet| {
            for plate in &mut served.documents {
                write::close_document(&mut plate.row, Some((&plate.id, 1)));
                outlet.put(Kind::Documents, &plate.row)?;
                if outlet.wants_texts() {
                    outlet.text(&plate.id, served.cleaned.parts[plate.at].draft.text())?;
                }
                row.clear();
                let assignment = AssignmentRow {
                    id: &plate.id,
                    record: &served.cleaned.record,
                    part: u32::try_from(plate.part).unwrap_or(u32::MAX),
                    span: plate.span,
                    cluster: &plate.id,
                    keep: true,
                    duplicate_of: None,
                    relation: None,
                    measure: None,
                    similarity: None,
                    better: None,
                };
                write::row(&mut row, &assignment);
                outlet.put(Kind::Assignments, &row)?;
            }
            Ok(())
        },
    )?;
    totals.kept = totals.documents_made;
    Ok((totals, memory.facts()))
}

/// What the rule of this file says of itself.
pub(super) fn rules() -> Vec<RuleDoc> {
    vec![RuleDoc {
        id: REPEATED,
        since: "0.1.0",
        on_by_default: true,
        removes: "With --mode paragraph: a paragraph of 32 characters and more (64 where it does not end like a sentence) that an earlier document of the run has already, whatever its width, spaces, punctuation and traditional characters. paragraphs.jsonl names the document that keeps it.",
        why: "Reprints and templates repeat whole paragraphs among new ones; a model or an index should meet each of them once.",
        examples: Vec::new(),
        leaves_alone: "All paragraphs without --mode paragraph. With it: the first of them, titles, headings and other short lines, what a document repeats of itself, and a paragraph with another number, word or name.",
        keeps: vec![
            "关于做好秋收工作的通知",
            "一、加强领导，压实责任",
            "特此通知。",
        ],
        risk: "What two documents rightly share, such as a statute's article that another quotes, stays in the first alone.",
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, gone: &[&str]) -> String {
        let mut draft = Draft::from_text(text);
        let spans: Vec<ByteSpan> = gone
            .iter()
            .map(|line| {
                let start = text.find(line).unwrap();
                ByteSpan::new(start, start + line.len())
            })
            .collect();
        let edits = removals(text, &spans);
        draft.apply(edits);
        draft.text().to_owned()
    }

    #[test]
    fn what_is_left_reads_as_if_it_had_not_been_there() {
        assert_eq!(
            without("题\n甲。\n乙。\n丙。\n", &["乙。"]),
            "题\n甲。\n丙。\n"
        );
        assert_eq!(
            without("题\n\n甲。\n\n乙。\n\n丙。", &["乙。"]),
            "题\n\n甲。\n\n丙。"
        );
        assert_eq!(without("题\n\n甲。\n\n乙。", &["乙。"]), "题\n\n甲。");
        assert_eq!(without("题\n\n甲。\n\n乙。\n", &["乙。"]), "题\n\n甲。\n");
        assert_eq!(
            without("题\n甲。\n\n乙。\n丙。", &["甲。", "乙。"]),
            "题\n丙。"
        );
        assert_eq!(
            without("甲。\n\n乙。\n\n丙。\n", &["甲。", "丙。"]),
            "乙。\n"
        );
        assert_eq!(without("甲。\n\n乙。\n", &["甲。", "乙。"]), "");
    }

    #[test]
    fn titles_and_short_lines_are_no_paragraphs() {
        let long = "各乡镇人民政府要加强组织领导，落实工作责任，抢抓晴好天气，确保秋粮颗粒归仓、应收尽收。";
        let title =
            "关于认真做好二〇二四年全县秋粮收购和秋冬种生产以及冬季农田水利基本建设工作的通知";
        let heading =
            "（二）认真做好二〇二四年全县秋粮收购和秋冬种生产以及冬季农田水利基本建设工作";
        let text = format!("{title}\n一、加强领导\n{heading}\n{long}\n特此通知。\n");
        let draft = Draft::from_text(&text);
        let found = paragraphs(&draft);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].span.range()], long);
        for keep in rules().into_iter().flat_map(|rule| rule.keeps) {
            let text = format!("{title}\n{keep}\n");
            assert_eq!(paragraphs(&Draft::from_text(&text)), []);
        }
        // A document of one paragraph has no title.
        assert_eq!(paragraphs(&Draft::from_text(long)).len(), 1);
    }
}
