//! One document, for looking at.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::cook::Kitchen;
use super::flow::{Step, Watch, flow, pool};
use super::{Cleaned, Cleaner};
use crate::config::Settings;
use crate::model::Record;
use crate::read::{Ids, Inputs};
use crate::{Error, Result};

/// Reads inputs until a record of that id comes, or the first one where no id is wanted; says
/// whether there are others besides the first.
///
/// # Errors
/// [`Error::Config`] where there is no such record, [`Error::Read`].
pub fn find(
    inputs: Inputs,
    settings: &Settings,
    wanted: Option<&str>,
    watch: &Watch,
) -> Result<(Record, bool)> {
    let kitchen = Kitchen::new(settings)?;
    let pool = pool(1)?;
    let mut ids = Ids::default();
    let mut found: Option<Record> = None;
    let mut others = false;
    let mut why = None;
    let worker = Arc::clone(&kitchen);
    let name = inputs
        .files
        .first()
        .map_or_else(String::new, |file| file.display());
    flow(
        inputs,
        &pool,
        watch,
        &Arc::new(AtomicU64::new(0)),
        move |parcel, reader| worker.unpack(parcel, reader),
        |step| {
            match step {
                Step::Idle => {}
                Step::Unreadable(origin, source) => {
                    return Err(Error::Read {
                        path: origin.path.clone().unwrap_or_default(),
                        source,
                    });
                }
                Step::Done(records) => {
                    for unpacked in records {
                        let mut record = match unpacked {
                            Ok(record) => record,
                            Err(reject) => {
                                why.get_or_insert(reject);
                                continue;
                            }
                        };
                        if let Some(id) = ids.give(&record.id) {
                            record.id = id;
                        }
                        if found.is_some() {
                            others = true;
                            return Ok(false);
                        }
                        // A document's id finds its record too.
                        let is_it = |wanted: &str| {
                            wanted == record.id
                                || wanted
                                    .strip_prefix(&record.id)
                                    .is_some_and(|rest| rest.starts_with('#'))
                        };
                        if wanted.is_none_or(is_it) {
                            found = Some(record);
                            if wanted.is_some() {
                                return Ok(false);
                            }
                        }
                    }
                }
            }
            Ok(true)
        },
    )?;
    match (found, wanted, why) {
        (Some(record), _, _) => Ok((record, others)),
        (None, Some(id), _) => Err(Error::config(
            id,
            format!("no such record in {name}: check the id"),
        )),
        (None, None, Some(reject)) => Err(Error::config(reject.source, reject.error)),
        (None, None, None) => Err(Error::config(name, "it holds no record")),
    }
}

/// Cleans one record and keeps what it was, and for each repair what speaks for it.
///
/// # Errors
/// Those of [`Cleaner::new`].
pub fn clean_one(record: Record, settings: &Settings) -> Result<Cleaned> {
    Ok(Cleaner::new(settings)?.with_reasons().clean(record))
}
