//! `.html`, `.htm`: one page a file, in any encoding.

use super::text::cut_whole;
use super::{Parcel, Reader, Unpacked};
use crate::config::ReadSettings;
use crate::model::{Body, Facts, Record};

pub(super) const READER: Reader = Reader {
    name: "HTML",
    extensions: &["html", "htm", "xhtml", "shtml"],
    magic: &[b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML", b"<!Doctype"],
    one_document: true,
    cut: cut_whole,
    unpack,
};

fn unpack(parcel: Parcel, _: &ReadSettings) -> Vec<Unpacked> {
    let origin = &parcel.origin;
    vec![Ok(Record {
        id: origin.id_path().to_owned(),
        source: origin.source.clone(),
        facts: Facts {
            name: Some(origin.stem().to_owned()),
            ..Facts::default()
        },
        body: Body::Html(parcel.bytes),
        fields: None,
    })]
}
