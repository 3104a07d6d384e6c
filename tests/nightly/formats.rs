//! Older formats and canonical forms are brought to this one's; newer ones are refused.
//!
//! `older/form-1` and `older/form-2` are the indexes that programs with those canonical forms made
//! of `older/1.jsonl` and `older/2.jsonl`; the first is of format 1 too.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::fingerprint::CANONICAL_VERSION;
use qingwen::index::store::{Access, FAILPOINTS, FORMAT, Store};
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::DedupeItem;
use qingwen::pipeline::rebuild::{Rebuilt, rebuild};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::make::{exported, night, nights, rows};

/// Changes the manifest of an index and seals it again.
fn edit(root: &Path, change: impl FnOnce(&mut Value)) {
    let path = root.join("MANIFEST");
    let text = fs::read_to_string(&path).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    let mut manifest: Value = serde_json::from_str(body).unwrap();
    change(&mut manifest);
    let body = serde_json::to_string_pretty(&manifest).unwrap();
    let format = manifest["format"].as_u64().unwrap();
    let hash = xxh3_128(body.as_bytes());
    fs::write(&path, format!("qingwen-index {format} {hash:032x}\n{body}")).unwrap();
}

/// Makes of an index what format 1 would have: glances within the rows, and no edges.
fn age(root: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(root, Access::Look, None).unwrap();
    let mut other = Store::open(
        scratch.path(),
        Access::Change(None),
        Some(&Default::default()),
    )
    .unwrap();
    let mut commit = other.change().unwrap();
    let mut rows = commit.rows().unwrap();
    store
        .each_row(|row| {
            let mut row = row.clone();
            row.inline_simhash = Some(store.glance(row.number)?.simhash);
            rows.push(&row)
        })
        .unwrap();
    commit.add_rows(rows).unwrap();
    commit.finish(store.manifest().next_document, None).unwrap();
    let mut facts = serde_json::to_value(&other.manifest().files.rows[0]).unwrap();
    let from = scratch.path().join(facts["name"].as_str().unwrap());
    fs::copy(from, root.join("00009990.row")).unwrap();
    facts["name"] = "00009990.row".into();
    edit(root, |manifest| {
        manifest["format"] = 1.into();
        manifest["next_file"] = 9990.into();
        let files = manifest["files"].as_object_mut().unwrap();
        files.insert("rows".into(), Value::Array(vec![facts]));
        files.remove("glances");
        files.remove("edges");
    });
}

#[test]
fn an_index_of_format_1_goes_on() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = Settings::default();
    let nights = nights(4, 60);
    for items in &nights[..3] {
        night(old.path(), &settings, items).unwrap();
        night(new.path(), &settings, items).unwrap();
    }
    age(old.path());
    let before = fs::read(old.path().join("MANIFEST")).unwrap();
    let told = care::stats(old.path()).unwrap_err().to_string();
    assert!(told.contains("format 1"), "{told}");
    for root in [old.path(), new.path()] {
        night(root, &settings, &nights[3]).unwrap();
    }
    assert_eq!(exported(old.path()), exported(new.path()));
    care::verify(old.path()).unwrap();
    let backup = old.path().join("backup-format-1");
    assert_eq!(fs::read(backup.join("MANIFEST")).unwrap(), before);
    assert!(backup.join("00009990.row").exists());
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let nights = nights(2, 20);
    night(folder.path(), &settings, &nights[0]).unwrap();
    edit(folder.path(), |manifest| {
        manifest["format"] = (FORMAT + 1).into()
    });
    let before = fs::read(folder.path().join("MANIFEST")).unwrap();
    let told = night(folder.path(), &settings, &nights[1])
        .err()
        .unwrap()
        .to_string();
    assert!(told.contains("newer qingwen"), "{told}");
    assert_eq!(fs::read(folder.path().join("MANIFEST")).unwrap(), before);
}

fn older(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/nightly/older")
        .join(name)
}

/// A night of the older indexes.
fn older_night(number: u32) -> Vec<DedupeItem> {
    let text = fs::read_to_string(older(&format!("{number}.jsonl"))).unwrap();
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let id = line["id"].as_str().unwrap().to_owned();
            DedupeItem {
                record: id.clone(),
                id,
                part: 1,
                rank: Rank {
                    body_chars: line["text"].as_str().unwrap().chars().count() as u64,
                    ..Rank::default()
                },
                text: line["text"].as_str().unwrap().to_owned(),
                ..DedupeItem::default()
            }
        })
        .collect()
}

