//! Text to canonical form.

use xxhash_rust::xxh3::xxh3_64;

use crate::model::{ByteSpan, Canonical, MASK, Token, token};

use super::atoms::{Atoms, Placed};
use super::classes::Classes;
use super::fold::{Atom, gap, kind, kind_of, value_of};
use super::number;

/// Version of the canonical form: texts are comparable within one version only.
pub const CANONICAL_VERSION: u32 = 3;

/// The canonical form of a text. Empty for a text of spaces, punctuation and symbols.
///
/// ```
/// use qingwen::fingerprint::canonical;
/// let plain = canonical("2012年，全縣完成投資３．５億元。");
/// let masked = canonical("20xx年全县完成投资××亿元");
/// assert_eq!(plain.tokens, masked.tokens);
/// assert_eq!(plain.numbers().collect::<Vec<_>>(), ["2012", "3.5"]);
/// assert_eq!(masked.numbers().collect::<Vec<_>>(), ["20*", "*"]);
/// ```
pub fn canonical(text: &str) -> Canonical {
    let mut form = Canonical::default();
    canonical_into(text, &mut Atoms::default(), &mut form);
    form
}

/// [`canonical`] into a form that is used again, with the atoms of the text in `atoms`.
pub(super) fn canonical_into(text: &str, atoms: &mut Atoms, form: &mut Canonical) {
    form.tokens.clear();
    form.numbers.clear();
    form.words.clear();
    form.spun.clear();
    form.stops.clear();
    atoms.read(text);
    Scanner {
        signs: &atoms.signs,
        out: form,
        spans: None,
        shown: String::new(),
    }
    .run(&atoms.all);
}

/// The canonical form, and for each token the bytes of the text that it stands for.
pub fn canonical_with_spans(text: &str) -> (Canonical, Vec<ByteSpan>) {
    let mut spans = Vec::new();
    let mut form = Canonical::default();
    let mut atoms = Atoms::default();
    atoms.read(text);
    Scanner {
        signs: &atoms.signs,
        out: &mut form,
        spans: Some(&mut spans),
        shown: String::new(),
    }
    .run(&atoms.all);
    (form, spans)
}

struct Scanner<'a> {
    signs: &'a [(u32, char)],
    out: &'a mut Canonical,
    spans: Option<&'a mut Vec<ByteSpan>>,
    /// The number in the making.
    shown: String,
}

