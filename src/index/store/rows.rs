//! What the index remembers of each document.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::bytes::{Taker, put, put_bytes};
use super::items::{ItemWriter, Layout, read_items};
use super::pages::{FileFacts, PageFile};
use crate::Result;
use crate::model::ByteSpan;

/// Why a document goes: its keeper, and the measures that the two stand on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number of the keeper.
    pub keeper: u32,
    /// Number of the relation.
    pub relation: u8,
    /// Number of the measure.
    pub measure: u8,
    /// Value of the measure times 10,000.
    pub similarity_e4: u16,
    /// SimHash distance.
    pub hamming: u8,
}

/// A document of the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number, in the order in which documents came.
    pub number: u32,
    /// Its id.
    pub id: String,
    /// Id of its record; None where it is the document's own.
    pub record: Option<String>,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the source text.
    pub span: ByteSpan,
    /// Night on which it came, from 1.
    pub night: u32,
    /// Places where text is lost.
    pub losses: u32,
    /// Share of spun words.
    pub spun_ratio: f64,
    /// Whether the text breaks off.
    pub truncated: bool,
    /// Characters of body text.
    pub body_chars: u64,
    /// How well its copies bear it out.
    pub support: u64,
    /// Values of the preferences.
    pub prefer: Vec<i64>,
    /// Hash of its text.
    pub text_hash: u128,
    /// Hash of its canonical form.
    pub form_hash: u128,
    /// Tokens of the form.
    pub tokens: u32,
    /// Distinct shingles.
    pub shingles: u32,
    /// SimHash, where it stands in the row, as it did in format 1; later it is in the glances.
    pub inline_simhash: Option<[u64; 2]>,
    /// The first document of the same form, which has form and postings; its own number for that.
    pub first: u32,
    /// Why it goes; None where it stays.
    pub decision: Option<Decision>,
    /// Whether it stands in a group of siblings that another represents.
    pub is_sibling: bool,
    /// Whether it stands in a group of related documents that another represents.
    pub is_related: bool,
    /// Bytes of its canonical form.
    pub form_bytes: u32,
    /// Id of the cluster where it is not that of the keeper.
    pub cluster: Option<String>,
    /// Whether it was removed.
    pub is_removed: bool,
    /// Whether its form was made again from one of an older version: what that one dropped is
    /// not in it.
    pub is_worn: bool,
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

impl Row {
    fn write(&self, out: &mut Vec<u8>) {
        let flags = u64::from(self.truncated)
            | u64::from(self.decision.is_some()) << 1
            | u64::from(self.is_sibling) << 2
            | u64::from(self.is_related) << 3
            | u64::from(self.record.is_some()) << 4
            | u64::from(self.spun_ratio != 0.0) << 5
            | u64::from(self.cluster.is_some()) << 6
            | u64::from(self.is_removed) << 7
            | u64::from(self.first != self.number) << 8
            | u64::from(self.inline_simhash.is_none()) << 9
            | u64::from(self.is_worn) << 10;
        for value in [u64::from(self.number), flags] {
            put(out, value);
        }
        put_bytes(out, self.id.as_bytes());
        for text in [&self.record, &self.cluster].into_iter().flatten() {
            put_bytes(out, text.as_bytes());
        }
        for value in [
            u64::from(self.part),
            self.span.start as u64,
            self.span.end as u64,
            u64::from(self.night),
            u64::from(self.losses),
            self.body_chars,
            self.support,
            u64::from(self.tokens),
            u64::from(self.shingles),
            u64::from(self.form_bytes),
            self.prefer.len() as u64,
        ] {
            put(out, value);
        }
        for &value in &self.prefer {
            put(out, zigzag(value));
        }
        if self.spun_ratio != 0.0 {
            out.extend_from_slice(&self.spun_ratio.to_le_bytes());
        }
        if self.first != self.number {
            put(out, u64::from(self.first));
        }
        out.extend_from_slice(&self.text_hash.to_le_bytes());
        out.extend_from_slice(&self.form_hash.to_le_bytes());
        for word in self.inline_simhash.into_iter().flatten() {
            out.extend_from_slice(&word.to_le_bytes());
        }
        if let Some(decision) = self.decision {
            put(out, u64::from(decision.keeper));
            out.extend_from_slice(&[decision.relation, decision.measure, decision.hamming]);
            out.extend_from_slice(&decision.similarity_e4.to_le_bytes());
        }
    }

