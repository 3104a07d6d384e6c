//! Whether one piece of text for another can be a slip of typing, scanning or decoding, or must
//! mean something else.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use pinyin::{Pinyin, ToPinyinMulti};

use crate::model::{Token, alone_eighths, pair_eighths, token};

use super::prepared::Prepared;
use super::rare::is_rare;

const OPPOSITES: &str = include_str!("opposites.txt");
const LOOKALIKES: &str = include_str!("../model/lookalikes.txt");

/// Characters that turn what stands beside them when they are put in or struck out.
const TURNING: &str = "仅只均全半毫微千万亿百分厘副总代前后上下左右中内外东南西北男女大小多少高低正反早晚先再已曾将须可应能得必每逾超满足够初次双单两倍各旧新老原某";

/// Those of them that deny.
const DENYING: &str = "不未非无没勿莫毋别禁免除";

/// Words of the lines of a table, each two of a line.
fn pairs(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| {
            let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
            let count = words.len();
            (0..count)
                .flat_map(move |one| (0..count).map(move |other| (one, other)))
                .filter(|(one, other)| one != other)
                .map(move |(one, other)| (words[one], words[other]))
                .collect::<Vec<_>>()
        })
}

fn tokens(text: &str) -> Vec<Token> {
    text.chars().map(u32::from).collect()
}

/// How many tokens two pieces begin with in common.
fn common_start(left: &[Token], right: &[Token]) -> usize {
    left.iter().zip(right).take_while(|(a, b)| a == b).count()
}

/// How many tokens two pieces end with in common.
fn common_end(left: &[Token], right: &[Token]) -> usize {
    let both = left.iter().rev().zip(right.iter().rev());
    both.take_while(|(a, b)| a == b).count()
}

/// One piece for another, without what both begin or end with, and what stood around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Swap {
    /// Text before, as far as it is looked at.
    before: Vec<Token>,
    pub(super) left: Vec<Token>,
    pub(super) right: Vec<Token>,
    /// Text behind, as far as it is looked at.
    after: Vec<Token>,
}

/// How much sense a piece makes where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddness {
    /// As much as the other.
    None,
    /// It has no neighbour there that it is known with, and the other has.
    Odd,
    /// The same of a character that is far less likely there: of 230 meant changes 4 look so, of
    /// the characters that noise puts in two thirds.
    Strange,
    /// None at all: no change that was meant looks so, and one noisy character in seven.
    Senseless,
}

/// How a piece fits where it stands.
#[derive(Clone, Copy, Debug, Default)]
struct Fit {
    /// Pairs of neighbours that clean text has.
    neighbours: u32,
    /// What the piece and the character behind it cost, in eighths of a bit.
    cost_eighths: i64,
}

/// Dearer by how much a character is strange, and senseless, in eighths of a bit.
const STRANGE_EIGHTHS: i64 = 80;
const SENSELESS_EIGHTHS: i64 = 136;
/// What two characters cost more that clean text does not have side by side, and at most.
const APART_EIGHTHS: i64 = 24;
const UNSEEN_EIGHTHS: i64 = 255;
/// Longest piece that rare characters alone make a slip, in tokens.
const SPOILT_TOKENS: usize = 4;
/// Tokens around a swap that are looked at.
const AROUND_TOKENS: usize = 3;

impl Swap {
    /// Of two pieces between the same neighbours.
    pub(super) fn new(before: &[Token], left: &[Token], right: &[Token], after: &[Token]) -> Self {
        let start = common_start(left, right);
        let end = common_end(&left[start..], &right[start..]);
        let around = |one: &[Token], other: &[Token]| [one, other].concat();
        Self {
            before: around(before, &left[..start]),
            after: around(&left[left.len() - end..], after),
            left: left[start..left.len() - end].to_vec(),
            right: right[start..right.len() - end].to_vec(),
        }
    }

