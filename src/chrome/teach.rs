//! What a rule says of itself, with its examples set on pages.

use super::rules::{self, Rule, Scope};
use crate::model::RuleDoc;

/// A sentence above and below each example, so that it stands on a page.
const ABOVE: &str =
    "全县中小学已于九月一日全部开学，教学秩序平稳，各项保障措施落实到位，师生精神饱满。\n";
const BELOW: &str =
    "\n下一步，县教育局将继续督促各校抓好落实，确保新学期各项工作顺利推进，不断提高教学质量。\n";

pub(super) fn document(rule: &Rule) -> RuleDoc {
    let examples = rule
        .text
        .removes
        .iter()
        .map(|example| example_page(example));
    let keeps = rule
        .text
        .keeps
        .iter()
        .map(|example| kept_page(rule, example));
    RuleDoc {
        id: rule.id,
        since: rule.text.since,
        on_by_default: true,
        removes: rule.text.what,
        why: rule.text.why,
        examples: examples.collect(),
        leaves_alone: rule.text.leaves_alone,
        keeps: keeps.collect(),
        risk: rule.text.risk,
    }
}

/// An example before and after. One with `✂` is a whole page whose lines so marked go; any other
/// is what goes, and gets a sentence above and below.
fn example_page(example: &str) -> (&'static str, &'static str) {
    if example.contains('✂') {
        let stays: Vec<&str> = example
            .lines()
            .filter(|line| !line.starts_with('✂'))
            .collect();
        let before = rules::kept(&example.replace('✂', ""));
        return (before, rules::kept(&stays.join("\n")));
    }
    let before = rules::kept(&format!("{ABOVE}{example}{BELOW}"));
    (
        before,
        rules::kept(&format!("{ABOVE}{}", BELOW.trim_start())),
    )
}

fn kept_page(rule: &Rule, example: &str) -> &'static str {
    if rule.scope == Scope::Code {
        rules::kept(example)
    } else {
        rules::kept(&format!("{ABOVE}{example}{BELOW}"))
    }
}
