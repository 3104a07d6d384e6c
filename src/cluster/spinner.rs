//! Words that the spun copies of a corpus put for one another, so that a copy with one or two of
//! them is known too.
//!
//! One word for another in a short text is an amendment or a spinner's work, and the two texts
//! alone do not say which. A corpus does: what stands for one another in copies that are spun
//! beyond doubt, in several families of them, is a word of the spinner's table.

use std::collections::{BTreeMap, BTreeSet};

use super::meant::Meant;
use super::slips::Oddness;

/// Two words, the lesser first.
pub type WordPair = (String, String);

/// What a pair of documents says of the words that sites swap.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// One is spun beyond doubt; these words stand for one another besides those that are listed.
    Spun(Vec<WordPair>),
    /// Words stand for one another that may be meant.
    Doubt(Box<Doubt>),
}

/// A pair that is an amendment unless the words in which it differs are a spinner's.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    meant: Meant,
    tokens: u32,
    kinds: Vec<Kind>,
}

/// A difference that nothing in the two texts explains.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kind {
    /// The words that it may be of.
    pub(super) words: Vec<WordPair>,
    pub(super) is_word: bool,
    pub(super) oddness: Oddness,
}

/// Families of documents in which two words must stand for one another in spun copies.
const FAMILIES: usize = 3;

/// The words that the spun copies of a corpus put for one another.
#[derive(Clone, Debug, Default)]
pub struct Spinner {
    words: BTreeSet<WordPair>,
}

impl Spinner {
    /// From what was seen, each pair of words with the family of documents in which it was, once
    /// or more.
    pub fn of(seen: impl IntoIterator<Item = (u32, WordPair)>) -> Self {
        let mut families: BTreeMap<WordPair, BTreeSet<u32>> = BTreeMap::new();
        for (family, words) in seen {
            let families = families.entry(words).or_default();
            if families.len() < FAMILIES {
                families.insert(family);
            }
        }
        families.retain(|_, families| families.len() >= FAMILIES);
        Self {
            words: families.into_keys().collect(),
        }
    }
}

impl Doubt {
    pub(super) fn new(meant: Meant, tokens: u32, kinds: Vec<Kind>) -> Self {
        Self {
            meant,
            tokens,
            kinds,
        }
    }

    /// The words of this pair that a spinner swaps, where they leave nothing that is meant.
    pub fn resolved<'a>(&'a self, spinner: &'a Spinner) -> Option<Vec<&'a WordPair>> {
        let mut meant = self.meant;
        let mut found = Vec::new();
        for kind in &self.kinds {
            let Some(words) = kind
                .words
                .iter()
                .find(|&words| spinner.words.contains(words))
            else {
                continue;
            };
            found.push(words);
            meant.spun_kinds += 1;
            meant.explain(kind.is_word, kind.oddness);
        }
        (!found.is_empty() && !meant.is_meant(self.tokens)).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(one: &str, other: &str) -> WordPair {
        (one.to_owned(), other.to_owned())
    }

    fn doubt(kinds: &[WordPair]) -> Doubt {
        let meant = Meant {
            kinds: kinds.len() as u32,
            words: kinds.len() as u32,
            ..Meant::default()
        };
        let kind = |words: &WordPair| Kind {
            words: vec![words.clone()],
            is_word: true,
            oddness: Oddness::None,
        };
        Doubt::new(meant, 300, kinds.iter().map(kind).collect())
    }

    #[test]
    fn words_of_three_families_are_a_spinners() {
        let pair = words("复杂", "繁复");
        let seen = |families: u32| (0..families).map(|family| (family, pair.clone()));
        let one = doubt(std::slice::from_ref(&pair));
        assert!(one.resolved(&Spinner::of(seen(3))).is_some());
        assert!(one.resolved(&Spinner::of(seen(2))).is_none());
        let twice = std::iter::repeat_n((7, pair.clone()), 9);
        assert!(one.resolved(&Spinner::of(twice)).is_none());
    }

    #[test]
    fn another_difference_stays_meant() {
        let (known, other) = (words("复杂", "繁复"), words("慎用", "禁用"));
        let spinner = Spinner::of((0..5).map(|family| (family, known.clone())));
        assert!(doubt(&[known, other]).resolved(&spinner).is_none());
    }
}
