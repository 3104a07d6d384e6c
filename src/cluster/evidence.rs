//! What differs between two documents of one text: noise, slots of a template, or amendments.
//!
//! Shingle similarity cannot tell a noisy copy from a template's next page. The differing spans
//! can: noise, scanning and spinning spoil single characters and words anywhere; siblings differ
//! in numbers and names, in the same slots, and each name the same way throughout; a revision
//! has phrases and clauses written anew within its sentences, where a reprint has whole
//! sentences more or less.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Token, spun, token};

use super::align::{Alignment, Hunk};
use super::cues;
use super::figures;
use super::meant::{Meant, Weighing};
use super::prepared::Prepared;
use super::rare::is_rare;
use super::spinner::Seen;
use super::subject;

/// Counts of what differs in the aligned part of two documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Numbers that are the same.
    pub numbers_same: u32,
    /// Numbers that are others.
    pub numbers_other: u32,
    /// Numbers of which one has a digit more than the other, as a lost or stuttered character
    /// makes them too.
    pub numbers_close: u32,
    /// Numbers torn apart by a stray character, or met by the edge of a block.
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
    /// Whole sentences, paragraphs and blocks more or less, and lost ends.
    pub blocks: u32,
    /// Digits of the document with fewer of them.
    pub digits: u32,
    /// Tokens that are equal and in order.
    pub matched: u32,
    /// Rare characters of the first where the second has common ones or none, in short hunks.
    pub spoilt_a: u32,
    /// The same of the second.
    pub spoilt_b: u32,
    /// Lines near the beginning that date an amendment, in one of the two alone.
    pub amendments: u32,
    /// Lists of dated amendments of several lines there, in one of the two alone.
    pub histories: u32,
    /// The most often that one short word was struck out, or put in, beside the same token.
    pub strikes: u32,
    /// Years of promulgation or coming into force that are others.
    pub law_years: u32,
    /// Tokens of the first in blocks that the second has not.
    pub extra_a: u32,
    /// Tokens of the second in blocks that the first has not.
    pub extra_b: u32,
    /// Those of `slots` in which one side alone has rare characters.
    pub spoilt_slots: u32,
    /// Names that are others throughout, each the same way: how many kinds, and one more where the
    /// titles differ in one of them.
    pub firm: u32,
    /// Which differences are meant; complete only where nothing else settles what the pair is.
    pub meant: Meant,
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
    /// Unknown: one of the texts was not kept.
    Unseen,
}

impl Difference {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Slots => "slots",
            Self::Amended => "amended",
            Self::Unseen => "unseen",
        }
    }
}

impl std::str::FromStr for Difference {
    type Err = String;

    /// Reads what [`Difference::as_str`] wrote.
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Noise, Self::Slots, Self::Amended]
            .into_iter()
            .find(|difference| difference.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no kind of difference"))
    }
}

/// What stands in one document, and what in the other.
type Swap<'a> = (&'a [Token], &'a [Token]);

/// How often a swap was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: u32,
    /// Where the words around it say that it is a name.
    cued: u32,
    /// Where both are names of places or bodies.
    places: u32,
    /// Whether the titles differ in it.
    in_title: bool,
}

/// Longest hunk that can be a slot, in tokens.
const SLOT_TOKENS: usize = 8;
/// Longest hunk that can be an edit; longer ones are blocks.
pub(super) const EDIT_TOKENS: usize = 40;
/// Shortest one-sided hunk that can be a clause; shorter ones are stray characters.
const CLAUSE_TOKENS: usize = 4;
/// Tokens at the edge of a block or of a document that may match by chance.
const CHANCE_TOKENS: usize = 4;
/// Tokens at the beginning among which laws list their amendments, and of such a line.
const HEAD_TOKENS: usize = 300;
const AMENDMENT_TOKENS: usize = 60;
/// How often one word must stand for another to be the subject of the text.
const SUBJECT_SWAPS: u32 = 4;
/// The same for one character, which may be half of the word: 防火, 防汛.
const REPEATED: u32 = 2;
/// How often one word must be struck out beside one token for an amendment.
const STRIKES: u32 = 4;
/// Tokens of the shortest block that one document may have and the other not.
const BLOCK_TOKENS: usize = 12;
/// Kinds of names that are others throughout, from which two texts are of one form, whatever the
/// noise around them.
const FIRM_NAMES: u32 = 2;
/// Rare characters from which noise is a fact.
const SPOILT_TOKENS: u32 = 3;

impl Evidence {
    /// Looks at every number and every hunk of an alignment.
    pub fn of(a: &Prepared, b: &Prepared, alignment: &Alignment) -> Self {
        Self::with_words(a, b, alignment).0
    }

