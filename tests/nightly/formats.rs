//! Older formats are brought to this one; newer ones are refused.

use std::fs;
use std::path::Path;

use qingwen::Settings;
use qingwen::index::store::{Access, FORMAT, Store};
use qingwen::pipeline::care;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::same::{exported, night, nights};

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