    /// Whether the two mean something else beyond doubt: before for behind, forbidden for allowed.
    pub(super) fn is_opposite(&self) -> bool {
        type Sides = BTreeMap<(Vec<Token>, Vec<Token>), Vec<(Vec<Token>, Vec<Token>)>>;
        static OPPOSED: LazyLock<Sides> = LazyLock::new(|| {
            let mut sides = Sides::new();
            for (one, other) in pairs(OPPOSITES) {
                let of = Swap::new(&[], &tokens(one), &tokens(other), &[]);
                let around = sides.entry((of.left, of.right)).or_default();
                around.push((of.before, of.after));
            }
            sides
        });
        if !may_be_opposite(&self.left, &self.right) {
            return false;
        }
        let key = (self.left.clone(), self.right.clone());
        OPPOSED.get(&key).is_some_and(|around| {
            around.iter().any(|(before, after)| {
                self.before.ends_with(before) && self.after.starts_with(after)
            })
        })
    }

    /// Whether the one is what a slip makes of the other: characters that sound or look alike, at
    /// the same places, or a character that clean text seldom has for a common one.
    pub(super) fn is_slip(&self) -> bool {
        let (left, right) = (&self.left[..], &self.right[..]);
        if left.len() == right.len() {
            let is_spoilt = |left: Token, right: Token| is_rare(left) != is_rare(right);
            return self.is_turned()
                || left.iter().zip(right).all(|(&left, &right)| {
                    left == right || is_spoilt(left, right) || is_alike(left, right)
                });
        }
        let rare = |side: &[Token]| side.iter().filter(|&&t| is_rare(t)).count();
        let longest = left.len().max(right.len());
        (longest <= SPOILT_TOKENS && 2 * rare(left).abs_diff(rare(right)) >= longest)
            || self.is_stutter()
    }

    /// Whether one has rare characters and the other not, as nobody's writing but wrong decoding and
    /// scanning makes them.
    pub(super) fn is_spoilt(&self) -> bool {
        let rare = |side: &[Token]| side.iter().filter(|&&t| is_rare(t)).count();
        (rare(&self.left) == 0) != (rare(&self.right) == 0)
    }

    /// Whether a piece was only said twice.
    fn is_stutter(&self) -> bool {
        let more = match (&self.left[..], &self.right[..]) {
            (more, []) | ([], more) => more,
            _ => return false,
        };
        !more.is_empty() && (self.before.ends_with(more) || self.after.starts_with(more))
    }

    /// Whether two characters only changed places.
    fn is_turned(&self) -> bool {
        self.left.len() == 2 && self.left[0] == self.right[1] && self.left[1] == self.right[0]
    }

    /// How odd one of the two is where it stands: clean text has neither it nor what stands beside
    /// it side by side, and for characters, what it costs more than the other does there.
    pub(super) fn oddness(&self) -> Oddness {
        let (left, right) = (self.fit(&self.left), self.fit(&self.right));
        let (odd, other) = if left.cost_eighths > right.cost_eighths {
            (left, right)
        } else {
            (right, left)
        };
        let is_single = self.left.len() == 1 && self.right.len() == 1;
        let more = odd.cost_eighths - other.cost_eighths;
        if is_single && odd.neighbours == 0 && more >= SENSELESS_EIGHTHS {
            Oddness::Senseless
        } else if is_single && odd.neighbours == 0 && more >= STRANGE_EIGHTHS {
            Oddness::Strange
        } else if (left.neighbours == 0) != (right.neighbours == 0) {
            Oddness::Odd
        } else {
            Oddness::None
        }
    }

    /// What the right side costs more where it stands than the left, in eighths of a bit.
    pub(super) fn lean_eighths(&self) -> i64 {
        self.fit(&self.right).cost_eighths - self.fit(&self.left).cost_eighths
    }

    /// How one side fits between what stands around.
    fn fit(&self, side: &[Token]) -> Fit {
        let (before, after) = (self.before.last(), self.after.first());
        let mut fit = Fit::default();
        let mut last = None;
        for &token in before.into_iter().chain(side).chain(after) {
            let c = char::from_u32(token).unwrap_or('\u{fffd}');
            if let Some(last) = last.replace(c) {
                let pair = pair_eighths(last, c);
                fit.neighbours += u32::from(pair.is_some());
                fit.cost_eighths += pair.unwrap_or_else(|| {
                    (alone_eighths(c).unwrap_or(UNSEEN_EIGHTHS) + APART_EIGHTHS).min(UNSEEN_EIGHTHS)
                });
            }
        }
        fit
    }

