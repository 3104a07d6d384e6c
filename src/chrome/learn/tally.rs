//! Counting in bounded memory.

use std::collections::HashMap;

/// Counts by key. When more than `cap` keys are held, those seen least are forgotten, and what
/// is counted from then on may be too low by [`Tally::floor`].
#[derive(Debug)]
pub(super) struct Tally {
    counts: HashMap<u64, u32>,
    cap: usize,
    floor: u32,
}

impl Tally {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            counts: HashMap::new(),
            cap: cap.max(1024),
            floor: 0,
        }
    }

    pub(super) fn add(&mut self, key: u64) {
        *self.counts.entry(key).or_insert(self.floor) += 1;
        while self.counts.len() > self.cap {
            // Every key that is left has been seen more often than the new floor.
            self.floor += 1;
            let floor = self.floor;
            self.counts.retain(|_, count| *count > floor);
        }
    }

    /// Keys counted at least so often, ascending.
    pub(super) fn at_least(&self, least: u32) -> Vec<(u64, u32)> {
        let mut found: Vec<(u64, u32)> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "sorted right after")]
        for (&key, &count) in &self.counts {
            if count >= least {
                found.push((key, count));
            }
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_survives_a_flood_of_what_is_not() {
        let mut tally = Tally::new(1024);
        for key in 0..50_000 {
            tally.add(key + 10);
            if key % 5 == 0 {
                tally.add(1);
            }
        }
        assert!(
            tally
                .at_least(9_000)
                .iter()
                .any(|&(key, count)| key == 1 && count >= 10_000)
        );
        assert!(tally.counts.len() <= 1024);
    }
}
