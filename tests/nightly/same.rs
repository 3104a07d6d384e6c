//! Incremental equals batch, and what repeated, removed and damaged nights do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::config::KeepOrMerge;
use qingwen::index::store::{Access, Store};
use qingwen::pipeline::Outcome;
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};
use qingwen::pipeline::night::{Met, Night, NightReport, NightStamp};
use qingwen::pipeline::rebuild::rebuild;

use crate::laws::dedupe::text;

/// Documents of some nights: own texts, noisy copies, masked copies, siblings, exact copies of
/// tonight and of earlier nights, and texts too short to compare.
pub(crate) fn nights(count: u32, docs: u32) -> Vec<Vec<DedupeItem>> {
    (0..count)
        .map(|night| (0..docs).map(|nth| document(night, nth, docs)).collect())
        .collect()
}

fn document(night: u32, nth: u32, docs: u32) -> DedupeItem {
    let number = u64::from(night * docs + nth);
    let earlier = number * 7919 % (number / 2 + 1);
    let body = match number % 9 {
        0..=2 => text(number, 6 + number % 20),
        3 => text(earlier, 6 + earlier % 20),
        4 => text(earlier, 6 + earlier % 20).replace('，', ","),
        5 => {
            let whole = text(earlier, 6 + earlier % 20);
            let cut = whole.char_indices().nth(40).map_or(0, |(at, _)| at);
            format!("转发：{}", &whole[cut..])
        }
        6 => text(earlier, 6 + earlier % 20)
            .replace("青石", "云台")
            .replace('3', "8"),
        7 => text(earlier, 6 + earlier % 20).replace(|c: char| c.is_ascii_digit(), "×"),
        _ => ["谢谢。", "详见附件", "同上"][(number % 3) as usize].to_owned(),
    };
    let id = format!("夜{night}/{:03}", (nth * 37) % docs);
    DedupeItem {
        record: id.clone(),
        id,
        part: 1,
        rank: Rank {
            body_chars: body.chars().count() as u64,
            losses: (number % 5) as u32,
            ..Rank::default()
        },
        text: body,
        ..DedupeItem::default()
    }
}

pub(crate) fn rows(outcome: &Outcome) -> Vec<String> {
    outcome
        .assignments()
        .map(|row| serde_json::to_string(&row).unwrap())
        .collect()
}

pub(crate) fn night(
    root: &Path,
    settings: &Settings,
    items: &[DedupeItem],
) -> qingwen::Result<(Outcome, NightReport)> {
    let tmp = std::env::temp_dir();
    let mut night = Night::open(root, settings, &tmp, None)?;
    for batch in items.chunks(50) {
        night.add_batch(batch.to_vec())?;
    }
    night.finish(&NightStamp::default())
}

fn batch(settings: &Settings, nights: &[Vec<DedupeItem>]) -> Outcome {
    let mut dedupe = Dedupe::new(settings, &std::env::temp_dir()).unwrap();
    for (night, items) in (1..).zip(nights) {
        let mut items = items.clone();
        for item in &mut items {
            item.rank.night = night;
        }
        dedupe.add_batch(items).unwrap();
    }
    dedupe.finish().unwrap()
}

pub(crate) fn exported(root: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    care::export(
        root,
        |row| {
            rows.push(serde_json::to_string(row).unwrap());
            Ok(())
        },
        |_| Ok(()),
        |_| Ok(()),
    )
    .unwrap();
    rows
}

/// The rows of the exported `edges.jsonl`, and the ids in them.
fn edges(root: &Path) -> (BTreeSet<String>, Vec<String>) {
    let (mut ids, mut rows) = (BTreeSet::new(), Vec::new());
    care::export(
        root,
        |_| Ok(()),
        |_| Ok(()),
        |edge| {
            ids.extend([edge.a.to_owned(), edge.b.to_owned()]);
            rows.push(serde_json::to_string(edge).unwrap());
            Ok(())
        },
    )
    .unwrap();
    (ids, rows)
}

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

