//! Which encoding are these bytes in? Candidates weighed by what their text costs.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use memchr::memmem;

use super::codec::Codec;
use super::naturalness::{self, BIT, Cost};

/// What a declaration is worth: some three wrong hanzi.
const DECLARED: Cost = 40 * BIT;
/// What chardetng's guess is worth.
const GUESSED: Cost = 14 * BIT;
/// What an encoding costs that Chinese files seldom have.
const FOREIGN: Cost = 12 * BIT;
/// Up to here a file's damage is weighed by the cheapest way through it.
const SHORT_BYTES: usize = 2048;
/// How much of a long file is weighed.
const SAMPLE_BYTES: usize = 32 * 1024;

/// A mark at the head of a file: its encoding, and how many bytes it takes.
pub(super) fn byte_order_mark(bytes: &[u8]) -> Option<(Codec, usize)> {
    const UTF32_LE: Codec = Codec::Utf32 { big_endian: false };
    let marks: [(&[u8], Codec); 6] = [
        (b"\xEF\xBB\xBF", Codec::Utf8),
        (b"\xFF\xFE\0\0", UTF32_LE),
        (b"\0\0\xFE\xFF", Codec::Utf32 { big_endian: true }),
        (b"\xFF\xFE", Codec::Utf16 { big_endian: false }),
        (b"\xFE\xFF", Codec::Utf16 { big_endian: true }),
        (b"\x84\x31\x95\x33", Codec::Gb18030),
    ];
    marks
        .into_iter()
        .filter(|&(mark, _)| bytes.starts_with(mark))
        // FF FE 00 00 is also UTF-16 of a NUL, but hardly of two.
        .find(|&(_, codec)| codec != UTF32_LE || bytes.get(6..8).is_none_or(|two| two == [0, 0]))
        .map(|(mark, codec)| (codec, mark.len()))
}

/// The encoding that explains the bytes best. `declared` and chardetng's guess are votes.
pub(super) fn detect(bytes: &[u8], declared: Option<&str>) -> Codec {
    let valid = std::str::from_utf8(bytes);
    if bytes.is_ascii() && !bytes.contains(&0) {
        return seven_bits(bytes);
    }
    if let Ok(text) = valid
        && !bytes.contains(&0)
        && is_surely_utf8(text)
    {
        return Codec::Utf8;
    }
    let declared = declared.and_then(named);
    let guessed = guess(bytes);
    let mut candidates = vec![
        (Codec::Utf8, 0),
        (Codec::Gb18030, 0),
        (Codec::Big5, 2 * BIT),
        (Codec::Cp1252, FOREIGN),
        (Codec::ShiftJis, FOREIGN),
        (Codec::EucJp, FOREIGN),
        (Codec::EucKr, FOREIGN),
        (Codec::Utf16 { big_endian: false }, FOREIGN),
        (Codec::Utf16 { big_endian: true }, FOREIGN),
        (Codec::Utf32 { big_endian: false }, FOREIGN),
        (Codec::Utf32 { big_endian: true }, FOREIGN),
    ];
    for vote in [declared, guessed].into_iter().flatten() {
        if !candidates.iter().any(|&(codec, _)| codec == vote) {
            candidates.push((vote, FOREIGN));
        }
    }
    let narrow = sample(bytes, true);
    let wide = sample(bytes, false);
    let cost = |&(codec, prior): &(Codec, Cost)| {
        let bytes = if codec.unit_bytes() == 1 {
            &narrow
        } else {
            &wide
        };
        // A short file may be out of step from its first byte on, without a bad one to show it.
        let is_short = bytes.len() <= SHORT_BYTES && matches!(codec, Codec::Gb18030 | Codec::Big5);
        let read = if is_short {
            codec.read_damaged(bytes)
        } else {
            codec.read(bytes)
        };
        let mut cost = prior + read.cost();
        if codec.unit_bytes() > 1 && narrow.len() != wide.len() {
            // The samples are of different bytes: compare them by the byte.
            cost = cost * narrow.len().max(1) as Cost / wide.len().max(1) as Cost;
        }
        if declared == Some(codec) {
            cost -= DECLARED;
        }
        if guessed == Some(codec) {
            cost -= GUESSED;
        }
        cost
    };
    candidates
        .iter()
        .map(|candidate| (cost(candidate), candidate.0))
        .min_by_key(|&(cost, _)| cost)
        .map_or(Codec::Utf8, |(_, codec)| codec)
}

/// Valid UTF-8 of any length is UTF-8, but for a few pairs of GBK that look like it: those give
/// letters of odd scripts, never hanzi.
fn is_surely_utf8(text: &str) -> bool {
    let mut high = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        high += 1;
        if c.len_utf8() > 2 || high > 24 {
            return true;
        }
    }
    high == 0
}

