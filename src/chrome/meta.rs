//! Lines made of fields: when, from where, by whom.

use std::sync::LazyLock;

use regex::Regex;

use super::page::{Line, count_chars};
use super::pattern;
use super::rules::Strength;
use crate::model::Meta;

/// Where a field's value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Date,
    Source,
    Author,
    /// Known, and of no use.
    Other,
}

/// Labels, longest first where one begins another, and whether one alone tells a site's line.
const LABELS: [(&str, Field, bool); 58] = [
    ("发布时间", Field::Date, true),
    ("发布日期", Field::Date, true),
    ("发表时间", Field::Date, true),
    ("发表日期", Field::Date, true),
    ("发稿时间", Field::Date, true),
    ("更新时间", Field::Date, true),
    ("更新日期", Field::Date, true),
    ("上传时间", Field::Date, true),
    ("添加时间", Field::Date, true),
    ("录入时间", Field::Date, true),
    ("發布時間", Field::Date, true),
    ("更新時間", Field::Date, true),
    ("时间", Field::Date, false),
    ("時間", Field::Date, false),
    ("日期", Field::Date, false),
    ("文章来源", Field::Source, true),
    ("信息来源", Field::Source, true),
    ("新闻来源", Field::Source, true),
    ("稿件来源", Field::Source, true),
    ("来源网站", Field::Source, true),
    ("来源", Field::Source, false),
    ("來源", Field::Source, false),
    ("稿源", Field::Source, true),
    ("出处", Field::Source, false),
    ("文章作者", Field::Author, true),
    ("作者", Field::Author, false),
    ("责任编辑", Field::Author, true),
    ("責任編輯", Field::Author, true),
    ("责编", Field::Author, true),
    ("编辑", Field::Author, false),
    ("发布人", Field::Author, true),
    ("发布者", Field::Author, true),
    ("上传者", Field::Author, true),
    ("录入者", Field::Author, true),
    ("录入", Field::Author, true),
    ("记者", Field::Author, false),
    ("发布单位", Field::Author, true),
    ("发布机构", Field::Author, false),
    ("阅读次数", Field::Other, true),
    ("阅读量", Field::Other, true),
    ("阅读数", Field::Other, true),
    ("阅读", Field::Other, true),
    ("浏览次数", Field::Other, true),
    ("浏览量", Field::Other, true),
    ("浏览", Field::Other, true),
    ("点击次数", Field::Other, true),
    ("点击数", Field::Other, true),
    ("点击量", Field::Other, true),
    ("点击率", Field::Other, true),
    ("点击", Field::Other, true),
    ("访问次数", Field::Other, true),
    ("访问量", Field::Other, true),
    ("人气", Field::Other, true),
    ("评论", Field::Other, true),
    ("推荐度", Field::Other, true),
    ("字号", Field::Other, true),
    ("字体", Field::Other, true),
    ("文章类型", Field::Other, true),
];

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let labels: Vec<&str> = LABELS.iter().map(|(label, _, _)| *label).collect();
    pattern::compile(&format!(r"(?:{})\s*：", labels.join("|")), false)
        .expect("the labels are plain words")
});
static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(r"{date}(?:\s*(?:星期.|周.)?\s*{time})?", false)
        .expect("a fixed pattern compiles")
});
static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile("{time}", false).expect("a fixed pattern compiles"));
/// The address of a site, as bylines name it.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"(?:https?://)?(?:[A-Za-z0-9-]{1,24}\.){1,4}(?:com|cn|net|org|gov|edu|tw|hk|cc|info)(?:\.[a-z]{2})?/?",
        false,
    )
    .expect("a fixed pattern compiles")
});
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"{date}\s*{time}?(?:\s*[apAP][mM])?(?:[\s|·]+(?:[\p{Han}A-Za-z·]{2,14}(?:（[\p{Han}]{2,8}）)?|[（\[]?{n}[）\]]?|\[[^\]]{1,10}\]|[\p{Han}]{2,6}[（(]{n}[)）])){0,6}",
        true,
    )
    .expect("a fixed pattern compiles")
});

/// What one line of fields says.
#[derive(Debug, PartialEq)]
pub(super) struct MetaLine {
    pub(super) strength: Strength,
    pub(super) meta: Meta,
}