/// Pages of one template, more than a bucket is compared in full, and noisy copies of some.
fn templates(count: u32, docs: u32) -> Vec<Vec<DedupeItem>> {
    let common = text(77, 24);
    let page = |number: u32| {
        let own = text(u64::from(number) + 5000, 3);
        format!("{common}{own}")
    };
    (0..count)
        .map(|night| {
            (0..docs)
                .map(|nth| {
                    let number = night * docs + nth;
                    let body = match number % 5 {
                        3 => page(number / 2).replacen('，', "、", 3),
                        4 => {
                            let whole = page(number / 3);
                            let at = 30 + (number as usize * 7) % 60;
                            let noise = ["龘", "囧", "〇甲"][number as usize % 3];
                            whole
                                .chars()
                                .enumerate()
                                .map(|(n, c)| match n == at || n == at + 40 {
                                    true => format!("{c}{noise}"),
                                    false => c.to_string(),
                                })
                                .collect()
                        }
                        _ => page(number),
                    };
                    let id = format!("页{night}/{nth:03}");
                    DedupeItem {
                        record: id.clone(),
                        id,
                        part: 1,
                        rank: Rank {
                            body_chars: body.chars().count() as u64,
                            ..Rank::default()
                        },
                        text: body,
                        ..DedupeItem::default()
                    }
                })
                .collect()
        })
        .collect()
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

#[test]
fn the_same_night_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let nights = nights(3, 80);
    let mut last = Vec::new();
    for items in &nights {
        last = rows(&night(folder.path(), &settings, items).unwrap().0);
    }
    let before = std::fs::read(folder.path().join("MANIFEST")).unwrap();
    let (outcome, report) = night(folder.path(), &settings, &nights[2]).unwrap();
    assert!(report.is_repeated && report.night == 3);
    assert_eq!(rows(&outcome), last);
    assert_eq!(
        std::fs::read(folder.path().join("MANIFEST")).unwrap(),
        before
    );
    // Some known, some new.
    let mut mixed = nights[1][..30].to_vec();
    mixed.extend(self::nights(4, 80)[3][..10].to_vec());
    let (_, report) = night(folder.path(), &settings, &mixed).unwrap();
    assert_eq!((report.known_docs, report.new_docs), (30, 10));
}

#[test]
fn other_settings_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    night(folder.path(), &Settings::default(), &nights(1, 20)[0]).unwrap();
    let other = Settings {
        jaccard: 0.8,
        ..Settings::default()
    };
    let error = night(folder.path(), &other, &nights(1, 20)[0])
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("jaccard is 0.7 there and 0.8 here"),
        "{error}"
    );
}

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

#[test]
fn known_ids_are_met_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let items = nights(1, 30).remove(0);
    night(folder.path(), &settings, &items).unwrap();
    let (id, same) = (items[0].id.clone(), items[0].text.clone());
    let meet = |settings: &Settings, text: &str| {
        let mut night = Night::open(folder.path(), settings, &std::env::temp_dir(), None).unwrap();
        night.meet(&id, &[text], |_| false).unwrap()
    };
    assert_eq!(meet(&settings, &same), Met::Same(id.clone()));
    assert_eq!(meet(&settings, "别的"), Met::Version(format!("{id}~2")));
    let skip = Settings {
        on_known_id: qingwen::config::OnKnownId::Skip,
        ..Settings::default()
    };
    assert_eq!(meet(&skip, "别的"), Met::Skip);
}

#[test]
fn damaged_files_are_errors_and_never_wrong_answers() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    for items in nights(2, 40) {
        night(folder.path(), &settings, &items).unwrap();
    }
    // So that there is a file of each kind.
    care::remove_ids(folder.path(), &["夜0/000".to_owned()], None).unwrap();
    let kinds: BTreeSet<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            Some(path.extension()?.to_str()?.to_owned())
        })
        .collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    let truth = exported(folder.path());
    let mut seed = 1_u64;
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("lock"))
        .collect();
    names.sort();
    for path in names {
        let good = std::fs::read(&path).unwrap();
        for trial in 0..40 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (seed >> 33) as usize % good.len();
            let mut bad = good.clone();
            if trial % 4 == 0 {
                bad.truncate(at);
            } else {
                bad[at] ^= 1 << (seed % 8);
            }
            std::fs::write(&path, &bad).unwrap();
            let seen = care::verify(folder.path());
            let mut rows = Vec::new();
            let read = care::export(
                folder.path(),
                |row| {
                    rows.push(serde_json::to_string(row).unwrap());
                    Ok(())
                },
                |_| Ok(()),
                |_| Ok(()),
            );
            // The first eight bytes of a file say nothing that is used.
            assert!(
                seen.is_err() || at < 8,
                "{path:?} byte {at}: verify saw nothing"
            );
            assert!(read.is_err() || rows == truth, "{path:?} byte {at}");
        }
        std::fs::write(&path, &good).unwrap();
    }
    assert_eq!(exported(folder.path()), truth);
}
