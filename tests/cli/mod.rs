//! The program as people start it: `tests/cli/NAME.toml` beside `NAME.in/`, a list of `[[step]]`:
//!
//! ```toml
//! [[step]]
//! args = ["clean", "pages", "-o", "out"]   # run in a copy of NAME.in/
//! stdin = "…"                              # optional
//! env = { QINGWEN_THREADS = "1" }          # optional
//! status = 0                               # exit status; default 0
//! stdout = "…"                             # optional: exactly this
//! stdout_has = ["…"]                       # optional: each stands there
//! stderr_has = ["…"]
//! stderr_lines = 1                         # optional: so many lines
//! exists = ["out/summary.json"]            # optional: files that are there afterwards
//! absent = ["out2"]                        # optional: and that are not
//! rows = { "out/documents.jsonl" = 3 }     # optional: rows of a file
//! has = { "out/documents.jsonl" = ["…"] }  # optional: texts in a file
//! same = [["a/documents.jsonl", "b/documents.jsonl"]]   # optional: files of equal bytes
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    step: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    status: i32,
    stdout: Option<String>,
    #[serde(default)]
    stdout_has: Vec<String>,
    #[serde(default)]
    stderr_has: Vec<String>,
    stderr_lines: Option<usize>,
    #[serde(default)]
    exists: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    rows: BTreeMap<String, usize>,
    #[serde(default)]
    has: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    same: Vec<[String; 2]>,
}

/// The binary beside this test's, built by the same `cargo test`.
pub(crate) fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_qingwen"))
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

impl Step {
    fn run(&self, folder: &Path) -> Result<(), String> {
        let mut child = Command::new(binary())
            .args(&self.args)
            .envs(&self.env)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not read its input closes it.
            let _ = stdin.write_all(self.stdin.as_bytes());
        }
        let out = child
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        let (stdout, stderr) = (
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr),
        );
        let fail = |what: String| Err(format!("{what}\n  stdout: {stdout}\n  stderr: {stderr}"));
        if out.status.code() != Some(self.status) {
            return fail(format!(
                "exit status {:?}, wanted {}",
                out.status.code(),
                self.status
            ));
        }
        if stderr.contains("panicked") {
            return fail("it panicked".into());
        }
        if self.stdout.as_ref().is_some_and(|wanted| *wanted != stdout) {
            return fail(format!("stdout is not {:?}", self.stdout));
        }
        for (wanted, text, name) in self
            .stdout_has
            .iter()
            .map(|wanted| (wanted, &stdout, "stdout"))
            .chain(
                self.stderr_has
                    .iter()
                    .map(|wanted| (wanted, &stderr, "stderr")),
            )
        {
            if !text.contains(wanted.as_str()) {
                return fail(format!("{name} does not say {wanted:?}"));
            }
        }
        if let Some(wanted) = self.stderr_lines
            && stderr.lines().count() != wanted
        {
            return fail(format!(
                "stderr has {} lines, wanted {wanted}",
                stderr.lines().count()
            ));
        }
        for name in &self.exists {
            if !folder.join(name).exists() {
                return fail(format!("{name} is not there"));
            }
        }
        for name in &self.absent {
            if folder.join(name).exists() {
                return fail(format!("{name} is there"));
            }
        }
        let read =
            |name: &String| fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"));
        for (name, wanted) in &self.rows {
            let text = read(name)?;
            let rows = text
                .split(|&byte| byte == b'\n')
                .filter(|line| !line.is_empty())
                .count();
            if rows != *wanted {
                return fail(format!("{name} has {rows} rows, wanted {wanted}"));
            }
        }
        for (name, wanted) in &self.has {
            let text = String::from_utf8_lossy(&read(name)?).into_owned();
            for wanted in wanted {
                if !text.contains(wanted.as_str()) {
                    return fail(format!("{name} does not hold {wanted:?}:\n{text}"));
                }
            }
        }
        for [a, b] in &self.same {
            if read(a)? != read(b)? {
                return fail(format!("{a} and {b} differ"));
            }
        }
        Ok(())
    }
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut failures = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let scratch = tempfile::tempdir().unwrap();
        let input = path.with_extension("in");
        if input.is_dir() {
            copy(&input, scratch.path());
        }
        for (number, step) in (1..).zip(&file.step) {
            if let Err(why) = step.run(scratch.path()) {
                failures.push(format!(
                    "{}, step {number} ({}): {why}",
                    path.display(),
                    step.args.join(" ")
                ));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The commands of the README's `sh` blocks that start with `qingwen`, in order, in one folder
/// that holds the sample texts.
#[test]
fn the_commands_of_the_readme_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    copy(&root.join("corpora"), &scratch.path().join("corpora"));
    let bin = binary();
    let path = format!(
        "{}:{}",
        bin.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut ran = 0;
    for block in readme.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for line in block.lines().filter(|line| {
            line.contains("qingwen ")
                && !line.trim_start().starts_with('#')
                && !line.contains("cargo ")
        }) {
            let out = Command::new("sh")
                .args(["-c", line])
                .env("PATH", &path)
                .current_dir(scratch.path())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            assert!(
                out.status.success(),
                "README: {line}\n{}{}",
                String::from_utf8_lossy(&out.stdout),
                String::from_utf8_lossy(&out.stderr)
            );
            ran += 1;
        }
    }
    assert!(ran >= 5, "the README shows only {ran} commands");
}
