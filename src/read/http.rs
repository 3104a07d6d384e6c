//! An HTTP response as an archive holds it.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

/// A body may unpack to so many bytes.
const BODY_BYTES: u64 = 256 << 20;

/// What a response carries.
pub(super) struct Payload {
    pub(super) status: Option<u16>,
    pub(super) content_type: String,
    /// Without chunk lengths, unpacked.
    pub(super) body: Vec<u8>,
}

/// Reads status, headers and body of a response (RFC 9112), chunked and gzip or deflate undone.
/// Archives often say `chunked` or `gzip` of bodies that were unpacked before they were stored:
/// such a body is taken as it is.
pub(super) fn response(block: &[u8]) -> Result<Payload, String> {
    let mut headers = [httparse::EMPTY_HEADER; 256];
    let mut response = httparse::Response::new(&mut headers);
    let config = {
        let mut config = httparse::ParserConfig::default();
        config.allow_spaces_after_header_name_in_responses(true);
        config.ignore_invalid_headers_in_responses(true);
        config
    };
    let start = match config.parse_response(&mut response, block) {
        Ok(httparse::Status::Complete(start)) => start,
        Ok(httparse::Status::Partial) => return Err("the HTTP header has no end".into()),
        Err(error) => return Err(format!("no HTTP response: {error}")),
    };
    let value = |name: &str| {
        let header = response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(
            String::from_utf8_lossy(header.value)
                .trim()
                .to_ascii_lowercase(),
        )
    };
    let mut body = block[start..].to_vec();
    if value("transfer-encoding").is_some_and(|value| value.contains("chunked"))
        && let Some(whole) = without_chunks(&body)
    {
        body = whole;
    }
    match value("content-encoding").as_deref() {
        Some("gzip" | "x-gzip") if body.starts_with(&[0x1f, 0x8b]) => {
            body = unpack(MultiGzDecoder::new(&body[..]))?;
        }
        Some("deflate") => {
            if let Ok(plain) = unpack(ZlibDecoder::new(&body[..])) {
                body = plain;
            }
        }
        Some("br" | "zstd") if std::str::from_utf8(&body[..body.len().min(64)]).is_err() => {
            return Err(
                "its Content-Encoding is not gzip or deflate: unpack the archive first".into(),
            );
        }
        _ => {}
    }
    Ok(Payload {
        status: response.code,
        content_type: value("content-type").unwrap_or_default(),
        body,
    })
}

fn unpack(read: impl Read) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let count = read
        .take(BODY_BYTES + 1)
        .read_to_end(&mut plain)
        .map_err(|error| format!("its packed body breaks off: {error}"))?;
    if count as u64 > BODY_BYTES {
        return Err(format!("its body unpacks to more than {BODY_BYTES} bytes"));
    }
    Ok(plain)
}

/// The body behind chunk lengths; none where it is not so written.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = memchr::memchr(b'\n', &rest[..rest.len().min(256)])?;
        let size = std::str::from_utf8(rest[..end].trim_ascii()).ok()?;
        let size = size.split(';').next().unwrap_or(size).trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        // A capture that was cut short ends inside its last chunk.
        whole.extend_from_slice(&rest[..size.min(rest.len())]);
        rest = rest.get(size..).unwrap_or_default();
        rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
        if rest.is_empty() {
            return Some(whole);
        }
    }
}

/// Media type in lower case, and the charset parameter.
pub(super) fn media_type(content_type: &str) -> (String, Option<String>) {
    let mut parts = content_type.split(';');
    let media = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (media, charset)
}

/// Host of an address, without port and user, in lower case.
pub(super) fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty() && host.contains('.')).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_and_packing_are_undone() {
        let page = "<p>通知</p>".as_bytes();
        let mut chunked = format!("{:x}\r\n", page.len()).into_bytes();
        chunked.extend_from_slice(page);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        let mut block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=GBK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        block.extend_from_slice(&chunked);
        let payload = response(&block).unwrap();
        assert_eq!((payload.status, payload.body.as_slice()), (Some(200), page));
        assert_eq!(
            media_type(&payload.content_type),
            ("text/html".into(), Some("gbk".into()))
        );
    }

    #[test]
    fn a_body_that_was_unpacked_before_is_taken_as_it_is() {
        let block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n<p>x</p>";
        assert_eq!(response(block).unwrap().body, b"<p>x</p>");
    }

    #[test]
    fn hosts_are_read_from_addresses() {
        assert_eq!(
            host("https://user@News.Example.com:8080/a?b").as_deref(),
            Some("news.example.com")
        );
        assert_eq!(host("file"), None);
    }
}
