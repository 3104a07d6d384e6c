//! What an element means for the text, by its name and by what its author called it.

use std::sync::LazyLock;

/// How an element lays out its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Flows with the text around it.
    Inline,
    /// A link: flows, and its characters are counted.
    Link,
    /// Begins and ends a line.
    Block,
    /// A block that an open `<p>` cannot hold on to; `<p>` itself.
    Paragraph,
    /// `<h1>` … `<h6>`, with its level.
    Heading(u8),
    /// `<li>`, `<dt>`, `<dd>`: a block that ends its open like.
    Item,
    /// `<ul>`, `<ol>`, `<dl>`.
    List,
    /// `<td>`, `<th>`: a tab away from the cell before it.
    Cell,
    /// `<tr>`.
    Row,
    /// `<table>`.
    Table,
    /// `<pre>`: white space is kept.
    Pre,
    /// `<code>`, `<kbd>`, `<samp>`: flows, and is code.
    Code,
    /// Nothing inside is text of the page.
    Skipped,
    /// The page title.
    Title,
    /// `<br>`.
    Break,
    /// Has no content.
    Void,
}

/// What an element or its name says of the text inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Says nothing.
    None,
    /// The site's own.
    Chrome,
    /// The document.
    Content,
}

/// Kind of an element by its lower-case name.
pub(super) fn kind(name: &[u8]) -> Kind {
    match name {
        b"a" => Kind::Link,
        b"p" => Kind::Paragraph,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Kind::Heading(name[1] - b'0'),
        b"li" | b"dt" | b"dd" | b"option" => Kind::Item,
        b"ul" | b"ol" | b"dl" | b"menu" | b"dir" | b"select" => Kind::List,
        b"td" | b"th" => Kind::Cell,
        b"tr" => Kind::Row,
        b"table" => Kind::Table,
        b"pre" | b"listing" | b"xmp" | b"plaintext" => Kind::Pre,
        b"code" | b"kbd" | b"samp" | b"tt" => Kind::Code,
        b"script" | b"style" | b"noscript" | b"template" | b"iframe" | b"object" | b"svg"
        | b"canvas" | b"audio" | b"video" | b"math" | b"noframes" | b"rt" | b"rp" | b"datalist" => {
            Kind::Skipped
        }
        b"title" => Kind::Title,
        b"br" => Kind::Break,
        b"hr" | b"img" | b"input" | b"meta" | b"link" | b"area" | b"base" | b"col" | b"embed"
        | b"param" | b"source" | b"track" | b"wbr" | b"frame" | b"keygen" | b"bgsound" => {
            Kind::Void
        }
        b"div" | b"section" | b"article" | b"main" | b"header" | b"footer" | b"nav" | b"aside"
        | b"form" | b"fieldset" | b"legend" | b"blockquote" | b"address" | b"figure"
        | b"figcaption" | b"center" | b"body" | b"html" | b"head" | b"thead" | b"tbody"
        | b"tfoot" | b"caption" | b"details" | b"summary" | b"hgroup" | b"marquee"
        | b"textarea" | b"frameset" | b"optgroup" | b"dialog" | b"search" => Kind::Block,
        _ => Kind::Inline,
    }
}

/// Hint of an element by its lower-case name alone.
pub(super) fn hint_of_name(name: &[u8]) -> Hint {
    match name {
        b"article" | b"main" => Hint::Content,
        b"nav" | b"footer" | b"aside" | b"button" | b"select" | b"textarea" => Hint::Chrome,
        _ => Hint::None,
    }
}

/// Words in class and id names that mark the site's own parts.
const CHROME_WORDS: &[&str] = &[
    "nav",
    "menu",
    "foot",
    "footer",
    "copyright",
    "sidebar",
    "side",
    "aside",
    "breadcrumb",
    "crumb",
    "crumbs",
    "share",
    "sharebar",
    "bdshare",
    "jiathis",
    "related",
    "relate",
    "relnews",
    "recommend",
    "comment",
    "comments",
    "reply",
    "pager",
    "pagination",
    "pages",
    "pagebar",
    "toolbar",
    "login",
    "register",
    "search",
    "ad",
    "ads",
    "adv",
    "advert",
    "banner",
    "sponsor",
    "rank",
    "ranking",
    "hot",
    "hotnews",
    "toplist",
    "tags",
    "keywords",
    "links",
    "friendlink",
    "topbar",
    "header",
    "logo",
    "subnav",
    "dropdown",
    "popup",
    "modal",
    "qrcode",
    "weixin",
    "weibo",
    "vote",
    "statement",
    "disclaimer",
    "channel",
    "rightbar",
    "leftbar",
    "shortcut",
];

/// Words in class and id names that mark the document.
const CONTENT_WORDS: &[&str] = &[
    "content",
    "article",
    "articlebody",
    "artibody",
    "articlecontent",
    "arttext",
    "body",
    "text",
    "post",
    "postbody",
    "entry",
    "story",
    "newstext",
    "newscontent",
    "contenttext",
    "maintext",
    "endtext",
    "zoom",
    "fontzoom",
    "ozoom",
    "detail",
    "conbody",
    "textbody",
    "zhengwen",
    "neirong",
    "rich",
    "richtext",
    "markdown",
    "trseditor",
    "contenttxt",
    "newstxt",
    "paragraph",
];

