//! Word repair alone: MB/s on clean and on swapped text.
//!
//! `cargo bench --bench repair -- [DOCUMENTS.jsonl]` (field `text`; without, texts of its own).
//! `cargo bench --bench repair -- --places [MODEL] < DOCUMENTS.jsonl` writes what is found in each,
//! for `scripts/eval-repair` and `scripts/train-repair`; `--decidable` which pairs neighbours tell.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};
use std::time::Instant;

use qingwen::Settings;
use qingwen::model::{WordTable, spun};
use qingwen::repair::{Engine, Model};

const CLEAN: &str = "入汛以来，县里连下大雨，河水上涨很快。值班人员昼夜看守堤坝，村民把粮食搬上二楼。雨停以后，大家清扫街道，补种蔬菜，孩子们回到课堂。\n";
const SWAPPED: &str = "全乡广阔群众积极参加公共效劳设施建设，为经济社会开展打下了坚实的根底。各村落实平安责任，排查平安隐患，按照实施细那么催促整改，提高效劳水平。\n";

fn main() {
    let settings = Settings::default().repair();
    let engine = Engine::new(&settings).expect("the shipped model");
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    match args.first().map(String::as_str) {
        Some("--places") => places(&match args.get(1) {
            Some(model) => Model::open(model.as_ref())
                .and_then(|model| Engine::with_model(&settings, model))
                .expect("the model"),
            None => engine,
        }),
        Some("--decidable") => decidable(&engine),
        Some(file) => {
            let lines = std::fs::read_to_string(file).expect("the documents");
            let texts: Vec<String> = lines.lines().map(text_of).collect();
            speed(&engine, file, &texts);
        }
        None => {
            for (name, line) in [("clean", CLEAN), ("swapped", SWAPPED)] {
                for lines in [4, 40, 400] {
                    let texts = vec![line.repeat(lines); 4000 / lines];
                    speed(&engine, &format!("{name}, {lines} lines a text"), &texts);
                }
            }
        }
    }
}

fn speed(engine: &Engine, name: &str, texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut best = f64::MAX;
    let mut places = 0;
    for _ in 0..5 {
        let start = Instant::now();
        places = texts
            .iter()
            .map(|text| engine.look(text).places.len())
            .sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!(
        "{name}: {:.1} MB/s, {:.0} docs/s, {places} places in {:.1} MB",
        bytes as f64 / 1e6 / best,
        texts.len() as f64 / best,
        bytes as f64 / 1e6
    );
}

fn places(engine: &Engine) {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let found = engine.look(&text_of(&line.expect("a line")));
        let places: Vec<_> = found
            .places
            .iter()
            .map(|place| {
                (
                    place.start,
                    place.end,
                    &place.right,
                    place.level,
                    place.confidence,
                    place.may_be_certain,
                )
            })
            .collect();
        let row = serde_json::json!({ "spun": found.spun_log_odds, "places": places });
        writeln!(out, "{row}").expect("standard output");
    }
}

fn text_of(line: &str) -> String {
    let row: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
    row["text"].as_str().unwrap_or_default().to_owned()
}

/// For each pair that is no free variant, the share of the right word's places in the documents
/// that neighbours and phrases alone tell at a precision of 0.99 from places where the wrong word
/// stands by right: a line of the wrong word, the right one, the share, and both numbers of
/// places.
fn decidable(engine: &Engine) {
    let pairs = spun::pairs().iter().filter(|pair| !pair.is_free);
    let pairs: Vec<(&str, &str)> = pairs.map(|pair| (&*pair.wrong, &*pair.right)).collect();
    let mut rights: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    // The wrong words that may stand in the place of each word, itself among them.
    let mut disguises: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &(wrong, right) in &pairs {
        rights.entry(wrong).or_default().push(right);
        disguises.entry(wrong).or_default().insert(wrong);
        disguises.entry(right).or_default().insert(wrong);
    }
    let words: Vec<&str> = disguises.keys().copied().collect();
    let table = WordTable::new(words.iter().copied().zip(0..));
    let mut places: BTreeMap<(&str, &str), [Vec<f32>; 2]> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let text = text_of(&line.expect("a line"));
        table.scan(&text, |at, len, id| {
            let stands = words[id as usize];
            let left = &text[text.floor_char_boundary(at.saturating_sub(60))..at];
            let right = &text[at + len..text.ceil_char_boundary((at + len + 60).min(text.len()))];
            for &wrong in &disguises[stands] {
                for reading in engine.readings(left, wrong, right) {
                    let odds: f32 = reading.evidence.iter().sum();
                    let meant = rights[wrong]
                        .iter()
                        .find(|right| **right == &*reading.right);
                    let is_false = stands == wrong;
                    if let Some(&meant) = meant.filter(|right| is_false || **right == stands) {
                        let found = places.entry((wrong, meant)).or_default();
                        found[usize::from(is_false)].push(odds);
                    }
                }
            }
        });
    }
    let mut out = std::io::stdout().lock();
    for ((wrong, right), [mut so, mut by_right]) in places {
        so.sort_unstable_by(|a, b| b.total_cmp(a));
        by_right.sort_unstable_by(|a, b| b.total_cmp(a));
        let told = (1..=so.len()).rev().find(|&n| {
            let false_ones = by_right.partition_point(|&odds| odds >= so[n - 1]);
            false_ones * 99 <= n
        });
        let share = told.unwrap_or(0) as f64 / so.len().max(1) as f64;
        writeln!(
            out,
            "{wrong} {right} {share:.3} {} {}",
            so.len(),
            by_right.len()
        )
        .expect("standard output");
    }
}
