//! One change to a text: another text, or a slip?

use serde::Deserialize;

use super::dedupe::relation;

const TABLE: &str = include_str!("swaps.toml");

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
}

fn is_removed(relation: &str) -> bool {
    matches!(relation, "exact" | "canonical" | "near")
}

#[test]
fn one_change_that_means_something_keeps_both_texts_and_a_slip_does_not() {
    let table: Table = toml::from_str(TABLE).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for case in &table.text {
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
