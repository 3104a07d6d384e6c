//! Word repair alone: MB/s on clean and on swapped text.
//!
//! `cargo bench --bench repair -- [DOCUMENTS.jsonl]` (field `text`; without, texts of its own).
//! `cargo bench --bench repair -- --places [MODEL] < DOCUMENTS.jsonl` writes what is found in each,
//! for `scripts/eval-repair` and `scripts/train-repair`.

use std::io::{BufRead, Write};
use std::time::Instant;

use qingwen::Settings;
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