/// Reads a line as fields, or not.
pub(super) fn parse(ink: &str) -> Option<MetaLine> {
    let mut labels = LABEL.find_iter(ink).peekable();
    let Some(first) = labels.peek() else {
        return parse_byline(ink);
    };
    let mut meta = Meta::default();
    let mut strength = Strength::Likely;
    let whole_prefix = &ink[..first.start()];
    let named = ADDRESS.replace(whole_prefix, "");
    let prefix = named.as_ref();
    if let Some(moment) = MOMENT.find(prefix) {
        meta.date = Some(moment.as_str().trim().to_owned());
    }
    if !is_value(&without_moment(prefix), 18) {
        return None;
    }
    // A word of its own in front of the label makes it another word: 收稿日期, 相关阅读.
    if prefix.ends_with(|c: char| {
        !c.is_whitespace() && !is_dressing(c) && !c.is_ascii_digit() && c != '日'
    }) {
        return None;
    }
    let mut count = 0;
    while let Some(label) = labels.next() {
        count += 1;
        let end = labels.peek().map_or(ink.len(), |next| next.start());
        let value = ink[label.end()..end].trim_matches(is_dressing);
        if !is_value(&without_moment(value), 30) {
            return None;
        }
        let word = label.as_str().trim_end_matches([':', '：', ' ']).trim();
        let (_, field, tells) = LABELS.iter().find(|(name, _, _)| *name == word)?;
        if *tells {
            strength = Strength::Sure;
        }
        let slot = match field {
            Field::Date => &mut meta.date,
            Field::Source => &mut meta.source,
            Field::Author => &mut meta.author,
            Field::Other => continue,
        };
        let said = match field {
            Field::Date => MOMENT
                .find(value)
                .map_or("", |moment| moment.as_str().trim()),
            _ => value
                .split(['\u{3000}', '|', '\t'])
                .next()
                .unwrap_or("")
                .trim(),
        };
        if slot.is_none() && !said.is_empty() {
            *slot = Some(said.to_owned());
        }
    }
    // A field beside the moment it was put up is a page's own line.
    if meta.date.is_some() && (count > 1 || (!prefix.trim().is_empty() && meta.source.is_some())) {
        strength = Strength::Sure;
    }
    Some(MetaLine { strength, meta })
}

/// A moment with its clock, perhaps with a newspaper's name, buttons and counters behind it, or the
/// site's address before it.
fn parse_byline(ink: &str) -> Option<MetaLine> {
    let ink = bare_moment(ink).unwrap_or(ink);
    let moment = MOMENT.find(ink)?;
    let is_dated = ink.starts_with(|c: char| c.is_ascii_digit()) && BYLINE.is_match(ink);
    let has_clock = moment.as_str().contains([':', '：']) && moment.as_str().len() >= 12;
    if !is_dated && !(has_clock && (is_under_address(ink) || is_among_buttons(ink, moment.end()))) {
        return None;
    }
    Some(MetaLine {
        strength: Strength::Likely,
        meta: Meta {
            date: Some(moment.as_str().trim().to_owned()),
            ..Meta::default()
        },
    })
}

/// `（2021-09-18 10:48）`: what brackets hold, where it begins like a moment.
pub(super) fn bare_moment(ink: &str) -> Option<&str> {
    let inner = ink.strip_prefix(['（', '(', '[', '【'])?;
    let inner = inner.strip_suffix(['）', ')', ']', '】'])?.trim();
    inner
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(inner)
}

/// `http://www.example.com 2012年01月12日 17:06 江城晚报`
fn is_under_address(ink: &str) -> bool {
    let Some(address) = ADDRESS.find(ink) else {
        return false;
    };
    // In a sentence, words run on into the moment and the address: 请于……前登录…….
    let is_apart = |at: usize| !ink[..at].ends_with(|c: char| ('一'..='鿿').contains(&c));
    if !is_apart(address.start())
        || !MOMENT
            .find(ink)
            .is_some_and(|found| is_apart(found.start()))
    {
        return false;
    }
    let rest = [&ink[..address.start()], &ink[address.end()..]].concat();
    is_value(&without_moment(&rest), 18)
}

