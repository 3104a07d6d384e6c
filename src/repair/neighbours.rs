//! Places seen with their neighbours as they probably stood before the swap.

use std::ops::Range;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::document::{Candidate, Hit};
use super::judge::{Judge, by_evidence};
use super::sight::Sights;

/// How much of the text on either side a place sees.
const WINDOW_BYTES: usize = 48;
/// How near a restored word must stand to change what a place sees of its neighbours.
const NEAR_BYTES: usize = 9;
/// Log-odds from which down no neighbour makes a place likely.
const OUT_OF_REACH: f32 = -7.0;

impl Judge {
    /// Judges each place anew that stands near a place which is probably swapped. Of two places
    /// that touch the surer one is taken as restored for the other, never the other way round.
    pub(crate) fn look_again(&self, text: &str, hits: &mut [Hit], sights: &mut Sights) {
        let (mut left, mut right) = (String::new(), String::new());
        let mut anew = Vec::new();
        for (at, hit) in hits.iter().enumerate() {
            if hit.odds < OUT_OF_REACH {
                continue;
            }
            // Only the nearest symbols weigh; a restored word further off changes nothing.
            let near = |other: &Hit| {
                other.end + NEAR_BYTES >= hit.start && hit.end + NEAR_BYTES >= other.start
            };
            let touched = hits[..at].iter().rev().take_while(|other| near(other));
            let mut touched = touched.chain(hits[at + 1..].iter().take_while(|other| near(other)));
            // One that was restored and is not any more changes the place back.
            if hit.seen == 0 && !touched.any(|other| self.is_restored(other, hit)) {
                continue;
            }
            self.restored(text, hits, at, &mut left, &mut right);
            // What was judged by these very neighbours need not be judged again.
            let seen = hash(&left, &right);
            let mut sight = hit.sight;
            let candidates = (seen != hit.seen)
                .then(|| self.candidates_anew(&left, &right, hit.wrong, sights, &mut sight));
            anew.push((at, seen, sight, candidates));
        }
        for (at, seen, sight, candidates) in anew {
            hits[at].seen = seen;
            hits[at].sight = sight;
            let Some(candidates) = candidates else {
                by_evidence(&mut hits[at].candidates);
                continue;
            };
            let old = std::mem::take(&mut hits[at].candidates);
            hits[at].candidates = candidates
                .into_iter()
                .map(|new| {
                    let known = old.iter().find(|old| old.choice == new.choice);
                    known.map_or(new, |old: &Candidate| old.with(new.evidence))
                })
                .collect();
        }
    }

    /// What stands on either side of a place, with the likely places among it restored.
    pub(crate) fn restored(
        &self,
        text: &str,
        hits: &[Hit],
        at: usize,
        left: &mut String,
        right: &mut String,
    ) {
        let hit = &hits[at];
        let from = text.floor_char_boundary(hit.start.saturating_sub(WINDOW_BYTES));
        let to = text.ceil_char_boundary((hit.end + WINDOW_BYTES).min(text.len()));
        let before = hits[..at].iter().rev();
        let first = at - before.take_while(|other| other.start >= from).count();
        let after = hits[at + 1..].iter();
        let last = at + 1 + after.take_while(|other| other.end <= to).count();
        left.clear();
        right.clear();
        self.restore(text, from..hit.start, &hits[first..at], hit, left);
        self.restore(text, hit.end..to, &hits[at + 1..last], hit, right);
    }

    fn is_restored(&self, hit: &Hit, seen_by: &Hit) -> bool {
        let touches = hit.end == seen_by.start || hit.start == seen_by.end;
        hit.odds > 0.0 && (!touches || hit.odds > seen_by.odds)
    }

    /// Writes `range` of the text with the likely places among `hits` restored, as `seen_by` sees
    /// them.
    fn restore(
        &self,
        text: &str,
        range: Range<usize>,
        hits: &[Hit],
        seen_by: &Hit,
        out: &mut String,
    ) {
        let mut at = range.start;
        for hit in hits {
            if let Some(best) = hit.best()
                && self.is_restored(hit, seen_by)
                && hit.start >= at
            {
                out.push_str(&text[at..hit.start]);
                out.push_str(
                    &self.lexicon.words[self.lexicon.choices[hit.wrong][best.choice].right],
                );
                at = hit.end;
            }
        }
        out.push_str(&text[at..range.end]);
    }
}

/// A number for what stands on both sides of a place.
fn hash(left: &str, right: &str) -> u64 {
    xxh3_64_with_seed(right.as_bytes(), xxh3_64(left.as_bytes()))
}

/// Of places that overlap the likelier stays. The places come in the order of the text.
pub(crate) fn apart(hits: &mut Vec<Hit>) {
    hits.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps && next.odds > kept.odds {
            std::mem::swap(next, kept);
        }
        overlaps
    });
}