/// A file of seven-bit bytes: HZ and ISO-2022-JP hide characters there.
fn seven_bits(bytes: &[u8]) -> Codec {
    let plain = || Codec::Utf8.read(bytes).cost();
    if memmem::find(bytes, b"~{").is_some() && Codec::Hz.read(bytes).cost() < plain() {
        return Codec::Hz;
    }
    let jp = Codec::Other(encoding_rs::ISO_2022_JP);
    if memmem::find(bytes, b"\x1b$").is_some() && jp.read(bytes).cost() < plain() {
        return jp;
    }
    Codec::Utf8
}

fn guess(bytes: &[u8]) -> Option<Codec> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let head = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    detector.feed(head, head.len() == bytes.len());
    of(detector.guess(None, Utf8Detection::Allow))
}

/// The codec of a declared name, where it is known and can be true.
fn named(label: &str) -> Option<Codec> {
    let label = label.trim().trim_matches(['"', '\'']);
    match label.to_ascii_lowercase().as_str() {
        "hz" | "hz-gb-2312" => return Some(Codec::Hz),
        "utf-32le" | "utf-32-le" => return Some(Codec::Utf32 { big_endian: false }),
        "utf-32be" | "utf-32-be" => return Some(Codec::Utf32 { big_endian: true }),
        _ => {}
    }
    of(Encoding::for_label_no_replacement(label.as_bytes())?)
}

fn of(encoding: &'static Encoding) -> Option<Codec> {
    Some(match encoding.name() {
        "UTF-8" => Codec::Utf8,
        "gb18030" | "GBK" => Codec::Gb18030,
        "Big5" => Codec::Big5,
        "Shift_JIS" => Codec::ShiftJis,
        "EUC-JP" => Codec::EucJp,
        "EUC-KR" => Codec::EucKr,
        "windows-1252" => Codec::Cp1252,
        "UTF-16LE" => Codec::Utf16 { big_endian: false },
        "UTF-16BE" => Codec::Utf16 { big_endian: true },
        "x-user-defined" | "replacement" => return None,
        _ => Codec::Other(encoding),
    })
}

/// What is weighed of a long file: pieces from its head, middle and tail, of whole lines and
/// only those with bytes that tell encodings apart (`by_line`), or of whole code units.
fn sample(bytes: &[u8], by_line: bool) -> Vec<u8> {
    if bytes.len() <= SAMPLE_BYTES {
        return bytes.to_vec();
    }
    const PIECES: usize = 4;
    let mut out = Vec::with_capacity(SAMPLE_BYTES);
    for piece in 0..PIECES {
        let from = bytes.len() / PIECES * piece;
        let until = if piece + 1 == PIECES {
            bytes.len()
        } else {
            bytes.len() / PIECES * (piece + 1)
        };
        let full = SAMPLE_BYTES / PIECES * (piece + 1);
        if !by_line {
            let from = from / 4 * 4;
            out.extend(&bytes[from..until.min(from + SAMPLE_BYTES / PIECES)]);
            continue;
        }
        let mut rest = &bytes[from..until];
        if piece > 0 {
            let skip = memchr::memchr(b'\n', rest).map_or(0, |at| at + 1);
            rest = &rest[skip..];
        }
        for line in rest.split_inclusive(|&byte| byte == b'\n') {
            if out.len() >= full {
                break;
            }
            if !line.is_ascii() || line.contains(&0) {
                out.extend(&line[..line.len().min(full - out.len())]);
            }
        }
    }
    out
}

/// A line that reads badly in the encoding of its file: the encoding that reads it better, if
/// one does so without any loss.
pub(super) fn better_for_line(line: &[u8], main: Codec, cost: Cost) -> Option<(Codec, String)> {
    /// More than a hanzi by chance.
    const MARGIN: Cost = 18 * BIT;
    // What is no UTF-8 has that against it already; names of two rare hanzi may be left.
    let ceiling = if main == Codec::Utf8 { 15.0 } else { 12.5 };
    [Codec::Utf8, Codec::Gb18030, Codec::Big5, Codec::Cp1252]
        .into_iter()
        .filter(|&codec| codec != main)
        .filter_map(|codec| {
            let read = codec.read(line);
            let is_text = read.bad.is_empty()
                && !read.text.contains('\u{FFFD}')
                && naturalness::strangeness(&read.text) < ceiling;
            is_text.then(|| (read.cost(), codec, read.text))
        })
        .min_by_key(|&(cost, ..)| cost)
        .filter(|&(other, ..)| other + MARGIN < cost)
        .map(|(_, codec, text)| (codec, text))
}
