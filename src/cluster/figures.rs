//! Numbers of two aligned documents against one another, on the unmasked text.

use crate::model::{MASK, token};

use super::align::{Alignment, Run};
use super::cues;
use super::evidence::Evidence;
use super::prepared::Prepared;

/// Counts the numbers of all equal runs into `out`.
pub(super) fn compare(a: &Prepared, b: &Prepared, alignment: &Alignment, out: &mut Evidence) {
    each(a, b, alignment, |pair| {
        match compare_numbers(pair.left, pair.right) {
            Numbers::Same => out.numbers_same += 1,
            Numbers::Masked => {
                out.masked_a += u32::from(pair.left.contains(MASK));
                out.masked_b += u32::from(pair.right.contains(MASK));
            }
            _ if pair.is_torn(a, b, alignment) => out.numbers_torn += 1,
            Numbers::Close => out.numbers_close += 1,
            Numbers::Other => {
                out.numbers_other += 1;
                out.law_years += u32::from(
                    is_year(pair.left)
                        && is_year(pair.right)
                        && cues::dates_law(&a.form.tokens, pair.in_a)
                        && cues::dates_law(&b.form.tokens, pair.in_b),
                );
            }
        }
    });
}

fn is_year(number: &str) -> bool {
    number.len() == 4
        && (number.starts_with("19") || number.starts_with("20"))
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Numbers that differ, with their place in the first.
pub(super) fn swapped(
    a: &Prepared,
    b: &Prepared,
    alignment: &Alignment,
) -> Vec<(usize, String, String)> {
    let mut out = Vec::new();
    each(a, b, alignment, |pair| {
        if pair.left != pair.right {
            out.push((pair.in_a, pair.left.to_owned(), pair.right.to_owned()));
        }
    });
    out
}

/// Two numbers at one place.
struct Pair<'a> {
    /// Number of the run.
    nth: usize,
    run: Run,
    /// Token places.
    in_a: usize,
    in_b: usize,
    left: &'a str,
    right: &'a str,
}

fn each<'a>(
    a: &'a Prepared,
    b: &'a Prepared,
    alignment: &Alignment,
    mut found: impl FnMut(&Pair<'a>),
) {
    for (nth, &run) in alignment.runs.iter().enumerate() {
        let mut number_a = a.numbers_before(run.a);
        let mut number_b = b.numbers_before(run.b);
        while let Some(in_a) = a.number_place(number_a).filter(|&p| p < run.a + run.len) {
            found(&Pair {
                nth,
                run,
                in_a,
                in_b: in_a - run.a + run.b,
                left: a.number(number_a),
                right: b.number(number_b),
            });
            number_a += 1;
            number_b += 1;
        }
    }
}

/// How two numbers at one place compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Numbers {
    Same,
    Masked,
    Close,
    Other,
}

fn compare_numbers(left: &str, right: &str) -> Numbers {
    if left == right {
        return if left.contains(MASK) {
            Numbers::Masked
        } else {
            Numbers::Same
        };
    }
    let (sign_left, left) = split_sign(left);
    let (sign_right, right) = split_sign(right);
    if sign_left != sign_right && (sign_left.is_some() && sign_right.is_some()) {
        return Numbers::Other;
    }
    let is_minus = sign_left == Some('-') || sign_right == Some('-');
    match (left.find(MASK), right.find(MASK)) {
        // A sign is lost like any other; a minus is half of the figure.
        _ if left == right && is_minus && sign_left != sign_right => Numbers::Close,
        _ if left == right => Numbers::Same,
        (Some(a), Some(b)) if left[..a.min(b)] == right[..a.min(b)] => Numbers::Masked,
        (Some(a), None) if right.starts_with(&left[..a]) => Numbers::Masked,
        (None, Some(b)) if left.starts_with(&right[..b]) => Numbers::Masked,
        _ if is_one_digit_more(left.as_bytes(), right.as_bytes()) => Numbers::Close,
        _ => Numbers::Other,
    }
}

/// A number without its sign.
fn split_sign(number: &str) -> (Option<char>, &str) {
    match number.chars().next() {
        Some(sign) if !sign.is_ascii_digit() && sign != MASK => {
            (Some(sign), &number[sign.len_utf8()..])
        }
        _ => (None, number),
    }
}

/// Whether one digit put in makes the longer of the shorter.
fn is_one_digit_more(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() + 1 != long.len() || short.is_empty() {
        return false;
    }
    let prefix = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    short[prefix..] == long[prefix + 1..]
}

/// How far from the edge of a block its beginning may resemble what follows it, in tokens.
const EDGE_TOKENS: usize = 40;

