//! Names of sites and files behind a title.

use super::lines::is_han;
use crate::model::Draft;

/// Bytes of a title before the file ending or site name at its end.
pub(super) fn bare_len(title: &str) -> usize {
    const FILES: [&str; 11] = [
        ".docx", ".doc", ".pdf", ".pptx", ".ppt", ".txt", ".wps", ".xlsx", ".xls", ".html", ".htm",
    ];
    let mut len = title.len();
    loop {
        let now = title[..len].trim_end();
        let lower = now.to_ascii_lowercase();
        if let Some(file) = FILES.iter().find(|file| lower.ends_with(**file)) {
            len = now.len() - file.len();
            continue;
        }
        let Some(at) = now.rfind(['_', '|', '-', '—', '–', '｜']) else {
            return now.len();
        };
        let sign = now[at..].chars().next().map_or(1, char::len_utf8);
        let (head, tail) = (&now[..at], now[at + sign..].trim());
        if head.trim_end().chars().count() >= 4 && names_a_site(tail) {
            len = head
                .trim_end_matches(['_', '|', '-', '—', '–', '｜', ' '])
                .len();
            continue;
        }
        return now.len();
    }
}

/// Bytes of a title before a short name behind a dash that stands elsewhere on the page, and there
/// only in what was the site's: in the text itself it is nowhere else.
pub(super) fn len_before_site(draft: &Draft, ink: &str) -> usize {
    let Some((at, sign)) = ink.rmatch_indices(['_', '|', '-', '—', '–', '｜']).next() else {
        return ink.len();
    };
    let (stem, tail) = (ink[..at].trim_end(), ink[at + sign.len()..].trim());
    let is_name = (3..=10).contains(&tail.chars().count())
        && tail.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric())
        && tail.chars().any(is_han);
    if !is_name || stem.chars().count() < 6 || draft.text().matches(tail).count() > 1 {
        return ink.len();
    }
    let source = draft.source();
    // In a longer word it is that word, not the name.
    let stands_alone = source.match_indices(tail).any(|(at, _)| {
        let (before, after) = (&source[..at], &source[at + tail.len()..]);
        !before.ends_with(is_han)
            && !after.starts_with(is_han)
            && !before
                .trim_end_matches(' ')
                .ends_with(['_', '|', '-', '—', '–', '｜'])
    });
    if stands_alone {
        stem.trim_end_matches(['_', '|', '-', '—', '–', '｜', ' '])
            .len()
    } else {
        ink.len()
    }
}

fn names_a_site(tail: &str) -> bool {
    const SITES: [&str; 19] = [
        "网",
        "文库",
        "论坛",
        "频道",
        "在线",
        "门户",
        "豆丁",
        "百科",
        "贴吧",
        "博客",
        "文档",
        "范文大全",
        "知道",
        "新闻中心",
        "下载",
        "资讯",
        ".com",
        ".cn",
        "社区",
    ];
    tail.chars().count() <= 14
        && SITES.iter().any(|site| tail.ends_with(site))
        && !tail.contains(['，', '。', '：', ' '])
}
