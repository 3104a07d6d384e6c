//! What differs between two documents of one text: noise, slots of a template, or amendments.
//!
//! Shingle similarity cannot tell a noisy copy from a template's next page. The differing spans
//! can: noise, scanning and spinning spoil single characters and words anywhere; siblings differ
//! in numbers and names, in the same slots, and each name the same way throughout; a revision
//! has phrases and clauses written anew.

use std::collections::BTreeMap;

use crate::model::{MASK, Token, token};

use super::align::{Alignment, Hunk, Run};
use super::cues;
use super::prepared::Prepared;

/// Counts of what differs in the aligned part of two documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Numbers that are the same.
    pub numbers_same: u32,
    /// Numbers that are others, and by more than one digit.
    pub numbers_other: u32,
    /// Numbers that differ by one digit or character, as noise would make them too.
    pub numbers_close: u32,
    /// Numbers torn apart by a stray character.
    pub numbers_torn: u32,
    /// Numbers of the second that are masked in the first.
    pub masked_a: u32,
    /// Numbers of the first that are masked in the second.
    pub masked_b: u32,
    /// Hunks where a name or place stands for another.
    pub slots: u32,
    /// Hunks of one character, or a stray one.
    pub noise: u32,
    /// Hunks of two to eight tokens on both sides, of no name that is known for one.
    pub words: u32,
    /// Hunks where a phrase is written anew or a clause put in.
    pub edits: u32,
    /// Tokens in `edits`, of the longer side.
    pub edit_tokens: u32,
    /// Long hunks: paragraphs, moved blocks, site text.
    pub blocks: u32,
    /// Digits of the document with fewer of them.
    pub digits: u32,
    /// Tokens that are equal and in order.
    pub matched: u32,
}

/// What the differences make of two similar documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// None but dress and noise: a copy.
    Noise,
    /// Numbers, names, dates or places in a template.
    Slots,
    /// Passages amended.
    Amended,
}

impl Difference {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Slots => "slots",
            Self::Amended => "amended",
        }
    }
}

/// What stands in one document, and what in the other.
type Swap<'a> = (&'a [Token], &'a [Token]);

/// Longest hunk that can be a slot, in tokens.
const SLOT_TOKENS: usize = 8;
/// Longest hunk that can be an edit; longer ones are blocks.
const EDIT_TOKENS: usize = 40;

impl Evidence {
    /// Looks at every number and every hunk of an alignment.
    pub fn of(a: &Prepared, b: &Prepared, alignment: &Alignment) -> Self {
        let mut out = Self {
            matched: alignment.matched as u32,
            digits: a.digits_total().min(b.digits_total()) as u32,
            ..Self::default()
        };
        out.numbers(a, b, alignment);
        out.hunks(a, b, &alignment.hunks);
        out
    }

    fn numbers(&mut self, a: &Prepared, b: &Prepared, alignment: &Alignment) {
        for (nth, run) in alignment.runs.iter().enumerate() {
            let mut in_a = a.numbers_before(run.a);
            let mut in_b = b.numbers_before(run.b);
            while let Some(place) = a.number_place(in_a).filter(|&p| p < run.a + run.len) {
                let (left, right) = (a.number(in_a), b.number(in_b));
                in_a += 1;
                in_b += 1;
                match compare_numbers(left, right) {
                    Numbers::Same => self.numbers_same += 1,
                    Numbers::Masked => {
                        self.masked_a += u32::from(left.contains(MASK));
                        self.masked_b += u32::from(right.contains(MASK));
                    }
                    Numbers::Close | Numbers::Other
                        if is_torn(a, b, alignment, nth, run, place, left, right) =>
                    {
                        self.numbers_torn += 1;
                    }
                    Numbers::Close => self.numbers_close += 1,
                    Numbers::Other => self.numbers_other += 1,
                }
            }
        }
    }

