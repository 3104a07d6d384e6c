//! What the line classifier sees of each line: numbers from its text, its place and its
//! neighbours.
//!
//! `scripts/train-chrome` gets its numbers from here too (through the example `chrome-rows`), so
//! that training and use cannot differ.

use super::context::{self, CONTEXT};
use super::page::Line;
use super::rules::Strength;
use super::verdict::Judgement;

/// Numbers of a line by itself: the last are those of its standing on the page.
pub(super) const OWN: usize = VOCABULARY + 1 + CONTEXT;
/// Place of the vocabulary score among them: filled in by the model.
pub(super) const VOCABULARY: usize = 43;
/// Those that neighbours show: length, closing mark, prose, title, rule, vocabulary.
pub(super) const SHOWN: [usize; 6] = [0, 9, 32, 33, 29, VOCABULARY];
/// How far the averages on either side reach, in lines.
pub(super) const REACH: usize = 6;
/// All numbers of a line: its own, those of two neighbours on either side, two averages.
pub(super) const ALL: usize = OWN + 4 * SHOWN.len() + 2 * SHOWN.len();

/// Buckets of the vocabulary table.
pub(super) const BUCKETS: usize = 1 << 15;
/// Characters looked at from a line's beginning and from its end.
const EDGE_CHARS: usize = 20;

/// What the classifier sees of a page before its weights come in.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) own: Vec<[f32; OWN]>,
    /// Buckets of the character pairs and triples of all lines, one line after the other.
    pub(super) grams: Vec<u16>,
    /// Where each line's begin; one more at the end.
    pub(super) starts: Vec<usize>,
}

/// Counts of one pass over a line.
#[derive(Default)]
struct Counts {
    chars: usize,
    han: usize,
    digits: usize,
    latin: usize,
    ends: usize,
    pauses: usize,
    bars: usize,
    spaces: usize,
    first_colon: Option<usize>,
    clock: bool,
    date: bool,
    last: char,
}

