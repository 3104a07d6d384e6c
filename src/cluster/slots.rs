//! What differs between two documents of one form, in words.

use super::align::Alignment;
use super::cues;
use super::evidence::EDIT_TOKENS;
use super::figures;
use super::prepared::Prepared;

/// Differing slots of two documents as words, each pair once, in the order of the first. A tail
/// such as 县 is shown with what stands before it.
pub fn slot_differences(
    a: &Prepared,
    b: &Prepared,
    alignment: &Alignment,
) -> Vec<(String, String)> {
    let mut places = figures::swapped(a, b, alignment);
    let (mut left, mut right) = (a.form.reader(), b.form.reader());
    for hunk in &alignment.hunks {
        if hunk.longest() <= EDIT_TOKENS {
            let tail = usize::from(
                hunk.a.end < a.len_tokens()
                    && hunk.b.end < b.len_tokens()
                    && cues::is_tail(a.form.tokens[hunk.a.end]),
            );
            places.push((
                hunk.a.start,
                left.text(hunk.a.start, hunk.a.end + tail),
                right.text(hunk.b.start, hunk.b.end + tail),
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