    /// The words that this swap may be of, each pair in ascending order: the two pieces, or for a
    /// lone character those that it makes with what stands before it, and behind.
    pub(super) fn words(&self) -> Vec<(String, String)> {
        let text = |tokens: &[&[Token]]| -> String {
            let all = tokens.iter().flat_map(|piece| piece.iter());
            all.filter_map(|&token| char::from_u32(token)).collect()
        };
        let ordered = |one: String, other: String| {
            if one <= other {
                (one, other)
            } else {
                (other, one)
            }
        };
        if self.is_one_sided() {
            return Vec::new();
        }
        if self.left.len().min(self.right.len()) > 1 {
            return vec![ordered(text(&[&self.left]), text(&[&self.right]))];
        }
        let is_plain = |token: &&Token| token::is_char(**token);
        let before = self.before.last().filter(is_plain).map(|&token| [token]);
        let after = self.after.first().filter(is_plain).map(|&token| [token]);
        let before =
            before.map(|one| ordered(text(&[&one, &self.left]), text(&[&one, &self.right])));
        let after = after.map(|one| ordered(text(&[&self.left, &one]), text(&[&self.right, &one])));
        before.into_iter().chain(after).collect()
    }

    /// Whether a few characters were put in or struck out, one of which turns what it stands by.
    pub(super) fn turns(&self) -> bool {
        self.is_one_sided() && self.has_any_of(TURNING)
    }

    /// Whether one of them denies.
    pub(super) fn denies(&self) -> bool {
        self.is_one_sided() && self.has_any_of(DENYING)
    }

    fn has_any_of(&self, chars: &str) -> bool {
        let mut all = self.left.iter().chain(&self.right);
        all.any(|&token| chars.chars().any(|c| u32::from(c) == token))
    }

    /// Whether the differing pieces are words, not single characters.
    pub(super) fn is_of_words(&self) -> bool {
        !self.is_one_sided() && self.left.len().max(self.right.len()) > 1
    }

    /// The swap alone, whatever stood around it.
    pub(super) fn bare(mut self) -> Self {
        self.before.clear();
        self.after.clear();
        self
    }

    /// Characters put in or struck out alone.
    pub(super) fn is_one_sided(&self) -> bool {
        self.left.is_empty() || self.right.is_empty()
    }
}

/// Whether two pieces begin as opposites do, that is whether a look at the table is worth it.
pub(super) fn may_be_opposite(left: &[Token], right: &[Token]) -> bool {
    static FIRSTS: LazyLock<HashSet<(Token, Token)>> = LazyLock::new(|| {
        pairs(OPPOSITES)
            .map(|(one, other)| {
                let of = Swap::new(&[], &tokens(one), &tokens(other), &[]);
                (first(&of.left), first(&of.right))
            })
            .collect()
    });
    FIRSTS.contains(&(first(left), first(right)))
}

/// The first token of a piece, 0 for none.
fn first(piece: &[Token]) -> Token {
    piece.first().copied().unwrap_or(0)
}

/// Whether two words are opposites.
pub(super) fn are_opposite(one: &str, other: &str) -> bool {
    let swap = Swap::new(&[], &tokens(one), &tokens(other), &[]);
    swap.is_opposite()
}

/// Whether two characters sound or look alike.
fn is_alike(one: Token, other: Token) -> bool {
    static LOOK: LazyLock<BTreeSet<(Token, Token)>> = LazyLock::new(|| {
        let token = |word: &str| word.chars().next().map_or(0, u32::from);
        pairs(LOOKALIKES)
            .map(|(one, other)| (token(one), token(other)))
            .collect()
    });
    token::is_char(one)
        && token::is_char(other)
        && (LOOK.contains(&(one, other)) || sound_alike(one, other))
}

