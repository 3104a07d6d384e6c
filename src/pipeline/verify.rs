//! An output folder against its sources: does everything hold that it says?

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_128;

use super::clean::source_text;
use super::flow::{Step, Watch, flow, pool};
use super::replay::{AssignmentIn, LedgerRow, Peeked, TextRow, check_changes, json, replay};
use super::stated::Stated;
use super::summary::Heading;
use crate::config::{Ledger, OutFormat, Settings};
use crate::model::{ByteSpan, Record};
use crate::read::{self, Ids, Inputs, Parcel, Reader};
use crate::{Error, Result};

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records whose source was read again.
    pub records: u64,
    /// Documents rebuilt from source and changes.
    pub documents: u64,
    /// Documents that were left out as duplicates, rebuilt too.
    pub removed: u64,
}

/// The sums that `summary.json` must hold.
#[derive(Deserialize)]
struct Sums {
    records: u64,
    with_documents: u64,
    empties: u64,
    rejects: u64,
    documents_made: u64,
    kept: u64,
    duplicates: u64,
    #[serde(default)]
    dedupe: DedupeFacts,
}

/// What is asked of the figures of clustering.
#[derive(Default, Deserialize)]
#[serde(default)]
struct DedupeFacts {
    rethreshold: RethresholdFacts,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RethresholdFacts {
    /// Documents that stay since the run was clustered anew, whose texts it had left out.
    texts_missing: u64,
}

/// A source text read again.
struct Source {
    id: String,
    text: String,
}

/// One record or the reason why there is none.
type Reread = std::result::Result<Source, String>;

/// Replays the ledger of `folder` on the sources and compares everything with what is written.
///
/// # Errors
/// [`Error::Check`] naming the first thing that does not hold; others where something cannot be
/// read.
pub fn verify(folder: &Path, inputs: Inputs, threads: usize, watch: &Watch) -> Result<Verified> {
    let summary = read::small_file(folder, "summary.json")?;
    let broken = |problem: String| Error::Check {
        what: "summary.json".into(),
        problem,
    };
    let heading = Heading::from_json(&summary).map_err(broken)?;
    let sums: Sums = serde_json::from_str(&summary).map_err(|error| broken(error.to_string()))?;
    let settings = heading.settings()?;
    if settings.ledger == Ledger::Off || settings.format != OutFormat::Jsonl {
        return Err(Error::Store {
            path: folder.to_owned(),
            problem: "it was written without a ledger or not as JSONL: nothing can be replayed"
                .into(),
        });
    }
    // What a person decided bears no similarity that could be measured again.
    let is_decided = heading.command == "apply";
    let mut checker = Checker::open(folder, &settings, !is_decided)?;
    checker.texts_missing = sums.dedupe.rethreshold.texts_missing;
    let pool = pool(threads)?;
    let bytes = Arc::new(AtomicU64::new(0));
    let sample = heading.input.sample;
    watch.progress.begin("verify", inputs.total_bytes);
    let read_settings = settings.read();
    let decode_settings = settings.decode();
    let work = move |parcel: Parcel, reader: &'static Reader| -> Vec<Reread> {
        (reader.unpack)(parcel, &read_settings)
            .into_iter()
            .map(|unpacked| match unpacked {
                Ok(Record {
                    id,
                    body,
                    mut facts,
                    ..
                }) => Ok(Source {
                    id,
                    text: source_text(body, &mut facts, &decode_settings).0,
                }),
                Err(reject) => Err(reject.source.clone()),
            })
            .collect()
    };
    let mut seen = 0;
    flow(inputs, &pool, watch, &bytes, work, |step| {
        match step {
            Step::Idle => {}
            Step::Unreadable(origin, _) => {
                seen += 1;
                checker.rejected(&origin.source)?;
            }
            Step::Done(records) => {
                for record in records {
                    if sample.is_some_and(|sample| seen >= sample) {
                        return Ok(false);
                    }
                    seen += 1;
                    match record {
                        Ok(source) => checker.record(source)?,
                        Err(source) => checker.rejected(&source)?,
                    }
                }
            }
        }
        watch.progress.at(bytes.load(Ordering::Relaxed), seen);
        Ok(sample.is_none_or(|sample| seen < sample))
    })?;
    watch.progress.end();
    pool.install(|| checker.finish(&sums, &settings))
}

