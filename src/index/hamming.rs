//! All pairs of signatures within a Hamming distance, by blocked permutations (Manku, Jain and Das
//! Sarma, "Detecting near-duplicates for web crawling", WWW 2007).
//!
//! Of `blocks` blocks of bits, two signatures that differ in `distance` bits have all but
//! `distance` blocks equal. For each choice of that many blocks the signatures are sorted by the
//! chosen ones, and neighbours with equal keys are compared: exact, and no look at most pairs.
//!
//! For a tier of near-identical texts alone: two texts of Jaccard 0.7 are some 30 of 128 bits
//! apart, far beyond what blocks can reach, which is why bands find the candidates of dedupe.

/// How the bits are cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutations {
    /// Largest distance of a pair, in bits.
    pub distance: u32,
    /// Blocks that the bits are cut into; above `distance`.
    pub blocks: u32,
}

/// Bits of a signature.
const BITS: u32 = 128;
/// Most blocks beyond the distance that are weighed.
const MORE_BLOCKS: u32 = 8;

impl Permutations {
    /// The blocks that cost least for so many signatures: more blocks make longer keys, which
    /// fewer strangers share, and more sorts. `None` for a distance that no blocks reach.
    ///
    /// ```
    /// use qingwen::index::Permutations;
    /// let plan = Permutations::plan(1_000_000, 3).unwrap();
    /// assert!(plan.blocks > 3 && plan.tables() < 100);
    /// assert_eq!(Permutations::plan(1_000_000, 128), None);
    /// ```
    pub fn plan(signatures: usize, distance: u32) -> Option<Self> {
        let cost = |plan: &Self| {
            let count = signatures.max(2) as f64;
            let key_bits = f64::from(BITS / plan.blocks * (plan.blocks - distance));
            let strangers = count * count / 2.0 / key_bits.exp2();
            plan.tables() as f64 * (count * count.log2() + strangers)
        };
        (distance + 1..=distance.saturating_add(MORE_BLOCKS).min(BITS))
            .map(|blocks| Self { distance, blocks })
            .min_by(|a, b| cost(a).total_cmp(&cost(b)))
    }

    /// Sorted tables: one for each choice of blocks that may differ.
    pub fn tables(&self) -> u64 {
        let (mut all, distance) = (1_u64, u64::from(self.distance));
        for nth in 0..distance {
            all = all.saturating_mul(u64::from(self.blocks) - nth) / (nth + 1);
        }
        all
    }

    /// The bits of each block.
    fn masks(&self) -> Vec<u128> {
        let edge = |block: u32| block * BITS / self.blocks;
        let below = |bits: u32| 1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1);
        (0..self.blocks)
            .map(|block| below(edge(block + 1)) & !below(edge(block)))
            .collect()
    }

    /// Calls `found` with each pair `(smaller, larger)` of numbers whose signatures are within the
    /// distance, once, in no stated order.
    ///
    /// Memory: 20 bytes a signature. Time grows with the square of the number of signatures that
    /// share all but `distance` blocks: give each signature once.
    ///
    /// ```
    /// use qingwen::index::Permutations;
    /// let signatures = [[0b1011, 7], [u64::MAX, 0], [0b1000, 7]];
    /// let mut pairs = Vec::new();
    /// Permutations::plan(3, 3).unwrap().each_pair(&signatures, |a, b| pairs.push((a, b)));
    /// assert_eq!(pairs, [(0, 2)]);
    /// ```
    pub fn each_pair(&self, signatures: &[[u64; 2]], mut found: impl FnMut(u32, u32)) {
        let masks = self.masks();
        let whole: Vec<u128> = signatures.iter().map(|&halves| joined(halves)).collect();
        let mut table: Vec<(u128, u32)> = Vec::with_capacity(whole.len());
        for differing in choices(self.blocks, self.distance) {
            let key_mask = (masks.iter().zip(0..))
                .filter(|&(_, block)| differing >> block & 1 == 0)
                .fold(0, |all, (mask, _)| all | mask);
            table.clear();
            table.extend(whole.iter().zip(0..).map(|(&s, at)| (s & key_mask, at)));
            table.sort_unstable();
            for bucket in table.chunk_by(|a, b| a.0 == b.0) {
                for (nth, &(_, one)) in bucket.iter().enumerate() {
                    for &(_, other) in &bucket[nth + 1..] {
                        let apart = whole[one as usize] ^ whole[other as usize];
                        if apart.count_ones() <= self.distance
                            && first_choice(apart, &masks, self.distance) == differing
                        {
                            found(one.min(other), one.max(other));
                        }
                    }
                }
            }
        }
    }
}

fn joined([low, high]: [u64; 2]) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// Every choice of `take` of `all` blocks as bits, ascending.
fn choices(all: u32, take: u32) -> impl Iterator<Item = u128> {
    let end = 1_u128.checked_shl(all).unwrap_or(0);
    let first = 1_u128.checked_shl(take).unwrap_or(0).wrapping_sub(1);
    // Gosper: the next number with as many bits.
    std::iter::successors(Some(first), |&set| {
        if set == 0 {
            return None;
        }
        let lowest = set & set.wrapping_neg();
        let ripple = set.checked_add(lowest)?;
        Some(ripple | (((set ^ ripple) >> 2) / lowest))
    })
    .take_while(move |&set| end == 0 || set < end)
}

/// The choice of blocks by which a pair is told: those that differ, filled up from the first.
/// Other choices meet the pair too.
fn first_choice(apart: u128, masks: &[u128], take: u32) -> u128 {
    let blocks = || masks.iter().zip(0_u32..);
    let mut choice = blocks()
        .filter(|&(mask, _)| apart & mask != 0)
        .fold(0_u128, |all, (_, block)| all | 1 << block);
    for (_, block) in blocks() {
        if choice.count_ones() >= take {
            break;
        }
        choice |= 1 << block;
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn drawn(state: &mut u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *state ^ *state >> 29
    }

    #[test]
    fn the_pairs_are_those_of_brute_force_and_each_is_told_once() {
        let mut state = 3;
        let mut signatures: Vec<[u64; 2]> = Vec::new();
        for nth in 0..400_usize {
            let mut one = [drawn(&mut state), drawn(&mut state)];
            if nth % 3 > 0 {
                one = signatures[nth / 2];
                for _ in 0..nth % 7 {
                    let bit = drawn(&mut state) % 128;
                    one[bit as usize / 64] ^= 1 << (bit % 64);
                }
            }
            signatures.push(one);
        }
        for distance in [0, 1, 3, 5] {
            let mut wanted = BTreeSet::new();
            for b in 0..signatures.len() {
                for a in 0..b {
                    let apart = joined(signatures[a]) ^ joined(signatures[b]);
                    if apart.count_ones() <= distance {
                        wanted.insert((a as u32, b as u32));
                    }
                }
            }
            let plan = Permutations::plan(signatures.len(), distance).unwrap();
            let mut found = Vec::new();
            plan.each_pair(&signatures, |a, b| found.push((a, b)));
            assert_eq!(found.len(), wanted.len(), "{plan:?}");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let plan = Permutations::plan(0, 3).unwrap();
        plan.each_pair(&[], |_, _| panic!("a pair of none"));
        assert_eq!(choices(5, 3).count(), 10);
        assert_eq!(choices(4, 0).collect::<Vec<_>>(), [0]);
    }
}
