//! Keeper-ranked stars over verified edges.
//!
//! Documents are taken in the order of their rank. One that has an accepted edge to a keeper
//! before it becomes its duplicate, else it is a keeper itself, or a copy of the same night that
//! is as little damaged and reaches more copies is. So every duplicate is verified against the
//! very document that stays, no chain grows, and a document of a later night never changes what
//! was decided before it.

use std::collections::{BTreeMap, HashSet};

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

    /// Whether a document goes for another that it resembles, where nobody can see in what they
    /// differ: only where neither a sibling nor a revision would stay.
    pub fn removes_unseen(self) -> bool {
        self.merge_siblings && self.merge_revisions
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
    let mut stars = Stars {
        joined: vec![None; count],
        is_decided: vec![false; count],
        place,
        apart: edges
            .iter()
            .filter(|edge| edge.difference == Some(Difference::Slots))
            .map(|edge| (edge.a, edge.b))
            .collect(),
        compilations: compilations(edges),
        beside: Beside::new(count, edges, thresholds, policy),
        edges,
        thresholds,
        policy,
    };
    for &document in order {
        if stars.is_decided[document as usize] {
            continue;
        }
        let joined = match settled.get(document as usize) {
            Some(Some(decision)) => *decision,
            _ => {
                let joined = stars.join(document);
                match stars.hub(document).filter(|_| joined.is_none()) {
                    Some(hub) => {
                        stars.decide(hub, None);
                        stars.join(document)
                    }
                    None => joined,
                }
            }
        };
        stars.decide(document, joined);
    }
    stars.joined
}

/// For each document the damage that comparison with its copies of the same night shows, in
/// points, for [`super::Rank::shown`].
///
/// Spoilt characters count as the copy that shows most of them has it. Blocks are told by all
/// texts that share most of themselves and differ in nothing but noise. Those that most copies
/// lack are foreign text, blocks that most copies have are lost: a copy alone against one other
/// proves neither. `weights` says how many documents of that night have a document's form.
pub fn shown(
    edges: &[Edge],
    thresholds: &Thresholds,
    policy: Policy,
    nights: impl Fn(u32) -> u32,
    weights: &[u32],
) -> Vec<u64> {
    let mut spoilt = vec![0_u8; weights.len()];
    // By document: hundredths of it that a copy lacks, of a copy that it lacks, copies, which one.
    let mut blocks: Vec<(u32, u8, u8, u32, u32)> = Vec::new();
    let mut apart: HashSet<(u32, u32)> = HashSet::new();
    for edge in edges {
        let (relation, _, _) = edge.judge(thresholds);
        if nights(edge.a) != nights(edge.b) {
            continue;
        }
        if edge.extra_a > 0 && edge.extra_b > 0 {
            apart.insert((edge.a, edge.b));
        }
        if edge.difference != Some(Difference::Noise) {
            continue;
        }
        let (a, b) = (edge.a as usize, edge.b as usize);
        if policy.removes(relation) {
            spoilt[a] = spoilt[a].max(edge.spoilt_a);
            spoilt[b] = spoilt[b].max(edge.spoilt_b);
        }
        blocks.push((edge.a, edge.extra_a, edge.extra_b, weights[b], edge.b));
        blocks.push((edge.b, edge.extra_b, edge.extra_a, weights[a], edge.a));
    }
    blocks.sort_unstable();
    let mut out: Vec<u64> = spoilt
        .iter()
        // One may be a rare name.
        .map(|&spoilt| SPOILT_POINTS * u64::from(spoilt.saturating_sub(1)))
        .collect();
    for mine in blocks.chunk_by(|x, y| x.0 == y.0) {
        let document = mine[0].0 as usize;
        // The documents of its own form have what it has, and lack what it lacks.
        let own = weights[document].saturating_sub(1);
        let foreign = agreed(mine.iter().map(|edge| (edge.1, edge.3)).collect(), own);
        let lost = agreed(mine.iter().map(|edge| (edge.2, edge.3)).collect(), own);
        let lacking = mine.iter().filter(|copy| copy.1 >= foreign && copy.2 == 0);
        if foreign > 0 && !are_apart(lacking.map(|copy| copy.4), &apart) {
            out[document] += u64::from(foreign);
        }
        let having = mine.iter().filter(|copy| copy.2 >= lost && copy.1 == 0);
        if lost > 0 && !are_apart(having.map(|copy| copy.4), &apart) {
            out[document] += u64::from(lost);
        }
    }
    out
}

