//! The documents of earlier nights that matter tonight.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::dedupe::Glance;
use crate::Result;
use crate::cluster::{Difference, Edge, Joined, Measure, Relation};
use crate::index::store::{self, Decision, Row, Store, StoredEdge};

/// Relations by the number that rows give them. Numbers never change their meaning.
const RELATIONS: [Relation; 6] = [
    Relation::Exact,
    Relation::Canonical,
    Relation::Near,
    Relation::Contained,
    Relation::Revision,
    Relation::Sibling,
];
/// Measures likewise.
const MEASURES: [Measure; 4] = [
    Measure::Jaccard,
    Measure::Containment,
    Measure::Aligned,
    Measure::Estimated,
];

fn place<T: PartialEq>(list: &[T], value: &T) -> u8 {
    list.iter()
        .position(|other| other == value)
        .map_or(u8::MAX, |at| at as u8)
}

/// A decision as rows have it; `keeper` is the number in the index.
pub(super) fn decision_of(joined: &Joined, keeper: u32) -> Decision {
    Decision {
        keeper,
        relation: place(&RELATIONS, &joined.relation),
        measure: place(&MEASURES, &joined.measure),
        similarity_e4: (joined.similarity * 10_000.0).round() as u16,
        hamming: joined.hamming,
    }
}

/// A row's decision for the stars; `keeper` is the local number.
pub(super) fn joined_of(decision: &Decision, keeper: u32) -> Option<Joined> {
    Some(Joined {
        keeper,
        relation: *RELATIONS.get(usize::from(decision.relation))?,
        measure: *MEASURES.get(usize::from(decision.measure))?,
        similarity: f64::from(decision.similarity_e4) / 10_000.0,
        hamming: decision.hamming,
    })
}

/// Differences likewise, from 1.
const DIFFERENCES: [Difference; 4] = [
    Difference::Noise,
    Difference::Slots,
    Difference::Amended,
    Difference::Unseen,
];

/// An edge as the index has it; `number` gives the number of each of its documents.
pub(super) fn stored_edge(edge: &Edge, number: impl Fn(u32) -> u32) -> StoredEdge {
    let e4 = |value: f32| (f64::from(value) * 10_000.0).round() as u16;
    let (a, b) = (number(edge.a), number(edge.b));
    let stored = StoredEdge {
        a,
        b,
        jaccard_e4: e4(edge.jaccard),
        containment_a_e4: e4(edge.containment_a),
        containment_b_e4: e4(edge.containment_b),
        aligned_e4: edge.aligned.map(e4),
        hamming: edge.hamming,
        difference: edge
            .difference
            .map_or(0, |difference| place(&DIFFERENCES, &difference) + 1),
        masked: (edge.masked_a, edge.masked_b),
    };
    if a < b {
        return stored;
    }
    StoredEdge {
        a: b,
        b: a,
        containment_a_e4: stored.containment_b_e4,
        containment_b_e4: stored.containment_a_e4,
        masked: (edge.masked_b, edge.masked_a),
        ..stored
    }
}

/// Undoes [`stored_edge`]; documents are named by their numbers in the index.
pub(super) fn edge_of(stored: &StoredEdge) -> Edge {
    let ratio = |e4: u16| f32::from(e4) / 10_000.0;
    Edge {
        a: stored.a,
        b: stored.b,
        jaccard: ratio(stored.jaccard_e4),
        containment_a: ratio(stored.containment_a_e4),
        containment_b: ratio(stored.containment_b_e4),
        aligned: stored.aligned_e4.map(ratio),
        hamming: stored.hamming,
        difference: usize::from(stored.difference)
            .checked_sub(1)
            .and_then(|at| DIFFERENCES.get(at).copied()),
        masked_a: stored.masked.0,
        masked_b: stored.masked.1,
        // What copies showed of one another stands in the rows of their night.
        spoilt_a: 0,
        spoilt_b: 0,
        extra_a: 0,
        extra_b: 0,
        are_peers: false,
        is_of_one_night: false,
    }
}

/// What the index remembers for a glance, as comparison has it.
pub(super) fn glance_of(glance: store::Glance) -> Glance {
    Glance {
        simhash: glance.simhash,
        shingles: glance.shingles,
    }
}

/// Documents of the past, numbered in the order in which they were included.
pub(super) struct Past<'a> {
    store: &'a Store,
    before: u32,
    /// Number of tonight's documents; local numbers of the past begin there.
    count: u32,
    rows: Vec<Row>,
    /// Local number of each document that is included or known.
    places: HashMap<u32, u32>,
    forms: BTreeSet<u32>,
    /// Tonight's documents that the index knows, by local number.
    known: BTreeMap<u32, Row>,
}

impl<'a> Past<'a> {
    /// The documents below `before`, for `count` documents of tonight.
    pub(super) fn new(store: &'a Store, before: u32, count: u32) -> Self {
        Self {
            store,
            before,
            count,
            rows: Vec::new(),
            places: HashMap::new(),
            forms: BTreeSet::new(),
            known: BTreeMap::new(),
        }
    }

