//! Jobs that are killed, or meet a full disk: the index is as before the night or after it, and
//! the same command again gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use qingwen::index::store::FAILPOINTS;

use super::same::nights;

fn job(folder: &Path, night: usize, index: &Path, out: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qingwen"));
    command
        .arg("dedupe")
        .arg(folder.join(format!("{night}.jsonl")))
        .arg("-o")
        .arg(folder.join(out))
        .arg("--index")
        .arg(index)
        .args(["--quiet", "--force", "--threads", "2"])
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Everything that must be the same again: all files but timings and the lock's note.
fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .filter(|path| !path.ends_with("timings.json") && !path.ends_with("lock"))
        .map(|path| {
            let bytes = fs::read(&path).unwrap();
            (PathBuf::from(path.file_name().unwrap()), bytes)
        })
        .collect();
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

struct Scene {
    folder: tempfile::TempDir,
    before: PathBuf,
    after: Vec<(PathBuf, Vec<u8>)>,
    out: Vec<(PathBuf, Vec<u8>)>,
}

/// Four nights, of which the last is the one that is disturbed; with it files are merged.
fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    for (night, items) in nights(4, 60).iter().enumerate() {
        let rows: String = items
            .iter()
            .map(|item| {
                format!(
                    "{}\n",
                    serde_json::json!({"id": item.id, "text": item.text})
                )
            })
            .collect();
        fs::write(folder.path().join(format!("{night}.jsonl")), rows).unwrap();
    }
    let before = folder.path().join("before");
    for night in 0..3 {
        assert!(
            job(folder.path(), night, &before, "out")
                .status()
                .unwrap()
                .success()
        );
    }
    let index = folder.path().join("truth");
    copy(&before, &index);
    assert!(
        job(folder.path(), 3, &index, "out-truth")
            .status()
            .unwrap()
            .success()
    );
    Scene {
        after: bytes(&index),
        out: bytes(&folder.path().join("out-truth")),
        before,
        folder,
    }
}

impl Scene {
    /// After a disturbed night the index is as before or after it, and the command again ends well.
    fn check(&self, what: &str) {
        let index = self.folder.path().join("index");
        let again = job(self.folder.path(), 3, &index, "out").output().unwrap();
        assert!(again.status.success(), "{what}");
        assert!(bytes(&index) == self.after, "{what}: the index is another");
        let out = bytes(&self.folder.path().join("out"));
        for (one, other) in out.iter().zip(&self.out) {
            assert!(one == other, "{what}: {:?} is another", one.0);
        }
        assert_eq!(out.len(), self.out.len(), "{what}");
    }

    fn fresh(&self) -> PathBuf {
        let index = self.folder.path().join("index");
        copy(&self.before, &index);
        let _ = fs::remove_dir_all(self.folder.path().join("out"));
        index
    }
}

#[test]
fn killed_at_every_failpoint() {
    let scene = scene();
    for point in FAILPOINTS {
        for nth in [1, 2] {
            for kind in ["", "=error"] {
                let index = scene.fresh();
                let fail = format!("{point}:{nth}{kind}");
                let status = job(scene.folder.path(), 3, &index, "out")
                    .env("QINGWEN_FAIL", &fail)
                    .status()
                    .unwrap();
                if nth == 1 && *point != "sweep/half" && !fail.starts_with("lock/taken:1=") {
                    assert!(!status.success(), "{fail} was not met");
                }
                scene.check(&fail);
            }
        }
    }
}

#[test]
fn killed_at_any_moment() {
    let scene = scene();
    let kills: u32 = std::env::var("QINGWEN_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12);
    for nth in 0..kills {
        let index = scene.fresh();
        let mut child = job(scene.folder.path(), 3, &index, "out").spawn().unwrap();
        let wait = u64::from(nth) * 7919 % 400;
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().unwrap();
        scene.check(&format!("killed after {wait} ms"));
    }
}

#[test]
fn torn_leftovers_are_swept() {
    let scene = scene();
    let index = scene.fresh();
    for name in [
        "00000099.run",
        "00000098.row.unfinished",
        "MANIFEST.unfinished",
    ] {
        fs::write(index.join(name), b"torn").unwrap();
    }
    scene.check("torn leftovers");
}

#[test]
fn a_second_job_is_refused() {
    let scene = scene();
    let index = scene.fresh();
    let lock = fs::File::create(index.join("lock")).unwrap();
    lock.try_lock().unwrap();
    let refused = job(scene.folder.path(), 3, &index, "out")
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("in use"), "{told}");
    drop(lock);
    scene.check("after the lock was free");
}
