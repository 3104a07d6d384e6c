//! Taking documents out of an index: who keeps their place.

use std::collections::{BTreeMap, BTreeSet};

use super::dedupe::MIN_TOKENS;
use super::entry::Document;
use super::pairs;
use super::past::{decision_of, joined_of};
use super::rekeep::is_better;
use super::rows::ChangedRow;
use super::tonight::ESTIMATED_BITS;
use crate::cluster::{Comparison, Edge, Joined, Measure, Policy, Prepared, Relation, Thresholds};
use crate::config::{Settings, VerifyStore};
use crate::fingerprint::hamming128;
use crate::index::store::{Decision, Row, Store};
use crate::model::Canonical;
use crate::{Error, Result};

/// The rows as they stand afterwards, and which of them changed, by number.
type Rewritten = (Vec<Row>, Vec<(u32, ChangedRow)>);

/// The rows of all documents that a removal touches, and those of the ones that stay and are
/// now something else.
///
/// The duplicates of a removed keeper are decided anew among themselves, in the order of their
/// rank: the first takes its place and the name of the cluster; one that is no copy of it stays
/// too.
pub(super) fn plan(
    store: &Store,
    settings: &Settings,
    numbers: &BTreeSet<u32>,
) -> Result<Rewritten> {
    let gone: Vec<u32> = numbers.iter().copied().collect();
    let mut removal = Removal {
        store,
        settings,
        rows: BTreeMap::new(),
        changed: BTreeSet::new(),
    };
    for mut row in store.rows(&gone)? {
        if !row.is_removed {
            let decision = row.decision.take();
            row.is_removed = true;
            let number = row.number;
            removal.rows.insert(number, row);
            let keeper = decision.map_or(number, |decision| decision.keeper);
            removal.heirs(number, keeper, &gone)?;
        }
    }
    for &number in &gone {
        removal.promote(number, &gone)?;
    }
    removal.finish()
}

struct Removal<'a> {
    store: &'a Store,
    settings: &'a Settings,
    rows: BTreeMap<u32, Row>,
    changed: BTreeSet<u32>,
}

impl Removal<'_> {
    /// The documents of a cluster besides its keeper that stay, best rank first.
    fn members(&self, keeper: u32, gone: &[u32]) -> Result<Vec<Row>> {
        let numbers: Vec<u32> = self
            .store
            .members(&[keeper], u32::MAX)?
            .into_iter()
            .map(|(_, member)| member)
            .collect();
        let mut rows: Vec<Row> = self
            .store
            .rows(&numbers)?
            .into_iter()
            .filter(|row| {
                row.decision
                    .is_some_and(|decision| decision.keeper == keeper)
                    && !row.is_removed
                    && gone.binary_search(&row.number).is_err()
            })
            .collect();
        rows.sort_by(|a, b| {
            let (x, y) = (Document::of_row(a), Document::of_row(b));
            x.rank.compare(&a.id, &y.rank, &b.id)
        });
        Ok(rows)
    }

    /// Says in whom the form lives on that a removed document held, or was the heir of.
    fn heirs(&mut self, number: u32, keeper: u32, gone: &[u32]) -> Result<()> {
        let Some(first) = self.rows.get(&number).map(|row| row.first) else {
            return Ok(());
        };
        let mut sharers = self.members(keeper, gone)?;
        if keeper != number && gone.binary_search(&keeper).is_err() {
            sharers.extend(self.store.rows(&[keeper])?);
        }
        let heir = sharers.iter().find(|row| row.first == first);
        let holder = if first == number {
            self.rows.get_mut(&number)
        } else {
            let rows = self.store.rows(&[first])?;
            match rows.into_iter().next() {
                Some(row) if row.is_removed => Some(self.rows.entry(first).or_insert(row)),
                _ => None,
            }
        };
        if let Some(holder) = holder {
            holder.decision = heir.map(|heir| Decision {
                keeper: heir.number,
                ..Decision::default()
            });
        }
        Ok(())
    }

    /// Decides anew on the duplicates of a removed keeper.
    fn promote(&mut self, keeper: u32, gone: &[u32]) -> Result<()> {
        let members = self.members(keeper, gone)?;
        let name = match self.rows.get(&keeper) {
            Some(row) => row.cluster.clone().unwrap_or_else(|| row.id.clone()),
            None => return Ok(()),
        };
        let mut keepers: Vec<Row> = Vec::new();
        for mut row in members {
            let mut best: Option<Joined> = None;
            for other in &keepers {
                if let Some(joined) = compare(self.store, self.settings, &row, other)?
                    && best.is_none_or(|best| {
                        (joined.relation, -joined.similarity) < (best.relation, -best.similarity)
                    })
                {
                    best = Some(joined);
                }
            }
            row.decision = best.map(|joined| decision_of(&joined, joined.keeper));
            if row.decision.is_none() {
                row.cluster = keepers.is_empty().then(|| name.clone());
                keepers.push(row.clone());
            }
            self.changed.insert(row.number);
            self.rows.insert(row.number, row);
        }
        Ok(())
    }

    fn finish(self) -> Result<Rewritten> {
        let mut changed = Vec::new();
        for number in &self.changed {
            let Some(row) = self.rows.get(number) else {
                continue;
            };
            let keeper = row
                .decision
                .and_then(|decision| self.rows.get(&decision.keeper));
            changed.push((*number, changed_row(row, keeper)));
        }
        Ok((self.rows.into_values().collect(), changed))
    }
}

