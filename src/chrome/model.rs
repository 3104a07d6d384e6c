//! The line classifier: a table of character pairs and triples, a small net over each line and its
//! neighbours, and a chain over the page.
//!
//! A page is read as head, body, chrome within the body, and tail. The net says for each line
//! how well each of the four fits it, the chain what may follow what; forward and backward sums
//! over the chain give each line's probability of being the site's.

use std::sync::LazyLock;

use super::features::{ALL, BUCKETS, OWN, Rows, VOCABULARY, whole_row};

/// Weights made by `scripts/train-chrome`; see `docs/chrome-model.md`.
static WEIGHTS: &[u8] = include_bytes!("model.bin");

const HIDDEN: usize = 64;
const STATES: usize = 4;
/// The state of body text.
const BODY: usize = 1;

/// The weights, read.
#[derive(Debug)]
pub(super) struct Model {
    vocabulary: Vec<i8>,
    vocabulary_scale: f32,
    vocabulary_bias: f32,
    first: Vec<[f32; HIDDEN]>,
    first_bias: [f32; HIDDEN],
    second: [[f32; STATES]; HIDDEN],
    second_bias: [f32; STATES],
    /// Log weight of one state after another.
    follows: [[f32; STATES]; STATES],
    starts: [f32; STATES],
    ends: [f32; STATES],
    /// Turns the chain's log odds into calibrated ones.
    calibration: [f32; 2],
}

/// The shipped model. None only where the data file is broken, which a test rules out.
pub(super) static SHIPPED: LazyLock<Option<Model>> = LazyLock::new(|| Model::read(WEIGHTS));

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<f32> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(f32::from_le_bytes(*head))
    }

    fn numbers<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut out = [0.0; N];
        for slot in &mut out {
            *slot = self.number()?;
        }
        Some(out)
    }
}

impl Model {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes.strip_prefix(b"QWCHROM1")?);
        let vocabulary_scale = from.number()?;
        let vocabulary_bias = from.number()?;
        let (table, rest) = from.0.split_at_checked(BUCKETS)?;
        from.0 = rest;
        let mut first = Vec::with_capacity(ALL);
        for _ in 0..ALL {
            first.push(from.numbers()?);
        }
        let first_bias = from.numbers()?;
        let mut second = [[0.0; STATES]; HIDDEN];
        for row in &mut second {
            *row = from.numbers()?;
        }
        let second_bias = from.numbers()?;
        let mut follows = [[0.0; STATES]; STATES];
        for row in &mut follows {
            *row = from.numbers()?;
        }
        let model = Self {
            vocabulary: table.iter().map(|&byte| byte as i8).collect(),
            vocabulary_scale,
            vocabulary_bias,
            first,
            first_bias,
            second,
            second_bias,
            follows,
            starts: from.numbers()?,
            ends: from.numbers()?,
            calibration: from.numbers()?,
        };
        from.0.is_empty().then_some(model)
    }

    /// How much a line's words are the site's, -1 to 1.
    fn vocabulary_score(&self, grams: &[u16]) -> f32 {
        let sum: i32 = grams
            .iter()
            .map(|&gram| i32::from(self.vocabulary[gram as usize]))
            .sum();
        let mean = sum as f32 * self.vocabulary_scale / (grams.len().max(1) as f32).sqrt();
        let score = mean + self.vocabulary_bias;
        score / (1.0 + score.abs())
    }

    fn emission(&self, row: &[f32; ALL]) -> [f32; STATES] {
        let mut hidden = self.first_bias;
        for (value, weights) in row.iter().zip(&self.first) {
            if *value != 0.0 {
                for (sum, weight) in hidden.iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            }
        }
        let mut out = self.second_bias;
        for (value, weights) in hidden.iter().zip(&self.second) {
            if *value > 0.0 {
                for (sum, weight) in out.iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            }
        }
        let most = out.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = out.iter().map(|value| (value - most).exp()).sum();
        out.map(|value| value - most - total.ln())
    }

    /// For each line the probability that it is the site's, 0 to 1. `votes` are added to the
    /// log odds of each line before the chain: what HTML says.
    pub(super) fn chrome_probabilities(&self, rows: &mut Rows, votes: &[f32]) -> Vec<f32> {
        for (number, own) in rows.own.iter_mut().enumerate() {
            let grams = &rows.grams[rows.starts[number]..rows.starts[number + 1]];
            own[VOCABULARY] = self.vocabulary_score(grams);
        }
        const { assert!(VOCABULARY < OWN) };
        let fits: Vec<[f32; STATES]> = (0..rows.own.len())
            .map(|number| {
                let mut fit = self.emission(&whole_row(&rows.own, number));
                fit[BODY] -= votes.get(number).copied().unwrap_or(0.0);
                fit
            })
            .collect();
        self.smooth(&fits)
    }

    /// Forward and backward over the chain.
    fn smooth(&self, fits: &[[f32; STATES]]) -> Vec<f32> {
        let Some(first) = fits.first() else {
            return Vec::new();
        };
        let mut forward = Vec::with_capacity(fits.len());
        let mut state: [f32; STATES] = std::array::from_fn(|s| self.starts[s] + first[s]);
        forward.push(state);
        for fit in &fits[1..] {
            state = std::array::from_fn(|to| {
                fit[to]
                    + log_sum(std::array::from_fn(|from| {
                        state[from] + self.follows[from][to]
                    }))
            });
            forward.push(state);
        }
        let mut probabilities = vec![0.0; fits.len()];
        let mut backward = self.ends;
        for number in (0..fits.len()).rev() {
            let both: [f32; STATES] = std::array::from_fn(|s| forward[number][s] + backward[s]);
            let body = both[BODY];
            let chrome = log_sum([both[0], both[2], both[3], f32::MIN]);
            let odds = self.calibration[0] * (chrome - body) + self.calibration[1];
            probabilities[number] = 1.0 / (1.0 + (-odds).exp());
            let fit = fits[number];
            backward = std::array::from_fn(|from| {
                log_sum(std::array::from_fn(|to| {
                    self.follows[from][to] + fit[to] + backward[to]
                }))
            });
        }
        probabilities
    }
}

fn log_sum(values: [f32; STATES]) -> f32 {
    let most = values.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = values.iter().map(|value| (value - most).exp()).sum();
    most + total.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_whole() {
        assert!(SHIPPED.is_some());
    }
}
