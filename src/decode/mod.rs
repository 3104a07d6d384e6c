//! Which characters are these bytes? Bytes → text and what was lost on the way.
//!
//! Enters: the bytes of a file and what is declared about them. Leaves: text, the name of the
//! encoding, and a finding for every byte that was no character. It refuses to lose a document.
//! A text that was read wrongly before it came here is put right by [`run`], line by line.

mod charset;
mod codec;
mod escapes;
mod mojibake;
mod naturalness;
mod readers;
mod rules;
mod tables;

use std::fmt::Write;

use self::codec::{Codec, Text};
use crate::config::DecodeSettings;
use crate::model::{ByteSpan, Draft, Edits, Facts, Finding, RuleDoc, RuleId};

const BAD_BYTE: RuleId = RuleId::new("decode/bad-byte");
const ESCAPES: RuleId = RuleId::new("decode/escapes");
const NOISE: RuleId = RuleId::new("decode/replacement-noise");

/// The text of some bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text, without a leading BOM; U+FFFD where a byte was no character.
    pub text: String,
    /// Lower-case name of the encoding as Python knows it: `utf-8`, `gb18030`, `big5hkscs`,
    /// `utf-16-le`, … Of a file of several the one of most lines.
    pub encoding: &'static str,
    /// Every bad byte with its place in `text`.
    pub findings: Vec<Finding>,
}

/// Decodes the bytes of one text file. A byte order mark decides; valid UTF-8 is UTF-8; else the
/// encoding is the one whose text is most natural, with what is declared and chardetng's guess as
/// votes. Lines that are plainly of another encoding are read in that.
///
/// ```
/// use qingwen::config::DecodeSettings;
/// use qingwen::model::Facts;
/// let bytes = b"\xB9\xD8\xD3\xDA\xC7\xEF\xCA\xD5\xB5\xC4\xCD\xA8\xD6\xAA";
/// let decoded = qingwen::decode::decode(bytes, &Facts::default(), &DecodeSettings::default());
/// assert_eq!((decoded.text.as_str(), decoded.encoding), ("关于秋收的通知", "gb18030"));
/// ```
pub fn decode(bytes: &[u8], facts: &Facts, settings: &DecodeSettings) -> Decoded {
    let (codec, mark_bytes) = charset::byte_order_mark(bytes)
        .unwrap_or_else(|| (charset::detect(bytes, facts.declared_charset.as_deref()), 0));
    let body = &bytes[mark_bytes..];
    let read = match codec {
        Codec::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => Text {
                text: text.to_owned(),
                bad: Vec::new(),
            },
            Err(_) => by_line(codec, body),
        },
        Codec::Gb18030 | Codec::Big5 | Codec::ShiftJis | Codec::EucJp | Codec::EucKr => {
            by_line(codec, body)
        }
        _ => codec.read(body),
    };
    let findings = if settings.switches.is_on(BAD_BYTE, true) {
        read.bad
            .iter()
            .map(|&(at, byte)| bad_byte(at, body[byte]))
            .collect()
    } else {
        Vec::new()
    };
    Decoded {
        encoding: name(codec, body),
        text: read.text,
        findings,
    }
}

/// The encoding's name; of Big5's two kinds in Python the one that gives this very text.
fn name(codec: Codec, body: &[u8]) -> &'static str {
    if codec != Codec::Big5 {
        return codec.name();
    }
    let (mut differs, mut extended) = (false, false);
    let mut at = 0;
    while at < body.len() {
        let trail = body.get(at + 1).copied().unwrap_or(0);
        let pair = u16::from_be_bytes([body[at], trail]);
        if body[at] < 0x80 {
            at += 1;
            continue;
        }
        differs |= matches!(
            pair,
            0xA145
                | 0xA14E
                | 0xA1C2
                | 0xA1E3
                | 0xA1F2
                | 0xA1F3
                | 0xA241
                | 0xA242
                | 0xA244
                | 0xA246
                | 0xA247
        );
        extended |= matches!(pair, 0x8100..=0xA0FF | 0xC6A1..=0xC8FF | 0xF9D6..=0xFFFF);
        at += 2;
    }
    if differs && !extended {
        "cp950"
    } else {
        codec.name()
    }
}

fn bad_byte(at: usize, byte: u8) -> Finding {
    let mut raw_hex = String::with_capacity(2);
    let _ = write!(raw_hex, "{byte:02x}");
    Finding {
        span: ByteSpan::new(at, at + '\u{FFFD}'.len_utf8()),
        before: '\u{FFFD}'.to_string(),
        suggestion: None,
        rule: BAD_BYTE,
        confidence: 1.0,
        raw_hex: Some(raw_hex),
    }
}

