//! Rule files: what they may say, reading and checking them.
//!
//! A rule file is TOML, one `[[rule]]` an entry:
//!
//! ```toml
//! [[rule]]
//! id = "chrome/share-buttons"
//! since = "0.1.0"
//! scope = "line"            # line: the whole line · head: opens a list · inline: the match alone
//! needs = ["分享到"]        # a line without any of these is not looked at
//! patterns = ['分享到：.*'] # sure: goes wherever it stands; ：，；！？（） stand for both widths
//! likely = ['分享.{0,9}']   # goes on a page that shows its dress elsewhere, outside of the body
//! sentences = ['分享到.*。'] # as `patterns`, and for lines too that end in 。, which the others never see
//! likely_sentences = []     # as `likely`, in the same way
//! exact = ["分享"]          # whole lines, as likely as those
//! hints = ["新闻"]          # whole lines that only tell the classifier something
//! removes = ["分享到： 微信", "…"]
//! keeps = ["他把照片分享到了朋友圈。", "…"]
//! # and the headings: what, why, leaves_alone, risk
//! ```

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};

use serde::Deserialize;

use super::page;
use super::pattern::{Lazy, compile};
use crate::model::RuleId;
use crate::{Error, Result};

/// The shipped files, in the order of their names.
pub(super) const SHIPPED: [(&str, &str); 12] = [
    ("comments.toml", include_str!("rules/comments.toml")),
    ("docsite.toml", include_str!("rules/docsite.toml")),
    ("inline.toml", include_str!("rules/inline.toml")),
    ("messenger.toml", include_str!("rules/messenger.toml")),
    ("meta.toml", include_str!("rules/meta.toml")),
    ("modern.toml", include_str!("rules/modern.toml")),
    ("navigation.toml", include_str!("rules/navigation.toml")),
    ("promotion.toml", include_str!("rules/promotion.toml")),
    ("related.toml", include_str!("rules/related.toml")),
    ("rights.toml", include_str!("rules/rights.toml")),
    ("share.toml", include_str!("rules/share.toml")),
    ("structure.toml", include_str!("rules/structure.toml")),
];

/// What a rule takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    /// The whole line.
    Line,
    /// The whole line, and the list that it opens.
    Head,
    /// What the pattern matched inside a line.
    Inline,
    /// Nothing by pattern: code decides. Lines that hold one of `needs` are marked for it.
    Code,
}

/// When a hit goes. Later is stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Never by itself: it speaks to the classifier.
    Hint,
    /// On a page that shows its dress elsewhere too, and outside of the body.
    Likely,
    /// Wherever it stands.
    Sure,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    since: String,
    scope: Scope,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    likely: Vec<String>,
    /// Sure patterns that may take a line which ends like a sentence.
    #[serde(default)]
    sentences: Vec<String>,
    #[serde(default)]
    likely_sentences: Vec<String>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    /// Whole lines that are sure, `#` for each run of digits: what `learn` finds.
    #[serde(default)]
    lines: Vec<String>,
    /// Of `lines`, how many different ones a page must hold before any goes.
    #[serde(default)]
    together: usize,
    /// Of `needs`, how many different ones a line must hold.
    #[serde(default = "one")]
    at_least: usize,
    /// Longer lines are left alone. In characters.
    #[serde(default = "sixty")]
    max_chars: usize,
    /// Sites that the rule is for, by the end of their host; empty: all.
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default = "confident")]
    confidence: f32,
    what: String,
    why: String,
    leaves_alone: String,
    risk: String,
    removes: Vec<String>,
    keeps: Vec<String>,
}

fn one() -> usize {
    1
}

fn sixty() -> usize {
    60
}

fn confident() -> f32 {
    0.99
}

/// One rule, ready.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: RuleId,
    pub(super) scope: Scope,
    pub(super) confidence: f32,
    pub(super) patterns: Vec<(Strength, Arc<Lazy>)>,
    /// Those that may take a line which ends like a sentence.
    pub(super) sentences: Vec<(Strength, Arc<Lazy>)>,
    pub(super) needs: Vec<String>,
    pub(super) exact: Vec<(Strength, String)>,
    pub(super) lines: Vec<String>,
    pub(super) together: usize,
    pub(super) at_least: usize,
    pub(super) max_chars: usize,
    pub(super) hosts: Vec<String>,
    pub(super) text: RuleText,
}

/// What a rule says of itself.
#[derive(Clone, Debug)]
pub(super) struct RuleText {
    pub(super) since: &'static str,
    pub(super) what: &'static str,
    pub(super) why: &'static str,
    pub(super) leaves_alone: &'static str,
    pub(super) risk: &'static str,
    pub(super) removes: Vec<&'static str>,
    pub(super) keeps: Vec<&'static str>,
}

/// Texts of rules, each kept once for the life of the process.
pub(super) fn kept(text: &str) -> &'static str {
    static TEXTS: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Default::default);
    let mut texts = TEXTS.lock().unwrap_or_else(|broken| broken.into_inner());
    if let Some(known) = texts.get(text) {
        return known;
    }
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    texts.insert(text);
    text
}

/// Reads the rules of one file; `name` is the file's, for errors. The patterns of shipped files are
/// checked by a test and compiled when they are first needed.
///
/// # Errors
/// [`Error::Rule`] naming the rule, or the file where no rule can be blamed.
pub(super) fn parse(name: &str, text: &str, is_shipped: bool) -> Result<Vec<Rule>> {
    let bad = |rule: &str, problem: String| Error::Rule {
        rule: rule.to_owned(),
        problem,
    };
    let file: File = toml::from_str(text).map_err(|error| bad(name, error.to_string()))?;
    file.rule
        .into_iter()
        .map(|entry| entry.ready(!is_shipped))
        .collect()
}

