//! Where are the documents? Files → records.
//!
//! Enters: what the user named (files, folders, globs, standard input). Leaves: parcels of raw
//! bytes, cut in order by one thread, and [`Record`]s unpacked from them by
//! many. It refuses to guess: a line that is no record becomes a
//! [`Reject`] with its bytes, an input that breaks off is an error that is
//! counted while the rest is done.
//!
//! A format is one entry of [`READERS`]: its name, extensions, magic bytes, and two functions.
//! `cut` runs once for a file, in order, and only looks for the borders between records; `unpack`
//! does the dear part (JSON, charsets, HTML) and runs on all cores.

mod compressed;
pub mod html;
mod http;
mod ids;
mod inputs;
mod json;
mod json_lines;
mod json_values;
mod out;
mod reject;
mod text;
mod warc;
mod web_page;

use std::io::Read;
use std::sync::Arc;

pub use compressed::{Stream, open};
pub use ids::Ids;
pub use inputs::{Inputs, Origin, list};
pub use out::{Rows, rows, rows_of_file, small_file, text_of};
pub use reject::reject;

use crate::config::ReadSettings;
use crate::model::{Record, Reject, RuleDoc, RuleId};

/// An id seen again in one run.
pub const DUPLICATE_ID: RuleId = RuleId::new("read/duplicate-id");

/// Raw bytes of one file that hold whole records.
#[derive(Debug)]
pub struct Parcel {
    /// The file.
    pub origin: Arc<Origin>,
    /// Number of the first record or line inside, from 1.
    pub first: u64,
    /// The bytes, uncompressed.
    pub bytes: Vec<u8>,
}

/// What comes out of a parcel, in order.
pub type Unpacked = Result<Record, Box<Reject>>;

/// Takes the parcels of a file; says whether to go on.
pub type Sink<'a> = dyn FnMut(Parcel) -> bool + 'a;

/// Cuts the bytes of a file into parcels.
pub type Cut = fn(Box<dyn Read + Send>, &Arc<Origin>, &mut Sink<'_>) -> std::io::Result<()>;

/// Makes records of a parcel.
pub type Unpack = fn(Parcel, &ReadSettings) -> Vec<Unpacked>;

/// One input format.
pub struct Reader {
    /// Its name in messages.
    pub name: &'static str,
    /// File extensions without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// How the (uncompressed) bytes of such a file begin, where that tells anything.
    pub magic: &'static [&'static [u8]],
    /// Whether a file is one document: its path is the id and its title is written beside it.
    pub one_document: bool,
    /// Cuts a file into parcels, in order. An error is an input that broke off.
    pub cut: Cut,
    /// Makes records of a parcel.
    pub unpack: Unpack,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every input format. Order matters for magic bytes alone: the first that fits is taken.
pub static READERS: &[Reader] = &[
    json_lines::READER,
    json_values::READER,
    text::READER,
    web_page::READER,
    warc::READER,
];

/// Formats that are known by name and cannot be read yet.
pub static NOT_YET: &[(&str, &[&str])] = &[("Parquet", &["parquet"]), ("CSV", &["csv", "tsv"])];

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    vec![RuleDoc {
        id: DUPLICATE_ID,
        since: "0.1.0",
        on_by_default: true,
        removes: "Nothing. It reports a record whose id was seen before in the same run.",
        why: "Two records of one id cannot be told apart in the output; the later one is kept as `id~2`, `id~3`, ….",
        examples: Vec::new(),
        leaves_alone: "The records themselves: both are cleaned and written.",
        keeps: vec!["关于召开春季防火工作会议的通知"],
        risk: "Ids are compared by a 64-bit hash: among ten million ids a false match has a chance of three in a million, and costs a `~2` too many.",
    }]
}
