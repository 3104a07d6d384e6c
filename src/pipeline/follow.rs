//! One run over several nights: what resembles a duplicate of an earlier night is compared with
//! that one's keeper, as nights do, which compare with those that stay alone.

use super::dedupe::{self, Glance};
use super::entry::Document;
use super::pairs;
use crate::Result;
use crate::cluster::{Edge, Policy, Thresholds, stars};
use crate::index::Forms;

/// The documents of a run over several nights.
pub(super) struct Nights<'a> {
    pub(super) documents: &'a [Document],
    pub(super) forms: &'a Forms,
    pub(super) glances: &'a [Glance],
    pub(super) thresholds: &'a Thresholds,
    pub(super) policy: Policy,
}

impl Nights<'_> {
    /// Adds the pairs with keepers, night by night: what a night decides is settled before the
    /// next. Nothing where all documents are of one night.
    pub(super) fn follow(&self, pairs: &mut Vec<(u32, u32)>, edges: &mut Vec<Edge>) -> Result<()> {
        let night = |document: u32| self.documents[document as usize].rank.night;
        let mut nights: Vec<u32> = (self.documents.iter())
            .map(|document| document.rank.night)
            .collect();
        nights.sort_unstable();
        nights.dedup();
        let order = match nights.len() {
            0 | 1 => return Ok(()),
            _ => dedupe::by_rank(self.documents),
        };
        for tonight in nights.into_iter().skip(1) {
            let joined = stars(&order, edges, self.thresholds, self.policy);
            let mut more: Vec<(u32, u32)> = Vec::new();
            for &(a, b) in &*pairs {
                let (earlier, later) = if night(a) < night(b) { (a, b) } else { (b, a) };
                if night(later) == tonight
                    && night(earlier) < tonight
                    && let Some(joined) = joined[earlier as usize]
                {
                    more.push((joined.keeper.min(later), joined.keeper.max(later)));
                }
            }
            more.sort_unstable();
            more.dedup();
            more.retain(|pair| pairs.binary_search(pair).is_err());
            let found = pairs::verify(&more, self.forms, self.glances, self.thresholds)?;
            edges.extend(found);
            edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
            pairs.extend(more);
            pairs.sort_unstable();
        }
        Ok(())
    }
}