    /// [`Evidence::of`], and what the pair says of the words that sites swap.
    pub(super) fn with_words(a: &Prepared, b: &Prepared, alignment: &Alignment) -> (Self, Seen) {
        let mut out = Self {
            matched: alignment.matched as u32,
            digits: a.digits_total().min(b.digits_total()) as u32,
            ..Self::default()
        };
        figures::compare(a, b, alignment, &mut out);
        let mut weighing = Weighing::of(a, b, alignment);
        out.meant = weighing.meant();
        out.hunks(a, b, &alignment.hunks);
        out.extra_a = out.extra_a.saturating_sub(alignment.moved as u32);
        out.extra_b = out.extra_b.saturating_sub(alignment.moved as u32);
        if out.but_for_words() != Difference::Noise {
            return (out, Seen::Nothing);
        }
        // Words are weighed where nothing else has settled what the pair is.
        weighing.hunks();
        out.meant = weighing.meant();
        (out, weighing.seen(out.matched))
    }

    fn hunks(&mut self, a: &Prepared, b: &Prepared, hunks: &[Hunk]) {
        let (x, y) = (&a.form.tokens[..], &b.form.tokens[..]);
        let mut swaps: BTreeMap<Swap, Count> = BTreeMap::new();
        let mut strikes: BTreeMap<(bool, &[Token], Token), u32> = BTreeMap::new();
        let titles = (subject::title_tokens(a), subject::title_tokens(b));
        for hunk in hunks {
            if hunk.longest() >= BLOCK_TOKENS {
                let (left, right) = (hunk.a.len() as u32, hunk.b.len() as u32);
                self.extra_a += left.saturating_sub(right);
                self.extra_b += right.saturating_sub(left);
            }
            if hunk.longest() <= CHANCE_TOKENS {
                let rare = |side: &[Token]| side.iter().filter(|&&t| is_rare(t)).count() as u32;
                let (left, right) = (rare(&x[hunk.a.clone()]), rare(&y[hunk.b.clone()]));
                self.spoilt_a += left.saturating_sub(right);
                self.spoilt_b += right.saturating_sub(left);
            }
            if hunk.shortest() == 0 {
                self.one_sided(a, b, hunk);
                if let Some(strike) = strike(x, y, hunk) {
                    *strikes.entry(strike).or_default() += 1;
                }
            } else if hunk.longest() > CHANCE_TOKENS
                && hunk.shortest() <= CHANCE_TOKENS
                && hunk.longest() >= 2 * hunk.shortest()
                && (is_edge(&hunk.a, x.len()) || is_edge(&hunk.b, y.len()))
            {
                // A lost end, whose last tokens match what is lost by chance.
                self.blocks += 1;
            } else if hunk.longest() <= SLOT_TOKENS {
                let (left, right) = (&x[hunk.a.clone()], &y[hunk.b.clone()]);
                let all_numbers = |side: &[Token]| side.iter().all(|&t| t == token::NUMBER);
                if all_numbers(left) || all_numbers(right) {
                    // A number or mask against words: masked names, spelt-out figures.
                    continue;
                }
                if cues::is_numeral_swap(left, right) {
                    self.numbers_other += 1;
                    continue;
                }
                if cues::is_masked_name(x, hunk.a.clone())
                    && cues::is_masked_name(y, hunk.b.clone())
                {
                    self.slots += 1;
                    continue;
                }
                let is_cued = cues::is_slot(x, hunk.a.clone()) && cues::is_slot(y, hunk.b.clone());
                let entry = swaps.entry((left, right)).or_default();
                entry.all += 1;
                entry.cued += u32::from(is_cued);
                let are_places =
                    cues::is_place(x, hunk.a.clone()) && cues::is_place(y, hunk.b.clone());
                entry.places += u32::from(are_places);
                entry.in_title |= subject::is_in_title(hunk, titles);
            } else if hunk.longest() <= EDIT_TOKENS {
                self.edit(hunk, 1);
            } else {
                self.blocks += 1;
            }
        }
        self.strikes = strikes.values().copied().max().unwrap_or(0);
        let (mut subject, mut titled, mut repeated) = (0, self.meant.titled, 0);
        let mut titled_name = false;
        for ((left, right), swap) in swaps {
            let (count, cued) = (swap.all, swap.cued);
            let is_single = left.len() == 1 && right.len() == 1;
            let longest = left.len().max(right.len());
            // Words that sites confuse are no names.
            let is_spun = left.iter().chain(right).any(|&t| token::is_class(t));
            let is_rare = |side: &[Token]| side.iter().any(|&t| is_rare(t));
            // Noise does not put the same for the same wherever it stands.
            let is_throughout = count >= REPEATED
                && longest <= SLOT_TOKENS
                && subject::is_throughout((x, left), (y, right), count as usize);
            let is_spoilt =
                longest <= CHANCE_TOKENS && is_rare(left) != is_rare(right) && !is_throughout;
            let are_places = swap.places == count;
            let is_name = if is_single {
                cues::are_surnames(left[0], right[0])
            } else {
                cued == count
            };
            // One place for another is enough by itself, be some of its names spoilt.
            let is_firm_place = are_places
                && count >= REPEATED
                && subject::is_mostly((x, left), (y, right), count as usize);
            // Nor does noise put one whole name for another into a title.
            let is_titled_place = swap.in_title
                && are_places
                && left.len().min(right.len()) > 1
                && !is_rare(left)
                && !is_rare(right);
            if is_titled_place && !is_spun {
                self.firm += FIRM_NAMES;
            } else if !is_spun && (is_firm_place || (is_name && is_throughout)) {
                self.firm += if is_firm_place { FIRM_NAMES } else { 1 };
                titled_name |= swap.in_title;
            }
            if !is_spun && cued * 2 > count && (count > 1 || !is_single) {
                self.slots += count;
                if is_spoilt {
                    self.spoilt_slots += count;
                }
            } else if is_spoilt {
                self.noise += count;
            } else if swap.in_title
                && count >= subject::TITLE_SWAPS
                && !is_known_pair(left, right)
                && is_throughout
            {
                titled += count;
            } else if left.len() == right.len()
                && left.len() <= CHANCE_TOKENS
                && [left, right]
                    .iter()
                    .any(|side| side.iter().all(|&t| token::is_class(t)))
            {
                // Words that sites confuse, side by side, are no amendment.
                self.words += count;
            } else if is_single && !is_spun && is_throughout {
                repeated += count;
            } else if is_single || (left.len() + right.len() == 3 && !is_spun) {
                self.noise += count;
            } else if longest >= CLAUSE_TOKENS {
                self.edits += count;
                self.edit_tokens += count * longest as u32;
            } else {
                self.words += count;
                if !is_spun && !is_single {
                    subject = subject.max(count);
                }
            }
        }
        self.firm += u32::from(titled_name);
        // 杜娟 here, 戴娟涛 there: noise does not lose the same character beside the same one again
        // and again. Where no name is another, it is an amendment.
        if self.slots > 0 {
            let again: u32 = strikes.values().filter(|&&count| count > REPEATED).sum();
            let again = again.min(self.noise);
            self.noise -= again;
            self.slots += again;
        }
        // Noise does not spoil one character into the same other one wherever it stands; sites
        // that swap words do, and swap others too.
        if repeated * 2 >= self.words + self.noise + self.meant.spun {
            self.slots += repeated;
        } else {
            self.noise += repeated;
        }
        // One word for another throughout and little else: two texts of one form on two
        // subjects. Sites that swap words swap many.
        if titled * 2 >= self.words + self.noise + self.meant.spun {
            self.slots += titled;
        } else {
            self.words += titled;
        }
        if subject >= SUBJECT_SWAPS && subject * 2 >= self.words + self.noise {
            self.words -= subject;
            self.slots += subject;
        }
    }

