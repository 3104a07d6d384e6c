//! The double-byte codes both ways, as tables made once from `encoding_rs`.

use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

/// A code of one and two bytes.
pub(super) struct Pairs {
    /// By lead and trail; 0 where there is no character, or not one in the BMP alone.
    chars: Vec<u16>,
    /// By BMP code point; 0 where there is no pair.
    bytes: Vec<u16>,
}

impl Pairs {
    fn of(encoding: &'static Encoding) -> Self {
        let mut chars = vec![0_u16; 0x1_0000];
        let mut bytes = vec![0_u16; 0x1_0000];
        for lead in 0x81..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                let both = [lead, trail];
                let (text, had_errors) = encoding.decode_without_bom_handling(&both);
                let mut each = text.chars();
                let (Some(c), None) = (each.next(), each.next()) else {
                    continue;
                };
                let Ok(code) = u16::try_from(u32::from(c)) else {
                    continue;
                };
                if had_errors || code < 0x80 {
                    continue;
                }
                let key = u16::from_be_bytes([lead, trail]);
                chars[usize::from(key)] = code;
                if bytes[usize::from(code)] == 0 {
                    bytes[usize::from(code)] = key;
                }
            }
        }
        Self { chars, bytes }
    }

    /// The character of a pair of bytes.
    pub(super) fn char(&self, lead: u8, trail: u8) -> Option<char> {
        match self.chars[usize::from(u16::from_be_bytes([lead, trail]))] {
            0 => None,
            code => char::from_u32(u32::from(code)),
        }
    }

    /// The pair of bytes of a character.
    pub(super) fn bytes(&self, c: char) -> Option<[u8; 2]> {
        let key = *self.bytes.get(c as usize)?;
        (key != 0).then(|| key.to_be_bytes())
    }
}

/// GBK with the user-defined areas of GB18030.
pub(super) static GBK: LazyLock<Pairs> = LazyLock::new(|| {
    let mut pairs = Pairs::of(GB18030);
    // Other tables of the same code know these by other characters.
    // The private characters are those that GB18030 had before 2022.
    let before_2022 = (0xE78D..=0xE793)
        .zip(0xA6D9..)
        .chain((0xE794..=0xE795).zip(0xA6EC..));
    for (code, key) in before_2022.chain([
        (0x30FB_usize, 0xA1A4),
        (0x2015, 0xA1AA),
        (0xE7C7, 0xA8BC),
        (0xE796, 0xA6F3),
        (0xE81E, 0xFE59),
        (0xE826, 0xFE61),
        (0xE82B, 0xFE66),
        (0xE82C, 0xFE67),
        (0xE832, 0xFE6D),
        (0xE843, 0xFE7E),
        (0xE854, 0xFE90),
        (0xE864, 0xFEA0),
    ]) {
        if pairs.bytes[code] == 0 {
            pairs.bytes[code] = key;
        }
    }
    pairs
});
/// Big5 with HKSCS, as WHATWG has it.
pub(super) static BIG5_PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(BIG5));
/// EUC-JP's two-byte part.
pub(super) static EUC_JP_PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(EUC_JP));
/// EUC-KR with the extension of code page 949.
pub(super) static EUC_KR_PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(EUC_KR));
/// Shift_JIS with the extension of code page 932.
pub(super) static SHIFT_JIS_PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(SHIFT_JIS));

/// The characters that Windows-1252 has at 0x80–0x9F; 0 where it has none.
const CP1252: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

/// The bytes of the characters up to U+2122 under Latin-1 or Windows-1252; 0 where there is none.
static LATIN: [u8; 0x2123] = {
    let mut bytes = [0; 0x2123];
    let mut code = 1;
    while code < 0x100 {
        bytes[code] = code as u8;
        code += 1;
    }
    let mut at = 0;
    while at < CP1252.len() {
        if CP1252[at] != 0 {
            bytes[CP1252[at] as usize] = 0x80 + at as u8;
        }
        at += 1;
    }
    bytes
};

/// The byte of a character under Latin-1 or Windows-1252.
pub(super) fn latin_byte(c: char) -> Option<u8> {
    match LATIN.get(c as usize) {
        Some(0) if c != '\0' => None,
        byte => byte.copied(),
    }
}

/// The byte of a character under ISO-8859-15, which has eight letters where Latin-1 has signs.
pub(super) fn latin9_byte(c: char) -> Option<u8> {
    Some(match c {
        '€' => 0xA4,
        'Š' => 0xA6,
        'š' => 0xA8,
        'Ž' => 0xB4,
        'ž' => 0xB8,
        'Œ' => 0xBC,
        'œ' => 0xBD,
        'Ÿ' => 0xBE,
        _ => return latin_byte(c),
    })
}

/// The bytes of a character under GB18030: how many, and which.
pub(super) fn gb18030_bytes(c: char) -> Option<([u8; 4], usize)> {
    if c.is_ascii() {
        return Some(([c as u8, 0, 0, 0], 1));
    }
    if let Some([lead, trail]) = GBK.bytes(c) {
        return Some(([lead, trail, 0, 0], 2));
    }
    let mut one = [0; 4];
    let (bytes, _, unmappable) = GB18030.encode(c.encode_utf8(&mut one));
    let mut out = [0; 4];
    if unmappable || bytes.len() > 4 {
        return None;
    }
    out[..bytes.len()].copy_from_slice(&bytes);
    Some((out, bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(GBK.bytes('教'), Some([0xBD, 0xCC]));
        assert_eq!(GBK.char(0xBD, 0xCC), Some('教'));
        assert_eq!(BIG5_PAIRS.bytes('中'), Some([0xA4, 0xA4]));
        assert_eq!(latin_byte('“'), Some(0x93));
        assert_eq!(latin_byte('中'), None);
        assert_eq!(gb18030_bytes('𠀀').map(|(_, count)| count), Some(4));
    }
}
