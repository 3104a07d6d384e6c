//! The charset that a page declares of itself.

use memchr::memmem;

/// How much of a page is searched, in bytes; browsers stop at the same place.
const PRESCAN_BYTES: usize = 4096;

/// The charset named by a `<meta>` tag (either form) or an XML declaration near the start of the
/// page, as written there; `None` where silent. It is a vote, not the truth.
///
/// ```
/// use qingwen::read::html::declared_charset;
/// let page = b"<html><meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">";
/// assert_eq!(declared_charset(page).as_deref(), Some("gb2312"));
/// ```
pub fn declared_charset(page: &[u8]) -> Option<String> {
    let head = page[..page.len().min(PRESCAN_BYTES)].to_ascii_lowercase();
    for key in [&b"charset"[..], b"encoding"] {
        for at in memmem::find_iter(&head, key) {
            let tag = head[..at].iter().rposition(|&byte| byte == b'<');
            let inside = tag.is_some_and(|open| {
                let tag = &head[open..at];
                !tag.contains(&b'>') && (tag.starts_with(b"<meta") || tag.starts_with(b"<?xml"))
            });
            if let Some(name) = inside.then(|| value(&head[at + key.len()..])).flatten() {
                return Some(name);
            }
        }
    }
    None
}

fn value(rest: &[u8]) -> Option<String> {
    let rest = rest
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or_else(|| rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let length = rest
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)))
        .unwrap_or(rest.len());
    (0 < length && length <= 40).then(|| String::from_utf8_lossy(&rest[..length]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::declared_charset;

    #[test]
    fn both_meta_forms_and_xml_are_read() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"<meta charset='GBK'>", Some("gbk")),
            (
                b"<META content=\"text/html; Charset = big5\" http-equiv=x>",
                Some("big5"),
            ),
            (
                b"<?xml version=\"1.0\" encoding=\"gb2312\"?>",
                Some("gb2312"),
            ),
            (b"<p>charset=gbk</p>", None),
            (b"<meta charset=>", None),
            (b"", None),
        ];
        for (page, want) in cases {
            assert_eq!(declared_charset(page).as_deref(), want);
        }
    }
}
