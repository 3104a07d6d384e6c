//! Signs that a differing span is the slot of a template: a name, a place, a date.

use std::ops::Range;
use std::sync::OnceLock;

use crate::model::{Token, spun, token};

/// What follows the name of a place, body or thing, within it or right after it.
const TAILS: &str =
    "省市县区镇乡村屯街道路州旗盟局厅委院校集团社站矿厂港湾山河江湖岛桥寺园馆店庄寨堡坝沟岭苑";
/// What follows a person's name.
const AFTER_PERSON: [&str; 16] = [
    "同志", "书记", "主任", "县长", "市长", "局长", "校长", "老师", "教授", "先生", "女士", "经理",
    "院长", "主席", "等", "说",
];
/// What stands before a person's name.
const BEFORE_PERSON: [&str; 24] = [
    "书记",
    "主任",
    "县长",
    "市长",
    "局长",
    "校长",
    "老师",
    "教授",
    "经理",
    "院长",
    "主席",
    "干部",
    "同志",
    "姓名",
    "组长",
    "联系人",
    "负责人",
    "记者",
    "作者",
    "编辑",
    "由",
    "村民",
    "队员",
    "总监",
];
/// What stands before the name of a place or body.
const BEFORE_PLACE: [&str; 12] = [
    "来到", "位于", "前往", "地点", "单位", "地址", "赴", "驻", "抵达", "名称", "走进", "在",
];
/// The most frequent surnames.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
/// Han numerals and what else counts where it stands alone.
const NUMERALS: &str = "一二三四五六七八九十百千两零〇甲乙丙丁戊";

fn is_in(set: &'static OnceLock<Vec<Token>>, text: &str, token: Token) -> bool {
    set.get_or_init(|| {
        let mut tokens: Vec<Token> = text.chars().map(u32::from).collect();
        tokens.sort_unstable();
        tokens
    })
    .binary_search(&token)
    .is_ok()
}

pub(super) fn is_tail(token: Token) -> bool {
    static SET: OnceLock<Vec<Token>> = OnceLock::new();
    is_in(&SET, TAILS, token)
}

fn is_surname(token: Token) -> bool {
    static SET: OnceLock<Vec<Token>> = OnceLock::new();
    is_in(&SET, SURNAMES, token)
}

fn is_numeral(token: Token) -> bool {
    static SET: OnceLock<Vec<Token>> = OnceLock::new();
    is_in(&SET, NUMERALS, token)
}

fn begins(tokens: &[Token], word: &str) -> bool {
    let mut at = 0;
    word.chars().all(|c| {
        let fits = tokens.get(at) == Some(&u32::from(c));
        at += 1;
        fits
    })
}

fn ends(tokens: &[Token], word: &str) -> bool {
    let count = word.chars().count();
    tokens.len() >= count && begins(&tokens[tokens.len() - count..], word)
}

/// Whether one Han numeral stands for another.
pub(super) fn is_numeral_swap(left: &[Token], right: &[Token]) -> bool {
    left.len() == 1 && right.len() == 1 && is_numeral(left[0]) && is_numeral(right[0])
}

/// Words as tokens: their class where sites confuse them.
fn as_tokens(words: &[&str]) -> Vec<Vec<Token>> {
    words
        .iter()
        .map(|word| match spun::class_at(word, 0) {
            Some((_, class)) => vec![token::CLASS + class, token::CLASS_TAIL + class],
            None => word.chars().map(u32::from).collect(),
        })
        .collect()
}

fn has_any(tokens: &[Token], words: &[Vec<Token>]) -> bool {
    words
        .iter()
        .any(|word| tokens.windows(word.len()).any(|window| window == word))
}

/// Whether a line dates an amendment: it has a day and says that the text was amended then.
pub(super) fn dates_amendment(tokens: &[Token]) -> bool {
    static WORDS: OnceLock<Vec<Vec<Token>>> = OnceLock::new();
    let words = WORDS.get_or_init(|| as_tokens(&["修订", "修正", "修改"]));
    let numbers = tokens.iter().filter(|&&t| t == token::NUMBER).count();
    numbers >= 3 && has_any(tokens, words)
}

/// Tokens of a full date with the word that says what happened then.
const LAW_DATE_TOKENS: usize = 10;

/// Whether the number at a place is the year of a day on which rules come into force or were
/// made public: 自2009年4月1日起施行.
pub(super) fn dates_law(tokens: &[Token], at: usize) -> bool {
    static WORDS: OnceLock<Vec<Vec<Token>>> = OnceLock::new();
    let words = WORDS.get_or_init(|| as_tokens(&["施行", "公布", "修订", "修正"]));
    let date = &tokens[at..(at + LAW_DATE_TOKENS).min(tokens.len())];
    date.get(1) == Some(&u32::from('年'))
        && date.get(3) == Some(&u32::from('月'))
        && has_any(date, words)
}

/// Whether a span looks like the name of a person, place or body, by what it is and what stands
/// around it.
pub(super) fn is_slot(tokens: &[Token], span: Range<usize>) -> bool {
    let inside = &tokens[span.clone()];
    let before = &tokens[span.start.saturating_sub(4)..span.start];
    let after = &tokens[span.end..(span.end + 4).min(tokens.len())];
    // 清河|县, 清|水|县: the tail follows at once or after one character of the name.
    if after.iter().take(2).any(|&t| is_tail(t)) || inside.last().is_some_and(|&t| is_tail(t)) {
        return true;
    }
    if BEFORE_PLACE.iter().any(|word| ends(before, word)) && inside.len() > 1 {
        return true;
    }
    let is_person = (2..=4).contains(&inside.len()) && is_surname(inside[0])
        || before.last().is_some_and(|&t| is_surname(t)) && inside.len() <= 2;
    is_person
        || AFTER_PERSON.iter().any(|word| begins(after, word))
        || BEFORE_PERSON.iter().any(|word| ends(before, word))
}