/// A row of `assignments.jsonl` from the index.
pub(super) fn changed_row(row: &Row, keeper: Option<&Row>) -> ChangedRow {
    let joined = row
        .decision
        .as_ref()
        .and_then(|decision| joined_of(decision, 0));
    let better = keeper.is_some_and(|keeper| {
        let (this, other) = (Document::of_row(row), Document::of_row(keeper));
        is_better((&this.rank, &this.id), (&other.rank, &other.id))
    });
    let name = |row: &Row| row.cluster.clone().unwrap_or_else(|| row.id.clone());
    ChangedRow {
        id: row.id.clone(),
        record: row.record().to_owned(),
        part: row.part,
        span: row.span,
        cluster: keeper.map_or_else(|| name(row), name),
        keep: row.decision.is_none(),
        duplicate_of: keeper.map(|keeper| keeper.id.clone()),
        relation: joined.map(|joined| joined.relation),
        measure: joined.map(|joined| joined.measure),
        similarity: joined.map(|joined| joined.similarity),
        better: better.then_some(true),
        changed: Some(true),
    }
}

/// Whether a document goes for another, exactly; `keeper` of the answer is a number in the index.
pub(super) fn compare(
    store: &Store,
    settings: &Settings,
    row: &Row,
    keeper: &Row,
) -> Result<Option<Joined>> {
    let joined = |relation, measure, similarity, hamming: u32| Joined {
        keeper: keeper.number,
        relation,
        measure,
        similarity,
        hamming: hamming.min(255) as u8,
    };
    if row.text_hash == keeper.text_hash {
        return Ok(Some(joined(Relation::Exact, Measure::Jaccard, 1.0, 0)));
    }
    let is_short = row.tokens < MIN_TOKENS || keeper.tokens < MIN_TOKENS;
    if is_short || row.is_worn != keeper.is_worn {
        return Ok(None);
    }
    if row.form_hash == keeper.form_hash {
        return Ok(Some(joined(Relation::Canonical, Measure::Jaccard, 1.0, 0)));
    }
    let (x, y) = (store.glance(row.number)?, store.glance(keeper.number)?);
    let hamming = hamming128(x.simhash, y.simhash);
    let thresholds = Thresholds::of(settings);
    // The earlier one first, as the night had them.
    let (first, second) = if row.number < keeper.number {
        (row, keeper)
    } else {
        (keeper, row)
    };
    let edge = if settings.verify_store == VerifyStore::None {
        if !Policy::of(settings).removes_unseen() || hamming > ESTIMATED_BITS {
            return Ok(None);
        }
        Edge::estimated(0, 1, hamming)
    } else {
        let (first, second) = (prepared(store, first)?, prepared(store, second)?);
        Edge::new(0, 1, hamming, &Comparison::of(&first, &second, &thresholds))
    };
    let (this, other) = if row.number < keeper.number {
        (0, 1)
    } else {
        (1, 0)
    };
    let (relation, measure, similarity) = edge.judge(&thresholds);
    let is_copy =
        Policy::of(settings).removes(relation) && (!edge.masks(other) || edge.masks(this));
    Ok(is_copy.then(|| joined(relation, measure, similarity, hamming)))
}

/// The form of a document, ready for comparison.
pub(super) fn prepared(store: &Store, row: &Row) -> Result<Prepared> {
    let bytes = store.forms(&[row.first])?.pop().unwrap_or_default();
    let form = Canonical::from_bytes(&bytes).ok_or_else(|| Error::Store {
        path: store.root().to_owned(),
        problem: format!("the form of {} is damaged", row.id),
    })?;
    Ok(pairs::prepared(form))
}
