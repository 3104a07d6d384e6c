//! Fitting the network: by steps against the gradient over mixed batches of places (Adam, Kingma
//! and Ba 2015), with symbols and inner numbers left out at random (Srivastava et al. 2014).

use ndarray::{Array1, Array2, ArrayView1, Axis, Zip, s};

use super::fit::{Dice, Sample, Words};
use super::network::{HIDDEN, Layers, OUTSIDE_ROW, UNKNOWN_ROW, VIEW, WIDTH};
use super::window::{REACH, Window};

/// A symbol seen less often in the windows is an unknown one.
const LEAST_SEEN: u32 = 60;
/// Passes over the samples, samples a step.
const EPOCHS: usize = 3;
const BATCH: usize = 512;
/// Largest step, and most steps until it is taken.
const RATE: f32 = 2e-3;
const WARM_UP: f32 = 300.0;
/// Share of the symbols and of the inner numbers that are left out.
const UNSEEN: f32 = 0.1;
const LEFT_OUT: f32 = 0.1;
/// How much it counts to tell a word from those of the whole batch, beside those it is confused with.
const FROM_ALL: f32 = 0.25;

/// A matrix that is fitted.
struct Fitted {
    value: Array2<f32>,
    gradient: Array2<f32>,
    mean: Array2<f32>,
    spread: Array2<f32>,
}

impl Fitted {
    fn new(rows: usize, columns: usize, scale: f32, dice: &mut Dice) -> Self {
        let zero = Array2::zeros((rows, columns));
        Self {
            // Twelve throws make a bell.
            value: Array2::from_shape_simple_fn((rows, columns), || {
                ((0..12).map(|_| dice.share()).sum::<f32>() - 6.0) * scale
            }),
            gradient: zero.clone(),
            mean: zero.clone(),
            spread: zero,
        }
    }

    /// A step of this size against the gradient, which is forgotten then. `wear` are the powers of
    /// both decay rates so far.
    fn step(&mut self, size: f32, wear: [f32; 2]) {
        const DECAY: [f32; 2] = [0.9, 0.98];
        let [of_mean, of_spread] = wear.map(|wear| 1.0 / (1.0 - wear));
        Zip::from(&mut self.value)
            .and(&mut self.gradient)
            .and(&mut self.mean)
            .and(&mut self.spread)
            .for_each(|value, gradient, mean, spread| {
                *mean = DECAY[0] * *mean + (1.0 - DECAY[0]) * *gradient;
                *spread = DECAY[1] * *spread + (1.0 - DECAY[1]) * *gradient * *gradient;
                *value -= size * (*mean * of_mean) / ((*spread * of_spread).sqrt() + 1e-8);
                *gradient = 0.0;
            });
    }
}

struct Net {
    symbols: Fitted,
    first: Fitted,
    first_bias: Fitted,
    second: Fitted,
    second_bias: Fitted,
    past: Fitted,
    words: Fitted,
    word_bias: Fitted,
}

impl Net {
    fn all(&mut self) -> [&mut Fitted; 8] {
        [
            &mut self.symbols,
            &mut self.first,
            &mut self.first_bias,
            &mut self.second,
            &mut self.second_bias,
            &mut self.past,
            &mut self.words,
            &mut self.word_bias,
        ]
    }
}

/// What a batch leaves behind on its way up.
struct Pass {
    /// Rows of the symbols; `None` where one is left out.
    rows: Vec<Option<usize>>,
    input: Array2<f32>,
    hidden: Array2<f32>,
    bent: Array2<f32>,
    view: Array2<f32>,
}