    fn one_sided(&mut self, a: &Prepared, b: &Prepared, hunk: &Hunk) {
        let (longer, span, other_end) = if hunk.b.is_empty() {
            (a, hunk.a.clone(), is_edge(&hunk.b, b.len_tokens()))
        } else {
            (b, hunk.b.clone(), is_edge(&hunk.a, a.len_tokens()))
        };
        let at_edge = is_edge(&span, longer.len_tokens());
        let has_number = longer.form.tokens[span.clone()].contains(&token::NUMBER);
        match span.len() {
            1 => self.noise += 1,
            2..CLAUSE_TOKENS => self.noise += u32::from(!has_number),
            n if n > EDIT_TOKENS && (span.start > HEAD_TOKENS || n > AMENDMENT_TOKENS) => {
                self.blocks += 1;
                if span.start <= HEAD_TOKENS {
                    self.histories += u32::from(dates_amendments(longer, span));
                }
            }
            // A lost end, site text before and after, whole sentences more or less.
            _ if at_edge || other_end || longer.is_whole(span.clone()) => {
                self.blocks += 1;
                let tokens = &longer.form.tokens[span.clone()];
                self.amendments += u32::from(
                    span.start <= HEAD_TOKENS && has_number && cues::dates_amendment(tokens),
                );
            }
            _ => self.edit(hunk, 1),
        }
    }

    fn edit(&mut self, hunk: &Hunk, count: u32) {
        self.edits += count;
        self.edit_tokens += count * hunk.longest() as u32;
    }

