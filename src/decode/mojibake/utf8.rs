//! Bytes that should be UTF-8 and have been through another code, some of them lost on the way.

use super::super::naturalness::{self, BIT};
use super::super::tables::{GBK, gb18030_bytes, latin_byte};
use super::Piece;
use super::slots::{Slot, settle};

/// The bytes for which Windows-1252 has no character.
const LOST_BY_1252: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// What the text was read as.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Reading {
    Gbk,
    Latin,
}

/// One byte behind the text, or the place of a lost one.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Item {
    Byte(u8),
    /// U+FFFD.
    Lost,
    /// `?`, which some decoders write for a lost byte.
    Query,
    /// A space: Latin-1's no-break space is often made one.
    Space,
}

struct Items {
    items: Vec<Item>,
    /// For each item the byte of the text where its character begins, and one more for the end.
    starts: Vec<usize>,
}

/// Bytes of a text as `reading` had them. A character that the code does not have ends a run.
fn items_of(text: &str, reading: Reading) -> Items {
    let mut items = Vec::with_capacity(text.len());
    let mut starts = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        let before = items.len();
        match c {
            '\u{FFFD}' => items.push(Item::Lost),
            '?' => items.push(Item::Query),
            ' ' if reading == Reading::Latin => items.push(Item::Space),
            '€' if reading == Reading::Gbk => euro(&mut items),
            _ if reading == Reading::Latin => {
                // 0xFF is no byte of UTF-8, so a foreign character ends a run.
                items.push(Item::Byte(latin_byte(c).unwrap_or(0xFF)));
            }
            _ => match gb18030_bytes(c) {
                Some((bytes, count)) => {
                    items.extend(bytes[..count].iter().map(|&byte| Item::Byte(byte)));
                }
                None => items.push(Item::Byte(0xFF)),
            },
        }
        starts.extend(std::iter::repeat_n(at, items.len() - before));
    }
    starts.push(text.len());
    Items { items, starts }
}

/// `€` is 0x80 in code page 936 and A2 E3 in GB18030: whichever goes on from what stands before.
fn euro(items: &mut Vec<Item>) {
    let is_lead = |item: Option<&Item>, leads: std::ops::RangeInclusive<u8>| matches!(item, Some(&Item::Byte(byte)) if leads.contains(&byte));
    let count = items.len();
    let cont = |item: Option<&Item>| is_lead(item, 0x80..=0xBF);
    let last = count.checked_sub(1).and_then(|at| items.get(at));
    let second_last = count.checked_sub(2).and_then(|at| items.get(at));
    // After a lead and one more byte A2 would end a character and E3 begin the next; 0x80 would
    // end one as well. E3 80 and E2 80 are the leads of Chinese punctuation.
    if is_lead(last, 0xE2..=0xEF) && !cont(last) {
        items.push(Item::Byte(0x80));
    } else if cont(last) && is_lead(second_last, 0xE2..=0xEF) {
        items.extend([Item::Byte(0xA2), Item::Byte(0xE3)]);
    } else {
        items.push(Item::Byte(0x80));
    }
}

/// The whole text read as UTF-8, where all of it was read as Latin-1 and nothing is lost.
pub(super) fn whole_as_latin(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        bytes.push(latin_byte(c)?);
    }
    String::from_utf8(bytes).ok()
}

/// A run of the items that reads as UTF-8.
struct Run {
    slots: Vec<Slot>,
    /// Item after the last one used.
    end: usize,
    /// Whole characters of three bytes and more.
    good: usize,
    lost: usize,
}

