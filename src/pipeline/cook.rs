//! From a parcel to rows: what the workers do.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::paragraphs::{self, Paragraph};
use super::{Cleaned, Cleaner};
use crate::config::{DedupeMode, ReadSettings, Settings, WriteSettings};
use crate::model::{ByteSpan, Finding, Record, Reject, RuleId};
use crate::read::{self, DUPLICATE_ID, Parcel, Reader, Unpacked};
use crate::{Result, write};

/// What workers need, shared by all of them.
pub(super) struct Kitchen {
    cleaner: Cleaner,
    read: ReadSettings,
    write: WriteSettings,
    /// Whether documents are compared by their paragraphs.
    by_paragraph: bool,
}

/// What became of one record.
pub(super) enum Dish {
    Rejected(Box<Reject>),
    Record(Box<Served>),
}

/// A cleaned record with its rows.
pub(super) struct Served {
    pub(super) cleaned: Cleaned,
    /// One row a document, still open for its cluster.
    pub(super) documents: Vec<Plate>,
    pub(super) changes: Vec<u8>,
    pub(super) findings: Vec<u8>,
    pub(super) counts: RecordCounts,
    /// What was found of the record before it was cleaned.
    first: Option<Finding>,
}

/// One document's row.
pub(super) struct Plate {
    pub(super) id: String,
    /// Its number within the record, from 1.
    pub(super) part: usize,
    pub(super) span: ByteSpan,
    /// Place of its draft among the parts of the cleaned record.
    pub(super) at: usize,
    pub(super) row: Vec<u8>,
    /// Those that another document may have too; none where whole documents are compared.
    pub(super) paragraphs: Vec<Paragraph>,
}

/// What one record adds to the sums.
#[derive(Default)]
pub(super) struct RecordCounts {
    pub(super) changes: BTreeMap<RuleId, u64>,
    pub(super) findings: BTreeMap<RuleId, u64>,
    pub(super) source_bytes: u64,
    pub(super) text_bytes: u64,
    pub(super) unstable: bool,
}

impl Kitchen {
    pub(super) fn new(settings: &Settings) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            cleaner: Cleaner::new(settings)?,
            read: settings.read(),
            write: settings.write()?,
            by_paragraph: settings.mode == DedupeMode::Paragraph
                && settings.switches().is_on(paragraphs::REPEATED, true),
        }))
    }

    /// Unpacks, cleans and renders everything in a parcel.
    pub(super) fn cook(&self, parcel: Parcel, reader: &'static Reader) -> Vec<Dish> {
        self.unpack(parcel, reader)
            .into_iter()
            .map(|unpacked| self.dish(unpacked))
            .collect()
    }

    /// Unpacks a parcel.
    pub(super) fn unpack(&self, parcel: Parcel, reader: &'static Reader) -> Vec<Unpacked> {
        let origin = Arc::clone(&parcel.origin);
        let first = parcel.first;
        catch_unwind(AssertUnwindSafe(|| (reader.unpack)(parcel, &self.read))).unwrap_or_else(
            |_| {
                let error = format!(
                    "the {} reader failed: please report this input",
                    reader.name
                );
                vec![Err(read::reject(
                    format!("{}:{first}", origin.source),
                    None,
                    error,
                    Some(first),
                    b"",
                ))]
            },
        )
    }

    /// The text of a record in one spelling; empty where the cleaner fails on it.
    pub(super) fn spelled(&self, record: Record) -> String {
        catch_unwind(AssertUnwindSafe(|| self.cleaner.spelled(record))).unwrap_or_default()
    }

    fn dish(&self, unpacked: Unpacked) -> Dish {
        let record = match unpacked {
            Ok(record) => record,
            Err(reject) => return Dish::Rejected(reject),
        };
        let (id, source) = (record.id.clone(), record.source.clone());
        // A fault of ours on one hostile text must not cost the run: it is a reject like others.
        catch_unwind(AssertUnwindSafe(|| self.record(record))).unwrap_or_else(|_| {
            Dish::Rejected(Box::new(Reject {
                source,
                record: Some(id),
                stage: "clean",
                error: "the cleaner failed on this record: please report it".into(),
                line: None,
                raw_base64: String::new(),
            }))
        })
    }

    fn record(&self, record: Record) -> Dish {
        let cleaned = self.cleaner.clean(record);
        Dish::Record(Box::new(self.serve(cleaned, None)))
    }

    /// Gives a record another id, because its own was seen before.
    pub(super) fn rename(&self, served: Served, id: String) -> Served {
        let mut cleaned = served.cleaned;
        cleaned.record = id;
        let finding = Finding {
            span: ByteSpan::new(0, 0),
            before: String::new(),
            suggestion: None,
            rule: DUPLICATE_ID,
            confidence: 1.0,
            raw_hex: None,
        };
        self.serve(cleaned, Some(finding))
    }

    /// The same record with what has become of its texts.
    pub(super) fn again(&self, served: Served) -> Served {
        self.serve(served.cleaned, served.first)
    }

    fn serve(&self, cleaned: Cleaned, first: Option<Finding>) -> Served {
        let mut counts = RecordCounts {
            source_bytes: cleaned.source_text().len() as u64,
            unstable: cleaned.parts.iter().any(|part| !part.stable),
            ..RecordCounts::default()
        };
        let mut plates = Vec::new();
        let mut ledger = Vec::new();
        let documents = cleaned.documents();
        let parts = documents.len();
        for (at, document) in documents.into_iter().enumerate() {
            let id = match at {
                0 => cleaned.record.clone(),
                _ => format!("{}#{}", cleaned.record, at + 1),
            };
            let mut row = Vec::new();
            write::document(
                &mut row,
                &write::DocumentRow {
                    id: &id,
                    record: &cleaned.record,
                    source: &cleaned.source,
                    source_xxh3: &cleaned.source_xxh3,
                    part: at + 1,
                    parts,
                    span: document.span,
                    encoding: cleaned.encoding,
                    text: document.draft.text(),
                    fields: cleaned.fields.as_ref(),
                    notes: &document.draft.notes,
                    changes: &document.changes,
                },
                &self.write.text_field,
            );
            counts.text_bytes += document.draft.text().len() as u64;
            plates.push(Plate {
                id,
                part: at + 1,
                span: document.span,
                at: document.at,
                row,
                paragraphs: if self.by_paragraph {
                    paragraphs::paragraphs(document.draft)
                } else {
                    Vec::new()
                },
            });
            ledger.extend(document.changes);
        }
        let mut findings: Vec<Finding> = first.iter().cloned().chain(cleaned.findings()).collect();
        if plates.is_empty() {
            ledger = cleaned.emptied();
            findings.push(Cleaned::nothing_left());
        }
        let mut changes = Vec::new();
        write::changes(
            &mut changes,
            &cleaned.record,
            &cleaned.source_xxh3,
            &ledger,
            self.write.ledger,
        );
        for change in &ledger {
            for &rule in &change.rules {
                *counts.changes.entry(rule).or_default() += 1;
            }
        }
        let mut rows = Vec::new();
        for finding in &findings {
            write::finding(&mut rows, &cleaned.record, finding);
            *counts.findings.entry(finding.rule).or_default() += 1;
        }
        Served {
            cleaned,
            documents: plates,
            changes,
            findings: rows,
            counts,
            first,
        }
    }
}
