//! What comes out of bytes of which some are lost: characters that are known, and places where
//! the neighbours choose.

use super::choose::most_natural;

/// The share from which a character that survives in part is restored: fifty to one.
const SURE: f64 = 0.98;

/// What comes out of some bytes.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    Known(char),
    /// Some of its bytes survive: it is one of these.
    OneOf(Vec<char>),
    Gone,
}

/// Text of the slots, with what cannot be known as U+FFFD; how many are lost, and how many were
/// settled by their neighbours.
///
/// What closes a bracket is no choice where none is open in `front`, the line before the run, or
/// in the run.
pub(super) fn settle(
    slots: &[Slot],
    front: &str,
    before: Option<char>,
    after: Option<char>,
) -> (String, usize, usize) {
    const OPENERS: [char; 6] = ['《', '【', '「', '『', '〈', '〔'];
    const CLOSERS: [char; 6] = ['》', '】', '」', '』', '〉', '〕'];
    let mut out = String::with_capacity(slots.len() * 3);
    let (mut lost, mut guessed) = (0, 0);
    let mut at = 0;
    while at < slots.len() {
        match &slots[at] {
            Slot::Known(c) => {
                out.push(*c);
                at += 1;
            }
            Slot::Gone => {
                out.push('\u{FFFD}');
                lost += 1;
                at += 1;
            }
            Slot::OneOf(_) => {
                let open: Vec<&[char]> = slots[at..]
                    .iter()
                    .map_while(|slot| match slot {
                        Slot::OneOf(chars) => Some(chars.as_slice()),
                        _ => None,
                    })
                    .collect();
                let next = match slots.get(at + open.len()) {
                    Some(Slot::Known(c)) => Some(*c),
                    Some(_) => None,
                    None => Some(after.unwrap_or('\n')),
                };
                let last = out.chars().next_back().or(before).unwrap_or('\n');
                let is_open = out.contains(OPENERS) || front.contains(OPENERS);
                let possible: Vec<Vec<char>> = open
                    .iter()
                    .map(|chars| {
                        let fits =
                            |c: &&char| !is_curious(**c) && (is_open || !CLOSERS.contains(c));
                        chars.iter().filter(fits).copied().collect()
                    })
                    .collect();
                let row: Vec<&[char]> = possible.iter().map(Vec::as_slice).collect();
                for choice in most_natural(&row, last, next, SURE) {
                    out.push(choice.unwrap_or('\u{FFFD}'));
                    lost += usize::from(choice.is_none());
                    guessed += usize::from(choice.is_some());
                }
                at += open.len();
            }
        }
    }
    (out, lost, guessed)
}

/// Signs of the block of Chinese punctuation that Chinese text does not write: the statistics know
/// them by their class alone, which makes too much of them.
fn is_curious(c: char) -> bool {
    matches!(c, '\u{3000}' | '\u{3003}' | '\u{3004}' | '\u{3006}' | '\u{3012}' | '\u{3013}' | '\u{3016}'..='\u{301c}' | '\u{301f}'..='\u{303f}')
}
