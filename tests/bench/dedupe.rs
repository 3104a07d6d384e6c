//! Dedupe alone: documents a second, by stage, and the rows for `scripts/eval-dedupe`.
//!
//! `cargo bench --bench dedupe -- DOCUMENTS.jsonl [--out DIR] [--threads N] [--docs N]`
//! (without arguments, as `cargo bench` calls it: a small corpus of its own).

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};

mod meter;
use meter::{cpu_seconds, peak_bytes};

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    text: String,
}

fn main() {
    let mut file = None;
    let mut out: Option<PathBuf> = None;
    let mut threads = 0;
    let mut limit = usize::MAX;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value follows the flag");
        match arg.as_str() {
            "--out" => out = Some(value().into()),
            "--threads" => threads = value().parse().expect("a number of threads"),
            "--docs" => limit = value().parse().expect("a number of documents"),
            "--bench" => {}
            _ => file = Some(PathBuf::from(arg)),
        }
    }
    let Some(file) = file else {
        println!("give a documents.jsonl made by scripts/make-corpus");
        return;
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads start");
    pool.install(|| run(&file, out, limit));
}

fn run(file: &PathBuf, out: Option<PathBuf>, limit: usize) {
    let tmp = tempfile::tempdir().expect("a temporary folder");
    let mut dedupe = Dedupe::new(&Settings::default(), tmp.path()).expect("default settings");
    let input = BufReader::with_capacity(1 << 20, std::fs::File::open(file).expect("the corpus"));
    let mut reading = 0.0;
    let mut adding = 0.0;
    let mut docs = 0;
    let mut lines = input.lines().take(limit);
    loop {
        let start = cpu_seconds();
        let batch: Vec<DedupeItem> = lines
            .by_ref()
            .take(4096)
            .map(|line| {
                let row: Row = serde_json::from_str(&line.expect("UTF-8")).expect("a row");
                DedupeItem {
                    record: row.id.clone(),
                    rank: Rank {
                        body_chars: row.text.chars().filter(|c| !c.is_whitespace()).count() as u64,
                        ..Rank::default()
                    },
                    id: row.id,
                    part: 1,
                    text: row.text,
                    ..DedupeItem::default()
                }
            })
            .collect();
        reading += cpu_seconds() - start;
        if batch.is_empty() {
            break;
        }
        docs += batch.len();
        let start = cpu_seconds();
        dedupe.add_batch(batch).expect("room on disk");
        adding += cpu_seconds() - start;
    }
    let (start, clock) = (cpu_seconds(), Instant::now());
    let outcome = dedupe.finish().expect("temporary files");
    let finishing = cpu_seconds() - start;
    println!(
        "{docs} docs: processor seconds: reading {reading:.2}, fingerprints {adding:.2}, rest {finishing:.2} ({:.2} by the clock): {:.0} docs/s a core without reading; peak {} MiB",
        clock.elapsed().as_secs_f64(),
        docs as f64 / (adding + finishing),
        peak_bytes() >> 20,
    );
    println!(
        "{}",
        serde_json::to_string(&outcome.facts).expect("plain figures")
    );
    let Some(folder) = out else { return };
    std::fs::create_dir_all(&folder).expect("the folder for rows");
    let write = |name: &str| {
        BufWriter::new(std::fs::File::create(folder.join(name)).expect("a file for rows"))
    };
    macro_rules! rows {
        ($name:literal, $rows:expr) => {
            let mut file = write($name);
            for row in $rows {
                serde_json::to_writer(&mut file, &row).expect("a row");
                file.write_all(b"\n").expect("a row");
            }
        };
    }
    rows!("assignments.jsonl", outcome.assignments());
    rows!("clusters.jsonl", outcome.clusters());
    rows!("siblings.jsonl", outcome.siblings());
    rows!("related.jsonl", outcome.related());
    rows!("edges.jsonl", outcome.edges());
}