/// The stretches of a text that read as UTF-8, each with what it reads as.
///
/// `least` is how many whole characters of three bytes a stretch must have; with 0 those of two
/// bytes count as well.
pub(super) fn pieces(text: &str, reading: Reading, least: usize) -> Vec<Piece> {
    let Items { items, starts } = items_of(text, reading);
    let mut out = Vec::new();
    let mut at = 0;
    while at < items.len() {
        // 路 is C2 B7, the bytes of `·`: in GBK two bytes begin a run only where nothing is before.
        let first_lead = if reading == Reading::Latin || at == 0 {
            0xC2
        } else {
            0xE2
        };
        let begins = matches!(items[at], Item::Byte(lead) if (first_lead..=0xF4).contains(&lead))
            && (at == 0 || starts[at] != starts[at - 1])
            && (matches!(items.get(at + 1), Some(Item::Byte(0x80..=0xBF)))
                || reading == Reading::Latin && items.get(at + 1) == Some(&Item::Lost));
        if begins
            && let Some(run) = run(text, &items, &starts, at, reading, least == 0)
            && run.good >= least
            && run.lost <= run.good
        {
            let before = text[..starts[at]].chars().next_back();
            let after = text[starts[run.end]..].chars().next();
            let (piece, lost, guessed) = settle(&run.slots, &text[..starts[at]], before, after);
            out.push(Piece {
                start: starts[at],
                end: starts[run.end],
                text: piece,
                good: run.good,
                lost,
                guessed,
            });
            at = run.end;
        } else {
            let here = starts[at];
            while at < items.len() && starts[at] == here {
                at += 1;
            }
        }
    }
    out
}

fn run(
    text: &str,
    items: &[Item],
    starts: &[usize],
    from: usize,
    reading: Reading,
    two_bytes_count: bool,
) -> Option<Run> {
    let mut slots = Vec::new();
    let (mut at, mut good, mut lost) = (from, 0, 0);
    // What the run is worth up to its last whole character.
    let mut kept = None;
    let mut bad_in_row = 0;
    while at < items.len() {
        match items[at] {
            Item::Byte(byte @ 0..0x80) => {
                slots.push(Slot::Known(char::from(byte)));
                at += 1;
            }
            Item::Query => {
                slots.push(Slot::Known('?'));
                at += 1;
            }
            Item::Space => {
                slots.push(Slot::Known(' '));
                at += 1;
            }
            Item::Byte(lead @ 0xC2..=0xF4) => {
                let (slot, used) = sequence(items, at, lead, reading);
                at += used;
                match slot {
                    Slot::Known(c) => {
                        let weak = c.len_utf8() < 3 && !two_bytes_count;
                        slots.push(Slot::Known(c));
                        if !weak {
                            good += 1;
                            bad_in_row = 0;
                        }
                        let ends_it = at == items.len() || reading == Reading::Latin;
                        let goes_on =
                            ends_it && kept.is_some_and(|(_, _, end, _)| end + used == at);
                        let tried = !weak || goes_on;
                        if tried && is_better(text, starts, &slots, kept, from, at) {
                            kept = Some((slots.len(), lost, at, good));
                        }
                    }
                    slot => {
                        slots.push(slot);
                        lost += 1;
                        bad_in_row += 1;
                    }
                }
            }
            Item::Byte(0x80..=0xBF) | Item::Lost => {
                let used = orphans(items, at);
                slots.push(orphan_slot(&items[at..at + used], reading));
                at += used;
                lost += 1;
                bad_in_row += 1;
            }
            Item::Byte(_) => break,
        }
        // Windows-1252 loses an eighth of the bytes, but says of each which few it can be.
        let most = if reading == Reading::Latin { 6 } else { 3 };
        if bad_in_row >= most || lost > good + most {
            break;
        }
    }
    let (count, mut lost_kept, mut end, good) = kept?;
    slots.truncate(count);
    // What lacks bytes at the tail belongs to the run: marks of a loss, and characters that
    // clean text seldom has, and not before the one that follows.
    let tail = &text[starts[end]..];
    let mut next = tail.chars().skip(1);
    let broken = tail.char_indices().find(|&(_, c)| {
        let next = next.next();
        !is_broken(c, next, reading)
    });
    let tail = &tail[..broken.map_or(tail.len(), |(at, _)| at)];
    let reach = starts[end] + tail.len();
    let tail_end = end + starts[end..items.len()].partition_point(|&start| start < reach);
    let has_mark = |items: &[Item]| {
        items
            .iter()
            .any(|item| matches!(item, Item::Lost | Item::Query))
    };
    let closes = tail_end == items.len() || items[tail_end] == Item::Byte(0xFF);
    if has_mark(&items[end..tail_end]) || closes {
        while end < tail_end {
            let (slot, used) = match items[end] {
                Item::Byte(byte @ 0..0x80) => (Slot::Known(char::from(byte)), 1),
                Item::Query => (Slot::Known('?'), 1),
                Item::Space => (Slot::Known(' '), 1),
                Item::Byte(lead @ 0xC2..=0xF4) => sequence(&items[..tail_end], end, lead, reading),
                _ => {
                    let used = orphans(&items[..tail_end], end);
                    (orphan_slot(&items[end..end + used], reading), used)
                }
            };
            end += used;
            lost_kept += usize::from(!matches!(slot, Slot::Known(_)));
            slots.push(slot);
        }
    } else if let Item::Byte(lead @ 0xE2..=0xF4) = items[end] {
        // One character that lacks its tail, before ASCII.
        let (slot, used) = sequence(items, end, lead, reading);
        let is_open = matches!(slot, Slot::OneOf(_))
            && items
                .get(end + used)
                .is_none_or(|item| !matches!(item, Item::Byte(0x80..)));
        if is_open {
            slots.push(slot);
            lost_kept += 1;
            end += used;
        }
    }
    // The run ends where a character of the text ends.
    while end < items.len() && starts[end] == starts[end - 1] {
        match items[end] {
            Item::Byte(byte @ 0..0x80) => slots.push(Slot::Known(char::from(byte))),
            _ => {
                if !matches!(slots.last(), Some(Slot::Gone)) {
                    slots.push(Slot::Gone);
                    lost_kept += 1;
                }
            }
        }
        end += 1;
    }
    Some(Run {
        slots,
        end,
        good,
        lost: lost_kept,
    })
}

