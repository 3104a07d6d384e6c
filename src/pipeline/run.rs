//! Whole runs: inputs in, rows out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::clustering::{Engine, Nightly, cluster};
use super::cook::Kitchen;
use super::flow::pool;
use super::night::{Night, NightReport};
use super::paragraphs;
use super::stream::{self, Job, stream, take_all};
use super::totals::Totals;
use crate::Result;
use crate::config::{DedupeMode, Rejects, Settings};
use crate::write::{self, Kind, Outlet};

/// Cleans everything and puts the rows into `outlet`.
///
/// # Errors
/// Unusable settings, output that cannot be written, and [`crate::Error::Interrupted`]. Bad records and
/// inputs are counted, not errors, unless `on_error` is `fail`.
pub fn clean(job: Job<'_>, outlet: &mut dyn Outlet) -> Result<Totals> {
    let kitchen = Kitchen::new(job.settings)?;
    let pool = pool(job.settings.threads)?;
    let mut totals = stream(
        job,
        &kitchen,
        &pool,
        outlet,
        take_all,
        stream::as_it_is,
        |served, outlet| {
            for plate in &mut served.documents {
                write::close_document(&mut plate.row, None);
                outlet.put(Kind::Documents, &plate.row)?;
                if outlet.wants_texts() {
                    outlet.text(&plate.id, served.cleaned.parts[plate.at].draft.text())?;
                }
            }
            Ok(())
        },
    )?;
    totals.kept = totals.documents_made;
    Ok(totals)
}

/// Cleans and clusters everything; returns the figures of clustering too.
///
/// # Errors
/// Those of [`clean`], and of clustering.
pub fn run(job: Job<'_>, tmp_dir: &Path, outlet: &mut dyn Outlet) -> Result<(Totals, Value)> {
    let kitchen = Kitchen::new(job.settings)?;
    compare(job, kitchen, tmp_dir, outlet)
}

/// Clusters everything as it is; returns the figures of clustering too.
///
/// # Errors
/// Those of [`run`].
pub fn dedupe(job: Job<'_>, tmp_dir: &Path, outlet: &mut dyn Outlet) -> Result<(Totals, Value)> {
    let kitchen = Kitchen::new(&as_it_is(job.settings))?;
    compare(job, kitchen, tmp_dir, outlet)
}

/// Compares documents, or their paragraphs.
fn compare(
    job: Job<'_>,
    kitchen: Arc<Kitchen>,
    tmp_dir: &Path,
    outlet: &mut dyn Outlet,
) -> Result<(Totals, Value)> {
    match job.settings.mode {
        DedupeMode::Document => cluster(job, kitchen, tmp_dir, outlet, Engine::Alone),
        DedupeMode::Paragraph => paragraphs::run(job, &kitchen, tmp_dir, outlet),
    }
}

/// [`run`], or with `is_cleaning` false [`dedupe`], against all nights of an index, and as one
/// more night of it; returns what the night came to as well.
///
/// # Errors
/// Those of [`run`] and of [`Night::finish`]: the index is then as it was.
pub fn run_night(
    job: Job<'_>,
    tmp_dir: &Path,
    outlet: &mut dyn Outlet,
    nightly: &Nightly,
    is_cleaning: bool,
) -> Result<(Totals, Value, NightReport)> {
    let stop = Arc::clone(&job.watch.stop);
    let goes_on = || !stop.load(Ordering::Relaxed);
    let wait: Option<&dyn Fn() -> bool> = if nightly.wait { Some(&goes_on) } else { None };
    let night = Night::open(&nightly.root, job.settings, tmp_dir, wait)?;
    let kitchen = if is_cleaning {
        Kitchen::new(job.settings)?
    } else {
        Kitchen::new(&as_it_is(job.settings))?
    };
    let mut report = NightReport::default();
    let engine = Engine::Night(Box::new(night), nightly, &mut report);
    let (totals, facts) = cluster(job, kitchen, tmp_dir, outlet, engine)?;
    Ok((totals, facts, report))
}

/// Settings under which texts stay as they are.
fn as_it_is(settings: &Settings) -> Settings {
    Settings {
        enable: Vec::new(),
        disable: super::ROOMS
            .iter()
            .filter(|&&room| room != "dedupe")
            .map(|&room| room.to_owned())
            .chain(settings.disable.iter().cloned())
            .collect(),
        ..settings.clone()
    }
}

/// Whether a finished run counts as failed, and why.
///
/// # Errors
/// [`crate::Error::Config`] for an unusable `max_rejects`.
pub fn verdict(totals: &Totals, settings: &Settings) -> Result<Option<String>> {
    let of = format!("{} of {} records", totals.rejects, totals.records);
    if totals.unreadable_inputs > 0 {
        return Ok(Some(format!(
            "{} inputs could not be read to their end; the rest is done and written",
            totals.unreadable_inputs
        )));
    }
    if settings.strict && totals.rejects > 0 {
        return Ok(Some(format!("{of} were rejected and --strict allows none")));
    }
    if Rejects::parse(&settings.max_rejects)?.exceeded(totals.rejects, totals.records) {
        return Ok(Some(format!(
            "{of} were rejected, more than --max-rejects {}: the reasons are among the rejects",
            settings.max_rejects
        )));
    }
    Ok(None)
}
