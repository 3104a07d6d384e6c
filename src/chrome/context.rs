//! What the line classifier sees of a line's standing on the page: to its title, to the line that
//! dates it, to the block of its prose, to the words of that prose, and to lines of like shape.

use std::collections::HashMap;
use std::ops::Range;

use super::engine::META_LINE;
use super::rules::Strength;
use super::verdict::Judgement;

/// Numbers of a line by its standing.
pub(super) const CONTEXT: usize = 18;

/// Lines after which an anchor above no longer counts as near.
const NEAR_LINES: usize = 10;
/// Lines on either side that are looked at for rules' hits and prose.
const WIDE_LINES: usize = 12;
/// Lines on either side that are compared in length.
const BESIDE_LINES: usize = 6;
/// Most characters of one line that count for a block.
const MOST_CHARS: usize = 150;
/// Characters of a line whose pairs are looked at.
const PAIRED_CHARS: usize = 200;
/// Buckets of the pairs of characters of the page's prose.
const PAIR_BUCKETS: usize = 1 << 13;

/// The numbers of every line of a page.
pub(super) fn rows(page: &Judgement) -> Vec<[f32; CONTEXT]> {
    let count = page.lines.len();
    let mut rows = vec![[0.0; CONTEXT]; count];
    anchors(page, &mut rows);
    let block = prose_block(page);
    for (number, row) in rows.iter_mut().enumerate() {
        let steps = |steps: usize| steps.min(20) as f32 / 20.0;
        row[7] = yes(block.contains(&number));
        row[8] = steps(block.start.saturating_sub(number));
        row[9] = steps((number + 1).saturating_sub(block.end));
    }
    words(page, &block, &mut rows);
    shapes(page, &mut rows);
    around(page, &mut rows);
    rows
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// Where the line stands to the title's echo and to the line that dates the page.
fn anchors(page: &Judgement, rows: &mut [[f32; CONTEXT]]) {
    let count = rows.len();
    let first = page.lines.first().map_or("", |line| line.ink(page.text));
    let is_echo: Vec<bool> = (0..count)
        .map(|number| {
            let (ink, known) = (page.ink(number), page.known[number]);
            let ends_one = |above: usize| {
                let above = page.ink(above);
                above.len() > ink.len() && above.ends_with(ink)
            };
            let is_short = number > 0 && (6..=64).contains(&known.chars) && !known.is_prose;
            is_short && (first.contains(ink) || (number.saturating_sub(6)..number).any(ends_one))
        })
        .collect();
    let first_echo = is_echo.iter().position(|is| *is);
    let is_byline =
        |number: usize| page.verdicts[number].is_some_and(|verdict| verdict.rule == META_LINE);
    let near = |number: usize, last: usize| 1.0 - (number - last).min(NEAR_LINES) as f32 / 10.0;
    let (mut echo, mut byline) = (None, None);
    for (number, row) in rows.iter_mut().enumerate() {
        row[0] = yes(is_echo[number]);
        if let Some(last) = echo {
            (row[1], row[2]) = (1.0, near(number, last));
        }
        row[3] = yes(first_echo.is_some_and(|first| number < first));
        if let Some(last) = byline {
            (row[4], row[5]) = (1.0, near(number, last));
        }
        if is_echo[number] {
            echo = Some(number);
        }
        if is_byline(number) {
            byline = Some(number);
        }
    }
    let mut below: Option<usize> = None;
    for number in (0..count).rev() {
        if let Some(next) = below.filter(|next| next - number <= 6) {
            rows[number][6] = 1.0 - (next - number) as f32 / 7.0;
        }
        if is_byline(number) {
            below = Some(number);
        }
    }
}

/// The run of lines with the most prose and the least else.
fn prose_block(page: &Judgement) -> Range<usize> {
    let (mut best, mut block) = (0.0_f32, 0..0);
    let (mut sum, mut start) = (0.0_f32, 0);
    for (number, known) in page.known.iter().enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, number);
        }
        let is_own = known.is_prose && known.strength != Some(Strength::Sure);
        sum += if is_own {
            known.chars.min(MOST_CHARS) as f32
        } else {
            -(known.chars.min(30) as f32) / 2.0 - 4.0
        };
        if sum > best {
            (best, block) = (sum, start..number + 1);
        }
    }
    block
}

