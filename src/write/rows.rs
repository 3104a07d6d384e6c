//! The rows of the files, key by key as the contract has them.
//!
//! Texts are by far the most of it, so rows are written straight into a buffer.

use serde::Serialize;

use crate::config::Ledger;
use crate::model::{ByteSpan, Change, Fields, Finding, Notes, Reject, RuleId};

/// Everything that a row of `documents.jsonl` says.
#[derive(Debug)]
pub struct DocumentRow<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Id of the record it came out of.
    pub record: &'a str,
    /// `path` or `path:LINE`.
    pub source: &'a str,
    /// Hash of the source text.
    pub source_xxh3: &'a str,
    /// Which document of the record, from 1.
    pub part: usize,
    /// How many documents the record gave.
    pub parts: usize,
    /// Bytes of the source that are this document's.
    pub span: ByteSpan,
    /// Name of the encoding.
    pub encoding: &'a str,
    /// The cleaned text.
    pub text: &'a str,
    /// The other fields of the input record; none for a file that is one document.
    pub fields: Option<&'a Fields>,
    /// Title, meta, spun ratio.
    pub notes: &'a Notes,
    /// The ledger of this document.
    pub changes: &'a [Change],
}

/// Writes a JSON string, escaped as serde_json does it. Stretches without anything to escape are
/// copied whole.
pub fn json_text(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    let mut rest = text.as_bytes();
    out.reserve(rest.len() + rest.len() / 16 + 2);
    out.push(b'"');
    while !rest.is_empty() {
        // Whole blocks at first: such a loop is done on many bytes at once.
        let mut plain = 0;
        for block in rest.chunks_exact(STRETCH_BYTES) {
            if !block.iter().fold(true, |all, &byte| all & is_plain(byte)) {
                break;
            }
            plain += STRETCH_BYTES;
        }
        let tail = &rest[plain..];
        plain += tail
            .iter()
            .position(|&byte| !is_plain(byte))
            .unwrap_or(tail.len());
        out.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        let Some((&byte, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    out.push(b'"');
}

/// Bytes that are looked through at once for something to escape.
const STRETCH_BYTES: usize = 32;

fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("rows hold nothing but text and numbers");
}

/// A value as it was written, on one line: line ends can only stand between its parts.
fn raw(out: &mut Vec<u8>, value: &[u8]) {
    if memchr::memchr2(b'\n', b'\r', value).is_none() {
        out.extend_from_slice(value);
    } else {
        out.extend(
            value
                .iter()
                .copied()
                .filter(|byte| !matches!(byte, b'\n' | b'\r')),
        );
    }
}

fn key(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Writes a document up to what only clustering knows; [`close_document`] ends the row.
pub fn document(out: &mut Vec<u8>, row: &DocumentRow<'_>, text_field: &str) {
    out.reserve(row.text.len() + row.text.len() / 8 + 512);
    out.extend_from_slice(b"{\"id\":");
    json_text(out, row.id);
    out.push(b',');
    json_text(out, text_field);
    out.push(b':');
    json_text(out, row.text);
    match row.fields {
        None => {
            key(out, "title");
            write(out, &row.notes.title);
        }
        Some(fields) => {
            for (name, value) in fields {
                if name != "qingwen" && name != "id" && name != text_field {
                    out.push(b',');
                    json_text(out, name);
                    out.push(b':');
                    raw(out, value.get().as_bytes());
                }
            }
        }
    }
    out.extend_from_slice(b",\"qingwen\":{\"record\":");
    json_text(out, row.record);
    key(out, "source");
    json_text(out, row.source);
    key(out, "source_xxh3");
    json_text(out, row.source_xxh3);
    key(out, "part");
    write(out, &row.part);
    key(out, "parts");
    write(out, &row.parts);
    key(out, "span");
    write(out, &row.span);
    key(out, "title");
    write(out, &row.notes.title);
    key(out, "meta");
    write(out, &row.notes.meta);
    key(out, "encoding");
    json_text(out, row.encoding);
    key(out, "changes");
    write(out, &row.changes.len());
    key(out, "removed_chars");
    write(out, &removed_chars(row.changes));
    key(out, "spun_ratio");
    write(out, &four_digits(row.notes.spun_ratio));
    if let Some(family) = &row.notes.spun_family {
        key(out, "spun_family");
        json_text(out, family);
    }
}

/// Ends a row of [`document`]: the cluster and how many are in it, or nothing where nothing was
/// clustered.
pub fn close_document(out: &mut Vec<u8>, cluster: Option<(&str, u64)>) {
    key(out, "cluster");
    write(out, &cluster.map(|(id, _)| id));
    key(out, "cluster_size");
    write(out, &cluster.map(|(_, size)| size));
    out.extend_from_slice(b"}}\n");
}

/// A whole row of a document up to what only clustering knows, so that it can be closed anew.
/// Leaves one of another making as it is and returns false.
pub fn reopen_document(row: &mut Vec<u8>) -> bool {
    // Within a string the quotes would be escaped.
    match memchr::memmem::rfind(row, b",\"cluster\":") {
        Some(at) => {
            row.truncate(at);
            true
        }
        None => false,
    }
}

/// Characters that went and were not replaced.
fn removed_chars(changes: &[Change]) -> usize {
    let chars = |text: &str| text.chars().count();
    changes
        .iter()
        .map(|change| chars(&change.before).saturating_sub(chars(&change.after)))
        .sum()
}

fn four_digits(ratio: f64) -> f64 {
    (ratio * 10_000.0).round() / 10_000.0
}

/// Writes the ledger row of one record. Nothing for a record without changes.
pub fn changes(
    out: &mut Vec<u8>,
    record: &str,
    source_xxh3: &str,
    changes: &[Change],
    ledger: Ledger,
) {
    if changes.is_empty() || ledger == Ledger::Off {
        return;
    }
    out.extend_from_slice(b"{\"record\":");
    json_text(out, record);
    key(out, "source_xxh3");
    json_text(out, source_xxh3);
    key(out, "changes");
    for (at, change) in changes.iter().enumerate() {
        out.extend_from_slice(if at == 0 {
            b"[{\"start\":"
        } else {
            b",{\"start\":"
        });
        write(out, &change.start);
        key(out, "end");
        write(out, &change.end);
        if ledger == Ledger::Full {
            key(out, "before");
            json_text(out, &change.before);
        }
        key(out, "after");
        json_text(out, &change.after);
        key(out, "rules");
        write(out, &change.rules);
        if change.confidence != 1.0 {
            key(out, "confidence");
            write(out, &change.confidence);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}\n");
}

/// Writes one finding.
pub fn finding(out: &mut Vec<u8>, record: &str, finding: &Finding) {
    #[derive(Serialize)]
    struct Row<'a> {
        record: &'a str,
        start: usize,
        end: usize,
        before: &'a str,
        suggestion: Option<&'a str>,
        rule: RuleId,
        confidence: f32,
        #[serde(skip_serializing_if = "Option::is_none")]
        raw_hex: Option<&'a str>,
    }
    let row = Row {
        record,
        start: finding.span.start,
        end: finding.span.end,
        before: &finding.before,
        suggestion: finding.suggestion.as_deref(),
        rule: finding.rule,
        confidence: finding.confidence,
        raw_hex: finding.raw_hex.as_deref(),
    };
    write(out, &row);
    out.push(b'\n');
}

/// Writes any row.
pub fn row<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    write(out, value);
    out.push(b'\n');
}

/// Writes one reject.
pub fn reject(out: &mut Vec<u8>, reject: &Reject) {
    write(out, reject);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_serde_json_does_it() {
        let all: String = (0..0x300_u32).filter_map(char::from_u32).collect();
        let long = "粮食产量稳步增长，农民收入不断提高。".repeat(9);
        let mixed = format!("{long}\n{long}\"引号\"\\{long}\u{1}\u{7f}\u{2028}");
        for text in ["", "\n", "秋收", &all, &long, &mixed] {
            let mut out = Vec::new();
            json_text(&mut out, text);
            assert_eq!(
                String::from_utf8(out).unwrap(),
                serde_json::to_string(text).unwrap()
            );
        }
    }
}