/// Reads a file line by line: a line that reads badly is tried in other encodings, and a damaged
/// one is read by the cheapest way through it.
fn by_line(codec: Codec, body: &[u8]) -> Text {
    /// From here on a line is too strange to be taken as it is.
    const STRANGE: u8 = 12;
    let whole = codec.read(body);
    let mut out = Text {
        text: String::with_capacity(whole.text.len()),
        bad: Vec::new(),
    };
    let (mut text_at, mut bad_at, mut at) = (0, 0, 0);
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        // No candidate here has a character that holds the byte of a line end, so the lines of
        // the text are the lines of the bytes.
        let text = &whole.text[text_at..];
        let text =
            &text[..memchr::memchr(b'\n', text.as_bytes()).map_or(text.len(), |end| end + 1)];
        let bad = whole.bad[bad_at..]
            .iter()
            .take_while(|&&(place, _)| place < text_at + text.len())
            .count();
        let is_strange = || {
            !naturalness::is_surely_below(text, naturalness::Cost::from(STRANGE))
                && naturalness::strangeness(text) > f32::from(STRANGE)
        };
        let suspect = !line.is_ascii() && (bad > 0 || is_strange());
        if suspect {
            let read = codec.read_damaged(line);
            let cost = read.cost();
            let foreign = !matches!(codec, Codec::Utf8 | Codec::Gb18030 | Codec::Big5);
            if let Some((_, better)) = (bad > 0 || !foreign)
                .then(|| charset::better_for_line(line, codec, cost))
                .flatten()
            {
                out.text.push_str(&better);
            } else if bad > 0 {
                let base = out.text.len();
                out.text.push_str(&read.text);
                out.bad.extend(
                    read.bad
                        .iter()
                        .map(|&(place, byte)| (base + place, at + byte)),
                );
            } else {
                out.text.push_str(text);
            }
        } else {
            out.text.push_str(text);
        }
        text_at += text.len();
        bad_at += bad;
        at += line.len();
    }
    out
}

/// Undoes mojibake and escapes in a text, line by line, and reports what stands for lost text.
///
/// ```
/// use qingwen::config::DecodeSettings;
/// use qingwen::model::Draft;
/// let mut draft = Draft::from_text("鏁欒偛閮ㄩ棬鐨勯€氱煡\n第一条");
/// qingwen::decode::run(&mut draft, &DecodeSettings::default());
/// assert_eq!(draft.text(), "教育部门的通知\n第一条");
/// ```
pub fn run(draft: &mut Draft, settings: &DecodeSettings) {
    let text = draft.text();
    let suspects = mojibake::suspects(text);
    if suspects.is_empty() {
        return;
    }
    let is_on = |rule: RuleId| settings.switches.is_on(rule, true);
    let undone = undo_lines(text, &suspects, &is_on);
    let mut edits = Edits::default();
    let mut findings = Vec::new();
    let mut lost = 0;
    for (line, undone) in suspects.iter().zip(undone) {
        let base = line.start;
        let old = &text[line.start..line.end];
        if let Some(undone) = undone {
            let (start, end) = (base + undone.start, base + undone.end);
            let rule = undone.kind.rule();
            if !undone.is_sure {
                findings.push((start, end, Some(undone.text), rule, undone.confidence));
                continue;
            }
            if undone.lost > 0 {
                findings.push((start, end, None, rule, 1.0));
                lost += undone.lost;
            }
            edits.replace_with(start, end, &undone.text, rule, undone.confidence);
            continue;
        }
        if line.has_escapes && is_on(ESCAPES) {
            for run in escapes::spelt(old) {
                edits.replace_with(base + run.start, base + run.end, &run.text, ESCAPES, 0.95);
            }
        }
        if line.has_noise && is_on(NOISE) {
            for (start, end) in mojibake::noise(old) {
                findings.push((base + start, base + end, None, NOISE, 1.0));
            }
        }
    }
    let known = draft.findings();
    for (start, end, suggestion, rule, confidence) in findings {
        // What the bytes have shown to be bad, or an undone line has lost, is known already.
        let span = draft.source_span(start, end);
        let before = known.partition_point(|finding| finding.span.start <= span.start);
        let is_known = rule == NOISE
            && before > 0
            && known[before - 1].rule != NOISE
            && known[before - 1].span.end > span.start;
        if !is_known {
            draft.report(start, end, suggestion, rule, confidence);
        }
    }
    draft.notes.losses = draft
        .notes
        .losses
        .saturating_add(u32::try_from(lost).unwrap_or(u32::MAX));
    draft.apply(edits);
}

/// What each of the suspect lines was. Lines that are in doubt are judged once more in the light
/// of the misreading that most of the others have been through.
fn undo_lines(
    text: &str,
    suspects: &[mojibake::Suspect],
    is_on: &dyn Fn(RuleId) -> bool,
) -> Vec<Option<mojibake::Undone>> {
    let undo = |line: &mojibake::Suspect, helped| {
        line.hints
            .any()
            .then(|| mojibake::undo(&text[line.start..line.end], line.hints, is_on, helped))
            .flatten()
    };
    let mut undone: Vec<_> = suspects.iter().map(|line| undo(line, None)).collect();
    let mut kinds: Vec<(usize, mojibake::Kind)> = Vec::new();
    for undone in undone.iter().flatten().filter(|undone| undone.is_sure) {
        match kinds.iter_mut().find(|(_, kind)| *kind == undone.kind) {
            Some((count, _)) => *count += 1,
            None => kinds.push((1, undone.kind)),
        }
    }
    let common = kinds.iter().max_by_key(|&&(count, _)| count);
    if let Some(&(count, kind)) = common
        && count >= 2
    {
        for (line, undone) in suspects.iter().zip(&mut undone) {
            if undone.as_ref().is_none_or(|undone| !undone.is_sure) {
                *undone = undo(line, Some(kind)).or(undone.take());
            }
        }
    }
    undone
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    rules::all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut draft = Draft::from_text(text);
        run(&mut draft, &DecodeSettings::default());
        draft.text().to_owned()
    }

    #[test]
    fn the_examples_of_the_rules_hold() {
        for rule in rules() {
            for (before, after) in rule.examples {
                assert_eq!(cleaned(before), after, "{}", rule.id);
            }
            for text in rule.keeps {
                assert_eq!(cleaned(text), text, "{}", rule.id);
            }
        }
    }
}