impl Scanner<'_> {
    fn run(mut self, atoms: &[Placed]) {
        self.out.tokens.reserve(atoms.len());
        let classes = Classes::shared();
        let mut at = 0;
        while let Some(&placed) = atoms.get(at) {
            at += match kind_of(placed.packed) {
                kind::CHAR => self.char(value_of(placed.packed), classes, atoms, at),
                kind::DIGIT => self.number(atoms, at),
                kind::NUMERAL => self.numeral(value_of(placed.packed), atoms, at),
                kind::LETTER => self.word(atoms, at),
                kind::MASK => self.mask(value_of(placed.packed), atoms, at),
                _ => 1,
            };
        }
    }

    /// A character, or the spun word that begins with it.
    #[inline]
    fn char(&mut self, c: Token, classes: &Classes, atoms: &[Placed], at: usize) -> usize {
        if let Some(found) = classes.longest(c, &atoms[at..]) {
            let word = &atoms[at..at + found.len_atoms];
            self.push(token::CLASS + found.class, &word[..1]);
            self.out.tokens.push(token::CLASS_TAIL + found.class);
            self.out.spun.push(found.number);
            if let (Some(spans), Some(last)) = (self.spans.as_deref_mut(), word.last()) {
                let from = word
                    .get(1)
                    .map_or(last.end(), |second| second.start as usize);
                spans.push(ByteSpan::new(from, last.end()));
            }
            return found.len_atoms;
        }
        self.push(c, &atoms[at..=at]);
        1
    }

    #[inline]
    fn push(&mut self, token: Token, from: &[Placed]) {
        if from
            .first()
            .is_some_and(|first| first.gap & (gap::LINE | gap::STOP) != 0)
        {
            self.out.stops.push(self.out.tokens.len() as u32);
        }
        self.out.tokens.push(token);
        if let (Some(spans), Some(first), Some(last)) =
            (self.spans.as_deref_mut(), from.first(), from.last())
        {
            spans.push(ByteSpan::new(first.start as usize, last.end()));
        }
    }

    fn push_number(&mut self, shown: &str, from: &[Placed]) {
        self.push(token::NUMBER, from);
        self.out.numbers.push_str(shown);
        self.out.numbers.push('\n');
    }

    /// Digits, with `.` and `,` among them and masks after them.
    fn number(&mut self, atoms: &[Placed], at: usize) -> usize {
        let mut shown = std::mem::take(&mut self.shown);
        shown.clear();
        let mut count = 0;
        let mut masked = false;
        for placed in &atoms[at..] {
            // One sign between two numbers multiplies; more of them mask.
            let times = matches!(placed.atom(), Atom::Mask(_))
                && !masked
                && matches!(atoms.get(at + count + 1), Some(next) if matches!(next.atom(), Atom::Digit(_)));
            if times {
                break;
            }
            let joins = count == 0
                || placed.gap == gap::NONE
                || (!masked && (placed.gap == gap::DOT || placed.gap == gap::COMMA));
            match placed.atom() {
                Atom::Digit(digit) if joins => {
                    if count > 0 && placed.gap == gap::DOT {
                        shown.push('.');
                    }
                    if !masked {
                        shown.push(char::from(b'0' + digit));
                    }
                }
                Atom::Letter(c) if count > 0 && placed.gap == gap::NONE && is_x(c) => masked = true,
                Atom::Mask(_) if count > 0 && placed.gap == gap::NONE => masked = true,
                _ => break,
            }
            count += 1;
        }
        // A letter after the x: a word such as 5xl, not a mask.
        if masked {
            if let Some(next) = atoms.get(at + count)
                && matches!(next.atom(), Atom::Letter(_))
                && next.gap == gap::NONE
            {
                while count > 1 && !matches!(atoms[at + count - 1].atom(), Atom::Digit(_)) {
                    count -= 1;
                }
            } else {
                shown.push(MASK);
            }
        }
        if !self.is_enumerator(atoms, at, count) {
            if !self.signs.is_empty() {
                self.sign(&mut shown, atoms, at, count);
            }
            self.push_number(number::trimmed(&shown), &atoms[at..at + count]);
        }
        self.shown = shown;
        count
    }

    /// Puts the sign of atoms `at..at+count` before or behind the number that they make.
    fn sign(&self, shown: &mut String, atoms: &[Placed], at: usize, count: usize) {
        let sign_before = |atom: usize| {
            let nth = self
                .signs
                .partition_point(|&(before, _)| (before as usize) <= atom);
            let &(before, sign) = self.signs.get(nth.checked_sub(1)?)?;
            (before as usize == atom).then_some(sign)
        };
        // A dash between numbers, dates or letters joins them.
        let is_minus = || {
            atoms[at].gap & !(gap::OTHER | gap::SPACE) != 0
                || at.checked_sub(1).is_none_or(|before| {
                    atoms[before]
                        .char()
                        .and_then(char::from_u32)
                        .is_some_and(|c| "为至到达约于是过和及或".contains(c))
                })
        };
        match sign_before(at) {
            Some('‰') | None => {}
            Some('-') if !is_minus() => {}
            Some(sign) => {
                let digits = number::trimmed(shown).to_owned();
                shown.clear();
                shown.push(sign);
                shown.push_str(&digits);
            }
        }
        if sign_before(at + count) == Some('‰') {
            shown.push('‰');
        }
    }

    /// Whether atoms `at..at+count` number a heading: first in line or sentence, at most two
    /// signs, and closed by 、 or a bracket or a dot.
    fn is_enumerator(&self, atoms: &[Placed], at: usize, count: usize) -> bool {
        count <= 2
            && atoms[at].gap & (gap::LINE | gap::STOP) != 0
            && atoms.get(at + count).is_some_and(|next| {
                next.gap & (gap::CLOSE | gap::DOT) != 0 && next.gap & gap::LINE == 0
            })
    }

    /// Han numerals: a number where there are several, or where one counts something.
    fn numeral(&mut self, c: Token, atoms: &[Placed], at: usize) -> usize {
        let count = atoms[at..]
            .iter()
            .enumerate()
            .take_while(|(nth, placed)| {
                (*nth == 0 || placed.gap & !gap::SPACE == 0)
                    && match placed.atom() {
                        // 三两 is a weight, 两百 a number.
                        Atom::Numeral(c) if *nth > 0 && c == u32::from('两') => {
                            matches!(atoms.get(at + nth + 1), Some(next)
                                if matches!(next.atom(), Atom::Numeral(_)))
                        }
                        Atom::Numeral(_) => true,
                        Atom::Mask(c) => c == u32::from('○'),
                        _ => false,
                    }
            })
            .count();
        if self.is_enumerator(atoms, at, count) {
            return count;
        }
        let counted = || {
            atoms.get(at + count).is_some_and(|next| {
                kind_of(next.packed) == kind::CHAR
                    && next.gap & !gap::SPACE == 0
                    && number::is_counted(value_of(next.packed))
            })
        };
        let ordinal =
            || self.out.tokens.last() == Some(&u32::from('第')) && atoms[at].gap & !gap::SPACE == 0;
        if count > 1 || counted() || ordinal() {
            let signs: Vec<char> = atoms[at..at + count]
                .iter()
                .map(|placed| match placed.atom() {
                    Atom::Numeral(c) => char::from_u32(c).unwrap_or('〇'),
                    _ => '〇',
                })
                .collect();
            if let Some(value) = number::from_numerals(&signs) {
                self.push_number(&value, &atoms[at..at + count]);
                return count;
            }
        }
        self.char(c, Classes::shared(), atoms, at)
    }

    /// Letters up to the next gap or other script: one word, or a mask of x's.
    fn word(&mut self, atoms: &[Placed], at: usize) -> usize {
        let mut text = String::new();
        let mut count = 0;
        let mut all_x = true;
        for placed in &atoms[at..] {
            let Atom::Letter(c) = placed.atom() else {
                break;
            };
            if count > 0 && placed.gap != gap::NONE {
                break;
            }
            all_x &= is_x(c);
            text.extend(char::from_u32(c));
            count += 1;
        }
        if all_x {
            // What stands around tells a mask from the letter: x + 1 is no mask, x月 is.
            let next = atoms.get(at + count).map(|placed| placed.atom());
            if count > 1 || matches!(next, Some(Atom::Char(_) | Atom::Mask(_))) {
                let tail = self.mask_tail(atoms, at + count);
                self.push_number("*", &atoms[at..at + count + tail]);
                return count + tail;
            }
        }
        let hash = xxh3_64(text.as_bytes()) as u32 | token::WORD;
        self.push(hash, &atoms[at..at + count]);
        self.out.words.push_str(&text);
        self.out.words.push('\n');
        count
    }

    /// Digits and signs that belong to a mask which began before them: `x5`, `×0×`.
    fn mask_tail(&self, atoms: &[Placed], at: usize) -> usize {
        atoms[at.min(atoms.len())..]
            .iter()
            .take_while(|placed| {
                placed.gap == gap::NONE
                    && match placed.atom() {
                        Atom::Digit(_) | Atom::Mask(_) => true,
                        Atom::Letter(c) => is_x(c),
                        _ => false,
                    }
            })
            .count()
    }

    /// Mask signs: a number where text stands next to them, nothing where they decorate.
    fn mask(&mut self, c: Token, atoms: &[Placed], at: usize) -> usize {
        let count = 1 + self.mask_tail(atoms, at + 1);
        let next = atoms.get(at + count);
        let is_bound = next.is_some_and(|next| {
            next.gap & !gap::SPACE == 0 && matches!(next.atom(), Atom::Char(_) | Atom::Numeral(_))
        });
        let is_times = count == 1
            && c == u32::from('×')
            && next.is_some_and(|next| matches!(next.atom(), Atom::Digit(_)));
        let starts_line = atoms[at].gap & gap::LINE != 0 && count == 1;
        if is_bound && !is_times && !starts_line {
            self.push_number("*", &atoms[at..at + count]);
            return count;
        }
        1
    }
}

