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

/// Characters of the BMP, a bit each.
struct Chars(Vec<u64>);

impl Chars {
    fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut bits = vec![0; 0x1_0000 / 64];
        for c in chars {
            let code = c as usize;
            bits[code / 64] |= 1 << (code % 64);
        }
        Self(bits)
    }

    #[inline]
    fn has(&self, token: Token) -> bool {
        let bits = self.0.get(token as usize / 64);
        bits.is_some_and(|bits| bits >> (token % 64) & 1 == 1)
    }
}

/// The signs made ready: every differing span is looked at with all of them.
struct Cues {
    tails: Chars,
    surnames: Chars,
    numerals: Chars,
    /// Words after a name, and the characters that they begin with.
    after: Vec<Vec<Token>>,
    after_first: Chars,
    /// Words before a person's name, those before a place, and the characters that any of them
    /// ends with.
    before_person: Vec<Vec<Token>>,
    before_place: Vec<Vec<Token>>,
    before_last: Chars,
}

fn shared() -> &'static Cues {
    static CUES: OnceLock<Cues> = OnceLock::new();
    CUES.get_or_init(|| {
        let tokens = |words: &[&str]| -> Vec<Vec<Token>> {
            let of = |word: &&str| word.chars().map(u32::from).collect();
            words.iter().map(of).collect()
        };
        let last = |word: &&str| word.chars().next_back();
        Cues {
            tails: Chars::of(TAILS.chars()),
            surnames: Chars::of(SURNAMES.chars()),
            numerals: Chars::of(NUMERALS.chars()),
            after: tokens(&AFTER_PERSON),
            after_first: Chars::of(AFTER_PERSON.iter().filter_map(|word| word.chars().next())),
            before_person: tokens(&BEFORE_PERSON),
            before_place: tokens(&BEFORE_PLACE),
            before_last: Chars::of(BEFORE_PERSON.iter().chain(&BEFORE_PLACE).filter_map(last)),
        }
    })
}

pub(super) fn is_tail(token: Token) -> bool {
    shared().tails.has(token)
}

/// Whether one Han numeral stands for another.
pub(super) fn is_numeral_swap(left: &[Token], right: &[Token]) -> bool {
    let numerals = &shared().numerals;
    left.len() == 1 && right.len() == 1 && numerals.has(left[0]) && numerals.has(right[0])
}

/// What stands before 县 and the like where no place is named: 我县, 本县, 各县.
const NO_PLACE: &str = "我本该全各每此某这那哪两几多同外原现新老省市县区乡镇村";

/// Whether a span is the name of a place or body with its tail within it or right after it:
/// 柏岩村, 银塘|区, 亭|县 of 水亭县.
pub(super) fn is_place(tokens: &[Token], span: Range<usize>) -> bool {
    let has_tail = |at: usize| tokens.get(at).is_some_and(|&t| is_tail(t));
    let is_name = |t: Token| token::is_char(t) && !NO_PLACE.chars().any(|c| u32::from(c) == t);
    match span.len() {
        0 => false,
        1 => has_tail(span.end) && is_name(tokens[span.start]),
        _ => has_tail(span.end) || has_tail(span.end - 1),
    }
}

/// Whether one surname stands for another.
pub(super) fn are_surnames(left: Token, right: Token) -> bool {
    let surnames = &shared().surnames;
    surnames.has(left) && surnames.has(right)
}

/// Whether a span is the surname of a name that is masked: 张|某.
pub(super) fn is_masked_name(tokens: &[Token], span: Range<usize>) -> bool {
    let is_mask = |&t: &Token| t == u32::from('某') || t == u32::from('x') || t == token::NUMBER;
    span.len() == 1
        && shared().surnames.has(tokens[span.start])
        && tokens.get(span.end).is_some_and(is_mask)
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
    let cues = shared();
    let inside = &tokens[span.clone()];
    let before = &tokens[span.start.saturating_sub(4)..span.start];
    let after = &tokens[span.end..(span.end + 4).min(tokens.len())];
    // 清河|县, 清|水|县: the tail follows at once or after one character of the name.
    if after.iter().take(2).any(|&t| cues.tails.has(t))
        || inside.last().is_some_and(|&t| cues.tails.has(t))
    {
        return true;
    }
    let is_cued = before.last().is_some_and(|&t| cues.before_last.has(t));
    let ends_in = |words: &[Vec<Token>]| is_cued && words.iter().any(|word| before.ends_with(word));
    if inside.len() > 1 && ends_in(&cues.before_place) {
        return true;
    }
    let is_person = (2..=4).contains(&inside.len()) && cues.surnames.has(inside[0])
        || before.last().is_some_and(|&t| cues.surnames.has(t)) && inside.len() <= 2;
    is_person
        || (after.first().is_some_and(|&t| cues.after_first.has(t))
            && cues.after.iter().any(|word| after.starts_with(word)))
        || ends_in(&cues.before_person)
}
