//! SimHash (Charikar 2002; Manku, Jain and Das Sarma 2007): one bit for each sign of a sum of ±1.
//!
//! The counters are bit-sliced: plane `p` holds bit `p` of all 64 counters of a lane, so that one
//! addition counts 64 bits at once, and carry-save adders (Harley and Seal) take eight features
//! before a plane is touched.

use super::shingle::mix;

/// Counter bits: sums up to 2^PLANES - 1.
const PLANES: usize = 40;

/// Counts, for each of 64 bit positions, how much weight has the bit set.
#[derive(Clone, Debug)]
struct Lane {
    planes: [u64; PLANES],
    /// Planes that may be non-zero.
    used: usize,
    total: u64,
}

impl Lane {
    fn new() -> Self {
        Self {
            planes: [0; PLANES],
            used: 0,
            total: 0,
        }
    }

    /// Adds `2^plane` where a bit of `carry` is set.
    #[inline]
    fn add_at(&mut self, mut carry: u64, plane: usize) {
        let mut at = plane;
        while carry != 0 && at < PLANES {
            let sum = self.planes[at] ^ carry;
            carry &= self.planes[at];
            self.planes[at] = sum;
            at += 1;
        }
        self.used = self.used.max(at);
    }

    fn add_all(&mut self, features: impl Iterator<Item = u64>) {
        let (mut ones, mut twos, mut fours) = (0_u64, 0_u64, 0_u64);
        let mut block = [0_u64; 8];
        let mut filled = 0;
        for feature in features {
            block[filled] = feature;
            filled += 1;
            self.total += 1;
            if filled == 8 {
                let (a, c1) = full_add(ones, block[0], block[1]);
                let (b, c2) = full_add(a, block[2], block[3]);
                let (t1, d1) = full_add(twos, c1, c2);
                let (a, c1) = full_add(b, block[4], block[5]);
                let (b, c2) = full_add(a, block[6], block[7]);
                let (t2, d2) = full_add(t1, c1, c2);
                let (f, eights) = full_add(fours, d1, d2);
                (ones, twos, fours) = (b, t2, f);
                self.add_at(eights, 3);
                filled = 0;
            }
        }
        for &feature in &block[..filled] {
            self.add_at(feature, 0);
        }
        self.add_at(ones, 0);
        self.add_at(twos, 1);
        self.add_at(fours, 2);
    }

    fn add_weighted(&mut self, feature: u64, weight: u32) {
        self.total += u64::from(weight);
        let mut rest = weight;
        while rest != 0 {
            self.add_at(feature, rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }

    /// The bits whose counters are above half of the total.
    fn majority(&self) -> u64 {
        let half = self.total / 2;
        let (mut above, mut equal) = (0_u64, u64::MAX);
        for plane in (0..PLANES).rev() {
            if plane >= self.used && half >> plane == 0 {
                continue;
            }
            let bits = self.planes[plane];
            if half >> plane & 1 == 1 {
                equal &= bits;
            } else {
                above |= equal & bits;
                equal &= !bits;
            }
        }
        above
    }
}

#[inline]
fn full_add(a: u64, b: u64, c: u64) -> (u64, u64) {
    let half = a ^ b;
    (half ^ c, (a & b) | (half & c))
}

/// 64-bit SimHash of feature hashes, each of weight 1. Zero for no features. A bit is set where
/// more than half of the features set it.
///
/// ```
/// use qingwen::fingerprint::{canonical, hamming64, shingle_set, simhash64};
/// let of = |text: &str| simhash64(&shingle_set(&canonical(text)));
/// let a = of("各级各部门要高度重视秋收工作，加强组织领导，落实工作责任。");
/// let b = of("各級各部門要高度重視秋收工作,加強組織領導,落實工作責任.");
/// assert_eq!(hamming64(a, b), 0);
/// ```
pub fn simhash64(features: &[u64]) -> u64 {
    let mut lane = Lane::new();
    lane.add_all(features.iter().copied());
    lane.majority()
}

/// 128-bit SimHash: the features, and the features mixed again.
pub fn simhash128(features: &[u64]) -> [u64; 2] {
    [simhash64(features), second_lane(features, 1)]
}

/// 256-bit SimHash; its first words are those of [`simhash128`].
pub fn simhash256(features: &[u64]) -> [u64; 4] {
    [
        simhash64(features),
        second_lane(features, 1),
        second_lane(features, 2),
        second_lane(features, 3),
    ]
}

fn second_lane(features: &[u64], nth: u64) -> u64 {
    let salt = mix(nth);
    let mut lane = Lane::new();
    lane.add_all(features.iter().map(|&feature| mix(feature ^ salt)));
    lane.majority()
}

/// 64-bit SimHash of weighted feature hashes: a bit is set where features of more than half of
/// the weight set it.
pub fn simhash64_weighted(features: &[(u64, u32)]) -> u64 {
    let mut lane = Lane::new();
    for &(feature, weight) in features {
        lane.add_weighted(feature, weight);
    }
    lane.majority()
}

/// Number of differing bits, 0 to 64.
#[inline]
pub fn hamming64(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// Number of differing bits, 0 to 128.
#[inline]
pub fn hamming128(a: [u64; 2], b: [u64; 2]) -> u32 {
    (a[0] ^ b[0]).count_ones() + (a[1] ^ b[1]).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(features: &[(u64, u32)]) -> u64 {
        let mut out = 0;
        for bit in 0..64 {
            let sum: i64 = features
                .iter()
                .map(|&(f, w)| {
                    if f >> bit & 1 == 1 {
                        i64::from(w)
                    } else {
                        -i64::from(w)
                    }
                })
                .sum();
            if sum > 0 {
                out |= 1 << bit;
            }
        }
        out
    }

    #[test]
    fn equals_the_plain_definition() {
        for count in [0_u64, 1, 2, 3, 7, 8, 9, 16, 63, 64, 65, 1000, 1001] {
            let weighted: Vec<(u64, u32)> = (0..count)
                .map(|n| (mix(n * 7 + count), (mix(n) % 9) as u32))
                .collect();
            assert_eq!(simhash64_weighted(&weighted), plain(&weighted), "{count}");
            let ones: Vec<(u64, u32)> = weighted.iter().map(|&(f, _)| (f, 1)).collect();
            let features: Vec<u64> = weighted.iter().map(|&(f, _)| f).collect();
            assert_eq!(simhash64(&features), plain(&ones), "{count}");
            assert_eq!(simhash128(&features)[0], plain(&ones));
            assert_eq!(simhash256(&features)[..2], simhash128(&features));
        }
    }
}
