//! Which differences of two aligned documents are meant, and which are slips or a site's word
//! swapping.
//!
//! A leaflet that says 禁用 where the other says 慎用 is no noisy copy, though one character in
//! three hundred differs. So a difference is meant unless something speaks for a slip: the two
//! characters sound or look alike, one of them is rare, or the text around is spoilt, or spun, by
//! as much. In doubt both documents stay.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Token, spun, token};

use super::align::{Alignment, Hunk};
use super::prepared::Prepared;
use super::rare::is_rare;
use super::slips::{self, Oddness, Swap};
use super::spinner::{Doubt, Kind, Seen};
use super::subject;

/// What was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// Slips of typing, scanning or decoding.
    pub slips: u32,
    /// Those of `slips` that nobody writes: a rare character for a common one, or one that makes
    /// no sense.
    pub spoilt: u32,
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
    /// Those of `odd` that make far less sense there than what stands in the other text.
    pub strange: u32,
    /// Those of `kinds` that put one word for another, not one character.
    pub words: u32,
    /// What the words of the second text cost more in `kinds` than those of the first, in eighths
    /// of a bit.
    pub lean_eighths: i64,
    /// The same where it does not count which of the two costs more.
    pub apart_eighths: u64,
    /// Single characters lost or put in.
    pub lost: u32,
}

/// Signs that nobody's writing leaves, or slips of any kind, from which a text is spoilt, so that
/// other differences may be of the same making.
const SPOILT_SIGNS: u32 = 2;
const SPOILT_SLIPS: u32 = 6;
/// What signs of noise speak for that: such a sign, a character lost or put in beside one, and
/// another slip or a character that fits less. People misspell and change a word in the same text.
const POINTS_PER_SIGN: u32 = 4;
const POINTS_PER_LOST: u32 = 2;
const POINTS_PER_SLIP: u32 = 1;
/// What it takes for each difference that may be chance: a character that fits where it stands,
/// one lost or put in that turns the meaning, one that denies, and a word for its opposite.
const COST_OF_CHANCE: u32 = 8;
const COST_OF_TURN: u32 = 6;
const COST_OF_DENIAL: u32 = 12;
const COST_OF_OPPOSITE: u32 = 48;
/// Tokens for each sign or slip at most.
const TOKENS_PER_SIGN: u32 = 600;
/// Kinds of swapped words from which a text is spun.
const SPUN_KINDS: u32 = 2;
/// Kinds of unknown swaps from which a text may be spun by a table that is not known, a quarter of
/// them without a character in common, and tokens for each of them at most.
const UNKNOWN_KINDS: u32 = 5;
const TOKENS_PER_KIND: u32 = 200;
/// By how much the one text is then the less usual throughout: in all and for each kind, in eighths
/// of a bit. An editor's words lean to neither side, a spinner has the usual ones replaced.
const LEAN_EIGHTHS: u64 = 320;
const LEAN_EIGHTHS_PER_KIND: u64 = 32;
/// Where both are spun, each has words that are less usual: kinds from which that is seen, and by
/// how much one of the two words is.
const KINDS_OF_BOTH: u32 = 10;
const APART_EIGHTHS_PER_KIND: u64 = 52;
/// Longest difference that is looked at, in tokens of one side.
const LONGEST_TOKENS: usize = 8;
/// Shortest run of equal tokens that parts a difference from a gap beside it.
const RUN_TOKENS: usize = 4;

/// The differences of a pair while they are weighed.
pub(super) struct Weighing<'a> {
    a: &'a Prepared,
    b: &'a Prepared,
    alignment: &'a Alignment,
    meant: Meant,
    /// Kinds of differences that nothing explains.
    kinds: BTreeMap<Swap, Unexplained>,
    /// Kinds of swaps that the table lists.
    spun_kinds: BTreeSet<(String, String)>,
    has_hunks: bool,
}

/// What is known of a kind that nothing explains.
struct Unexplained {
    oddness: Oddness,
    lean_eighths: i64,
    words: BTreeSet<(String, String)>,
}

impl<'a> Weighing<'a> {
    /// The spun words of the equal runs; the hunks, which cost more, wait for [`Self::hunks`].
    pub(super) fn of(a: &'a Prepared, b: &'a Prepared, alignment: &'a Alignment) -> Self {
        let mut out = Self {
            a,
            b,
            alignment,
            meant: Meant::default(),
            kinds: BTreeMap::new(),
            spun_kinds: BTreeSet::new(),
            has_hunks: false,
        };
        out.classes();
        if out.meant.titled > 0 {
            out.hunks();
        }
        out
    }

