//! What is read: records, what is known about them, and what could not be processed.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{ByteSpan, Reason};

/// One thing that was read, before any change.
#[derive(Debug)]
pub struct Record {
    /// Its id as the contract makes it (before `~2` for one seen again).
    pub id: String,
    /// `path`, or `path:LINE` for a record of a file of many.
    pub source: String,
    /// Its text, decoded or not.
    pub body: Body,
    /// What else is known.
    pub facts: Facts,
    /// The other fields of the input record, in their order, as they were written. None for a
    /// file that is one document.
    pub fields: Option<Fields>,
}

/// The text of a record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Bytes of an encoding yet to be found.
    Bytes(Vec<u8>),
    /// Text that was UTF-8 by its format (JSON, Parquet).
    Text(String),
    /// The bytes of an HTML page, of an encoding yet to be found and yet to be rendered.
    Html(Vec<u8>),
}

/// The fields of an input record in their order, each value as it was written.
pub type Fields = Vec<(String, Box<RawValue>)>;

/// What is known about a record besides its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// File name without folders, extension and compression suffix.
    pub name: Option<String>,
    /// Address of the page, as the record gives it. Never opened.
    pub url: Option<String>,
    /// Host of the page, or what else tells its site.
    pub site: Option<String>,
    /// Charset that a header or meta tag declares, as written there.
    pub declared_charset: Option<String>,
    /// Facts per line of the source text where it was rendered from HTML, ascending by span.
    pub lines: Vec<LineFact>,
    /// The block elements of that page by their number, each after the one around it; the first
    /// stands for the page.
    pub blocks: Vec<BlockFact>,
}

/// One block element of an HTML page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BlockFact {
    /// Number of the block element around it; the page itself is its own.
    pub above: u32,
    /// Hashes of its element's name and of words of its class and id, the first few; 0 is none.
    pub names: [u16; 6],
}

/// What HTML said about one line of the rendered text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineFact {
    /// Source bytes of the line, without its line end.
    pub span: ByteSpan,
    /// Share of the line's characters that stand inside links, 0 to 1.
    pub link_ratio: f32,
    /// 1 to 6 inside `<h1>`…`<h6>`, 0 elsewhere.
    pub heading: u8,
    /// Inside a list item.
    pub in_list: bool,
    /// Inside a table cell.
    pub in_table: bool,
    /// Inside `<pre>` or `<code>`.
    pub is_code: bool,
    /// Inside `<nav>`, `<footer>`, `<header>`, `<aside>`, a form or a button.
    pub in_chrome_element: bool,
    /// Inside `<article>`, `<main>` or an element that is named like one.
    pub in_content_element: bool,
    /// Inside an element that a browser does not show.
    pub hidden: bool,
    /// Number of the nearest block element, for telling which lines stand in one block.
    pub block: u32,
    /// Number of the block element around that one: the paragraphs of an article share it.
    pub container: u32,
    /// Inside the page's `<title>`.
    pub is_page_title: bool,
}

/// What meta lines said of a document before they went. Null where silent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Date as written on the page.
    pub date: Option<String>,
    /// Author or editor.
    pub author: Option<String>,
    /// Where the page says it was taken from.
    pub source: Option<String>,
    /// Its line about rights.
    pub rights: Option<String>,
}

/// What the rooms learn about a document besides its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notes {
    /// The document's true title, where one was found.
    pub title: Option<String>,
    /// What meta lines said.
    pub meta: Meta,
    /// Words found to be spun (repaired or not) over the words that the lexicon could judge.
    pub spun_ratio: f64,
    /// The spinner family that most of them belong to.
    pub spun_family: Option<String>,
    /// Places where text is known to be lost (bad bytes, stripped numbers).
    pub losses: u32,
    /// Whether the text breaks off.
    pub truncated: bool,
    /// What speaks for each repair and each finding of one; empty where nobody asked.
    pub reasons: Vec<Reason>,
}

/// A thing that could not be processed, and why. It never stops a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reject {
    /// `path` or `path:LINE`.
    pub source: String,
    /// Its id, where it had one.
    pub record: Option<String>,
    /// The room that gave up.
    pub stage: &'static str,
    /// Why.
    pub error: String,
    /// Line of the input file, from 1.
    pub line: Option<u64>,
    /// The raw bytes, base64, cut to 64 KiB of them.
    pub raw_base64: String,
}