impl Pair<'_> {
    /// Whether no other figure is meant: a stray character tore the number, or it stands where a
    /// block was put in or cut out and belongs to another place there.
    fn is_torn(&self, a: &Prepared, b: &Prepared, alignment: &Alignment) -> bool {
        let runs = &alignment.runs;
        let (from_a, from_b) = match self.nth.checked_sub(1).and_then(|nth| runs.get(nth)) {
            Some(prior) => (prior.a + prior.len, prior.b + prior.len),
            None => (0, 0),
        };
        let (to_a, to_b) = match runs.get(self.nth + 1) {
            Some(next) => (next.a, next.b),
            None => (a.len_tokens(), b.len_tokens()),
        };
        let end_a = self.run.a + self.run.len;
        let end_b = self.run.b + self.run.len;
        let is_first = self.in_a == self.run.a;
        let is_last = self.in_a + 1 == end_a;
        let before = (self.run.a - from_a, self.run.b - from_b);
        let after = (to_a - end_a, to_b - end_b);
        (self.is_part() && ((is_first && is_stray(before)) || (is_last && is_stray(after))))
            || (self.is_part()
                && ((is_first && self.has_piece(a, b, before, false))
                    || (is_last && self.has_piece(a, b, after, true))))
            || (self.in_a - self.run.a < EDGE_TOKENS && self.is_shifted(a, b, before, false))
            || (end_a - self.in_a <= EDGE_TOKENS && self.is_shifted(a, b, after, true))
            || (is_last && self.is_part() && (to_a == a.len_tokens() && to_b == b.len_tokens()))
            || self.is_lost_in_gap(is_first, is_last, before, after)
    }

    /// Whether the gap beside the shorter number holds another one: a stray character tore it,
    /// and other changes stand close by.
    fn has_piece(&self, a: &Prepared, b: &Prepared, hunk: (usize, usize), is_after: bool) -> bool {
        let (document, start, len) = if self.left.len() < self.right.len() {
            (a, self.run.a, hunk.0)
        } else {
            (b, self.run.b, hunk.1)
        };
        if !(2..=8).contains(&len) {
            return false;
        }
        let from = if is_after {
            start + self.run.len
        } else {
            start.saturating_sub(len)
        };
        document
            .form
            .tokens
            .get(from..from + len)
            .is_some_and(|tokens| tokens.contains(&token::NUMBER))
    }

    fn is_part(&self) -> bool {
        let (short, long) = if self.left.len() < self.right.len() {
            (self.left, self.right)
        } else {
            (self.right, self.left)
        };
        long.starts_with(short) || long.ends_with(short)
    }

    /// Whether the same number stands at the other end of the block next to the run, so that the
    /// block may as well be taken to begin there.
    fn is_shifted(&self, a: &Prepared, b: &Prepared, hunk: (usize, usize), is_after: bool) -> bool {
        let (in_a, in_b) = hunk;
        if in_a == in_b {
            return false;
        }
        let (document, place, by, wanted) = if in_a > in_b {
            (a, self.in_a, in_a - in_b, self.right)
        } else {
            (b, self.in_b, in_b - in_a, self.left)
        };
        let there = if is_after {
            Some(place + by)
        } else {
            place.checked_sub(by)
        };
        there.is_some_and(|there| {
            document.form.tokens.get(there) == Some(&token::NUMBER)
                && document.number(document.numbers_before(there)) == wanted
        })
    }

    /// Whether the run is a chance match of a few tokens between long gaps.
    fn is_lost_in_gap(
        &self,
        is_first: bool,
        is_last: bool,
        before: (usize, usize),
        after: (usize, usize),
    ) -> bool {
        let long = |hunk: (usize, usize)| hunk.0.max(hunk.1) > 12;
        let wide = |hunk: (usize, usize)| hunk.0.max(hunk.1) > 4;
        (self.run.len < 8 && wide(before) && wide(after) && (long(before) || long(after)))
            || (is_first && self.run.len < 16 && long(before))
            || (is_last && self.run.len < 16 && long(after))
    }
}

fn is_stray((in_a, in_b): (usize, usize)) -> bool {
    in_a.min(in_b) == 0 && (1..=3).contains(&in_a.max(in_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_fit_what_they_hide() {
        assert_eq!(compare_numbers("2012", "20*"), Numbers::Masked);
        assert_eq!(compare_numbers("*", "17"), Numbers::Masked);
        assert_eq!(compare_numbers("1998", "20*"), Numbers::Other);
        assert_eq!(compare_numbers("2012", "2013"), Numbers::Other);
        assert_eq!(compare_numbers("5", "6"), Numbers::Other);
        assert_eq!(compare_numbers("2012", "212"), Numbers::Close);
        assert_eq!(compare_numbers("320", "95"), Numbers::Other);
        assert_eq!(compare_numbers("≥18", "≤18"), Numbers::Other);
        assert_eq!(compare_numbers("≥18", "18"), Numbers::Same);
        assert_eq!(compare_numbers("-18", "18"), Numbers::Close);
        assert_eq!(compare_numbers("5‰", "5"), Numbers::Other);
    }
}
