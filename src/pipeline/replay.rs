//! Rows of an earlier run, and source + changes = output.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::ByteSpan;
use crate::read::Rows;
use crate::{Error, Result};

/// One change as it stands in `changes.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeRow {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Absent in a compact ledger.
    pub(super) before: Option<String>,
    pub(super) after: String,
}

/// A row of `changes.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct LedgerRow {
    pub(super) record: String,
    pub(super) source_xxh3: String,
    pub(super) changes: Vec<ChangeRow>,
}

/// The `qingwen` object of a row of `documents.jsonl`, as far as it is checked.
#[derive(Debug, Deserialize)]
pub(super) struct Stamp {
    pub(super) record: String,
    pub(super) source_xxh3: String,
    pub(super) part: usize,
    pub(super) parts: usize,
    pub(super) span: ByteSpan,
}

/// A row of `documents.jsonl`.
#[derive(Debug)]
pub(super) struct TextRow {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) stamp: Stamp,
}

impl TextRow {
    pub(super) fn parse(row: &[u8], text_field: &str) -> std::result::Result<Self, String> {
        let fields: BTreeMap<String, &RawValue> =
            serde_json::from_slice(row).map_err(|error| error.to_string())?;
        fn field<'a, T: Deserialize<'a>>(
            fields: &BTreeMap<String, &'a RawValue>,
            name: &str,
        ) -> std::result::Result<T, String> {
            let raw = fields
                .get(name)
                .ok_or_else(|| format!("no field {name:?}"))?;
            serde_json::from_str(raw.get()).map_err(|error| format!("field {name:?}: {error}"))
        }
        Ok(Self {
            id: field(&fields, "id")?,
            text: field(&fields, text_field)?,
            stamp: field(&fields, "qingwen")?,
        })
    }
}

/// A row of `assignments.jsonl`, as far as it is checked.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AssignmentIn {
    pub(super) id: String,
    pub(super) record: String,
    pub(super) part: usize,
    pub(super) span: ByteSpan,
    pub(super) cluster: String,
    pub(super) keep: bool,
    pub(super) duplicate_of: Option<String>,
    pub(super) relation: Option<String>,
    pub(super) measure: Option<String>,
    pub(super) similarity: Option<f64>,
}

/// How a row is parsed; the error says what is wrong with it.
type Parse<T> = Box<dyn Fn(&[u8]) -> std::result::Result<T, String> + Send>;

/// Rows with one looked at in advance.
pub(super) struct Peeked<T> {
    rows: Option<Rows>,
    parse: Parse<T>,
    file: &'static str,
    next: Option<T>,
    number: u64,
}

impl<T> Peeked<T> {
    pub(super) fn new(
        rows: Option<Rows>,
        file: &'static str,
        parse: impl Fn(&[u8]) -> std::result::Result<T, String> + Send + 'static,
    ) -> Result<Self> {
        let mut peeked = Self {
            rows,
            parse: Box::new(parse),
            file,
            next: None,
            number: 0,
        };
        peeked.advance()?;
        Ok(peeked)
    }

    fn advance(&mut self) -> Result<()> {
        self.next = None;
        if let Some(rows) = &mut self.rows
            && let Some(row) = rows.next_row()?
        {
            self.number += 1;
            let parsed = (self.parse)(row).map_err(|problem| Error::Check {
                what: format!("{}, row {}", self.file, self.number),
                problem,
            })?;
            self.next = Some(parsed);
        }
        Ok(())
    }

    pub(super) fn peek(&self) -> Option<&T> {
        self.next.as_ref()
    }

    pub(super) fn take(&mut self) -> Result<Option<T>> {
        let taken = self.next.take();
        self.advance()?;
        Ok(taken)
    }

    pub(super) fn take_if(&mut self, wanted: impl Fn(&T) -> bool) -> Result<Option<T>> {
        if self.next.as_ref().is_some_and(wanted) {
            self.take()
        } else {
            Ok(None)
        }
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(&T) -> bool) -> Result<Vec<T>> {
        let mut taken = Vec::new();
        while let Some(row) = self.take_if(&wanted)? {
            taken.push(row);
        }
        Ok(taken)
    }
}

/// JSON of a row.
pub(super) fn json<T: for<'a> Deserialize<'a>>(row: &[u8]) -> std::result::Result<T, String> {
    serde_json::from_slice(row).map_err(|error| error.to_string())
}

/// Checks that changes are in order, disjoint, on character boundaries, and right about what
/// stood there.
pub(super) fn check_changes(
    source: &str,
    changes: &[ChangeRow],
) -> std::result::Result<(), String> {
    let mut last: Option<&ChangeRow> = None;
    for change in changes {
        let place = format!("change {}..{}", change.start, change.end);
        let Some(here) = source.get(change.start..change.end) else {
            return Err(format!(
                "{place}: not on characters of a source of {} bytes",
                source.len()
            ));
        };
        if last.is_some_and(|last| {
            change.start < last.end || (change.start, change.end) == (last.start, last.end)
        }) {
            return Err(format!("{place}: overlaps the one before it"));
        }
        if change
            .before
            .as_deref()
            .is_some_and(|before| before != here)
        {
            return Err(format!(
                "{place}: `before` is not what the source has there"
            ));
        }
        if change.after == here {
            return Err(format!("{place}: changes nothing"));
        }
        last = Some(change);
    }
    Ok(())
}

/// Whether a change is of the document with that span. An insertion where two documents meet is
/// of the second.
pub(super) fn belongs(change: &ChangeRow, span: ByteSpan, is_last: bool) -> bool {
    let on_the_border =
        change.start == change.end && change.end == span.end && change.start > span.start;
    span.start <= change.start && change.end <= span.end && (is_last || !on_the_border)
}

/// Replays the changes of one document within its span.
pub(super) fn replay(
    source: &str,
    span: ByteSpan,
    is_last: bool,
    changes: &[ChangeRow],
) -> std::result::Result<String, String> {
    let mut out = String::with_capacity(span.len_bytes());
    let mut at = span.start;
    let slice = |start: usize, end: usize| {
        source
            .get(start..end)
            .ok_or_else(|| format!("span {start}..{end} is not on characters"))
    };
    for change in changes
        .iter()
        .filter(|change| belongs(change, span, is_last))
    {
        out.push_str(slice(at, change.start)?);
        out.push_str(&change.after);
        at = change.end;
    }
    out.push_str(slice(at, span.end)?);
    Ok(out)
}
