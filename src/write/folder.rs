//! The output folder: what is in it is ours, whole, or not there.

use std::fs;
use std::path::{Path, PathBuf};

use super::outlet::Kind;
use crate::{Error, Result};

/// Where files lie until they are whole.
const UNFINISHED: &str = ".unfinished";
/// The file whose presence means done.
const LAST: &str = "summary.json";
/// Small files, by name.
const SMALL: &[&str] = &[
    "learnt-rules.toml",
    "masks.txt",
    LAST,
    "timings.json",
    "report.html",
    "assignments.parquet",
    "documents.parquet",
];

/// What to do with a folder that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse it.
    Refuse,
    /// Delete the files of an earlier run in it, and only those.
    Force,
    /// Go on with an unfinished run, which gives the same bytes.
    Resume,
}

/// The output folder of a run.
pub struct OutFolder {
    root: PathBuf,
    unfinished: PathBuf,
    made_root: bool,
    done: bool,
    /// Stems whose files of the earlier run go once the new ones are whole.
    replaced: Vec<&'static str>,
}

impl OutFolder {
    /// Whether a file of that name is one of ours.
    pub fn is_own(name: &str) -> bool {
        if SMALL.contains(&name) {
            return true;
        }
        let bare = name
            .strip_suffix(".zst")
            .or_else(|| name.strip_suffix(".gz"))
            .unwrap_or(name);
        let Some(stem) = bare.strip_suffix(".jsonl") else {
            return false;
        };
        let is_ours = |stem: &str| Kind::ALL.iter().any(|kind| kind.stem() == stem);
        if is_ours(stem) {
            return true;
        }
        stem.rsplit_once('-').is_some_and(|(stem, number)| {
            is_ours(stem) && number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Refuses an output folder that is there already, without creating anything.
    ///
    /// # Errors
    /// [`Error::Store`] saying what to do.
    pub fn check(root: &Path, existing: Existing) -> Result<()> {
        let problem = match fs::symlink_metadata(root) {
            Err(_) => return Ok(()),
            Ok(_) if root.is_dir() && existing != Existing::Refuse => return Ok(()),
            Ok(_) if root.is_dir() => {
                "it is there already: choose another folder, or --force to replace an earlier run's files, or --resume"
            }
            Ok(_) => "it is there already and no folder: choose another",
        };
        Err(Error::Store {
            path: root.to_owned(),
            problem: problem.into(),
        })
    }

    /// Creates the folder, or clears it of our own files.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Write`].
    pub fn create(root: &Path, existing: Existing) -> Result<Self> {
        Self::check(root, existing)?;
        let made_root = !root.exists();
        let unfinished = root.join(UNFINISHED);
        fs::create_dir_all(root).map_err(Error::write(root))?;
        if !made_root {
            // The mark of a finished run goes first, so that no moment shows it beside other files.
            remove(&root.join(LAST))?;
            let entries = fs::read_dir(root).map_err(Error::write(root))?;
            for entry in entries {
                let entry = entry.map_err(Error::write(root))?;
                if entry.file_name().to_str().is_some_and(Self::is_own) {
                    remove(&entry.path())?;
                }
            }
            super::tree::remove(root)?;
        }
        make_anew(&unfinished)?;
        Ok(Self {
            root: root.to_owned(),
            unfinished,
            made_root,
            done: false,
            replaced: Vec::new(),
        })
    }

    /// Opens the folder of a finished run, to replace its files of some kinds.
    ///
    /// # Errors
    /// [`Error::Store`] where no finished run is there, and [`Error::Write`].
    pub fn reopen(root: &Path, replaced: Vec<&'static str>) -> Result<Self> {
        Self::mend(root)?;
        if !root.join(LAST).is_file() {
            return Err(Error::Store {
                path: root.to_owned(),
                problem: "it has no summary.json: is it the finished output of a run?".into(),
            });
        }
        let unfinished = root.join(UNFINISHED);
        make_anew(&unfinished)?;
        Ok(Self {
            root: root.to_owned(),
            unfinished,
            made_root: false,
            done: false,
            replaced,
        })
    }

    /// Ends a replacement that was cut short when all new files were whole.
    ///
    /// # Errors
    /// [`Error::Write`] naming the file.
    pub fn mend(root: &Path) -> Result<()> {
        let unfinished = root.join(UNFINISHED);
        let (from, to) = (unfinished.join(LAST), root.join(LAST));
        if to.exists() || !from.is_file() {
            return Ok(());
        }
        for entry in fs::read_dir(&unfinished).map_err(Error::write(&unfinished))? {
            let name = entry.map_err(Error::write(&unfinished))?.file_name();
            if name != LAST && name.to_str().is_some_and(Self::is_own) {
                let to = root.join(&name);
                fs::rename(unfinished.join(&name), &to).map_err(Error::write(to))?;
            }
        }
        fs::rename(&from, &to).map_err(Error::write(to))?;
        fs::remove_dir_all(&unfinished).map_err(Error::write(&unfinished))
    }

    /// Removes what the new files replace. From here on `mend` ends what is begun.
    fn clear_replaced(&mut self) -> Result<()> {
        if self.replaced.is_empty() {
            return Ok(());
        }
        self.done = true;
        remove(&self.root.join(LAST))?;
        for entry in fs::read_dir(&self.root).map_err(Error::write(&self.root))? {
            let entry = entry.map_err(Error::write(&self.root))?;
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| Self::is_own(name)) else {
                continue;
            };
            let stem = name.split(['.', '-']).next().unwrap_or_default();
            if self.replaced.contains(&stem) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Where files are written before they get their places.
    pub fn unfinished(&self) -> &Path {
        &self.unfinished
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a small file whole.
    ///
    /// # Errors
    /// [`Error::Write`] naming it.
    pub fn write_small(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.unfinished.join(name);
        fs::write(&path, bytes).map_err(Error::write(path))
    }

    /// Gives all files their final names, `summary.json` last of all.
    ///
    /// # Errors
    /// [`Error::Write`] naming the file.
    pub fn finish(mut self, names: &[String]) -> Result<()> {
        self.clear_replaced()?;
        let names = names
            .iter()
            .map(String::as_str)
            .filter(|name| *name != LAST);
        for name in names.chain([LAST]) {
            let (from, to) = (self.unfinished.join(name), self.root.join(name));
            fs::rename(&from, &to).map_err(Error::write(to))?;
        }
        fs::remove_dir_all(&self.unfinished).map_err(Error::write(&self.unfinished))?;
        self.done = true;
        Ok(())
    }
}

impl Drop for OutFolder {
    /// What is left of a run that stopped is removed; the folder too when the run made it.
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(&self.unfinished);
            if self.made_root {
                let _ = fs::remove_dir(&self.root);
            }
        }
    }
}

/// An empty folder in place of what an unfinished run may have left there.
fn make_anew(unfinished: &Path) -> Result<()> {
    if unfinished.is_dir() {
        fs::remove_dir_all(unfinished).map_err(Error::write(unfinished))?;
    }
    fs::create_dir(unfinished).map_err(Error::write(unfinished))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::write(path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_are_ours() {
        for name in [
            "documents.jsonl",
            "changes-00012.jsonl.zst",
            "summary.json",
            "edges.jsonl.gz",
            "paragraphs.jsonl",
        ] {
            assert!(OutFolder::is_own(name), "{name}");
        }
        for name in [
            "notes.jsonl",
            "documents.txt",
            "documents-1.jsonl",
            "my-documents.jsonl",
            "documents-0000x.jsonl",
        ] {
            assert!(!OutFolder::is_own(name), "{name}");
        }
    }
}
