//! Characters left in a text as escapes: `%E6%95%99`, `\u6559`, `&#25945;`, UTF-7.
//!
//! Only runs that spell natural Chinese are undone, and none in addresses, code and JSON.

use super::codec::Codec;
use super::naturalness;
use super::tables::GBK;

/// A run of escapes and what it spells.
#[derive(Debug, PartialEq)]
pub(super) struct Spelt {
    /// Bytes of the line.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

/// The runs of a line to undo.
pub(super) fn spelt(line: &str) -> Vec<Spelt> {
    let bytes = line.as_bytes();
    let mut out = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(next) = memchr::memchr3(b'%', b'&', b'\\', &bytes[at..])
        .into_iter()
        .chain(memchr::memchr(b'+', &bytes[at..]))
        .min()
    {
        let start = at + next;
        at = start + 1;
        let found = match bytes[start] {
            b'%' => percent(line, start),
            b'&' => entities(line, start),
            b'\\' => backslash(line, start),
            _ => utf7(line, start),
        };
        let Some((end, text)) = found else { continue };
        at = end;
        let is_code = *code.get_or_insert_with(|| looks_like_code(line));
        let is_quoted = line[..start].ends_with(['"', '\'', '`', '\\', '=']);
        if is_natural(&text) && !is_code && !is_quoted {
            out.push(Spelt { start, end, text });
        }
    }
    out
}

/// Two hanzi and more, that go together.
fn is_natural(text: &str) -> bool {
    let han = text.chars().filter(|&c| naturalness::is_han(c)).count();
    han >= 2 && naturalness::strangeness(text) < 12.0
}

fn looks_like_code(line: &str) -> bool {
    let has = |mark: &str| line.contains(mark);
    has("{")
        || has("}")
        || has("\":")
        || has(" = ")
        || has("();")
        || has("/>")
        || has("</")
        || has("=\"")
        || has("='")
        || has("//")
        || line.trim_end().ends_with([';', ',']) && has("=")
        || has("(\"")
        || has("('")
}

/// `%E6%95%99…`: UTF-8, else GBK.
fn percent(line: &str, start: usize) -> Option<(usize, String)> {
    let bytes = line.as_bytes();
    let mut raw = Vec::new();
    let (mut at, mut end) = (start, start);
    let mut high = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let pair = bytes.get(at + 1..at + 3)?;
            let Some(byte) = hex(pair) else { break };
            high += usize::from(byte >= 0x80);
            raw.push(byte as u8);
            at += 3;
            end = at;
        } else if high > 0 && bytes[at].is_ascii_alphanumeric() && bytes.get(at + 1) == Some(&b'%')
        {
            // GBK's second byte may be a letter, which needs no escape.
            raw.push(bytes[at]);
            at += 1;
        } else {
            break;
        }
    }
    if high < 4 {
        return None;
    }
    // Inside an address the escapes are right.
    let token_start = line[..start]
        .rfind(|c: char| c.is_whitespace() || !c.is_ascii())
        .map_or(0, |at| {
            at + line[at..].chars().next().map_or(1, char::len_utf8)
        });
    let token_end = line[end..]
        .find(|c: char| c.is_whitespace() || !c.is_ascii())
        .map_or(line.len(), |at| end + at);
    let outside = |part: &str| {
        part.contains(['/', '?', '=', '&', '\\', '<', '"', '@', ':', '#']) || part.contains("www.")
    };
    if outside(&line[token_start..start]) || outside(&line[end..token_end]) {
        return None;
    }
    let text = match String::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => {
            let read = Codec::Gb18030.read(error.as_bytes());
            read.bad.is_empty().then_some(read.text)?
        }
    };
    Some((end, text))
}

/// `\u6559\u80b2`, at least two.
fn backslash(line: &str, start: usize) -> Option<(usize, String)> {
    let bytes = line.as_bytes();
    let mut units = Vec::new();
    let mut at = start;
    while bytes.get(at) == Some(&b'\\')
        && bytes.get(at + 1) == Some(&b'u')
        && let Some(four) = bytes.get(at + 2..at + 6)
        && let Some(unit) = hex(four)
    {
        units.push(unit as u16);
        at += 6;
    }
    (units.len() >= 2).then_some(())?;
    Some((at, String::from_utf16(&units).ok()?))
}

/// `&#25945;&#x80b2;`, at least two, also with their `&` escaped once more.
fn entities(line: &str, start: usize) -> Option<(usize, String)> {
    let mut text = String::new();
    let mut at = start;
    loop {
        let rest = &line[at..];
        let Some(body) = rest
            .strip_prefix("&#")
            .or_else(|| rest.strip_prefix("&amp;#"))
        else {
            break;
        };
        let Some(length) = body
            .as_bytes()
            .iter()
            .take(9)
            .position(|&byte| byte == b';')
        else {
            break;
        };
        let digits = &body[..length];
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        };
        let Some(c) = code.and_then(char::from_u32).filter(|&c| c >= '\u{80}') else {
            break;
        };
        text.push(c);
        at += rest.len() - body.len() + length + 1;
    }
    (text.chars().nth(1).is_some()).then_some((at, text))
}

/// `+ZVmAsg-`: UTF-16 in base64, between `+` and `-`.
fn utf7(line: &str, start: usize) -> Option<(usize, String)> {
    let body = &line.as_bytes()[start + 1..];
    let length = body
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/'))
        .unwrap_or(body.len());
    if length < 8 || body.get(length) != Some(&b'-') {
        return None;
    }
    let mut units = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for &byte in &body[..length] {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count & 0xFFFF) as u16);
            bits &= (1 << count) - 1;
        }
    }
    if count >= 6 || bits != 0 {
        return None;
    }
    let text = String::from_utf16(&units).ok()?;
    let common = text
        .chars()
        .all(|c| !c.is_ascii() && (!naturalness::is_han(c) || GBK.bytes(c).is_some()));
    (common && units.len() >= 3).then_some((start + length + 2, text))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| {
        Some(sum << 4 | char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(line: &str) -> String {
        let mut out = line.to_owned();
        for run in spelt(line).into_iter().rev() {
            out.replace_range(run.start..run.end, &run.text);
        }
        out
    }

    #[test]
    fn escapes_in_prose_are_spelt_out() {
        assert_eq!(undone("主题：%E6%95%99%E8%82%B2通知"), "主题：教育通知");
        assert_eq!(undone("主题：%BD%CC%D3%FD"), "主题：教育");
        assert_eq!(undone("\\u6559\\u80b2部门"), "教育部门");
        assert_eq!(undone("&#25945;&#x80b2;部门"), "教育部门");
        assert_eq!(undone("+ZVmAspDoleg- 的通知"), "教育部门 的通知");
    }

    #[test]
    fn addresses_and_code_keep_theirs() {
        for line in [
            "https://example.cn/%E6%95%99%E8%82%B2",
            "q=%E6%95%99%E8%82%B2",
            "{\"a\": \"\\u6559\\u80b2\"}",
            "s = '\\u6559\\u80b2'",
            "+8613912345678-1",
            "写作 \"&#25945;&#32946;\" 的形式",
        ] {
            assert_eq!(undone(line), line);
        }
    }
}
