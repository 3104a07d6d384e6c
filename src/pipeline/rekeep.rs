//! `--rekeep`: a better copy that came later takes the keeper's place.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::entry::Document;
use super::past::{decision_of, joined_of};
use super::remove::{changed_row, compare};
use super::rows::ChangedRow;
use crate::Result;
use crate::cluster::{Joined, Rank};
use crate::config::Settings;
use crate::index::store::{Row, Store};

/// Whether a document of a later night ranks before its keeper but for the night.
pub(super) fn is_better(document: (&Rank, &str), keeper: (&Rank, &str)) -> bool {
    document.0.night > keeper.0.night && apart_from_nights(document, keeper).is_lt()
}

/// The order of two documents by rank where nights do not count.
fn apart_from_nights(a: (&Rank, &str), b: (&Rank, &str)) -> Ordering {
    let nightless = |rank: &Rank| Rank {
        night: 0,
        ..rank.clone()
    };
    nightless(a.0).compare(a.1, &nightless(b.0), b.1)
}

/// The rows of the clusters of some keepers in which another document than the keeper ranks
/// first but for the night. Such a cluster is decided anew among its members, each against the
/// very one that stays; the cluster keeps its name.
pub(super) fn plan(
    store: &Store,
    settings: &Settings,
    keepers: &BTreeSet<u32>,
) -> Result<Vec<Row>> {
    let mut marks = Vec::new();
    for &keeper in keepers {
        let mut numbers: Vec<u32> = store
            .members(&[keeper], u32::MAX)?
            .into_iter()
            .map(|(_, member)| member)
            .chain([keeper])
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut members: Vec<(Document, Row)> = store
            .rows(&numbers)?
            .into_iter()
            .filter(|row| !row.is_removed)
            .filter(|row| {
                row.number == keeper
                    || row
                        .decision
                        .is_some_and(|decision| decision.keeper == keeper)
            })
            .map(|row| (Document::of_row(&row), row))
            .collect();
        members.sort_by(|(x, _), (y, _)| apart_from_nights((&x.rank, &x.id), (&y.rank, &y.id)));
        let Some(name) = members
            .iter()
            .find(|(_, row)| row.number == keeper)
            .map(|(_, row)| row.cluster.clone().unwrap_or_else(|| row.id.clone()))
        else {
            continue;
        };
        let is_better = |keeper: &Document| {
            let mut all = members.iter();
            all.any(|(one, _)| is_better((&one.rank, &one.id), (&keeper.rank, &keeper.id)))
        };
        let mut all = members.iter();
        let keeper = all.find(|(_, row)| row.number == keeper);
        if !keeper.is_some_and(|(keeper, _)| is_better(keeper)) {
            continue;
        }
        let mut stay: Vec<Row> = Vec::new();
        for (_, mut row) in members {
            let mut best: Option<Joined> = None;
            for other in &stay {
                if let Some(joined) = compare(store, settings, &row, other)?
                    && best.is_none_or(|best| {
                        (joined.relation, -joined.similarity) < (best.relation, -best.similarity)
                    })
                {
                    best = Some(joined);
                }
            }
            row.decision = best.map(|joined| decision_of(&joined, joined.keeper));
            row.cluster =
                (row.decision.is_none() && stay.is_empty() && row.id != name).then(|| name.clone());
            if row.decision.is_none() {
                stay.push(row.clone());
            }
            marks.push(row);
        }
    }
    marks.sort_unstable_by_key(|row| row.number);
    Ok(marks)
}

/// What an outcome is to say where the index has it otherwise: for each document by its place the
/// decision and the name of its cluster, and the rows of earlier ones that are now others.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) joined: Vec<Option<Joined>>,
    pub(super) clusters: Vec<Option<String>>,
    pub(super) changed: Vec<ChangedRow>,
}

/// How documents stand in the index. `numbers` are tonight's, then those of the past; `before`
/// says how the latter stood before.
pub(super) fn settled(
    store: &Store,
    numbers: &[u32],
    tonight: usize,
    before: &[Option<Joined>],
) -> Result<Settled> {
    let places: BTreeMap<u32, u32> = numbers.iter().copied().zip(0..).collect();
    let mut out = Settled::default();
    for (place, &number) in numbers.iter().enumerate() {
        let row = store.rows(&[number])?.pop().unwrap_or_default();
        let keeper = match row.decision {
            Some(decision) => store.rows(&[decision.keeper])?.pop(),
            None => None,
        };
        let joined = row.decision.and_then(|decision| {
            let keeper = places.get(&decision.keeper)?;
            joined_of(&decision, *keeper)
        });
        let was = before.get(place).copied().flatten();
        let is_other = joined.map(|joined| joined.keeper) != was.map(|joined| joined.keeper);
        if place >= tonight && is_other {
            out.changed.push(changed_row(&row, keeper.as_ref()));
        }
        out.joined.push(joined);
        out.clusters.push(row.cluster);
    }
    Ok(out)
}
