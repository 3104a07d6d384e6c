//! Runs that cluster what they read, alone or as a night of an index.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::cook::{Kitchen, Plate, Served};
use super::dedupe::{Dedupe, DedupeItem};
use super::flow::pool;
use super::night::{Met, Night, NightReport, NightStamp};
use super::outcome::Outcome;
use super::replay::TextRow;
use super::stream::{Admit, Job, as_it_is, stream};
use super::totals::Totals;
use crate::cluster::{Prefer, Rank};
use crate::config::Settings;
use crate::fingerprint::{CANONICAL_VERSION, tables_xxh3};
use crate::read::Ids;
use crate::write::{self, Kind, Outlet, Spool, Unspool};
use crate::{Error, Result};

/// How a night is to go.
#[derive(Clone, Debug, Default)]
pub struct Nightly {
    /// Folder of the index.
    pub root: PathBuf,
    /// Wait for another job.
    pub wait: bool,
    /// Stop before a record with which more new documents than these would be there.
    pub max_docs: Option<u64>,
    /// Stop once new documents of so many UTF-8 bytes are there.
    pub max_bytes: Option<u64>,
    /// Stop reading at this moment.
    pub deadline: Option<Instant>,
    /// What the night's record says.
    pub stamp: NightStamp,
}

/// Who decides.
pub(super) enum Engine<'a> {
    Alone,
    Night(Box<Night>, &'a Nightly, &'a mut NightReport),
}

/// The engine at work.
#[expect(clippy::large_enum_variant, reason = "there is one a run")]
enum Working {
    Alone(Dedupe),
    Night(Box<Night>),
}

impl Working {
    fn add_batch(&mut self, items: Vec<DedupeItem>) -> Result<()> {
        match self {
            Self::Alone(dedupe) => dedupe.add_batch(items),
            Self::Night(night) => night.add_batch(items),
        }
    }
}

/// Documents that are fingerprinted at once, and the bytes of text from which fewer are.
const BATCH_DOCS: usize = 1024;
const BATCH_BYTES: usize = 4 << 20;

pub(super) fn cluster(
    job: Job<'_>,
    kitchen: Arc<Kitchen>,
    tmp_dir: &Path,
    outlet: &mut dyn Outlet,
    engine: Engine<'_>,
) -> Result<(Totals, Value)> {
    let settings = job.settings;
    let watch = job.watch.clone();
    let pool = pool(settings.threads)?;
    let prefer = Prefer::parse(settings.prefer.as_deref().unwrap_or_default())?;
    let mut nightly = None;
    let engine = RefCell::new(match engine {
        Engine::Alone => Working::Alone(pool.install(|| Dedupe::new(settings, tmp_dir))?),
        Engine::Night(night, how, report) => {
            nightly = Some((how, report));
            Working::Night(night)
        }
    });
    let how = nightly.as_ref().map(|(how, _)| *how);
    let mut new_bytes = 0;
    let mut waiting_docs = 0;
    let mut is_cut_short = false;
    let admit = |served: &Served, ids: &Ids| match (&mut *engine.borrow_mut(), how) {
        (Working::Night(night), Some(how)) => {
            let admitted = admit(night, how, served, ids, &mut new_bytes, &mut waiting_docs)?;
            is_cut_short = matches!(admitted, Admit::Stop);
            Ok(admitted)
        }
        _ => Ok(Admit::Take),
    };
    let mut spool = Spool::create(tmp_dir)?;
    let mut batch: Vec<DedupeItem> = Vec::new();
    let mut batch_bytes = 0;
    let mut totals = stream(
        job,
        &kitchen,
        &pool,
        outlet,
        admit,
        as_it_is,
        |served, _| {
            for plate in std::mem::take(&mut served.documents) {
                spool.push(&plate.row)?;
                let item = item(served, plate, &prefer);
                batch_bytes += item.text.len();
                batch.push(item);
            }
            if batch.len() >= BATCH_DOCS || batch_bytes >= BATCH_BYTES {
                batch_bytes = 0;
                let full = std::mem::take(&mut batch);
                let engine = &mut *engine.borrow_mut();
                pool.install(|| engine.add_batch(full))?;
            }
            Ok(())
        },
    )?;
    watch.progress.begin("cluster", None);
    let mut engine = engine.into_inner();
    pool.install(|| engine.add_batch(batch))?;
    watch.check()?;
    let mut night = None;
    let outcome = match (engine, nightly) {
        (Working::Night(engine), Some((how, report))) => {
            let (outcome, came) = pool.install(|| engine.finish(&how.stamp))?;
            night = Some(serde_json::json!({
                "night": came.night,
                "new_docs": came.new_docs,
                "known_docs": if came.is_repeated { 0 } else { came.known_docs },
                "cut_short": is_cut_short,
            }));
            for note in &came.notes {
                watch.progress.warn(note);
            }
            *report = came;
            report.is_cut_short = is_cut_short;
            outcome
        }
        (Working::Alone(engine), _) => pool.install(|| engine.finish())?,
        (Working::Night(_), None) => return Err(Error::Interrupted),
    };
    if night.is_none() {
        // A night that is committed is written out too.
        watch.check()?;
    }
    watch.progress.end();
    let spooled = spool.rewind()?;
    put_documents(&outcome, spooled, settings, &mut totals, outlet, tmp_dir)?;
    put_clusters(&outcome, outlet)?;
    if !outcome.masks().is_empty() {
        let (version, tables) = (CANONICAL_VERSION, tables_xxh3());
        let text = outcome.masks().to_text(version, tables);
        outlet.file("masks.txt", text.into_bytes());
    }
    let mut facts = serde_json::to_value(&outcome.facts).unwrap_or_default();
    if let Value::Object(facts) = &mut facts {
        // It depends on the memory that was given, not on the documents.
        facts.remove("disk_bytes");
        facts.insert("too_short".into(), outcome.too_short().into());
        if let Some(night) = night {
            facts.insert("night".into(), night);
        }
    }
    Ok((totals, facts))
}

