//! The title of a document: found among its first lines, freed of what sites add, kept once.

use super::lines::{Ending, Line, Lines, ending, is_han, make};
use super::opening::{Mark, opening};
use super::site_name::{bare_len, len_before_site};
use crate::model::{Draft, Edits, RuleId, Switches};

pub(super) const REPEATED: RuleId = RuleId::new("restructure/repeated-title");
pub(super) const SUFFIX: RuleId = RuleId::new("restructure/title-suffix");

/// How many lines with ink are looked at.
const FIRST_LINES: usize = 6;

/// Kinds of documents that titles name at their end.
const KINDS: [&str; 62] = [
    "总结",
    "计划",
    "报告",
    "要点",
    "方案",
    "讲话",
    "讲话稿",
    "演讲稿",
    "发言稿",
    "发言",
    "致辞",
    "汇报",
    "汇报材料",
    "体会",
    "心得",
    "感悟",
    "范文",
    "申请书",
    "申请",
    "倡议书",
    "通知",
    "通告",
    "公告",
    "意见",
    "办法",
    "条例",
    "规定",
    "规则",
    "细则",
    "规划",
    "纲要",
    "决定",
    "决议",
    "函",
    "批复",
    "简报",
    "材料",
    "鉴定",
    "自我鉴定",
    "评语",
    "检讨书",
    "检查",
    "承诺书",
    "保证书",
    "合同",
    "协议",
    "协议书",
    "制度",
    "职责",
    "说明",
    "说明书",
    "预案",
    "情况",
    "调研",
    "思路",
    "述职",
    "观后感",
    "读后感",
    "主持词",
    "解说词",
    "祝福语",
    "作文",
];

/// Whether a title ends in the name of a kind of document, a bracket after it left out.
pub(super) fn names_a_kind(title: &str) -> bool {
    let title = title.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let title = match title.strip_suffix(['）', ')']) {
        Some(inner) => inner
            .rfind(['（', '('])
            .map_or(title, |at| inner[..at].trim_end()),
        None => title,
    };
    let title = title.trim_end_matches(['】', '》', '”', '：', ':']);
    title.chars().count() >= 3 && KINDS.iter().any(|kind| title.ends_with(kind))
}

/// Whether a kind of document is named anywhere in a title: 工作总结及明年工作思路.
pub(super) fn holds_a_kind(title: &str) -> bool {
    KINDS
        .iter()
        .any(|kind| kind.chars().count() >= 2 && title.contains(kind))
}

/// 尊敬的各位领导： and the like.
pub(super) fn is_salutation(ink: &str) -> bool {
    let ends = ink.ends_with(['：', ':', '！', '!', '，']);
    ends && ink.chars().count() <= 40
        && (ink.starts_with("尊敬的")
            || ink.starts_with("敬爱的")
            || ink.starts_with("亲爱的")
            || ink.starts_with("各位")
            || ink.starts_with("同志们")
            || ink.starts_with("老师们")
            || ink.starts_with("同学们")
            || ink.starts_with("女士们")
            || ink.starts_with("大家好"))
}

/// Whether a line could be a title, by itself.
pub(super) fn is_title_like(ink: &str) -> bool {
    let ink = ink.trim_start_matches(['#', ' ', '\u{3000}']);
    let made = make(ink);
    if !(2..=60).contains(&made.chars) || made.han + made.latin < 2 || made.gaps > 2 {
        return false;
    }
    if made.digits * 2 > made.chars || made.code > 1 || ink.contains('。') {
        return false;
    }
    if made.commas > 2
        || (made.commas > 0 && made.chars > 45)
        || ink.contains(['；', ';', '|', '>'])
    {
        return false;
    }
    let fits = match ending(ink) {
        Ending::Bare => true,
        Ending::Stop => ink.ends_with(['？', '！', '?', '!', '…', '”', '）', '》']),
        _ => false,
    };
    let said = ink.starts_with(['“', '"', '!']);
    fits && !said && !is_menu(ink) && !is_salutation(ink) && !is_meta(ink) && !opens_a_body(ink)
}

/// 新闻 财经 体育 汽车: the words of a menu.
fn is_menu(ink: &str) -> bool {
    let words = ink.split_whitespace().count();
    let han = ink.chars().filter(|&c| is_han(c)).count();
    words >= 4 && (words..=words * 6).contains(&han)
}

/// What pages say about a document rather than in it.
fn is_meta(ink: &str) -> bool {
    const WORDS: [&str; 35] = [
        "时间",
        "日期",
        "发布",
        "来源",
        "作者",
        "编辑",
        "责任编辑",
        "责编",
        "记者",
        "更新",
        "阅读",
        "点击",
        "浏览",
        "字号",
        "当前位置",
        "首页",
        "标签",
        "关键词",
        "文号",
        "大小",
        "页数",
        "格式",
        "收藏",
        "分享",
        "下载",
        "上传",
        "ID",
        "原标题",
        "摘要",
        "打印",
        "关闭",
        "查看",
        "回复",
        "人气",
        "楼主",
    ];
    let head = ink.trim_start_matches(['【', '[', '（', '(']);
    WORDS.iter().any(|word| {
        head.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['：', ':', '】', ' ', '\u{3000}', '量', '文'])
        })
    }) || ink
        .chars()
        .all(|c| c.is_ascii_digit() || "年月日:-/. ：".contains(c))
}

