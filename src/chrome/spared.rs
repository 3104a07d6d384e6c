//! Lines that the classifier may not take, whatever it thinks of them: what letters, notices and
//! wrapped paragraphs are made of reads like a site's short lines.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::hits::ends_sentence;

/// Openings by which a text addresses its readers.
const ADDRESSED: &[&str] = &[
    "们",
    "各位",
    "尊敬的",
    "敬爱的",
    "亲爱的",
    "同志",
    "领导",
    "代表",
    "来宾",
    "朋友",
    "政府",
    "单位",
    "部门",
    "公司",
    "老师",
    "家长",
    "同学",
    "乡镇",
    "街道",
    "村委会",
    "居委会",
    "学校",
    "幼儿园",
    "委员会",
    "局",
    "办公室",
    "村民",
    "居民",
    "市民",
    "用户",
];

/// Last characters of bodies that sign a text.
const SIGNERS: &[char] = &[
    '局', '委', '办', '府', '部', '会', '院', '校', '司', '处', '厅', '署', '室', '组', '站', '所',
    '社', '学', '园', '中', '心', '队', '店', '厂', '村',
];

/// Words of a site, which end the benefit of the doubt.
const SITE_WORDS: &[&str] = &[
    "版权", "网站", "首页", "下载", "登录", "注册", "点击", "浏览", "阅读", "分享", "收藏", "返回",
    "更多", "相关", "推荐", "评论", "上一", "下一", "打印", "关闭", "备案", "编辑", "来源", "本站",
    "本网", "责编", "APP", "客服", "导航", "搜索", "热门", "排行", "标签", "作者", "发布", "更新",
];

/// `机关单位工作材料精选（五篇）`: the title of a page that holds several documents, by whose number
/// they are told apart later.
pub(super) fn promises_parts(ink: &str) -> bool {
    let bare = ink.trim_end_matches(['）', ')', '】']);
    let Some(head) = bare.strip_suffix('篇') else {
        return false;
    };
    let stem =
        head.trim_end_matches(|c: char| c.is_ascii_digit() || "一二两三四五六七八九十".contains(c));
    stem.len() < head.len() && stem.chars().count() >= 4 && !stem.ends_with('第')
}

/// Over [`SITE_WORDS`]. None only where it cannot be built, which a test rules out.
static SITE_AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst);
    builder.build(SITE_WORDS).ok()
});

/// The site's words in a line, in bytes of it.
fn site_words(ink: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let found = SITE_AUTOMATON
        .as_ref()
        .map(|words| words.find_iter(ink).map(|word| word.range()));
    found.into_iter().flatten()
}

/// Whether a line holds a word that sites use of themselves.
pub(super) fn names_site_matter(ink: &str) -> bool {
    site_words(ink).next().is_some()
}

/// Characters that join a site's words and say nothing of a text's matter.
const SITE_JOINTS: &str = "我本此该文章人次数最新点者时间期日年月一二三四五";

/// Whether words that sites use of themselves are half of a line's letters or more: `编辑推荐`,
/// `评论(3)` and `更多新闻`, but not `编辑的故事` nor `他推荐的书，我都读过。`.
pub(super) fn is_site_matter(ink: &str) -> bool {
    let own = |piece: &str| {
        let is_own = |letter: &char| letter.is_alphabetic() && !SITE_JOINTS.contains(*letter);
        piece.chars().filter(is_own).count()
    };
    let (mut of_site, mut own_chars, mut at) = (0, 0, 0);
    for word in site_words(ink) {
        of_site += ink[word.clone()].chars().count();
        own_chars += own(&ink[at..word.start]);
        at = word.end;
    }
    of_site > 0 && of_site >= own_chars + own(&ink[at..])
}

/// Most characters of a line that may be half made of a site's words.
const SITE_MATTER_CHARS: usize = 60;

/// Whether a line is the text's own by its form: a full sentence that says nothing of a site, or
/// the heading of a numbered part.
pub(super) fn is_bodily(ink: &str, chars: usize) -> bool {
    let is_sentence =
        chars >= 4 && ends_sentence(ink) && (chars > SITE_MATTER_CHARS || !is_site_matter(ink));
    is_sentence || (chars <= 60 && heads_a_part(ink))
}