/// Writes the documents that stay, and the assignment of each.
fn put_documents(
    outcome: &Outcome,
    mut spooled: Unspool,
    settings: &Settings,
    totals: &mut Totals,
    outlet: &mut dyn Outlet,
    tmp_dir: &Path,
) -> Result<()> {
    let sizes = outcome.cluster_sizes();
    let mut row = Vec::new();
    for (assignment, size) in outcome.assignments().zip(sizes) {
        let document = spooled.next_row()?.ok_or_else(|| Error::Store {
            path: tmp_dir.to_owned(),
            problem: "a temporary file was cut short: run again".into(),
        })?;
        if assignment.keep {
            totals.kept += 1;
        } else {
            totals.duplicates += 1;
        }
        if assignment.keep || settings.keep_duplicates {
            write::close_document(document, Some((assignment.cluster, u64::from(size))));
            outlet.put(Kind::Documents, document)?;
            text_of_row(document, assignment.id, &settings.text_field, outlet)?;
        }
        write::row(&mut row, &assignment);
        outlet.put(Kind::Assignments, &row)?;
        row.clear();
    }
    for changed in outcome.changed() {
        row.clear();
        write::row(&mut row, changed);
        outlet.put(Kind::Assignments, &row)?;
    }
    Ok(())
}

/// Writes the files of clusters, groups and pairs.
fn put_clusters(outcome: &Outcome, outlet: &mut dyn Outlet) -> Result<()> {
    let mut row = Vec::new();
    let mut put = |kind: Kind, value: &dyn erased::Row| {
        row.clear();
        value.write(&mut row);
        outlet.put(kind, &row)
    };
    for cluster in outcome.clusters() {
        put(Kind::Clusters, &cluster)?;
    }
    for group in outcome.siblings() {
        put(Kind::Siblings, &group)?;
    }
    for group in outcome.related() {
        put(Kind::Related, &group)?;
    }
    for edge in outcome.edges() {
        put(Kind::Edges, &edge)?;
    }
    Ok(())
}

/// Rows of any type behind one door.
mod erased {
    pub(super) trait Row {
        fn write(&self, out: &mut Vec<u8>);
    }
    impl<T: serde::Serialize> Row for T {
        fn write(&self, out: &mut Vec<u8>) {
            crate::write::row(out, self);
        }
    }
}

