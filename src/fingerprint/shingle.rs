//! Shingles: overlapping runs of tokens, hashed once.

use xxhash_rust::xxh3::xxh3_64;

use crate::model::{Canonical, Token, token};

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

/// Odd factors of the places of a shingle: multiply-shift hashing of vectors (Dietzfelbinger
/// 1996), mixed afterwards. Independent products, so that they run side by side.
const FACTORS: [u64; SHINGLE_TOKENS] = [
    0x9E37_79B9_7F4A_7C15,
    0xC2B2_AE3D_27D4_EB4F,
    0x1656_67B1_9E37_79F9,
    0xFF51_AFD7_ED55_8CCD,
    0xC4CE_B9FE_1A85_EC53,
];

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
    if tokens.is_empty() {
        return;
    }
    if tokens.len() < SHINGLE_TOKENS {
        out.push(mix(tokens
            .iter()
            .zip(FACTORS)
            .fold(tokens.len() as u64, |sum, (&token, factor)| {
                sum.wrapping_add(u64::from(token).wrapping_mul(factor))
            })));
        return;
    }
    out.extend(
        tokens
            .array_windows()
            .map(|window: &[Token; SHINGLE_TOKENS]| {
                let mut sum = SHINGLE_TOKENS as u64;
                for (&token, factor) in window.iter().zip(FACTORS) {
                    sum = sum.wrapping_add(u64::from(token).wrapping_mul(factor));
                }
                mix(sum)
            }),
    );
}

/// The set of shingles: distinct hashes, ascending.
pub fn shingle_set(form: &Canonical) -> Vec<u64> {
    let mut hashes = shingle_hashes(form);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The set of shingles in which each number is itself, ascending: what tells the documents of
/// one template apart.
pub fn unmasked_shingles(form: &Canonical) -> Vec<u64> {
    let mut numbers = form.numbers();
    let tokens: Vec<Token> = form
        .tokens
        .iter()
        .map(|&token| {
            if token == token::NUMBER {
                xxh3_64(numbers.next().unwrap_or("").as_bytes()) as Token | token::WORD
            } else {
                token
            }
        })
        .collect();
    let mut out = Vec::new();
    shingle_hashes_into(&tokens, &mut out);
    out.sort_unstable();
    out.dedup();
    out
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
