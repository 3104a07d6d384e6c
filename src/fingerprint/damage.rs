//! Signs of damage that a text shows by itself, for the choice between copies of it: no cleaning
//! has to be run for it, and a text that was cleaned shows few.
//!
//! Guesses wrong where site words are the subject of the text; the choice is between copies of one
//! text, so that what all of them have in common decides nothing.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::model::Canonical;

use super::atoms::Atoms;

/// What is wrong with a text, as far as it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Places where text is lost: U+FFFD.
    pub lost: u32,
    /// Phrases of sites near its beginning and end, where page dress stands.
    pub site_phrases: u32,
    /// Whether its last line is a long one and breaks off within a sentence.
    pub is_cut: bool,
    /// Whether it only wears a bad dress: spaces between characters, lines broken within
    /// sentences, or no lines at all.
    pub is_badly_set: bool,
}

/// What sites put around a text. Whole texts of them are beside the point.
const SITE_PHRASES: [&str; 44] = [
    "首页",
    "当前位置",
    "您的位置",
    "浏览次数",
    "点击数",
    "点击：",
    "阅读次数",
    "人气：",
    "字号",
    "打印本页",
    "【打印】",
    "【关闭】",
    "【返回",
    "返回顶部",
    "上一篇",
    "下一篇",
    "上一页",
    "下一页",
    "相关文章",
    "相关阅读",
    "相关推荐",
    "猜你喜欢",
    "热门文章",
    "分享到",
    "收藏本",
    "版权声明",
    "版权所有",
    "侵权",
    "备案",
    "网友上传",
    "公众号",
    "扫一扫",
    "二维码",
    "客服",
    "免费下载",
    "下载地址",
    "登录后",
    "注册会员",
    "发表评论",
    "责任编辑",
    "来源：",
    "作者：",
    "发布时间",
    "转载请",
];

/// Bytes at either end in which site phrases are looked for.
const EDGE_BYTES: usize = 600;
/// Tokens from which a last line without a stop is one that breaks off.
const CUT_TOKENS: u32 = 24;
/// Tokens from which a text has more lines than one.
const LINED_TOKENS: usize = 400;

impl Damage {
    pub(super) fn of(text: &str, form: &Canonical, atoms: &Atoms) -> Self {
        let tokens = form.tokens.len();
        Self {
            lost: if memchr::memmem::find(text.as_bytes(), "\u{fffd}".as_bytes()).is_some() {
                text.matches('\u{fffd}').count() as u32
            } else {
                0
            },
            site_phrases: site_phrases(text),
            is_cut: is_cut(text, form),
            is_badly_set: atoms.spaced as usize * 50 > tokens
                || atoms.broken > 8 && atoms.broken * 2 > atoms.lines
                || atoms.lines <= 1 && tokens > LINED_TOKENS,
        }
    }

    /// The damage in points: [`POINTS`] for each lost place or site phrase, one for bad dress.
    pub fn points(&self) -> u32 {
        (self.lost.saturating_add(self.site_phrases))
            .saturating_mul(POINTS)
            .saturating_add(u32::from(self.is_badly_set))
    }
}

/// Points of damage of one place where text is lost or foreign.
pub const POINTS: u32 = 8;

fn site_phrases(text: &str) -> u32 {
    static PHRASES: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Some(phrases) = PHRASES.get_or_init(|| {
        // So few phrases fit into the quickest kind of automaton.
        let mut builder = AhoCorasick::builder();
        builder.kind(Some(AhoCorasickKind::DFA));
        builder.build(SITE_PHRASES).ok()
    }) else {
        return 0;
    };
    let bytes = text.as_bytes();
    let count = |part: &[u8]| phrases.find_iter(part).count() as u32;
    if bytes.len() <= 2 * EDGE_BYTES {
        count(bytes)
    } else {
        count(&bytes[..EDGE_BYTES]) + count(&bytes[bytes.len() - EDGE_BYTES..])
    }
}

fn is_cut(text: &str, form: &Canonical) -> bool {
    let last = text.trim_end().chars().next_back();
    let closes = |c: char| "。！？；：…”’」』）】》〉)]!?.;:\"\u{2014}".contains(c);
    if last.is_none_or(closes) {
        return false;
    }
    let last_stop = form.stops.last().copied().unwrap_or(0);
    let end = text.trim_end();
    let line = end.rfind('\n').map_or(end, |at| &end[at..]);
    form.tokens.len() as u32 - last_stop.min(form.tokens.len() as u32) > CUT_TOKENS
        || line.contains('。')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::{Fingerprinter, Scratch};

    fn damage(text: &str) -> Damage {
        let fingerprinter = Fingerprinter {
            bands: 1,
            rows: 1,
            min_shingles: 1,
            masks: Default::default(),
            masked_ratio: 0.0,
        };
        fingerprinter.run(text, &mut Scratch::default()).damage
    }

    #[test]
    fn a_whole_text_shows_none() {
        let whole =
            "关于做好秋收工作的通知\n各村委会要高度重视，加强组织领导。\n　　特此通知。\n镇政府";
        assert_eq!(damage(whole), Damage::default());
        assert_eq!(damage(""), Damage::default());
    }

    #[test]
    fn each_sign_is_seen() {
        assert_eq!(damage("粮食\u{fffd}\u{fffd}安全").lost, 2);
        assert!(damage("首页 > 新闻 > 正文\n各村委会要高度重视。\n上一篇：秋收").site_phrases >= 2);
        assert!(damage("各村要重视。加强领导，落实责").is_cut);
        assert!(damage("各 村 委 会 要 高 度 重 视 秋 收 。").is_badly_set);
    }
}
