//! Which differences of two aligned documents are meant, and which are slips or a site's word
//! swapping.
//!
//! A leaflet that says 禁用 where the other says 慎用 is no noisy copy, though one character in
//! three hundred differs. So a difference is meant unless something speaks for a slip: the two
//! characters sound or look alike, one of them is rare, or the text around is spoilt, or spun, by
//! as much. In doubt both documents stay.

use std::collections::BTreeMap;

use crate::model::{Token, spun, token};

use super::align::{Alignment, Hunk};
use super::prepared::Prepared;
use super::slips::{self, Swap};
use super::subject;

/// What was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// Slips of typing, scanning or decoding.
    pub slips: u32,
    /// Kinds of swaps that the table of spun words lists and that are no opposites.
    pub spun_kinds: u32,
    /// Words swapped within their class, of kinds that stand for the subject of the text left out.
    pub spun: u32,
    /// The same of the kinds that stand for the subject: in both titles and throughout.
    pub titled: u32,
    /// Kinds of differences that nothing explains by itself.
    pub kinds: u32,
    /// Differences of two words that are opposites.
    pub opposites: u32,
    /// Characters put in or struck out that turn the meaning: 毫, 前.
    pub turns: u32,
    /// The same of those that deny: 不, 未.
    pub denials: u32,
    /// Those of `kinds` that make no sense where they stand, in one of the two texts.
    pub odd: u32,
    /// Those of `kinds` that put one word for another, not one character.
    pub words: u32,
    /// Single characters lost or put in.
    pub lost: u32,
}

/// Signs of noise from which a text is spoilt, so that other differences may be of the same making.
const SPOILT_SIGNS: u32 = 3;
/// Signs of noise for each difference that may be chance: a character that fits where it stands
/// or turns the meaning, and one that denies.
const SIGNS_PER_CHANCE: u32 = 2;
const SIGNS_PER_DENIAL: u32 = 6;
/// Tokens for each sign of noise at most.
const TOKENS_PER_SIGN: u32 = 400;
/// Kinds of swapped words from which a text is spun.
const SPUN_KINDS: u32 = 2;
/// Kinds of unknown swaps from which a text is spun by a table that is not known, a quarter of
/// them without a character in common, and tokens for each of them at most.
const UNKNOWN_KINDS: u32 = 5;
const TOKENS_PER_KIND: u32 = 200;
/// Longest difference that is looked at, in tokens of one side.
const LONGEST_TOKENS: usize = 8;
/// Shortest run of equal tokens that parts a difference from a gap beside it.
const RUN_TOKENS: usize = 4;

impl Meant {
    /// Looks at every short difference of an alignment, and at the spun words of its equal runs.
    pub(super) fn of(a: &Prepared, b: &Prepared, alignment: &Alignment) -> Self {
        let mut out = Self::default();
        let mut kinds: BTreeMap<Swap, u32> = BTreeMap::new();
        let mut spun_kinds: BTreeMap<(String, String), u32> = BTreeMap::new();
        out.classes(a, b, alignment, &mut kinds, &mut spun_kinds);
        let hunks = &alignment.hunks;
        for (nth, hunk) in hunks.iter().enumerate() {
            let is_plain = hunk.longest() <= LONGEST_TOKENS
                && !is_beside_gap(hunks, nth)
                && !is_end(hunk, a, b)
                && !is_moved(a, b, hunks, nth);
            if is_plain {
                out.hunk(a, b, hunk, &mut kinds, &mut spun_kinds);
            }
        }
        let count = |is: fn(&Swap) -> bool| kinds.keys().filter(|swap| is(swap)).count() as u32;
        out.kinds = kinds.len() as u32;
        out.words = count(Swap::is_of_words);
        out.spun_kinds = spun_kinds.len() as u32;
        if out.spun_kinds > SPUN_KINDS {
            // A site's doing, the title included.
            out.spun += std::mem::take(&mut out.titled);
        }
        out
    }