    fn hunks(&mut self, a: &Prepared, b: &Prepared, hunks: &[Hunk]) {
        let (x, y) = (&a.form.tokens[..], &b.form.tokens[..]);
        let mut pairs: BTreeMap<Swap, (u32, bool)> = BTreeMap::new();
        for hunk in hunks {
            let (left, right) = (&x[hunk.a.clone()], &y[hunk.b.clone()]);
            let has_mask = |side: &[Token]| side.contains(&token::NUMBER);
            if hunk.shortest() == 0 {
                match hunk.longest() {
                    1 => self.noise += 1,
                    2 if !has_mask(left) && !has_mask(right) => self.noise += 1,
                    2..=3 => {}
                    n if n <= EDIT_TOKENS => {}
                    _ => self.blocks += 1,
                }
                continue;
            }
            if hunk.longest() <= SLOT_TOKENS {
                let all_numbers = |side: &[Token]| side.iter().all(|&t| t == token::NUMBER);
                if all_numbers(left) || all_numbers(right) {
                    // A number or mask against words: masked names, spelt-out figures.
                    continue;
                }
                if cues::is_numeral_swap(left, right) {
                    self.numbers_other += 1;
                    continue;
                }
                let cued = cues::is_slot(x, hunk.a.clone()) && cues::is_slot(y, hunk.b.clone());
                let entry = pairs.entry((left, right)).or_default();
                entry.0 += 1;
                entry.1 |= cued;
            } else if hunk.longest() <= EDIT_TOKENS {
                self.edits += 1;
                self.edit_tokens += hunk.longest() as u32;
            } else {
                self.blocks += 1;
            }
        }
        for ((left, right), (count, cued)) in pairs {
            let single = left.len() == 1 && right.len() == 1;
            if cued && (count > 1 || !single) {
                self.slots += count;
            } else if single || left.len() + right.len() == 3 {
                self.noise += count;
            } else if left.len().abs_diff(right.len()) >= 3 {
                self.edits += count;
                self.edit_tokens += count * left.len().max(right.len()) as u32;
            } else {
                self.words += count;
            }
        }
    }

    /// What it comes to.
    pub fn difference(&self) -> Difference {
        let small = self.noise + self.words + self.slots;
        let amended = self.edits >= 2 && self.edits * 2 > self.noise + self.words;
        if self.numbers_separate() {
            return if amended
                && self.edit_tokens > 4 * (self.numbers_other + self.numbers_close + self.slots)
            {
                Difference::Amended
            } else {
                Difference::Slots
            };
        }
        if self.slots > 0 && self.slots * 2 >= small {
            return if amended && self.edit_tokens > 4 * self.slots {
                Difference::Amended
            } else {
                Difference::Slots
            };
        }
        if amended {
            return Difference::Amended;
        }
        Difference::Noise
    }

