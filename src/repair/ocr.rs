//! Characters that scanning and typing put in the place of others: one for one, by sound or shape.
//!
//! A character is looked at where clean text has it beside neither of its neighbours. Where
//! another one that sounds or looks like it is known there, and the text costs that many bits
//! less with it, it is taken for what stood there. Costs are those of `model/naturalness.bin`; a
//! model of pairs tells no word from a name, so the family is off unless asked for.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

use crate::model::{alone_eighths, pair_eighths};

const LOOKALIKES: &str = include_str!("../model/lookalikes.txt");

/// Bits, in eighths, that a character must save to be certain: ten for how seldom a character is
/// wrong, five for the choice among some thirty, and as many as chance may save.
const CERTAIN_EIGHTHS: i64 = 20 * 8;
/// The same to be probable.
const PROBABLE_EIGHTHS: i64 = 14 * 8;
/// Characters dearer than this are too rare to be what somebody meant.
const RAREST_EIGHTHS: i64 = 15 * 8;
/// What two characters cost more that clean text does not have side by side.
const APART_EIGHTHS: i64 = 3 * 8;
/// What a character costs of which nothing is known.
const UNSEEN_EIGHTHS: i64 = 26 * 8;

/// A character that was probably another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slip {
    /// First byte.
    pub(super) start: usize,
    /// What it was.
    pub(super) right: char,
    /// Whether it is certain; probable otherwise.
    pub(super) is_certain: bool,
    /// From 0 to 1.
    pub(super) confidence: f32,
}

/// The slips of a text, in its order, no two of them side by side.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let mut found: Vec<Slip> = Vec::new();
    let mut around = ['\n'; 3];
    let mut last_end = 0;
    let places = text.char_indices().chain([(text.len(), '\n')]);
    let mut starts = [0; 3];
    for (start, c) in places {
        around = [around[1], around[2], c];
        starts = [starts[1], starts[2], start];
        let [before, here, after] = around;
        if !is_han(here) || !(is_han(before) || is_han(after)) || starts[1] < last_end {
            continue;
        }
        if is_known(before, here) || is_known(here, after) || before == here || here == after {
            continue;
        }
        if let Some((right, gain)) = best(before, here, after)
            && gain >= PROBABLE_EIGHTHS
        {
            let odds = (gain - PROBABLE_EIGHTHS) as f32 / 8.0 * std::f32::consts::LN_2 / 2.0 + 1.5;
            found.push(Slip {
                start: starts[1],
                right,
                is_certain: gain >= CERTAIN_EIGHTHS,
                confidence: 1.0 / (1.0 + (-odds).exp()),
            });
            // The neighbour has been judged beside a wrong one.
            last_end = start + c.len_utf8();
        }
    }
    found
}

/// What may have stood there and saves most, and how much that is.
fn best(before: char, here: char, after: char) -> Option<(char, i64)> {
    let now = cost(before, here, after);
    let both = is_han(before) && is_han(after);
    candidates(here)
        .filter(|&other| {
            let (left, right) = (is_known(before, other), is_known(other, after));
            // Between two neighbours one of them alone is no proof.
            if both { left && right } else { left || right }
        })
        .map(|other| (other, now - cost(before, other, after)))
        .max_by_key(|&(other, gain)| (gain, std::cmp::Reverse(other)))
}

fn candidates(here: char) -> impl Iterator<Item = char> {
    // Nobody types a rare character by mistake for a common one of its sound: it is a name's.
    let is_common = alone(here) <= RAREST_EIGHTHS;
    let readings = here.to_pinyin_multi().filter(|_| is_common);
    let sounds = readings.into_iter().flatten();
    let is_simplified = is_gb2312(here);
    let same_sound: Vec<char> = sounds
        .filter_map(|sound| HOMOPHONES.get(sound.plain()))
        .flatten()
        .copied()
        .collect();
    let same_shape = SHAPES.get(&here).into_iter().flatten().copied();
    same_sound
        .into_iter()
        .chain(same_shape)
        // 鹽 is no slip for 盐, it is the same word.
        .filter(move |&other| other != here && (!is_simplified || is_gb2312(other)))
}

/// Common characters by their syllable without its tone.
static HOMOPHONES: LazyLock<HashMap<&'static str, Vec<char>>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Vec<char>> = HashMap::new();
    for c in ('\u{4e00}'..='\u{9fa5}').filter(|&c| alone(c) <= RAREST_EIGHTHS) {
        for sound in c.to_pinyin_multi().into_iter().flatten() {
            let same = all.entry(sound.plain()).or_default();
            if same.last() != Some(&c) {
                same.push(c);
            }
        }
    }
    all
});

/// Characters that look alike.
static SHAPES: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut all: HashMap<char, Vec<char>> = HashMap::new();
    for line in LOOKALIKES.lines().filter(|line| !line.starts_with('#')) {
        let alike: Vec<char> = line.chars().filter(|c| !c.is_whitespace()).collect();
        for &one in &alike {
            all.entry(one)
                .or_default()
                .extend(alike.iter().filter(|&&other| other != one));
        }
    }
    all
});

/// Whether the set of simplified characters has it (GB/T 2312, by its place in GBK).
fn is_gb2312(c: char) -> bool {
    let mut utf8 = [0; 4];
    let (bytes, _, is_lost) = encoding_rs::GBK.encode(c.encode_utf8(&mut utf8));
    !is_lost && matches!(*bytes, [0xB0..=0xF7, 0xA1..=0xFE])
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn is_known(before: char, c: char) -> bool {
    is_han(before) && is_han(c) && pair_eighths(before, c).is_some()
}

fn alone(c: char) -> i64 {
    alone_eighths(c).unwrap_or(UNSEEN_EIGHTHS)
}

/// What a character costs after the one before it and for the one behind it.
fn cost(before: char, here: char, after: char) -> i64 {
    let beside = |a: char, b: char| {
        if is_han(a) && is_han(b) {
            pair_eighths(a, b).unwrap_or_else(|| alone(b) + APART_EIGHTHS)
        } else {
            alone(b)
        }
    };
    beside(before, here) + beside(here, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_character_is_known_by_both_its_neighbours() {
        let found = slips("各单位要认真落实工作责仁，确保完成任务。");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].right, '任');
        for clean in [
            "各单位要认真落实工作责任，确保完成任务。",
            "张翀与李翾在峃口镇会合。",
            "床前明月光，疑是地上霜。",
            "驻村点为垟头、岙底、塆里。",
            "头孢哌酮钠、盐酸氨溴索，遵医嘱服用。",
        ] {
            assert_eq!(slips(clean), [], "{clean}");
        }
    }
}