/// Whether a character can be what is left of one that has lost bytes, before `next`.
fn is_broken(c: char, next: Option<char>, reading: Reading) -> bool {
    match reading {
        _ if matches!(c, '\u{FFFD}' | '?') => true,
        _ if c.is_ascii() => false,
        Reading::Latin => latin_byte(c).is_some() && naturalness::alone(c) > 11 * BIT,
        Reading::Gbk => {
            naturalness::alone(c) > 11 * BIT
                && next.is_none_or(|next| {
                    !naturalness::is_han(next) || naturalness::after(c, next) > 12 * BIT
                })
        }
    }
}

/// Whether what has been read since the run was last kept is better text than what stands there,
/// where anything in it is doubtful: clean text after a run may hold whole characters by chance.
fn is_better(
    text: &str,
    starts: &[usize],
    slots: &[Slot],
    kept: Option<(usize, usize, usize, usize)>,
    from: usize,
    at: usize,
) -> bool {
    let (count, end) = kept.map_or((0, from), |(count, _, end, _)| (count, end));
    let fresh = &slots[count..];
    let is_plain = |slot: &Slot| matches!(slot, Slot::Known(c) if c.is_ascii() || c.len_utf8() > 2);
    if fresh.iter().all(is_plain) {
        return true;
    }
    let mut before = match slots[..count].last() {
        Some(Slot::Known(c)) => *c,
        _ => '\n',
    };
    let mut read = 0;
    for slot in fresh {
        match slot {
            Slot::Known(c) => {
                read += naturalness::after(before, *c);
                before = *c;
            }
            Slot::OneOf(_) => (read, before) = (read + 12 * BIT, '\u{FFFD}'),
            Slot::Gone => (read, before) = (read + 22 * BIT, '\u{FFFD}'),
        }
    }
    read < naturalness::of(&text[starts[end]..starts[at]])
}

