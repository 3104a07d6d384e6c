//! Big5 read as GBK and the reverse, and GBK out of step: the cheapest way through a line, each
//! character either as it stands or as what its bytes mean otherwise.

use super::super::codec::BAD_BYTE;
use super::super::naturalness::{self, BIT, Cost};
use super::super::tables::{BIG5_PAIRS, GBK, Pairs};
use super::Piece;
use super::choose::most_natural;

/// What it costs to begin or end a stretch: damage comes in stretches.
const SWITCH: Cost = 14 * BIT;

/// The stretches in which another table for the same bytes makes better text.
fn swapped(line: &str, from: &Pairs, to: &Pairs) -> Vec<Piece> {
    struct Node {
        /// Cheapest cost with this character as it stands, and as the other.
        cost: [Cost; 2],
        /// Whether the character before was the other, for each.
        from: [bool; 2],
        other: char,
    }
    const NEVER: Cost = Cost::MAX / 4;
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut nodes: Vec<Node> = Vec::with_capacity(chars.len());
    let mut before = ('\n', '\n');
    for &(_, c) in &chars {
        let other = if c.is_ascii() || c == '\u{FFFD}' {
            Some(c)
        } else {
            from.bytes(c).and_then(|[lead, trail]| to.char(lead, trail))
        };
        let costs = nodes.last().map_or([0, NEVER], |node| node.cost);
        // A whole line is the likeliest stretch.
        let switch = if nodes.is_empty() { 2 * BIT } else { SWITCH };
        let plain = naturalness::after(before.0, c);
        let stay = costs[0] + plain;
        let back = costs[1] + SWITCH / 2 + naturalness::alone(c);
        let (go, go_on) = match other {
            Some(other) => (
                costs[0] + switch + naturalness::alone(other),
                costs[1] + naturalness::after(before.1, other),
            ),
            // Not in the other code: damage within damage.
            None => (NEVER, costs[1] + BAD_BYTE),
        };
        nodes.push(Node {
            cost: [stay.min(back), go.min(go_on)],
            from: [back < stay, go_on <= go],
            other: other.unwrap_or('\u{FFFD}'),
        });
        before = (c, other.unwrap_or('\u{FFFD}'));
    }
    let mut is_other = nodes.last().is_some_and(|node| node.cost[1] < node.cost[0]);
    let mut taken = vec![false; nodes.len()];
    for n in (0..nodes.len()).rev() {
        taken[n] = is_other;
        is_other = nodes[n].from[usize::from(is_other)];
    }
    let mut out: Vec<Piece> = Vec::new();
    let mut open = false;
    for (n, &(at, c)) in chars.iter().enumerate() {
        if !taken[n] {
            open = false;
            continue;
        }
        if !open {
            out.push(Piece {
                start: at,
                end: at,
                text: String::new(),
                good: 0,
                lost: 0,
                guessed: 0,
            });
            open = true;
        }
        if let Some(piece) = out.last_mut() {
            let other = nodes[n].other;
            piece.text.push(other);
            piece.end = at + c.len_utf8();
            piece.good += usize::from(naturalness::is_han(other));
            piece.lost += usize::from(other == '\u{FFFD}');
        }
    }
    out.retain(|piece| piece.good >= 3);
    out
}

/// Stretches of Big5 that was read as GBK.
pub(super) fn big5_as_gbk(line: &str) -> Vec<Piece> {
    swapped(line, &GBK, &BIG5_PAIRS)
}

/// Stretches of GBK that was read as Big5.
pub(super) fn gbk_as_big5(line: &str) -> Vec<Piece> {
    swapped(line, &BIG5_PAIRS, &GBK)
}

/// The first stretch of GBK that is read from the second byte of its characters, because the
/// first byte of all was lost: what stands for it is U+FFFD or `?`, or nothing.
pub(super) fn shifted(line: &str) -> Option<Piece> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut best: Option<(Cost, Piece)> = None;
    for n in 0..chars.len() {
        let (_, c) = chars[n];
        let is_mark = matches!(c, '?' | '\u{FFFD}');
        let begins = n == 0 || is_mark && n + 1 < chars.len();
        if !begins {
            continue;
        }
        let first = if is_mark { n + 1 } else { n };
        if let Some((gain, piece)) = shifted_from(line, &chars, n, first)
            && best.as_ref().is_none_or(|&(most, _)| gain > most)
        {
            best = Some((gain, piece));
        }
    }
    best.map(|(_, piece)| piece)
}

fn shifted_from(
    line: &str,
    chars: &[(usize, char)],
    start: usize,
    first: usize,
) -> Option<(Cost, Piece)> {
    const LONGEST_CHARS: usize = 4096;
    let [_, mut carried] = GBK.bytes(chars.get(first)?.1)?;
    let [head, _] = GBK.bytes(chars[first].1)?;
    let before = start
        .checked_sub(1)
        .and_then(|n| chars.get(n))
        .map_or('\n', |&(_, c)| c);
    let mut text: Vec<char> = Vec::new();
    let mut plain = naturalness::after(before, chars[first].1);
    let mut shifted = 0;
    let mut was = ('\u{FFFD}', chars[first].1);
    let mut kept: Option<(Cost, usize, usize, bool)> = None;
    let mut n = first + 1;
    while n < chars.len() && n - first < LONGEST_CHARS {
        let c = chars[n].1;
        if let Some([lead, trail]) = GBK.bytes(c) {
            let Some(read) = GBK.char(carried, lead) else {
                break;
            };
            plain += naturalness::after(was.1, c);
            shifted += naturalness::after(was.0, read);
            text.push(read);
            was = (read, c);
            carried = trail;
        } else {
            // ASCII gives its byte back to the last character, and all is in step again.
            let closes = u8::try_from(u32::from(c))
                .ok()
                .filter(u8::is_ascii)
                .and_then(|byte| GBK.char(carried, byte));
            if let Some(read) = closes {
                plain += naturalness::after(was.1, c);
                shifted += naturalness::after(was.0, read);
                text.push(read);
                kept = Some((plain - shifted, text.len(), n + 1, false));
            } else if matches!(c, '?' | '\u{FFFD}') {
                kept = Some((plain - shifted, text.len(), n + 1, true));
            }
            break;
        }
        n += 1;
    }
    if kept.is_none() && n == chars.len() {
        kept = Some((plain - shifted, text.len(), n, true));
    }
    let (gain, count, end, is_cut) = kept?;
    text.truncate(count);
    let good = text.iter().filter(|&&c| naturalness::is_han(c)).count();
    if good < 3 {
        return None;
    }
    // The lost byte, where only one hanzi makes sense between its neighbours.
    let choices: Vec<char> = (0x81..=0xFE)
        .filter_map(|lead| GBK.char(lead, head))
        .filter(|&c| naturalness::is_han(c) && naturalness::alone(c) < 20 * BIT)
        .collect();
    let guess = most_natural(&[&choices], before, text.first().copied(), 0.85)
        .pop()
        .flatten();
    let mut out = String::new();
    out.push(guess.unwrap_or('\u{FFFD}'));
    out.extend(text);
    if is_cut {
        out.push('\u{FFFD}');
    }
    let end = chars.get(end).map_or(line.len(), |&(at, _)| at);
    let piece = Piece {
        start: chars[start].0,
        end,
        text: out,
        good,
        lost: usize::from(guess.is_none()) + usize::from(is_cut),
        guessed: usize::from(guess.is_some()),
    };
    Some((gain, piece))
}
