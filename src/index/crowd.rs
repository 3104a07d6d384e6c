//! Buckets in which too many earlier documents stand for all of them to be compared: the pages
//! of one template, nights of short texts of one kind.
//!
//! A later document is compared with the nearest of them alone. Which these are follows from the
//! documents and not from how many nights they came on, so that nights find what one run over all
//! finds. Where a bucket is very large, the nearest are looked for among those that stand next in
//! an order by SimHash, turned otherwise in every bucket, so that a document's work does not grow
//! with the bucket (Charikar, "Similarity estimation techniques from rounding algorithms", STOC
//! 2002, on sorted orders of turned bits).

/// What orders the earlier documents of a bucket for a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glimpse {
    /// SimHash.
    pub simhash: [u64; 2],
    /// Bits of the hash of the form, which say nothing of when it came.
    pub form: u32,
}

/// Earlier documents of a bucket that a later one is compared with, at most.
const NEAREST_DOCS: usize = 32;
/// Documents among which the nearest are looked for, at most.
const WINDOW_DOCS: usize = 2048;

/// Whether a bucket has too many earlier documents for all of them to be compared.
pub fn is_crowded(earlier_docs: usize) -> bool {
    earlier_docs > NEAREST_DOCS
}

/// The earlier documents of a bucket.
#[derive(Debug)]
pub struct Crowd<T> {
    members: Vec<(Glimpse, T)>,
    /// Bits by which SimHashes are turned before they are ordered.
    turn: u32,
    near: Vec<(u64, usize)>,
}

impl<T: Copy> Crowd<T> {
    /// The members of the bucket of a key.
    pub fn new(key: u64, members: impl Iterator<Item = (Glimpse, T)>) -> Self {
        let mut crowd = Self {
            members: members.collect(),
            turn: (key % 128) as u32,
            near: Vec::new(),
        };
        if crowd.members.len() > WINDOW_DOCS {
            let turn = crowd.turn;
            crowd
                .members
                .sort_unstable_by_key(|(glimpse, _)| place(glimpse, turn));
        }
        crowd
    }

    /// Puts into `chosen` the members that a later document is compared with, in no stated order.
    pub fn nearest(&mut self, later: &Glimpse, chosen: &mut Vec<T>) {
        chosen.clear();
        let mut window = &self.members[..];
        if window.len() > WINDOW_DOCS {
            let wanted = place(later, self.turn);
            let at = window.partition_point(|(glimpse, _)| place(glimpse, self.turn) < wanted);
            let last = window.len() - WINDOW_DOCS;
            let from = at.saturating_sub(WINDOW_DOCS / 2).min(last);
            window = &window[from..from + WINDOW_DOCS];
        }
        if !is_crowded(window.len()) {
            chosen.extend(window.iter().map(|&(_, member)| member));
            return;
        }
        self.near.clear();
        self.near
            .extend(window.iter().enumerate().map(|(nth, (glimpse, _))| {
                let nearness = u64::from(distance(glimpse, later)) << 32 | u64::from(glimpse.form);
                (nearness, nth)
            }));
        self.near.select_nth_unstable(NEAREST_DOCS - 1);
        let nearest = self.near[..NEAREST_DOCS].iter();
        chosen.extend(nearest.map(|&(_, nth)| window[nth].1));
    }
}

fn distance(a: &Glimpse, b: &Glimpse) -> u32 {
    (a.simhash[0] ^ b.simhash[0]).count_ones() + (a.simhash[1] ^ b.simhash[1]).count_ones()
}

/// Where a document stands in the order of a bucket.
fn place(of: &Glimpse, turn: u32) -> (u128, u32) {
    let bits = u128::from(of.simhash[1]) << 64 | u128::from(of.simhash[0]);
    (bits.rotate_left(turn), of.form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(state: &mut u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *state ^ *state >> 29
    }

    /// Glimpses of pages of one template: each some bits from a common SimHash.
    fn pages(count: u32) -> Vec<(Glimpse, u32)> {
        let mut state = 5;
        (0..count)
            .map(|number| {
                let mut simhash = [7, 9];
                for _ in 0..16 {
                    let bit = drawn(&mut state) % 128;
                    simhash[bit as usize / 64] ^= 1 << (bit % 64);
                }
                let form = drawn(&mut state) as u32;
                (Glimpse { simhash, form }, number)
            })
            .collect()
    }

    #[test]
    fn a_copy_is_among_the_nearest_in_nearly_every_bucket() {
        let pages = pages(6000);
        let (mut found, mut asked) = (0, 0);
        for (original, number) in pages.iter().step_by(500) {
            let mut copy = *original;
            copy.simhash[0] ^= 0b1001 << 20;
            copy.form ^= 77;
            for key in 0..32_u64 {
                let mut crowd = Crowd::new(key * 37, pages.iter().copied());
                let mut chosen = Vec::new();
                crowd.nearest(&copy, &mut chosen);
                assert_eq!(chosen.len(), NEAREST_DOCS);
                found += usize::from(chosen.contains(number));
                asked += 1;
            }
        }
        assert!(found * 10 > asked * 9, "{found} of {asked}");
    }

    #[test]
    fn the_order_of_coming_does_not_matter() {
        for count in [20, 300, 5000] {
            let mut pages = pages(count);
            let later = Glimpse {
                simhash: [6, 9],
                form: 3,
            };
            let mut chosen = [Vec::new(), Vec::new()];
            for chosen in &mut chosen {
                Crowd::new(11, pages.iter().copied()).nearest(&later, chosen);
                chosen.sort_unstable();
                pages.reverse();
            }
            assert_eq!(chosen[0], chosen[1]);
        }
    }
}
