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
/// How much is, where that already decides.
const HEAD_BYTES: usize = 4 * 1024;
/// Bits a character that Chinese text stays below.
const NATURAL: f32 = 12.0;
/// By how much it decides: ten times what the votes could bring.
const CLEAR: Cost = 600 * BIT;

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
    if let Some(codec) = plain_chinese(bytes, declared) {
        return codec;
    }
    let votes = Votes {
        declared,
        guessed: guess(bytes),
    };
    let sample = Sample {
        may_be_out_of_step: true,
        ..Sample::of(bytes, SAMPLE_BYTES)
    };
    votes.best(&sample, 0).0
}

/// The encoding of bytes that a small sample already tells: natural Chinese in one encoding, and
/// nothing like it in any other.
fn plain_chinese(bytes: &[u8], declared: Option<Codec>) -> Option<Codec> {
    let votes = Votes {
        declared,
        guessed: None,
    };
    let head = Sample::of(bytes, HEAD_BYTES);
    let (codec, is_clear) = votes.best(&head, CLEAR);
    // What chardetng's guess alone could bring in is no better than natural Chinese.
    (is_clear
        && matches!(codec, Codec::Utf8 | Codec::Gb18030 | Codec::Big5)
        && naturalness::strangeness(&codec.read(&head.narrow).text) < NATURAL)
        .then_some(codec)
}

/// The bytes that are weighed.
struct Sample {
    /// Whether a short one is weighed by the cheapest way through it.
    may_be_out_of_step: bool,
    /// For codes of single bytes: pieces of lines.
    narrow: Vec<u8>,
    /// For codes of units of two and four bytes.
    wide: Vec<u8>,
}

impl Sample {
    fn of(bytes: &[u8], most_bytes: usize) -> Self {
        Self {
            may_be_out_of_step: false,
            narrow: sample(bytes, true, most_bytes),
            wide: sample(bytes, false, most_bytes),
        }
    }
}

/// What speaks for an encoding besides its text.
struct Votes {
    declared: Option<Codec>,
    guessed: Option<Codec>,
}

/// An encoding to weigh.
#[derive(Clone, Copy)]
struct Candidate {
    codec: Codec,
    /// What it costs before its text is looked at.
    prior: Cost,
    /// What the votes take off.
    credit: Cost,
}

impl Votes {
    fn candidates(&self) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = [
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
        ]
        .into_iter()
        .map(|(codec, prior)| Candidate {
            codec,
            prior,
            credit: 0,
        })
        .collect();
        for (vote, worth) in [(self.declared, DECLARED), (self.guessed, GUESSED)] {
            let Some(codec) = vote else { continue };
            match all.iter_mut().find(|candidate| candidate.codec == codec) {
                Some(candidate) => candidate.credit += worth,
                None => all.push(Candidate {
                    codec,
                    prior: FOREIGN,
                    credit: worth,
                }),
            }
        }
        all
    }

    /// The encoding that explains a sample best, and whether all others cost more by over
    /// `margin`. An encoding is weighed no further than it takes to know that.
    fn best(&self, sample: &Sample, margin: Cost) -> (Codec, bool) {
        let candidates = self.candidates();
        // What is likely comes first, so that the rest is given up early; the answer is the same.
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&at| {
            let Candidate {
                codec,
                prior,
                credit,
            } = candidates[at];
            (prior - credit, codec != Codec::Gb18030)
        });
        let mut costs: Vec<(Cost, usize)> = Vec::with_capacity(order.len());
        for at in order {
            let least = costs.iter().map(|&(cost, _)| cost).min();
            let limit = least.map_or(Cost::MAX, |least| least.saturating_add(margin));
            if let Some(cost) = cost_within(candidates[at], sample, limit) {
                costs.push((cost, at));
            }
        }
        costs.sort_unstable();
        match costs[..] {
            [] => (Codec::Utf8, false),
            [(_, at)] => (candidates[at].codec, true),
            [(first, at), (second, _), ..] => (candidates[at].codec, second > first + margin),
        }
    }
}

