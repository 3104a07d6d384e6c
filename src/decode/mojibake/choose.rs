//! Which of several characters stood there? Their neighbours on both sides say.

use super::super::naturalness::{self, BIT, Cost};

/// For each of a row of places, of which the possible characters are known, the one that leaves
/// little doubt: its share of all ways through the row, by their costs, is `sure` or more.
pub(super) fn most_natural(
    row: &[&[char]],
    before: char,
    after: Option<char>,
    sure: f64,
) -> Vec<Option<char>> {
    const LONGEST: usize = 64;
    if row.len() > LONGEST {
        return vec![None; row.len()];
    }
    let weight = |cost: Cost| (-(cost as f64) / BIT as f64).exp2();
    let leaving = |c: char| match after {
        // What opens or joins does not end a line.
        Some('\n') => {
            let opens = matches!(
                c,
                '、' | '《' | '「' | '『' | '【' | '〔' | '（' | '，' | '：' | '“' | '‘'
            );
            if opens { weight(8 * BIT) } else { 1.0 }
        }
        None => 1.0,
        Some(next) => weight(naturalness::after(c, next)),
    };
    // Shares of the ways up to each place, and from each place on; kept near one as they go.
    let mut up: Vec<Vec<f64>> = Vec::with_capacity(row.len());
    for (n, chars) in row.iter().enumerate() {
        let mut shares: Vec<f64> = chars
            .iter()
            .map(|&c| match n.checked_sub(1) {
                None => weight(naturalness::after(before, c)),
                Some(m) => row[m]
                    .iter()
                    .zip(&up[m])
                    .map(|(&was, share)| share * weight(naturalness::after(was, c)))
                    .sum(),
            })
            .collect();
        level(&mut shares);
        up.push(shares);
    }
    let mut out = vec![None; row.len()];
    let mut down: Vec<f64> = row.last().map_or(Vec::new(), |chars| {
        chars.iter().map(|&c| leaving(c)).collect()
    });
    for n in (0..row.len()).rev() {
        if n + 1 < row.len() {
            down = row[n]
                .iter()
                .map(|&c| {
                    row[n + 1]
                        .iter()
                        .zip(&down)
                        .map(|(&next, share)| share * weight(naturalness::after(c, next)))
                        .sum()
                })
                .collect();
        }
        level(&mut down);
        let both: Vec<f64> = up[n].iter().zip(&down).map(|(a, b)| a * b).collect();
        let sum: f64 = both.iter().sum();
        out[n] = both
            .iter()
            .position(|&share| share >= sure * sum && sum > 0.0)
            .map(|at| row[n][at]);
    }
    out
}

fn level(shares: &mut [f64]) {
    let most = shares.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        shares.iter_mut().for_each(|share| *share /= most);
    }
}
