//! Text that was read in the wrong encoding before it came here: what did its bytes mean?
//!
//! A line is undone when another reading of its bytes makes far more natural text, by a margin
//! in bits that clean text does not reach. What survives only in part becomes U+FFFD, unless its
//! neighbours leave a single choice.

mod choose;
mod gate;
mod latin;
mod noise;
mod paths;
mod utf8;

use self::utf8::Reading;
use super::naturalness::{self, BIT, Cost};
use crate::model::RuleId;

pub(super) use gate::{Suspect, suspects};
pub(super) use noise::stretches as noise;

pub(super) const UTF8_AS_GBK: RuleId = RuleId::new("decode/utf8-as-gbk");
pub(super) const LATIN1: RuleId = RuleId::new("decode/latin1");
pub(super) const BIG5_GBK: RuleId = RuleId::new("decode/big5-gbk");
pub(super) const SHIFTED_GBK: RuleId = RuleId::new("decode/shifted-gbk");

/// How often over a line may have been misread.
const DEPTH: usize = 3;

/// A way to misread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Utf8AsGbk,
    Utf8AsLatin,
    GbkAsLatin,
    Big5AsLatin,
    Big5AsGbk,
    GbkAsBig5,
    ShiftedGbk,
}

impl Kind {
    pub(super) fn rule(self) -> RuleId {
        match self {
            Self::Utf8AsGbk => UTF8_AS_GBK,
            Self::Utf8AsLatin | Self::GbkAsLatin | Self::Big5AsLatin => LATIN1,
            Self::Big5AsGbk | Self::GbkAsBig5 => BIG5_GBK,
            Self::ShiftedGbk => SHIFTED_GBK,
        }
    }

    /// Whether the bytes themselves show that they are in step: not by chance.
    fn proves_itself(self) -> bool {
        matches!(self, Self::Utf8AsGbk | Self::Utf8AsLatin)
    }
}

/// A stretch of a text and what it reads as.
#[derive(Clone, Debug)]
struct Piece {
    start: usize,
    end: usize,
    text: String,
    /// Whole characters that speak for the reading.
    good: usize,
    lost: usize,
    guessed: usize,
}

/// A line put right.
#[derive(Clone, Debug)]
pub(super) struct Undone {
    /// Bytes of the line that change.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What stands there instead.
    pub(super) text: String,
    /// The misreading that was undone last, which is the one done first.
    pub(super) kind: Kind,
    /// Characters that could not be restored.
    pub(super) lost: usize,
    pub(super) confidence: f32,
    /// Whether the evidence is enough to change the text; else it is a finding.
    pub(super) is_sure: bool,
}

/// A line on its way back.
#[derive(Clone)]
struct State {
    text: String,
    kind: Kind,
    good: usize,
    lost: usize,
    guessed: usize,
    proven: bool,
}

/// What the line was before it was misread, once or several times over. `is_on` tells which
/// rules may be used; `helped` is a misreading that other lines of the text have been through,
/// for which less evidence is enough.
pub(super) fn undo(
    line: &str,
    is_on: &dyn Fn(RuleId) -> bool,
    helped: Option<Kind>,
) -> Option<Undone> {
    let mut best: Option<(Cost, Undone)> = None;
    let mut open = vec![State {
        text: line.to_owned(),
        kind: Kind::Utf8AsGbk,
        good: 0,
        lost: 0,
        guessed: 0,
        proven: false,
    }];
    for depth in 0..DEPTH {
        let mut next = Vec::new();
        let mut settled = false;
        for state in &open {
            for (kind, pieces) in readings(&state.text, depth, is_on, helped) {
                let after = state.apply(kind, &pieces);
                if let Some((gain, undone)) = judge(line, &after, helped)
                    && best.as_ref().is_none_or(|(most, _)| gain > *most)
                {
                    settled = undone.is_sure && naturalness::strangeness(&after.text) < 10.0;
                    best = Some((gain, undone));
                }
                if kind.proves_itself() {
                    next.push(after);
                }
            }
        }
        // Natural Chinese is the end of the way.
        if settled || next.is_empty() {
            break;
        }
        open = next;
    }
    best.map(|(_, undone)| undone)
}

fn readings(
    text: &str,
    depth: usize,
    is_on: &dyn Fn(RuleId) -> bool,
    helped: Option<Kind>,
) -> Vec<(Kind, Vec<Piece>)> {
    let mut out = Vec::new();
    let least = |kind: Kind| {
        if depth > 0 || helped == Some(kind) {
            1
        } else {
            2
        }
    };
    if is_on(LATIN1) {
        let least = if has_latin_pairs(text) {
            0
        } else {
            least(Kind::Utf8AsLatin)
        };
        let pieces = utf8::pieces(text, Reading::Latin, least);
        if !pieces.is_empty() {
            out.push((Kind::Utf8AsLatin, pieces));
        }
        let (mut gbk, mut big5) = (Vec::new(), Vec::new());
        for (kind, piece) in latin::pieces(text) {
            if kind == Kind::GbkAsLatin {
                gbk.push(piece);
            } else {
                big5.push(piece);
            }
        }
        for (kind, pieces) in [(Kind::GbkAsLatin, gbk), (Kind::Big5AsLatin, big5)] {
            if !pieces.is_empty() {
                out.push((kind, pieces));
            }
        }
    }
    if is_on(UTF8_AS_GBK) {
        let pieces = utf8::pieces(text, Reading::Gbk, least(Kind::Utf8AsGbk));
        if !pieces.is_empty() {
            out.push((Kind::Utf8AsGbk, pieces));
        }
    }
    let is_plain = out.is_empty();
    if is_on(BIG5_GBK) && is_plain {
        for (kind, pieces) in [
            (Kind::Big5AsGbk, paths::big5_as_gbk(text)),
            (Kind::GbkAsBig5, paths::gbk_as_big5(text)),
        ] {
            if !pieces.is_empty() {
                out.push((kind, pieces));
            }
        }
    }
    if is_on(SHIFTED_GBK)
        && is_plain
        && depth == 0
        && let Some(piece) = paths::shifted(text)
    {
        out.push((Kind::ShiftedGbk, vec![piece]));
    }
    out
}

