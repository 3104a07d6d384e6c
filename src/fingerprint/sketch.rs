//! MinHash sketches in one pass (Dahlgaard, Knudsen and Thorup 2017, "Fast similarity
//! sketching"): every feature falls into one bin; bins that stay empty are filled by further
//! rounds with other hashes. Two sets agree in a bin with probability their Jaccard, as with
//! independent hash functions, at the cost of one hash a feature.

use super::shingle::mix;

/// The sketch of a set of feature hashes: `size` values. Empty for an empty set.
pub fn sketch_into(features: &[u64], size: usize, out: &mut Vec<u32>) {
    out.clear();
    if features.is_empty() || size == 0 {
        return;
    }
    out.resize(size, EMPTY);
    let mut open = fill(features, FIRST_SALT, out, None);
    let mut round = 1;
    // Each round fills at least one bin's share; small sets need more rounds.
    while open > 0 && round < MAX_ROUNDS {
        let waiting: Vec<bool> = out.iter().map(|&value| value == EMPTY).collect();
        open = fill(features, mix(FIRST_SALT + round), out, Some(&waiting));
        round += 1;
    }
    // What no round filled takes the minimum over all features.
    for (bin, value) in out.iter_mut().enumerate() {
        if *value == EMPTY {
            let salt = mix(LAST_SALT ^ bin as u64);
            *value = features
                .iter()
                .map(|&feature| (mix(feature ^ salt) >> 32) as u32)
                .min()
                .unwrap_or(EMPTY)
                .min(EMPTY - 1);
        }
    }
}

const EMPTY: u32 = u32::MAX;
const FIRST_SALT: u64 = 0x6A09_E667_F3BC_C908;
const LAST_SALT: u64 = 0xBB67_AE85_84CA_A73B;
/// Rounds before the last, exact one: enough that a set of the size of the sketch fills it.
const MAX_ROUNDS: u64 = 16;

/// One round over the bins that wait; returns how many bins are still empty after it.
fn fill(features: &[u64], salt: u64, out: &mut [u32], waiting: Option<&[bool]>) -> usize {
    let size = out.len() as u64;
    let Some(waiting) = waiting else {
        for &feature in features {
            let (bin, value) = place(feature, salt, size);
            out[bin] = out[bin].min(value);
        }
        return out.iter().filter(|&&value| value == EMPTY).count();
    };
    for &feature in features {
        let (bin, value) = place(feature, salt, size);
        if waiting[bin] {
            out[bin] = out[bin].min(value);
        }
    }
    out.iter().filter(|&&value| value == EMPTY).count()
}

/// Bin and value of a feature in one round.
#[inline]
fn place(feature: u64, salt: u64, size: u64) -> (usize, u32) {
    let h = mix(feature ^ salt);
    let bin = (((h & 0xFFFF_FFFF) * size) >> 32) as usize;
    (bin, ((h >> 32) as u32).min(EMPTY - 1))
}

/// Keys of the bands of a sketch: `rows` values each, mixed with the band's number.
pub fn band_keys<'a>(sketch: &'a [u32], rows: usize) -> impl Iterator<Item = u64> + 'a {
    sketch
        .chunks_exact(rows.max(1))
        .enumerate()
        .map(|(band, values)| {
            values.iter().fold(mix(band as u64 + 1), |key, &value| {
                mix(key ^ u64::from(value))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_jaccard() {
        for (common, own) in [(50_u64, 25_u64), (600, 200), (30, 10), (900, 50)] {
            let truth = common as f64 / (common + 2 * own) as f64;
            let (mut agree, mut total) = (0, 0);
            for trial in 0..60_u64 {
                let set = |side: u64| -> Vec<u64> {
                    (0..common)
                        .map(|n| mix(n + trial * 10_000))
                        .chain((0..own).map(|n| mix(n + (trial * 2 + side + 9) * 1_000_000)))
                        .collect()
                };
                let (mut a, mut b) = (Vec::new(), Vec::new());
                sketch_into(&set(0), 105, &mut a);
                sketch_into(&set(1), 105, &mut b);
                agree += a.iter().zip(&b).filter(|(a, b)| a == b).count();
                total += a.len();
            }
            let found = agree as f64 / total as f64;
            assert!(
                (found - truth).abs() < 0.025,
                "{common} {own}: {found} for {truth}"
            );
        }
    }

    #[test]
    fn empty_sets_have_no_sketch() {
        let mut out = vec![1];
        sketch_into(&[], 105, &mut out);
        assert!(out.is_empty());
        sketch_into(&[7], 105, &mut out);
        assert!(out.iter().all(|&value| value != EMPTY));
    }
}