/// What a sample costs in an encoding, votes included; `None` where that is more than `limit`.
fn cost_within(candidate: Candidate, sample: &Sample, limit: Cost) -> Option<Cost> {
    let Candidate {
        codec,
        prior,
        credit,
    } = candidate;
    let is_wide = codec.unit_bytes() > 1;
    let bytes = if is_wide {
        &sample.wide
    } else {
        &sample.narrow
    };
    // The samples are of different bytes: compare them by the byte.
    let (to, from) = if is_wide {
        (sample.narrow.len().max(1), sample.wide.len().max(1))
    } else {
        (1, 1)
    };
    let (to, from) = (to as Cost, from as Cost);
    // Rounded up: who stays below in the end stays below on the way.
    let scaled = limit.saturating_add(credit + 1).saturating_mul(from) / to;
    let on_the_way = scaled.saturating_add(1);
    // A short file may be out of step from its first byte on, without a bad one to show it.
    let is_short = sample.may_be_out_of_step
        && bytes.len() <= SHORT_BYTES
        && matches!(codec, Codec::Gb18030 | Codec::Big5);
    let read = if is_short {
        codec.read_damaged_within(bytes, on_the_way)?
    } else {
        codec.read(bytes)
    };
    let cost = (prior + read.cost_within(on_the_way)?) * to / from - credit;
    (cost <= limit).then_some(cost)
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
fn sample(bytes: &[u8], by_line: bool, most_bytes: usize) -> Vec<u8> {
    if bytes.len() <= most_bytes {
        return bytes.to_vec();
    }
    const PIECES: usize = 4;
    let mut out = Vec::with_capacity(most_bytes);
    for piece in 0..PIECES {
        let from = bytes.len() / PIECES * piece;
        let until = if piece + 1 == PIECES {
            bytes.len()
        } else {
            bytes.len() / PIECES * (piece + 1)
        };
        let full = most_bytes / PIECES * (piece + 1);
        if !by_line {
            let from = from / 4 * 4;
            out.extend(&bytes[from..until.min(from + most_bytes / PIECES)]);
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
#[cfg(test)]
mod tests {
    use super::*;

    const SAY: &str = "各乡镇人民政府：为确保秋粮颗粒归仓，现将截至10月8日的有关事项通知如下。\n";

    /// Weighing with limits gives what weighing everything to its end gives.
    #[test]
    fn giving_up_early_changes_no_answer() {
        let votes = Votes {
            declared: Some(Codec::Cp1252),
            guessed: Some(Codec::EucKr),
        };
        for codec in [encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::UTF_8] {
            for lines in [1, 30, 500] {
                let text = SAY.repeat(lines);
                let mut bytes = codec.encode(&text).0.into_owned();
                let middle = bytes.len() / 2;
                bytes.remove(middle);
                let sample = Sample {
                    may_be_out_of_step: true,
                    ..Sample::of(&bytes, SAMPLE_BYTES)
                };
                let candidates = votes.candidates();
                let whole = candidates
                    .iter()
                    .filter_map(|&candidate| {
                        Some((cost_within(candidate, &sample, Cost::MAX)?, candidate.codec))
                    })
                    .min_by_key(|&(cost, _)| cost);
                assert_eq!(
                    whole.map(|(_, codec)| codec),
                    Some(votes.best(&sample, 0).0)
                );
            }
        }
    }

    #[test]
    fn a_head_decides_only_for_natural_chinese() {
        // The guess alone brings in the encodings of other scripts.
        let text = "Порядок проведения конкурса утверждён администрацией района.\n".repeat(200);
        let bytes = encoding_rs::WINDOWS_1251.encode(&text).0;
        assert_eq!(detect(&bytes, None).name(), "cp1251");
        let bytes = encoding_rs::GB18030.encode(&SAY.repeat(200)).0.into_owned();
        assert_eq!(detect(&bytes, Some("iso-8859-1")), Codec::Gb18030);
    }
}
