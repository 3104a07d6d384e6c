//! Which two Han characters belong together? A table of pairs from clean text.
//!
//! Some 10,000 bound pairs and 50,000 known ones; `scripts/make-normalise-tables bonds` says
//! from what and how. A space between bound characters tears a word; a doubled character whose
//! second half is known with what follows is no stutter.

use std::sync::LazyLock;

static TABLE: &str = include_str!("tables/bonds.txt");

/// First Han character of the index, and how many there are.
const FIRST: u32 = 0x4e00;
const COUNT: usize = 0x5200;

/// The bound and the known seconds of each first character.
static SECONDS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut seconds = vec![("", ""); COUNT];
    for line in TABLE.lines() {
        let mut chars = line.chars();
        if let Some(slot) = chars.next().and_then(|first| seconds.get_mut(index(first))) {
            *slot = chars.as_str().split_once('|').unwrap_or_default();
        }
    }
    seconds
});

fn index(c: char) -> usize {
    (c as usize).wrapping_sub(FIRST as usize)
}

fn seconds(first: char) -> (&'static str, &'static str) {
    SECONDS.get(index(first)).copied().unwrap_or_default()
}

/// Whether clean text puts the two side by side far more often than chance would: both are of
/// one word.
pub(super) fn are_bound(first: char, second: char) -> bool {
    seconds(first).0.contains(second)
}

/// Whether clean text puts the two side by side more often than chance would: a word may hold
/// both.
pub(super) fn are_known(first: char, second: char) -> bool {
    let (bound, known) = seconds(first);
    known.contains(second) || bound.contains(second)
}

/// Whether clean text writes the character twice after a word that ends in it without meaning a
/// stutter: reduplication (人人), kinship, offices (部部长) and their kind.
pub(super) fn doubles(c: char) -> bool {
    DOUBLED.contains(c)
}

static DOUBLED: &str = "人天年月日常往刚仅时处家户村县市省区镇乡局部厅院校长会委国厂站所店队班组员上下大小多少高低长短好\
    看说谈想试听走问讲聊聚想写读学生数事物步点滴层种条件个位名样次回句字声色光风雨水山树花草星早晚明白清静轻重慢快渐\
    默深浅远近纷频屡累代世处面口手心爸妈哥姐弟妹爷奶叔伯姑舅太婆公宝娃星猩蛐蝈饽的了是不在有和与为以对中化性力度量率\
    行业者们来去过得地着一二三四五六七八九十百千万亿金木火土东南西北江河湖海州京民工作教育\
    关实堂段向巴哈拉娜娃莉菲卡马达塔纳多亚尔斯\
    定当议军路分车批团党馆全舱文法气座震刻林动成汇通取场片闹标署柜漆论誓接电艘都复密判苏库运瓶货图塘歌收空井同建块首台";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bound_and_borders_are_not() {
        assert!(are_bound('发', '展') && are_bound('区', '域'));
        assert!(!are_bound('展', '的') && !are_bound('域', '销') && !are_bound('a', '展'));
    }
}