/// What the words of a class or id attribute say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) hint: Hint,
    /// Hashes of its first words, 0 for none.
    pub(super) words: [u16; WORDS],
}

/// Most words of an attribute that are remembered.
const WORDS: usize = 4;
/// Most letters of a word that mean anything.
const WORD_BYTES: usize = 24;

/// Sixteen bits of a name, never 0.
pub(super) fn hash_of_name(name: &[u8]) -> u16 {
    let hash = fnv(FNV_START, name);
    ((hash ^ (hash >> 16)) as u16).max(1)
}

const FNV_START: u32 = 0x811C_9DC5;

fn fnv(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The words above by their hashes, sorted.
static KNOWN_WORDS: LazyLock<Vec<(u32, &[u8], Hint)>> = LazyLock::new(|| {
    let of = |words: &'static [&'static str], hint| {
        words
            .iter()
            .map(move |word| (fnv(FNV_START, word.as_bytes()), word.as_bytes(), hint))
    };
    let mut known: Vec<_> = of(CHROME_WORDS, Hint::Chrome)
        .chain(of(CONTENT_WORDS, Hint::Content))
        .collect();
    known.sort_unstable_by_key(|(hash, _, _)| *hash);
    known
});

fn hint_of_word(word: &[u8]) -> Hint {
    let hash = fnv(FNV_START, word);
    let from = KNOWN_WORDS.partition_point(|(known, _, _)| *known < hash);
    KNOWN_WORDS[from..]
        .iter()
        .take_while(|(known, _, _)| *known == hash)
        .find(|(_, known, _)| *known == word)
        .map_or(Hint::None, |(_, _, hint)| *hint)
}

/// A name in small letters, as far as it means anything.
#[derive(Default)]
struct Letters {
    bytes: [u8; WORD_BYTES],
    count: usize,
}

impl Letters {
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.count) {
            *slot = byte.to_ascii_lowercase();
        }
        self.count += 1;
    }

    /// What was pushed since the last time, if any and not too long.
    fn take(&mut self) -> Option<&[u8]> {
        let count = std::mem::take(&mut self.count);
        (1..=WORD_BYTES)
            .contains(&count)
            .then(|| &self.bytes[..count])
    }
}

/// Reads a class or id attribute: its words are split at case changes, `-`, `_` and spaces, and
/// compared whole (also the whole value without separators). The site's words win: a
/// `content-nav` is navigation.
pub(super) fn read_names(value: &[u8]) -> Named {
    let mut named = Named {
        hint: Hint::None,
        words: [0; WORDS],
    };
    let mut count = 0;
    let (mut word, mut whole) = (Letters::default(), Letters::default());
    let mut previous_lower = false;
    let judge = |word: Option<&[u8]>, hint: &mut Hint| {
        let said = word.map_or(Hint::None, hint_of_word);
        if said == Hint::Chrome || *hint == Hint::None {
            *hint = said;
        }
    };
    for &byte in value.iter().take(120).chain(b" ") {
        let is_word = byte.is_ascii_alphabetic();
        if !is_word || (byte.is_ascii_uppercase() && previous_lower) {
            let ended = word.take();
            if let (Some(ended), Some(slot)) = (ended, named.words.get_mut(count)) {
                *slot = hash_of_name(ended);
                count += 1;
            }
            judge(ended, &mut named.hint);
        }
        if byte == b' ' {
            judge(whole.take(), &mut named.hint);
        }
        if is_word {
            word.push(byte);
            whole.push(byte);
        }
        previous_lower = byte.is_ascii_lowercase();
    }
    named
}

/// Whether a style attribute hides its element.
pub(super) fn style_hides(style: &[u8]) -> bool {
    let tight: Vec<u8> = style
        .iter()
        .take(400)
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(u8::to_ascii_lowercase)
        .collect();
    memchr::memmem::find(&tight, b"display:none").is_some()
        || memchr::memmem::find(&tight, b"visibility:hidden").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_of(value: &[u8]) -> Hint {
        read_names(value).hint
    }

    #[test]
    fn names_speak() {
        assert_eq!(hint_of(b"article-content"), Hint::Content);
        assert_eq!(hint_of(b"articleContent"), Hint::Content);
        assert_eq!(hint_of(b"TRS_Editor"), Hint::Content);
        assert_eq!(hint_of(b"content-nav"), Hint::Chrome);
        assert_eq!(hint_of(b"box12"), Hint::None);
        assert_eq!(hint_of("正文".as_bytes()), Hint::None);
    }

    #[test]
    fn hiding_styles_are_seen() {
        assert!(style_hides(b"color:red; Display : none"));
        assert!(!style_hides(b"display:block; font-size:0.9em"));
    }
}
