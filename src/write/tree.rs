//! One text file a document, under paths made of their ids.
//!
//! Ids are hostile: they may hold `..`, control characters, a thousand folders. What comes out is
//! always below the tree's own folder, and two ids never share a file.

use std::fs;
use std::path::{Component, Path, PathBuf};

use std::collections::HashSet;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::{Error, Result};

/// Folder of `--format txt`.
pub(super) const DOCUMENTS: &str = "documents";
/// Folder of `--mirror`.
pub(super) const MIRROR: &str = "mirror";
/// List of the files in a tree that are ours.
const OURS: &str = ".qingwen-files";
/// Bytes of one name: what file systems allow, with room for the extension.
const NAME_BYTES: usize = 200;
/// Bytes of a whole path.
const PATH_BYTES: usize = 900;

/// A tree of text files in the making.
pub(super) struct Tree {
    name: &'static str,
    root: PathBuf,
    /// Hashes of the paths given out.
    taken: HashSet<u64>,
    files: Vec<String>,
}

impl Tree {
    pub(super) fn create(unfinished: &Path, name: &'static str) -> Result<Self> {
        let root = unfinished.join(name);
        fs::create_dir(&root).map_err(Error::write(&root))?;
        Ok(Self {
            name,
            root,
            taken: HashSet::new(),
            files: Vec::new(),
        })
    }

    /// Writes the text of a document.
    pub(super) fn put(&mut self, id: &str, text: &str) -> Result<()> {
        let wanted = path_of(id);
        let hashed = || format!("_/{:032x}.txt", xxh3_128(id.as_bytes()));
        let name = if self.taken.insert(xxh3_64(wanted.to_lowercase().as_bytes())) {
            wanted
        } else {
            hashed()
        };
        // A name that is a folder for another id cannot be a file for this one.
        match self.write(&name, text) {
            Ok(()) => self.files.push(name),
            Err(_) => {
                let name = hashed();
                self.write(&name, text)
                    .map_err(Error::write(self.root.join(&name)))?;
                self.files.push(name);
            }
        }
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        let path = self.root.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }

    /// Moves everything to its place in the output folder.
    pub(super) fn finish(self, out: &Path) -> Result<()> {
        let to = out.join(self.name);
        let list = self.files.join("\n") + "\n";
        let list_path = self.root.join(OURS);
        fs::write(&list_path, list).map_err(Error::write(list_path))?;
        if !to.exists() {
            return fs::rename(&self.root, &to).map_err(Error::write(to));
        }
        for name in self.files.iter().map(String::as_str).chain([OURS]) {
            let target = to.join(name);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(Error::write(folder))?;
            }
            fs::rename(self.root.join(name), &target).map_err(Error::write(target))?;
        }
        Ok(())
    }
}

/// Removes the files of an earlier run's trees, and the folders that are empty then.
pub(super) fn remove(out: &Path) -> Result<()> {
    for name in [DOCUMENTS, MIRROR] {
        let root = out.join(name);
        let Ok(list) = fs::read_to_string(root.join(OURS)) else {
            continue;
        };
        let mut folders = HashSet::new();
        for file in list.lines().chain([OURS]) {
            let file = Path::new(file);
            if !file
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
            {
                continue;
            }
            let _ = fs::remove_file(root.join(file));
            folders.extend(file.ancestors().skip(1).map(Path::to_owned));
        }
        let mut folders: Vec<PathBuf> = folders.into_iter().collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in folders {
            // A folder that holds files of others stays.
            let _ = fs::remove_dir(root.join(folder));
        }
    }
    Ok(())
}

/// A path for an id: `/` divides folders, whatever cannot be in a name becomes `_`.
fn path_of(id: &str) -> String {
    let mut parts = Vec::new();
    for part in id.split('/') {
        let mut name: String = part
            .chars()
            .map(|c| {
                if c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        if name.is_empty() {
            continue;
        }
        if name.starts_with('.') {
            // Neither `..` nor hidden, nor our own list.
            name.replace_range(..1, "_");
        }
        if name.len() > NAME_BYTES {
            let hash = xxh3_64(part.as_bytes());
            name.truncate(name.floor_char_boundary(NAME_BYTES - 17));
            name += &format!("~{hash:016x}");
        }
        parts.push(name);
    }
    let mut path = parts.join("/");
    if path.is_empty() {
        path.push('_');
    }
    if path.len() > PATH_BYTES {
        path = format!("_/{:032x}", xxh3_128(id.as_bytes()));
    }
    if !path.ends_with(".txt") {
        path += ".txt";
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_leads_out_of_the_tree() {
        for (id, path) in [
            ("a/b.txt", "a/b.txt"),
            ("a/b.txt#2", "a/b.txt#2.txt"),
            ("../../etc/passwd", "_./_./etc/passwd.txt"),
            ("/etc/passwd", "etc/passwd.txt"),
            ("http://例子.cn/a?b", "http_/例子.cn/a_b.txt"),
            ("", "_.txt"),
            ("a\0b", "a_b.txt"),
            (".", "_.txt"),
        ] {
            assert_eq!(path_of(id), path, "{id:?}");
        }
        assert!(path_of(&"字".repeat(5000)).len() <= PATH_BYTES + 4);
        assert!(path_of(&"a/".repeat(5000)).len() <= PATH_BYTES + 4);
    }
}
