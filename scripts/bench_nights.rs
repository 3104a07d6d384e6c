//! Times nights over a corpus of `scripts/make-corpus`, and compares them with one run.
//!
//!     bench-nights DOCUMENTS.jsonl NIGHTS DOCS_A_NIGHT INDEX [--batch] [--skip N] [--none]
//!
//! A line a night: processor seconds of reading and fingerprinting, of finding, deciding and
//! committing; then of the whole process; bytes a document; peak memory. `--batch` then decides
//! all in one run with the night's number first in the rank, and names the first row that
//! differs. `--skip` begins after so many documents, for one more night against a large index.

use std::io::{BufRead, BufReader};
use std::path::Path;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::config::VerifyStore;
use qingwen::pipeline::Outcome;
use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};
use qingwen::pipeline::night::{Night, NightStamp};

#[derive(serde::Deserialize)]
struct Line {
    id: String,
    text: String,
}

/// Processor seconds of this process so far.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kib| kib.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn item(line: &str, night: u32) -> anyhow::Result<DedupeItem> {
    let line: Line = serde_json::from_str(line)?;
    Ok(DedupeItem {
        record: line.id.clone(),
        id: line.id,
        part: 1,
        rank: Rank {
            night,
            body_chars: line.text.chars().filter(|c| !c.is_whitespace()).count() as u64,
            ..Rank::default()
        },
        text: line.text,
        ..DedupeItem::default()
    })
}

fn hashes(outcome: &Outcome, out: &mut Vec<(String, u64)>) -> anyhow::Result<()> {
    for row in outcome.assignments() {
        let text = serde_json::to_string(&row)?;
        let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        out.push((text.chars().take(60).collect(), hash));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a bench's figures are its output")]
fn main() -> anyhow::Result<()> {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let is_given = |name: &str| all.iter().any(|arg| arg == name);
    let skip: usize = match all.iter().position(|arg| arg == "--skip") {
        Some(at) => all[at + 1].parse()?,
        None => 0,
    };
    let [path, nights, docs, index] = &all[..4] else {
        anyhow::bail!("give DOCUMENTS.jsonl NIGHTS DOCS_A_NIGHT INDEX");
    };
    let (nights, docs): (u32, usize) = (nights.parse()?, docs.parse()?);
    let mut settings = Settings::default();
    if is_given("--none") {
        settings.verify_store = VerifyStore::None;
    }
    let tmp = std::env::temp_dir();
    let open = || -> anyhow::Result<_> {
        let file = BufReader::new(std::fs::File::open(path)?);
        Ok(file.lines().skip(skip))
    };
    let mut lines = open()?;
    let mut rows = Vec::new();
    for nth in 1..=nights {
        let (start, began) = (cpu_seconds(), std::time::Instant::now());
        let mut night = Night::open(Path::new(index), &settings, &tmp, None)?;
        let opened = cpu_seconds() - start;
        let mut text_bytes = 0;
        let mut batch = Vec::new();
        for line in lines.by_ref().take(docs) {
            let item = item(&line?, 0)?;
            text_bytes += item.text.len();
            batch.push(item);
            if batch.len() == 1024 {
                night.add_batch(std::mem::take(&mut batch))?;
            }
        }
        night.add_batch(batch)?;
        let added = cpu_seconds() - start;
        let (outcome, report) = night.finish(&NightStamp::default())?;
        let all = cpu_seconds() - start;
        println!(
            "night {nth:>3}: cpu {all:.2} s (open {opened:.2}, fingerprint {:.2}, decide and \
             commit {:.2}), wall {:.1} s; candidates {} verified {} crowded buckets {}; text {} \
             MB, index {:.0} bytes a document; peak {} MiB",
            added - opened,
            all - added,
            began.elapsed().as_secs_f64(),
            outcome.facts.candidates,
            outcome.facts.verified,
            outcome.facts.split_buckets,
            text_bytes / 1_000_000,
            report.index_bytes as f64 / report.index_docs.max(1) as f64,
            peak_mib(),
        );
        if is_given("--batch") {
            hashes(&outcome, &mut rows)?;
        }
    }
    if is_given("--batch") {
        let start = cpu_seconds();
        let mut dedupe = Dedupe::new(&settings, &tmp)?;
        let mut lines = open()?;
        for night in 1..=nights {
            let mut batch = Vec::new();
            for line in lines.by_ref().take(docs) {
                batch.push(item(&line?, night)?);
                if batch.len() == 1024 {
                    dedupe.add_batch(std::mem::take(&mut batch))?;
                }
            }
            dedupe.add_batch(batch)?;
        }
        let outcome = dedupe.finish()?;
        println!("one run: cpu {:.2} s", cpu_seconds() - start);
        let mut other = Vec::new();
        hashes(&outcome, &mut other)?;
        let differing: Vec<_> = rows.iter().zip(&other).filter(|(a, b)| a != b).collect();
        println!(
            "{} rows of nights, {} of one run, {} differ",
            rows.len(),
            other.len(),
            differing.len()
        );
        for (one, two) in differing.iter().take(5) {
            println!("  {one:?}\n  {two:?}");
        }
    }
    Ok(())
}
