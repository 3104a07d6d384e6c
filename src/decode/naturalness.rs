//! How surprising is a text? Bits per character under statistics of Chinese, simplified and
//! traditional, with the other scripts by class.
//!
//! The table is made by `scripts/make-decode-tables`, which names its sources. A character costs
//! what its pair with the one before costs, where the table holds the pair, else what it costs
//! alone. Costs are eighths of a bit, so that sums are exact whatever the order.

use crate::model::{alone_eighths, are_neighbours, pair_eighths};

/// Eighths of a bit.
pub(super) type Cost = i64;
/// One bit.
pub(super) const BIT: Cost = 8;

/// What a character costs without neighbours.
pub(super) fn alone(c: char) -> Cost {
    if let Some(cost) = alone_eighths(c) {
        return cost;
    }
    match u32::from(c) {
        0x1_F300..=0x1_FAFF => 14 * BIT,
        0x2_0000..=0x3_FFFF => 25 * BIT,
        0x1_D400..=0x1_D7FF => 16 * BIT,
        _ => 26 * BIT,
    }
}

/// Whether clean text has the two characters of the BMP side by side often enough to be listed.
pub(super) fn are_known(before: u16, c: u16) -> bool {
    let char = |code: u16| char::from_u32(u32::from(code));
    matches!((char(before), char(c)), (Some(before), Some(c)) if are_neighbours(before, c))
}

/// What a character costs after another.
pub(super) fn after(before: char, c: char) -> Cost {
    if before == c {
        // Rules, dots and stutter: what stands twice may stand often.
        return alone(c).min(5 * BIT);
    }
    if before.is_ascii() && c.is_ascii() {
        return alone(c);
    }
    if u32::from(before) < 0x1_0000
        && u32::from(c) < 0x1_0000
        && let Some(cost) = pair_eighths(before, c)
    {
        return cost;
    }
    let (was, is) = (script(before), script(c));
    let bits = alone(c);
    match is {
        Script::Han if was == Script::Han => bits + BIT,
        Script::Han | Script::Other => bits,
        Script::Latin if before.is_ascii_alphabetic() => (bits - 3 * BIT).max(6 * BIT),
        Script::Latin => bits,
        _ if is == was => (bits - 3 * BIT).max(6 * BIT),
        _ => bits,
    }
}

/// What a text costs in all.
pub(super) fn of(text: &str) -> Cost {
    let mut before = '\n';
    text.chars()
        .map(|c| {
            let cost = after(before, c);
            before = c;
            cost
        })
        .sum()
}

/// Whether a line is surely less strange than so many bits a character, told without its pairs:
/// no character costs more than a bit beyond what it costs alone.
pub(super) fn is_surely_below(text: &str, bits: Cost) -> bool {
    let (mut sum, mut chars) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}') {
        sum += alone(c) + BIT;
        chars += 1;
    }
    sum <= bits * BIT * chars
}

/// What a line costs in bits a character, over the characters that are neither ASCII nor lost; 0
/// where there are none.
pub(super) fn strangeness(text: &str) -> f32 {
    let (mut bits, mut chars) = (0, 0);
    let mut before = '\n';
    for c in text.chars() {
        if !c.is_ascii() && c != '\u{FFFD}' {
            bits += after(before, c);
            chars += 1;
        }
        before = c;
    }
    if chars == 0 {
        0.0
    } else {
        bits as f32 / (BIT * chars) as f32
    }
}

/// Whether some stretch of a line is too strange to be clean Chinese: five characters in a row
/// that cost eleven bits each. Text of another double-byte code has them from end to end.
pub(super) fn is_rough(line: &str) -> bool {
    const WINDOW: usize = 5;
    const LEAST: Cost = 11 * BIT * WINDOW as Cost;
    let mut costs = [0; WINDOW];
    let (mut sum, mut count) = (0, 0);
    let mut before = '\n';
    for c in line.chars() {
        if u32::from(c) >= 0x2E80 {
            let slot = &mut costs[count % WINDOW];
            let cost = after(before, c);
            sum += cost - std::mem::replace(slot, cost);
            count += 1;
            if sum >= LEAST {
                return true;
            }
        }
        before = c;
    }
    (1..WINDOW).contains(&count)
}

/// Scripts that keep to themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Kana,
    Hangul,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Thai,
    HalfKana,
    Box,
    Other,
}

fn script(c: char) -> Script {
    match u32::from(c) {
        0x3400..0xA000 | 0xF900..0xFB00 | 0x3005 | 0x3007 | 0x2_0000..0x4_0000 => Script::Han,
        0x3041..0x3100 => Script::Kana,
        0xAC00..0xD7A4 | 0x1100..0x1200 | 0x3131..0x318F => Script::Hangul,
        0xC0..0x250 | 0x1E00..0x1F00 => Script::Latin,
        0x370..0x400 | 0x1F00..0x2000 => Script::Greek,
        0x400..0x530 => Script::Cyrillic,
        0x590..0x600 => Script::Hebrew,
        0x600..0x780 => Script::Arabic,
        0xE00..0xE80 => Script::Thai,
        0xFF61..0xFFA0 => Script::HalfKana,
        0x2500..0x25A0 => Script::Box,
        _ => Script::Other,
    }
}

/// Whether a character is a hanzi.
pub(super) fn is_han(c: char) -> bool {
    script(c) == Script::Han
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_natural_and_mojibake_is_not() {
        for text in [
            "教育部门的通知",
            "关于做好秋收工作的意见",
            "關於加強基層工作的意見",
        ] {
            assert!(strangeness(text) < 10.5, "{text} {}", strangeness(text));
        }
        for text in ["鏁欒偛閮ㄩ棬鐨勯€氱煡", "笢恅趼睫", "ÖÐ¹úÈËÃñ"] {
            assert!(strangeness(text) > 12.0, "{text} {}", strangeness(text));
        }
    }
}
