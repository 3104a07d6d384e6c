//! A small network that reads the symbols around a place and says how well each word fits there.
//!
//! The weights of `model` know the exact neighbours that clean text has shown; the network shares
//! what it learns between words and between neighbours that behave alike, so that it has something
//! to say where the exact neighbours were never seen (a feed-forward model over word vectors, after
//! Bengio et al. 2003). Twenty symbols, a vector each; one inner layer; a view of the place, which
//! is compared with a vector of each word.
//!
//! What a symbol adds to the inner layer at each distance is worked out when it is first met, as
//! sixteen-bit numbers: a place then costs twenty additions of rows.

use std::sync::OnceLock;

use ndarray::{Array1, Array2, ArrayView1, s};

use super::window::{REACH, Window};

/// Numbers of a symbol, of the inner layer, and of the view of a place.
pub(crate) const WIDTH: usize = 64;
pub(crate) const HIDDEN: usize = 96;
pub(crate) const VIEW: usize = 96;
/// Rows of the symbols that stand for all unknown ones, and for what lies outside the text.
pub(crate) const UNKNOWN_ROW: usize = 0;
pub(crate) const OUTSIDE_ROW: usize = 1;
/// Inner numbers are counted in these parts of one: twenty of them fit into sixteen bits.
const PARTS: f32 = 256.0;
const MOST: f32 = 1600.0;
/// Most symbols and words of a network.
const MOST_ROWS: usize = 1 << 16;

/// The layers as they are fitted and stored.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    /// The symbol of each row.
    pub(crate) codes: Vec<u16>,
    /// Symbols × `WIDTH`.
    pub(crate) symbols: Array2<f32>,
    /// Places of the window × `WIDTH`, each × `HIDDEN`.
    pub(crate) first: Array2<f32>,
    pub(crate) first_bias: Array1<f32>,
    /// `HIDDEN` × `VIEW`: what is bent on its way, and what goes past the bend.
    pub(crate) second: Array2<f32>,
    pub(crate) second_bias: Array1<f32>,
    pub(crate) past: Array2<f32>,
    /// The upper half of each word's number.
    pub(crate) numbers: Vec<u32>,
    /// Words × `VIEW`.
    pub(crate) words: Array2<f32>,
    pub(crate) word_bias: Array1<f32>,
}

/// What the network sees in a place.
pub(crate) type View = [f32; VIEW];

/// A network, ready to be asked.
#[derive(Debug)]
pub(crate) struct Network {
    row_of: Box<[u16]>,
    /// What each symbol adds to the inner layer at each place of the window.
    rows: Box<[OnceLock<Box<[i16]>>]>,
    layers: Layers,
    first_bias: [i16; HIDDEN],
    second: Vec<View>,
    past: Vec<View>,
    second_bias: View,
    words: Vec<View>,
    /// The words' numbers, ascending, and their rows.
    places: Vec<(u32, u32)>,
}

impl Network {
    pub(crate) fn new(layers: Layers) -> Self {
        let mut row_of = vec![UNKNOWN_ROW as u16; 1 << 16];
        for (row, &code) in layers.codes.iter().enumerate().skip(OUTSIDE_ROW) {
            row_of[usize::from(code)] = row as u16;
        }
        let mut places: Vec<(u32, u32)> = layers.numbers.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let views = |matrix: &Array2<f32>| matrix.rows().into_iter().map(as_view).collect();
        Self {
            row_of: row_of.into(),
            rows: layers.codes.iter().map(|_| OnceLock::new()).collect(),
            first_bias: std::array::from_fn(|at| in_parts(layers.first_bias[at])),
            second: views(&layers.second),
            past: views(&layers.past),
            second_bias: as_view(layers.second_bias.view()),
            words: views(&layers.words),
            places,
            layers,
        }
    }

    /// The row of a word, by its number.
    pub(crate) fn word(&self, number: u64) -> Option<u32> {
        let upper = (number >> 32) as u32;
        let at = self.places.binary_search_by_key(&upper, |place| place.0);
        at.ok().map(|at| self.places[at].1)
    }

