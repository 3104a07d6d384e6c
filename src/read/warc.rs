//! `.warc`, `.wet`: crawl archives (ISO 28500). Responses, resources and conversions that hold
//! HTML or text are records; requests, metadata and other media types are none.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};
use warc::{RawRecordHeader, WarcHeader, WarcReader};

use super::http::{self, Payload};
use super::{Origin, Parcel, Reader, Sink, Unpacked, reject};
use crate::config::ReadSettings;
use crate::model::{Body, Facts, Record};

pub(super) const READER: Reader = Reader {
    name: "WARC",
    extensions: &["warc", "wet"],
    magic: &[b"WARC/"],
    one_document: false,
    cut,
    unpack,
};

/// Size from which a parcel is passed on.
const PARCEL_BYTES: usize = 1 << 20;
/// A record header from here on is a mistake.
const HEADER_BYTES: u64 = 1 << 20;
/// A larger record is rejected without being held in memory.
const RECORD_BYTES: u64 = 256 << 20;
/// Header that stands for the block of a record that was too large to hold.
const TOO_LARGE: &str = "qingwen-block-bytes";

/// Finds the borders between records by their lengths. Records are numbered from 1.
fn cut(read: Box<dyn Read + Send>, origin: &Arc<Origin>, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut read = BufReader::with_capacity(256 * 1024, read);
    let (mut first, mut number) = (1, 0);
    let mut bytes = Vec::new();
    let broken = loop {
        match next_record(&mut read, &mut bytes, number + 1) {
            Ok(false) => break None,
            Ok(true) => number += 1,
            Err(error) => break Some(error),
        }
        if bytes.len() >= PARCEL_BYTES {
            let parcel = Parcel {
                origin: Arc::clone(origin),
                first,
                bytes: std::mem::take(&mut bytes),
            };
            if !sink(parcel) {
                return Ok(());
            }
            first = number + 1;
        }
    };
    if !bytes.is_empty() {
        sink(Parcel {
            origin: Arc::clone(origin),
            first,
            bytes,
        });
    }
    broken.map_or(Ok(()), Err)
}

/// Copies the next record, its line ends made regular; false at the end of the file. After an
/// error `into` ends with the last whole record.
fn next_record(read: &mut impl BufRead, into: &mut Vec<u8>, number: u64) -> io::Result<bool> {
    let whole = into.len();
    let result = copy_record(read, into, number);
    if !matches!(result, Ok(true)) {
        into.truncate(whole);
    }
    result
}

fn copy_record(read: &mut impl BufRead, into: &mut Vec<u8>, number: u64) -> io::Result<bool> {
    let bad = |what: &str| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("record {number}: {what}"),
        )
    };
    let mut header = Vec::new();
    let mut line = Vec::new();
    let mut limited = read.take(HEADER_BYTES);
    loop {
        line.clear();
        if limited.read_until(b'\n', &mut line)? == 0 {
            return match (header.is_empty(), limited.limit()) {
                (_, 0) => Err(bad("its header has no end")),
                (true, _) => Ok(false),
                (false, _) => Err(bad("the file breaks off in its header")),
            };
        }
        let text = line.trim_ascii_end();
        if text.is_empty() {
            if header.is_empty() {
                continue; // Blank lines between records are allowed in any number.
            }
            break;
        }
        if header.is_empty() && !text.starts_with(b"WARC/") {
            return Err(bad("it does not begin with WARC/"));
        }
        header.push(text.to_vec());
    }
    let length = header
        .iter()
        .find_map(|field| value_of(field, b"content-length"))
        .and_then(|value| std::str::from_utf8(value).ok()?.parse::<u64>().ok())
        .ok_or_else(|| bad("it has no Content-Length"))?;
    let too_large = length > RECORD_BYTES;
    for field in &header {
        if !(too_large && value_of(field, b"content-length").is_some()) {
            into.extend_from_slice(field);
            into.extend_from_slice(b"\r\n");
        }
    }
    if too_large {
        into.extend_from_slice(
            format!("{TOO_LARGE}: {length}\r\nContent-Length: 0\r\n").as_bytes(),
        );
    }
    into.extend_from_slice(b"\r\n");
    let mut block = limited.into_inner().take(length);
    let copied = if too_large {
        io::copy(&mut block, &mut io::sink())?
    } else {
        block.read_to_end(into)? as u64
    };
    if copied < length {
        return Err(bad("the file breaks off in it"));
    }
    into.extend_from_slice(b"\r\n\r\n");
    Ok(true)
}

fn value_of<'a>(field: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let colon = field.iter().position(|&byte| byte == b':')?;
    field[..colon]
        .eq_ignore_ascii_case(name)
        .then(|| field[colon + 1..].trim_ascii())
}

fn unpack(parcel: Parcel, _: &ReadSettings) -> Vec<Unpacked> {
    let mut out = Vec::new();
    for (number, raw) in (parcel.first..).zip(WarcReader::new(&parcel.bytes[..]).iter_raw_records())
    {
        let source = format!("{}:{number}", parcel.origin.source);
        match raw {
            Ok((header, block)) => {
                let header = Header(header);
                if let Some(id) = header
                    .is_wanted()
                    .then(|| header.id(&parcel.origin, number))
                {
                    out.extend(record(&header, block, id, source).transpose());
                }
            }
            Err(error) => {
                out.push(Err(reject(source, None, error.to_string(), None, &[])));
                break; // The crate's iterator has lost its place.
            }
        }
    }
    out
}

