//! What a nightly job says to people and to what watches it: messages, exit codes, metrics.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn job(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qingwen"))
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Ten documents of their own, with ids from a number on.
fn night(folder: &Path, name: &str, from: u32) {
    let rows: String = (from..from + 10)
        .map(|number| {
            let text = crate::laws::dedupe::text(u64::from(number) + 300, 8);
            format!(
                "{}\n",
                serde_json::json!({"id": format!("文{number}"), "text": text})
            )
        })
        .collect();
    fs::write(folder.join(name), rows).unwrap();
}

#[test]
fn all_that_is_said_as_json_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    night(root, "a.jsonl", 0);
    let talk = ["--log-format", "json"];
    let args = ["run", "a.jsonl", "-o", "out", "--index", "index"];
    let ended = job(root, &[&args[..], &talk].concat());
    assert!(ended.status.success(), "{}", said(&ended));
    let rows: Vec<Value> = said(&ended)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |name: &str| rows.iter().find_map(|row| row[name].as_u64());
    assert_eq!((of("night"), of("new_docs")), (Some(1), Some(10)));
    assert_eq!((of("records"), of("rejects")), (Some(10), Some(0)));
    let refused = job(root, &[&args[..], &talk].concat());
    assert_eq!(refused.status.code(), Some(2));
    let row: Value = serde_json::from_str(said(&refused).trim()).unwrap();
    assert!(row["message"].as_str().unwrap().contains("there already"));
}

#[test]
fn a_night_of_nothing_new_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    night(root, "a.jsonl", 0);
    night(root, "b.jsonl", 10);
    for (input, out) in [("a.jsonl", "1"), ("b.jsonl", "2")] {
        let ended = job(root, &["run", input, "-o", out, "--index", "index"]);
        assert!(ended.status.success());
    }
    let both = [
        "a.jsonl",
        "b.jsonl",
        "-o",
        "3",
        "--index",
        "index",
        "--metrics",
        "m.prom",
    ];
    let ended = job(root, &[&["run"][..], &both].concat());
    assert!(ended.status.success());
    let told = said(&ended);
    assert!(
        told.contains("nothing new, the index stays at night 2"),
        "{told}"
    );
    let metrics = fs::read_to_string(root.join("m.prom")).unwrap();
    for row in [
        "qingwen_night 2\n",
        "qingwen_known_documents 20\n",
        "qingwen_new_documents 0\n",
    ] {
        assert!(metrics.contains(row), "{metrics}");
    }
}

#[test]
fn what_a_limit_left_comes_with_the_same_input() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    night(root, "a.jsonl", 0);
    for out in ["1", "2", "3", "4"] {
        let args = [
            "run",
            "a.jsonl",
            "-o",
            out,
            "--index",
            "index",
            "--max-docs",
            "4",
        ];
        let ended = job(root, &args);
        assert!(ended.status.success());
        let told = said(&ended);
        let is_cut = told.contains("the same input, with another -o, goes on");
        assert_eq!(is_cut, out < "3", "{out}: {told}");
    }
    let stats = job(root, &["index", "stats", "index", "--format", "json"]);
    let stats: Value = serde_json::from_slice(&stats.stdout).unwrap();
    assert_eq!(stats["documents"], 10);
    assert_eq!(stats["nights"].as_array().unwrap().len(), 3);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    night(root, "a.jsonl", 0);
    fs::write(root.join("file"), "").unwrap();
    for (more, why) in [
        (&["--index", "i", "--deadline", "soon"][..], "--deadline"),
        (&["--index", "i", "--max-bytes", "much"], "--max-bytes"),
        (&["--index", "i", "--metrics", "no/m.prom"], "--metrics"),
        (&["--index", "."], "lies in the index"),
        (&["--index", "out"], "lies in the index"),
        (&["--metrics", "m.prom"], "give --index DIR too"),
    ] {
        let args = [&["run", "a.jsonl", "-o", "out"][..], more].concat();
        let ended = job(root, &args);
        let told = said(&ended);
        assert_eq!(ended.status.code(), Some(2), "{told}");
        assert!(told.contains(why), "{told}");
        assert_eq!(told.trim().lines().count(), 1, "{told}");
        assert!(
            !root.join("out").exists() && !root.join("i").exists(),
            "{told}"
        );
    }
    let ended = job(root, &["run", "a.jsonl", "-o", "out", "--index", "file"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        said(&ended).contains("an index is a folder"),
        "{}",
        said(&ended)
    );
}