const fn fold(c: char) -> char {
    match c {
        '0'..='9' => '0',
        'A'..='Z' => ((c as u8) + 32) as char,
        '：' => ':',
        '，' => ',',
        '（' => '(',
        '）' => ')',
        '！' => '!',
        '？' => '?',
        '；' => ';',
        '｜' => '|',
        '＞' => '>',
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn count(ink: &str) -> Counts {
    let mut counts = Counts::default();
    let mut run = 0_usize;
    let mut before = ' ';
    for c in ink.chars() {
        counts.chars += 1;
        let is_digit = c.is_ascii_digit();
        match c {
            '一'..='鿿' | '㐀'..='䶿' => {
                counts.han += 1;
                counts.date |= run >= 4 && c == '年';
            }
            '0'..='9' => {
                counts.digits += 1;
                counts.clock |= matches!(before, ':' | '：') && counts.digits > 1;
            }
            'a'..='z' | 'A'..='Z' => counts.latin += 1,
            '。' | '！' | '？' | '；' => counts.ends += 1,
            '，' | '、' | ',' => counts.pauses += 1,
            ' ' | '\u{3000}' | '\t' => counts.spaces += 1,
            '|' | '｜' | '·' | '>' | '＞' | '»' | '_' | '/' | '›' => {
                counts.bars += 1;
                counts.date |= run >= 2 && c == '/';
            }
            '-' | '.' => counts.date |= run >= 4,
            ':' | '：' => {
                counts.first_colon.get_or_insert(counts.chars);
            }
            _ => {}
        }
        run = if is_digit { run + 1 } else { 0 };
        before = c;
    }
    counts.last = before;
    counts
}

fn grams(ink: &str, chars: usize, into: &mut Vec<u16>) {
    // Edges are marked, so that a word at the beginning or end is told from one within.
    let mut window = ['\u{2}', '\u{2}'];
    let mut push = |window: [char; 2], c: char| {
        let pair =
            (window[1] as u32).wrapping_mul(0x9E37_79B1) ^ (c as u32).wrapping_mul(0x85EB_CA6B);
        let triple = pair.rotate_left(9) ^ (window[0] as u32).wrapping_mul(0xC2B2_AE35);
        for hash in [pair, triple.wrapping_mul(0x27D4_EB2F)] {
            let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
            into.push(((mixed >> 17) as usize % BUCKETS) as u16);
        }
    };
    for (at, c) in ink.chars().enumerate() {
        if at >= EDGE_CHARS && at + EDGE_CHARS < chars {
            window = ['\u{1}', '\u{1}'];
            continue;
        }
        let c = fold(c);
        if c == window[1] && c == '0' {
            continue;
        }
        push(window, c);
        window = [window[1], c];
    }
    push(window, '\u{3}');
}

/// A key for telling equal lines, without allocation.
fn key(ink: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(ink.as_bytes())
}

/// The numbers of every line of a page.
pub(super) fn rows(page: &Judgement) -> Rows {
    let total = page.lines.len();
    let mut rows = Rows {
        own: Vec::with_capacity(total),
        grams: Vec::with_capacity(page.text.len() / 2),
        starts: Vec::with_capacity(total + 1),
    };
    let mut keys: Vec<u64> = (0..total).map(|line| key(page.ink(line))).collect();
    let mine = keys.clone();
    keys.sort_unstable();
    let prose: usize = page
        .known
        .iter()
        .filter(|line| line.is_prose)
        .map(|line| line.chars)
        .sum();
    let (mut above, mut since) = (0_usize, 10_usize);
    let mut ahead = prose_ahead(page);
    ahead.push(10);
    let title = page.lines.first().map_or("", |line| line.ink(page.text));
    for (number, line) in page.lines.iter().enumerate() {
        rows.starts.push(rows.grams.len());
        let ink = page.ink(number);
        let counts = count(ink);
        grams(ink, counts.chars, &mut rows.grams);
        let known = page.known[number];
        let mut own = text_numbers(ink, *line, &counts);
        let copies = keys.partition_point(|&other| other <= mine[number])
            - keys.partition_point(|&other| other < mine[number]);
        own[25] = yes(copies > 1);
        own[26] = yes(number > 0 && counts.chars >= 6 && title.starts_with(ink));
        own[27] = yes(line.blank_before > 0);
        own[28] = yes(number == 0);
        own[29] = match known.strength {
            Some(Strength::Sure) => 1.0,
            Some(Strength::Likely) => 0.6,
            Some(Strength::Hint) => 0.3,
            None => 0.0,
        };
        own[30] = yes(known.strength == Some(Strength::Sure));
        own[31] = yes(known.is_head && known.strength >= Some(Strength::Likely));
        own[32] = yes(known.is_prose);
        own[33] = yes(known.is_titlelike);
        let left = prose - above;
        own[34] = number as f32 / total as f32;
        own[35] = number.min(20) as f32 / 20.0;
        own[36] = (total - 1 - number).min(20) as f32 / 20.0;
        own[37] = (total as f32).ln() / 6.0;
        own[38] = above as f32 / (prose + 1) as f32;
        own[39] = (left - if known.is_prose { known.chars } else { 0 }) as f32 / (prose + 1) as f32;
        own[40] = since.min(10) as f32 / 10.0;
        own[41] = ahead[number + 1].min(10) as f32 / 10.0;
        own[42] = ((prose + 1) as f32).ln() / 8.0;
        if known.is_prose {
            above += known.chars;
            since = 0;
        }
        since += 1;
        rows.own.push(own);
    }
    rows.starts.push(rows.grams.len());
    for (own, context) in rows.own.iter_mut().zip(context::rows(page)) {
        own[VOCABULARY + 1..].copy_from_slice(&context);
    }
    rows
}

/// For each line, how many lines down the next prose stands, itself counted as none.
fn prose_ahead(page: &Judgement) -> Vec<usize> {
    let mut ahead = vec![10; page.lines.len()];
    let mut distance = 10;
    for number in (0..page.lines.len()).rev() {
        distance = if page.known[number].is_prose {
            0
        } else {
            (distance + 1).min(10)
        };
        ahead[number] = distance;
    }
    ahead
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// What the line's own characters say.
fn text_numbers(ink: &str, line: Line, counts: &Counts) -> [f32; OWN] {
    let mut own = [0.0; OWN];
    let chars = counts.chars.max(1) as f32;
    own[0] = (1.0 + chars).ln() / 5.0;
    let bin = [2, 4, 8, 14, 24, 40, 80]
        .iter()
        .take_while(|&&most| counts.chars > most)
        .count();
    own[1 + bin] = 1.0;
    let inner = ink.trim_end_matches(['”', '"', '’', '）', ')', '」', '』', '】']);
    own[9] = yes(inner.ends_with(['。', '！', '？', '!', '?']));
    own[10] = yes(matches!(counts.last, ':' | '：'));
    own[11] = yes(matches!(counts.last, '，' | ',' | '、' | '；' | ';'));
    own[12] = yes(counts.last == '…' || ink.ends_with("..."));
    own[13] = counts.ends.min(10) as f32 / 10.0;
    own[14] = counts.pauses.min(10) as f32 / 10.0;
    own[15] = counts.han as f32 / chars;
    own[16] = counts.digits as f32 / chars;
    own[17] = counts.latin as f32 / chars;
    own[18] = counts.bars.min(5) as f32 / 5.0;
    own[19] = counts.spaces.min(5) as f32 / 5.0;
    own[20] = yes(counts.date);
    own[21] = yes(counts.clock);
    own[22] = yes(counts.first_colon.is_some_and(|at| at <= 8));
    own[23] = yes(ink.starts_with(['【', '[', '(', '（', '《', '“', '［', '<', '〈', '「']));
    own[24] = yes(line.is_marked) + 0.5 * yes(line.ink_start > line.start && !line.is_marked);
    own
}

/// The whole row of a line: its own numbers, its neighbours', two averages. `own` has the
/// vocabulary scores filled in.
pub(super) fn whole_row(own: &[[f32; OWN]], number: usize) -> [f32; ALL] {
    let mut row = [0.0; ALL];
    row[..OWN].copy_from_slice(&own[number]);
    let mut at = OWN;
    for offset in [-2_isize, -1, 1, 2] {
        if let Some(other) = number
            .checked_add_signed(offset)
            .and_then(|other| own.get(other))
        {
            for (place, &shown) in SHOWN.iter().enumerate() {
                row[at + place] = other[shown];
            }
        }
        at += SHOWN.len();
    }
    let sides = [
        number.saturating_sub(REACH)..number,
        number + 1..(number + 1 + REACH).min(own.len()),
    ];
    for side in sides {
        for line in &own[side] {
            for (place, &shown) in SHOWN.iter().enumerate() {
                row[at + place] += line[shown] / REACH as f32;
            }
        }
        at += SHOWN.len();
    }
    row
}
