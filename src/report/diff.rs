//! One document as a diff of its changes.

use serde::Serialize;

use crate::model::{ByteSpan, Change, Finding, Reason};

/// Characters shown on either side of a change.
const CONTEXT_CHARS: usize = 12;
/// Characters of a long removal that are shown.
const SHOWN_CHARS: usize = 160;

/// What is wrapped around the parts of a diff. All empty for plain text, where the brackets tell
/// what went and what came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Colours {
    /// Before what went.
    pub gone: &'static str,
    /// Before what came.
    pub come: &'static str,
    /// Before what is said beside.
    pub aside: &'static str,
    /// After each.
    pub reset: &'static str,
}

/// One document to be shown.
#[derive(Clone, Debug, Serialize)]
pub struct Shown<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title, where one was found.
    pub title: Option<&'a str>,
    /// Its bytes of the source.
    pub span: ByteSpan,
    /// Its cleaned text.
    pub text: &'a str,
    /// Its ledger.
    pub changes: &'a [Change],
    /// What speaks for each repair among them, and for each finding of one.
    #[serde(skip_serializing_if = "<[Reason]>::is_empty")]
    pub reasons: &'a [Reason],
}

/// Changes and findings of a record as lines for people: place, what went in `[-…-]`, what came
/// in `{+…+}`, rules and confidence.
pub fn text(
    source: &str,
    documents: &[Shown<'_>],
    findings: &[Finding],
    colours: Colours,
) -> String {
    let mut out = String::new();
    let lines = Lines::of(source);
    let Colours {
        gone,
        come,
        aside,
        reset,
    } = colours;
    for document in documents {
        let title = document.title.unwrap_or("no title");
        out += &format!("{aside}{}{reset}  {title}\n", document.id);
        for change in document.changes {
            let (before, after) = around(source, change.start, change.end);
            out += &format!("{aside}{:>5}{reset}  {before}", lines.number(change.start));
            if !change.before.is_empty() {
                out += &format!("{gone}[-{}-]{reset}", shown(&change.before));
            }
            if !change.after.is_empty() {
                out += &format!("{come}{{+{}+}}{reset}", shown(&change.after));
            }
            let rules: Vec<&str> = change.rules.iter().map(|rule| rule.as_str()).collect();
            out += &format!(
                "{after}  {aside}{}{}{reset}\n",
                rules.join(", "),
                sure(change.confidence)
            );
            for reason in document.reasons {
                if change.start <= reason.span.start && reason.span.end <= change.end {
                    out += &format!("       {aside}{}{reset}\n", why(reason));
                }
            }
        }
        if document.changes.is_empty() {
            out += "       nothing was changed\n";
        }
    }
    if documents.is_empty() {
        out += "no text is left of it\n";
    }
    if !findings.is_empty() {
        out += &format!("{aside}seen and not changed{reset}\n");
    }
    for finding in findings {
        let (before, after) = around(source, finding.span.start, finding.span.end);
        let suggestion = match &finding.suggestion {
            Some(text) => format!(" → {}", shown(text)),
            None => String::new(),
        };
        out += &format!(
            "{aside}{:>5}{reset}  {before}[{}]{after}{suggestion}  {aside}{}{}{reset}\n",
            lines.number(finding.span.start),
            shown(&finding.before),
            finding.rule,
            sure(finding.confidence),
        );
        let mut reasons = documents.iter().flat_map(|document| document.reasons);
        if let Some(reason) = reasons.find(|reason| reason.span == finding.span) {
            out += &format!("       {aside}{}{reset}\n", why(reason));
        }
    }
    out
}

/// The same as one JSON object.
pub fn json(
    record: &str,
    source: &str,
    encoding: &str,
    documents: &[Shown<'_>],
    findings: &[Finding],
) -> String {
    #[derive(Serialize)]
    struct Seen<'a> {
        start: usize,
        end: usize,
        before: &'a str,
        suggestion: Option<&'a str>,
        rule: &'a str,
        confidence: f32,
    }
    #[derive(Serialize)]
    struct Whole<'a> {
        record: &'a str,
        encoding: &'a str,
        source: &'a str,
        documents: &'a [Shown<'a>],
        findings: Vec<Seen<'a>>,
    }
    let findings = findings
        .iter()
        .map(|finding| Seen {
            start: finding.span.start,
            end: finding.span.end,
            before: &finding.before,
            suggestion: finding.suggestion.as_deref(),
            rule: finding.rule.as_str(),
            confidence: finding.confidence,
        })
        .collect();
    serde_json::to_string_pretty(&Whole {
        record,
        encoding,
        source,
        documents,
        findings,
    })
    .expect("texts and numbers are valid JSON")
}

