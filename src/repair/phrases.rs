//! Hand-written knowledge: phrases in which a word cannot be right, or must be.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, Result};

const SHIPPED: &str = include_str!("lexicon.toml");

/// How far an `…` of a pattern reaches, in characters of one clause.
const REACH_CHARS: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pair: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) wrong: String,
    pub(crate) right: String,
    /// Where the wrong word cannot stand: enough by itself.
    #[serde(default)]
    never: Vec<String>,
    /// Where it hardly stands: enough in a document that is spun.
    #[serde(default)]
    hardly: Vec<String>,
    /// Where it is right: it stays.
    #[serde(default)]
    keep: Vec<String>,
    /// Texts that are repaired, before and after.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests of the entry itself"))]
    pub(crate) examples: Vec<(String, String)>,
    /// Texts that stay.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests of the entry itself"))]
    pub(crate) stays: Vec<String>,
}

/// What a phrase says of a word at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The word is right.
    Keep,
    /// No phrase matches.
    Silent,
    /// It is hardly right.
    Hardly,
    /// It cannot be right.
    Never,
}

/// The phrases of one pair.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    never: Vec<Pattern>,
    hardly: Vec<Pattern>,
    keep: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    left: Side,
    right: Side,
}

/// One side of a pattern: what touches the word, and what stands further off in the clause.
#[derive(Debug)]
struct Side {
    near: Vec<String>,
    far: Option<Vec<String>>,
}

/// The shipped entries.
pub(crate) fn shipped() -> Result<Vec<Entry>> {
    let file: File = toml::from_str(SHIPPED).map_err(|error| Error::Rule {
        rule: "repair/lexicon.toml".into(),
        problem: error.to_string(),
    })?;
    Ok(file.pair)
}

/// The phrases by (wrong, right).
pub(crate) fn compile(entries: &[Entry]) -> Result<BTreeMap<(&str, &str), Phrases>> {
    let mut all: BTreeMap<(&str, &str), Phrases> = BTreeMap::new();
    for entry in entries {
        let read = |patterns: &[String]| -> Result<Vec<Pattern>> {
            patterns.iter().map(|text| Pattern::new(text)).collect()
        };
        let phrases = Phrases {
            never: read(&entry.never)?,
            hardly: read(&entry.hardly)?,
            keep: read(&entry.keep)?,
        };
        all.insert((&entry.wrong, &entry.right), phrases);
    }
    Ok(all)
}

impl Phrases {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.never.is_empty() && self.hardly.is_empty() && self.keep.is_empty()
    }

    /// Whether there are phrases in which the word cannot be right.
    pub(crate) fn may_be_never(&self) -> bool {
        !self.never.is_empty()
    }

    /// What the phrases say of the word between `left` and `right`.
    pub(crate) fn verdict(&self, left: &str, right: &str) -> Verdict {
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.fits(left, right));
        if any(&self.keep) {
            Verdict::Keep
        } else if any(&self.never) {
            Verdict::Never
        } else if any(&self.hardly) {
            Verdict::Hardly
        } else {
            Verdict::Silent
        }
    }
}

impl Pattern {
    /// Reads `{健康|快速}_`, `_{|的}步伐`, `_…活动`: `_` is the word, braces hold alternatives,
    /// `…` is anything inside the clause.
    fn new(text: &str) -> Result<Self> {
        let bad = || Error::Rule {
            rule: "repair/lexicon.toml".into(),
            problem: format!("{text:?} has no _ for the word"),
        };
        let (left, right) = text.split_once('_').ok_or_else(bad)?;
        let side = |near: &str, far: Option<&str>| Side {
            near: expand(near),
            far: far.map(expand),
        };
        Ok(Self {
            left: match left.split_once('…') {
                Some((far, near)) => side(near, Some(far)),
                None => side(left, None),
            },
            right: match right.split_once('…') {
                Some((near, far)) => side(near, Some(far)),
                None => side(right, None),
            },
        })
    }

    fn fits(&self, left: &str, right: &str) -> bool {
        self.left.near.iter().any(|want| match want.as_str() {
            "^" => left.chars().next_back().is_none_or(is_clause_end),
            want => left
                .strip_suffix(want)
                .is_some_and(|rest| self.left.is_far(clause_before(rest))),
        }) && self.right.near.iter().any(|want| match want.as_str() {
            "$" => right.chars().next().is_none_or(is_clause_end),
            want => right
                .strip_prefix(want)
                .is_some_and(|rest| self.right.is_far(clause_after(rest))),
        })
    }
}

impl Side {
    fn is_far(&self, clause: &str) -> bool {
        let far = self.far.as_ref();
        far.is_none_or(|wants| wants.iter().any(|want| clause.contains(want.as_str())))
    }
}

fn is_clause_end(c: char) -> bool {
    c.is_whitespace() || "，。；：！？,.;:!?、…”’".contains(c)
}

fn clause_before(text: &str) -> &str {
    let from = text
        .char_indices()
        .rev()
        .take(REACH_CHARS)
        .take_while(|&(_, c)| !is_clause_end(c))
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[from..]
}

fn clause_after(text: &str) -> &str {
    let to = text
        .char_indices()
        .take(REACH_CHARS)
        .take_while(|&(_, c)| !is_clause_end(c))
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    &text[..to]
}

/// All strings that braces make.
fn expand(text: &str) -> Vec<String> {
    let Some((before, rest)) = text.split_once('{') else {
        return vec![text.to_owned()];
    };
    let (choices, after) = rest.split_once('}').unwrap_or((rest, ""));
    let tails = expand(after);
    choices
        .split('|')
        .flat_map(|choice| {
            tails
                .iter()
                .map(move |tail| format!("{before}{choice}{tail}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_near_and_far() {
        let fits = |pattern: &str, left: &str, right: &str| {
            Pattern::new(pattern).unwrap().fits(left, right)
        };
        assert!(fits("{健康|快速}_{$|的}", "教育健康", "。"));
        assert!(!fits("{健康|快速}_{$|的}", "教育健康", "了"));
        assert!(fits("_…活动", "", "各类主题教育活动，"));
        assert!(!fits("_…活动", "", "得好，活动"));
        assert!(fits("如果…_", "如果不去", ""));
        assert!(fits("_的…气氛", "", "的学习气氛"));
        assert!(!fits("_的…气氛", "", "学习的气氛"));
        assert!(Pattern::new("没有").is_err());
    }
}