    /// What is to be seen between the two sides of a window.
    pub(crate) fn view(&self, window: &Window) -> View {
        let mut sums = self.first_bias;
        for (nth, &code) in window.iter().enumerate() {
            let row = usize::from(self.row_of[usize::from(code)]);
            let adds = self.rows[row].get_or_init(|| self.adds(row));
            let here = &adds[nth * HIDDEN..(nth + 1) * HIDDEN];
            for (sum, add) in sums.iter_mut().zip(here) {
                *sum = sum.saturating_add(*add);
            }
        }
        let (mut view, mut bent) = ([0.0; VIEW], self.second_bias);
        for (at, sum) in sums.into_iter().enumerate().filter(|&(_, sum)| sum > 0) {
            let hidden = f32::from(sum) / PARTS;
            let (past, second) = (&self.past[at], &self.second[at]);
            for nth in 0..VIEW {
                view[nth] += hidden * past[nth];
                bent[nth] += hidden * second[nth];
            }
        }
        for (view, bent) in view.iter_mut().zip(bent) {
            *view += bent.max(0.0);
        }
        view
    }

    /// How well a word fits, as a logarithm that only differences between words give a meaning.
    pub(crate) fn score(&self, word: u32, view: &View) -> f32 {
        let mut lanes = [0.0; 8];
        for (word, view) in self.words[word as usize]
            .chunks_exact(8)
            .zip(view.chunks_exact(8))
        {
            for (lane, (a, b)) in lanes.iter_mut().zip(word.iter().zip(view)) {
                *lane += a * b;
            }
        }
        lanes.iter().sum::<f32>() + self.layers.word_bias[word as usize]
    }

    /// What a symbol adds to the inner layer, place by place.
    fn adds(&self, row: usize) -> Box<[i16]> {
        let symbol = self.layers.symbols.row(row);
        let places = (0..2 * REACH).flat_map(|nth| {
            let here = self
                .layers
                .first
                .slice(s![nth * WIDTH..(nth + 1) * WIDTH, ..]);
            let mut sums = [0.0; HIDDEN];
            for (number, weights) in symbol.iter().zip(here.rows()) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += number * weight;
                }
            }
            sums.map(in_parts)
        });
        places.collect()
    }
}

fn as_view(row: ArrayView1<'_, f32>) -> View {
    std::array::from_fn(|at| row[at])
}

fn in_parts(number: f32) -> i16 {
    (number * PARTS).round().clamp(-MOST, MOST) as i16
}

