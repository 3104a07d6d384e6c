//! The search for candidates alone, at sizes for which nobody makes texts: signatures drawn at
//! random, every tenth document a copy of the one before it at a stated Jaccard.
//!
//! `cargo bench --bench signatures -- --docs 10000000 [--jaccard 0.7] [--memory-mib 512]`
//! (without `--docs`, as `cargo bench` calls it: 100,000). With `--hamming 3` the pairs within so
//! many bits instead, by blocked permutations, beside brute force where there are 50,000 or fewer.

use std::time::Instant;

use qingwen::fingerprint::{band_keys, mix};
use qingwen::index::{Bands, Entries, Glimpse, Look, Permutations, Plan, search};
use qingwen::model::Boilerplate;

mod meter;
use meter::{cpu_seconds, peak_bytes};

/// Documents whose entries are made together.
const CHUNK_DOCS: u32 = 4096;

fn main() {
    let (mut docs, mut jaccard, mut memory_mib) = (100_000_u32, 0.7, 512_usize);
    let mut bits = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value follows the flag");
        match arg.as_str() {
            "--docs" => docs = value().parse().expect("a number of documents"),
            "--jaccard" => jaccard = value().parse().expect("a similarity"),
            "--hamming" => bits = Some(value().parse().expect("a number of bits")),
            "--memory-mib" => memory_mib = value().parse().expect("a size"),
            _ => {}
        }
    }
    if let Some(bits) = bits {
        return hamming(docs, bits);
    }
    let plan = Plan::new(0.5, 0.99).expect("the default contract");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let start = Instant::now();
    let mut bands = Bands::new(plan, memory_mib << 20, folder.path());
    let mut first = 0;
    while first < docs {
        let last = docs.min(first + CHUNK_DOCS);
        bands
            .extend(&entries(&plan, first..last, jaccard))
            .expect("room on disk");
        first = last;
    }
    let made = start.elapsed().as_secs_f64();
    let disk_bytes = bands.disk_bytes();
    let (mut looked_at, mut largest) = (0_u64, 0);
    let mut found = vec![false; docs as usize];
    for column in bands.into_columns() {
        let of_column = search(column, &All).expect("runs come back");
        largest = largest.max(of_column.largest_docs);
        looked_at += of_column.pairs.len() as u64;
        for (a, b) in of_column.pairs {
            if b == a + 1 && b % 10 == 9 {
                found[b as usize] = true;
            }
        }
    }
    let copies = docs / 10;
    let met = found.iter().filter(|&&found| found).count();
    println!(
        "{docs} signatures of {} bands of {} rows: {:.1} s to make and sort, {:.1} s in all, {:.1} s of processor time; {} MiB on disk, peak {} MiB",
        plan.bands,
        plan.rows,
        made,
        start.elapsed().as_secs_f64(),
        cpu_seconds(),
        disk_bytes >> 20,
        peak_bytes() >> 20,
    );
    println!(
        "pairs met, over all bands: {looked_at}; largest bucket {largest}; of {copies} copies of Jaccard {jaccard} found {met} ({:.5}; predicted {:.5})",
        met as f64 / f64::from(copies.max(1)),
        plan.recall_at(jaccard),
    );
}

/// Signatures drawn at random, every tenth a copy of the one before it with up to twice so many
/// bits turned.
fn hamming(docs: u32, bits: u32) {
    let signatures: Vec<[u64; 2]> = (0..docs)
        .map(|document| {
            let is_copy = document % 10 == 9;
            let of = u64::from(document - u32::from(is_copy));
            let mut out = [mix(of * 2), mix(of * 2 + 1)];
            if is_copy {
                for nth in 0..u64::from(document) / 10 % u64::from(2 * bits + 1) {
                    let bit = mix(u64::from(document) << 8 | nth) % 128;
                    out[bit as usize / 64] ^= 1 << (bit % 64);
                }
            }
            out
        })
        .collect();
    let plan = Permutations::plan(signatures.len(), bits).expect("few bits");
    let start = Instant::now();
    let mut pairs = 0_u64;
    plan.each_pair(&signatures, |_, _| pairs += 1);
    let by_blocks = start.elapsed().as_secs_f64();
    println!(
        "{docs} signatures within {bits} bits: {pairs} pairs in {by_blocks:.3} s by {} tables of {} blocks",
        plan.tables(),
        plan.blocks,
    );
    if docs <= 50_000 {
        let start = Instant::now();
        let mut brute = 0_u64;
        for (nth, one) in signatures.iter().enumerate() {
            for other in &signatures[..nth] {
                let apart = (one[0] ^ other[0]).count_ones() + (one[1] ^ other[1]).count_ones();
                brute += u64::from(apart <= bits);
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "brute force: {brute} pairs in {seconds:.3} s, {:.1} times as long",
            seconds / by_blocks
        );
    }
}

/// Entries of some documents. Each value of a copy is the other's with probability `jaccard`.
fn entries(plan: &Plan, documents: std::ops::Range<u32>, jaccard: f64) -> Entries {
    let mut out = Entries::new(plan);
    let size = plan.bands * plan.rows;
    let same = (jaccard * u32::MAX as f64) as u32;
    let value = |document: u32, at: usize| mix(u64::from(document) << 8 | at as u64) as u32;
    // Enough of them that the document is no short one.
    let shingles = vec![0; plan.join_below()];
    let masks = Boilerplate::default();
    for document in documents {
        let is_copy = document % 10 == 9;
        let sketch: Vec<u32> = (0..size)
            .map(|at| {
                let drawn = mix(u64::from(document) << 8 | at as u64) >> 32;
                let of = document - u32::from(is_copy && (drawn as u32) < same);
                value(of, at)
            })
            .collect();
        let keys: Vec<u64> = band_keys(&sketch, plan.rows).collect();
        out.push(plan, document, &keys, &shingles, &masks);
    }
    out
}

/// Everybody takes part, and no pair is refused.
struct All;

impl Look for All {
    fn place(&self, document: u32) -> Option<u32> {
        Some(document)
    }

    fn night(&self, _: u32) -> u32 {
        0
    }

    fn glimpse(&self, _: u32) -> Glimpse {
        Glimpse::default()
    }

    fn may_match(&self, _: u32, _: u32) -> bool {
        true
    }
}