/// Sentence starts of news and reports, and numbered text.
fn opens_a_body(ink: &str) -> bool {
    const STARTS: [&str; 20] = [
        "本报",
        "新华社",
        "中新网",
        "中新社",
        "人民网",
        "央视网",
        "近日",
        "近期",
        "日前",
        "今天",
        "昨天",
        "今日",
        "昨日",
        "一年来",
        "今年以来",
        "为了",
        "为进一步",
        "据",
        "根据",
        "随着",
    ];
    let mark = opening(ink);
    STARTS.iter().any(|start| ink.starts_with(start)) && !names_a_kind(ink)
        || (mark.is_start() && !matches!(mark.mark, Mark::Part) && !ink.starts_with('#'))
}

/// A title for comparison: width, spaces, file endings, site names and inserted 关于 left out.
pub(super) fn key(title: &str) -> String {
    let mut rest = clean(title);
    rest = rest.strip_prefix("关于").unwrap_or(rest);
    let mut key = String::with_capacity(rest.len());
    for c in rest.replace("关于", "").chars() {
        match c {
            ' ' | '\u{3000}' | '《' | '》' | '“' | '”' | '#' => {}
            '（' => key.push('('),
            '）' => key.push(')'),
            '：' => key.push(':'),
            '，' => key.push(','),
            _ => key.push(c),
        }
    }
    key
}

/// The title in a line: signs of Markdown, file endings and site names off.
pub(super) fn clean(ink: &str) -> &str {
    let mut title = ink.trim_start_matches(['#', ' ', '\u{3000}']).trim();
    title = &title[..bare_len(title)];
    if let Some(inner) = title.strip_prefix('《').and_then(|t| t.strip_suffix('》'))
        && !inner.contains(['《', '》'])
    {
        title = inner;
    }
    title
}

/// `——访锔瓷匠人沈师傅`: it stands under a title.
fn is_subtitle(ink: &str) -> bool {
    ink.starts_with(['—', '―'])
}

/// Words of someone as a headline, with a subtitle under them.
fn is_quoted_headline(ink: &str, below: &str) -> bool {
    ink.starts_with('“')
        && ink.ends_with('”')
        && ink.chars().count() <= 40
        && !ink.contains('。')
        && is_subtitle(below)
}

/// How much a line shows that a site made it: file endings, site names, inserted words.
fn pollution(ink: &str) -> usize {
    let title = ink.trim();
    let added = title.len() - bare_len(title);
    added + 2 * title.matches("关于").skip(1).count() + 3 * usize::from(inserted(title))
}

/// 区教育局关于2021年工作总结: 关于 set before a year and no 的 after it.
fn inserted(title: &str) -> bool {
    title.find("关于").is_some_and(|at| {
        let rest = &title[at + "关于".len()..];
        at > 0
            && rest.starts_with(|c: char| c.is_ascii_digit())
            && (title.ends_with("总结") || title.ends_with("计划"))
            && !rest.contains('的')
    })
}

/// Two lines give one title: equal for comparison, or one a file name or page title that holds
/// the other.
fn same(a: &str, b: &str) -> bool {
    let (x, y) = (key(a), key(b));
    if x == y {
        return !x.is_empty();
    }
    let (short, long, long_ink) = if x.len() < y.len() {
        (&x, &y, b)
    } else {
        (&y, &x, a)
    };
    short.chars().count() >= 6
        && long.contains(short.as_str())
        && bare_len(long_ink.trim()) < long_ink.trim().len()
}