struct Checker {
    documents: Peeked<TextRow>,
    changes: Peeked<LedgerRow>,
    assignments: Peeked<AssignmentIn>,
    is_clustered: bool,
    stated: Option<Stated>,
    ids: Ids,
    keep_duplicates: bool,
    /// Documents that may still stay without being in `documents.jsonl`.
    texts_missing: u64,
    with_documents: u64,
    empties: u64,
    rejects: u64,
    kept: u64,
    done: Verified,
}

fn fails(what: &str, problem: impl Into<String>) -> Error {
    Error::Check {
        what: what.to_owned(),
        problem: problem.into(),
    }
}

impl Checker {
    fn open(folder: &Path, settings: &Settings, is_measured: bool) -> Result<Self> {
        let text_field = settings.text_field.clone();
        let documents = read::rows(folder, "documents")?;
        if documents.is_none() {
            return Err(fails("documents.jsonl", "it is not there"));
        }
        let assignments = read::rows(folder, "assignments")?;
        Ok(Self {
            is_clustered: assignments.is_some(),
            documents: Peeked::new(documents, "documents.jsonl", move |row| {
                TextRow::parse(row, &text_field)
            })?,
            changes: Peeked::new(read::rows(folder, "changes")?, "changes.jsonl", json)?,
            assignments: Peeked::new(assignments, "assignments.jsonl", json)?,
            stated: match read::rows(folder, "assignments")?.filter(|_| is_measured) {
                Some(rows) => Some(Stated::open(Peeked::new(
                    Some(rows),
                    "assignments.jsonl",
                    json,
                )?)?),
                None => None,
            },
            ids: Ids::default(),
            keep_duplicates: settings.keep_duplicates,
            texts_missing: 0,
            with_documents: 0,
            empties: 0,
            rejects: 0,
            kept: 0,
            done: Verified::default(),
        })
    }

    fn rejected(&mut self, _source: &str) -> Result<()> {
        self.rejects += 1;
        self.done.records += 1;
        Ok(())
    }

    fn record(&mut self, source: Source) -> Result<()> {
        let Source { id, text } = source;
        let record = self.ids.give(&id).unwrap_or(id);
        self.done.records += 1;
        let hash = format!("{:032x}", xxh3_128(text.as_bytes()));
        let changes = match self.changes.take_if(|row| row.record == record)? {
            Some(row) if row.source_xxh3 != hash => {
                return Err(fails(
                    &record,
                    "the source is not the one that was cleaned: its hash in changes.jsonl differs",
                ));
            }
            Some(row) => row.changes,
            None => Vec::new(),
        };
        check_changes(&text, &changes).map_err(|problem| fails(&record, problem))?;
        let rows = self
            .documents
            .take_while(|row| row.stamp.record == record)?;
        for row in &rows {
            if row.stamp.source_xxh3 != hash {
                return Err(fails(
                    &row.id,
                    "the source is not the one that was cleaned: its hash in documents.jsonl differs",
                ));
            }
        }
        let parts = self.parts(&record, &rows)?;
        if parts.is_empty() {
            self.empties += 1;
            let left = replay(&text, ByteSpan::new(0, text.len()), true, &changes)
                .map_err(|problem| fails(&record, problem))?;
            if !super::documents::is_blank(&left) {
                return Err(fails(
                    &record,
                    "it has no document, and its changes leave text",
                ));
            }
            return Ok(());
        }
        self.with_documents += 1;
        let mut reached = 0;
        let mut rows = rows.into_iter().peekable();
        let count = parts.len();
        for (at, part) in parts.into_iter().enumerate() {
            if part.span.start != reached || part.span.end > text.len() {
                return Err(fails(
                    &part.id,
                    format!(
                        "its span begins at {} and not at {reached}",
                        part.span.start
                    ),
                ));
            }
            reached = part.span.end;
            let rebuilt = replay(&text, part.span, at + 1 == count, &changes)
                .map_err(|problem| fails(&part.id, problem))?;
            if let Some(stated) = &mut self.stated {
                stated.text(&part.id, &rebuilt)?;
            }
            match rows.next_if(|row| row.id == part.id) {
                Some(row) => {
                    self.done.documents += 1;
                    if row.text != rebuilt {
                        return Err(fails(&row.id, differs(&rebuilt, &row.text)));
                    }
                    if (row.stamp.part, row.stamp.parts, row.stamp.span)
                        != (at + 1, count, part.span)
                    {
                        return Err(fails(&row.id, "its part or span is not that of its record"));
                    }
                }
                None if part.keep && self.texts_missing > 0 => {
                    self.texts_missing -= 1;
                    self.done.removed += 1;
                }
                None if part.keep || self.keep_duplicates => {
                    return Err(fails(&part.id, "it stays, and is not in documents.jsonl"));
                }
                None => self.done.removed += 1,
            }
            self.kept += u64::from(part.keep);
        }
        if reached != text.len() {
            return Err(fails(
                &record,
                format!(
                    "its documents end at {reached}, its source at {}",
                    text.len()
                ),
            ));
        }
        if let Some(row) = rows.next() {
            return Err(fails(
                &row.id,
                "assignments.jsonl does not know it, or says that it goes",
            ));
        }
        Ok(())
    }