impl Layers {
    /// As bytes: the numbers of symbols and words, then each row as its scale and a byte a number.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend((self.codes.len() as u32).to_le_bytes());
        out.extend((self.numbers.len() as u32).to_le_bytes());
        out.extend(self.codes.iter().flat_map(|code| code.to_le_bytes()));
        out.extend(self.numbers.iter().flat_map(|number| number.to_le_bytes()));
        for matrix in [
            &self.symbols,
            &self.first,
            &self.second,
            &self.past,
            &self.words,
        ] {
            for row in matrix.rows() {
                let most = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
                let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
                out.extend(scale.to_le_bytes());
                out.extend(row.iter().map(|x| (x / scale).round() as i8 as u8));
            }
        }
        for bias in [&self.first_bias, &self.second_bias, &self.word_bias] {
            out.extend(bias.iter().flat_map(|x| x.to_le_bytes()));
        }
        out
    }

    /// Reads what `to_bytes` writes; nothing where that is not it.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut take = |count: usize| {
            let (here, after) = rest.split_at_checked(count)?;
            rest = after;
            Some(here)
        };
        let number = |four: &[u8]| Some(u32::from_le_bytes(four.try_into().ok()?));
        let symbols = number(take(4)?)? as usize;
        let words = number(take(4)?)? as usize;
        if symbols <= OUTSIDE_ROW || symbols.max(words) > MOST_ROWS {
            return None;
        }
        let codes = take(2 * symbols)?.chunks_exact(2);
        let codes = codes
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        let numbers = take(4 * words)?
            .chunks_exact(4)
            .map(number)
            .collect::<Option<_>>()?;
        let float = |four: &[u8]| number(four).map(f32::from_bits).filter(|x| x.is_finite());
        let mut matrix = |rows: usize, columns: usize| {
            let mut numbers = Vec::with_capacity(rows * columns);
            for _ in 0..rows {
                let scale = float(take(4)?)?;
                numbers.extend(take(columns)?.iter().map(|&x| f32::from(x as i8) * scale));
            }
            Array2::from_shape_vec((rows, columns), numbers).ok()
        };
        let layers = Self {
            codes,
            numbers,
            symbols: matrix(symbols, WIDTH)?,
            first: matrix(2 * REACH * WIDTH, HIDDEN)?,
            second: matrix(HIDDEN, VIEW)?,
            past: matrix(HIDDEN, VIEW)?,
            words: matrix(words, VIEW)?,
            first_bias: Array1::zeros(0),
            second_bias: Array1::zeros(0),
            word_bias: Array1::zeros(0),
        };
        let mut bias = |count: usize| {
            let floats = take(4 * count)?.chunks_exact(4).map(float);
            floats.collect::<Option<Array1<f32>>>()
        };
        let layers = Self {
            first_bias: bias(HIDDEN)?,
            second_bias: bias(VIEW)?,
            word_bias: bias(words)?,
            ..layers
        };
        rest.is_empty().then_some(layers)
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::window;
    use super::*;

    fn layers() -> Layers {
        let mut seed = 1_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        let mut matrix = |rows, columns| Array2::from_shape_simple_fn((rows, columns), &mut next);
        Layers {
            codes: vec![0, super::super::window::OUTSIDE, '甲' as u16, '乙' as u16],
            symbols: matrix(4, WIDTH),
            first: matrix(2 * REACH * WIDTH, HIDDEN),
            first_bias: matrix(1, HIDDEN).row(0).to_owned(),
            second: matrix(HIDDEN, VIEW),
            second_bias: matrix(1, VIEW).row(0).to_owned(),
            past: matrix(HIDDEN, VIEW),
            numbers: vec![9, 5, 7],
            words: matrix(3, VIEW),
            word_bias: matrix(1, 3).row(0).to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_what_is_cut_is_refused() {
        let bytes = layers().to_bytes();
        let read = Layers::from_bytes(&bytes).unwrap();
        assert_eq!(
            (&read.codes, &read.numbers),
            (&layers().codes, &layers().numbers)
        );
        let far = (&read.first - &layers().first).mapv(f32::abs);
        assert!(far.iter().all(|&far| far < 0.005));
        assert_eq!(read.word_bias, layers().word_bias);
        for cut in [0, 4, 8, 100, bytes.len() - 1] {
            assert!(Layers::from_bytes(&bytes[..cut]).is_none(), "{cut}");
        }
        assert!(Layers::from_bytes(&[&bytes[..], &[0]].concat()).is_none());
    }

    #[test]
    fn the_quick_way_gives_what_the_layers_say() {
        let (layers, seen) = (layers(), window("甲乙，甲", "乙乙丙"));
        let network = Network::new(layers.clone());
        assert_eq!(network.word(5 << 32), Some(1));
        assert_eq!(network.word(6 << 32), None);
        let mut hidden = layers.first_bias.clone();
        for (nth, code) in seen.iter().enumerate() {
            let row = layers
                .codes
                .iter()
                .position(|known| known == code)
                .unwrap_or(UNKNOWN_ROW);
            let here = layers.first.slice(s![nth * WIDTH..(nth + 1) * WIDTH, ..]);
            hidden += &layers.symbols.row(row).dot(&here);
        }
        hidden.mapv_inplace(|x| x.max(0.0));
        let bent = (hidden.dot(&layers.second) + &layers.second_bias).mapv(|x| x.max(0.0));
        let view = hidden.dot(&layers.past) + bent;
        let score = layers.words.row(2).dot(&view) + layers.word_bias[2];
        let quick = network.score(2, &network.view(&seen));
        assert!((quick - score).abs() < 0.3, "{quick} {score}");
    }
}
