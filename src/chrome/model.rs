//! The line classifier: a table of character pairs and triples, a small net over each line and its
//! neighbours, and a chain over the page.
//!
//! A page is read as head, body, chrome within the body, and tail. The net says for each line
//! how well each of the four fits it, the chain what may follow what; forward and backward sums
//! over the chain give each line's probability of being the site's.

use std::sync::LazyLock;

use super::engine::Engine;
use super::features::{ALL, BUCKETS, OWN, Rows, VOCABULARY, whole_row};
use super::html::{self, HTML_ALL, HtmlRows, NAME_BUCKETS, NAMED};

/// Weights made by `scripts/train-chrome`; see `docs/chrome-model.md`.
static WEIGHTS: &[u8] = include_bytes!("model.bin");

const HIDDEN: usize = 64;
const HTML_HIDDEN: usize = 24;
const STATES: usize = html::STATES;
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
    html: HtmlWeights,
}

/// What is added where HTML says something of the lines.
#[derive(Debug)]
struct HtmlWeights {
    names: Vec<i8>,
    names_scale: f32,
    names_bias: f32,
    first: Vec<[f32; HTML_HIDDEN]>,
    first_bias: [f32; HTML_HIDDEN],
    second: [[f32; STATES]; HTML_HIDDEN],
    second_bias: [f32; STATES],
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

    fn rows<const N: usize>(&mut self, count: usize) -> Option<Vec<[f32; N]>> {
        (0..count).map(|_| self.numbers()).collect()
    }

    fn square<const N: usize, const M: usize>(&mut self) -> Option<[[f32; N]; M]> {
        self.rows(M)?.try_into().ok()
    }

    fn table(&mut self, buckets: usize) -> Option<Vec<i8>> {
        let (table, rest) = self.0.split_at_checked(buckets)?;
        self.0 = rest;
        Some(table.iter().map(|&byte| byte as i8).collect())
    }
}

/// A sum of table entries as a score of -1 to 1.
fn score(table: &[i8], scale: f32, bias: f32, at: &[u16]) -> f32 {
    let sum: i32 = at.iter().map(|&at| i32::from(table[at as usize])).sum();
    let score = sum as f32 * scale / (at.len().max(1) as f32).sqrt() + bias;
    score / (1.0 + score.abs())
}

