//! Texts that wait to be compared.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use crate::{Error, Result};

fn tmp(error: std::io::Error) -> Error {
    Error::write("the temporary folder")(error)
}

/// Texts by id in a file without a name, which is gone with the process.
pub struct TextStore {
    file: BufWriter<File>,
    /// First byte and length in bytes of each text.
    places: HashMap<String, (u64, usize)>,
    written_bytes: u64,
}

impl TextStore {
    /// An empty store in the system's temporary folder.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create() -> Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile().map_err(tmp)?),
            places: HashMap::new(),
            written_bytes: 0,
        })
    }

    /// Adds a text.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn put(&mut self, id: &str, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(tmp)?;
        let place = (self.written_bytes, text.len());
        self.places.insert(id.to_owned(), place);
        self.written_bytes += text.len() as u64;
        Ok(())
    }

    /// The text of an id; none where it was never put.
    ///
    /// # Errors
    /// [`Error::Write`], [`Error::Read`].
    pub fn load(&mut self, id: &str) -> Result<Option<String>> {
        let Some(&(at, length_bytes)) = self.places.get(id) else {
            return Ok(None);
        };
        self.file.flush().map_err(tmp)?;
        let file = self.file.get_mut();
        let mut bytes = vec![0; length_bytes];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut bytes))
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .map_err(Error::read("the temporary folder"))?;
        Ok(String::from_utf8(bytes).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::TextStore;

    #[test]
    fn texts_come_back_in_any_order() {
        let mut store = TextStore::create().unwrap();
        store.put("甲", "秋收").unwrap();
        store.put("乙", "").unwrap();
        assert_eq!(store.load("甲").unwrap().as_deref(), Some("秋收"));
        store.put("丙", "防汛").unwrap();
        assert_eq!(store.load("丙").unwrap().as_deref(), Some("防汛"));
        assert_eq!(store.load("乙").unwrap().as_deref(), Some(""));
        assert_eq!(store.load("丁").unwrap(), None);
    }
}
