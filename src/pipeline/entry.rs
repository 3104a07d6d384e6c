//! What is kept of a document once its text is gone.

use crate::cluster::Rank;
use crate::fingerprint::{Fingerprint, POINTS};
use crate::index::store::Row;
use crate::model::ByteSpan;

use super::dedupe::{DedupeItem, MIN_TOKENS};

/// What is kept of a document once its text is fingerprinted.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) id: Box<str>,
    pub(super) record: Option<Box<str>>,
    pub(super) part: u32,
    pub(super) span: ByteSpan,
    pub(super) rank: Rank,
    pub(super) text_hash: u128,
    pub(super) form_hash: u128,
    pub(super) tokens: u32,
    /// Id of its cluster where that is not its own: that of a keeper which was removed.
    pub(super) cluster: Option<Box<str>>,
    /// Whether its form was made again from an older one.
    pub(super) is_worn: bool,
    /// Number of its site tonight; 0 where that is not known.
    pub(super) site: u32,
}

impl Document {
    /// A document of an earlier night.
    pub(super) fn of_row(row: &Row) -> Self {
        Self {
            id: row.id.as_str().into(),
            record: row.record.as_deref().map(Into::into),
            part: row.part,
            span: row.span,
            rank: Rank {
                night: row.night,
                losses: row.losses,
                spun_ratio: row.spun_ratio,
                truncated: row.truncated,
                body_chars: row.body_chars,
                shown: row.support,
                prefer: row.prefer.clone(),
            },
            text_hash: row.text_hash,
            form_hash: row.form_hash,
            tokens: row.tokens,
            cluster: row.cluster.as_deref().map(Into::into),
            is_worn: row.is_worn,
            site: 0,
        }
    }

    pub(super) fn of_print(print: &Fingerprint) -> Self {
        Self {
            id: "".into(),
            record: None,
            part: 1,
            span: ByteSpan::default(),
            rank: Rank {
                losses: print.masks.saturating_mul(POINTS) + print.damage.points(),
                truncated: print.damage.is_cut,
                ..Rank::default()
            },
            text_hash: print.text_hash,
            form_hash: print.form_hash,
            tokens: print.tokens,
            cluster: None,
            is_worn: false,
            site: 0,
        }
    }

    /// Id of the cluster of which this is the keeper.
    pub(super) fn cluster(&self) -> &str {
        self.cluster.as_deref().unwrap_or(&self.id)
    }

    /// What is known of the document besides its text. What it shows by itself is added: masked
    /// numbers are losses too.
    pub(super) fn describe(&mut self, item: DedupeItem) {
        self.record = (item.record != item.id).then(|| item.record.into());
        self.id = item.id.into();
        self.part = item.part;
        self.span = item.span;
        let shown = std::mem::take(&mut self.rank);
        self.rank = item.rank;
        self.rank.losses = self
            .rank
            .losses
            .saturating_mul(POINTS)
            .saturating_add(shown.losses);
        self.rank.truncated |= shown.truncated;
    }

    pub(super) fn record(&self) -> &str {
        self.record.as_deref().unwrap_or(&self.id)
    }
}

/// What documents are the same by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SameForm {
    Form(u128),
    /// A form that was made again from an older one is comparable with its like alone.
    Worn(u128),
    /// The text of a document with such a form.
    WornText(u128),
    /// The text of one that is too short for a form.
    Text(u128),
}

impl SameForm {
    /// That of a document.
    pub(super) fn of(document: &Document) -> Self {
        if document.tokens < MIN_TOKENS {
            Self::Text(document.text_hash)
        } else if document.is_worn {
            Self::Worn(document.form_hash)
        } else {
            Self::Form(document.form_hash)
        }
    }

    /// What it is found by.
    pub(super) fn hash(self) -> u128 {
        match self {
            Self::Form(hash) | Self::Worn(hash) | Self::WornText(hash) | Self::Text(hash) => hash,
        }
    }
}
