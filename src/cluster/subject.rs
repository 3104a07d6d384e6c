//! Whether one word stands for another throughout: two texts of one form on two subjects.
//!
//! A spinner leaves its word here and there unturned and turns many words; the rules on dumping
//! and those on subsidies differ in the one word that their titles differ in, wherever it stands.

use crate::model::Token;

use super::align::Hunk;
use super::prepared::Prepared;

/// Longest first line that can be a title, in tokens.
const TITLE_TOKENS: usize = 80;
/// Of the places of a word, three of four must have been swapped for "throughout".
const THROUGHOUT: (usize, usize) = (3, 4);

/// How often one word must stand for another to be the subject of the text, where it stands in the
/// titles and these differ in it.
pub(super) const TITLE_SWAPS: u32 = 2;

/// Tokens of the first line, 0 where it is too long for a title or all there is.
pub(super) fn title_tokens(of: &Prepared) -> usize {
    let end = of.form.stops.iter().find(|&&stop| stop > 0);
    match end {
        Some(&end) if (end as usize) <= TITLE_TOKENS => end as usize,
        _ => 0,
    }
}

/// Whether a hunk lies within both titles.
pub(super) fn is_in_title(hunk: &Hunk, titles: (usize, usize)) -> bool {
    hunk.a.end <= titles.0 && hunk.b.end <= titles.1
}

/// Whether `count` swaps are nearly all the places where either word stands in its document.
pub(super) fn is_throughout(a: Of, b: Of, count: usize) -> bool {
    is_nearly_all(count, places(a).max(places(b)))
}

/// Whether they are two of three or more of these places.
pub(super) fn is_mostly(a: Of, b: Of, count: usize) -> bool {
    count * 3 >= places(a).max(places(b)) * 2
}

/// A text and a word in it.
type Of<'a> = (&'a [Token], &'a [Token]);

fn places((text, word): Of) -> usize {
    let windows = text.windows(word.len().max(1));
    windows.filter(|window| *window == word).count()
}

/// Whether `count` is nearly all of the places.
pub(super) fn is_nearly_all(count: usize, places: usize) -> bool {
    let (part, whole) = THROUGHOUT;
    places > 0 && count * whole >= places * part
}
