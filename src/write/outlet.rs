//! Where rows go: a folder, streams, or nowhere.

use std::io::Write;
use std::path::Path;

use super::tree::{DOCUMENTS, MIRROR, Tree};
use super::{Existing, OutFolder, Shelf};
use crate::config::{OutFormat, WriteSettings};
use crate::{Error, Result};

/// The kinds of rows, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The texts.
    Documents,
    /// The ledger.
    Changes,
    /// What was seen and not changed.
    Findings,
    /// What could not be processed.
    Rejects,
    /// Who stays and who goes.
    Assignments,
    /// Groups of duplicates.
    Clusters,
    /// Look-alikes that all stay.
    Siblings,
    /// Contained and revised documents that stay.
    Related,
    /// Every verified pair.
    Edges,
    /// Paragraphs that an earlier document has already.
    Paragraphs,
}

impl Kind {
    /// Every kind there is.
    pub(super) const ALL: [Self; 10] = [
        Self::Documents,
        Self::Changes,
        Self::Findings,
        Self::Rejects,
        Self::Assignments,
        Self::Clusters,
        Self::Siblings,
        Self::Related,
        Self::Edges,
        Self::Paragraphs,
    ];

    /// The file's name without extension.
    pub fn stem(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Changes => "changes",
            Self::Findings => "findings",
            Self::Rejects => "rejects",
            Self::Assignments => "assignments",
            Self::Clusters => "clusters",
            Self::Siblings => "siblings",
            Self::Related => "related",
            Self::Edges => "edges",
            Self::Paragraphs => "paragraphs",
        }
    }
}

/// Takes rows in their order.
pub trait Outlet {
    /// Takes whole rows of one kind, each with its line end.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn put(&mut self, kind: Kind, rows: &[u8]) -> Result<()>;

    /// Whether [`Outlet::text`] is to be called for each document that stays.
    fn wants_texts(&self) -> bool {
        false
    }

    /// Takes the text of a document, for its own file.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn text(&mut self, id: &str, text: &str) -> Result<()> {
        let _ = (id, text);
        Ok(())
    }

    /// Takes a small file whole, which appears with the others.
    fn file(&mut self, name: &'static str, bytes: Vec<u8>) {
        let _ = (name, bytes);
    }

    /// Passes on what was taken so far, because nothing more is coming for a while.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Rows into the files of an output folder.
pub struct Folder {
    folder: OutFolder,
    shelves: Vec<(Kind, Shelf)>,
    trees: Vec<Tree>,
    small: Vec<(&'static str, Vec<u8>)>,
}

impl Folder {
    /// Opens the folder for some kinds of rows.
    ///
    /// # Errors
    /// [`Error::Store`] for a folder that is there already, [`Error::Write`].
    pub fn create(
        root: &Path,
        existing: Existing,
        kinds: &[Kind],
        settings: &WriteSettings,
    ) -> Result<Self> {
        let folder = OutFolder::create(root, existing)?;
        let shelf = |kind: Kind| (kind, Shelf::new(folder.unfinished(), kind.stem(), settings));
        let is_text = settings.format == OutFormat::Txt;
        let shelves = Kind::ALL
            .into_iter()
            .filter(|kind| kinds.contains(kind) && !(is_text && *kind == Kind::Documents))
            .map(shelf)
            .collect();
        let mut trees = Vec::new();
        for (wanted, name) in [(is_text, DOCUMENTS), (settings.mirror, MIRROR)] {
            if wanted {
                trees.push(Tree::create(folder.unfinished(), name)?);
            }
        }
        Ok(Self {
            folder,
            shelves,
            trees,
            small: Vec::new(),
        })
    }

    /// Opens the folder of a finished run, to replace its rows of some kinds and the report that
    /// is made of them.
    ///
    /// # Errors
    /// [`Error::Store`] where no finished run is there, [`Error::Write`].
    pub fn reopen(root: &Path, kinds: &[Kind], settings: &WriteSettings) -> Result<Self> {
        let mut replaced: Vec<&'static str> = kinds.iter().map(|kind| kind.stem()).collect();
        replaced.push("report");
        let folder = OutFolder::reopen(root, replaced)?;
        let shelf = |kind: &Kind| {
            (
                *kind,
                Shelf::new(folder.unfinished(), kind.stem(), settings),
            )
        };
        let shelves = kinds.iter().map(shelf).collect();
        Ok(Self {
            folder,
            shelves,
            trees: Vec::new(),
            small: Vec::new(),
        })
    }

    /// Folder for temporary files, gone when the run is over.
    pub fn tmp_dir(&self) -> &Path {
        self.folder.unfinished()
    }

    /// Ends all files, adds small ones and gives everything its final name.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(self, small: &[(&str, Vec<u8>)]) -> Result<()> {
        let mut names = Vec::new();
        for (_, shelf) in self.shelves {
            names.extend(shelf.finish()?);
        }
        for tree in self.trees {
            tree.finish(self.folder.root())?;
        }
        let given = self.small.iter().map(|(name, bytes)| (*name, bytes));
        for (name, bytes) in given.chain(small.iter().map(|(name, bytes)| (*name, bytes))) {
            self.folder.write_small(name, bytes)?;
            names.push(name.to_owned());
        }
        self.folder.finish(&names)
    }
}

impl Outlet for Folder {
    fn put(&mut self, kind: Kind, rows: &[u8]) -> Result<()> {
        match self.shelves.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, shelf)) => shelf.push(rows),
            None => Ok(()),
        }
    }

    fn wants_texts(&self) -> bool {
        !self.trees.is_empty()
    }

    fn text(&mut self, id: &str, text: &str) -> Result<()> {
        self.trees
            .iter_mut()
            .try_for_each(|tree| tree.put(id, text))
    }

    fn file(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.small.push((name, bytes));
    }
}

/// Rows into open streams, as a filter does.
#[derive(Default)]
pub struct Streams {
    /// Where each kind goes; a kind that is not here goes nowhere.
    pub streams: Vec<(Kind, Box<dyn Write>)>,
}

impl Outlet for Streams {
    fn put(&mut self, kind: Kind, rows: &[u8]) -> Result<()> {
        for (of, stream) in &mut self.streams {
            if *of == kind {
                stream.write_all(rows).map_err(Error::write("-"))?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        for (_, stream) in &mut self.streams {
            stream.flush().map_err(Error::write("-"))?;
        }
        Ok(())
    }
}

/// Takes rows and forgets them: a dry run.
#[derive(Debug, Default)]
pub struct Nowhere;

impl Outlet for Nowhere {
    fn put(&mut self, _: Kind, _: &[u8]) -> Result<()> {
        Ok(())
    }
}