    /// Whether numbers differ beyond what the noise around them explains. Noise hits numbers as
    /// it hits the text: with few spoilt characters beside it, a changed figure is meant.
    fn numbers_separate(&self) -> bool {
        let conflicts = self.numbers_other + self.numbers_close;
        if conflicts == 0 {
            return false;
        }
        if self.noise < 5 * conflicts {
            return true;
        }
        let rate = f64::from(self.noise) / f64::from(self.matched.max(1));
        let expected = rate * f64::from(self.digits);
        f64::from(self.numbers_close) > expected + 3.0 * expected.sqrt() + 1.0
            || f64::from(self.numbers_other) > 0.3 * expected + 1.0
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
    let known = |text: &str| text.find(MASK);
    match (known(left), known(right)) {
        (Some(a), Some(b)) if left[..a.min(b)] == right[..a.min(b)] => Numbers::Masked,
        (Some(a), None) if right.starts_with(&left[..a]) => Numbers::Masked,
        (None, Some(b)) if left.starts_with(&right[..b]) => Numbers::Masked,
        _ if is_one_edit(left.as_bytes(), right.as_bytes()) => Numbers::Close,
        _ => Numbers::Other,
    }
}

/// Whether one byte put in, taken out or exchanged makes the one of the other.
fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    let prefix = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let suffix = a[prefix..]
        .iter()
        .rev()
        .zip(b[prefix..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    a.len().max(b.len()) - prefix - suffix <= 1 && a.len().min(b.len()) > 1
}

/// Whether a stray character tore the number: it stands at a hunk where one side has little or
/// nothing, and its digits are part of the other number's.
#[expect(clippy::too_many_arguments, reason = "one place, two documents")]
fn is_torn(
    a: &Prepared,
    b: &Prepared,
    alignment: &Alignment,
    nth: usize,
    run: &Run,
    place: usize,
    left: &str,
    right: &str,
) -> bool {
    let (short, long) = if left.len() < right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if !long.starts_with(short) && !long.ends_with(short) {
        return false;
    }
    let stray = |from_a: usize, to_a: usize, from_b: usize, to_b: usize| {
        let (in_a, in_b) = (to_a - from_a, to_b - from_b);
        in_a.min(in_b) == 0 && (1..=3).contains(&in_a.max(in_b))
    };
    let before = match nth
        .checked_sub(1)
        .and_then(|prior| alignment.runs.get(prior))
    {
        Some(prior) => (prior.a + prior.len, prior.b + prior.len),
        None => (0, 0),
    };
    let after = match alignment.runs.get(nth + 1) {
        Some(next) => (next.a, next.b),
        None => (a.len_tokens(), b.len_tokens()),
    };
    (place == run.a && stray(before.0, run.a, before.1, run.b))
        || (place + 1 == run.a + run.len
            && stray(run.a + run.len, after.0, run.b + run.len, after.1))
}

/// Differing slots of two documents as words, each pair once, in the order of the first.
/// Single characters are shown with their neighbours up to the end of the name or word.
pub fn slot_differences(
    a: &Prepared,
    b: &Prepared,
    alignment: &Alignment,
) -> Vec<(String, String)> {
    let mut places: Vec<(usize, String, String)> = Vec::new();
    for run in &alignment.runs {
        let mut in_a = a.numbers_before(run.a);
        let mut in_b = b.numbers_before(run.b);
        while let Some(place) = a.number_place(in_a).filter(|&p| p < run.a + run.len) {
            let (left, right) = (a.number(in_a), b.number(in_b));
            if left != right {
                places.push((place, left.to_owned(), right.to_owned()));
            }
            in_a += 1;
            in_b += 1;
        }
    }
    for hunk in &alignment.hunks {
        if hunk.longest() <= EDIT_TOKENS {
            let tail = usize::from(
                hunk.a.end < a.len_tokens()
                    && hunk.b.end < b.len_tokens()
                    && cues::is_tail(a.form.tokens[hunk.a.end]),
            );
            places.push((
                hunk.a.start,
                a.form.text_of(hunk.a.start, hunk.a.end + tail),
                b.form.text_of(hunk.b.start, hunk.b.end + tail),
            ));
        }
    }
    places.sort();
    let mut out: Vec<(String, String)> = Vec::new();
    for (_, left, right) in places {
        if out.len() < SHOWN_SLOTS && !out.iter().any(|(x, y)| *x == left && *y == right) {
            out.push((left, right));
        }
    }
    out
}

/// Slots that a row lists at most.
const SHOWN_SLOTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_fit_what_they_hide() {
        assert_eq!(compare_numbers("2012", "20*"), Numbers::Masked);
        assert_eq!(compare_numbers("*", "17"), Numbers::Masked);
        assert_eq!(compare_numbers("1998", "20*"), Numbers::Other);
        assert_eq!(compare_numbers("2012", "2013"), Numbers::Close);
        assert_eq!(compare_numbers("5", "6"), Numbers::Other);
        assert_eq!(compare_numbers("2012", "212"), Numbers::Close);
        assert_eq!(compare_numbers("320", "95"), Numbers::Other);
    }
}
