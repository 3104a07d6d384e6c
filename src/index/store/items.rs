//! Items of ascending numbers, filled into pages.

use std::path::Path;

use super::bytes::{Taker, put};
use super::pages::{FileFacts, PageFile, PageWriter};
use crate::Result;

/// How the items of a file are laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Items of a page.
    pub(super) page_items: u32,
    /// Whether pages are compressed.
    pub(super) is_packed: bool,
}

/// Writes items in ascending order of their numbers.
#[derive(Debug)]
pub(super) struct ItemWriter {
    pages: PageWriter,
    layout: Layout,
    raw: Vec<u8>,
    first: u32,
    last: u32,
    count: u32,
}

impl ItemWriter {
    pub(super) fn create(folder: &Path, name: &str, layout: Layout) -> Result<Self> {
        Ok(Self {
            pages: PageWriter::create(folder, name)?,
            layout,
            raw: Vec::new(),
            first: 0,
            last: 0,
            count: 0,
        })
    }

    /// Adds an item. `write` is given how far its number lies above that of the item before, 0 for
    /// the first of a page, and puts the item's bytes.
    pub(super) fn push(
        &mut self,
        number: u32,
        write: impl FnOnce(u32, &mut Vec<u8>),
    ) -> Result<()> {
        if self.count == 0 {
            (self.first, self.last) = (number, number);
        }
        write(number - self.last, &mut self.raw);
        self.last = number;
        self.count += 1;
        if self.count == self.layout.page_items {
            self.page()?;
        }
        Ok(())
    }

    fn page(&mut self) -> Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let first = u64::from(self.first);
        if self.layout.is_packed {
            self.pages.push(first, self.count, &pack(&self.raw)?)?;
        } else {
            self.pages.push(first, self.count, &self.raw)?;
        }
        self.raw.clear();
        self.count = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<FileFacts> {
        self.page()?;
        self.pages.finish()
    }
}

/// The items of a page as `read` takes them from its bytes, given the page's first number and its
/// number of items; an error where it returns None or leaves bytes over.
pub(super) fn read_items<T>(
    file: &PageFile,
    nth: usize,
    is_packed: bool,
    read: impl FnOnce(&mut Taker<'_>, u32, u32) -> Option<T>,
) -> Result<T> {
    let payload = file.read(nth)?;
    let page = file.pages[nth];
    let parse = || {
        let raw = if is_packed {
            unpack(&payload)?
        } else {
            payload
        };
        let mut taker = Taker(&raw);
        let out = read(&mut taker, u32::try_from(page.first).ok()?, page.items)?;
        taker.is_empty().then_some(out)
    };
    parse().ok_or_else(|| file.damaged(nth))
}

/// A form page is a third smaller at level 9 than at 3, for twice the time, which threads share.
const ZSTD_LEVEL: i32 = 9;

/// Compresses, the size before it.
pub(super) fn pack(raw: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    put(&mut out, raw.len() as u64);
    let packed = zstd::bulk::compress(raw, ZSTD_LEVEL).map_err(crate::Error::write("zstd"))?;
    out.extend_from_slice(&packed);
    Ok(out)
}

/// Largest page that is taken for sound, before compression.
const MAX_PAGE_BYTES: usize = 1 << 30;

/// Undoes [`pack`]. None where the bytes are not of it.
fn unpack(payload: &[u8]) -> Option<Vec<u8>> {
    let mut taker = Taker(payload);
    let size = usize::try_from(taker.number()?).ok()?;
    if size > MAX_PAGE_BYTES {
        return None;
    }
    let raw = zstd::bulk::decompress(taker.0, size).ok()?;
    (raw.len() == size).then_some(raw)
}
