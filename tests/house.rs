//! The rules of the house: who may know whom, how long a file may be, what a rule must say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use qingwen::{Cleaner, Settings, pipeline};

/// What every room may use of the crate besides itself.
const COMMON: &[&str] = &["model", "error", "config", "Error", "Result"];
/// Rooms that may use others: all of them, or those named.
const MAY_USE: &[(&str, &[&str])] = &[
    ("pipeline", &["*"]),
    ("cli", &["*"]),
    ("config", &["model"]),
    ("error", &["model"]),
    ("lib", &["*"]),
    ("main", &["*"]),
];
/// Crates that only some rooms may touch.
const KEPT_CRATES: &[(&str, &[&str])] = &[
    ("rayon", &["pipeline"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("anyhow", &["cli"]),
];
/// Rooms that may touch files.
const FILE_ROOMS: &[&str] = &["read", "write", "index", "cli"];
/// Lines of a file; beyond them its module doc must say why it stays whole.
const LINES: usize = 500;
const FORBIDDEN_NAMES: &[&str] = &["utils", "common", "helpers", "manager"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with its room and its text without tests and comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let src = root().join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    found
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap();
            let first = inside
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code: String = text
                .split("#[cfg(test)]\nmod ")
                .next()
                .unwrap_or_default()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| format!("{line}\n"))
                .collect();
            (inside.to_owned(), room, code)
        })
        .collect()
}

/// The names behind `crate::` in a piece of code, those in braces too.
fn used(code: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| -> String {
            text.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        out.insert(word(&item));
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(c);
            }
            out.insert(word(&item));
        } else {
            out.insert(word(rest));
        }
    }
    out.remove("");
    out
}

#[test]
fn rooms_know_only_whom_they_may() {
    let mut breaches = Vec::new();
    let rooms: BTreeSet<String> = sources().into_iter().map(|(_, room, _)| room).collect();
    for (path, room, code) in sources() {
        let allowed = MAY_USE
            .iter()
            .find(|(of, _)| *of == room)
            .map_or(&[][..], |(_, names)| names);
        if allowed.contains(&"*") {
            continue;
        }
        for name in used(&code) {
            let own = name == room || !rooms.contains(&name);
            let shared = match room.as_str() {
                "model" => false,
                _ => COMMON.contains(&name.as_str()),
            };
            if !own && !shared && !allowed.contains(&name.as_str()) {
                breaches.push(format!("{}: uses crate::{name}", path.display()));
            }
        }
    }
    assert!(
        breaches.is_empty(),
        "a room knows model, error and config, and no other room; move what is shared to model/:\n  {}",
        breaches.join("\n  ")
    );
}