/// A copy of an older index to work on.
fn brought(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files(&older(name)) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// The files of an index but the lock, which is there as soon as somebody asks for it.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("lock"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

fn rebuilt(root: &Path) -> qingwen::Result<Rebuilt> {
    rebuild(root, &BTreeMap::new(), &std::env::temp_dir(), None)
}

/// The index that this version makes of the same nights.
fn fresh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in [1, 2] {
        night(folder.path(), &Settings::default(), &older_night(number)).unwrap();
    }
    folder
}

fn is_kept(row: &str) -> bool {
    row.contains("\"keep\":true")
}

#[test]
fn an_index_of_an_older_canonical_form_is_refused_and_rebuilt() {
    let settings = Settings::default();
    for version in [1, 2] {
        let old = brought(&format!("form-{version}"));
        let root = old.path();
        let before = files(root);
        let told = night(root, &settings, &older_night(3)).err().unwrap();
        let told = told.to_string();
        for part in [
            &format!("canonical form {version} where this one makes {CANONICAL_VERSION}"),
            &format!("`qingwen index rebuild {}`", root.display()),
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(!told.contains('\n'), "{told}");
        assert!(files(root) == before, "a refused night changes nothing");
        let rebuilt = rebuilt(root).unwrap();
        assert_eq!(rebuilt.documents, 23);
        care::verify(root).unwrap();
        let backup = root.join(&rebuilt.backup);
        let first_backup = match version {
            1 => root.join("backup-format-1"),
            _ => backup.clone(),
        };
        assert!(files(&first_backup) == before, "the backup is what was");
        let new = fresh();
        let mut third = older_night(3);
        third.push(DedupeItem {
            id: "again".to_owned(),
            record: "again".to_owned(),
            ..older_night(1).remove(0)
        });
        let mut of_old = exported(root);
        let mut of_new = exported(new.path());
        of_old.extend(rows(&night(root, &settings, &third).unwrap().0));
        of_new.extend(rows(&night(new.path(), &settings, &third).unwrap().0));
        // What an older form dropped may keep a copy, and never costs a document its place.
        for (old, new) in of_old.iter().zip(&of_new) {
            assert!(is_kept(old) || !is_kept(new), "{version}: {old} {new}");
        }
        let again = of_old.last().unwrap();
        assert!(again.contains("\"relation\":\"exact\""), "{again}");
        care::verify(root).unwrap();
        care::compact(root, None, None).unwrap();
        assert!(!backup.exists() && !first_backup.exists());
        care::verify(root).unwrap();
    }
}

#[test]
fn a_rebuilding_that_is_killed_is_given_again() {
    let whole = brought("form-2");
    rebuilt(whole.path()).unwrap();
    let truth = exported(whole.path());
    for point in FAILPOINTS {
        for nth in [1, 6] {
            let old = brought("form-2");
            let root = old.path();
            let before = files(root);
            let job = || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_qingwen"));
                command.args(["index", "rebuild"]).arg(root);
                command
            };
            job()
                .env("QINGWEN_FAIL", format!("{point}:{nth}"))
                .output()
                .unwrap();
            // Meanwhile it is the one or the other.
            let stats = care::stats(root).unwrap();
            if stats.settings["canonical form"] == "2" {
                let now = files(root);
                assert!(
                    before
                        .iter()
                        .all(|(name, bytes)| now.get(name) == Some(bytes))
                );
            } else {
                assert_eq!(exported(root), truth, "{point}:{nth}");
            }
            let again = job().output().unwrap();
            assert!(again.status.success(), "{point}:{nth}");
            assert_eq!(exported(root), truth, "{point}:{nth}");
            care::verify(root).unwrap();
            assert!(!root.join("rebuilding").exists(), "{point}:{nth}");
        }
    }
}

#[test]
fn a_newer_canonical_form_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let nights = nights(2, 20);
    night(folder.path(), &settings, &nights[0]).unwrap();
    edit(folder.path(), |manifest| {
        manifest["settings"]["canonical form"] = (CANONICAL_VERSION + 1).to_string().into();
    });
    let before = files(folder.path());
    let refused = [
        night(folder.path(), &settings, &nights[1]).err().unwrap(),
        rebuilt(folder.path()).err().unwrap(),
    ];
    for told in refused {
        assert!(told.to_string().contains("use the newer one"), "{told}");
    }
    assert!(files(folder.path()) == before);
}