/// Whether two of some copies have blocks each that the other has not. Where they are parts of a
/// document, or wholes of it, they do not lack, or have, the same, and prove nothing of it.
fn are_apart(copies: impl Iterator<Item = u32>, apart: &HashSet<(u32, u32)>) -> bool {
    let copies: Vec<u32> = copies.take(COMPILED).collect();
    copies.iter().enumerate().any(|(nth, &one)| {
        let mut others = copies[nth + 1..].iter();
        others.any(|&other| apart.contains(&(one.min(other), one.max(other))))
    })
}

/// Points of a spoilt character; a hundredth of the text in blocks has one.
const SPOILT_POINTS: u64 = 8;

/// The share that more than half of the copies and at least two agree on: `copies` are shares
/// with weights, and `own` copies say 0.
fn agreed(mut copies: Vec<(u8, u32)>, own: u32) -> u8 {
    let total: u32 = own + copies.iter().map(|copy| copy.1).sum::<u32>();
    if total < 2 {
        return 0;
    }
    copies.sort_unstable_by(|x, y| y.cmp(x));
    let mut said = 0;
    for (share, weight) in copies {
        said += weight;
        if said * 2 > total {
            return share;
        }
    }
    0
}

/// Documents that contain two others which resemble each other in nothing: compilations. A copy of
/// one text with site text around it contains only copies of that text.
fn compilations(edges: &[Edge]) -> HashSet<u32> {
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut alike: HashSet<(u32, u32)> = HashSet::new();
    for edge in edges {
        alike.insert((edge.a, edge.b));
        for (part, whole) in [(edge.a, edge.b), (edge.b, edge.a)] {
            if edge.contains(whole, part) {
                parts.entry(whole).or_default().push(part);
            }
        }
    }
    parts
        .into_iter()
        .filter(|(_, parts)| {
            // One that is unlike any other is enough; long lists are of one family.
            parts.iter().take(COMPILED).enumerate().any(|(nth, &one)| {
                parts[nth + 1..]
                    .iter()
                    .take(COMPILED)
                    .any(|&other| !alike.contains(&(one.min(other), one.max(other))))
            })
        })
        .map(|(whole, _)| whole)
        .collect()
}

/// Parts of a document that are compared with one another.
const COMPILED: usize = 16;

/// For each document its edges that may remove one of the two.
struct Beside {
    from: Vec<u32>,
    edges: Vec<u32>,
}

impl Beside {
    fn new(count: usize, edges: &[Edge], thresholds: &Thresholds, policy: Policy) -> Self {
        let removes: Vec<bool> = edges
            .iter()
            .map(|edge| policy.removes(edge.judge(thresholds).0))
            .collect();
        let ends = || {
            let all = (0..).zip(edges.iter().zip(&removes));
            all.filter(|&(_, (_, &removes))| removes)
                .flat_map(|(nth, (edge, _))| [(edge.a, nth), (edge.b, nth)])
        };
        let mut from = vec![0_u32; count + 1];
        for (document, _) in ends() {
            from[document as usize + 1] += 1;
        }
        for at in 0..count {
            from[at + 1] += from[at];
        }
        let mut next = from.clone();
        let mut out = vec![0; ends().count()];
        for (document, nth) in ends() {
            let at = &mut next[document as usize];
            out[*at as usize] = nth;
            *at += 1;
        }
        Self { from, edges: out }
    }

    fn of(&self, document: u32) -> &[u32] {
        let at = document as usize;
        &self.edges[self.from[at] as usize..self.from[at + 1] as usize]
    }
}

/// The decisions so far.
struct Stars<'a> {
    joined: Vec<Option<Joined>>,
    is_decided: Vec<bool>,
    place: Vec<u32>,
    /// Pairs that differ in their figures or names.
    apart: HashSet<(u32, u32)>,
    compilations: HashSet<u32>,
    beside: Beside,
    edges: &'a [Edge],
    thresholds: &'a Thresholds,
    policy: Policy,
}

impl<'a> Stars<'a> {
    fn decide(&mut self, document: u32, joined: Option<Joined>) {
        self.joined[document as usize] = joined;
        self.is_decided[document as usize] = true;
    }

    fn is_keeper(&self, document: u32) -> bool {
        self.is_decided[document as usize] && self.joined[document as usize].is_none()
    }

