//! `.txt` and `.md`: one document a file, in any encoding.

use std::io::{self, Read};
use std::sync::Arc;

use super::{Origin, Parcel, Reader, Sink, Unpacked};
use crate::config::ReadSettings;
use crate::model::{Body, Facts, Record};

pub(super) const READER: Reader = Reader {
    name: "text",
    extensions: &["txt", "md"],
    magic: &[],
    one_document: true,
    cut: cut_whole,
    unpack,
};

/// The same, for files of which nothing tells the format.
pub(super) static READER_REF: Reader = READER;

/// Takes a file whole.
pub(super) fn cut_whole(
    mut read: Box<dyn Read + Send>,
    origin: &Arc<Origin>,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    read.read_to_end(&mut bytes)?;
    sink(Parcel {
        origin: Arc::clone(origin),
        first: 1,
        bytes,
    });
    Ok(())
}

fn unpack(parcel: Parcel, _: &ReadSettings) -> Vec<Unpacked> {
    let origin = &parcel.origin;
    vec![Ok(Record {
        id: origin.id_path().to_owned(),
        source: origin.source.clone(),
        facts: Facts {
            name: Some(origin.stem().to_owned()),
            ..Facts::default()
        },
        body: Body::Bytes(parcel.bytes),
        fields: None,
    })]
}
