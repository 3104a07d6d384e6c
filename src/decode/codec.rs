//! Bytes → characters, one step at a time, so that every bad byte has its place.

use encoding_rs::{BIG5, Encoding};
use memchr::memmem;

use super::naturalness::{self, BIT, Cost};
use super::readers::{cp1252, hz, other, utf8, utf16, utf32};
use super::tables::{BIG5_PAIRS, EUC_JP_PAIRS, EUC_KR_PAIRS, GBK, Pairs, SHIFT_JIS_PAIRS};

/// What a bad byte costs beside natural text: about three wrong hanzi.
pub(super) const BAD_BYTE: Cost = 24 * BIT;

/// A way to read bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Codec {
    Utf8,
    Gb18030,
    Big5,
    Hz,
    Utf16 {
        big_endian: bool,
    },
    Utf32 {
        big_endian: bool,
    },
    Cp1252,
    ShiftJis,
    EucJp,
    EucKr,
    /// What only a vote or a declaration can bring in.
    Other(&'static Encoding),
}

/// Text and where bytes were none.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    /// (byte of `text` where its U+FFFD stands, byte of the file), ascending.
    pub(super) bad: Vec<(usize, usize)>,
}

impl Text {
    pub(super) fn push_bad(&mut self, at: usize) {
        self.bad.push((self.text.len(), at));
        self.text.push('\u{FFFD}');
    }

    /// What it costs: its text as natural text, and its bad bytes.
    pub(super) fn cost(&self) -> Cost {
        self.cost_within(Cost::MAX).unwrap_or(Cost::MAX)
    }

    /// The same; `None` where it is more than `limit`.
    pub(super) fn cost_within(&self, limit: Cost) -> Option<Cost> {
        let mut before = '\n';
        let mut sum = 0;
        for c in self.text.chars() {
            sum += if c == '\u{FFFD}' {
                BAD_BYTE
            } else {
                naturalness::after(before, c)
            };
            if sum > limit {
                return None;
            }
            before = c;
        }
        Some(sum)
    }
}

/// One step of reading.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// A character of so many bytes.
    Char(char, usize),
    /// Two characters of two bytes: four codes of Big5-HKSCS.
    Two(char, char),
    /// The byte is none.
    Bad,
}