    pub(super) fn store(&self) -> &'a Store {
        self.store
    }

    pub(super) fn before(&self) -> u32 {
        self.before
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    pub(super) fn known(&self) -> impl Iterator<Item = (u32, &Row)> {
        self.known.iter().map(|(local, row)| (*local, row))
    }

    /// One of tonight's documents is this one.
    pub(super) fn know(&mut self, local: u32, row: Row) {
        self.places.insert(row.number, local);
        self.known.insert(local, row);
    }

    /// The row of a document that is included or known, by local number.
    pub(super) fn row(&self, local: u32) -> Option<&Row> {
        match local.checked_sub(self.count) {
            Some(at) => self.rows.get(at as usize),
            None => self.known.get(&local),
        }
    }

    /// Numbers of all included documents.
    pub(super) fn into_numbers(self) -> Vec<u32> {
        self.rows.iter().map(|row| row.number).collect()
    }

    /// Earlier documents follow a later one only since keepers were elected anew.
    fn as_it_was(&self, row: &mut Row) {
        row.decision = row
            .decision
            .filter(|decision| decision.keeper < self.before);
    }

    /// Includes a document; returns its local number.
    pub(super) fn include(&mut self, row: &Row) -> u32 {
        let next = self.count + self.rows.len() as u32;
        let local = *self.places.entry(row.number).or_insert(next);
        if local == next {
            let mut row = row.clone();
            self.as_it_was(&mut row);
            self.rows.push(row);
        }
        local
    }

    /// The rows of some documents, by the number asked for. One that was removed gives way to
    /// the one that its form lives on in, or is missing.
    pub(super) fn living(&self, mut numbers: Vec<u32>) -> Result<BTreeMap<u32, Row>> {
        numbers.sort_unstable();
        numbers.dedup();
        let mut out = BTreeMap::new();
        for (number, row) in numbers.iter().copied().zip(self.store.rows(&numbers)?) {
            let mut row = row;
            // Each step leads to a document that was removed later or not at all.
            let mut steps = 0;
            while row.is_removed && steps < 64 {
                let Some(heir) = row.decision.map(|decision| decision.keeper) else {
                    break;
                };
                let Some(next) = self.store.rows(&[heir])?.pop() else {
                    break;
                };
                row = next;
                steps += 1;
            }
            if !row.is_removed {
                self.as_it_was(&mut row);
                out.insert(number, row);
            }
        }
        Ok(out)
    }

    /// The form of an included document will be compared. Those of tonight are at hand.
    pub(super) fn want_form(&mut self, local: u32) {
        self.forms.extend(local.checked_sub(self.count));
    }

    /// Includes the keepers of all included and known documents.
    pub(super) fn include_keepers(&mut self) -> Result<()> {
        let mut keepers: Vec<u32> = self
            .rows
            .iter()
            .chain(self.known.values())
            .filter_map(|row| Some(row.decision?.keeper))
            .collect();
        keepers.sort_unstable();
        keepers.dedup();
        for row in self.store.rows(&keepers)? {
            self.include(&row);
        }
        Ok(())
    }

    /// The glances of all included documents, in their order.
    pub(super) fn glances(&self) -> Result<Vec<Glance>> {
        let mut wanted: Vec<(u32, usize)> = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.number, at))
            .collect();
        wanted.sort_unstable();
        let numbers: Vec<u32> = wanted.iter().map(|&(number, _)| number).collect();
        let mut out = vec![glance_of(store::Glance::default()); self.rows.len()];
        self.store.glances(&numbers, |nth, glance| {
            out[wanted[nth].1] = glance_of(glance);
        })?;
        Ok(out)
    }

    /// The wanted forms by place.
    pub(super) fn load_forms(&self) -> Result<BTreeMap<u32, Vec<u8>>> {
        let mut wanted: Vec<(u32, u32)> = self
            .forms
            .iter()
            .map(|&at| (self.rows[at as usize].first, at))
            .collect();
        wanted.sort_unstable();
        let numbers: Vec<u32> = wanted.iter().map(|&(number, _)| number).collect();
        let forms = self.store.forms(&numbers)?;
        Ok(wanted.into_iter().map(|(_, at)| at).zip(forms).collect())
    }

    /// Includes the duplicates of some keepers.
    pub(super) fn include_members(&mut self, keepers: &[u32]) -> Result<()> {
        let members = self.store.members(keepers, self.before)?;
        let mut numbers: Vec<u32> = members.iter().map(|&(_, member)| member).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for row in self.store.rows(&numbers)? {
            let is_theirs = row
                .decision
                .is_some_and(|decision| keepers.binary_search(&decision.keeper).is_ok());
            if is_theirs && !row.is_removed {
                self.include(&row);
            }
        }
        Ok(())
    }

    /// What became of an earlier document, its keeper by local number.
    pub(super) fn joined(&self, row: &Row) -> Result<Option<Joined>> {
        let Some(decision) = row.decision else {
            return Ok(None);
        };
        let root = self.store.root();
        let keeper = self.places.get(&decision.keeper);
        keeper
            .and_then(|&keeper| joined_of(&decision, keeper))
            .map(Some)
            .ok_or_else(|| crate::Error::Store {
                path: root.to_owned(),
                problem: format!(
                    "document {} has a keeper or a relation that this version does not know",
                    row.id
                ),
            })
    }

    /// Which documents stand in groups of siblings and of related ones already, by local number.
    pub(super) fn grouped(&self) -> (Vec<bool>, Vec<bool>) {
        let count = self.count as usize;
        let mut siblings = vec![false; count + self.rows.len()];
        let mut related = siblings.clone();
        let known = self.known.iter().map(|(&local, row)| (local as usize, row));
        let old = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (count + at, row));
        for (local, row) in known.chain(old) {
            siblings[local] = row.is_sibling;
            related[local] = row.is_related;
        }
        (siblings, related)
    }
}
