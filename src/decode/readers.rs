//! Codes that are not of one and two bytes, read from end to end.

use encoding_rs::{DecoderResult, Encoding};

use super::codec::Text;
use super::tables::GBK;

pub(super) fn utf8(bytes: &[u8]) -> Text {
    let mut out = Text {
        text: String::with_capacity(bytes.len()),
        bad: Vec::new(),
    };
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        out.text.push_str(chunk.valid());
        at += chunk.valid().len();
        for _ in chunk.invalid() {
            out.push_bad(at);
            at += 1;
        }
    }
    out
}

/// RFC 1843: `~{` opens pairs of seven-bit bytes, `~}` closes them, `~~` is `~`.
pub(super) fn hz(bytes: &[u8]) -> Text {
    let mut out = Text::default();
    let (mut at, mut in_pairs) = (0, false);
    while at < bytes.len() {
        let (byte, next) = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
        match (in_pairs, byte, next) {
            (false, b'~', b'{') => (in_pairs, at) = (true, at + 2),
            (true, b'~', b'}') => (in_pairs, at) = (false, at + 2),
            (false, b'~', b'~') => {
                out.text.push('~');
                at += 2;
            }
            (false, b'~', b'\n') => at += 2,
            (_, b'\n', _) => {
                out.text.push('\n');
                (in_pairs, at) = (false, at + 1);
            }
            (true, 0x21..=0x77, 0x21..=0x7E) if GBK.char(byte | 0x80, next | 0x80).is_some() => {
                out.text.extend(GBK.char(byte | 0x80, next | 0x80));
                at += 2;
            }
            (false, 0..=0x7F, _) if byte != b'~' => {
                out.text.push(char::from(byte));
                at += 1;
            }
            _ => {
                out.push_bad(at);
                at += 1;
            }
        }
    }
    out
}

pub(super) fn utf16(bytes: &[u8], big_endian: bool) -> Text {
    let mut out = Text {
        text: String::with_capacity(bytes.len() * 2),
        bad: Vec::new(),
    };
    let unit = |pair: &[u8]| {
        if big_endian {
            u16::from_be_bytes([pair[0], pair[1]])
        } else {
            u16::from_le_bytes([pair[0], pair[1]])
        }
    };
    let mut at = 0;
    while at + 1 < bytes.len() {
        let first = unit(&bytes[at..]);
        let second = bytes.get(at + 2..at + 4).map(unit);
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(c)) => {
                out.text.push(c);
                at += c.len_utf16() * 2;
            }
            _ => {
                out.push_bad(at);
                out.push_bad(at + 1);
                at += 2;
            }
        }
    }
    if at < bytes.len() {
        out.push_bad(at);
    }
    out
}

pub(super) fn utf32(bytes: &[u8], big_endian: bool) -> Text {
    let mut out = Text {
        text: String::with_capacity(bytes.len()),
        bad: Vec::new(),
    };
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at..at + 4).map(|four| {
            let four = [four[0], four[1], four[2], four[3]];
            if big_endian {
                u32::from_be_bytes(four)
            } else {
                u32::from_le_bytes(four)
            }
        });
        match code.and_then(char::from_u32) {
            Some(c) => out.text.push(c),
            None => (at..bytes.len().min(at + 4)).for_each(|bad| out.push_bad(bad)),
        }
        at += 4;
    }
    out
}

pub(super) fn cp1252(bytes: &[u8]) -> Text {
    let mut out = Text {
        text: String::with_capacity(bytes.len() + bytes.len() / 4),
        bad: Vec::new(),
    };
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            // Windows has no character there.
            0x81 | 0x8D | 0x8F | 0x90 | 0x9D => out.push_bad(at),
            0x80..=0x9F => {
                let byte = [byte];
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
                out.text.push_str(&text);
            }
            _ => out.text.push(char::from(byte)),
        }
    }
    out
}

/// Reads with one of `encoding_rs`'s own decoders.
pub(super) fn other(bytes: &[u8], encoding: &'static Encoding) -> Text {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = Text::default();
    let mut rest = bytes;
    let mut buffer = [0_u8; 4096];
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut buffer, true);
        let piece = std::str::from_utf8(&buffer[..written]).unwrap_or_default();
        out.text.push_str(piece);
        rest = &rest[read..];
        let at = bytes.len() - rest.len();
        match result {
            DecoderResult::InputEmpty => return out,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad_bytes, later_bytes) => {
                let end = at.saturating_sub(usize::from(later_bytes));
                (end.saturating_sub(usize::from(bad_bytes))..end).for_each(|bad| out.push_bad(bad));
            }
        }
    }
}