/// The network that tells the words of the samples apart; samples are mixed.
pub(crate) fn fit(samples: &mut [Sample], words: &Words<'_>) -> Layers {
    let codes = known_symbols(samples);
    let mut row_of = vec![UNKNOWN_ROW as u16; 1 << 16];
    for (row, &code) in codes.iter().enumerate() {
        row_of[usize::from(code)] = row as u16;
    }
    let mut dice = Dice(11);
    let counts = samples
        .iter()
        .fold(vec![1.0_f32; words.numbers.len()], |mut counts, sample| {
            counts[sample.word as usize] += 1.0;
            counts
        });
    let spread = |inputs: usize| (1.0 / inputs as f32).sqrt();
    let mut net = Net {
        symbols: Fitted::new(codes.len(), WIDTH, 0.3, &mut dice),
        first: Fitted::new(
            2 * REACH * WIDTH,
            HIDDEN,
            spread(2 * REACH * WIDTH),
            &mut dice,
        ),
        first_bias: Fitted::new(1, HIDDEN, 0.0, &mut dice),
        second: Fitted::new(HIDDEN, VIEW, spread(HIDDEN), &mut dice),
        second_bias: Fitted::new(1, VIEW, 0.0, &mut dice),
        past: Fitted::new(HIDDEN, VIEW, spread(HIDDEN), &mut dice),
        words: Fitted::new(words.numbers.len(), VIEW, 0.05, &mut dice),
        word_bias: Fitted::new(1, words.numbers.len(), 0.0, &mut dice),
    };
    let total = samples.len().max(1) as f32;
    for (bias, count) in net.word_bias.value.iter_mut().zip(&counts) {
        *bias = (count / total).ln();
    }
    let steps = (EPOCHS * samples.len().div_ceil(BATCH)) as f32;
    let mut wear = [1.0_f32, 1.0];
    let mut done = 0.0;
    for _ in 0..EPOCHS {
        for at in (1..samples.len()).rev() {
            samples.swap(at, dice.below(at + 1));
        }
        for batch in samples.chunks(BATCH) {
            done += 1.0;
            let cooling = 0.5 + 0.5 * (std::f32::consts::PI * done / steps).cos();
            let warm = (done / WARM_UP.min(steps / 10.0)).min(1.0);
            let size = RATE * warm * cooling.max(0.01);
            let pass = forward(&net, batch, &row_of, &mut dice);
            let of_view = told_apart(&mut net, batch, words, &pass.view, &mut dice);
            backward(&mut net, &pass, &of_view);
            wear = [wear[0] * 0.9, wear[1] * 0.98];
            for matrix in net.all() {
                matrix.step(size, wear);
            }
        }
    }
    Layers {
        codes,
        symbols: net.symbols.value,
        first: net.first.value,
        first_bias: net.first_bias.value.remove_axis(Axis(0)),
        second: net.second.value,
        second_bias: net.second_bias.value.remove_axis(Axis(0)),
        past: net.past.value,
        numbers: words
            .numbers
            .iter()
            .map(|number| (number >> 32) as u32)
            .collect(),
        words: net.words.value,
        word_bias: net.word_bias.value.remove_axis(Axis(0)),
    }
}

/// The symbols that have a row, that of unknown ones first.
fn known_symbols(samples: &[Sample]) -> Vec<u16> {
    let mut seen = vec![0_u32; 1 << 16];
    for sample in samples {
        for &code in &sample.window {
            seen[usize::from(code)] += 1;
        }
    }
    let mut codes = vec![0; OUTSIDE_ROW + 1];
    codes[OUTSIDE_ROW] = super::window::OUTSIDE;
    let known = (0..=u16::MAX)
        .zip(&seen)
        .filter(|&(code, &count)| count >= LEAST_SEEN && !codes.contains(&code));
    let known: Vec<u16> = known.map(|(code, _)| code).collect();
    codes.extend(known);
    codes
}

fn forward(net: &Net, batch: &[Sample], row_of: &[u16], dice: &mut Dice) -> Pass {
    let mut rows = Vec::with_capacity(batch.len() * 2 * REACH);
    let mut input = Array2::zeros((batch.len(), 2 * REACH * WIDTH));
    for (sample, mut line) in batch.iter().zip(input.rows_mut()) {
        let window: &Window = &sample.window;
        for (nth, &code) in window.iter().enumerate() {
            let row = usize::from(row_of[usize::from(code)]);
            let seen = dice.share() >= UNSEEN;
            rows.push(seen.then_some(row));
            if seen {
                let mut here = line.slice_mut(s![nth * WIDTH..(nth + 1) * WIDTH]);
                here.scaled_add(1.0 / (1.0 - UNSEEN), &net.symbols.value.row(row));
            }
        }
    }
    let mut hidden = input.dot(&net.first.value) + &net.first_bias.value;
    hidden.mapv_inplace(|x| {
        let kept = dice.share() >= LEFT_OUT;
        if kept {
            x.max(0.0) / (1.0 - LEFT_OUT)
        } else {
            0.0
        }
    });
    let mut bent = hidden.dot(&net.second.value) + &net.second_bias.value;
    bent.mapv_inplace(|x| x.max(0.0));
    let view = hidden.dot(&net.past.value) + &bent;
    Pass {
        rows,
        input,
        hidden,
        bent,
        view,
    }
}

