//! The stream of records that all runs share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cook::{Dish, Kitchen, Served};
use super::flow::{Step, Watch, flow};
use super::totals::Totals;
use crate::config::{OnError, Settings};
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

/// What becomes of a record that was cleaned.
pub(super) enum Admit {
    Take,
    /// It goes on under this id.
    Rename(String),
    Leave,
    Stop,
}

/// Admits every record.
pub(super) fn take_all(_: &Served, _: &Ids) -> Result<Admit> {
    Ok(Admit::Take)
}

/// Leaves every record as it is.
pub(super) fn as_it_is(served: Served, _: &mut dyn Outlet) -> Result<Served> {
    Ok(served)
}

/// Cleans everything, writes all but documents, and gives each record to `take`, in order. `last`
/// may still change a record.
pub(super) fn stream(
    job: Job<'_>,
    kitchen: &Arc<Kitchen>,
    pool: &Arc<rayon::ThreadPool>,
    outlet: &mut dyn Outlet,
    mut admit: impl FnMut(&Served, &Ids) -> Result<Admit>,
    mut last: impl FnMut(Served, &mut dyn Outlet) -> Result<Served>,
    mut take: impl FnMut(&mut Served, &mut dyn Outlet) -> Result<()>,
) -> Result<Totals> {
    let Job {
        inputs,
        settings,
        sample,
        watch,
    } = job;
    let bytes = Arc::new(AtomicU64::new(0));
    let mut totals = Totals {
        ignored_files: inputs.ignored,
        ..Totals::default()
    };
    let mut ids = Ids::default();
    watch.progress.begin("clean", inputs.total_bytes);
    let worker = Arc::clone(kitchen);
    flow(
        inputs,
        pool,
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
                        match admit(&served, &ids)? {
                            Admit::Take => {}
                            Admit::Rename(id) => {
                                ids.give(&id);
                                served = kitchen.rename(served, id);
                            }
                            Admit::Leave => continue,
                            Admit::Stop => return Ok(false),
                        }
                        served = last(served, outlet)?;
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
