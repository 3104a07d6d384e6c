//! Incremental equals batch.

use std::path::Path;

use qingwen::Settings;
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::DedupeItem;

use super::make::{batch, edges, exported, night, nights, rows, templates};

/// Feeds the nights into the index at `root` and compares row by row with one run over all.
fn assert_same_night_by_night(root: &Path, nights: &[Vec<DedupeItem>], at_once: &[String]) {
    let mut one_by_one = Vec::new();
    for items in nights {
        let (outcome, _) = night(root, &Settings::default(), items).unwrap();
        one_by_one.extend(rows(&outcome));
    }
    for (one, other) in one_by_one.iter().zip(at_once) {
        assert_eq!(one, other);
    }
    assert_eq!(one_by_one.len(), at_once.len());
}

#[test]
fn nights_decide_as_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let nights = nights(7, 120);
    let at_once = rows(&batch(&settings, &nights));
    assert_same_night_by_night(folder.path(), &nights, &at_once);
    assert_eq!(exported(folder.path()), at_once, "the export says the same");
    let (ids, edges) = edges(folder.path());
    for row in &at_once {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        if row["relation"] == "near" {
            let keeper = row["duplicate_of"].as_str().unwrap();
            assert!(ids.contains(keeper), "{keeper} stands in no edge");
        }
    }
    let near = edges.iter().filter(|row| row.contains("\"accepted\":true"));
    assert!(near.count() > 5);
    let dropped = at_once.iter().filter(|row| row.contains("\"keep\":false"));
    assert!(dropped.count() > 150, "the corpus tests something");
    care::verify(folder.path()).unwrap();
    care::compact(folder.path(), None, None).unwrap();
    care::verify(folder.path()).unwrap();
    assert_eq!(exported(folder.path()), at_once, "and after compaction");
}

#[test]
fn nights_decide_as_one_run_in_large_buckets() {
    let settings = Settings::default();
    for (count, docs) in [(6, 40), (3, 150), (12, 25)] {
        let folder = tempfile::tempdir().unwrap();
        let nights = templates(count, docs);
        let whole = batch(&settings, &nights);
        assert!(whole.facts.largest_bucket_docs > 128, "{:?}", whole.facts);
        let at_once = rows(&whole);
        assert_same_night_by_night(folder.path(), &nights, &at_once);
        let dropped = at_once.iter().filter(|row| row.contains("\"keep\":false"));
        assert!(dropped.count() > 20, "the corpus tests something");
    }
}