/// `2012年01月12日 15:52江城晚报【大中小】 【打印】 共有评论0条`: a moment at the beginning, and what
/// stands behind it, up from byte `at`, is no sentence and speaks of a site.
fn is_among_buttons(ink: &str, at: usize) -> bool {
    const BUTTONS: [&str; 9] = [
        "打印",
        "评论",
        "評論",
        "大中小",
        "字号",
        "跟帖",
        "分享",
        "收藏",
        "我来说",
    ];
    let rest = &ink[at..];
    ink.starts_with(|c: char| c.is_ascii_digit())
        && is_value(rest, 40)
        && BUTTONS.iter().any(|word| rest.contains(word))
}

/// Whether a line begins with a moment and the one above or below does: the text's own timetable.
pub(super) fn in_timetable(text: &str, lines: &[Line], number: usize) -> bool {
    let is_dated = |nth: usize| {
        lines
            .get(nth)
            .is_some_and(|line| begins_with_moment(line.ink(text)))
    };
    let above = number.checked_sub(1).is_some_and(is_dated);
    is_dated(number) && (above || is_dated(number + 1))
}

/// `2023年7月12日 02:10 气象台发布暴雨红色预警`: a moment with its clock, and words behind it.
fn begins_with_moment(ink: &str) -> bool {
    ink.starts_with(|c: char| c.is_ascii_digit())
        && MOMENT.find(ink).is_some_and(|moment| {
            let said = &ink[moment.end()..];
            moment.start() == 0
                && moment.as_str().contains([':', '：'])
                && said.chars().filter(|c| ('一'..='鿿').contains(c)).count() >= 4
        })
}

fn is_dressing(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '|' | '/' | '·' | '-' | '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】'
        )
}

fn without_moment(text: &str) -> String {
    let rest = MOMENT.replace_all(text, "");
    CLOCK.replace_all(&rest, "").into_owned()
}

/// Whether a stretch is short and no sentence.
fn is_value(text: &str, most_chars: usize) -> bool {
    let text = text.trim();
    count_chars(text) <= most_chars
        && !text.contains(['。', '！', '？', '；', '，', '：', ':', ',', '“', '《'])
}

/// Fills what is still unknown.
pub(super) fn fill(known: &mut Meta, more: Meta) {
    let slots = [
        (&mut known.date, more.date),
        (&mut known.source, more.source),
        (&mut known.author, more.author),
        (&mut known.rights, more.rights),
    ];
    for (slot, said) in slots {
        if slot.is_none() {
            *slot = said;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_from_sentences() {
        let line = parse("发布时间：2023-04-15 10:20 来源：某某日报 作者：王某").unwrap();
        assert_eq!(line.strength, Strength::Sure);
        assert_eq!(line.meta.date.as_deref(), Some("2023-04-15 10:20"));
        assert_eq!(line.meta.source.as_deref(), Some("某某日报"));
        assert_eq!(line.meta.author.as_deref(), Some("王某"));
        assert_eq!(parse("时间:2024.2.11").unwrap().strength, Strength::Likely);
        assert!(parse("时间：9月3日上午9时，地点：三楼会议室。").is_none());
        assert!(parse("收稿日期：1999-02-01").is_none());
        assert!(parse("相关阅读：秋季开学工作会议召开").is_none());
        assert!(parse("资金来源：财政拨款和社会捐赠，由县里统筹。").is_none());
    }

    #[test]
    fn a_date_with_its_clock_is_a_byline() {
        for line in [
            "http://www.example.com 2012年01月12日 17:06 江城晚报",
            "【http://www.example.org】 【 2012-01-11 12:20 】",
            "2012年01月12日 15:52江城晚报【大中小】 【打印】 共有评论0条",
            "2012年01月17日10:32江城科技[微博]张三我要评论（0）",
            "www.example.com　　2012年01月11日 15:29:18　　來源： 江城日報",
        ] {
            assert!(parse(line).is_some(), "{line}");
        }
        for line in [
            "2012年1月17日10:32，列车驶出车站，送行的人还在评论。",
            "[3] 张三. 江城的河流[EB/OL]. http://www.example.com, 2012-01-12.",
            "请于2012年1月17日10:32前登录www.example.com填写申请表",
        ] {
            assert!(parse(line).is_none(), "{line}");
        }
        assert!(parse("2012年01月12日 16:29 中国新闻网").is_some());
        assert!(parse("2023年，全县共有小学120所").is_none());
    }
}
