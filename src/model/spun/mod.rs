//! Which words do copying sites confuse? The pairs, and the classes that they make.
//!
//! Word repair asks the pairs which word may have stood there; fingerprinting asks the classes,
//! so that a text and its spun copy have one canonical form whatever repair has decided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::WordTable;

/// Largest number of words in a class. Synonyms of synonyms drift: with no bound most of the
/// lexicon is one class.
const CLASS_WORDS: usize = 12;

const PAIRS: &str = include_str!("pairs.txt");

/// A word that sites put in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpunPair {
    /// What sites write.
    pub wrong: Box<str>,
    /// What stood there.
    pub right: Box<str>,
    /// The spinner families that do so, as bits: bit `n` is `FAMILIES[n]`.
    pub families: u8,
    /// Whether both fit nearly everywhere, so that context never decides.
    pub is_free: bool,
}

/// The names of the spinner families, in the order of the bits.
pub const FAMILIES: [&str; 6] = ["A", "A2", "B", "C", "D", "E"];

/// All shipped pairs, sorted by wrong word, then right word.
///
/// ```
/// use qingwen::model::spun;
/// assert!(spun::pairs().iter().any(|pair| &*pair.wrong == "根底" && &*pair.right == "基础"));
/// ```
pub fn pairs() -> &'static [SpunPair] {
    static ALL: LazyLock<Vec<SpunPair>> = LazyLock::new(|| merge(listed().to_vec()));
    &ALL
}

/// The pairs in the order of the file, with repeats.
fn listed() -> &'static [SpunPair] {
    static LISTED: LazyLock<Vec<SpunPair>> =
        LazyLock::new(|| parse(PAIRS, "the shipped pairs").unwrap_or_default());
    &LISTED
}

/// One pair for each two words, sorted by wrong word, then right word, with all its families.
pub fn merge(listed: Vec<SpunPair>) -> Vec<SpunPair> {
    let mut all: BTreeMap<(Box<str>, Box<str>), (u8, bool)> = BTreeMap::new();
    for pair in listed {
        let known = all.entry((pair.wrong, pair.right)).or_default();
        known.0 |= pair.families;
        known.1 |= pair.is_free;
    }
    all.into_iter()
        .map(|((wrong, right), (families, is_free))| SpunPair {
            wrong,
            right,
            families,
            is_free,
        })
        .collect()
}

/// Reads a list of pairs: sections `[FAMILY]`, lines of the word that stood there and the words
/// that sites put for it, `~` before those that are free variants, `#` before remarks. Lines
/// before the first section belong to the last family.
///
/// # Errors
/// [`crate::Error::Config`] naming `name` and the line: an unknown family, a word put for
/// itself, or one of a single character.
pub fn parse(text: &str, name: &str) -> crate::Result<Vec<SpunPair>> {
    let mut family = 1 << (FAMILIES.len() - 1);
    let mut pairs = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let bad = |why: &str| {
            crate::Error::config(format!("{name}:{number}"), format!("{line:?}: {why}"))
        };
        if line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            let known = section
                .strip_suffix(']')
                .and_then(|section| FAMILIES.iter().position(|&known| known == section));
            family = 1 << known.ok_or_else(|| bad("no known family; take [E]"))?;
            continue;
        }
        let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
        let right = words.next().unwrap_or_default();
        for word in words {
            let wrong = word.trim_start_matches('~');
            if wrong == right || wrong.chars().nth(1).is_none() {
                return Err(bad(
                    "a wrong word has two characters or more and differs from the right one",
                ));
            }
            pairs.push(SpunPair {
                wrong: wrong.into(),
                right: right.into(),
                families: family,
                is_free: wrong.len() < word.len(),
            });
        }
    }
    Ok(pairs)
}

/// The class of the word that begins at byte `at_bytes` of `text`: the word's length in bytes and
/// the number of its class. Words that sites put for one another have one class; the longest
/// word counts. `None` where no such word begins.
///
/// Numbers are stable within a version, not between versions.
///
/// ```
/// use qingwen::model::spun::class_at;
/// let (len_bytes, class) = class_at("实施细那么", 9).unwrap();
/// assert_eq!(len_bytes, "那么".len());
/// assert_eq!(class_at("细则", 3), Some(("则".len(), class)));
/// ```
pub fn class_at(text: &str, at_bytes: usize) -> Option<(usize, u32)> {
    static CLASSES: LazyLock<WordTable> = LazyLock::new(|| {
        let classes = classes();
        WordTable::new(classes.iter().map(|(&word, &class)| (word, class)))
    });
    CLASSES.longest_at(text, at_bytes)
}