    /// Looks at every short difference, once.
    pub(super) fn hunks(&mut self) {
        if std::mem::replace(&mut self.has_hunks, true) {
            return;
        }
        let (a, b, hunks) = (self.a, self.b, &self.alignment.hunks);
        for (nth, hunk) in hunks.iter().enumerate() {
            let is_plain = hunk.longest() <= LONGEST_TOKENS
                && !is_beside_gap(hunks, nth)
                && !is_end(hunk, a, b)
                && !is_moved(a, b, hunks, nth);
            if is_plain {
                self.hunk(hunk);
            }
        }
    }

    /// What was seen so far.
    pub(super) fn meant(&self) -> Meant {
        let mut out = self.meant;
        let count = |is: &dyn Fn(&Swap, &Unexplained) -> bool| {
            self.kinds.iter().filter(|(swap, of)| is(swap, of)).count() as u32
        };
        out.kinds = self.kinds.len() as u32;
        out.words = count(&|swap, _| swap.is_of_words());
        out.odd = count(&|_, of| of.oddness > Oddness::None);
        out.strange = count(&|_, of| of.oddness > Oddness::Odd);
        out.lean_eighths = self.kinds.values().map(|of| of.lean_eighths).sum();
        out.apart_eighths = self
            .kinds
            .values()
            .map(|of| of.lean_eighths.unsigned_abs())
            .sum();
        out.spun_kinds = self.spun_kinds.len() as u32;
        if out.spun_kinds >= SPUN_KINDS {
            // A site's doing, the title included.
            out.spun += std::mem::take(&mut out.titled);
        }
        out
    }

    /// What the pair says of the words that sites swap, in a text of so many equal tokens: what
    /// its copy is spun with, or the words of which it is to be known whether others are.
    pub(super) fn seen(&self, tokens: u32) -> Seen {
        let meant = self.meant();
        let kinds = || {
            self.kinds.iter().map(|(swap, of)| Kind {
                words: of.words.iter().cloned().collect(),
                is_word: swap.is_of_words(),
                oddness: of.oddness,
            })
        };
        if meant.kinds == 0 || meant.opposites + meant.turns + meant.denials > 0 {
            Seen::Nothing
        } else if meant.is_meant(tokens) {
            Seen::Doubt(Box::new(Doubt::new(meant, tokens, kinds().collect())))
        } else if meant.is_spun(tokens) {
            Seen::Spun(kinds().flat_map(|kind| kind.words).collect())
        } else {
            Seen::Nothing
        }
    }

    fn unexplained(&mut self, swap: Swap, oddness: Oddness) {
        let words = swap.words();
        let lean_eighths = swap.lean_eighths();
        let of = self.kinds.entry(swap.bare()).or_insert(Unexplained {
            oddness,
            lean_eighths,
            words: BTreeSet::new(),
        });
        of.oddness = of.oddness.min(oddness);
        of.words.extend(words);
    }

