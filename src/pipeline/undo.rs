//! The source texts again, from texts and ledger alone.

use std::collections::HashSet;
use std::path::Path;

use super::documents::NOTHING_LEFT;
use super::replay::{AssignmentIn, ChangeRow, LedgerRow, Peeked, TextRow, belongs, json};
use super::summary::Heading;
use crate::config::Ledger;
use crate::read;
use crate::{Error, Result};

/// Gives each record's id and source text to `take`, in the order of the input.
///
/// Returns the records that cannot be restored, because documents of theirs were left out as
/// duplicates.
///
/// # Errors
/// [`Error::Store`] for an output without the full ledger, [`Error::Check`] where texts and
/// ledger do not fit, and those of `take`.
pub fn undo(folder: &Path, mut take: impl FnMut(&str, &str) -> Result<()>) -> Result<Vec<String>> {
    let heading =
        Heading::from_json(&read::small_file(folder, "summary.json")?).map_err(|problem| {
            Error::Store {
                path: folder.join("summary.json"),
                problem,
            }
        })?;
    let settings = heading.settings()?;
    if settings.ledger != Ledger::Full {
        return Err(Error::Store {
            path: folder.to_owned(),
            problem: "only --ledger full can be undone".into(),
        });
    }
    #[derive(serde::Deserialize)]
    struct FindingIn {
        record: String,
        rule: String,
    }
    let mut empties = HashSet::new();
    let mut findings =
        Peeked::<FindingIn>::new(read::rows(folder, "findings")?, "findings.jsonl", json)?;
    while let Some(finding) = findings.take()? {
        if finding.rule == NOTHING_LEFT.as_str() {
            empties.insert(finding.record);
        }
    }
    // Records of which every document was left out.
    let mut gone = HashSet::new();
    if !settings.keep_duplicates {
        let mut assignments = Peeked::<AssignmentIn>::new(
            read::rows(folder, "assignments")?,
            "assignments.jsonl",
            json,
        )?;
        while let Some(first) = assignments.take()? {
            let others = assignments.take_while(|row| row.record == first.record)?;
            if !first.keep && others.iter().all(|row| !row.keep) {
                gone.insert(first.record);
            }
        }
    }
    let mut lost: Vec<String> = gone.iter().cloned().collect();
    lost.sort_unstable();
    let text_field = settings.text_field.clone();
    let mut documents = Peeked::new(
        read::rows(folder, "documents")?,
        "documents.jsonl",
        move |row| TextRow::parse(row, &text_field),
    )?;
    let mut changes =
        Peeked::<LedgerRow>::new(read::rows(folder, "changes")?, "changes.jsonl", json)?;
    loop {
        while let Some(row) =
            changes.take_if(|row| empties.contains(&row.record) || gone.contains(&row.record))?
        {
            if empties.contains(&row.record) {
                let source: String = row
                    .changes
                    .iter()
                    .filter_map(|change| change.before.as_deref())
                    .collect();
                take(&row.record, &source)?;
            }
        }
        let next = documents.peek().map(|row| row.stamp.record.clone());
        let Some(record) = next else {
            return Ok(lost);
        };
        let rows = documents.take_while(|row| row.stamp.record == record)?;
        let ledger = changes
            .take_if(|row| row.record == record)?
            .map(|row| row.changes)
            .unwrap_or_default();
        let parts = rows.first().map_or(0, |row| row.stamp.parts);
        if rows.len() != parts {
            lost.push(record);
            continue;
        }
        let mut source = String::new();
        for (number, row) in (1..).zip(&rows) {
            let own = ledger
                .iter()
                .filter(|change| belongs(change, row.stamp.span, number == parts));
            restore(&mut source, row, own).map_err(|problem| Error::Check {
                what: row.id.clone(),
                problem,
            })?;
        }
        take(&record, &source)?;
    }
}

/// Puts what stood there before back into one document's text.
fn restore<'a>(
    source: &mut String,
    row: &TextRow,
    changes: impl Iterator<Item = &'a ChangeRow>,
) -> std::result::Result<(), String> {
    let mut at_source = row.stamp.span.start;
    let mut at_text = 0;
    let copy = |length: usize, at_text: &mut usize, source: &mut String| {
        let kept = row
            .text
            .get(*at_text..*at_text + length)
            .ok_or("the text is shorter than its ledger says")?;
        source.push_str(kept);
        *at_text += length;
        Ok::<(), String>(())
    };
    for change in changes {
        let before = change.before.as_deref().unwrap_or_default();
        copy(change.start.saturating_sub(at_source), &mut at_text, source)?;
        if row.text.get(at_text..at_text + change.after.len()) != Some(change.after.as_str()) {
            return Err(format!(
                "change {}..{} does not stand in the text",
                change.start, change.end
            ));
        }
        source.push_str(before);
        at_text += change.after.len();
        at_source = change.end;
    }
    copy(row.text.len().saturating_sub(at_text), &mut at_text, source)
}
