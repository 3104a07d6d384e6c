//! `--verify-store none`: what nobody can see is no reason to drop a document.

use qingwen::Settings;
use qingwen::config::{KeepOrMerge, VerifyStore};
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::DedupeItem;
use serde_json::Value;

use super::make::{exported, night, rows};
use crate::laws::dedupe::text;

fn settings(siblings: KeepOrMerge, revisions: KeepOrMerge) -> Settings {
    Settings {
        verify_store: VerifyStore::None,
        siblings,
        revisions,
        ..Settings::default()
    }
}

fn item(id: &str, text: String) -> DedupeItem {
    DedupeItem {
        record: id.to_owned(),
        id: id.to_owned(),
        part: 1,
        text,
        ..DedupeItem::default()
    }
}

/// A report of one county, and on the next night the same again, the same in another dress, that
/// of another county with other figures, and a noisy copy.
fn nights() -> [Vec<DedupeItem>; 2] {
    let report = format!("青石县2019年工作汇报。{}全年完成投资37亿元。", text(1, 30));
    let other = report
        .replace("青石县2019", "云台县2021")
        .replace("37亿", "52亿");
    let noisy = report.replacen('的', "的囧", 1).replacen('，', "，龘", 1);
    assert!(other != report && noisy != report);
    [
        vec![item("本", report.clone()), item("别", text(2, 30))],
        vec![
            item("同", report.clone()),
            item("衣", report.replace('，', ",")),
            item("县", other),
            item("噪", noisy),
        ],
    ]
}

fn told(row: &str) -> (bool, String) {
    let row: Value = serde_json::from_str(row).unwrap();
    let word = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
    (
        row["keep"].as_bool().unwrap(),
        format!("{} {}", word("relation"), word("measure")),
    )
}

#[test]
fn look_alikes_stay_where_nobody_can_see_in_what_they_differ() {
    use KeepOrMerge::{Keep, Merge};
    let [first, second] = nights();
    for (siblings, revisions) in [(Keep, Keep), (Merge, Keep), (Keep, Merge), (Merge, Merge)] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(siblings, revisions);
        night(folder.path(), &settings, &first).unwrap();
        let (outcome, _) = night(folder.path(), &settings, &second).unwrap();
        let told: Vec<_> = rows(&outcome).iter().map(|row| told(row)).collect();
        assert_eq!(told[0], (false, "exact jaccard".to_owned()));
        assert_eq!(told[1], (false, "canonical jaccard".to_owned()));
        if (siblings, revisions) == (Merge, Merge) {
            for unseen in &told[2..] {
                assert_eq!(*unseen, (false, "sibling estimated".to_owned()));
            }
        } else {
            assert!(told[2].0, "the other county stays");
        }
        if (siblings, revisions) == (Keep, Keep) {
            assert!(told[3].0, "nobody can tell that it is a copy");
            let groups = serde_json::to_string(&outcome.siblings().collect::<Vec<_>>()).unwrap();
            for part in ["县", "噪", "\"measure\":\"estimated\"", "\"differs\":[]"] {
                assert!(groups.contains(part), "{groups}");
            }
        }
        care::verify(folder.path()).unwrap();
        // The same night again says the same.
        let again = night(folder.path(), &settings, &second).unwrap().0;
        assert_eq!(rows(&again), rows(&outcome));
    }
}

#[test]
fn whose_keeper_was_removed_follows_none_unseen() {
    let [first, mut second] = nights();
    let folder = tempfile::tempdir().unwrap();
    let merging = settings(KeepOrMerge::Merge, KeepOrMerge::Merge);
    second.retain(|item| item.id != "县");
    night(folder.path(), &merging, &first).unwrap();
    night(folder.path(), &merging, &second).unwrap();
    care::remove_ids(folder.path(), &["本".to_owned()], None).unwrap();
    let told: Vec<_> = exported(folder.path())
        .iter()
        .map(|row| told(row))
        .collect();
    let kept = told.iter().filter(|(keep, _)| *keep).count();
    assert_eq!(kept, 2, "{told:?}");
    for (keep, why) in told {
        let may_be = ["canonical jaccard", "sibling estimated"];
        assert!(keep || may_be.contains(&&why[..]), "{why}");
    }
    care::verify(folder.path()).unwrap();
}
