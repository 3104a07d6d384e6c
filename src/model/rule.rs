//! Rule ids, what a rule says of itself, and which rules are on.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{LazyLock, Mutex};

use serde::{Serialize, Serializer};

/// The name of a rule, `room/what-it-targets`. Two ids are equal when their names are.
///
/// ```
/// use qingwen::model::RuleId;
/// let id = RuleId::new("chrome/share-buttons");
/// assert_eq!(id.room(), "chrome");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

static INTERNED: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Default::default);

impl RuleId {
    /// The id of a rule that the program itself knows.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The id of a rule read from a file. Each different name is kept for the life of the
    /// process, so only names from rule files may come here, never document text.
    pub fn intern(name: &str) -> Self {
        let mut names = INTERNED.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(known) = names.get(name) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
        names.insert(kept);
        Self(kept)
    }

    /// `room/what-it-targets`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The part before the slash.
    pub fn room(self) -> &'static str {
        self.0.split_once('/').map_or(self.0, |(room, _)| room)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// What `qingwen rules ID` teaches of one rule, under five headings.
///
/// Each room lists its own (`normalise::rules()`, `chrome::rules()`, …); the command line, the
/// reports and the docs are made from these lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleDoc {
    /// The rule.
    pub id: RuleId,
    /// The version that brought it.
    pub since: &'static str,
    /// Whether it runs unless `--enable` or `--disable` says otherwise.
    pub on_by_default: bool,
    /// The blemish.
    pub removes: &'static str,
    /// Why it is a blemish and not text.
    pub why: &'static str,
    /// Pairs of before and after, each its own test.
    pub examples: Vec<(&'static str, &'static str)>,
    /// What looks alike and stays.
    pub leaves_alone: &'static str,
    /// Texts that must come out as they went in, each its own test.
    pub keeps: Vec<&'static str>,
    /// When it guesses wrong.
    pub risk: &'static str,
}

/// Which rules are on: `--enable` and `--disable`, each naming a rule or a whole room.
///
/// A name switched off wins over one switched on, a rule over its room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    on: BTreeSet<String>,
    off: BTreeSet<String>,
}

impl Switches {
    /// The switches of two lists of rule or room names.
    pub fn new(
        enable: impl IntoIterator<Item = String>,
        disable: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            on: enable.into_iter().collect(),
            off: disable.into_iter().collect(),
        }
    }

    /// Whether a rule runs; `on_by_default` is what it does when nobody names it.
    pub fn is_on(&self, rule: RuleId, on_by_default: bool) -> bool {
        if self.on.is_empty() && self.off.is_empty() {
            return on_by_default;
        }
        if self.off.contains(rule.as_str()) {
            false
        } else if self.on.contains(rule.as_str()) {
            true
        } else if self.off.contains(rule.room()) {
            false
        } else {
            on_by_default
        }
    }

    /// Whether a whole room runs.
    pub fn room_is_on(&self, room: &str) -> bool {
        let inside = |name: &String| name.split_once('/').is_some_and(|(of, _)| of == room);
        !self.off.contains(room) || self.on.iter().any(inside)
    }

    /// Every name that was given, in byte order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.on.iter().chain(&self.off).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_named_wins_over_its_room() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let switches = Switches::new(names(&["chrome/tags"]), names(&["chrome"]));
        assert!(switches.is_on(RuleId::new("chrome/tags"), true));
        assert!(!switches.is_on(RuleId::new("chrome/share"), true));
        assert!(switches.is_on(RuleId::new("repair/spun"), true));
        assert!(switches.room_is_on("chrome"));
    }

    #[test]
    fn equal_names_are_equal_ids() {
        assert_eq!(
            RuleId::intern("chrome/a-site"),
            RuleId::new("chrome/a-site")
        );
    }
}