/// Adds the words' gradients; gives that of the view.
fn told_apart(
    net: &mut Net,
    batch: &[Sample],
    words: &Words<'_>,
    view: &Array2<f32>,
    dice: &mut Dice,
) -> Array2<f32> {
    let share = 1.0 / batch.len() as f32;
    let mut of_view = Array2::zeros(view.raw_dim());
    // From the words it is confused with, one of its disguises at a time.
    let mut rivals: Vec<u32> = Vec::new();
    for ((sample, seen), mut of_seen) in batch.iter().zip(view.rows()).zip(of_view.rows_mut()) {
        words.rivals(sample.word, dice, &mut rivals);
        let scores = rivals
            .iter()
            .map(|&word| score(net, word as usize, seen))
            .collect();
        for (word, chance) in rivals.iter().map(|&word| word as usize).zip(shares(scores)) {
            let right = if word == sample.word as usize {
                1.0
            } else {
                0.0
            };
            let error = (chance - right) * share;
            of_seen.scaled_add(error, &net.words.value.row(word));
            net.words.gradient.row_mut(word).scaled_add(error, &seen);
            net.word_bias.gradient[[0, word]] += error;
        }
    }
    // From all words of the batch.
    let mut known: Vec<usize> = batch.iter().map(|sample| sample.word as usize).collect();
    known.sort_unstable();
    known.dedup();
    let rows = net.words.value.select(Axis(0), &known);
    let mut scores = view.dot(&rows.t());
    for (sample, mut line) in batch.iter().zip(scores.rows_mut()) {
        let biased = line
            .iter()
            .zip(&known)
            .map(|(score, &word)| score + net.word_bias.value[[0, word]]);
        let chances = shares(biased.collect());
        for ((slot, chance), &word) in line.iter_mut().zip(chances).zip(&known) {
            let right = if word == sample.word as usize {
                1.0
            } else {
                0.0
            };
            *slot = (chance - right) * share * FROM_ALL;
        }
    }
    of_view += &scores.dot(&rows);
    let of_rows = scores.t().dot(view);
    let of_bias = scores.sum_axis(Axis(0));
    for ((&word, row), bias) in known.iter().zip(of_rows.rows()).zip(of_bias) {
        net.words.gradient.row_mut(word).scaled_add(1.0, &row);
        net.word_bias.gradient[[0, word]] += bias;
    }
    of_view
}

fn score(net: &Net, word: usize, view: ArrayView1<'_, f32>) -> f32 {
    net.words.value.row(word).dot(&view) + net.word_bias.value[[0, word]]
}

/// What share of all each has, by its score.
fn shares(scores: Vec<f32>) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut shares: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
    let total: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    shares
}

fn backward(net: &mut Net, pass: &Pass, of_view: &Array2<f32>) {
    let mut of_bent = of_view.clone();
    Zip::from(&mut of_bent)
        .and(&pass.bent)
        .for_each(|error, &bent| {
            if bent <= 0.0 {
                *error = 0.0;
            }
        });
    net.past.gradient += &pass.hidden.t().dot(of_view);
    net.second.gradient += &pass.hidden.t().dot(&of_bent);
    add_sum(&mut net.second_bias.gradient, &of_bent);
    let mut of_hidden = of_view.dot(&net.past.value.t()) + of_bent.dot(&net.second.value.t());
    Zip::from(&mut of_hidden)
        .and(&pass.hidden)
        .for_each(|error, &hidden| {
            *error = if hidden > 0.0 {
                *error / (1.0 - LEFT_OUT)
            } else {
                0.0
            };
        });
    net.first.gradient += &pass.input.t().dot(&of_hidden);
    add_sum(&mut net.first_bias.gradient, &of_hidden);
    let of_input = of_hidden.dot(&net.first.value.t());
    for (line, rows) in of_input.rows().into_iter().zip(pass.rows.chunks(2 * REACH)) {
        for (nth, row) in rows.iter().enumerate() {
            if let Some(row) = *row {
                let here = line.slice(s![nth * WIDTH..(nth + 1) * WIDTH]);
                let mut gradient = net.symbols.gradient.row_mut(row);
                gradient.scaled_add(1.0 / (1.0 - UNSEEN), &here);
            }
        }
    }
}

fn add_sum(to: &mut Array2<f32>, errors: &Array2<f32>) {
    let sum: Array1<f32> = errors.sum_axis(Axis(0));
    to.row_mut(0).scaled_add(1.0, &sum);
}

#[cfg(test)]
mod tests {
    use super::super::context::MOST_FEATURES;
    use super::super::network::Network;
    use super::super::window::window;
    use super::*;

    #[test]
    fn what_stands_two_symbols_before_tells_the_words_apart() {
        let sample = |nth: usize| {
            let word = nth as u32 % 2;
            let before = if word == 0 { '甲' } else { '乙' };
            let other = char::from_u32(0x4E10 + nth as u32 % 40).unwrap();
            Sample {
                word,
                features: [0; MOST_FEATURES],
                near: 0,
                window: window(&format!("{other}{before}{other}"), "，"),
            }
        };
        let mut samples: Vec<Sample> = (0..8000).map(sample).collect();
        let words = Words {
            numbers: &[7 << 32, 9 << 32],
            frequencies: &[0.0, 0.0],
            choices: &[vec![1], vec![0]],
            disguises: &[vec![1], vec![0]],
        };
        let layers = fit(&mut samples, &words);
        let network = Network::new(Layers::from_bytes(&layers.to_bytes()).unwrap());
        let [one, other] = [7, 9].map(|number| network.word(number << 32).unwrap());
        let told = |before: &str| {
            let view = network.view(&window(before, "，"));
            network.score(one, &view) - network.score(other, &view)
        };
        assert!(told("丐甲丐") > 1.0, "{}", told("丐甲丐"));
        assert!(told("丐乙丐") < -1.0, "{}", told("丐乙丐"));
    }
}
