//! Canonical forms in packed pages, for the exact comparison with documents of earlier nights.

use std::path::Path;

use super::bytes::{put, put_bytes};
use super::items::{pack, read_items};
use super::pages::{FileFacts, PageFile, PageWriter};
use crate::Result;

/// Bytes of a page before compression, about: a page is what one look-up unpacks.
pub const FORM_PAGE_BYTES: usize = 96 << 10;
/// A page of forms, packed apart from its file so that many threads can pack.
#[derive(Debug, Default)]
pub struct FormPage {
    first: u32,
    count: u32,
    payload: Vec<u8>,
}

impl FormPage {
    /// Packs the forms of some documents, in ascending order.
    ///
    /// # Errors
    /// [`crate::Error::Write`] where there is no memory for it.
    pub fn pack<'a>(forms: impl Iterator<Item = (u32, &'a [u8])>) -> Result<Self> {
        let mut out = Self::default();
        let mut raw = Vec::with_capacity(FORM_PAGE_BYTES);
        for (number, form) in forms {
            if out.count == 0 {
                out.first = number;
            }
            out.count += 1;
            put(&mut raw, u64::from(number - out.first));
            put_bytes(&mut raw, form);
        }
        out.payload = pack(&raw)?;
        Ok(out)
    }
}

/// Writes packed pages in ascending order.
#[derive(Debug)]
pub struct FormWriter(PageWriter);

impl FormWriter {
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        PageWriter::create(folder, name).map(Self)
    }

    /// Adds a page.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn push(&mut self, page: &FormPage) -> Result<()> {
        if page.count == 0 {
            return Ok(());
        }
        self.0
            .push(u64::from(page.first), page.count, &page.payload)
    }

    pub(super) fn finish(self) -> Result<FileFacts> {
        self.0.finish()
    }
}

/// The forms of a page with their numbers.
pub(super) fn read_page(file: &PageFile, nth: usize) -> Result<Vec<(u32, Vec<u8>)>> {
    read_items(file, nth, true, |taker, first, items| {
        let forms: Vec<(u32, Vec<u8>)> = (0..items)
            .map(|_| {
                let number = first.checked_add(taker.number32()?)?;
                Some((number, taker.bytes()?.to_vec()))
            })
            .collect::<Option<_>>()?;
        forms
            .is_sorted_by_key(|(number, _)| *number)
            .then_some(forms)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = FormWriter::create(folder.path(), "f").unwrap();
        let form = |n: u32| format!("第{n}份 ").repeat(n as usize).into_bytes();
        for page in 0..5_u32 {
            let forms: Vec<(u32, Vec<u8>)> =
                (page * 10..page * 10 + 7).map(|n| (n, form(n))).collect();
            let page = FormPage::pack(forms.iter().map(|(n, f)| (*n, &f[..]))).unwrap();
            writer.push(&page).unwrap();
        }
        let file = PageFile::open(folder.path(), &writer.finish().unwrap()).unwrap();
        let page = read_page(&file, file.page_of(43).unwrap()).unwrap();
        assert_eq!(page[3], (43, form(43)));
    }
}