/// Whether two characters have a reading in common, but for the tone.
fn sound_alike(one: Token, other: Token) -> bool {
    let readings = |of: Token| {
        char::from_u32(of)
            .and_then(|c| c.to_pinyin_multi())
            .into_iter()
            .flatten()
            .map(Pinyin::plain)
    };
    readings(one).any(|reading| readings(other).any(|other| other == reading))
}

/// Whether one word of letters is the other with one letter more, less or another. Short words
/// are units and abbreviations, of which each letter counts.
pub(super) fn is_misspelt(one: &str, other: &str) -> bool {
    const LEAST_CHARS: usize = 5;
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let start = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    short.len() >= LEAST_CHARS
        && long.len() - short.len() <= 1
        && short[start..].ends_with(&long[start + 1..])
        || short.len() >= LEAST_CHARS
            && short.len() == long.len()
            && short.get(start + 1..) == long.get(start + 1..)
}

/// The tokens `from..to` with the characters of the spun words that stand there.
pub(super) fn spelt(form: &Prepared, from: usize, to: usize) -> Vec<Token> {
    let all = &form.form.tokens;
    let to = to.min(all.len());
    let mut out = Vec::with_capacity(to.saturating_sub(from) + 2);
    for (at, &here) in all.iter().enumerate().take(to).skip(from) {
        match here {
            head if token::is_head(head) => {
                out.extend(form.spun_word(at).chars().map(u32::from));
            }
            tail if token::is_class(tail) => {}
            other => out.push(other),
        }
    }
    out
}

/// A swap with its surroundings, spun words spelt out.
pub(super) fn swap_at(a: &Prepared, b: &Prepared, in_a: Range<usize>, in_b: Range<usize>) -> Swap {
    let before = spelt(a, in_a.start.saturating_sub(AROUND_TOKENS), in_a.start);
    let after = spelt(a, in_a.end, in_a.end + AROUND_TOKENS);
    let left = spelt(a, in_a.start, in_a.end);
    let right = spelt(b, in_b.start, in_b.end);
    Swap::new(&before, &left, &right, &after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swap(before: &str, left: &str, right: &str, after: &str) -> Swap {
        Swap::new(
            &tokens(before),
            &tokens(left),
            &tokens(right),
            &tokens(after),
        )
    }

    #[test]
    fn opposites_are_known_in_their_company() {
        for (before, left, right, after) in [
            ("饭", "前", "后", "服用"),
            ("孕妇", "慎", "禁", "用"),
            ("", "定", "订", "金"),
            ("每片", "毫", "", "克"),
            ("", "下", "上", "午"),
            ("", "增加", "减少", "至"),
        ] {
            assert!(swap(before, left, right, after).is_opposite(), "{left}");
            assert!(swap(before, right, left, after).is_opposite(), "{right}");
        }
        assert!(!swap("", "定", "订", "").is_opposite());
        assert!(are_opposite("上午", "下午") && !are_opposite("基础", "根底"));
    }

    #[test]
    fn slips_sound_or_look_alike() {
        for (left, right) in [
            ("在", "再"),
            ("未", "末"),
            ("究", "穷"),
            ("规定", "定规"),
            ("稻", "鱻"),
        ] {
            assert!(swap("", left, right, "").is_slip(), "{left} {right}");
        }
        assert!(swap("收", "收", "", "获").is_slip());
        assert!(!swap("", "前", "后", "").is_slip());
        assert!(!swap("", "豆", "牛", "").is_slip());
    }

    #[test]
    fn long_words_of_letters_may_be_misspelt_and_units_are_not() {
        assert!(is_misspelt("windows", "window") && is_misspelt("windows", "wimdows"));
        for (one, other) in [
            ("mg", "g"),
            ("usb", "rj"),
            ("tcp", "udp"),
            ("windows", "linux"),
            ("", "a"),
        ] {
            assert!(!is_misspelt(one, other), "{one} {other}");
        }
    }
}
