//! The sums of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cook::RecordCounts;

/// How often a rule acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    /// Changes of the ledger that bear its name.
    pub changes: u64,
    /// Findings under its name.
    pub findings: u64,
}

/// Everything a run counts. **records = with_documents + empties + rejects** and
/// **documents_made = kept + duplicates**.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Records met, rejects and inputs that broke off included.
    pub records: u64,
    /// Records with at least one document.
    pub with_documents: u64,
    /// Records of which no text is left.
    pub empties: u64,
    /// Records that could not be processed.
    pub rejects: u64,
    /// Documents that came out of cleaning.
    pub documents_made: u64,
    /// Documents that stay.
    pub kept: u64,
    /// Documents that are duplicates of others.
    pub duplicates: u64,
    /// Records that gave more than one document.
    pub split_records: u64,
    /// Records with at least one change.
    pub changed_records: u64,
    /// Records whose id was seen before.
    pub duplicate_ids: u64,
    /// Inputs that could not be opened or read to their end; each is a reject too.
    pub unreadable_inputs: u64,
    /// Files in folders that no reader knows.
    pub ignored_files: u64,
    /// Records that had not come to rest when the cap of passes was reached.
    pub unstable_records: u64,
    /// UTF-8 bytes of all source texts.
    pub source_bytes: u64,
    /// UTF-8 bytes of all documents.
    pub text_bytes: u64,
    /// Records by encoding.
    pub encodings: BTreeMap<String, u64>,
    /// Rejects by the room that gave up.
    pub rejects_by_stage: BTreeMap<String, u64>,
    /// Changes and findings by room.
    pub by_stage: BTreeMap<String, RuleCount>,
    /// Changes and findings by rule.
    pub by_rule: BTreeMap<String, RuleCount>,
}

impl Totals {
    pub(super) fn reject(&mut self, stage: &str) {
        self.records += 1;
        self.rejects += 1;
        *self.rejects_by_stage.entry(stage.to_owned()).or_default() += 1;
    }

    pub(super) fn record(&mut self, documents: u64, encoding: &str, counts: &RecordCounts) {
        self.records += 1;
        self.documents_made += documents;
        if documents == 0 {
            self.empties += 1;
        } else {
            self.with_documents += 1;
        }
        self.split_records += u64::from(documents > 1);
        self.changed_records += u64::from(!counts.changes.is_empty());
        self.unstable_records += u64::from(counts.unstable);
        self.source_bytes += counts.source_bytes;
        self.text_bytes += counts.text_bytes;
        match self.encodings.get_mut(encoding) {
            Some(count) => *count += 1,
            None => {
                self.encodings.insert(encoding.to_owned(), 1);
            }
        }
        for (rule, count) in &counts.changes {
            self.of(rule.as_str()).changes += count;
        }
        for (rule, count) in &counts.findings {
            self.of(rule.as_str()).findings += count;
        }
    }

    fn of(&mut self, rule: &str) -> &mut RuleCount {
        if !self.by_rule.contains_key(rule) {
            self.by_rule.insert(rule.to_owned(), RuleCount::default());
        }
        self.by_rule.get_mut(rule).expect("it was just put there")
    }

    /// Sums the rules up by room.
    pub(super) fn close(&mut self) {
        self.by_stage.clear();
        for (rule, count) in &self.by_rule {
            let room = rule.split_once('/').map_or(rule.as_str(), |(room, _)| room);
            let sum = self.by_stage.entry(room.to_owned()).or_default();
            sum.changes += count.changes;
            sum.findings += count.findings;
        }
    }
}
