//! Whole-program laws: any number of threads gives the same, cleaning again changes nothing, no
//! input makes it panic, and every output verifies.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use qingwen::{Cleaner, Settings};

use crate::cli::{binary, copy};

fn run(folder: &Path, args: &[&str]) -> std::process::Output {
    let out = Command::new(binary())
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
    out
}

/// The sample texts: every folder of `corpora/` but the gold.
fn pages(to: &Path) {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora");
    for entry in fs::read_dir(corpora).unwrap() {
        let path = entry.unwrap().path();
        let inside = path.join("pages");
        if inside.is_dir() {
            copy(&inside, &to.join("in").join(path.file_name().unwrap()));
        }
    }
}

#[test]
fn threads_change_nothing_and_every_output_verifies() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    pages(folder);
    for threads in ["1", "3"] {
        let out = run(
            folder,
            &[
                "run",
                "in",
                "-o",
                "out",
                "--threads",
                threads,
                "--quiet",
                "--max-rejects",
                "100%",
            ],
        );
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        fs::rename(folder.join("out"), folder.join(threads)).unwrap();
    }
    for entry in fs::read_dir(folder.join("1")).unwrap() {
        let name = entry.unwrap().file_name();
        if name == "timings.json" || name == "report.html" {
            continue;
        }
        let read = |threads: &str| fs::read(folder.join(threads).join(&name)).unwrap();
        assert!(
            read("1") == read("3"),
            "{} depends on the number of threads",
            name.to_string_lossy()
        );
    }
    let out = run(folder, &["verify", "1", "in"]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    // The output cleaned again is the output.
    let out = run(
        folder,
        &["clean", "1/documents.jsonl", "-o", "again", "--quiet"],
    );
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let texts = |name: &str| -> Vec<(String, String)> {
        fs::read_to_string(folder.join(name))
            .unwrap()
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                (
                    row["id"].as_str().unwrap().to_owned(),
                    row["text"].as_str().unwrap().to_owned(),
                )
            })
            .collect()
    };
    let (once, twice) = (texts("1/documents.jsonl"), texts("again/documents.jsonl"));
    for (a, b) in once.iter().zip(&twice) {
        assert_eq!(a, b);
    }
    assert_eq!(once.len(), twice.len());
    // One character changed is noticed.
    let path = folder.join("1/documents.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("。", "，", 1)).unwrap();
    assert_eq!(run(folder, &["verify", "1", "in"]).status.code(), Some(1));
}

#[test]
fn hostile_files_are_read_to_the_end() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let input = folder.join("in");
    fs::create_dir(&input).unwrap();
    let mut noise: Vec<u8> = Vec::new();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for _ in 0..40_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise.push(state as u8);
    }
    for extension in [
        "txt",
        "md",
        "jsonl",
        "json",
        "html",
        "warc",
        "wet",
        "txt.gz",
        "jsonl.zst",
    ] {
        fs::write(input.join(format!("noise.{extension}")), &noise).unwrap();
        fs::write(input.join(format!("empty.{extension}")), b"").unwrap();
    }
    fs::write(input.join("deep.jsonl"), "[".repeat(100_000)).unwrap();
    fs::write(
        input.join("deep2.jsonl"),
        format!(
            "{{\"text\":\"x\",\"a\":{}1{}}}",
            "[".repeat(50_000),
            "]".repeat(50_000)
        ),
    )
    .unwrap();
    fs::write(
        input.join("nul.txt"),
        "甲\0乙\r\n丙\r丁\u{85}戊\u{2028}己".as_bytes(),
    )
    .unwrap();
    let out = run(
        folder,
        &["run", "in", "-o", "out", "--quiet", "--max-rejects", "100%"],
    );
    assert!(matches!(out.status.code(), Some(0 | 2)), "{out:?}");
    assert!(folder.join("out/summary.json").exists());
    let out = run(folder, &["verify", "out", "in"]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_cleaned_without_panic_and_once(text in "[ -~一-龥。，、；：？！“”‘’（）《》0-9a-z\\n\\r\\t\u{3000}\u{200b}〞○]{0,400}") {
        static CLEANER: std::sync::LazyLock<Cleaner> = std::sync::LazyLock::new(|| Cleaner::new(&Settings::default()).unwrap());
        let cleaned = CLEANER.clean_text(&text);
        for document in cleaned.documents() {
            let once = document.draft.text();
            let again = CLEANER.clean_text(once);
            let texts: Vec<&str> = again.parts.iter().map(|part| part.draft.text()).collect();
            prop_assert_eq!(texts, vec![once]);
        }
    }
}