/// What speaks for a repair, in natural logarithms of odds, on one line.
fn why(reason: &Reason) -> String {
    let mut parts = vec![format!("{:+.1} frequency", reason.frequency)];
    for (odds, name) in [
        (reason.left_context, "left"),
        (reason.right_context, "right"),
        (reason.both_contexts, "both sides"),
        (reason.network, "network"),
        (reason.phrase, "phrase"),
        (reason.document, "document"),
    ] {
        if odds != 0.0 {
            parts.push(format!("{odds:+.1} {name}"));
        }
    }
    format!(
        "{}→{}: {} = {:+.1}; {} × swapped, {} × {} by itself, page spun {:+.1}",
        shown(&reason.word),
        reason.suggestion,
        parts.join(", "),
        reason.total,
        reason.same_swaps,
        reason.survivors,
        reason.suggestion,
        reason.spun,
    )
}

fn sure(confidence: f32) -> String {
    if confidence == 1.0 {
        String::new()
    } else {
        format!(" {:.2}", (confidence * 100.0).floor() / 100.0)
    }
}

/// A text on one line, the middle of a long one left out. Control characters are named, so that
/// no document speaks to the terminal.
fn shown(text: &str) -> String {
    let count = text.chars().count();
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if count > SHOWN_CHARS && at == SHOWN_CHARS / 2 {
            out += &format!(" …{} characters… ", count - SHOWN_CHARS);
        }
        if count > SHOWN_CHARS && (SHOWN_CHARS / 2..count - SHOWN_CHARS / 2).contains(&at) {
            continue;
        }
        match c {
            '\n' => out.push('⏎'),
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                out += &format!("<U+{:04X}>", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// The text of the same line on either side.
fn around(source: &str, start: usize, end: usize) -> (String, String) {
    let before = &source[..start];
    let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let skip = before.chars().count().saturating_sub(CONTEXT_CHARS);
    let after: String = source[end..]
        .chars()
        .take_while(|&c| c != '\n')
        .take(CONTEXT_CHARS)
        .collect();
    (
        shown(&before.chars().skip(skip).collect::<String>()),
        shown(&after),
    )
}

/// Line numbers of bytes.
struct Lines(Vec<usize>);

impl Lines {
    fn of(source: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', source.as_bytes()).collect())
    }

    fn number(&self, at: usize) -> usize {
        self.0.partition_point(|&end| end < at) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RuleId;

    #[test]
    fn a_change_is_shown_with_its_line_and_rule() {
        let source = "甲\n健康快速开展。";
        let change = Change {
            start: 16,
            end: 22,
            before: "开展".into(),
            after: "发展".into(),
            rules: [RuleId::new("repair/spun")].into_iter().collect(),
            confidence: 0.9,
        };
        let reason = Reason {
            span: ByteSpan::new(16, 22),
            word: "开展".into(),
            suggestion: "发展".into(),
            frequency: -0.5,
            left_context: 2.0,
            right_context: 0.0,
            both_contexts: 1.25,
            network: 0.0,
            phrase: 4.5,
            document: 0.5,
            total: 7.75,
            same_swaps: 3,
            survivors: 1,
            spun: 9.0,
        };
        let shown = Shown {
            id: "a",
            title: None,
            span: ByteSpan::new(0, source.len()),
            text: "",
            changes: &[change],
            reasons: &[reason],
        };
        let text = text(source, &[shown], &[], Colours::default());
        assert!(
            text.contains("    2  健康快速[-开展-]{+发展+}。  repair/spun 0.90\n"),
            "{text}"
        );
        let why = "开展→发展: -0.5 frequency, +2.0 left, +1.2 both sides, +4.5 phrase, \
                   +0.5 document = +7.8; 3 × swapped, 1 × 发展 by itself, page spun +9.0";
        assert!(text.contains(why), "{text}");
    }

    #[test]
    fn a_document_cannot_speak_to_the_terminal() {
        assert_eq!(shown("\u{1b}[31m\n"), "<U+001B>[31m⏎");
    }
}
