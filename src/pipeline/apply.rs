//! Keeping and dropping documents as somebody decided.

use super::assigned::Assignments;
use super::cook::Kitchen;
use super::flow::pool;
use super::rows::AssignmentRow;
use super::stream::{Job, as_it_is, stream, take_all};
use super::totals::Totals;
use crate::Result;
use crate::write::{self, Kind, Outlet};

/// Keeps or drops documents by assignments, which a person may have edited; a document that they
/// do not name stays.
///
/// # Errors
/// Those of [`crate::pipeline::run_clean`].
pub fn apply(
    job: Job<'_>,
    assignments: &Assignments,
    is_cleaning: bool,
    outlet: &mut dyn Outlet,
) -> Result<Totals> {
    let mut settings = job.settings.clone();
    if !is_cleaning {
        settings.enable.clear();
        settings.disable = super::ROOMS.iter().map(|&room| room.to_owned()).collect();
    }
    let kitchen = Kitchen::new(&settings)?;
    let pool = pool(job.settings.threads)?;
    let (mut kept, mut dropped) = (0, 0);
    let mut row = Vec::new();
    let mut totals = stream(
        job,
        &kitchen,
        &pool,
        outlet,
        take_all,
        as_it_is,
        |served, outlet| {
            for plate in &mut served.documents {
                let assigned = assignments.of(&plate.id);
                let keep = assigned.is_none_or(|assigned| assigned.keep);
                let (cluster, size) = assigned.map_or((plate.id.clone(), 1), |assigned| {
                    (assigned.cluster.to_owned(), assigned.size)
                });
                // What was done is written down as it was said: a person's word has no similarity.
                row.clear();
                let decision = AssignmentRow {
                    id: &plate.id,
                    record: &served.cleaned.record,
                    part: u32::try_from(plate.part).unwrap_or(u32::MAX),
                    span: plate.span,
                    cluster: &cluster,
                    keep,
                    duplicate_of: (!keep).then_some(cluster.as_str()),
                    relation: None,
                    measure: None,
                    similarity: None,
                    better: None,
                };
                write::row(&mut row, &decision);
                outlet.put(Kind::Assignments, &row)?;
                if !keep {
                    dropped += 1;
                    continue;
                }
                kept += 1;
                write::close_document(&mut plate.row, Some((&cluster, size)));
                outlet.put(Kind::Documents, &plate.row)?;
                if outlet.wants_texts() {
                    outlet.text(&plate.id, served.cleaned.parts[plate.at].draft.text())?;
                }
            }
            Ok(())
        },
    )?;
    (totals.kept, totals.duplicates) = (kept, dropped);
    Ok(totals)
}