/// `三、报名方式`, `（二）主要任务`, `第一步：打开设置`, `第二条 本办法自公布之日起施行`, Markdown's
/// `## 常见问题`.
fn heads_a_part(ink: &str) -> bool {
    const NUMERALS: [char; 12] = [
        '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '〇',
    ];
    let is_numeral = |c: char| NUMERALS.contains(&c);
    let (opening, marks): (&[char], &[char]) = match ink.chars().next() {
        Some('第') => (&['第'], &['步', '条', '款']),
        Some('（' | '(') => (&['（', '('], &['）', ')']),
        Some(first) if is_numeral(first) => (&[], &['、', '．']),
        Some('#') => {
            let heading = ink.trim_start_matches('#');
            return ink.len() - heading.len() <= 6 && heading.starts_with(' ');
        }
        _ => return false,
    };
    let numbered = ink.trim_start_matches(opening);
    let rest = numbered.trim_start_matches(is_numeral);
    rest.len() < numbered.len()
        && rest.starts_with(marks)
        && rest
            .chars()
            .nth(1)
            .is_some_and(|c| !c.is_whitespace() || opening == ['第'])
}

/// Whether a line is spared. `before` is the ink of the line above that stays, `after` that of
/// the line below, each empty where there is none. `may_be_cut` says whether it could be a piece of
/// a wrapped sentence, which a link is not.
pub(super) fn is_spared(ink: &str, before: &str, after: &str, may_be_cut: bool) -> bool {
    let chars = ink.chars().count();
    if names_site_matter(ink) {
        return false;
    }
    heads_a_part(ink)
        || leads_on(ink, chars)
        || is_dashed(ink, chars)
        || is_role(ink)
        || is_salutation(ink, chars)
        || (may_be_cut && is_cut_sentence(ink, chars, before, after))
        || is_signature(ink, chars, before, after)
}

/// `先装好运行环境，然后：`: half a sentence that what stands below it completes.
fn leads_on(ink: &str, chars: usize) -> bool {
    (8..=SITE_MATTER_CHARS).contains(&chars)
        && ink.ends_with(['：', ':'])
        && ink.contains(['，', '；'])
}

/// Most lines between a text's last sentence and what closes it.
const CLOSE_LINES: usize = 30;

/// A line under a text's last sentence.
#[derive(Clone, Copy)]
pub(super) struct Below<'a> {
    pub(super) number: usize,
    pub(super) ink: &'a str,
    /// Whether it goes already.
    pub(super) goes: bool,
    /// Whether a blank line stands before it.
    pub(super) is_apart: bool,
}

/// The last line of what closes a letter or notice whose last sentence stands on line `last`, with
/// no line of the site's between: down to a written date, or down to signatures and contacts right
/// under the text. Line `last` itself where nothing closes it.
///
/// ```text
/// 联系人：王老师 / 河西镇中心小学 / 2021年8月28日
/// ```
pub(super) fn close_of_letter<'a>(
    last: usize,
    below: impl Iterator<Item = Below<'a>> + Clone,
) -> usize {
    let stays = below.take(CLOSE_LINES).take_while(|line| !line.goes);
    let dated = stays
        .clone()
        .filter(|line| is_written_date(line.ink))
        .last();
    let touches = stays.clone().take_while(|line| !line.is_apart);
    let said = |line: &Below| is_contact(line.ink) || is_field(line.ink) || signs(line.ink);
    let signed = || touches.clone().take_while(said).last();
    // Contacts may stand under a table: what is between looks like nothing in particular.
    let under_table = || touches.clone().filter(|line| is_contact(line.ink)).last();
    let end = |line: Below| line.number;
    let undated = || under_table().map(end).max(signed().map(end));
    dated.map(end).or_else(undated).unwrap_or(last)
}

/// `联系电话：0900-2230245`, `门诊地址：门诊楼二楼东侧`.
pub(super) fn is_contact(ink: &str) -> bool {
    const LABEL_ENDS: [&str; 9] = [
        "联系人",
        "电话",
        "手机",
        "地址",
        "邮箱",
        "传真",
        "邮编",
        "热线",
        "地点",
    ];
    let Some(at) = ink.find(['：', ':']) else {
        return false;
    };
    let label = &ink[..at];
    ink.chars().count() <= 40
        && label.chars().count() <= 8
        && LABEL_ENDS.iter().any(|end| label.ends_with(end))
        && !is_site_matter(label)
}

