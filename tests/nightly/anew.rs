//! What is decided anew: after removals, for better copies, under other settings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::config::KeepOrMerge;
use qingwen::index::store::{Access, Store};
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::DedupeItem;
use qingwen::pipeline::rebuild::rebuild;

use super::make::{edges, exported, night, nights, rows};
use crate::laws::dedupe::text;

#[test]
fn removed_documents_make_way_and_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    for items in nights(4, 90) {
        night(folder.path(), &settings, &items).unwrap();
    }
    let keepers: BTreeSet<String> = exported(folder.path())
        .iter()
        .filter_map(|row| {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            row["duplicate_of"].as_str().map(str::to_owned)
        })
        .collect();
    let gone: Vec<String> = keepers.into_iter().step_by(3).collect();
    assert!(gone.len() > 5);
    let removed = care::remove_ids(folder.path(), &gone, None).unwrap();
    assert_eq!(removed.documents as usize, gone.len());
    assert!(!removed.changed.is_empty());
    care::verify(folder.path()).unwrap();
    let before = exported(folder.path());
    for row in &before {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        assert!(!gone.iter().any(|id| row["duplicate_of"] == id.as_str()));
    }
    let numbers = |root: &Path| {
        let store = Store::open(root, Access::Look, None).unwrap();
        let mut numbers = BTreeSet::new();
        store
            .each_row(|row| {
                if gone.contains(&row.id) {
                    assert!(row.is_removed);
                    numbers.insert(row.number);
                }
                Ok(())
            })
            .unwrap();
        numbers
    };
    let removed_numbers = numbers(folder.path());
    assert_eq!(removed_numbers.len(), gone.len());
    care::compact(folder.path(), None, None).unwrap();
    // Neither row nor glance nor form nor edge of them is there.
    assert!(numbers(folder.path()).is_empty());
    let store = Store::open(folder.path(), Access::Look, None).unwrap();
    for &number in &removed_numbers {
        assert!(store.forms(&[number]).is_err() && store.glance(number).is_err());
    }
    store
        .each_edges(|edges| {
            let names = |n: u32| removed_numbers.contains(&n);
            assert!(!edges.iter().any(|edge| names(edge.a) || names(edge.b)));
            Ok(())
        })
        .unwrap();
    drop(store);
    care::verify(folder.path()).unwrap();
    assert_eq!(exported(folder.path()), before);
    // A copy of what is gone finds the one that took its place.
    let (outcome, _) = night(folder.path(), &settings, &nights(5, 90)[4]).unwrap();
    assert_eq!(outcome.assignments().count(), 90);
    care::verify(folder.path()).unwrap();
}

#[test]
fn a_better_copy_is_named_and_takes_the_place_when_told() {
    let body = text(1, 20);
    let worn = |n: usize| {
        let length = body.chars().count();
        body.chars().take(length - 25 * n).collect::<String>()
    };
    let item = |id: &str, text: &str, losses: u32| DedupeItem {
        record: id.to_owned(),
        id: id.to_owned(),
        part: 1,
        rank: Rank {
            losses,
            body_chars: text.chars().count() as u64,
            ..Rank::default()
        },
        text: text.to_owned(),
        ..DedupeItem::default()
    };
    let first = [item("旧", &worn(1), 9), item("副", &worn(2), 12)];
    let second = [item("新", &body, 0), item("他", &text(9, 15), 0)];
    for rekeep in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            rekeep,
            ..Settings::default()
        };
        night(folder.path(), &settings, &first).unwrap();
        let (outcome, _) = night(folder.path(), &settings, &second).unwrap();
        let tonight = rows(&outcome);
        let changed: Vec<_> = outcome.changed().iter().map(|row| &row.id[..]).collect();
        if rekeep {
            assert!(
                tonight[0].contains("\"cluster\":\"旧\",\"keep\":true"),
                "{tonight:?}"
            );
            assert_eq!(changed, ["旧", "副"]);
            assert!(
                outcome
                    .changed()
                    .iter()
                    .all(|row| row.duplicate_of.as_deref() == Some("新"))
            );
        } else {
            assert!(
                tonight[0].contains("\"duplicate_of\":\"旧\""),
                "{tonight:?}"
            );
            assert!(tonight[0].ends_with("\"better\":true}"), "{tonight:?}");
            assert!(changed.is_empty());
        }
        let all = exported(folder.path());
        care::verify(folder.path()).unwrap();
        // The same night again says the same.
        let (again, _) = night(folder.path(), &settings, &second).unwrap();
        assert_eq!(rows(&again), tonight);
        assert_eq!(again.changed(), outcome.changed());
        assert_eq!(exported(folder.path()), all);
        care::compact(folder.path(), None, None).unwrap();
        care::verify(folder.path()).unwrap();
        assert_eq!(exported(folder.path()), all);
    }
}

#[test]
fn a_rebuilt_index_decides_as_if_made_so() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = Settings::default();
    let strict = Settings {
        jaccard: 0.9,
        siblings: KeepOrMerge::Merge,
        ..Settings::default()
    };
    for items in nights(4, 90) {
        night(folder.path(), &settings, &items).unwrap();
        night(other.path(), &strict, &items).unwrap();
    }
    let tmp = std::env::temp_dir();
    let before = exported(folder.path());
    let same = rebuild(folder.path(), &BTreeMap::new(), &tmp, None).unwrap();
    assert_eq!((same.documents, same.changed), (360, 0));
    assert!(same.settings.is_empty(), "{same:?}");
    assert_eq!(exported(folder.path()), before);
    care::verify(folder.path()).unwrap();
    let given = [("jaccard", "0.9"), ("siblings", "merge")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let rebuilt = rebuild(folder.path(), &given.into(), &tmp, None).unwrap();
    assert!(
        rebuilt.changed > 0 && rebuilt.settings.len() >= 2,
        "{rebuilt:?}"
    );
    assert_eq!(exported(folder.path()), exported(other.path()));
    assert_eq!(edges(folder.path()), edges(other.path()));
    care::verify(folder.path()).unwrap();
    // The backup is an index of its own; compaction leaves none.
    let backup = folder.path().join(&rebuilt.backup);
    assert_eq!(exported(&backup), before);
    let items = &nights(5, 90)[4];
    let rows_of = |root: &Path| rows(&night(root, &strict, items).unwrap().0);
    assert_eq!(rows_of(folder.path()), rows_of(other.path()));
    care::compact(folder.path(), None, None).unwrap();
    assert!(!backup.exists());
}
