//! Ids that are looked up by the place they were put at.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::{Error, Result};

/// Ids in a file without a name, which is gone with the process: memory holds none of them.
pub struct IdStore {
    file: BufWriter<File>,
    written_bytes: u64,
}

impl IdStore {
    /// An empty store with its file in that folder.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder).map_err(Error::write(folder))?;
        Ok(Self {
            file: BufWriter::new(file),
            written_bytes: 0,
        })
    }

    /// Adds an id; returns the place to ask for it by.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn put(&mut self, id: &str) -> Result<u64> {
        let at = self.written_bytes;
        self.file
            .write_all(&(id.len() as u64).to_le_bytes())
            .and_then(|()| self.file.write_all(id.as_bytes()))
            .map_err(Error::write("the temporary folder"))?;
        self.written_bytes += 8 + id.len() as u64;
        Ok(at)
    }

    /// The id of a place that [`IdStore::put`] has given.
    ///
    /// # Errors
    /// [`Error::Write`], [`Error::Read`].
    pub fn load(&mut self, at: u64) -> Result<String> {
        self.file
            .flush()
            .map_err(Error::write("the temporary folder"))?;
        let file = self.file.get_mut();
        let mut read = || -> std::io::Result<String> {
            let mut length = [0; 8];
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut length)?;
            let mut id = String::new();
            file.take(u64::from_le_bytes(length))
                .read_to_string(&mut id)?;
            file.seek(SeekFrom::End(0))?;
            Ok(id)
        };
        read().map_err(Error::read("the temporary folder"))
    }
}

#[cfg(test)]
mod tests {
    use super::IdStore;

    #[test]
    fn ids_come_back_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = IdStore::create(folder.path()).unwrap();
        let (a, b) = (store.put("山前镇").unwrap(), store.put("").unwrap());
        assert_eq!(store.load(b).unwrap(), "");
        let c = store.put("c#2").unwrap();
        assert_eq!(store.load(a).unwrap(), "山前镇");
        assert_eq!(store.load(c).unwrap(), "c#2");
    }
}