    /// What it comes to.
    pub fn difference(&self) -> Difference {
        match self.but_for_words() {
            Difference::Noise if self.meant.is_meant(self.matched) => Difference::Amended,
            difference => difference,
        }
    }

    /// The same where single words do not count.
    fn but_for_words(&self) -> Difference {
        let is_amended = self.edits > 0 && self.edits * 2 > self.noise + self.words;
        let slots = if self.is_noisy() {
            self.slots - self.spoilt_slots
        } else {
            self.slots
        };
        let swapped = self.numbers_other + self.numbers_close + slots;
        let is_slots = self.numbers_separate()
            || self.firm >= FIRM_NAMES
            || (slots > 0 && slots * 2 >= self.noise + self.words + self.slots);
        if is_slots && !(is_amended && self.edit_tokens > 4 * swapped) {
            Difference::Slots
        } else if is_amended || self.amendments > 0 || self.is_recast() {
            Difference::Amended
        } else {
            Difference::Noise
        }
    }

    /// Whether the differences are small, yet an amendment's: a list of amendments stands in one
    /// alone and words differ, one word is struck out throughout, or the dates of the rules
    /// themselves are others.
    fn is_recast(&self) -> bool {
        let small = self.noise + self.words + self.slots;
        (self.histories > 0 && small + self.edits > 0)
            || (self.strikes >= STRIKES && self.strikes * 2 >= small)
            || (self.law_years > 0 && !self.is_noisy())
    }

    /// Whether one of the two is noisy beyond doubt: it has rare characters where the other has
    /// common ones, and most differences are of that kind.
    fn is_noisy(&self) -> bool {
        let spoilt = self.spoilt_a.max(self.spoilt_b);
        spoilt >= SPOILT_TOKENS
            && spoilt >= 4 * self.spoilt_a.min(self.spoilt_b)
            && spoilt * 2 >= self.noise + self.words + self.slots
    }

    /// Whether numbers differ beyond what the noise around them explains. Noise hits numbers as
    /// it hits the text: with few spoilt characters beside it, a changed figure is meant.
    fn numbers_separate(&self) -> bool {
        let (other, close) = (self.numbers_other, self.numbers_close);
        if other + close == 0 {
            return false;
        }
        let (per_other, per_close) = if self.is_noisy() { (4, 1) } else { (5, 2) };
        if self.noise < per_other * other + per_close * close {
            return true;
        }
        let rate = f64::from(self.noise) / f64::from(self.matched.max(1));
        let expected = rate * f64::from(self.digits);
        f64::from(close) > expected + 3.0 * expected.sqrt() + 1.0
            || f64::from(other) > 0.3 * expected + 1.0
    }
}

/// A short word that stands in one document alone, which one, and the token before it. Lost
/// characters are none of the same word beside the same token time and again; a stuttered one is
/// its own neighbour, and rare ones are lost by a charset.
fn strike<'a>(x: &'a [Token], y: &'a [Token], hunk: &Hunk) -> Option<(bool, &'a [Token], Token)> {
    let is_first = hunk.b.is_empty();
    let (tokens, span) = if is_first {
        (x, hunk.a.clone())
    } else {
        (y, hunk.b.clone())
    };
    let word = tokens.get(span.clone())?;
    let before = *tokens.get(span.start.checked_sub(1)?)?;
    let is_plain = |&t: &Token| (token::is_char(t) && !is_rare(t)) || token::is_class(t);
    (word.len() < CLAUSE_TOKENS && word.iter().all(is_plain) && !word.contains(&before))
        .then_some((is_first, word, before))
}

/// Whether sites put a word of the one side for a word of the other. Two words that they confuse
/// with others are no such pair.
fn is_known_pair(left: &[Token], right: &[Token]) -> bool {
    let classes = |side: &'_ [Token]| -> Vec<u32> {
        side.iter().filter_map(|&t| token::class_of(t)).collect()
    };
    let right = classes(right);
    classes(left)
        .iter()
        .any(|&one| right.iter().any(|&other| spun::are_confused(one, other)))
}

/// Whether lines of a block date amendments.
fn dates_amendments(of: &Prepared, span: Range<usize>) -> bool {
    let inner = of.form.stops.iter().map(|&stop| stop as usize);
    let mut from = span.start;
    inner
        .filter(|stop| span.contains(stop))
        .chain([span.end])
        .any(|to| {
            let line = &of.form.tokens[from..to];
            from = to;
            line.len() <= AMENDMENT_TOKENS && cues::dates_amendment(line)
        })
}

/// Whether a span begins or ends where the document does, but for tokens matched by chance.
fn is_edge(span: &Range<usize>, len: usize) -> bool {
    span.start <= CHANCE_TOKENS || span.end + CHANCE_TOKENS >= len
}
