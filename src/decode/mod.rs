//! Which characters are these bytes? Bytes → text and what was lost on the way.
//!
//! Enters: the bytes of a file and what is declared about them. Leaves: text, the name of the
//! encoding, and a finding for every byte that was no character. It refuses to lose a document.
//! A text that was read wrongly before it came here is put right by [`run`], line by line.

mod charset;
mod codec;
#[allow(
    dead_code,
    reason = "the undoing of mojibake, which comes next, uses the rest"
)]
mod naturalness;
#[allow(
    dead_code,
    reason = "the undoing of mojibake, which comes next, uses the rest"
)]
mod tables;

use std::fmt::Write;

use self::codec::{Codec, Text};
use crate::config::DecodeSettings;
use crate::model::{ByteSpan, Draft, Facts, Finding, RuleDoc, RuleId};

const BAD_BYTE: RuleId = RuleId::new("decode/bad-byte");

/// The text of some bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text, without a leading BOM; U+FFFD where a byte was no character.
    pub text: String,
    /// Lower-case name of the encoding as Python knows it: `utf-8`, `gb18030`, `big5hkscs`,
    /// `utf-16-le`, … Of a file of several the one of most lines.
    pub encoding: &'static str,
    /// Every bad byte with its place in `text`.
    pub findings: Vec<Finding>,
}

/// Decodes the bytes of one text file. A byte order mark decides; valid UTF-8 is UTF-8; else the
/// encoding is the one whose text is most natural, with what is declared and chardetng's guess as
/// votes. Lines that are plainly of another encoding are read in that.
///
/// ```
/// use qingwen::config::DecodeSettings;
/// use qingwen::model::Facts;
/// let bytes = b"\xB9\xD8\xD3\xDA\xC7\xEF\xCA\xD5\xB5\xC4\xCD\xA8\xD6\xAA";
/// let decoded = qingwen::decode::decode(bytes, &Facts::default(), &DecodeSettings::default());
/// assert_eq!((decoded.text.as_str(), decoded.encoding), ("关于秋收的通知", "gb18030"));
/// ```
pub fn decode(bytes: &[u8], facts: &Facts, settings: &DecodeSettings) -> Decoded {
    let (codec, mark_bytes) = charset::byte_order_mark(bytes)
        .unwrap_or_else(|| (charset::detect(bytes, facts.declared_charset.as_deref()), 0));
    let body = &bytes[mark_bytes..];
    let read = match codec {
        Codec::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => Text {
                text: text.to_owned(),
                bad: Vec::new(),
            },
            Err(_) => by_line(codec, body),
        },
        Codec::Gb18030 | Codec::Big5 | Codec::ShiftJis | Codec::EucJp | Codec::EucKr => {
            by_line(codec, body)
        }
        _ => codec.read(body),
    };
    let findings = if settings.switches.is_on(BAD_BYTE, true) {
        read.bad
            .iter()
            .map(|&(at, byte)| bad_byte(at, body[byte]))
            .collect()
    } else {
        Vec::new()
    };
    Decoded {
        encoding: name(codec, body),
        text: read.text,
        findings,
    }
}

/// The encoding's name; of Big5's two kinds in Python the one that gives this very text.
fn name(codec: Codec, body: &[u8]) -> &'static str {
    if codec != Codec::Big5 {
        return codec.name();
    }
    let (mut differs, mut extended) = (false, false);
    let mut at = 0;
    while at < body.len() {
        let trail = body.get(at + 1).copied().unwrap_or(0);
        let pair = u16::from_be_bytes([body[at], trail]);
        if body[at] < 0x80 {
            at += 1;
            continue;
        }
        differs |= matches!(
            pair,
            0xA145
                | 0xA14E
                | 0xA1C2
                | 0xA1E3
                | 0xA1F2
                | 0xA1F3
                | 0xA241
                | 0xA242
                | 0xA244
                | 0xA246
                | 0xA247
        );
        extended |= matches!(pair, 0x8100..=0xA0FF | 0xC6A1..=0xC8FF | 0xF9D6..=0xFFFF);
        at += 2;
    }
    if differs && !extended {
        "cp950"
    } else {
        codec.name()
    }
}

fn bad_byte(at: usize, byte: u8) -> Finding {
    let mut raw_hex = String::with_capacity(2);
    let _ = write!(raw_hex, "{byte:02x}");
    Finding {
        span: ByteSpan::new(at, at + '\u{FFFD}'.len_utf8()),
        before: '\u{FFFD}'.to_string(),
        suggestion: None,
        rule: BAD_BYTE,
        confidence: 1.0,
        raw_hex: Some(raw_hex),
    }
}

/// Reads a file line by line: a line that reads badly is tried in other encodings, and a damaged
/// one is read by the cheapest way through it.
fn by_line(codec: Codec, body: &[u8]) -> Text {
    /// From here on a line is too strange to be taken as it is.
    const STRANGE: f32 = 12.0;
    let whole = codec.read(body);
    let mut out = Text {
        text: String::with_capacity(whole.text.len()),
        bad: Vec::new(),
    };
    let (mut text_at, mut bad_at, mut at) = (0, 0, 0);
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        // No candidate here has a character that holds the byte of a line end, so the lines of
        // the text are the lines of the bytes.
        let text = &whole.text[text_at..];
        let text =
            &text[..memchr::memchr(b'\n', text.as_bytes()).map_or(text.len(), |end| end + 1)];
        let bad = whole.bad[bad_at..]
            .iter()
            .take_while(|&&(place, _)| place < text_at + text.len())
            .count();
        let suspect = !line.is_ascii() && (bad > 0 || naturalness::strangeness(text) > STRANGE);
        if suspect {
            let read = codec.read_damaged(line);
            let cost = read.cost();
            let foreign = !matches!(codec, Codec::Utf8 | Codec::Gb18030 | Codec::Big5);
            if let Some((_, better)) = (bad > 0 || !foreign)
                .then(|| charset::better_for_line(line, codec, cost))
                .flatten()
            {
                out.text.push_str(&better);
            } else if bad > 0 {
                let base = out.text.len();
                out.text.push_str(&read.text);
                out.bad.extend(
                    read.bad
                        .iter()
                        .map(|&(place, byte)| (base + place, at + byte)),
                );
            } else {
                out.text.push_str(text);
            }
        } else {
            out.text.push_str(text);
        }
        text_at += text.len();
        bad_at += bad;
        at += line.len();
    }
    out
}

/// Undoes mojibake in a text, line by line.
pub fn run(draft: &mut Draft, settings: &DecodeSettings) {
    let _ = (draft, settings);
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    Vec::new()
}
