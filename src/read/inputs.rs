//! What the user named: files, folders, globs, standard input.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::{NOT_YET, READERS, Reader};
use crate::{Error, Result};

/// One file to read.
#[derive(Debug)]
pub struct Origin {
    /// Where it lies; none for standard input.
    pub path: Option<PathBuf>,
    /// Its path as the contract writes it: relative to its INPUT, `/` between folders.
    pub source: String,
    /// Whether its name says that it is compressed, and by how many bytes of suffix.
    suffix_bytes: usize,
    /// Its format; none is told by the first bytes.
    pub reader: Option<&'static Reader>,
}

impl Origin {
    /// The path that ids are made of: without the compression suffix.
    pub fn id_path(&self) -> &str {
        &self.source[..self.source.len() - self.suffix_bytes]
    }

    /// The file's name without folders, extension and compression suffix.
    pub fn stem(&self) -> &str {
        let name = self.id_path().rsplit('/').next().unwrap_or_default();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// Name for messages.
    pub fn display(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "standard input".to_owned(),
        }
    }

    /// The format: by extension, else by how the file begins; text where nothing tells.
    pub fn reader_of(&self, head: &[u8]) -> &'static Reader {
        let by_magic = || {
            let start = head
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(head)
                .trim_ascii_start();
            READERS
                .iter()
                .find(|reader| reader.magic.iter().any(|magic| start.starts_with(magic)))
        };
        self.reader
            .or_else(by_magic)
            .unwrap_or(&super::text::READER_REF)
    }
}

/// Everything that is to be read, in order.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The files.
    pub files: Vec<Origin>,
    /// Files in folders whose extension no reader knows.
    pub ignored: u64,
    /// Bytes of all files as they lie on the disk; none with standard input.
    pub total_bytes: Option<u64>,
}

/// Lists what the INPUT arguments name. Nothing is opened.
///
/// `outside` is a folder that is left out of walks: the output's.
///
/// # Errors
/// [`Error::Config`] for what is not there, a glob that finds nothing, and formats that are known
/// and cannot be read.
pub fn list(inputs: &[String], outside: Option<&Path>) -> Result<Inputs> {
    let several = inputs.len() > 1;
    let outside = outside.and_then(|path| path.canonicalize().ok());
    let mut found = Inputs {
        total_bytes: Some(0),
        ..Inputs::default()
    };
    for input in inputs {
        let path = Path::new(input);
        if input == "-" {
            found.total_bytes = None;
            found.files.push(Origin {
                path: None,
                source: "-".into(),
                suffix_bytes: 0,
                reader: Some(&READERS[0]),
            });
        } else if path.is_dir() {
            let front = if several { last_component(path) } else { None };
            walk(path, front.as_deref(), outside.as_deref(), None, &mut found)?;
        } else if path.exists() {
            let name = last_component(path).unwrap_or_else(|| input.clone());
            let origin = origin(path.to_owned(), name);
            if origin.reader.is_none() {
                refuse_not_yet(input)?;
            }
            add_size(path, &mut found);
            found.files.push(origin);
        } else if input.contains(['*', '?', '[', '{']) {
            glob(input, several, outside.as_deref(), &mut found)?;
        } else {
            return Err(Error::config(
                input,
                "no such file or folder: check the path",
            ));
        }
    }
    Ok(found)
}

fn last_component(path: &Path) -> Option<String> {
    let named = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    named(path).or_else(|| path.canonicalize().ok().and_then(|path| named(&path)))
}

fn glob(pattern: &str, several: bool, outside: Option<&Path>, found: &mut Inputs) -> Result<()> {
    let special = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let base = pattern[..special]
        .rfind('/')
        .map_or("", |slash| &pattern[..=slash]);
    let matcher = GlobBuilder::new(&pattern[base.len()..])
        .literal_separator(true)
        .build()
        .map_err(|error| Error::config(pattern, format!("{error}: mend the glob")))?
        .compile_matcher();
    let base = Path::new(if base.is_empty() { "." } else { base });
    let front = if several { last_component(base) } else { None };
    let before = (found.files.len(), found.ignored);
    walk(base, front.as_deref(), outside, Some(&matcher), found)?;
    if (found.files.len(), found.ignored) == before {
        return Err(Error::config(
            pattern,
            "the glob finds no file: check the path",
        ));
    }
    Ok(())
}

fn walk(
    folder: &Path,
    front: Option<&str>,
    outside: Option<&Path>,
    only: Option<&globset::GlobMatcher>,
    found: &mut Inputs,
) -> Result<()> {
    let mut paths: Vec<(String, PathBuf)> = Vec::new();
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| {
        !entry.file_type().is_dir()
            || outside
                .is_none_or(|outside| entry.path().canonicalize().ok().as_deref() != Some(outside))
    });
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = entry.into_path();
                let relative = relative(&path, folder);
                if only.is_none_or(|only| is_under(only, &relative)) {
                    paths.push((relative, path));
                }
            }
            Ok(_) => {}
            // A folder that cannot be read is met again as an input that cannot be opened.
            Err(error) => {
                if let Some(path) = error.path() {
                    paths.push((relative(path, folder), path.to_owned()));
                }
            }
        }
    }
    paths.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    for (relative, path) in paths {
        let source = match front {
            Some(front) => format!("{front}/{relative}"),
            None => relative,
        };
        let origin = origin(path.clone(), source);
        if origin.reader.is_none() && !path.is_dir() {
            found.ignored += 1;
            continue;
        }
        add_size(&path, found);
        found.files.push(origin);
    }
    Ok(())
}

/// Whether a glob matches a path, or a folder that it lies in.
fn is_under(glob: &globset::GlobMatcher, relative: &str) -> bool {
    glob.is_match(relative)
        || relative
            .match_indices('/')
            .any(|(at, _)| glob.is_match(&relative[..at]))
}

fn relative(path: &Path, folder: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn add_size(path: &Path, found: &mut Inputs) {
    let size_bytes = path.metadata().map_or(0, |data| data.len());
    found.total_bytes = found.total_bytes.map(|total| total + size_bytes);
}

fn origin(path: PathBuf, source: String) -> Origin {
    let lower = source.to_ascii_lowercase();
    let suffix_bytes = [".gz", ".zst"]
        .iter()
        .find(|suffix| lower.ends_with(*suffix))
        .map_or(0, |suffix| suffix.len());
    let reader = extension(&lower[..lower.len() - suffix_bytes]).and_then(|extension| {
        READERS
            .iter()
            .find(|reader| reader.extensions.contains(&extension))
    });
    Origin {
        path: Some(path),
        source,
        suffix_bytes,
        reader,
    }
}

fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, extension)| extension)
}

fn refuse_not_yet(input: &str) -> Result<()> {
    let lower = input.to_ascii_lowercase();
    let bare = lower
        .strip_suffix(".gz")
        .or_else(|| lower.strip_suffix(".zst"))
        .unwrap_or(&lower);
    let name = extension(bare).and_then(|extension| {
        NOT_YET
            .iter()
            .find(|(_, extensions)| extensions.contains(&extension))
    });
    match name {
        Some((name, _)) => Err(Error::config(
            input,
            format!("{name} cannot be read by this version: turn it into JSONL or text first"),
        )),
        None => Ok(()),
    }
}