impl Entry {
    fn ready(mut self, is_checked: bool) -> Result<Rule> {
        // Texts are read in simplified characters.
        let lists = [
            &mut self.needs,
            &mut self.patterns,
            &mut self.likely,
            &mut self.sentences,
            &mut self.likely_sentences,
            &mut self.exact,
            &mut self.hints,
            &mut self.lines,
        ];
        for text in lists.into_iter().flatten() {
            if let Some(folded) = page::folded(text) {
                *text = folded;
            }
        }
        let mut seen = BTreeSet::new();
        self.needs.retain(|need| seen.insert(need.clone()));
        let bad = |problem: String| Error::Rule {
            rule: self.id.clone(),
            problem,
        };
        let has_room = self.id.strip_prefix("chrome/").is_some_and(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        });
        if !has_room {
            return Err(bad(
                "an id is written chrome/what-it-targets, in lower case with hyphens".into(),
            ));
        }
        if self.removes.len() < 2 || self.keeps.len() < 2 {
            return Err(bad(
                "give at least two examples each under `removes` and `keeps`".into(),
            ));
        }
        let headings = [
            &self.since,
            &self.what,
            &self.why,
            &self.leaves_alone,
            &self.risk,
        ];
        if headings.iter().any(|heading| heading.trim().is_empty()) {
            return Err(bad(
                "since, what, why, leaves_alone and risk must say something".into(),
            ));
        }
        if !(0.0..=1.0).contains(&self.confidence) {
            return Err(bad(format!(
                "confidence {} is no ratio of 0 to 1",
                self.confidence
            )));
        }
        let lists = [
            &self.patterns,
            &self.likely,
            &self.sentences,
            &self.likely_sentences,
        ];
        let has_patterns = lists.iter().any(|list| !list.is_empty());
        if has_patterns == self.needs.is_empty() && self.scope != Scope::Code {
            return Err(bad(
                "patterns are only tried on lines that hold one of `needs`: give both or neither"
                    .into(),
            ));
        }
        let mut literals = self
            .needs
            .iter()
            .chain(&self.exact)
            .chain(&self.hints)
            .chain(&self.lines);
        if literals.any(|text| text.trim().is_empty()) {
            return Err(bad(
                "an entry of `needs`, `exact` or `hints` is empty".into()
            ));
        }
        let finds_nothing = !has_patterns
            && self.exact.is_empty()
            && self.hints.is_empty()
            && self.lines.is_empty();
        if finds_nothing && self.scope != Scope::Code {
            return Err(bad(
                "give `needs` with `patterns`, `likely` or `sentences`, or `exact`, or `lines`"
                    .into(),
            ));
        }
        if self.scope == Scope::Inline && self.patterns.is_empty() {
            return Err(bad(
                "an inline rule needs `patterns`: what they match goes".into()
            ));
        }
        let ends_sentence = |pattern: &&String| pattern.ends_with('。');
        let misplaced = self.patterns.iter().chain(&self.likely).find(ends_sentence);
        if let (Some(pattern), true) = (misplaced, self.scope != Scope::Inline) {
            return Err(bad(format!(
                "{pattern} ends in 。: lines that end so are only seen by `sentences` and `likely_sentences`, put it there"
            )));
        }
        if self.needs.len() > 64 && self.at_least > 1 {
            return Err(bad("at_least counts up to 64 needs".into()));
        }
        let whole = self.scope != Scope::Inline;
        let ready = |texts: &[String], strength| -> Result<Vec<(Strength, Arc<Lazy>)>> {
            if is_checked {
                for text in texts {
                    compile(text, whole).map_err(|error| bad(error.to_string()))?;
                }
            }
            let lazy = (!texts.is_empty()).then(|| Arc::new(Lazy::new(texts.to_vec(), whole)));
            Ok(lazy.map(|lazy| (strength, lazy)).into_iter().collect())
        };
        let mut patterns = ready(&self.patterns, Strength::Sure)?;
        patterns.extend(ready(&self.likely, Strength::Likely)?);
        let mut sentences = ready(&self.sentences, Strength::Sure)?;
        sentences.extend(ready(&self.likely_sentences, Strength::Likely)?);
        let exact = self.exact.into_iter().map(|text| (Strength::Likely, text));
        let hints = self.hints.into_iter().map(|text| (Strength::Hint, text));
        Ok(Rule {
            id: RuleId::intern(&self.id),
            scope: self.scope,
            confidence: self.confidence,
            patterns,
            sentences,
            needs: self.needs,
            exact: exact.chain(hints).collect(),
            lines: self.lines,
            together: self.together,
            at_least: self.at_least.max(1),
            max_chars: self.max_chars,
            hosts: self.hosts,
            text: RuleText {
                since: kept(&self.since),
                what: kept(&self.what),
                why: kept(&self.why),
                leaves_alone: kept(&self.leaves_alone),
                risk: kept(&self.risk),
                removes: self.removes.iter().map(|text| kept(text)).collect(),
                keeps: self.keeps.iter().map(|text| kept(text)).collect(),
            },
        })
    }
}

impl Rule {
    pub(super) fn is_for(&self, site: Option<&str>) -> bool {
        self.hosts.is_empty()
            || site.is_some_and(|site| {
                let is_end = |host: &String| {
                    site.strip_suffix(host.as_str())
                        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
                };
                self.hosts.iter().any(is_end)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rules_are_sound_and_no_id_repeats() {
        let mut ids = BTreeSet::new();
        for (name, text) in SHIPPED {
            for rule in parse(name, text, false).unwrap() {
                assert!(ids.insert(rule.id), "{} stands twice", rule.id);
            }
        }
    }
}
