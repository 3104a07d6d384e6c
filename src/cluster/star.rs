//! Keeper-ranked stars over verified edges.
//!
//! Documents are taken in the order of their rank. One that has an accepted edge to a keeper
//! before it becomes its duplicate, else it is a keeper itself. So every duplicate is verified
//! against the very document that stays, no chain grows, and a document that comes later in rank
//! never changes what was decided before it.

use std::collections::HashSet;

use crate::config::{KeepOrMerge, Settings};

use super::edge::Edge;
use super::evidence::Difference;
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
    let mut stars = Stars {
        joined: vec![None; count],
        place,
        apart: edges
            .iter()
            .filter(|edge| edge.difference == Some(Difference::Slots))
            .map(|edge| (edge.a, edge.b))
            .collect(),
        thresholds,
        policy,
    };
    let mut from = 0;
    for (at, &document) in (0..).zip(order) {
        let to = from + by_later[from..].partition_point(|&(later, _)| later <= at);
        let mine = by_later[from..to]
            .iter()
            .map(|&(_, nth)| &edges[nth as usize]);
        stars.joined[document as usize] = stars.join(document, mine);
        from = to;
    }
    stars.joined
}

/// How well each document is borne out by its copies of the same night, for
/// [`super::Rank::support`]: the sum of the similarities of accepted edges, in ten thousandths,
/// each counted as often as there are documents (`weights`) of the other's form that night.
pub fn support(
    edges: &[Edge],
    thresholds: &Thresholds,
    policy: Policy,
    nights: impl Fn(u32) -> u32,
    weights: &[u32],
) -> Vec<u64> {
    let mut out: Vec<u64> = weights
        .iter()
        .map(|&weight| 10_000 * u64::from(weight.saturating_sub(1)))
        .collect();
    for edge in edges {
        let (relation, _, similarity) = edge.judge(thresholds);
        if nights(edge.a) == nights(edge.b) && policy.removes(relation) {
            let similarity = (similarity * 10_000.0).round() as u64;
            let (a, b) = (edge.a as usize, edge.b as usize);
            out[a] += similarity * u64::from(weights[b]);
            out[b] += similarity * u64::from(weights[a]);
        }
    }
    out
}

/// The decisions so far.
struct Stars<'a> {
    joined: Vec<Option<Joined>>,
    place: Vec<u32>,
    /// Pairs that differ in their figures or names.
    apart: HashSet<(u32, u32)>,
    thresholds: &'a Thresholds,
    policy: Policy,
}

impl Stars<'_> {
    fn join<'e>(&self, document: u32, mine: impl Iterator<Item = &'e Edge>) -> Option<Joined> {
        let mut clear: Vec<Joined> = Vec::new();
        let mut masked: Vec<Joined> = Vec::new();
        for edge in mine {
            let keeper = edge.other(document);
            if self.joined[keeper as usize].is_some() {
                continue;
            }
            let (relation, measure, similarity) = edge.judge(self.thresholds);
            // A text with figures is no duplicate of one that masks them.
            if !self.policy.removes(relation) || (edge.masks(keeper) && !edge.masks(document)) {
                continue;
            }
            let fits = if edge.masks(document) {
                &mut masked
            } else {
                &mut clear
            };
            fits.push(Joined {
                keeper,
                relation,
                measure,
                similarity,
                hamming: edge.hamming,
            });
        }
        // A masked text that fits two originals is a copy of neither by itself. One that it fits
        // without its masks is its original.
        if clear.is_empty() && self.are_apart(&masked) {
            return None;
        }
        let fits = if clear.is_empty() { masked } else { clear };
        fits.into_iter().min_by(|x, y| {
            x.relation
                .cmp(&y.relation)
                .then(y.similarity.total_cmp(&x.similarity))
                .then(self.place[x.keeper as usize].cmp(&self.place[y.keeper as usize]))
        })
    }

    fn are_apart(&self, fits: &[Joined]) -> bool {
        fits.iter().enumerate().any(|(nth, one)| {
            fits[nth + 1..].iter().any(|other| {
                let pair = (one.keeper.min(other.keeper), one.keeper.max(other.keeper));
                self.apart.contains(&pair)
            })
        })
    }
}