    fn edges_of(&self, document: u32) -> impl Iterator<Item = &'a Edge> {
        let edges = self.edges;
        let mine = self.beside.of(document).iter();
        mine.map(move |&nth| &edges[nth as usize])
    }

    /// The document that stays in the place of one that would: a copy of it, as little damaged,
    /// that reaches all the copies which it reaches, and more. An original of which one copy has
    /// a paragraph more, and another copy other paragraphs, reaches both; they don't reach each
    /// other.
    fn hub(&self, document: u32) -> Option<u32> {
        if !self.edges_of(document).any(|edge| edge.are_peers) {
            return None;
        }
        let mine = self.reach(document);
        let mut best: Option<(usize, u32)> = None;
        for edge in self.edges_of(document).filter(|edge| edge.are_peers) {
            let hub = edge.other(document);
            if !mine.contains(&hub) || self.fit(edge, document, hub).is_none() {
                continue;
            }
            let reach = self.reach(hub);
            let is_more = reach.len() > mine.len()
                && (mine.iter()).all(|&copy| copy == hub || reach.binary_search(&copy).is_ok());
            let is_better = |(most, other): (usize, u32)| {
                (reach.len(), std::cmp::Reverse(self.place[hub as usize]))
                    > (most, std::cmp::Reverse(self.place[other as usize]))
            };
            if is_more && best.is_none_or(is_better) {
                best = Some((reach.len(), hub));
            }
        }
        best.map(|(_, hub)| hub)
    }

    /// The undecided documents of the same night that would go for this one, and for no keeper so
    /// far, ascending.
    fn reach(&self, keeper: u32) -> Vec<u32> {
        let mut out: Vec<u32> = self
            .edges_of(keeper)
            .filter(|edge| edge.is_of_one_night)
            .map(|edge| (edge, edge.other(keeper)))
            .filter(|&(edge, copy)| {
                !self.is_decided[copy as usize] && self.fit(edge, copy, keeper).is_some()
            })
            .map(|(_, copy)| copy)
            .filter(|&copy| {
                !self.edges_of(copy).any(|edge| {
                    let other = edge.other(copy);
                    self.is_keeper(other) && self.fit(edge, copy, other).is_some()
                })
            })
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What a document is to another that may be its keeper, or None.
    fn fit(&self, edge: &Edge, document: u32, keeper: u32) -> Option<Joined> {
        let (relation, measure, similarity) = edge.judge(self.thresholds);
        if edge.difference == Some(Difference::Unseen) && !self.policy.removes_unseen() {
            return None;
        }
        // A text with figures is no duplicate of one that masks them.
        if !self.policy.removes(relation) || (edge.masks(keeper) && !edge.masks(document)) {
            return None;
        }
        // What is contained goes into its container, never the other way round; and a
        // compilation swallows none of its parts.
        let is_within = relation == Relation::Contained
            && edge.containment(document) < Thresholds::CONTAINED
            || self.compilations.contains(&keeper) && edge.contains(keeper, document);
        (!is_within).then_some(Joined {
            keeper,
            relation,
            measure,
            similarity,
            hamming: edge.hamming,
        })
    }

    fn join(&self, document: u32) -> Option<Joined> {
        let mut clear: Vec<Joined> = Vec::new();
        let mut masked: Vec<Joined> = Vec::new();
        for edge in self.edges_of(document) {
            let keeper = edge.other(document);
            if !self.is_keeper(keeper) {
                continue;
            }
            let Some(joined) = self.fit(edge, document, keeper) else {
                continue;
            };
            let fits = if edge.masks(document) {
                &mut masked
            } else {
                &mut clear
            };
            fits.push(joined);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two copies with a paragraph more each, the first of them the longest, and their original.
    fn decided(are_peers: bool) -> Vec<Option<u32>> {
        let (longest, original, other) = (0, 1, 2);
        let edge = |a: u32, b: u32| Edge {
            are_peers,
            is_of_one_night: true,
            ..Edge::of_one_form(a, b)
        };
        let edges = [edge(longest, original), edge(original, other)];
        let thresholds = Thresholds {
            jaccard: 0.7,
            aligned: None,
        };
        let policy = Policy {
            merge_siblings: false,
            merge_revisions: false,
            merge_contained: false,
        };
        stars(&[longest, original, other], &edges, &thresholds, policy)
            .into_iter()
            .map(|joined| joined.map(|joined| joined.keeper))
            .collect()
    }

    #[test]
    fn a_copy_that_reaches_more_stays_where_it_is_as_good() {
        assert_eq!(decided(true), [Some(1), None, Some(1)]);
        assert_eq!(decided(false), [None, Some(0), None]);
    }
}
