//! GBK and Big5 read as Latin-1 or Windows-1252.

use super::super::codec::Codec;
use super::super::naturalness::{self, Cost};
use super::super::tables::{GBK, latin_byte, latin9_byte};
use super::{Kind, Piece};

/// The stretches of a text that are bytes of a double-byte code one by one, each with what it
/// reads as in the likelier of GBK and Big5.
pub(super) fn pieces(text: &str) -> Vec<(Kind, Piece)> {
    let mut out = Vec::new();
    let mut rest = 0;
    while let Some((start, end)) = next_run(text, rest) {
        rest = end;
        out.extend(read(text, start, end));
    }
    out
}

/// The whole text read as GBK, where all of it was read as Latin-1, nothing is lost, and hardly
/// any byte of ASCII is the second of a character, as in a text of Latin letters; with its hanzi.
pub(super) fn whole_as_gbk(text: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(text.len());
    let mut lead = None;
    let (mut han, mut mixed) = (0, 0);
    for c in text.chars() {
        let byte = latin_byte(c)?;
        match lead.take() {
            Some(first) => {
                let c = GBK.char(first, byte)?;
                han += usize::from(naturalness::is_han(c));
                mixed += usize::from(byte < 0x80);
                out.push(c);
            }
            None if byte < 0x80 => out.push(c),
            None if byte == 0x80 || byte == 0xFF => return None,
            None => lead = Some(byte),
        }
    }
    (lead.is_none() && mixed * 4 <= han).then_some((out, han))
}

/// The next stretch of characters that Latin-1 or Windows-1252 has, from its first to its last
/// that is not ASCII; the ASCII after may be a trail byte and belongs to it.
fn next_run(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut found: Option<(usize, usize)> = None;
    let (mut high, mut plain) = (0, 0);
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        if c == '\u{FFFD}' || latin_byte(c).is_some() {
            if c.is_ascii() {
                plain += 1;
                let trails = found.is_some_and(|(_, end)| end == at) && c >= '@' && c != '\x7F';
                if let (true, Some((_, end))) = (trails, found.as_mut()) {
                    *end = at + 1;
                }
                // Far apart they are not one stretch.
                if plain > 64 && high >= 2 {
                    return found;
                }
            } else {
                plain = 0;
                high += usize::from(('\u{80}'..='\u{FF}').contains(&c));
                let end = at + c.len_utf8();
                found = Some(found.map_or((at, end), |(start, _)| (start, end)));
            }
        } else if high >= 2 {
            return found;
        } else {
            (found, high, plain) = (None, 0, 0);
        }
    }
    found.filter(|_| high >= 2)
}

/// Reads a stretch. Quotes and dashes that Windows-1252 has as well stand in clean Chinese, so
/// they are left out at either end where that makes better text.
fn read(text: &str, start: usize, end: usize) -> Option<(Kind, Piece)> {
    let is_telling =
        |&(_, c): &(usize, char)| ('\u{80}'..='\u{FF}').contains(&c) || c == '\u{FFFD}';
    let first = text[start..end].char_indices().find(is_telling)?.0 + start;
    let (last, c) = text[start..end].char_indices().rev().find(is_telling)?;
    let mut last = start + last + c.len_utf8();
    if last < end && text.as_bytes()[last].is_ascii() {
        last += 1;
    }
    let mut starts = vec![start];
    let mut ends = vec![end];
    if first > start {
        starts.push(first);
    }
    if last < end {
        ends.push(last);
    }
    let mut best: Option<(Cost, Kind, Piece)> = None;
    for &from in &starts {
        for &to in &ends {
            let around = naturalness::of(&text[start..from]) + naturalness::of(&text[to..end]);
            if let Some((cost, kind, piece)) = read_exactly(text, from, to)
                && best
                    .as_ref()
                    .is_none_or(|&(least, ..)| cost + around < least)
            {
                best = Some((cost + around, kind, piece));
            }
        }
    }
    best.map(|(_, kind, piece)| (kind, piece))
}

fn read_exactly(text: &str, start: usize, end: usize) -> Option<(Cost, Kind, Piece)> {
    let run = &text[start..end];
    let last_is_ascii = run.ends_with(|c: char| c.is_ascii());
    // 0xFF is no byte of either code.
    let bytes: Vec<u8> = run.chars().map(|c| latin_byte(c).unwrap_or(0xFF)).collect();
    let latin9: Vec<u8> = run
        .chars()
        .map(|c| latin9_byte(c).unwrap_or(0xFF))
        .collect();
    let mut distinct = bytes.clone();
    distinct.retain(|&byte| byte >= 0x80);
    let high = distinct.len();
    distinct.sort_unstable();
    distinct.dedup();
    if high < 4 || distinct.len() < 3 {
        return None;
    }
    let both = [
        (Kind::GbkAsLatin, Codec::Gb18030),
        (Kind::Big5AsLatin, Codec::Big5),
    ];
    let tables = if latin9 == bytes {
        vec![bytes]
    } else {
        vec![bytes, latin9]
    };
    let ways = tables
        .iter()
        .flat_map(|bytes| both.map(|(kind, codec)| (bytes, kind, codec)));
    ways.filter_map(|(bytes, kind, codec)| {
        let mut read = codec.read(bytes);
        // What is wrong all over is the wrong code, not a damaged line.
        if read.bad.len() * 8 > bytes.len() {
            return None;
        }
        if !read.bad.is_empty() {
            read = codec.read_damaged(bytes);
        }
        let han = read
            .text
            .chars()
            .filter(|&c| naturalness::is_han(c))
            .count();
        if han < 2 || read.bad.len() * 5 > han {
            return None;
        }
        // The ASCII after the last high character was no trail byte after all.
        let mut end = end;
        if last_is_ascii && read.text.ends_with(|c: char| c.is_ascii()) {
            read.text.pop();
            end -= 1;
        }
        Some((
            read.cost(),
            kind,
            Piece {
                start,
                end,
                good: han,
                lost: read.bad.len(),
                guessed: 0,
                text: read.text,
            },
        ))
    })
    .min_by_key(|&(cost, ..)| cost)
}
