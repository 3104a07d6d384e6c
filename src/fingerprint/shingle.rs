//! Shingles: overlapping runs of tokens, hashed once.

use crate::model::{Canonical, Token};

/// Tokens of a shingle: 5 characters of Han, 5 words of other scripts.
pub const SHINGLE_TOKENS: usize = 5;

/// Mixes a 64-bit value so that every bit depends on every other (the finaliser of splitmix64,
/// Steele, Lea and Flood 2014).
#[inline]
pub const fn mix(value: u64) -> u64 {
    let mut h = value;
    h = (h ^ (h >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    h ^ (h >> 31)
}

/// Odd, for the polynomial of a shingle modulo 2^64.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Hashes of all shingles in the order of the text, repeated ones too. A text shorter than one
/// shingle has one, of all its tokens; an empty text none.
pub fn shingle_hashes(form: &Canonical) -> Vec<u64> {
    let mut out = Vec::new();
    shingle_hashes_into(&form.tokens, &mut out);
    out
}

/// [`shingle_hashes`] into a vector that is used again.
pub fn shingle_hashes_into(tokens: &[Token], out: &mut Vec<u64>) {
    out.clear();
    let hash = |window: &[Token]| {
        let sum = window.iter().fold(window.len() as u64, |sum, &token| {
            sum.wrapping_mul(BASE).wrapping_add(u64::from(token))
        });
        mix(sum)
    };
    if tokens.is_empty() {
        return;
    }
    if tokens.len() < SHINGLE_TOKENS {
        out.push(hash(tokens));
        return;
    }
    out.extend(tokens.windows(SHINGLE_TOKENS).map(hash));
}

/// The set of shingles: distinct hashes, ascending.
pub fn shingle_set(form: &Canonical) -> Vec<u64> {
    let mut hashes = shingle_hashes(form);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::canonical;

    #[test]
    fn counts() {
        let of = |text: &str| shingle_hashes(&canonical(text)).len();
        assert_eq!(of(""), 0);
        assert_eq!(of("中文"), 1);
        assert_eq!(of("牛马羊鸡鸭"), 1);
        assert_eq!(of("牛马羊鸡鸭鹅"), 2);
        assert_eq!(of("one two three four five six"), 2);
        assert_eq!(shingle_set(&canonical("哈哈哈哈哈哈哈哈哈")).len(), 1);
    }
}
