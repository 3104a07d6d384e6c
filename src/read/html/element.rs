//! What an element means for the text, by its name and by what its author called it.

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
        b"nav" | b"footer" | b"aside" | b"form" | b"button" | b"select" | b"textarea" => {
            Hint::Chrome
        }
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

/// Hint of a class or id attribute: its words are split at case changes, `-`, `_` and spaces, and
/// compared whole (also the whole value without separators). The site's words win: a
/// `content-nav` is navigation.
pub(super) fn hint_of_attribute(value: &[u8]) -> Hint {
    let mut found = Hint::None;
    let mut word = String::new();
    let mut whole = String::new();
    let mut previous_lower = false;
    let judge = |word: &str, found: &mut Hint| {
        if CHROME_WORDS.contains(&word) {
            *found = Hint::Chrome;
        } else if *found == Hint::None && CONTENT_WORDS.contains(&word) {
            *found = Hint::Content;
        }
    };
    for &byte in value.iter().take(120) {
        let is_word = byte.is_ascii_alphabetic();
        if !is_word || (byte.is_ascii_uppercase() && previous_lower) {
            judge(&word, &mut found);
            word.clear();
        }
        if byte == b' ' {
            judge(&whole, &mut found);
            whole.clear();
        }
        if is_word {
            word.push(byte.to_ascii_lowercase() as char);
            whole.push(byte.to_ascii_lowercase() as char);
        }
        previous_lower = byte.is_ascii_lowercase();
    }
    judge(&word, &mut found);
    judge(&whole, &mut found);
    found
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

    #[test]
    fn names_speak() {
        assert_eq!(hint_of_attribute(b"article-content"), Hint::Content);
        assert_eq!(hint_of_attribute(b"articleContent"), Hint::Content);
        assert_eq!(hint_of_attribute(b"TRS_Editor"), Hint::Content);
        assert_eq!(hint_of_attribute(b"content-nav"), Hint::Chrome);
        assert_eq!(hint_of_attribute(b"box12"), Hint::None);
        assert_eq!(hint_of_attribute("正文".as_bytes()), Hint::None);
    }

    #[test]
    fn hiding_styles_are_seen() {
        assert!(style_hides(b"color:red; Display : none"));
        assert!(!style_hides(b"display:block; font-size:0.9em"));
    }
}
