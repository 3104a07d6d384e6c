//! Opening a file, whatever it is packed in.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// Bytes that are looked at to tell what a file is.
const PEEK_BYTES: usize = 4096;
const BUFFER_BYTES: usize = 256 * 1024;

/// An open input: its uncompressed bytes, and how they begin.
pub struct Stream {
    /// The first bytes, at most 4,096, which `read` gives again.
    pub head: Vec<u8>,
    /// All bytes.
    pub read: Box<dyn Read + Send>,
}

/// Counts the bytes that are read from the disk.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Opens a file, or standard input for `None`, and takes gzip or Zstandard away, which are told
/// by their magic bytes. `bytes` counts what is read, still packed.
///
/// # Errors
/// Those of the file system, and of a packed file that breaks off in its head.
pub fn open(path: Option<&Path>, bytes: Arc<AtomicU64>) -> io::Result<Stream> {
    let mut buffer_bytes = BUFFER_BYTES;
    let raw: Box<dyn Read + Send> = match path {
        Some(path) => {
            let file = File::open(path)?;
            let facts = file.metadata()?;
            if facts.is_dir() {
                return Err(io::Error::new(
                    io::ErrorKind::IsADirectory,
                    "it is a folder",
                ));
            }
            // A folder of small pages is not to pay for a large buffer with each.
            if facts.is_file() {
                let len = usize::try_from(facts.len()).unwrap_or(BUFFER_BYTES);
                buffer_bytes = len.clamp(PEEK_BYTES, BUFFER_BYTES);
            }
            Box::new(file)
        }
        None => Box::new(io::stdin()),
    };
    let mut raw = BufReader::with_capacity(buffer_bytes, Counted { inner: raw, bytes });
    let start = raw.fill_buf()?;
    if start.starts_with(GZIP) {
        peek(Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            MultiGzDecoder::new(raw),
        )))
    } else if start.starts_with(ZSTD) {
        let decoder = zstd::Decoder::with_buffer(raw)?;
        peek(Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder)))
    } else {
        let head = start[..start.len().min(PEEK_BYTES)].to_vec();
        Ok(Stream {
            head,
            read: Box::new(raw),
        })
    }
}

fn peek(mut read: Box<dyn Read + Send>) -> io::Result<Stream> {
    let mut head = vec![0; PEEK_BYTES];
    let mut filled = 0;
    while filled < head.len() {
        match read.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What was unpacked so far is given first, the error after it.
            Err(error) => {
                head.truncate(filled);
                let rest = Broken(Some(error));
                return Ok(Stream {
                    head: head.clone(),
                    read: Box::new(Cursor::new(head).chain(rest)),
                });
            }
        }
    }
    head.truncate(filled);
    Ok(Stream {
        head: head.clone(),
        read: Box::new(Cursor::new(head).chain(read)),
    })
}

/// A reader that has nothing but an error.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