    fn hunk(
        &mut self,
        a: &Prepared,
        b: &Prepared,
        hunk: &Hunk,
        kinds: &mut BTreeMap<Swap, u32>,
        spun_kinds: &mut BTreeMap<(String, String), u32>,
    ) {
        let (x, y) = (
            &a.form.tokens[hunk.a.clone()],
            &b.form.tokens[hunk.b.clone()],
        );
        let numbers = |side: &[Token]| side.iter().all(|&t| t == token::NUMBER);
        if numbers(x) || numbers(y) {
            // A number or a mask against words, or a character put in or struck out.
            if hunk.shortest() > 0 || (numbers(x) && numbers(y)) {
                return;
            }
        }
        if let ([left], [right]) = (x, y)
            && token::is_word(*left)
            && token::is_word(*right)
            && slips::is_misspelt(a.word_at(hunk.a.start), b.word_at(hunk.b.start))
        {
            self.slips += 1;
            return;
        }
        let swap = slips::swap_at(a, b, hunk.a.clone(), hunk.b.clone());
        let words = (text(a, hunk.a.clone()), text(b, hunk.b.clone()));
        if spun::are_listed(&words.0, &words.1) && !swap.is_opposite() {
            *spun_kinds.entry(words).or_default() += 1;
        } else if swap.is_opposite() {
            // 毫 lost from 毫克 is likelier noise than 前 for 后 is.
            if swap.is_one_sided() {
                self.denials += u32::from(swap.denies());
                self.turns += u32::from(!swap.denies());
            } else {
                self.opposites += 1;
            }
        } else if swap.is_slip() {
            self.slips += 1;
        } else if swap.is_one_sided() {
            let len = swap.left.len() + swap.right.len();
            let (longer, span) = if hunk.b.is_empty() {
                (a, hunk.a.clone())
            } else {
                (b, hunk.b.clone())
            };
            if len > 1 && longer.is_whole(span) {
                // A whole sentence more is an edit, no word for another.
            } else if swap.denies() {
                self.denials += 1;
            } else if swap.turns() {
                self.turns += 1;
            } else if len > 1 {
                *kinds.entry(swap.bare()).or_default() += 1;
            } else {
                self.lost += 1;
            }
        } else {
            self.odd += u32::from(swap.is_odd());
            *kinds.entry(swap.bare()).or_default() += 1;
        }
    }

    /// Spun words of equal runs: the same class, but another word.
    fn classes(
        &mut self,
        a: &Prepared,
        b: &Prepared,
        alignment: &Alignment,
        kinds: &mut BTreeMap<Swap, u32>,
        spun_kinds: &mut BTreeMap<(String, String), u32>,
    ) {
        let mut swaps: BTreeMap<(u32, u8, u8), (u32, bool)> = BTreeMap::new();
        let titles = (subject::title_tokens(a), subject::title_tokens(b));
        for run in &alignment.runs {
            let (from_a, from_b) = (a.spun_before(run.a), b.spun_before(run.b));
            // A run may begin or end amid a word, so that the heads are told by their places.
            let heads_b = &b.spun_places()[from_b..];
            let mut nth_b = 0;
            for (nth_a, &place) in (from_a..).zip(&a.spun_places()[from_a..]) {
                let place = place as usize;
                if place >= run.a + run.len {
                    break;
                }
                let there = place - run.a + run.b;
                while heads_b.get(nth_b).is_some_and(|&at| (at as usize) < there) {
                    nth_b += 1;
                }
                let (Some(&left), Some(&right)) =
                    (a.form.spun.get(nth_a), b.form.spun.get(from_b + nth_b))
                else {
                    break;
                };
                if left != right {
                    let class = a.form.tokens[place] - token::CLASS;
                    let (count, in_title) = swaps.entry((class, left, right)).or_default();
                    *count += 1;
                    *in_title |= place < titles.0 && there < titles.1;
                }
            }
        }
        for ((class, left, right), (count, in_title)) in swaps {
            let (one, other) = (spun::word_of(class, left), spun::word_of(class, right));
            let places = |of: &Prepared, number: u8| {
                let heads = of.spun_places().iter().zip(&of.form.spun);
                heads
                    .filter(|&(&at, &word)| {
                        word == number && of.form.tokens[at as usize] == token::CLASS + class
                    })
                    .count()
            };
            let is_subject = in_title
                && subject::is_nearly_all(count as usize, places(a, left).max(places(b, right)))
                && count >= subject::TITLE_SWAPS;
            if is_subject {
                self.titled += count;
                continue;
            }
            self.spun += count;
            if spun::are_listed(one, other) && !slips::are_opposite(one, other) {
                *spun_kinds
                    .entry((one.to_owned(), other.to_owned()))
                    .or_default() += count;
            } else {
                let chars = |word: &str| word.chars().map(u32::from).collect::<Vec<_>>();
                let swap = Swap::new(&[], &chars(one), &chars(other), &[]);
                if swap.is_slip() && !swap.is_opposite() {
                    self.slips += count;
                } else {
                    *kinds.entry(swap.bare()).or_default() += count;
                }
            }
        }
    }

