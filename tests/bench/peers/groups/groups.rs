//! Groups the documents of a corpus with another crate, as its documentation shows it:
//! `groups simhash|gaoya DOCUMENTS.jsonl` prints for each line the number of the first document
//! that it goes together with. Shingles of five characters of the text as it is.

use std::io::{BufRead, BufWriter, Write};

/// Distance of the pairs that are looked for with SimHash, in bits.
const DISTANCE: u32 = 3;
/// MinHash bands and rows: at Jaccard 0.7 a pair is found with probability 0.99.
const BANDS: usize = 25;
const ROWS: usize = 5;

struct Joined(Vec<usize>);

impl Joined {
    fn of(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}

fn shingles(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    match starts.len() {
        0..=5 => vec![text],
        _ => starts.windows(6).map(|six| &text[six[0]..six[5]]).collect(),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, which, path] = &args[..] else {
        panic!("groups simhash|gaoya DOCUMENTS.jsonl");
    };
    let file = std::fs::File::open(path).expect("the corpus is there");
    let texts: Vec<String> = std::io::BufReader::new(file)
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            row["text"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut joined = Joined((0..texts.len()).collect());
    match which.as_str() {
        "simhash" => {
            let hashes: Vec<u64> = (texts.iter())
                .map(|text| simhash::simhash_stream(shingles(text).into_iter()))
                .collect();
            for (b, hash) in hashes.iter().enumerate() {
                for (a, other) in hashes[..b].iter().enumerate() {
                    if (hash ^ other).count_ones() <= DISTANCE {
                        joined.join(a, b);
                    }
                }
            }
        }
        "gaoya" => {
            use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32};
            let hasher = MinHasher32::new(BANDS * ROWS);
            let mut index = MinHashIndex::new(BANDS, ROWS, 0.7);
            for (nth, text) in texts.iter().enumerate() {
                let signature = hasher.create_signature(shingles(text).into_iter());
                for &other in index.query(&signature) {
                    joined.join(nth, other);
                }
                index.insert(nth, signature);
            }
        }
        other => panic!("{other} is neither simhash nor gaoya"),
    }
    let mut out = BufWriter::new(std::io::stdout());
    for nth in 0..texts.len() {
        let head = joined.of(nth);
        writeln!(out, "{head}").unwrap();
    }
}