/// The name of a body, alone or with others, as texts are signed.
fn signs(ink: &str) -> bool {
    let ink = ink.strip_suffix("联合发布").unwrap_or(ink);
    (4..=40).contains(&ink.chars().count())
        && ink.ends_with(SIGNERS)
        && !ink.contains([' ', '|', '>', '»', '_', '-', ':', '：', '，', '。'])
        && !names_site_matter(ink)
}

/// Whether a line above the text could be its title: short, one piece, no word of a site's but in
/// the name of a work.
pub(super) fn may_be_title(ink: &str) -> bool {
    let without_work = match (ink.find('《'), ink.rfind('》')) {
        (Some(from), Some(to)) if from < to => [&ink[..from], &ink[to..]].concat(),
        _ => ink.to_owned(),
    };
    (2..=64).contains(&ink.chars().count())
        && !ink.contains(['>', '|', '»', '：', ':', '_'])
        && ink.split_whitespace().count() <= 2
        && !is_site_matter(&without_work)
}

/// `专家：今年粮价将保持平稳`: a title of two parts, which is no field.
pub(super) fn is_said_title(ink: &str) -> bool {
    let (who, said) = ink.split_once(['：', ':']).unwrap_or_default();
    who.chars().count() >= 2 && said.chars().count() >= 8 && !names_site_matter(ink)
}

/// `证券代码：600000`, `案由：民间借贷纠纷`: a label of the text's own and what it says.
pub(super) fn is_field(ink: &str) -> bool {
    const SITE_LABELS: [&str; 22] = [
        "查看", "回复", "分类", "栏目", "频道", "主办", "承办", "资料", "文档", "文件", "软件",
        "密码", "地址", "大小", "格式", "类型", "等级", "积分", "热度", "人气", "位置", "导语",
    ];
    let Some(at) = ink.find(['：', ':']) else {
        return false;
    };
    let label = &ink[..at];
    let said = ink[at..].trim_start_matches(['：', ':', ' ']);
    (2..=8).contains(&label.chars().count())
        && label.chars().all(|c| ('一'..='鿿').contains(&c))
        && !said.is_empty()
        && !SITE_LABELS.iter().any(|word| label.contains(word))
        && !names_site_matter(ink)
}

/// `——写于二〇二三年春`, `——读《背影》`.
fn is_dashed(ink: &str, chars: usize) -> bool {
    (4..=30).contains(&chars) && ink.starts_with("——")
}

/// `书记员 郑某`, `审判长　陈某`: those who sign a judgement or minutes.
fn is_role(ink: &str) -> bool {
    const ROLES: [&str; 12] = [
        "审判长",
        "审判员",
        "代理审判员",
        "助理审判员",
        "人民陪审员",
        "法官助理",
        "书记员",
        "执行员",
        "法定代表人",
        "负责人",
        "主持人",
        "记录人",
    ];
    let mut words = ink.split_whitespace();
    let role = words.next().unwrap_or_default();
    let names: Vec<&str> = words.collect();
    ROLES.contains(&role) && !names.is_empty() && names.iter().all(|name| name.chars().count() <= 4)
}

/// `各位代表：`, `市政府：`, `老师们、同学们：`.
fn is_salutation(ink: &str, chars: usize) -> bool {
    let Some(called) = ink.strip_suffix(['：', ':']) else {
        return false;
    };
    chars <= 40
        && !called.contains([':', '：', '|', '>', '·'])
        && ADDRESSED.iter().any(|word| called.contains(word))
}

/// A piece of a wrapped sentence: it stops in mid sentence, or goes on with one.
fn is_cut_sentence(ink: &str, chars: usize, before: &str, after: &str) -> bool {
    let stops =
        |line: &str| line.ends_with(['。', '！', '？', '；', '：', '”', '!', '?', '…', '）']);
    // What goes on below is a sentence's end, or as long a piece: a list's next title is neither.
    let goes_on_below = stops(after) || (after.contains('，') && after.chars().count() >= 20);
    let commas = ink
        .chars()
        .filter(|letter| matches!(letter, '，' | ',' | '、'))
        .count();
    let breaks_off = ink.ends_with(['，', '、', ',', '“', '（'])
        || (commas > 0 && chars >= 20 && !stops(ink) && goes_on_below);
    let goes_on = !before.is_empty()
        && !stops(before)
        && before.chars().count() >= 20
        && before.contains(['，', ',', '。', '、']);
    let ends_one = ink.ends_with('。') && (goes_on || chars <= 12);
    breaks_off || ends_one || (goes_on && commas > 0)
}