/// Finds the title, writes it into the notes, and gives edits: copies of it, and what a site set
/// behind it.
pub(super) fn find(
    draft: &Draft,
    lines: &Lines,
    switches: &Switches,
    edits: &mut Edits,
) -> Option<String> {
    let text = draft.text();
    let first: Vec<&Line> = (0..FIRST_LINES)
        .filter_map(|nth| lines.inked(nth))
        .collect();
    let likely: Vec<usize> = (0..first.len())
        .filter(|&nth| {
            let ink = first[nth].ink(text);
            let below = first.get(nth + 1).map_or("", |line| line.ink(text));
            first[nth].cols <= 124
                && (is_title_like(ink) && !is_subtitle(ink) || is_quoted_headline(ink, below))
        })
        .collect();
    let &head = likely.first()?;
    // A line that names its kind of document is the title before a line that names a site.
    let kind = likely
        .iter()
        .find(|&&nth| nth <= 2 && names_a_kind(clean(first[nth].ink(text))));
    let head = match kind {
        Some(&nth)
            if !names_a_kind(clean(first[head].ink(text)))
                && !same(first[head].ink(text), first[nth].ink(text)) =>
        {
            nth
        }
        _ if likely.len() > 1 && likely[1] <= 2 && names_a_page(first[head].ink(text)) => likely[1],
        _ => head,
    };
    if head > 2 || !heads_prose(draft, lines, &first, head) {
        return None;
    }
    let mut best = head;
    let mut copies = Vec::new();
    for &nth in likely.iter().filter(|&&nth| nth > head) {
        let (was, is) = (first[best].ink(text), first[nth].ink(text));
        if !same(was, is) {
            continue;
        }
        let (bad_was, bad_is) = (pollution(was), pollution(is));
        // Two clean copies with something between them may both belong to the text.
        if bad_was == 0 && bad_is == 0 && nth > best + 1 {
            break;
        }
        if bad_is <= bad_was {
            copies.push(best);
            best = nth;
        } else {
            copies.push(nth);
        }
    }
    let copies = if switches.is_on(REPEATED, true) {
        copies
    } else {
        Vec::new()
    };
    for nth in copies {
        let line = first[nth];
        // The blank line below a copy goes with it, so that none is doubled.
        let end = lines
            .inked(nth + 1)
            .map_or(line.end, |next| next.start)
            .min(text.len());
        edits.remove_with(line.start, end, REPEATED, 0.95);
    }
    let ink = first[best].ink(text);
    let len = bare_len(ink).min(len_before_site(draft, ink));
    if len < ink.len() && len > 0 && switches.is_on(SUFFIX, true) {
        let at = first[best].ink_start;
        edits.remove_with(at + len, at + ink.len(), SUFFIX, 0.95);
    }
    let title = clean(&ink[..len]);
    let title = if inserted(title)
        || title.matches("关于").count() > 1 && title.find("关于") != Some(0)
    {
        title.replace("关于", "")
    } else {
        title.to_owned()
    };
    (!title.is_empty()).then_some(title)
}

/// Whether rows of as many cells stand right below a line of one piece, or below the unit under it.
fn heads_table(text: &str, lines: &Lines, ink: &str, head: usize) -> bool {
    const FEWEST_CELLS: usize = 3;
    const ROWS: usize = 3;
    let han = ink.chars().filter(|&c| is_han(c)).count();
    if han < 4 || ink.contains(['\t', '|', '，']) || ink.split_whitespace().count() > 2 {
        return false;
    }
    let cells = |nth: usize| {
        let row = lines.inked(nth)?.ink(text);
        let count = if row.contains('\t') {
            row.split('\t').count()
        } else {
            row.split_whitespace().count()
        };
        (count >= FEWEST_CELLS && !row.contains(['。', '，'])).then_some(count)
    };
    // 单位：万吨
    let first = head + 1 + usize::from(cells(head + 1).is_none());
    let count = cells(first);
    count.is_some() && (first + 1..first + ROWS).all(|nth| cells(nth) == count)
}

/// 某某资料下载站, 打开APP，阅读体验更佳: names of sites and calls to the reader.
fn names_a_page(ink: &str) -> bool {
    let bare = ink.trim_end();
    bare.ends_with(['网', '站'])
        || bare.contains("APP")
        || bare.ends_with("首页")
        || bare.ends_with("文库")
}

/// Whether what follows is a text that a title stands over: a first line of verse, a list or a chat
/// is none.
fn heads_prose(draft: &Draft, lines: &Lines, first: &[&Line], head: usize) -> bool {
    let text = draft.text();
    let ink = first[head].ink(text);
    if ink.starts_with("# ") || names_a_kind(clean(ink)) {
        return true;
    }
    if draft
        .facts()
        .name
        .as_deref()
        .is_some_and(|name| same(name, ink))
    {
        return true;
    }
    let heading = draft
        .facts()
        .lines
        .iter()
        .any(|fact| fact.heading == 1 && draft.source()[fact.span.range()].trim() == ink);
    if heading {
        return true;
    }
    // 《慢车》 over a song.
    let is_named = ink
        .strip_prefix('《')
        .and_then(|rest| rest.strip_suffix('》'));
    if head == 0 && is_named.is_some_and(|name| !name.contains(['《', '》'])) {
        return true;
    }
    // A short first line with a blank line under it stands over whatever follows.
    let apart = lines
        .inked(head + 1)
        .is_some_and(|next| next.start > first[head].end + 1);
    if head == 0 && apart && ink.chars().count() <= 32 && ending(ink) != Ending::Stop {
        return true;
    }
    if heads_table(text, lines, ink, head) {
        return true;
    }
    let below = (head + 1..head + 12).filter_map(|nth| lines.inked(nth));
    let mut prose = 0;
    let mut short = 0;
    for line in below {
        if line.cols >= 60 || (line.cols >= 30 && ending(line.ink(text)) == Ending::Stop) {
            prose += 1;
        } else {
            short += 1;
        }
    }
    prose > 0 && prose * 3 >= short && ink.chars().any(|c| is_han(c) || c.is_alphabetic())
}