/// Every word that has a class, with its class and its number among the words of the class,
/// ascending by word.
pub fn class_words() -> impl Iterator<Item = (&'static str, u32, u8)> {
    let mut counts: BTreeMap<u32, u8> = BTreeMap::new();
    classes().into_iter().map(move |(word, class)| {
        let count = counts.entry(class).or_default();
        *count += 1;
        (word, class, *count - 1)
    })
}

/// The word of a class that has this number; empty where there is none.
///
/// ```
/// use qingwen::model::spun;
/// for (word, class, number) in spun::class_words() {
///     assert_eq!(spun::word_of(class, number), word);
/// }
/// ```
pub fn word_of(class: u32, number: u8) -> &'static str {
    static WORDS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
        let mut words: Vec<Vec<&str>> = Vec::new();
        for (word, class, _) in class_words() {
            let class = class as usize;
            words.resize(words.len().max(class + 1), Vec::new());
            words[class].push(word);
        }
        words
    });
    let words = WORDS.get(class as usize);
    words
        .and_then(|words| words.get(usize::from(number)))
        .copied()
        .unwrap_or("")
}

/// Whether the one word is listed as put for the other, in either direction. Words of one class
/// need not be: classes join synonyms of synonyms.
///
/// ```
/// use qingwen::model::spun::are_listed;
/// assert!(are_listed("基础", "根底") && are_listed("根底", "基础"));
/// assert!(!are_listed("学生", "老师"));
/// ```
pub fn are_listed(one: &str, other: &str) -> bool {
    static LISTED: LazyLock<BTreeSet<(&'static str, &'static str)>> = LazyLock::new(|| {
        let both = |pair: &'static SpunPair| {
            let (wrong, right) = (&*pair.wrong, &*pair.right);
            [(wrong, right), (right, wrong)]
        };
        listed().iter().flat_map(both).collect()
    });
    LISTED.contains(&(one, other))
}

/// Whether sites put a word of the one class for a word of the other: the classes are one, or a
/// pair is listed across them that was not joined because the class would have grown too large.
///
/// ```
/// use qingwen::model::spun::{are_confused, class_at};
/// let class = |word| class_at(word, 0).unwrap().1;
/// assert!(are_confused(class("发展"), class("开展")));
/// assert!(!are_confused(class("补贴"), class("检修")));
/// ```
pub fn are_confused(one: u32, other: u32) -> bool {
    static LINKED: LazyLock<BTreeSet<(u32, u32)>> = LazyLock::new(|| {
        let classes = classes();
        listed()
            .iter()
            .map(|pair| (classes[&*pair.right], classes[&*pair.wrong]))
            .filter(|(right, wrong)| right != wrong)
            .map(|(right, wrong)| (right.min(wrong), right.max(wrong)))
            .collect()
    });
    one == other || LINKED.contains(&(one.min(other), one.max(other)))
}

/// Every word with its class: pairs are joined in the order of the file as long as the class
/// stays small.
fn classes() -> BTreeMap<&'static str, u32> {
    let mut class_of: BTreeMap<&str, u32> = BTreeMap::new();
    let mut members: Vec<Vec<&str>> = Vec::new();
    for pair in listed() {
        let (right, wrong) = (&*pair.right, &*pair.wrong);
        for word in [right, wrong] {
            class_of.entry(word).or_insert_with(|| {
                members.push(vec![word]);
                members.len() as u32 - 1
            });
        }
        let (to, from) = (class_of[right] as usize, class_of[wrong] as usize);
        if to != from && members[to].len() + members[from].len() <= CLASS_WORDS {
            let moved = std::mem::take(&mut members[from]);
            for word in &moved {
                class_of.insert(word, to as u32);
            }
            members[to].extend(moved);
        }
    }
    class_of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_clean() {
        let listed = parse(PAIRS, "pairs.txt").unwrap();
        assert!(listed.len() > 2000);
        assert!(pairs().len() > 2000);
        assert!(parse("甲 甲\n", "x").is_err());
        assert!(parse("[Z]\n", "x").is_err());
        assert_eq!(parse("细则 细那么\n", "x").unwrap()[0].families, 1 << 5);
    }

    #[test]
    fn both_words_of_a_core_pair_have_one_class() {
        let class = |word| class_at(word, 0).map(|(_, class)| class);
        for (wrong, right) in [
            ("开展", "发展"),
            ("根底", "基础"),
            ("争论", "讨论"),
            ("黉舍", "学校"),
        ] {
            assert_eq!(class(wrong), class(right), "{wrong} {right}");
            assert!(class(right).is_some());
        }
        assert_ne!(class("学校"), class("发展"));
        assert_eq!(class("山水"), None);
    }
}