    fn read(taker: &mut Taker<'_>) -> Option<Self> {
        let number = taker.number32()?;
        let flags = taker.number()?;
        let has = |bit: u32| flags >> bit & 1 == 1;
        let mut row = Self {
            number,
            truncated: has(0),
            is_sibling: has(2),
            is_related: has(3),
            is_removed: has(7),
            is_worn: has(10),
            id: taker.text()?.to_owned(),
            ..Self::default()
        };
        if has(4) {
            row.record = Some(taker.text()?.to_owned());
        }
        if has(6) {
            row.cluster = Some(taker.text()?.to_owned());
        }
        row.part = taker.number32()?;
        let start = usize::try_from(taker.number()?).ok()?;
        let end = usize::try_from(taker.number()?).ok()?;
        if end < start {
            return None;
        }
        row.span = ByteSpan::new(start, end);
        row.night = taker.number32()?;
        row.losses = taker.number32()?;
        row.body_chars = taker.number()?;
        row.support = taker.number()?;
        row.tokens = taker.number32()?;
        row.shingles = taker.number32()?;
        row.form_bytes = taker.number32()?;
        for _ in 0..taker.number()? {
            row.prefer.push(unzigzag(taker.number()?));
        }
        if has(5) {
            row.spun_ratio = f64::from_le_bytes(taker.fixed()?);
        }
        row.first = if has(8) { taker.number32()? } else { number };
        row.text_hash = u128::from_le_bytes(taker.fixed()?);
        row.form_hash = u128::from_le_bytes(taker.fixed()?);
        if !has(9) {
            row.inline_simhash = Some([
                u64::from_le_bytes(taker.fixed()?),
                u64::from_le_bytes(taker.fixed()?),
            ]);
        }
        if has(1) {
            let keeper = taker.number32()?;
            let [relation, measure, hamming] = taker.fixed()?;
            row.decision = Some(Decision {
                keeper,
                relation,
                measure,
                hamming,
                similarity_e4: u16::from_le_bytes(taker.fixed()?),
            });
        }
        Some(row)
    }

    /// Id of its record.
    pub fn record(&self) -> &str {
        self.record.as_deref().unwrap_or(&self.id)
    }
}

const LAYOUT: Layout = Layout {
    page_items: 64,
    is_packed: true,
};

/// Writes rows in ascending order of their numbers.
#[derive(Debug)]
pub struct RowWriter(ItemWriter);

impl RowWriter {
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self> {
        Ok(Self(ItemWriter::create(folder, name, LAYOUT)?))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`crate::Error::Write`].
    pub fn push(&mut self, row: &Row) -> Result<()> {
        self.0.push(row.number, |_, out| row.write(out))
    }

    pub(super) fn finish(self) -> Result<FileFacts> {
        self.0.finish()
    }
}

/// The rows of a page.
pub(super) fn read_page(file: &PageFile, nth: usize) -> Result<Vec<Row>> {
    read_items(file, nth, LAYOUT.is_packed, |taker, _, items| {
        let rows: Vec<Row> = (0..items)
            .map(|_| Row::read(taker))
            .collect::<Option<_>>()?;
        rows.is_sorted_by_key(|row| row.number).then_some(rows)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = RowWriter::create(folder.path(), "d").unwrap();
        let row = |n: u32| Row {
            number: n,
            id: format!("甲/{n}"),
            record: n.is_multiple_of(3).then(|| "甲".to_owned()),
            part: n,
            span: ByteSpan::new(3, 9 + n as usize),
            spun_ratio: f64::from(n % 4) / 7.0,
            prefer: vec![-20_120_503, i64::MAX, i64::MIN],
            first: n / 2,
            decision: (n % 2 == 1).then(|| Decision {
                keeper: n / 2,
                similarity_e4: 9412,
                ..Decision::default()
            }),
            text_hash: u128::from(n) << 77,
            cluster: (n == 5).then(|| "乙".to_owned()),
            inline_simhash: (n == 7).then_some([1, u64::MAX]),
            ..Row::default()
        };
        for n in 0..200 {
            writer.push(&row(n)).unwrap();
        }
        let file = PageFile::open(folder.path(), &writer.finish().unwrap()).unwrap();
        let rows: Vec<Row> = (0..file.pages.len())
            .flat_map(|nth| read_page(&file, nth).unwrap())
            .collect();
        assert_eq!(rows, (0..200).map(row).collect::<Vec<_>>());
    }
}