/// One hidden layer.
fn net<const N: usize>(
    row: &[f32],
    first: &[[f32; N]],
    first_bias: &[f32; N],
    second: &[[f32; STATES]; N],
    second_bias: &[f32; STATES],
) -> [f32; STATES] {
    let mut hidden = *first_bias;
    for (value, weights) in row.iter().zip(first) {
        if *value != 0.0 {
            for (sum, weight) in hidden.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
    }
    let mut out = *second_bias;
    for (value, weights) in hidden.iter().zip(second) {
        if *value > 0.0 {
            for (sum, weight) in out.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
    }
    out
}

impl Model {
    /// The weights that `scripts/train-chrome` wrote.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes.strip_prefix(b"QWCHROM2")?);
        let vocabulary_scale = from.number()?;
        let vocabulary_bias = from.number()?;
        let vocabulary = from.table(BUCKETS)?;
        let first = from.rows(ALL)?;
        let first_bias = from.numbers()?;
        let second = from.square()?;
        let second_bias = from.numbers()?;
        let follows = from.square()?;
        let model = Self {
            vocabulary,
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
            html: HtmlWeights {
                names_scale: from.number()?,
                names_bias: from.number()?,
                names: from.table(NAME_BUCKETS)?,
                first: from.rows(HTML_ALL)?,
                first_bias: from.numbers()?,
                second: from.square()?,
                second_bias: from.numbers()?,
                calibration: from.numbers()?,
            },
        };
        from.0.is_empty().then_some(model)
    }

    fn emission(&self, row: &[f32; ALL]) -> [f32; STATES] {
        let (first, second) = (&self.first, &self.second);
        let out = net(row, first, &self.first_bias, second, &self.second_bias);
        let most = out.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = out.iter().map(|value| (value - most).exp()).sum();
        out.map(|value| value - most - total.ln())
    }

    /// For each line how well each state fits it by its text. Fills the vocabulary's scores in.
    pub(super) fn fits(&self, rows: &mut Rows) -> Vec<[f32; STATES]> {
        for (number, own) in rows.own.iter_mut().enumerate() {
            let grams = &rows.grams[rows.starts[number]..rows.starts[number + 1]];
            own[VOCABULARY] = score(
                &self.vocabulary,
                self.vocabulary_scale,
                self.vocabulary_bias,
                grams,
            );
        }
        const { assert!(VOCABULARY < OWN) };
        (0..rows.own.len())
            .map(|number| self.emission(&whole_row(&rows.own, number)))
            .collect()
    }

    /// For each line the probability that it is the site's, 0 to 1, by its text alone.
    pub(super) fn chances(&self, fits: &[[f32; STATES]]) -> Vec<f32> {
        self.smooth(fits, self.calibration)
    }

    /// The same by its text and its markup.
    pub(super) fn chances_of_markup(
        &self,
        fits: &[[f32; STATES]],
        rows: &Rows,
        markup: &mut HtmlRows,
    ) -> Vec<f32> {
        let weights = &self.html;
        for (number, own) in markup.own.iter_mut().enumerate() {
            let names = &markup.names[markup.starts[number]..markup.starts[number + 1]];
            let (scale, bias) = (weights.names_scale, weights.names_bias);
            own[NAMED] = score(&weights.names, scale, bias, names);
        }
        let both = |(number, fit): (usize, &[f32; STATES])| {
            let row = html::whole_row(&markup.own, number, fit, &rows.own[number]);
            let (first, second) = (&weights.first, &weights.second);
            let more = net(
                &row,
                first,
                &weights.first_bias,
                second,
                &weights.second_bias,
            );
            std::array::from_fn(|state| fit[state] + more[state])
        };
        let fits: Vec<[f32; STATES]> = fits.iter().enumerate().map(both).collect();
        self.smooth(&fits, weights.calibration)
    }

    /// Forward and backward over the chain, each line's four numbers scaled to a sum of one.
    fn smooth(&self, fits: &[[f32; STATES]], calibration: [f32; 2]) -> Vec<f32> {
        let follows = self.follows.map(|row| row.map(|log| f64::from(log).exp()));
        let fits: Vec<[f64; STATES]> = fits.iter().map(shares).collect();
        let mut forward: Vec<[f64; STATES]> = Vec::with_capacity(fits.len());
        let mut before = self.starts.map(|log| f64::from(log).exp());
        for fit in &fits {
            let state = scaled(std::array::from_fn(|to| fit[to] * before[to]));
            forward.push(state);
            before = std::array::from_fn(|to| {
                (0..STATES)
                    .map(|from| state[from] * follows[from][to])
                    .sum()
            });
        }
        let mut probabilities = vec![0.0; fits.len()];
        let mut after = self.ends.map(|log| f64::from(log).exp());
        for number in (0..fits.len()).rev() {
            let both: [f64; STATES] = std::array::from_fn(|s| forward[number][s] * after[s]);
            let chrome: f64 = both.iter().sum::<f64>() - both[BODY];
            let odds = (chrome.max(LEAST) / both[BODY].max(LEAST)).ln() as f32;
            let odds = calibration[0] * odds + calibration[1];
            probabilities[number] = 1.0 / (1.0 + (-odds).exp());
            let here: [f64; STATES] = std::array::from_fn(|s| fits[number][s] * after[s]);
            after = scaled(std::array::from_fn(|from| {
                (0..STATES).map(|to| follows[from][to] * here[to]).sum()
            }));
        }
        probabilities
    }
}

/// What is taken for nothing at least, so that no ratio is infinite.
const LEAST: f64 = 1e-290;

/// Logarithms as shares of the largest.
fn shares(logs: &[f32; STATES]) -> [f64; STATES] {
    let most = logs.iter().copied().fold(f32::MIN, f32::max);
    logs.map(|log| f64::from(log - most).exp())
}

fn scaled(values: [f64; STATES]) -> [f64; STATES] {
    let total = values.iter().sum::<f64>().max(LEAST);
    values.map(|value| value / total)
}

impl Engine {
    /// The same with other weights of the line classifier than the shipped ones, as
    /// `scripts/train-chrome` writes them: for judging held-back hosts. None where they are broken.
    #[must_use]
    pub fn with_weights(mut self, bytes: &[u8]) -> Option<Self> {
        self.other_weights = Some(Box::new(Model::read(bytes)?));
        Some(self)
    }

    /// The weights of the line classifier. None only where the shipped file is broken, which a
    /// test rules out.
    pub(super) fn weights(&self) -> Option<&Model> {
        let shipped = || SHIPPED.as_ref();
        self.other_weights.as_deref().or_else(shipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_whole() {
        assert!(SHIPPED.is_some());
    }
}