fn is_x(c: u32) -> bool {
    c == u32::from('x')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        canonical(text).numbers().map(str::to_owned).collect()
    }

    #[test]
    fn the_same_text_in_another_dress() {
        let plain = canonical("全县上下认真贯彻落实会议精神，扎实推进各项工作。");
        for dressed in [
            "全縣上下認真貫徹落實會議精神,扎實推進各項工作.",
            "全县上下 认真贯彻\n落实会议精神　扎实推进各项工作",
            "全 县 上 下 认 真 贯 彻 落 实 会 议 精 神 ， 扎 实 推 进 各 项 工 作 。",
        ] {
            assert_eq!(canonical(dressed), plain, "{dressed}");
        }
    }

    #[test]
    fn numbers_are_one_token_and_keep_their_digits() {
        assert_eq!(numbers("２０１２年5月03日"), ["2012", "5", "3"]);
        assert_eq!(numbers("二〇一二年五月，二○○九年"), ["2012", "5", "2009"]);
        assert_eq!(numbers("投资1,200.50万元，增长12%"), ["1200.50", "12"]);
        assert_eq!(numbers("20xx年X月××日，共***人"), ["20*", "*", "*", "*"]);
        assert_eq!(numbers("第三届，三百二十户，三十两"), ["3", "320", "30"]);
    }

    #[test]
    fn signs_belong_to_their_numbers() {
        assert_eq!(
            numbers("零下至-18℃，年满≥18岁，$100，计5‰"),
            ["-18", "≥18", "$100", "5‰"]
        );
        assert_eq!(
            numbers("3-5天，2012-05-03，covid-19；1月-3月"),
            ["3", "5", "2012", "5", "3", "19", "1", "3"]
        );
        assert_eq!(canonical("40℃"), canonical("40°C"));
        assert_ne!(canonical("40℃"), canonical("40℉"));
    }

    #[test]
    fn numerals_in_words_stay_words() {
        assert_eq!(
            numbers("一定统一思想，三农问题，十分重要"),
            Vec::<String>::new()
        );
        assert_eq!(canonical("3 × 5").numbers().count(), 2);
        assert_eq!(canonical("xls and x").numbers().count(), 0);
    }

    #[test]
    fn heading_numbers_are_dropped() {
        let bare = canonical("加强领导\n落实责任");
        for numbered in [
            "一、加强领导\n二、落实责任",
            "1.加强领导\n2.落实责任",
            "（一）加强领导\n（二）落实责任",
            "①加强领导\n②落实责任",
        ] {
            assert_eq!(canonical(numbered), bare, "{numbered}");
        }
        assert_eq!(numbers("人数为\n12 人"), ["12"]);
    }

    #[test]
    fn spans_cover_their_tokens() {
        let text = "到2012年，GDP 牛羊";
        let (form, spans) = canonical_with_spans(text);
        assert_eq!(form.tokens.len(), spans.len());
        let shown: Vec<&str> = spans.iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(shown, ["到", "2012", "年", "GDP", "牛", "羊"]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        for text in ["", " \n", "。。。", "！？——"] {
            assert_eq!(canonical(text), Canonical::default(), "{text:?}");
        }
    }
}
