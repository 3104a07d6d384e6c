//! Jobs that are killed, or meet a full disk: the index is as before the night or after it, and
//! the same command again gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use qingwen::index::store::FAILPOINTS;

use super::make::nights;

fn job(folder: &Path, night: usize, index: &Path, out: &str) -> Command {
    let program = Command::new(env!("CARGO_BIN_EXE_qingwen"));
    given(program, folder, night, index, out)
}

/// The job as what a shell script calls `"$0" "$@"`.
#[cfg(target_os = "linux")]
fn scripted(script: &str, folder: &Path, night: usize, index: &Path, out: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script])
        .arg(env!("CARGO_BIN_EXE_qingwen"));
    given(shell, folder, night, index, out)
}

fn given(mut command: Command, folder: &Path, night: usize, index: &Path, out: &str) -> Command {
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

/// Sizes at which the disk is full: a few by default.
fn sizes() -> usize {
    std::env::var("QINGWEN_SIZES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10)
}

/// The system refuses to let any file grow beyond a size, with an error or with a signal.
#[cfg(target_os = "linux")]
#[test]
fn files_that_cannot_grow() {
    let scene = scene();
    let mut refused = 0;
    for nth in 0..sizes() {
        let blocks = 1 + nth * 97 % 120;
        let trap = ["trap '' XFSZ; ", ""][nth % 2];
        let index = scene.fresh();
        let script = format!("{trap}ulimit -f {blocks} && exec \"$0\" \"$@\"");
        let status = scripted(&script, scene.folder.path(), 3, &index, "out")
            .status()
            .unwrap();
        refused += usize::from(!status.success());
        scene.check(&format!("no file above {blocks} blocks, {trap:?}"));
    }
    assert!(refused * 2 > sizes(), "the limit was met {refused} times");
}

/// The index on a small file system of its own, which is full at some moment.
#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system() {
    let probe = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system lets nobody mount a file system of his own");
        return;
    }
    let scene = scene();
    let used: u64 = bytes(&scene.before)
        .iter()
        .map(|(_, b)| b.len() as u64)
        .sum();
    let mut refused = 0;
    for nth in 0..sizes() as u64 {
        let index = scene.fresh();
        let room_kib = used / 1024 + 40 + nth * 53 % 160;
        // What is mounted in the namespace goes with it, so the index is copied out before.
        let script = format!(
            "exec unshare -rm sh -c '\
             dir=$1; shift; \
             mount -t tmpfs -o size={room_kib}k none /mnt && cp \"$dir\"/* /mnt/ || exit 9; \
             (cd \"$dir\" && find . -type f -delete); \
             \"$@\" --index /mnt; code=$?; cp /mnt/* \"$dir\"/; exit $code' \
             sh {} \"$0\" \"$@\"",
            index.display()
        );
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .arg(env!("CARGO_BIN_EXE_qingwen"))
            .arg("dedupe")
            .arg(scene.folder.path().join("3.jsonl"))
            .arg("-o")
            .arg(scene.folder.path().join("out"))
            .args(["--quiet", "--force", "--threads", "2"])
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let ended = command.output().unwrap();
        if !ended.status.success() {
            let told = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{told}");
            assert!(told.contains("space"), "{told}");
            refused += 1;
        }
        scene.check(&format!("a file system of {room_kib} KiB"));
    }
    assert!(refused > 0, "the file system was never full");
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