impl Codec {
    /// The name that Python knows the encoding by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Big5 => "big5hkscs",
            Self::Hz => "hz",
            Self::Utf16 { big_endian: false } => "utf-16-le",
            Self::Utf16 { big_endian: true } => "utf-16-be",
            Self::Utf32 { big_endian: false } => "utf-32-le",
            Self::Utf32 { big_endian: true } => "utf-32-be",
            Self::Cp1252 => "cp1252",
            Self::ShiftJis => "cp932",
            Self::EucJp => "euc_jp",
            Self::EucKr => "cp949",
            Self::Other(encoding) => python_name(encoding.name()),
        }
    }

    /// Bytes of a code unit: a file of wide units has no byte `\n` to cut at.
    pub(super) fn unit_bytes(self) -> usize {
        match self {
            Self::Utf16 { .. } => 2,
            Self::Utf32 { .. } => 4,
            _ => 1,
        }
    }

    fn pairs(self) -> Option<&'static Pairs> {
        Some(match self {
            Self::Gb18030 => &GBK,
            Self::Big5 => &BIG5_PAIRS,
            Self::ShiftJis => &SHIFT_JIS_PAIRS,
            Self::EucJp => &EUC_JP_PAIRS,
            Self::EucKr => &EUC_KR_PAIRS,
            _ => return None,
        })
    }

    /// Reads the character at the head of `bytes`, which is not empty. Only for the double-byte
    /// codes, which keep no state.
    pub(super) fn step(self, bytes: &[u8]) -> Step {
        let lead = bytes[0];
        if lead < 0x80 {
            return Step::Char(char::from(lead), 1);
        }
        let trail = bytes.get(1).copied().unwrap_or(0);
        if let Some(pairs) = self.pairs()
            && let Some(c) = pairs.char(lead, trail)
        {
            return Step::Char(c, 2);
        }
        match self {
            Self::Gb18030 if (0x30..=0x39).contains(&trail) => four_bytes(bytes),
            Self::Big5 if matches!(trail, 0x40..=0x7E | 0xA1..=0xFE) => {
                let pair = &bytes[..bytes.len().min(2)];
                let (text, _, _) = BIG5.decode(pair);
                let mut each = text.chars();
                match (each.next(), each.next()) {
                    (Some(a), Some(b)) if a != '\u{FFFD}' && !b.is_ascii() => Step::Two(a, b),
                    (Some(a), None) if pair.len() == 2 && a != '\u{FFFD}' => Step::Char(a, 2),
                    _ => Step::Bad,
                }
            }
            Self::ShiftJis if (0xA1..=0xDF).contains(&lead) => Step::Char(
                char::from_u32(0xFF61 + u32::from(lead - 0xA1)).unwrap_or('\u{FFFD}'),
                1,
            ),
            Self::EucJp if lead == 0x8F => {
                let head = &bytes[..bytes.len().min(3)];
                let (text, had_errors) = encoding_rs::EUC_JP.decode_without_bom_handling(head);
                match text.chars().next() {
                    Some(c) if !had_errors && head.len() == 3 => Step::Char(c, 3),
                    _ => Step::Bad,
                }
            }
            _ => Step::Bad,
        }
    }

    /// Reads all bytes.
    pub(super) fn read(self, bytes: &[u8]) -> Text {
        match self {
            Self::Utf8 => utf8(bytes),
            Self::Hz => hz(bytes),
            Self::Utf16 { big_endian } => utf16(bytes, big_endian),
            Self::Utf32 { big_endian } => utf32(bytes, big_endian),
            Self::Cp1252 => cp1252(bytes),
            Self::Other(encoding) => other(bytes, encoding),
            _ => self.read_pairs(bytes),
        }
    }

    fn read_pairs(self, bytes: &[u8]) -> Text {
        if let Some(text) = self.read_whole(bytes) {
            return Text {
                text,
                bad: Vec::new(),
            };
        }
        let mut out = Text {
            text: String::with_capacity(bytes.len() + bytes.len() / 2),
            bad: Vec::new(),
        };
        let mut at = 0;
        while at < bytes.len() {
            match self.step(&bytes[at..]) {
                Step::Char(c, count) => {
                    out.text.push(c);
                    at += count;
                }
                Step::Two(a, b) => {
                    out.text.push(a);
                    out.text.push(b);
                    at += 2;
                }
                Step::Bad => {
                    out.push_bad(at);
                    at += 1;
                }
            }
        }
        out
    }

    /// Reads bytes that are characters from end to end, at the library's speed.
    fn read_whole(self, bytes: &[u8]) -> Option<String> {
        let encoding = match self {
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => BIG5,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::EucKr => encoding_rs::EUC_KR,
            _ => return None,
        };
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        // The library reads the bad byte 0x80 as the euro sign.
        let has_bad_byte = self == Self::Gb18030
            && bytes.contains(&0x80)
            && memmem::find(text.as_bytes(), "€".as_bytes()).is_some();
        (!has_bad_byte).then(|| text.into_owned())
    }

    /// Reads one damaged line: the cheapest way through it, where any byte may be a bad one. So a
    /// byte lost or gained spoils its own character and not the rest of the line.
    pub(super) fn read_damaged(self, line: &[u8]) -> Text {
        self.read_damaged_within(line, Cost::MAX)
            .unwrap_or_else(|| self.read(line))
    }

    /// The same; `None` where the cheapest way costs more than `limit`, if that is seen on the way.
    pub(super) fn read_damaged_within(self, line: &[u8], limit: Cost) -> Option<Text> {
        /// Where the cheapest way to a byte comes from.
        #[derive(Clone, Copy)]
        struct Way {
            cost: Cost,
            from: usize,
            last: char,
        }
        const LONGEST_BYTES: usize = 1 << 16;
        if self.pairs().is_none() || line.len() > LONGEST_BYTES {
            return Some(self.read(line));
        }
        let mut ways: Vec<Option<Way>> = vec![None; line.len() + 1];
        ways[0] = Some(Way {
            cost: 0,
            from: 0,
            last: '\n',
        });
        let offer = |to: &mut Option<Way>, way: Way| {
            if to.is_none_or(|best| way.cost < best.cost) {
                *to = Some(way);
            }
        };
        for at in 0..line.len() {
            let Some(way) = ways[at].filter(|way| way.cost <= limit) else {
                continue;
            };
            match self.step(&line[at..]) {
                Step::Char(c, count) => offer(
                    &mut ways[at + count],
                    Way {
                        cost: way.cost + naturalness::after(way.last, c),
                        from: at,
                        last: c,
                    },
                ),
                Step::Two(_, b) => offer(
                    &mut ways[at + 2],
                    Way {
                        cost: way.cost + 20 * BIT,
                        from: at,
                        last: b,
                    },
                ),
                Step::Bad => {}
            }
            if line[at] >= 0x80 {
                offer(
                    &mut ways[at + 1],
                    Way {
                        cost: way.cost + BAD_BYTE,
                        from: at,
                        last: '\u{FFFD}',
                    },
                );
            }
        }
        ways[line.len()]?;
        let mut cuts = Vec::new();
        let mut at = line.len();
        while at > 0 {
            cuts.push(at);
            at = ways[at].map_or(at - 1, |way| way.from);
        }
        let mut out = Text::default();
        for &end in cuts.iter().rev() {
            match self.step(&line[at..]) {
                Step::Char(c, count) if at + count == end => out.text.push(c),
                Step::Two(a, b) if at + 2 == end => out.text.extend([a, b]),
                _ => out.push_bad(at),
            }
            at = end;
        }
        Some(out)
    }
}

