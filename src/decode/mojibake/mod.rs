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
mod slots;
mod utf8;

use self::utf8::Reading;
use super::naturalness::{self, BIT, Cost};
use crate::model::RuleId;

pub(super) use gate::{Hints, Suspect, suspects};
pub(super) use noise::stretches as noise;

pub(super) const UTF8_AS_GBK: RuleId = RuleId::new("decode/utf8-as-gbk");
pub(super) const LATIN1: RuleId = RuleId::new("decode/latin1");
pub(super) const BIG5_GBK: RuleId = RuleId::new("decode/big5-gbk");
pub(super) const SHIFTED_GBK: RuleId = RuleId::new("decode/shifted-gbk");

/// How often over a line may have been misread.
const DEPTH: usize = 3;

/// What a reading that proves nothing by itself must gain to need no comparison with others.
const PLAIN_GAIN: Cost = 100 * BIT;

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

    /// In the order in which they are tried; GBK as Latin stands for Big5 too.
    const ALL: [Self; 6] = [
        Self::Utf8AsLatin,
        Self::Utf8AsGbk,
        Self::GbkAsLatin,
        Self::Big5AsGbk,
        Self::GbkAsBig5,
        Self::ShiftedGbk,
    ];

    /// Whether it is tried only on a line of which nothing else makes sense.
    fn is_weak(self) -> bool {
        matches!(self, Self::Big5AsGbk | Self::GbkAsBig5 | Self::ShiftedGbk)
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
    hints: Hints,
    is_on: &dyn Fn(RuleId) -> bool,
    helped: Option<Kind>,
) -> Option<Undone> {
    if hints.latin
        && is_on(LATIN1)
        && let Some(undone) = whole(line)
    {
        return Some(undone);
    }
    let hints = Hints {
        rare: hints.rare && (helped.is_some() || naturalness::is_rough(line)),
        ..hints
    };
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
        let mut is_natural = false;
        for state in &open {
            let way = Way {
                text: &state.text,
                depth,
                helped,
                hints: if depth == 0 {
                    hints
                } else {
                    gate::hints(&state.text)
                },
                holds: Holds::of(&state.text),
            };
            let mut is_plain = true;
            for kind in Kind::ALL {
                if !is_on(kind.rule()) || kind.is_weak() && !is_plain {
                    continue;
                }
                for (kind, pieces) in way.read_as(kind) {
                    is_plain &= kind.is_weak();
                    let after = state.apply(kind, pieces);
                    if let Some((gain, strangeness, undone)) = judge(line, &after, helped)
                        && best.as_ref().is_none_or(|(most, _)| gain > *most)
                    {
                        is_natural = undone.is_sure && strangeness < 10.0;
                        // Nothing lost and nothing left to explain: no other way is better.
                        let is_plain_gain = after.proven || gain >= PLAIN_GAIN;
                        let settled =
                            is_natural && is_plain_gain && after.lost == 0 && after.good >= 3;
                        best = Some((gain, undone));
                        if settled {
                            return best.map(|(_, undone)| undone);
                        }
                    }
                    if kind.proves_itself() {
                        next.push(after);
                    }
                }
            }
        }
        if is_natural || next.is_empty() {
            break;
        }
        open = next;
    }
    best.map(|(_, undone)| undone)
}

/// A line all of which was read as Latin-1, once or several times over, with nothing lost: that
/// its bytes are whole characters of natural Chinese leaves no room for another reading.
fn whole(line: &str) -> Option<Undone> {
    const LEAST_HAN: usize = 6;
    let mut text: Option<String> = None;
    for _ in 0..DEPTH {
        let from = text.as_deref().unwrap_or(line);
        let Some(read) = utf8::whole_as_latin(from) else {
            break;
        };
        // ASCII alone says nothing.
        if read.len() == from.len() {
            return None;
        }
        let han = read.chars().filter(|&c| naturalness::is_han(c)).count();
        if han >= LEAST_HAN {
            return whole_if_natural(line, read, Kind::Utf8AsLatin);
        }
        text = Some(read);
    }
    let (read, han) = latin::whole_as_gbk(text.as_deref().unwrap_or(line))?;
    if han < LEAST_HAN {
        return None;
    }
    whole_if_natural(line, read, Kind::GbkAsLatin)
}