/// The character that begins with `lead`, and how many items it takes.
fn sequence(items: &[Item], at: usize, lead: u8, reading: Reading) -> (Slot, usize) {
    let wanted = match lead {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        _ => 3,
    };
    let mut bytes = [Some(lead), None, None, None];
    let mut used = 1;
    let mut is_whole = true;
    for slot in bytes.iter_mut().skip(1).take(wanted) {
        match items.get(at + used) {
            Some(&Item::Byte(byte @ 0x80..=0xBF)) => *slot = Some(byte),
            Some(Item::Space) if used >= 1 && wanted == 2 => *slot = Some(0xA0),
            Some(Item::Lost | Item::Query) => is_whole = false,
            _ => {
                // Left out without a mark.
                is_whole = false;
                break;
            }
        }
        used += 1;
    }
    let known: Vec<u8> = bytes
        .iter()
        .take_while(|byte| byte.is_some())
        .flatten()
        .copied()
        .collect();
    if is_whole {
        return match std::str::from_utf8(&known)
            .ok()
            .and_then(|s| s.chars().next())
        {
            Some(c) => (Slot::Known(c), used),
            None => (Slot::Gone, used),
        };
    }
    if wanted != 2 || used < 2 && known.len() < 2 {
        return (Slot::Gone, used);
    }
    // Of three bytes the middle or the last is missing; of Windows-1252, which loses only five
    // of them, also both.
    let next = match items.get(at + used) {
        Some(&Item::Byte(byte)) => Some(byte),
        _ => None,
    };
    let lasts = |middle: u8| {
        (0x80..=0xBF_u8)
            .filter(move |&last| may_be_lost(last, next, reading))
            .map(move |last| [lead, middle, last])
    };
    let found: Vec<[u8; 3]> = match (bytes[1], bytes[2]) {
        (Some(middle), None) => lasts(middle).collect(),
        (None, Some(last)) => (0x80..=0xBF_u8)
            .filter(|&middle| may_be_lost(middle, Some(last), reading))
            .map(|middle| [lead, middle, last])
            .collect(),
        (None, None) if reading == Reading::Latin && used == 3 => LOST_BY_1252
            .iter()
            .flat_map(|&middle| LOST_BY_1252.map(|last| [lead, middle, last]))
            .collect(),
        _ => return (Slot::Gone, used),
    };
    (one_of(&found), used)
}

fn one_of(found: &[[u8; 3]]) -> Slot {
    let chars: Vec<char> = found
        .iter()
        .filter_map(|bytes| std::str::from_utf8(bytes).ok())
        .filter_map(|s| s.chars().next())
        .filter(|&c| naturalness::alone(c) < 20 * BIT)
        .collect();
    if chars.is_empty() {
        Slot::Gone
    } else {
        Slot::OneOf(chars)
    }
}

/// Whether a decoder would have lost `byte` before `next`: it did so because the two are no
/// character of the code.
fn may_be_lost(byte: u8, next: Option<u8>, reading: Reading) -> bool {
    match reading {
        Reading::Latin => LOST_BY_1252.contains(&byte),
        Reading::Gbk => match next {
            None | Some(0..0x40) => true,
            Some(next) => match GBK.char(byte, next) {
                None => true,
                // GB18030 has private characters there, GBK nothing.
                Some(c) => ('\u{E000}'..='\u{F8FF}').contains(&c),
            },
        },
    }
}

/// How many items from `at` are bytes of characters that have lost their lead.
fn orphans(items: &[Item], at: usize) -> usize {
    items[at..]
        .iter()
        .take(3)
        .enumerate()
        .take_while(|&(n, item)| matches!(item, Item::Byte(0x80..=0xBF)) || n == 0)
        .count()
}

fn orphan_slot(items: &[Item], reading: Reading) -> Slot {
    match items {
        &[Item::Lost, Item::Byte(middle), Item::Byte(last)] if reading == Reading::Gbk => {
            let found: Vec<[u8; 3]> = (0xE2..=0xEF).map(|lead| [lead, middle, last]).collect();
            one_of(&found)
        }
        _ => Slot::Gone,
    }
}
