//! `.jsonl`, `.ndjson` and standard input: a record a line.

use std::io::{self, Read};
use std::sync::Arc;

use memchr::{memchr_iter, memrchr};

use super::json::record;
use super::{Origin, Parcel, Reader, Sink, Unpacked, reject};
use crate::config::ReadSettings;

pub(super) const READER: Reader = Reader {
    name: "JSON Lines",
    extensions: &["jsonl", "ndjson"],
    magic: &[b"{"],
    one_document: false,
    cut,
    unpack,
};

/// Size of a parcel, where lines allow.
const PARCEL_BYTES: usize = 512 * 1024;
/// A line from here on is no record but a mistake, and memory is not spent on it.
const LINE_BYTES: usize = 1 << 30;

/// Cuts after line ends. What standard input has given so far is passed on whenever it pauses.
pub(super) fn cut(
    mut read: Box<dyn Read + Send>,
    origin: &Arc<Origin>,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let live = origin.path.is_none();
    let mut bytes: Vec<u8> = Vec::with_capacity(PARCEL_BYTES);
    let mut filled = 0;
    let mut first = 1;
    loop {
        if bytes.len() < filled + PARCEL_BYTES {
            bytes.resize(filled + PARCEL_BYTES, 0);
        }
        let count = match read.read(&mut bytes[filled..]) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                // Whole lines before the break are good; the torn one is part of the error.
                if let Some(end) = memrchr(b'\n', &bytes[..filled]) {
                    bytes.truncate(end + 1);
                    sink(Parcel {
                        origin: Arc::clone(origin),
                        first,
                        bytes,
                    });
                }
                return Err(error);
            }
        };
        let searched = filled;
        filled += count;
        if count == 0 {
            bytes.truncate(filled);
            if filled > 0 {
                sink(Parcel {
                    origin: Arc::clone(origin),
                    first,
                    bytes,
                });
            }
            return Ok(());
        }
        if !live && filled < PARCEL_BYTES {
            continue;
        }
        if let Some(end) = memrchr(b'\n', &bytes[searched..filled]) {
            let rest = bytes[searched + end + 1..filled].to_vec();
            bytes.truncate(searched + end + 1);
            let lines = memchr_iter(b'\n', &bytes).count() as u64;
            if !sink(Parcel {
                origin: Arc::clone(origin),
                first,
                bytes,
            }) {
                return Ok(());
            }
            first += lines;
            filled = rest.len();
            bytes = rest;
        } else if filled > LINE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("line {first} is longer than 1 GiB"),
            ));
        }
    }
}

fn unpack(parcel: Parcel, settings: &ReadSettings) -> Vec<Unpacked> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes = &parcel.bytes;
    for (number, end) in (parcel.first..).zip(memchr_iter(b'\n', bytes).chain([bytes.len()])) {
        let mut line = &bytes[start..end];
        start = end + 1;
        if number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if !line.trim_ascii().is_empty() {
            out.push(
                record(line, &parcel.origin, number, settings).map_err(|wrong| {
                    reject(wrong.source, wrong.record, wrong.error, Some(number), line)
                }),
            );
        }
    }
    out
}