/// What the index and the limits of a night make of a record.
fn admit(
    night: &mut Night,
    how: &Nightly,
    served: &Served,
    ids: &Ids,
    new_bytes: &mut u64,
    new_docs: &mut u64,
) -> Result<Admit> {
    let record = &served.cleaned.record;
    let texts: Vec<&str> = served
        .documents
        .iter()
        .map(|plate| served.cleaned.parts[plate.at].draft.text())
        .collect();
    if how
        .deadline
        .is_some_and(|deadline| Instant::now() >= deadline)
    {
        return Ok(Admit::Stop);
    }
    let met = night.meet(record, &texts, |id| ids.knows(id))?;
    if matches!(met, Met::New | Met::Version(_)) {
        let is_full = how
            .max_docs
            .is_some_and(|most| *new_docs > 0 && *new_docs + texts.len() as u64 > most)
            || how.max_bytes.is_some_and(|most| *new_bytes >= most);
        if is_full {
            return Ok(Admit::Stop);
        }
        *new_docs += texts.len() as u64;
        *new_bytes += texts.iter().map(|text| text.len() as u64).sum::<u64>();
    }
    Ok(match met {
        Met::New => Admit::Take,
        Met::Same(id) if id == *record => Admit::Take,
        Met::Same(id) | Met::Version(id) => Admit::Rename(id),
        Met::Skip => Admit::Leave,
    })
}

/// What dedupe needs of a document.
fn item(served: &Served, plate: Plate, prefer: &Prefer) -> DedupeItem {
    let cleaned = &served.cleaned;
    let draft = &cleaned.parts[plate.at].draft;
    let notes = &draft.notes;
    let mut rank = Rank {
        losses: notes.losses,
        spun_ratio: notes.spun_ratio,
        truncated: notes.truncated,
        body_chars: body_chars(draft.text()),
        ..Rank::default()
    };
    let fields = cleaned.fields.as_deref().unwrap_or_default();
    // A text that an earlier run cleaned brings what was found then.
    if let Some((_, stamp)) = fields.iter().find(|(name, _)| name == "qingwen")
        && let Ok(stamp) = serde_json::from_str::<Value>(stamp.get())
        && let Some(ratio) = stamp["spun_ratio"].as_f64()
    {
        rank.spun_ratio = rank.spun_ratio.max(ratio);
    }
    if !prefer.is_empty() {
        let field = |wanted: &str| {
            let (_, value) = fields.iter().find(|(name, _)| name == wanted)?;
            let text = serde_json::from_str::<String>(value.get());
            Some(text.unwrap_or_else(|_| value.get().to_owned()))
        };
        let of_meta = |wanted: &str| match wanted {
            "date" => notes.meta.date.clone(),
            "author" => notes.meta.author.clone(),
            "source" => notes.meta.source.clone(),
            _ => None,
        };
        rank.prefer = prefer.values(draft.facts().site.as_deref(), |wanted| {
            field(wanted).or_else(|| of_meta(wanted))
        });
    }
    DedupeItem {
        id: plate.id,
        record: cleaned.record.clone(),
        part: u32::try_from(plate.part).unwrap_or(u32::MAX),
        span: plate.span,
        text: draft.text().to_owned(),
        rank,
        site: draft.facts().site.clone(),
    }
}

/// Characters that are no white space. All white space beyond ASCII begins with one of four
/// bytes, of which Chinese text has few but for the full-width space.
fn body_chars(text: &str) -> u64 {
    let mut count = 0;
    // Short blocks, so that the sums stay in bytes and many bytes are looked at together.
    for block in text.as_bytes().chunks(128) {
        let is_counted = |byte: u8| {
            u8::from(byte & 0xC0 != 0x80)
                & u8::from(byte != b' ')
                & u8::from(!(0x09..=0x0D).contains(&byte))
        };
        let sum: u8 = block.iter().map(|&byte| is_counted(byte)).sum();
        count += u64::from(sum);
    }
    let wide = memchr::memmem::find_iter(text.as_bytes(), "\u{3000}".as_bytes()).count();
    let others = memchr::memchr3_iter(0xC2, 0xE1, 0xE2, text.as_bytes())
        .filter(|&at| {
            let first = text.get(at..).and_then(|rest| rest.chars().next());
            first.is_some_and(char::is_whitespace)
        })
        .count();
    count - (wide + others) as u64
}

fn text_of_row(row: &[u8], id: &str, text_field: &str, outlet: &mut dyn Outlet) -> Result<()> {
    if outlet.wants_texts()
        && let Ok(row) = TextRow::parse(row, text_field)
    {
        outlet.text(id, &row.text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_no_body() {
        let all: String = (0..0x1_1000_u32).filter_map(char::from_u32).collect();
        for text in [
            "",
            " ",
            "　各村委会：\r\n\t现将 有关事项“通知”如下\u{a0}\u{2003}。",
            &all,
        ] {
            let wanted = text.chars().filter(|c| !c.is_whitespace()).count() as u64;
            assert_eq!(body_chars(text), wanted);
        }
    }
}
