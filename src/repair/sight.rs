//! What places saw of their neighbours, kept for when some of these are restored.

use super::model::{Looks, Model};

/// What the features of each place of a document say of the words that may have stood there. What a
/// place saw before it was judged anew stays behind.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    features: Vec<u32>,
    /// The weights of a place's words, feature by feature.
    weights: Vec<i16>,
    looks: Looks,
}

/// Where the features and weights of one place begin, and how many features it had when it was last
/// judged; none at first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sight {
    features: usize,
    weights: usize,
    count: usize,
}

impl Sights {
    /// Adds each word's weights for the features of a place to `sums`. The words are the same each
    /// time; only features that stood elsewhere among them or were none the last time are looked
    /// up.
    pub(crate) fn add_to(
        &mut self,
        sight: &mut Sight,
        model: &Model,
        features: &[u32],
        words: &[u64],
        sums: &mut [i32],
    ) {
        let last = *sight;
        *sight = Sight {
            features: self.features.len(),
            weights: self.weights.len(),
            count: features.len(),
        };
        self.features.extend_from_slice(features);
        let (known, seen) = self.features.split_at(sight.features);
        let known = &known[last.features..][..last.count];
        let size = features.len() * words.len();
        self.weights.resize(sight.weights + size, 0);
        let (old, new) = self.weights.split_at_mut(sight.weights);
        // Features that stood at the same place have their weights already.
        let is_known = |number: usize| known.get(number) == seen.get(number);
        let width = words.len().max(1);
        let last = old[last.weights..].chunks_exact(width).take(last.count);
        for (number, (row, last)) in new.chunks_exact_mut(width).zip(last).enumerate() {
            if is_known(number) {
                for ((weight, sum), &last) in row.iter_mut().zip(sums.iter_mut()).zip(last) {
                    *weight = last;
                    *sum += i32::from(last);
                }
            }
        }
        let anew = features
            .iter()
            .copied()
            .enumerate()
            .filter(|&(number, _)| !is_known(number));
        model.weigh(anew, words, &mut self.looks, |number, nth, weight| {
            new[number * width + nth] = weight as i16;
            sums[nth] += weight;
        });
    }
}