/// How much of the line's pairs of characters stand in the block's prose, and in the page's first
/// line.
fn words(page: &Judgement, block: &Range<usize>, rows: &mut [[f32; CONTEXT]]) {
    let mut pairs: Vec<u16> = Vec::new();
    let mut starts = vec![0];
    for number in 0..rows.len() {
        let mut before = None;
        let from = pairs.len();
        for c in page
            .ink(number)
            .chars()
            .filter(|c| ('㐀'..='鿿').contains(c))
            .take(PAIRED_CHARS)
        {
            if let Some(before) = before.replace(c) {
                let mixed = u32::from(before).wrapping_mul(0x9E37_79B1)
                    ^ u32::from(c).wrapping_mul(0x85EB_CA6B);
                let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D);
                pairs.push((mixed >> 16) as u16 % PAIR_BUCKETS as u16);
            }
        }
        pairs[from..].sort_unstable();
        let mut kept = from;
        for at in from..pairs.len() {
            if at == from || pairs[at] != pairs[at - 1] {
                pairs[kept] = pairs[at];
                kept += 1;
            }
        }
        pairs.truncate(kept);
        starts.push(pairs.len());
    }
    let of = |number: usize| &pairs[starts[number]..starts[number + 1]];
    let is_block_prose = |number: usize| block.contains(&number) && page.known[number].is_prose;
    let mut standing = vec![0_u16; PAIR_BUCKETS];
    for number in (0..rows.len()).filter(|&number| is_block_prose(number)) {
        for &pair in of(number) {
            standing[pair as usize] = standing[pair as usize].saturating_add(1);
        }
    }
    let title = if rows.is_empty() { &[][..] } else { of(0) };
    for (number, row) in rows.iter_mut().enumerate() {
        let own = of(number);
        if own.is_empty() {
            continue;
        }
        let least = 1 + u16::from(is_block_prose(number));
        let shared = own.iter().filter(|&&pair| standing[pair as usize] >= least);
        row[10] = shared.count() as f32 / own.len() as f32;
        if number > 0 {
            let named = own.iter().filter(|pair| title.binary_search(pair).is_ok());
            row[11] = named.count() as f32 / own.len() as f32;
        }
    }
}

/// How many lines beside it are as long, and how many on the page have its shape.
fn shapes(page: &Judgement, rows: &mut [[f32; CONTEXT]]) {
    let count = rows.len();
    let shapes: Vec<Option<u64>> = (0..count).map(|number| shape(page.ink(number))).collect();
    let mut standing: HashMap<u64, u32> = HashMap::new();
    for shape in shapes.iter().flatten() {
        *standing.entry(*shape).or_default() += 1;
    }
    for (number, row) in rows.iter_mut().enumerate() {
        if let Some(shape) = shapes[number] {
            row[13] = (standing[&shape] as f32).ln() / 4.0;
        }
        let known = page.known[number];
        if known.is_prose {
            continue;
        }
        let slack = (known.chars / 5).max(2);
        let beside = number.saturating_sub(BESIDE_LINES)..(number + BESIDE_LINES + 1).min(count);
        let others = beside.len() - 1;
        let is_alike = |other: &usize| {
            let other = page.known[*other];
            !other.is_prose && other.chars.abs_diff(known.chars) <= slack
        };
        // The line itself is among those that are alike.
        let alike = beside.filter(is_alike).count().saturating_sub(1);
        row[12] = alike as f32 / others.max(1) as f32;
    }
}

/// The sequence of a line's classes of signs, as a number; none where it is too plain to tell.
fn shape(ink: &str) -> Option<u64> {
    let (mut shape, mut last, mut runs) = (0xCBF2_9CE4_8422_2325_u64, None, 0);
    for c in ink.chars().take(60) {
        let class = match c {
            '㐀'..='鿿' => 'H',
            '0'..='9' => '0',
            'a'..='z' | 'A'..='Z' => 'a',
            _ if c.is_whitespace() => ' ',
            _ => c,
        };
        if last != Some(class) {
            shape = (shape ^ u64::from(u32::from(class))).wrapping_mul(0x0100_0000_01B3);
            runs += 1;
            last = Some(class);
        }
    }
    (runs >= 3).then_some(shape)
}

/// Rules' hits and prose further above and below.
fn around(page: &Judgement, rows: &mut [[f32; CONTEXT]]) {
    let count = rows.len();
    let mut hits = vec![0_usize];
    let mut prose = vec![0_usize];
    for known in &page.known {
        let is_hit = known.strength >= Some(Strength::Likely);
        let chars = if known.is_prose {
            known.chars.min(MOST_CHARS)
        } else {
            0
        };
        hits.push(hits[hits.len() - 1] + usize::from(is_hit));
        prose.push(prose[prose.len() - 1] + chars);
    }
    for (number, row) in rows.iter_mut().enumerate() {
        let above = number.saturating_sub(WIDE_LINES);
        let below = (number + WIDE_LINES + 1).min(count);
        let next = number + 1;
        row[14] = (hits[number] - hits[above]) as f32 / WIDE_LINES as f32;
        row[15] = (hits[below] - hits[next]) as f32 / WIDE_LINES as f32;
        row[16] = (prose[number] - prose[above]) as f32 / 1000.0;
        row[17] = (prose[below] - prose[next]) as f32 / 1000.0;
    }
}
