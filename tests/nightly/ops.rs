//! The examples under `scripts/ops`: checked as far as a machine without those services can.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn example(name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scripts/ops")
        .join(name);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Every command of an example, from `qingwen` to what ends it.
fn commands(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let joined = text.replace("\n                  ", " ");
    for line in joined.lines().filter(|line| !line.starts_with('#')) {
        for place in ["qingwen run", "qingwen index"] {
            if let Some(at) = line.find(place) {
                let end = line[at..].find(['\'', ';']).map_or(line.len(), |n| at + n);
                out.push(line[at..end].to_owned());
            }
        }
    }
    out
}

#[test]
fn their_switches_are_there() {
    for name in ["crontab", "qingwen-nightly.service", "cronjob.yaml"] {
        let (_, text) = example(name);
        let found = commands(&text);
        assert!(!found.is_empty(), "{name} calls qingwen");
        for command in found {
            let words: Vec<&str> = command.split_whitespace().skip(1).collect();
            let levels = if words[0] == "index" { 2 } else { 1 };
            let help = Command::new(env!("CARGO_BIN_EXE_qingwen"))
                .args(&words[..levels])
                .arg("--help")
                .output()
                .unwrap();
            let help = String::from_utf8_lossy(&help.stdout).into_owned();
            for switch in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(*switch), "{name}: {switch} in {command}");
            }
        }
    }
}

/// The crontab's nightly line does what it says, run as cron would.
#[cfg(unix)]
#[test]
fn the_crontab_line_runs() {
    let (_, text) = example("crontab");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let line = text
        .lines()
        .find(|line| line.contains("qingwen run"))
        .unwrap();
    let (times, command) = line.split_at(line.match_indices(' ').nth(4).unwrap().0);
    for (field, most) in times.split(' ').zip([59, 23, 31, 12, 7]) {
        assert!(
            field == "*" || field.parse::<u32>().unwrap() <= most,
            "{field}"
        );
    }
    let command = command
        .replace("\\%", "%")
        .replace("/srv/corpus", &root.join("corpus").display().to_string())
        .replace("/var/lib/node_exporter", &root.display().to_string());
    let tonight = Command::new("date").arg("+%F").output().unwrap().stdout;
    let tonight = String::from_utf8(tonight).unwrap();
    let input = root.join("corpus/in").join(tonight.trim());
    fs::create_dir_all(&input).unwrap();
    fs::create_dir_all(root.join("corpus/out")).unwrap();
    fs::write(
        input.join("a.txt"),
        "各村委会要高度重视秋收工作，确保颗粒归仓。\n",
    )
    .unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_qingwen")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    for _ in 0..2 {
        let ended = Command::new("sh")
            .args(["-c", &command])
            .env("PATH", &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{command}: {told}");
    }
    assert!(root.join("corpus/index/MANIFEST").exists());
    let metrics = fs::read_to_string(root.join("qingwen.prom")).unwrap();
    let mut metrics_rows = 0;
    for row in metrics.lines() {
        if row.starts_with('#') {
            assert!(row.starts_with("# HELP qingwen_") || row.starts_with("# TYPE qingwen_"));
            continue;
        }
        let (name, value) = row.split_once(' ').unwrap();
        assert!(name.starts_with("qingwen_"), "{row}");
        value.parse::<f64>().unwrap();
        metrics_rows += 1;
    }
    assert!(metrics_rows >= 10, "{metrics}");
}

#[test]
fn the_units_hold() {
    let units = ["qingwen-nightly.service", "qingwen-nightly.timer"];
    for name in units {
        let (_, text) = example(name);
        for line in text.lines().filter(|line| !line.is_empty()) {
            let is_section = line.starts_with('[') && line.ends_with(']');
            assert!(
                is_section || line.starts_with('#') || line.contains('='),
                "{name}: {line}"
            );
        }
    }
    let probe = Command::new("systemd-analyze").arg("--version").output();
    if probe.is_err() {
        eprintln!("skipped: there is no systemd-analyze");
        return;
    }
    // The program and the user of the example are not installed here.
    let folder = tempfile::tempdir().unwrap();
    for name in units {
        let (_, text) = example(name);
        let text = text.replace("User=qingwen\n", "");
        fs::write(folder.path().join(name), text).unwrap();
    }
    let checked = Command::new("systemd-analyze")
        .arg("verify")
        .args(units.map(|name| folder.path().join(name)))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stderr);
    let ours: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("qingwen-nightly"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
}

#[test]
fn the_cron_job_has_what_kubernetes_asks_for() {
    let (_, text) = example("cronjob.yaml");
    for needed in [
        "apiVersion: batch/v1",
        "kind: CronJob",
        "metadata:",
        "  name: ",
        "spec:",
        "jobTemplate:",
        "      template:",
        "concurrencyPolicy: Forbid",
        "containers:",
        "image: ",
        "volumeMounts:",
        "volumes:",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
    let policy = text
        .lines()
        .find(|line| line.contains("restartPolicy:"))
        .unwrap();
    assert!(policy.ends_with("OnFailure") || policy.ends_with("Never"));
    let schedule = text.split('"').nth(1).unwrap();
    assert_eq!(schedule.split(' ').count(), 5, "{schedule}");
    assert!(!text.contains('\t'));
}