    /// The documents of a record as assignments or documents have them.
    fn parts(&mut self, record: &str, rows: &[TextRow]) -> Result<Vec<PartIn>> {
        let parts: Vec<PartIn> = if self.is_clustered {
            self.assignments
                .take_while(|row| row.record == record)?
                .into_iter()
                .map(|row| PartIn {
                    id: row.id,
                    part: row.part,
                    span: row.span,
                    keep: row.keep,
                })
                .collect()
        } else {
            rows.iter()
                .map(|row| PartIn {
                    id: row.id.clone(),
                    part: row.stamp.part,
                    span: row.stamp.span,
                    keep: true,
                })
                .collect()
        };
        for (number, part) in (1..).zip(&parts) {
            let id = if number == 1 {
                record.to_owned()
            } else {
                format!("{record}#{number}")
            };
            if part.part != number || part.id != id {
                return Err(fails(&part.id, format!("it stands where {id} should")));
            }
        }
        Ok(parts)
    }

    fn finish(self, sums: &Sums, settings: &Settings) -> Result<Verified> {
        if let Some(row) = self.documents.peek() {
            return Err(fails(
                &row.id,
                "it is in documents.jsonl, and no input has it there",
            ));
        }
        if let Some(row) = self.changes.peek() {
            return Err(fails(
                &row.record,
                "it is in changes.jsonl, and no input has it there",
            ));
        }
        if let Some(row) = self.assignments.peek() {
            return Err(fails(
                &row.id,
                "it is in assignments.jsonl, and no input has it there",
            ));
        }
        if self.texts_missing > 0 {
            return Err(fails(
                "summary.json",
                format!(
                    "texts_missing is too large by {}: they are in documents.jsonl",
                    self.texts_missing
                ),
            ));
        }
        let made = self.done.documents + self.done.removed;
        for (name, said, found) in [
            ("records", sums.records, self.done.records),
            ("with_documents", sums.with_documents, self.with_documents),
            ("empties", sums.empties, self.empties),
            ("rejects", sums.rejects, self.rejects),
            ("documents_made", sums.documents_made, made),
            ("kept", sums.kept, self.kept),
            ("duplicates", sums.duplicates, made - self.kept),
        ] {
            if said != found {
                return Err(fails(
                    "summary.json",
                    format!("{name} is {said}, and the files hold {found}"),
                ));
            }
        }
        if let Some(stated) = self.stated {
            stated.check(settings)?;
        }
        Ok(self.done)
    }
}

/// A document as the output says it is.
struct PartIn {
    id: String,
    part: usize,
    span: ByteSpan,
    keep: bool,
}

/// Where two texts part.
fn differs(rebuilt: &str, written: &str) -> String {
    let at = rebuilt
        .bytes()
        .zip(written.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        let start = text.floor_char_boundary(at);
        text[start..].chars().take(12).collect::<String>()
    };
    format!(
        "source and changes give another text: at byte {at} it is {:?}, and documents.jsonl has {:?}",
        around(rebuilt),
        around(written)
    )
}