    /// Whether something of it is meant, beyond what the slips and the spun words of a text of so
    /// many tokens explain.
    pub(super) fn is_meant(&self, tokens: u32) -> bool {
        if self.opposites > 0 {
            return true;
        }
        // Noise leaves signs; a lost character or an odd one alone is none yet.
        let signs = if self.slips > 0 {
            self.slips + self.odd + self.lost
        } else {
            0
        };
        let plain = self.kinds.saturating_sub(self.odd);
        let chance = SIGNS_PER_DENIAL * self.denials + SIGNS_PER_CHANCE * self.turns;
        let is_spoilt = signs >= SPOILT_SIGNS
            && signs * TOKENS_PER_SIGN >= tokens
            && chance + SIGNS_PER_CHANCE * plain <= signs;
        if self.turns + self.denials > 0 {
            return !is_spoilt;
        }
        let is_spun = self.spun_kinds >= SPUN_KINDS && self.kinds <= 2 * self.spun_kinds
            || self.kinds >= UNKNOWN_KINDS
                && self.words * 4 >= self.kinds
                && self.kinds * TOKENS_PER_KIND >= tokens;
        self.kinds > 0 && !is_spoilt && !is_spun
    }
}

/// Tokens of a document as text, spun words as they stand.
fn text(of: &Prepared, span: std::ops::Range<usize>) -> String {
    slips::spelt(of, span.start, span.end)
        .into_iter()
        .filter_map(char::from_u32)
        .collect()
}

/// Whether a difference stands beside a long gap, with a few tokens between that match by chance.
fn is_beside_gap(hunks: &[Hunk], nth: usize) -> bool {
    let hunk = &hunks[nth];
    let is_gap = |other: &Hunk| other.longest() > LONGEST_TOKENS;
    let before = nth.checked_sub(1).map(|before| &hunks[before]);
    before.is_some_and(|before| is_gap(before) && hunk.a.start - before.a.end < RUN_TOKENS)
        || hunks
            .get(nth + 1)
            .is_some_and(|after| is_gap(after) && after.a.start - hunk.a.end < RUN_TOKENS)
}

/// Whether a difference is a lost or added end.
fn is_end(hunk: &Hunk, a: &Prepared, b: &Prepared) -> bool {
    let at_end = hunk.a.end == a.len_tokens() && hunk.b.end == b.len_tokens();
    let at_start = hunk.a.start == 0 && hunk.b.start == 0;
    let is_longer = hunk.longest() > RUN_TOKENS && hunk.longest() >= 2 * hunk.shortest();
    (at_end || at_start) && (is_longer || hunk.shortest() == 0 && hunk.longest() > 1)
}

/// Whether the same tokens are struck out here and put in a few tokens on, or the other way round.
fn is_moved(a: &Prepared, b: &Prepared, hunks: &[Hunk], nth: usize) -> bool {
    let tokens = |hunk: &Hunk| -> Option<(bool, Vec<Token>)> {
        match (hunk.a.is_empty(), hunk.b.is_empty()) {
            (true, false) => Some((true, slips::spelt(b, hunk.b.start, hunk.b.end))),
            (false, true) => Some((false, slips::spelt(a, hunk.a.start, hunk.a.end))),
            _ => None,
        }
    };
    let Some((is_first, moved)) = tokens(&hunks[nth]) else {
        return false;
    };
    let is_twin = |other: usize, between: usize| {
        between < RUN_TOKENS
            && hunks
                .get(other)
                .and_then(tokens)
                .is_some_and(|(first, twin)| first != is_first && twin == moved)
    };
    let between = |before: usize| hunks[before + 1].a.start - hunks[before].a.end;
    (nth > 0 && is_twin(nth - 1, between(nth - 1)))
        || (nth + 1 < hunks.len() && is_twin(nth + 1, between(nth)))
}