#[test]
fn crates_and_files_are_touched_only_where_they_may() {
    let mut breaches = Vec::new();
    for (path, room, code) in sources() {
        for (krate, rooms) in KEPT_CRATES {
            let uses =
                code.contains(&format!("use {krate}::")) || code.contains(&format!(" {krate}::"));
            if uses && !rooms.contains(&room.as_str()) {
                breaches.push(format!(
                    "{}: uses {krate}, which is for {}",
                    path.display(),
                    rooms.join(", ")
                ));
            }
        }
        let opens = ["std::fs", "File::open", "File::create", "fs::read"]
            .iter()
            .any(|what| code.contains(what));
        // Rule files and models are named by the settings and read where they are understood.
        let loads_rules =
            matches!(room.as_str(), "chrome" | "repair") && !code.contains("File::create");
        if opens && !FILE_ROOMS.contains(&room.as_str()) && !loads_rules {
            breaches.push(format!(
                "{}: touches files, which is for {}",
                path.display(),
                FILE_ROOMS.join(", ")
            ));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_are_short_and_named_after_what_they_handle() {
    let mut breaches = Vec::new();
    let src = root().join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        if lines > LINES && !text.contains("stays whole") {
            breaches.push(format!(
                "{}: {lines} lines: cut it, or say in its module doc why it stays whole",
                path.display()
            ));
        }
        if !text.starts_with("//!") && !text.starts_with("// @generated") {
            breaches.push(format!("{}: opens with no module doc", path.display()));
        }
        let stem = path.file_stem().unwrap().to_string_lossy();
        if FORBIDDEN_NAMES.iter().any(|name| stem == *name) {
            breaches.push(format!(
                "{}: name it after the thing it handles",
                path.display()
            ));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn every_rule_says_what_it_must() {
    let rules = pipeline::rules(&Settings::default()).unwrap();
    let mut breaches = Vec::new();
    let mut ids = BTreeSet::new();
    for rule in &rules {
        let id = rule.id.as_str();
        if !ids.insert(id) {
            breaches.push(format!("{id}: twice"));
        }
        if !pipeline::ROOMS.contains(&rule.id.room()) || !id.contains('/') {
            breaches.push(format!("{id}: is of no room"));
        }
        for (heading, text) in [
            ("removes", rule.removes),
            ("why", rule.why),
            ("leaves alone", rule.leaves_alone),
            ("risk", rule.risk),
            ("since", rule.since),
        ] {
            if text.trim().is_empty() {
                breaches.push(format!("{id}: says nothing under {heading}"));
            }
        }
        if rule.keeps.is_empty() {
            breaches.push(format!("{id}: has no text that must stay as it is"));
        }
    }
    assert!(
        rules.len() > 20,
        "only {} rules: are all rooms listed?",
        rules.len()
    );
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// A rule's examples come out as shown in the whole pipeline, or in its room alone where another
/// room would go on with what is left. What a rule keeps, it does not change.
#[test]
fn the_examples_of_every_rule_hold() {
    let rules = pipeline::rules(&Settings::default()).unwrap();
    let cleaner = |enable: Option<String>, only: Option<&str>| {
        let others = pipeline::ROOMS
            .iter()
            .filter(|room| only.is_some_and(|only| only != **room));
        let settings = Settings {
            enable: enable.into_iter().collect(),
            disable: others.map(|room| (*room).to_owned()).collect(),
            ..Settings::default()
        };
        Cleaner::new(&settings).unwrap()
    };
    let whole = cleaner(None, None);
    let alone: BTreeMap<&str, Cleaner> = pipeline::ROOMS
        .iter()
        .map(|room| (*room, cleaner(None, Some(room))))
        .collect();
    let mut breaches = Vec::new();
    for rule in &rules {
        let own;
        let cleaners = if rule.on_by_default {
            [&whole, &alone[rule.id.room()]]
        } else {
            own = [
                cleaner(Some(rule.id.to_string()), None),
                cleaner(Some(rule.id.to_string()), Some(rule.id.room())),
            ];
            [&own[0], &own[1]]
        };
        let run = |cleaner: &Cleaner, text: &str| -> (String, bool) {
            let cleaned = cleaner.clean_text(text);
            let mut touched = false;
            let mut out = String::new();
            for part in &cleaned.parts {
                touched |= part
                    .draft
                    .changes()
                    .iter()
                    .any(|change| change.rules.contains(&rule.id));
                out += part.draft.text();
            }
            (out, touched)
        };
        for (before, after) in &rule.examples {
            let got: Vec<String> = cleaners
                .iter()
                .map(|cleaner| run(cleaner, before).0)
                .collect();
            if got.iter().all(|got| got.trim() != after.trim()) {
                breaches.push(format!(
                    "{}: {before:?}\n    should become {after:?}\n    and becomes   {:?}\n    in its room alone {:?}",
                    rule.id, got[0], got[1]
                ));
            }
        }
        for keep in &rule.keeps {
            let (got, touched) = run(cleaners[0], keep);
            if touched {
                breaches.push(format!(
                    "{}: {keep:?}\n    should be left alone and becomes {got:?}",
                    rule.id
                ));
            }
        }
    }
    assert!(
        breaches.is_empty(),
        "{} examples do not hold:\n  {}",
        breaches.len(),
        breaches.join("\n  ")
    );
}

#[test]
fn readers_are_listed_once() {
    let mut seen = BTreeSet::new();
    for reader in qingwen::read::READERS {
        for extension in reader.extensions {
            assert!(seen.insert(*extension), "two readers claim .{extension}");
            assert_eq!(extension.to_ascii_lowercase(), **extension);
        }
    }
    for (name, extensions) in qingwen::read::NOT_YET {
        for extension in *extensions {
            assert!(
                seen.insert(extension),
                "{name}: .{extension} can be read by now: take it out of NOT_YET"
            );
        }
    }
}

#[test]
fn the_dependency_table_is_whole() {
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let missing: Vec<&String> = ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|kind| manifest.get(*kind)?.as_table())
        .flat_map(|table| table.keys())
        .filter(|name| !page.contains(&format!("| `{name}` |")))
        .collect();
    assert!(
        missing.is_empty(),
        "ARCHITECTURE.md does not say why these are there: {missing:?}"
    );
}
