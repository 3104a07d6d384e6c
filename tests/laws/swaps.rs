//! One change to a text: another text, or a slip?

use serde::Deserialize;

use super::dedupe::relation;

const TABLES: [&str; 2] = [include_str!("swaps.toml"), include_str!("swaps_other.toml")];

#[derive(Deserialize)]
struct Table {
    text: Vec<Swapped>,
}

#[derive(Deserialize)]
struct Swapped {
    name: String,
    text: String,
    keeps: Vec<(String, String)>,
    joins: Vec<(String, String)>,
    /// Changes that are made at once.
    #[serde(default)]
    edits: Vec<Vec<(String, String)>>,
}

fn tables() -> Vec<Swapped> {
    TABLES
        .iter()
        .flat_map(|table| toml::from_str::<Table>(table).unwrap().text)
        .collect()
}

fn is_removed(relation: &str) -> bool {
    matches!(relation, "exact" | "canonical" | "near")
}

#[test]
fn one_change_that_means_something_keeps_both_texts_and_a_slip_does_not() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for case in &tables() {
        for (pairs, wanted) in [(&case.keeps, false), (&case.joins, true)] {
            for (from, to) in pairs {
                assert!(case.text.contains(from), "{}: {from}", case.name);
                checked += 1;
                let other = case.text.replacen(from, to, 1);
                let relation = relation(&case.text, &other);
                if is_removed(relation) != wanted {
                    wrong.push(format!("{}: {from} → {to}: {relation}", case.name));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn several_changes_that_mean_something_keep_both_texts() {
    let mut wrong = Vec::new();
    for case in &tables() {
        for edits in &case.edits {
            let other = edits.iter().fold(case.text.clone(), |text, (from, to)| {
                assert!(text.contains(from), "{}: {from}", case.name);
                text.replacen(from, to, 1)
            });
            let relation = relation(&case.text, &other);
            if is_removed(relation) {
                wrong.push(format!("{}: {edits:?}: {relation}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn slips_beside_it_do_not_excuse_what_is_meant() {
    let (mut checked, mut removed) = (0, Vec::new());
    for case in &tables() {
        for (nth, (from, to)) in case.keeps.iter().enumerate() {
            let slips: Vec<&(String, String)> = (0..3)
                .map(|more| &case.joins[(nth + 5 * more) % case.joins.len()])
                .collect();
            let mut text = case.text.replacen(from, to, 1);
            if slips.iter().all(|(slip, _)| text.contains(slip.as_str())) {
                for (right, wrong) in &slips {
                    text = text.replacen(right, wrong, 1);
                }
                checked += 1;
                if is_removed(relation(&case.text, &text)) {
                    removed.push(format!("{}: {from} → {to} {slips:?}", case.name));
                }
            }
        }
    }
    // A character that nobody writes, beside one that the table of neighbours takes for such.
    assert!(checked > 300 && removed.len() * 30 < checked, "{removed:?}");
}