/// Whether UTF-8 may have been read as Latin-1 and made UTF-8 again: `Ã` and `Â` before each
/// character.
fn has_latin_pairs(text: &str) -> bool {
    text.chars().filter(|&c| matches!(c, 'Ã' | 'Â')).count() >= 4
}

impl State {
    fn apply(&self, kind: Kind, pieces: &[Piece]) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut copied = 0;
        for piece in pieces {
            text.push_str(&self.text[copied..piece.start]);
            // A mark of byte order is no text.
            let mark = piece.start == 0 && piece.text.starts_with('\u{FEFF}');
            text.push_str(if mark { &piece.text[3..] } else { &piece.text });
            copied = piece.end;
        }
        text.push_str(&self.text[copied..]);
        let sum = |of: fn(&Piece) -> usize| pieces.iter().map(of).sum::<usize>();
        Self {
            text,
            kind,
            good: sum(|piece| piece.good),
            lost: sum(|piece| piece.lost).max(self.lost),
            guessed: sum(|piece| piece.guessed),
            proven: kind.proves_itself(),
        }
    }
}

/// Whether a line and what it may have been differ enough, and what is gained.
fn judge(line: &str, after: &State, helped: Option<Kind>) -> Option<(Cost, Undone)> {
    /// Chinese of any kind costs less a character.
    const NATURAL: f32 = 12.0;
    let (start, end, text) = difference(line, &after.text)?;
    let gain = cost(&line[start..end]) - cost(text);
    let is_chinese = |c: char| {
        naturalness::is_han(c)
            || ('\u{3000}'..='\u{303F}').contains(&c)
            || ('\u{FF00}'..='\u{FF5E}').contains(&c)
    };
    let chinese = text.chars().filter(|&c| is_chinese(c)).count();
    let high = text
        .chars()
        .filter(|&c| !c.is_ascii() && c != '\u{FFFD}')
        .count();
    if chinese == 0 || high == 0 || chinese * 3 < high {
        return None;
    }
    let strangeness = {
        let kept: String = text.chars().filter(|&c| c != '\u{FFFD}').collect();
        naturalness::strangeness(&kept)
    };
    let is_helped = helped == Some(after.kind);
    let is_marked =
        after.kind == Kind::ShiftedGbk && line[start..end].starts_with(['?', '\u{FFFD}']);
    let (need, ceiling) = match (after.proven, is_helped) {
        (true, false) => (if after.good >= 3 { 20 } else { 26 }, 15.5),
        (true, true) => (8, 16.5),
        // The mark of the lost byte is evidence of its own.
        (false, false) if is_marked => (22, NATURAL),
        (false, false) => (40, NATURAL),
        (false, true) => (14, NATURAL + 1.0),
    };
    let per_char = gain / chinese.max(1) as Cost;
    let is_sure = gain >= need * BIT
        && strangeness <= ceiling
        && (after.proven || per_char >= 4 * BIT)
        && after.lost * 2 <= high + 1;
    let is_likely = after.kind == Kind::ShiftedGbk && gain >= 20 * BIT && strangeness <= NATURAL;
    let confidence = match (after.proven, after.lost + after.guessed) {
        (true, 0) => 0.99,
        (true, _) => 0.95,
        (false, 0) => 0.97,
        (false, _) => 0.9,
    };
    (is_sure || is_likely).then(|| {
        let undone = Undone {
            start,
            end,
            text: text.to_owned(),
            kind: after.kind,
            lost: after.lost,
            confidence: if is_sure { confidence } else { 0.6 },
            is_sure,
        };
        (gain, undone)
    })
}

/// What a text costs. A lost character is no worse than the mark of it in the line before.
fn cost(text: &str) -> Cost {
    let mut before = '\n';
    let mut sum = 0;
    for c in text.chars() {
        sum += if c == '\u{FFFD}' {
            8 * BIT
        } else {
            naturalness::after(before, c)
        };
        before = c;
    }
    sum
}

/// The part of `line` in which it differs from `other`, on character boundaries, and that part
/// of `other`.
fn difference<'a>(line: &str, other: &'a str) -> Option<(usize, usize, &'a str)> {
    if line == other {
        return None;
    }
    let start: usize = line
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b && *a != '\u{FFFD}')
        .map(|(a, _)| a.len_utf8())
        .sum();
    let tail: usize = line[start..]
        .chars()
        .rev()
        .zip(other[start..].chars().rev())
        .take_while(|(a, b)| a == b && *a != '\u{FFFD}')
        .map(|(a, _)| a.len_utf8())
        .sum();
    Some((start, line.len() - tail, &other[start..other.len() - tail]))
}