struct Header(RawRecordHeader);

impl Header {
    fn text(&self, name: &WarcHeader) -> Option<String> {
        self.0
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value).trim().to_owned())
    }

    fn kind(&self) -> String {
        self.text(&WarcHeader::WarcType)
            .unwrap_or_default()
            .to_ascii_lowercase()
    }

    fn is_wanted(&self) -> bool {
        matches!(self.kind().as_str(), "response" | "resource" | "conversion")
    }

    fn id(&self, origin: &Origin, number: u64) -> String {
        self.text(&WarcHeader::RecordID)
            .map(|id| id.trim_matches(['<', '>']).to_owned())
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| format!("{}:{number}", origin.id_path()))
    }

    fn fields(&self, status: Option<u16>) -> Vec<(String, Box<RawValue>)> {
        let texts = [
            ("url", WarcHeader::TargetURI),
            ("warc_date", WarcHeader::Date),
        ];
        let mut fields: Vec<_> = texts
            .into_iter()
            .filter_map(|(name, header)| {
                let value = to_raw_value(&self.text(&header)?).ok()?;
                Some((name.to_owned(), value))
            })
            .collect();
        if let Some(value) = status.and_then(|status| to_raw_value(&status).ok()) {
            fields.push(("http_status".to_owned(), value));
        }
        fields
    }
}

/// The record of a block that holds a page or a text; none for other media types.
fn record(
    header: &Header,
    block: Vec<u8>,
    id: String,
    source: String,
) -> Result<Option<Record>, Box<super::Reject>> {
    if let Some(bytes) = header.text(&WarcHeader::Unknown(TOO_LARGE.to_owned())) {
        let error =
            format!("a record of {bytes} bytes: more than {RECORD_BYTES} are not held in memory");
        return Err(reject(source, Some(id), error, None, &[]));
    }
    let url = header.text(&WarcHeader::TargetURI);
    let content_type = header.text(&WarcHeader::ContentType).unwrap_or_default();
    let payload = if content_type
        .to_ascii_lowercase()
        .starts_with("application/http")
    {
        match http::response(&block) {
            Ok(payload) => payload,
            Err(error) => return Err(reject(source, Some(id), error, None, &block)),
        }
    } else {
        Payload {
            status: None,
            content_type,
            body: block,
        }
    };
    let (media, charset) = http::media_type(&payload.content_type);
    let is_html = match media.as_str() {
        "text/html" | "application/xhtml+xml" => true,
        "" => looks_like_html(&payload.body),
        media if media.starts_with("text/") => false,
        _ => return Ok(None),
    };
    let facts = Facts {
        name: None,
        site: url.as_deref().and_then(http::host),
        url,
        declared_charset: charset,
        ..Facts::default()
    };
    Ok(Some(Record {
        id,
        source,
        body: if is_html {
            Body::Html(payload.body)
        } else {
            Body::Bytes(payload.body)
        },
        facts,
        fields: Some(header.fields(payload.status)),
    }))
}

fn looks_like_html(body: &[u8]) -> bool {
    let head = body[..body.len().min(1024)].to_ascii_lowercase();
    memchr::memmem::find(&head, b"<html").is_some()
        || memchr::memmem::find(&head, b"<!doctype").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn member(kind: &str, content_type: &str, block: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\nWARC-Target-URI: http://news.example.com/1\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    }

    fn read_all(archive: &str) -> (Vec<Unpacked>, bool) {
        let inputs = tempfile::NamedTempFile::with_suffix(".warc").unwrap();
        let path = inputs.path().to_string_lossy().into_owned();
        let list = crate::read::list(&[path], None).unwrap();
        let origin = Arc::new(list.files.into_iter().next().unwrap());
        let settings = Settings::default().read();
        let mut out = Vec::new();
        let bytes = io::Cursor::new(archive.as_bytes().to_vec());
        let result = cut(Box::new(bytes), &origin, &mut |parcel| {
            out.extend(unpack(parcel, &settings));
            true
        });
        (out, result.is_ok())
    }

    #[test]
    fn pages_and_texts_are_records_and_requests_are_none() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>各村委会：";
        let archive = [
            member("warcinfo", "application/warc-fields", "software: x"),
            member(
                "request",
                "application/http; msgtype=request",
                "GET / HTTP/1.1\r\n\r\n",
            ),
            member("response", "application/http; msgtype=response", page),
            member("conversion", "text/plain", "现将有关事项通知如下。"),
        ]
        .concat();
        let (records, whole) = read_all(&archive);
        assert!(whole);
        let records: Vec<Record> = records.into_iter().map(Result::unwrap).collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].id, "urn:uuid:response");
        assert!(
            matches!(&records[0].body, Body::Html(bytes) if bytes.ends_with("各村委会：".as_bytes()))
        );
        assert_eq!(records[0].facts.site.as_deref(), Some("news.example.com"));
        assert!(matches!(&records[1].body, Body::Bytes(_)));
        assert!(records[1].source.ends_with(":4"));
    }

    #[test]
    fn an_archive_that_breaks_off_gives_its_whole_records_and_an_error() {
        let whole = member("conversion", "text/plain", "甲");
        let torn = member("conversion", "text/plain", "乙乙乙乙乙乙");
        let (records, is_whole) = read_all(&(whole + &torn[..torn.len() - 10]));
        assert_eq!((records.len(), is_whole), (1, false));
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        assert!(!read_all("hello\nworld\n").1);
        assert!(!read_all("WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nx").1);
    }
}
