//! Canonical forms, kept for verification: in memory while they are few, on disk beyond.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::read_at::read_at;
use crate::model::Canonical;
use crate::{Error, Result};

/// Forms by number, in the order in which they were added.
#[derive(Debug)]
pub struct Forms {
    /// Where each form begins; one more than there are forms.
    starts: Vec<u64>,
    /// The last bytes, not yet on disk.
    tail: Vec<u8>,
    /// Where the tail begins.
    tail_start: u64,
    room_bytes: usize,
    file: Option<File>,
    folder: PathBuf,
}

impl Forms {
    /// An empty store that keeps `room_bytes` in memory and the rest in an unnamed file in
    /// `folder`.
    pub fn new(room_bytes: usize, folder: &Path) -> Self {
        Self {
            starts: vec![0],
            tail: Vec::new(),
            tail_start: 0,
            room_bytes,
            file: None,
            folder: folder.to_owned(),
        }
    }

    /// Adds the bytes of the next form ([`Canonical::write_bytes`]).
    ///
    /// # Errors
    /// [`Error::Write`] where the file cannot be written.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.tail.extend_from_slice(bytes);
        let end = self.tail_start + self.tail.len() as u64;
        self.starts.push(end);
        if self.tail.len() > self.room_bytes {
            let wrap = |source| Error::Write {
                path: self.folder.clone(),
                source,
            };
            let mut file = match self.file.take() {
                Some(file) => file,
                None => tempfile::tempfile_in(&self.folder).map_err(wrap)?,
            };
            file.write_all(&self.tail).map_err(wrap)?;
            self.file = Some(file);
            self.tail_start = end;
            self.tail.clear();
            // From here on the file is the store and memory only a buffer.
            self.room_bytes = self.room_bytes.min(1 << 22);
            self.tail.shrink_to(self.room_bytes);
        }
        Ok(())
    }

    /// Number of forms.
    pub fn len_docs(&self) -> usize {
        self.starts.len() - 1
    }

    /// Bytes of all forms.
    pub fn len_bytes(&self) -> u64 {
        self.tail_start + self.tail.len() as u64
    }

    /// The nth form.
    ///
    /// # Errors
    /// [`Error::Read`] where the file cannot be read, [`Error::Check`] where it is damaged.
    pub fn get(&self, nth: u32) -> Result<Canonical> {
        Canonical::from_bytes(&self.bytes(nth)?).ok_or_else(|| damaged(nth))
    }

    /// Bytes of the nth form; 0 where there is none.
    pub fn bytes_of(&self, nth: u32) -> u64 {
        match (
            self.starts.get(nth as usize),
            self.starts.get(nth as usize + 1),
        ) {
            (Some(from), Some(to)) => to - from,
            _ => 0,
        }
    }

    /// The nth form as it was added.
    ///
    /// # Errors
    /// Those of [`Forms::get`].
    pub fn bytes(&self, nth: u32) -> Result<Vec<u8>> {
        let at = nth as usize;
        let (Some(&from), Some(&to)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return Err(damaged(nth));
        };
        if from >= self.tail_start {
            let start = (from - self.tail_start) as usize;
            return Ok(self.tail[start..start + (to - from) as usize].to_vec());
        }
        let mut bytes = vec![0; (to - from) as usize];
        let file = self.file.as_ref().ok_or_else(|| damaged(nth))?;
        read_at(file, &mut bytes, from).map_err(Error::read(&self.folder))?;
        Ok(bytes)
    }
}

fn damaged(nth: u32) -> Error {
    Error::Check {
        what: format!("temporary form {nth}"),
        problem: "is not as it was written: free the disk and run again".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_back_from_memory_and_disk() {
        let folder = tempfile::tempdir().unwrap();
        for room in [1 << 20, 64] {
            let mut forms = Forms::new(room, folder.path());
            for n in 0..200_u32 {
                let form = Canonical {
                    tokens: (0..n).collect(),
                    ..Canonical::default()
                };
                let mut bytes = Vec::new();
                form.write_bytes(&mut bytes);
                forms.push(&bytes).unwrap();
            }
            assert_eq!(forms.len_docs(), 200);
            for n in [0, 1, 77, 198, 199] {
                assert_eq!(forms.get(n).unwrap().tokens.len(), n as usize);
            }
            assert!(forms.get(200).is_err());
        }
    }
}
