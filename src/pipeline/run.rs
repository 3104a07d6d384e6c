//! Whole runs: inputs in, rows out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cook::{Dish, Kitchen, Served};
use super::flow::{Step, Watch, flow, pool};
use super::totals::Totals;
use crate::config::{OnError, Rejects, Settings};
use crate::model::Reject;
use crate::read::{self, Ids, Inputs};
use crate::write::{self, Kind, Outlet};
use crate::{Error, Result};

/// What a run is to do besides its settings.
pub struct Job<'a> {
    /// What to read.
    pub inputs: Inputs,
    /// How.
    pub settings: &'a Settings,
    /// Stop after so many records.
    pub sample: Option<u64>,
    /// Told of progress, and when to stop.
    pub watch: Watch,
}

/// Cleans everything and puts the rows into `outlet`.
///
/// # Errors
/// Unusable settings, output that cannot be written, and [`Error::Interrupted`]. Bad records and
/// inputs are counted, not errors, unless `on_error` is `fail`.
pub fn clean(job: Job<'_>, outlet: &mut dyn Outlet) -> Result<Totals> {
    stream(job, outlet, |served, outlet| {
        for plate in &mut served.documents {
            write::close_document(&mut plate.row, None);
            outlet.put(Kind::Documents, &plate.row)?;
        }
        Ok(())
    })
    .map(|mut totals| {
        totals.kept = totals.documents_made;
        totals
    })
}

/// Cleans everything, writes all but documents, and gives each record to `take`, in order.
fn stream(
    job: Job<'_>,
    outlet: &mut dyn Outlet,
    mut take: impl FnMut(&mut Served, &mut dyn Outlet) -> Result<()>,
) -> Result<Totals> {
    let Job {
        inputs,
        settings,
        sample,
        watch,
    } = job;
    let kitchen = Kitchen::new(settings)?;
    let pool = pool(settings.threads)?;
    let bytes = Arc::new(AtomicU64::new(0));
    let mut totals = Totals {
        ignored_files: inputs.ignored,
        ..Totals::default()
    };
    let mut ids = Ids::default();
    watch.progress.begin("clean", inputs.total_bytes);
    let worker = Arc::clone(&kitchen);
    flow(
        inputs,
        &pool,
        &watch,
        &bytes,
        move |parcel, reader| worker.cook(parcel, reader),
        |step| {
            match step {
                Step::Idle => outlet.flush()?,
                Step::Unreadable(origin, error) => {
                    totals.unreadable_inputs += 1;
                    watch.progress.warn(&format!(
                        "{}: cannot be read to its end: {error}",
                        origin.display()
                    ));
                    let reject =
                        read::reject(origin.source.clone(), None, error.to_string(), None, b"");
                    rejected(&reject, settings, &ids, &mut totals, outlet)?;
                }
                Step::Done(dishes) => {
                    for dish in dishes {
                        if sample.is_some_and(|sample| totals.records >= sample) {
                            return Ok(false);
                        }
                        let mut served = match dish {
                            Dish::Rejected(reject) => {
                                rejected(&reject, settings, &ids, &mut totals, outlet)?;
                                continue;
                            }
                            Dish::Record(served) => *served,
                        };
                        if let Some(id) = ids.give(&served.cleaned.record) {
                            totals.duplicate_ids += 1;
                            served = kitchen.rename(served, id);
                        }
                        totals.record(
                            served.documents.len() as u64,
                            served.cleaned.encoding,
                            &served.counts,
                        );
                        outlet.put(Kind::Changes, &served.changes)?;
                        outlet.put(Kind::Findings, &served.findings)?;
                        take(&mut served, outlet)?;
                    }
                }
            }
            watch
                .progress
                .at(bytes.load(Ordering::Relaxed), totals.records);
            Ok(sample.is_none_or(|sample| totals.records < sample))
        },
    )?;
    watch.progress.end();
    totals.close();
    Ok(totals)
}

fn rejected(
    reject: &Reject,
    settings: &Settings,
    ids: &Ids,
    totals: &mut Totals,
    outlet: &mut dyn Outlet,
) -> Result<()> {
    totals.reject(reject.stage);
    match settings.on_error {
        OnError::Skip => Ok(()),
        OnError::Fail => Err(Error::Check {
            what: reject.source.clone(),
            problem: format!("{}: stopped because of --on-error fail", reject.error),
        }),
        OnError::Quarantine => {
            let mut row = Vec::new();
            // An id that another record bears already would make the two look like one.
            match &reject.record {
                Some(id) if ids.knows(id) => write::reject(
                    &mut row,
                    &Reject {
                        record: None,
                        ..reject.clone()
                    },
                ),
                _ => write::reject(&mut row, reject),
            }
            outlet.put(Kind::Rejects, &row)
        }
    }
}

/// Whether a finished run counts as failed, and why.
///
/// # Errors
/// [`Error::Config`] for an unusable `max_rejects`.
pub fn verdict(totals: &Totals, settings: &Settings) -> Result<Option<String>> {
    let of = format!("{} of {} records", totals.rejects, totals.records);
    if totals.unreadable_inputs > 0 {
        return Ok(Some(format!(
            "{} inputs could not be read to their end; the rest is done and written: see rejects.jsonl",
            totals.unreadable_inputs
        )));
    }
    if settings.strict && totals.rejects > 0 {
        return Ok(Some(format!(
            "{of} were rejected and --strict allows none: see rejects.jsonl"
        )));
    }
    if Rejects::parse(&settings.max_rejects)?.exceeded(totals.rejects, totals.records) {
        return Ok(Some(format!(
            "{of} were rejected, more than --max-rejects {}: see rejects.jsonl",
            settings.max_rejects
        )));
    }
    Ok(None)
}
