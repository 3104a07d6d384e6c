//! Keeper-ranked stars over verified edges.
//!
//! Documents are taken in the order of their rank. One that has an accepted edge to a keeper
//! before it becomes its duplicate, else it is a keeper itself. So every duplicate is verified
//! against the very document that stays, no chain grows, and a document that comes later in rank
//! never changes what was decided before it.

use crate::config::{KeepOrMerge, Settings};

use super::edge::Edge;
use super::judge::{Measure, Relation, Thresholds};

/// Which relations remove a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Siblings are merged.
    pub merge_siblings: bool,
    /// Revisions are merged.
    pub merge_revisions: bool,
    /// Contained documents are merged into their container.
    pub merge_contained: bool,
}

impl Policy {
    /// That of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            merge_siblings: settings.siblings == KeepOrMerge::Merge,
            merge_revisions: settings.revisions == KeepOrMerge::Merge,
            merge_contained: settings.contained == KeepOrMerge::Merge,
        }
    }

    /// Whether a document of this relation to its keeper goes.
    pub fn removes(self, relation: Relation) -> bool {
        match relation {
            Relation::Exact | Relation::Canonical | Relation::Near => true,
            Relation::Sibling => self.merge_siblings,
            Relation::Revision => self.merge_revisions,
            Relation::Contained => self.merge_contained,
            Relation::Unrelated => false,
        }
    }
}

/// Why a document goes: the edge to its keeper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joined {
    /// Number of the keeper.
    pub keeper: u32,
    /// What it is to the keeper.
    pub relation: Relation,
    /// By which measure.
    pub measure: Measure,
    /// Value of the measure.
    pub similarity: f64,
    /// SimHash distance.
    pub hamming: u8,
}

/// Decides on every document. `order` holds the documents by rank, best first; `edges` the
/// verified pairs. The answer for each document is None where it stays.
pub fn stars(
    order: &[u32],
    edges: &[Edge],
    thresholds: &Thresholds,
    policy: Policy,
) -> Vec<Option<Joined>> {
    stars_after(order, edges, thresholds, policy, &[])
}

/// [`stars`], where some documents are decided already: `settled` holds those decisions by
/// document number, and may be shorter than there are documents.
pub fn stars_after(
    order: &[u32],
    edges: &[Edge],
    thresholds: &Thresholds,
    policy: Policy,
    settled: &[Option<Option<Joined>>],
) -> Vec<Option<Joined>> {
    let count = order.len();
    let mut place = vec![0_u32; count];
    for (at, &document) in (0..).zip(order) {
        place[document as usize] = at;
    }
    // Edges by their later document.
    let mut by_later: Vec<(u32, u32)> = (0..)
        .zip(edges)
        .map(|(nth, edge)| (place[edge.a as usize].max(place[edge.b as usize]), nth))
        .collect();
    by_later.sort_unstable();
    let mut joined: Vec<Option<Joined>> = vec![None; count];
    let mut from = 0;
    for (at, &document) in (0..).zip(order) {
        let to = from + by_later[from..].partition_point(|&(later, _)| later <= at);
        let mine = by_later[from..to]
            .iter()
            .map(|&(_, nth)| &edges[nth as usize]);
        joined[document as usize] = match settled.get(document as usize) {
            Some(Some(decision)) => *decision,
            _ => join(document, mine, &joined, &place, thresholds, policy, edges),
        };
        from = to;
    }
    joined
}

fn join<'a>(
    document: u32,
    mine: impl Iterator<Item = &'a Edge>,
    joined: &[Option<Joined>],
    place: &[u32],
    thresholds: &Thresholds,
    policy: Policy,
    _edges: &[Edge],
) -> Option<Joined> {
    let mut fits: Vec<(Joined, bool)> = Vec::new();
    for edge in mine {
        let keeper = edge.other(document);
        if joined[keeper as usize].is_some() {
            continue;
        }
        let (relation, measure, similarity) = edge.judge(thresholds);
        if !policy.removes(relation) {
            continue;
        }
        // A text with figures is no duplicate of one that masks them.
        if edge.masks(keeper) && !edge.masks(document) {
            continue;
        }
        fits.push((
            Joined {
                keeper,
                relation,
                measure,
                similarity,
                hamming: edge.hamming,
            },
            edge.masks(document),
        ));
    }
    // A masked text that fits two originals is a copy of neither by itself. One that it fits
    // without its masks is its original.
    let open = fits.iter().filter(|(_, masked)| *masked).count();
    if open > 1 && open == fits.len() {
        return None;
    }
    if open < fits.len() {
        fits.retain(|(_, masked)| !masked);
    }
    fits.into_iter().map(|(joined, _)| joined).min_by(|x, y| {
        x.relation
            .cmp(&y.relation)
            .then(y.similarity.total_cmp(&x.similarity))
            .then(place[x.keeper as usize].cmp(&place[y.keeper as usize]))
    })
}