fn whole_if_natural(line: &str, text: String, kind: Kind) -> Option<Undone> {
    let most = if kind == Kind::GbkAsLatin { 9.0 } else { 10.0 };
    if naturalness::strangeness(&text) >= most {
        return None;
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let (start, end, text) = difference(line, text)?;
    Some(Undone {
        start,
        end,
        text: text.to_owned(),
        kind,
        lost: 0,
        confidence: if kind == Kind::GbkAsLatin { 0.97 } else { 0.99 },
        is_sure: true,
    })
}

/// What tells which misreadings are worth a try.
struct Holds {
    /// Characters of U+0080 to U+00FF.
    latin: usize,
    /// `Ã` and `Â`, which UTF-8 of Latin-1 is full of.
    marks: usize,
    /// Hanzi and private characters.
    wide: bool,
}

impl Holds {
    fn of(text: &str) -> Self {
        let mut holds = Self {
            latin: 0,
            marks: 0,
            wide: false,
        };
        for c in text.chars() {
            match c {
                '\0'..='\x7F' => {}
                'Ã' | 'Â' => (holds.latin, holds.marks) = (holds.latin + 1, holds.marks + 1),
                '\u{80}'..='\u{FF}' => holds.latin += 1,
                '\u{2E80}'.. => holds.wide = true,
                _ => {}
            }
        }
        holds
    }
}

/// One step back of a text.
struct Way<'a> {
    text: &'a str,
    depth: usize,
    helped: Option<Kind>,
    hints: Hints,
    holds: Holds,
}

impl Way<'_> {
    /// The stretches that make sense as `kind`. GBK and Big5 as Latin are read at once.
    fn read_as(&self, kind: Kind) -> Vec<(Kind, Vec<Piece>)> {
        let least = if self.depth > 0 || self.helped == Some(kind) {
            1
        } else {
            2
        };
        let holds = &self.holds;
        let one = |pieces: Vec<Piece>| {
            if pieces.is_empty() {
                Vec::new()
            } else {
                vec![(kind, pieces)]
            }
        };
        match kind {
            Kind::Utf8AsLatin if holds.latin >= 2 => {
                // UTF-8 of UTF-8 of Latin-1 has characters of two bytes only.
                let least = if holds.marks >= 4 { 0 } else { least };
                one(utf8::pieces(self.text, Reading::Latin, least))
            }
            Kind::Utf8AsGbk if holds.wide && self.hints.utf8_as_gbk => {
                one(utf8::pieces(self.text, Reading::Gbk, least))
            }
            Kind::GbkAsLatin if holds.latin >= 2 => {
                let (gbk, big5): (Vec<_>, Vec<_>) = latin::pieces(self.text)
                    .into_iter()
                    .partition(|(kind, _)| *kind == Kind::GbkAsLatin);
                [(Kind::GbkAsLatin, gbk), (Kind::Big5AsLatin, big5)]
                    .into_iter()
                    .filter(|(_, found)| !found.is_empty())
                    .map(|(kind, found)| {
                        (kind, found.into_iter().map(|(_, piece)| piece).collect())
                    })
                    .collect()
            }
            Kind::Big5AsGbk if holds.wide && self.hints.rare => one(paths::big5_as_gbk(self.text)),
            Kind::GbkAsBig5 if holds.wide && self.hints.rare => one(paths::gbk_as_big5(self.text)),
            Kind::ShiftedGbk if holds.wide && self.hints.rare && self.depth == 0 => {
                one(paths::shifted(self.text).into_iter().collect())
            }
            _ => Vec::new(),
        }
    }
}

impl State {
    fn apply(&self, kind: Kind, pieces: Vec<Piece>) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut copied = 0;
        for piece in &pieces {
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

/// Whether a line and what it may have been differ enough: what is gained, and how strange the
/// whole line is then.
fn judge(line: &str, after: &State, helped: Option<Kind>) -> Option<(Cost, f32, Undone)> {
    /// Chinese of any kind costs less a character.
    const NATURAL: f32 = 12.0;
    let (start, end, text) = difference(line, &after.text)?;
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
    let (cost_after, strangeness) = score(text);
    let gain = score(&line[start..end]).0 - cost_after;
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
        let whole = if text.len() == after.text.len() {
            strangeness
        } else {
            naturalness::strangeness(&after.text)
        };
        (gain, whole, undone)
    })
}

/// What a text costs, and how strange it is. A lost character costs no more than the mark of it
/// in the line before.
fn score(text: &str) -> (Cost, f32) {
    let mut before = '\n';
    let (mut sum, mut bits, mut chars) = (0, 0, 0);
    for c in text.chars() {
        if c == '\u{FFFD}' {
            sum += 8 * BIT;
        } else {
            let cost = naturalness::after(before, c);
            sum += cost;
            if !c.is_ascii() {
                bits += cost;
                chars += 1;
            }
        }
        before = c;
    }
    let strangeness = if chars == 0 {
        0.0
    } else {
        bits as f32 / (BIT * chars) as f32
    };
    (sum, strangeness)
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
