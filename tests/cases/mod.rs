//! Golden cases: `tests/cases/<room>/*.toml`, each file a list of `[[case]]`:
//!
//! ```toml
//! [[case]]
//! name = "a-lone-second-quote-closes"
//! note = "〞 without 〝 is a scanner's closing quote"
//! source = "synthetic"            # or "wild": seen on a real page, retold in our own words
//! input = "“三个代表〞"            # or input_hex = "d6d0b9fa" for bytes
//! output = "“三个代表”"           # left out: the text must come out as it went in
//! outputs = ["…", "…"]            # instead of output, for a page of several documents
//! rules = ["normalise/quotes"]    # optional: rules that must (exactly) have touched it
//! title = "…"                     # optional: the title that must be found
//! findings = ["decode/bad-byte"]  # optional: rules of the findings, in order
//! only_room = true                # optional: run no other room; default false
//! settings = { repair = "probable" }   # optional: any settings
//! expect = "pass"                 # or "fail": known to fail; an unexpected pass breaks the build
//! ```
//!
//! Every case also checks that replaying the ledger on the source gives the output and that
//! cleaning the output again changes nothing.

use std::collections::BTreeSet;
use std::path::Path;

use qingwen::model::{Body, Facts, Record};
use qingwen::{Cleaned, Cleaner, Settings};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[allow(dead_code, reason = "read by people")]
    note: Option<String>,
    #[allow(dead_code, reason = "read by people")]
    source: Source,
    input: Option<String>,
    input_hex: Option<String>,
    output: Option<String>,
    outputs: Option<Vec<String>>,
    rules: Option<BTreeSet<String>>,
    title: Option<String>,
    findings: Option<Vec<String>>,
    #[serde(default)]
    only_room: bool,
    #[serde(default)]
    settings: toml::Table,
    #[serde(default)]
    expect: Expect,
    /// File name without extension that the record pretends to come from.
    file_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    Wild,
    Synthetic,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Expect {
    #[default]
    Pass,
    Fail,
}

const ROOMS: [&str; 5] = ["decode", "normalise", "repair", "chrome", "restructure"];

impl Case {
    fn settings(&self, room: &str) -> Settings {
        let mut settings: Settings = self
            .settings
            .clone()
            .try_into()
            .expect("settings of a case");
        if self.only_room {
            let others = ROOMS.iter().filter(|&&other| other != room);
            settings
                .disable
                .extend(others.map(|&other| other.to_owned()));
        }
        settings
    }

    fn record(&self) -> Record {
        let body = match (&self.input, &self.input_hex) {
            (Some(text), None) => Body::Text(text.clone()),
            (None, Some(hex)) => Body::Bytes(bytes(hex)),
            _ => panic!("a case has either input or input_hex"),
        };
        let facts = Facts {
            name: self.file_name.clone(),
            ..Facts::default()
        };
        Record {
            id: self.name.clone(),
            source: self.name.clone(),
            body,
            facts,
            fields: None,
        }
    }

    /// Why the case fails, if it does.
    fn run(&self, room: &str) -> Result<(), String> {
        let cleaner = Cleaner::new(&self.settings(room)).map_err(|error| error.to_string())?;
        let cleaned = cleaner.clean(self.record());
        check_ledger(&cleaned)?;
        let got: Vec<&str> = cleaned.parts.iter().map(|part| part.draft.text()).collect();
        let want: Vec<&str> = match (&self.outputs, &self.output) {
            (Some(outputs), _) => outputs.iter().map(String::as_str).collect(),
            (None, Some(output)) => vec![output],
            (None, None) => vec![cleaned.source_text()],
        };
        if got != want {
            return Err(format!("wanted {want:?}\n      got {got:?}"));
        }
        for part in &cleaned.parts {
            let again = cleaner.clean_text(part.draft.text());
            let texts: Vec<&str> = again.parts.iter().map(|part| part.draft.text()).collect();
            if texts != [part.draft.text()] {
                return Err(format!("cleaned again it becomes {texts:?}"));
            }
        }
        if let Some(rules) = &self.rules {
            let touched: BTreeSet<String> = cleaned
                .parts
                .iter()
                .flat_map(|part| part.draft.changes())
                .flat_map(|change| change.rules.into_iter().map(|rule| rule.to_string()))
                .collect();
            if touched != *rules {
                return Err(format!("rules: wanted {rules:?}, got {touched:?}"));
            }
        }
        if let Some(title) = &self.title {
            let found = cleaned
                .parts
                .first()
                .and_then(|part| part.draft.notes.title.clone());
            if found.as_deref() != Some(title) {
                return Err(format!("title: wanted {title:?}, got {found:?}"));
            }
        }
        if let Some(findings) = &self.findings {
            let found: Vec<String> = cleaned
                .findings()
                .iter()
                .map(|finding| finding.rule.to_string())
                .collect();
            if found != *findings {
                return Err(format!("findings: wanted {findings:?}, got {found:?}"));
            }
        }
        Ok(())
    }
}

/// Replays the ledger of every document on the source.
fn check_ledger(cleaned: &Cleaned) -> Result<(), String> {
    let source = cleaned.source_text();
    let mut reached = 0;
    for part in &cleaned.parts {
        let span = part.draft.span();
        if span.start != reached {
            return Err(format!(
                "the spans of the documents do not tile: {span:?} after {reached}"
            ));
        }
        reached = span.end;
        let mut out = String::new();
        let mut at = span.start;
        for change in part.draft.changes() {
            if change.start < at || change.end > span.end || change.before == change.after {
                return Err(format!(
                    "a change out of order or without effect: {change:?}"
                ));
            }
            if source[change.start..change.end] != change.before {
                return Err(format!("`before` is not the source's: {change:?}"));
            }
            out.push_str(&source[at..change.start]);
            out.push_str(&change.after);
            at = change.end;
        }
        out.push_str(&source[at..span.end]);
        if out != part.draft.text() {
            return Err(format!(
                "source + changes = {out:?}, output {:?}",
                part.draft.text()
            ));
        }
    }
    if reached == source.len() {
        Ok(())
    } else {
        Err("the spans end before the source".into())
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| digit.to_digit(16).expect("hex digits") as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn run_room(room: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(room);
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    let mut failures = Vec::new();
    let (mut changing, mut keeping) = (0, 0);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable case file");
        let file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in file.case {
            if case.output.is_none() && case.outputs.is_none() {
                keeping += 1;
            } else {
                changing += 1;
            }
            let place = format!("{}: {}", path.display(), case.name);
            match (case.run(room), &case.expect) {
                (Ok(()), Expect::Pass) | (Err(_), Expect::Fail) => {}
                (Ok(()), Expect::Fail) => {
                    failures.push(format!("{place}: passes now: take out `expect = \"fail\"`"))
                }
                (Err(why), Expect::Pass) => failures.push(format!("{place}: {why}")),
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} cases fail:\n  {}",
        failures.len(),
        failures.join("\n  ")
    );
    assert!(
        keeping >= changing,
        "{room}: {changing} cases change their text and only {keeping} must not: add some that look alike and stay"
    );
}

#[test]
fn decode() {
    run_room("decode");
}

#[test]
fn normalise() {
    run_room("normalise");
}

#[test]
fn repair() {
    run_room("repair");
}

#[test]
fn chrome() {
    run_room("chrome");
}

#[test]
fn restructure() {
    run_room("restructure");
}
