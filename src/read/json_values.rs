//! `.json`: an array of records, one record, or lines.

use std::io::{self, Read};
use std::sync::Arc;

use super::json::record;
use super::{Origin, Parcel, Reader, Sink, Unpacked, reject};
use crate::config::ReadSettings;

pub(super) const READER: Reader = Reader {
    name: "JSON",
    extensions: &["json"],
    magic: &[b"["],
    one_document: false,
    cut,
    unpack,
};

/// Size of a parcel, where values allow.
const PARCEL_BYTES: usize = 512 * 1024;
const READ_BYTES: usize = 64 * 1024;
/// A value from here on is a mistake, and memory is not spent on it.
const VALUE_BYTES: usize = 1 << 30;

/// Where the cutter is between and inside values.
#[derive(Default)]
struct Cutter {
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// The outer array, where there is one.
    in_array: bool,
    begun: bool,
    /// Values of the parcel, each behind its length as 8 bytes.
    parcel: Vec<u8>,
    first: u64,
    count: u64,
    value: Vec<u8>,
}

fn cut(
    mut read: Box<dyn Read + Send>,
    origin: &Arc<Origin>,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut cutter = Cutter {
        first: 1,
        ..Cutter::default()
    };
    let mut buffer = vec![0; READ_BYTES];
    let mut at_start = true;
    loop {
        let count = match read.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                cutter.value.clear();
                cutter.send(origin, sink);
                return Err(error);
            }
        };
        let mut bytes = &buffer[..count];
        if std::mem::take(&mut at_start) {
            bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        }
        for &byte in bytes {
            cutter.step(byte);
            if cutter.parcel.len() >= PARCEL_BYTES && !cutter.send(origin, sink) {
                return Ok(());
            }
        }
        if cutter.value.len() > VALUE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a value is longer than 1 GiB",
            ));
        }
    }
    cutter.end_value();
    cutter.send(origin, sink);
    Ok(())
}

impl Cutter {
    fn step(&mut self, byte: u8) {
        if self.in_text {
            self.value.push(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return;
        }
        if self.depth == 0 {
            match byte {
                b'[' if !self.begun => {
                    (self.begun, self.in_array) = (true, true);
                    return;
                }
                b',' | b']' if self.in_array => return self.end_value(),
                b' ' | b'\t' | b'\r' => {
                    if !self.value.is_empty() {
                        self.value.push(byte);
                    }
                    return;
                }
                // A line that closes nothing is a value of its own: so one broken line of a file
                // of lines does not take the next with it.
                b'\n' if !self.in_array => return self.end_value(),
                b'\n' if self.value.is_empty() => return,
                _ => {}
            }
        }
        self.begun = true;
        self.value.push(byte);
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn end_value(&mut self) {
        if self.value.trim_ascii().is_empty() {
            self.value.clear();
        } else {
            self.parcel.extend((self.value.len() as u64).to_le_bytes());
            self.parcel.append(&mut self.value);
            self.count += 1;
        }
        (self.depth, self.in_text, self.escaped) = (0, false, false);
    }

    fn send(&mut self, origin: &Arc<Origin>, sink: &mut Sink<'_>) -> bool {
        if self.parcel.is_empty() {
            return true;
        }
        let parcel = Parcel {
            origin: Arc::clone(origin),
            first: self.first,
            bytes: std::mem::take(&mut self.parcel),
        };
        self.first += std::mem::take(&mut self.count);
        sink(parcel)
    }
}

fn unpack(parcel: Parcel, settings: &ReadSettings) -> Vec<Unpacked> {
    let mut out = Vec::new();
    let mut rest = parcel.bytes.as_slice();
    let mut number = parcel.first;
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length))
            .unwrap_or(usize::MAX)
            .min(after.len());
        let (value, next) = after.split_at(length);
        rest = next;
        out.push(
            record(value, &parcel.origin, number, settings)
                .map_err(|wrong| reject(wrong.source, wrong.record, wrong.error, None, value)),
        );
        number += 1;
    }
    out
}