    fn hunk(&mut self, hunk: &Hunk) {
        let (a, b) = (self.a, self.b);
        let (x, y) = (
            &a.form.tokens[hunk.a.clone()],
            &b.form.tokens[hunk.b.clone()],
        );
        if let ([left], [right]) = (x, y) {
            // Most noise is a rare character for a common one.
            if is_rare(*left) != is_rare(*right)
                && token::is_char(*left)
                && token::is_char(*right)
                && !slips::may_be_opposite(x, y)
            {
                self.meant.slips += 1;
                self.meant.spoilt += 1;
                return;
            }
            if token::is_word(*left)
                && token::is_word(*right)
                && slips::is_misspelt(a.word_at(hunk.a.start), b.word_at(hunk.b.start))
            {
                self.meant.slips += 1;
                return;
            }
        }
        let numbers = |side: &[Token]| side.iter().all(|&t| t == token::NUMBER);
        if numbers(x) || numbers(y) {
            // A number or a mask against words, or a character put in or struck out.
            if hunk.shortest() > 0 || (numbers(x) && numbers(y)) {
                return;
            }
        }
        let swap = slips::swap_at(a, b, hunk.a.clone(), hunk.b.clone());
        let is_opposite = swap.is_opposite();
        if hunk.shortest() > 0 && !is_opposite {
            let words = (text(a, hunk.a.clone()), text(b, hunk.b.clone()));
            if spun::are_listed(&words.0, &words.1) {
                self.spun_kinds.insert(words);
                return;
            }
        }
        let seen = &mut self.meant;
        if is_opposite {
            // 毫 lost from 毫克 is likelier noise than 前 for 后 is.
            if swap.is_one_sided() {
                seen.denials += u32::from(swap.denies());
                seen.turns += u32::from(!swap.denies());
            } else {
                seen.opposites += 1;
            }
        } else if swap.is_slip() {
            seen.slips += 1;
            seen.spoilt += u32::from(swap.is_spoilt());
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
                seen.denials += 1;
            } else if swap.turns() {
                seen.turns += 1;
            } else if len > 1 {
                self.unexplained(swap, Oddness::None);
            } else {
                seen.lost += 1;
            }
        } else {
            match swap.oddness() {
                Oddness::Senseless => {
                    seen.slips += 1;
                    seen.spoilt += 1;
                }
                oddness => self.unexplained(swap, oddness),
            }
        }
    }

    /// Spun words of equal runs: the same class, but another word.
    fn classes(&mut self) {
        let (a, b, alignment) = (self.a, self.b, self.alignment);
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
                self.meant.titled += count;
                continue;
            }
            self.meant.spun += count;
            if spun::are_listed(one, other) && !slips::are_opposite(one, other) {
                self.spun_kinds.insert((one.to_owned(), other.to_owned()));
            } else {
                let chars = |word: &str| word.chars().map(u32::from).collect::<Vec<_>>();
                let swap = Swap::new(&[], &chars(one), &chars(other), &[]);
                if swap.is_slip() && !swap.is_opposite() {
                    self.meant.slips += count;
                } else {
                    self.unexplained(swap, Oddness::None);
                }
            }
        }
    }
}

impl Meant {
    /// Whether something of it is meant, beyond what the slips and the spun words of a text of so
    /// many tokens explain.
    pub(super) fn is_meant(&self, tokens: u32) -> bool {
        if self.opposites + self.turns + self.denials > 0 {
            return !self.is_spoilt(tokens);
        }
        self.kinds > 0 && !self.is_spoilt(tokens) && !self.is_spun(tokens)
    }

    /// Takes out a kind that has found its explanation.
    pub(super) fn explain(&mut self, is_word: bool, oddness: Oddness) {
        let less = |count: &mut u32, is: bool| *count = count.saturating_sub(u32::from(is));
        less(&mut self.kinds, true);
        less(&mut self.words, is_word);
        less(&mut self.odd, oddness > Oddness::None);
        less(&mut self.strange, oddness > Oddness::Odd);
    }

    /// Whether noise explains all of it.
    fn is_spoilt(&self, tokens: u32) -> bool {
        // Noise leaves signs; a lost character or an odd one alone is none yet.
        let signs = self.spoilt + self.strange;
        let slips = self.slips - self.spoilt;
        let mut points = POINTS_PER_SIGN * signs + POINTS_PER_SLIP * slips;
        if signs > 0 {
            points += POINTS_PER_LOST * self.lost;
            points += POINTS_PER_SLIP * (self.odd - self.strange);
        }
        let plain = self.kinds.saturating_sub(self.odd);
        let cost = COST_OF_OPPOSITE * self.opposites
            + COST_OF_DENIAL * self.denials
            + COST_OF_TURN * self.turns
            + COST_OF_CHANCE * plain;
        let is_throughout =
            self.spoilt > 0 && cost == 0 && self.spoilt + self.odd + self.lost > SPOILT_SIGNS;
        (signs >= SPOILT_SIGNS || self.slips >= SPOILT_SLIPS || is_throughout)
            && cost <= points
            && (signs + slips + self.lost) * TOKENS_PER_SIGN >= tokens
    }

    /// Whether the text is spun, by a table that is known or another.
    fn is_spun(&self, tokens: u32) -> bool {
        self.spun_kinds >= SPUN_KINDS && self.kinds <= 2 * self.spun_kinds
            || self.kinds >= UNKNOWN_KINDS
                && self.words * 4 >= self.kinds
                && self.kinds * TOKENS_PER_KIND >= tokens
                && self.is_less_usual()
    }

    /// Whether the words of one text, or where there are many the one or the other of each two,
    /// are less usual than a writer's choice would be.
    fn is_less_usual(&self) -> bool {
        let (lean, kinds) = (self.lean_eighths.unsigned_abs(), u64::from(self.kinds));
        lean >= LEAN_EIGHTHS.max(LEAN_EIGHTHS_PER_KIND * kinds)
            || self.kinds >= KINDS_OF_BOTH && self.apart_eighths >= APART_EIGHTHS_PER_KIND * kinds
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
