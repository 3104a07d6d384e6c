//! Damaged files: an error, never a wrong answer.

use std::collections::BTreeSet;

use qingwen::Settings;
use qingwen::pipeline::care;

use super::make::{exported, night, nights};

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