/// A date or a body's name below the text, as letters and notices are signed.
fn is_signature(ink: &str, chars: usize, before: &str, after: &str) -> bool {
    if is_written_date(ink) {
        return true;
    }
    let is_name = (3..=40).contains(&chars)
        && ink.ends_with(SIGNERS)
        && !ink.contains([' ', '|', '>', '»', '_', '-', ':', '：']);
    let below_text = before.ends_with(['。', '！', '：', '；']) || is_written_date(after);
    (is_name || ink.contains("联合发布")) && below_text
}

/// `2021年10月26日`, `二〇二一年十月`, without a time of day.
fn is_written_date(ink: &str) -> bool {
    let known = "0123456789年月日〇○零一二三四五六七八九十元xX×";
    ink.contains('年') && ink.contains('月') && ink.chars().all(|letter| known.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::{Below, close_of_letter, is_site_matter, is_spared, names_site_matter};

    #[test]
    fn a_line_speaks_of_a_site_where_its_words_are_half_of_it() {
        for line in ["编辑推荐", "评论(3)", "更多新闻", "返回首页"] {
            assert!(is_site_matter(line) && names_site_matter(line), "{line}");
        }
        for line in ["编辑的故事", "他推荐的书，我都读过。", "全县中小学开学"]
        {
            assert!(!is_site_matter(line), "{line}");
        }
    }

    #[test]
    fn a_letters_close_reaches_to_its_date() {
        let close = |lines: &[&'static str], goes: usize| {
            let below = lines.iter().enumerate().map(|(at, ink)| Below {
                number: 5 + at,
                ink,
                goes: at == goes,
                is_apart: false,
            });
            close_of_letter(4, below)
        };
        let lines = ["联系人：王老师", "河西小学", "2021年8月28日", "上一篇：无"];
        assert_eq!(close(&lines, 3), 7);
        assert_eq!(
            close(&lines, 1),
            5,
            "a line of the site's stands below the contact"
        );
        assert_eq!(close(&lines, 0), 4, "a line of the site's stands first");
        assert_eq!(close(&lines[..2], 9), 6, "signed and not dated");
        assert_eq!(close(&lines[..1], 9), 5, "contacts right under the text");
        assert_eq!(close(&["气象局、农业农村局联合发布", "首页"], 9), 5);
    }

    #[test]
    fn what_letters_and_wrapped_paragraphs_are_made_of_is_spared() {
        for (ink, before, after) in [
            ("老师们、同学们：", "开学典礼致辞", "大家好！"),
            ("各位代表：", "工作报告", ""),
            ("2021年10月26日", "某县教育局", ""),
            ("河西小学", "请家长配合。", "2021年9月1日"),
            ("底。", "图书角和账本这两件事，一定要做到", ""),
            (
                "6月下旬，我支部组织全体同志到南沟村开展了为期三天的“",
                "",
                "走村入户”活动。",
            ),
        ] {
            assert!(is_spared(ink, before, after, true), "{ink}");
        }
    }

    #[test]
    fn a_title_with_a_pause_among_titles_is_no_piece_of_a_sentence() {
        let (title, other) = (
            "县里召开秋收工作现场会，全面部署秋冬农业生产",
            "江城举办少儿书法展",
        );
        assert!(!is_spared(title, other, other, true));
        assert!(is_spared(title, "", "和农田水利建设任务。", true));
        assert!(!is_spared(title, "", "和农田水利建设任务。", false));
    }

    #[test]
    fn a_sites_lines_are_not() {
        for (ink, before) in [
            ("首页 > 新闻", ""),
            ("小学教师述职报告范文", "全体教师认真学习。"),
            ("点击查看更多，", ""),
            ("2012-01-12 16:29", ""),
            ("分享到：", ""),
        ] {
            assert!(!is_spared(ink, before, "", true), "{ink}");
        }
    }
}