fn four_bytes(bytes: &[u8]) -> Step {
    let Some(four) = bytes.get(..4) else {
        return Step::Bad;
    };
    let (text, had_errors) = encoding_rs::GB18030.decode_without_bom_handling(four);
    let mut each = text.chars();
    match (each.next(), each.next()) {
        (Some(c), None) if !had_errors => Step::Char(c, 4),
        _ => Step::Bad,
    }
}

/// The name that Python knows one of WHATWG's encodings by.
fn python_name(name: &'static str) -> &'static str {
    match name {
        "windows-874" => "cp874",
        "windows-1250" => "cp1250",
        "windows-1251" => "cp1251",
        "windows-1252" => "cp1252",
        "windows-1253" => "cp1253",
        "windows-1254" => "cp1254",
        "windows-1255" => "cp1255",
        "windows-1256" => "cp1256",
        "windows-1257" => "cp1257",
        "windows-1258" => "cp1258",
        "KOI8-R" => "koi8-r",
        "KOI8-U" => "koi8-u",
        "IBM866" => "cp866",
        "macintosh" => "mac-roman",
        "x-mac-cyrillic" => "mac-cyrillic",
        "ISO-2022-JP" => "iso2022_jp",
        "ISO-8859-2" => "iso8859-2",
        "ISO-8859-3" => "iso8859-3",
        "ISO-8859-4" => "iso8859-4",
        "ISO-8859-5" => "iso8859-5",
        "ISO-8859-6" => "iso8859-6",
        "ISO-8859-7" => "iso8859-7",
        "ISO-8859-8" | "ISO-8859-8-I" => "iso8859-8",
        "ISO-8859-10" => "iso8859-10",
        "ISO-8859-13" => "iso8859-13",
        "ISO-8859-14" => "iso8859-14",
        "ISO-8859-15" => "iso8859-15",
        "ISO-8859-16" => "iso8859-16",
        "Shift_JIS" => "cp932",
        "EUC-JP" => "euc_jp",
        "EUC-KR" => "cp949",
        _ => "cp1252",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_byte_spoils_one_character() {
        // Without the first byte of 做.
        let (whole, _, _) = encoding_rs::GBK.encode("关于做好秋收工作");
        let mut bytes = whole.into_owned();
        bytes.remove(4);
        let read = Codec::Gb18030.read_damaged(&bytes);
        assert_eq!(read.text, "关于\u{FFFD}好秋收工作");
        assert_eq!(read.bad, [(6, 4)]);
    }

    #[test]
    fn hz_opens_and_closes() {
        assert_eq!(Codec::Hz.read(b"a~{VPND~}~~b").text, "a中文~b");
    }

    #[test]
    fn every_bad_byte_is_one_replacement() {
        let read = Codec::Utf8.read(b"\xE4\xB8a\xFF");
        assert_eq!(read.text, "\u{FFFD}\u{FFFD}a\u{FFFD}");
        assert_eq!(read.bad, [(0, 0), (3, 1), (7, 3)]);
    }
}
