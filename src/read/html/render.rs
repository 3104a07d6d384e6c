//! Tokens to lines: which elements are open. [`tokens`] takes the tokens, [`lines`] writes the
//! lines.

mod lines;
mod tokens;

use html5gum::Tokenizer;

use self::tokens::Tokens;
use super::element::{Hint, Kind};
use crate::model::{BlockFact, LineFact};

/// Open elements remembered at most; deeper ones are text of the deepest remembered.
const DEPTH_CAP: usize = 512;

/// The visible text of a page and what the markup said of its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Lines that end in `\n`; cells of a table row are a tab apart.
    pub text: String,
    /// One fact for each line that is not blank, ascending.
    pub lines: Vec<LineFact>,
    /// The page's block elements by their number, the page itself first.
    pub blocks: Vec<BlockFact>,
}

/// Renders a decoded HTML page. Scripts, styles and the like are left out; navigation and hidden
/// elements are in, marked as such in their [`LineFact`]. Never fails: what is no markup is text.
///
/// ```
/// use qingwen::read::html::render;
/// let page = "<title>通知</title><nav><a href=/>首页</a></nav><p>各村委会：<br>现将有关事项通知如下。";
/// let rendered = render(page);
/// assert_eq!(rendered.text, "通知\n首页\n各村委会：\n现将有关事项通知如下。\n");
/// assert!(rendered.lines[1].in_chrome_element && rendered.lines[1].link_ratio == 1.0);
/// ```
pub fn render(page: &str) -> Rendered {
    let mut renderer = Renderer::new(page.len());
    // It yields no token, so one call runs through the whole page.
    let _none = Tokenizer::new_with_emitter(page, Tokens::new(&mut renderer)).next();
    renderer.finish()
}

/// One open element.
#[derive(Clone, Copy)]
struct Open {
    kind: Kind,
    name: u64,
    hint: Hint,
    hidden: bool,
    block: u32,
}

/// A start tag that is being read.
struct Tag {
    name: u64,
    names: [u16; 6],
    kind: Kind,
    hint: Hint,
    hidden: bool,
    has_href: bool,
}

struct Renderer {
    text: String,
    lines: Vec<LineFact>,
    stack: Vec<Open>,
    line_start: usize,
    line_block: u32,
    line_flags: LineFact,
    ink_chars: u32,
    link_chars: u32,
    code_chars: u32,
    space_waiting: bool,
    skipped: u32,
    links: u32,
    pres: u32,
    codes: u32,
    blocks: Vec<BlockFact>,
}

/// The first eight bytes of a name, enough to tell elements apart.
fn short(name: &[u8]) -> u64 {
    name.iter()
        .take(8)
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

impl Renderer {
    fn new(page_bytes: usize) -> Self {
        Self {
            text: String::with_capacity(page_bytes / 4),
            lines: Vec::new(),
            stack: Vec::with_capacity(32),
            line_start: 0,
            line_block: 0,
            line_flags: LineFact::default(),
            ink_chars: 0,
            link_chars: 0,
            code_chars: 0,
            space_waiting: false,
            skipped: 0,
            links: 0,
            pres: 0,
            codes: 0,
            blocks: vec![BlockFact::default()],
        }
    }

    /// Whether text that comes now is left out.
    fn skips(&self) -> bool {
        self.skipped > 0
    }

    fn open(&mut self, tag: &Tag, self_closing: bool) {
        match tag.kind {
            Kind::Break => return self.end_line(),
            Kind::Void => {
                if tag.name == short(b"hr") {
                    self.end_line();
                }
                return;
            }
            Kind::Skipped if self_closing && tag.name != short(b"script") => return,
            Kind::Link => self.close(short(b"a"), Kind::Link),
            Kind::Paragraph
            | Kind::Block
            | Kind::Heading(_)
            | Kind::List
            | Kind::Table
            | Kind::Pre => {
                self.close_paragraph();
            }
            Kind::Item => self.close_within(&[Kind::Item], &[Kind::List]),
            Kind::Cell => self.close_within(&[Kind::Cell], &[Kind::Table]),
            Kind::Row => self.close_within(&[Kind::Row], &[Kind::Table]),
            Kind::Inline | Kind::Code | Kind::Skipped | Kind::Title => {}
        }
        if is_block(tag.kind) {
            if tag.kind == Kind::Cell {
                self.end_cell();
            } else {
                self.end_line();
            }
        }
        if self.stack.len() >= DEPTH_CAP {
            return;
        }
        let above = self.stack.last();
        let block = if is_block(tag.kind) {
            let above = above.map_or(0, |open| open.block);
            self.blocks.push(BlockFact {
                above,
                names: tag.names,
            });
            u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX)
        } else {
            above.map_or(0, |open| open.block)
        };
        let hint = match tag.hint {
            Hint::None => above.map_or(Hint::None, |open| open.hint),
            hint => hint,
        };
        let hidden = tag.hidden || above.is_some_and(|open| open.hidden);
        match tag.kind {
            Kind::Skipped => self.skipped += 1,
            Kind::Link => self.links += 1,
            Kind::Pre => self.pres += 1,
            Kind::Code => self.codes += 1,
            _ => {}
        }
        self.stack.push(Open {
            kind: tag.kind,
            name: tag.name,
            hint,
            hidden,
            block,
        });
    }

    fn pop(&mut self) -> Option<Open> {
        let open = self.stack.pop()?;
        match open.kind {
            Kind::Skipped => self.skipped -= 1,
            Kind::Link => self.links -= 1,
            Kind::Pre => self.pres -= 1,
            Kind::Code => self.codes -= 1,
            _ => {}
        }
        Some(open)
    }

    /// Ends the nearest open element of that name. An inline end does not reach past a block, a
    /// cell's content not out of its table.
    fn close(&mut self, name: u64, of: Kind) {
        let block = is_block(of);
        if of == Kind::Break {
            return self.end_line();
        }
        for depth in (0..self.stack.len()).rev() {
            let open = self.stack[depth];
            if open.name == name {
                if block {
                    if of == Kind::Cell {
                        self.end_cell()
                    } else {
                        self.end_line()
                    }
                }
                while self.stack.len() > depth {
                    self.pop();
                }
                return;
            }
            let walled = match of {
                Kind::Table => false,
                _ if block => {
                    matches!(open.kind, Kind::Table | Kind::Cell)
                        && !matches!(of, Kind::Row | Kind::Cell)
                }
                Kind::Skipped | Kind::Title => false,
                _ => is_block(open.kind),
            };
            if walled {
                break;
            }
        }
        // A stray `</p>` is an empty paragraph.
        if of == Kind::Paragraph {
            self.end_line();
        }
    }

    /// A new block ends an open `<p>` of the same surroundings.
    fn close_paragraph(&mut self) {
        for depth in (0..self.stack.len()).rev() {
            let kind = self.stack[depth].kind;
            if kind == Kind::Paragraph {
                self.end_line();
                while self.stack.len() > depth {
                    self.pop();
                }
                return;
            }
            if is_block(kind) {
                return;
            }
        }
    }

    /// A new item ends the open item of the same list.
    fn close_within(&mut self, like: &[Kind], walls: &[Kind]) {
        for depth in (0..self.stack.len()).rev() {
            let kind = self.stack[depth].kind;
            if like.contains(&kind) {
                if kind == Kind::Cell {
                    self.end_cell()
                } else {
                    self.end_line()
                }
                while self.stack.len() > depth {
                    self.pop();
                }
                return;
            }
            if walls.contains(&kind) {
                return;
            }
        }
    }

    fn finish(mut self) -> Rendered {
        self.end_line();
        self.text.shrink_to_fit();
        Rendered {
            text: self.text,
            lines: self.lines,
            blocks: self.blocks,
        }
    }
}

fn is_block(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Inline | Kind::Link | Kind::Code | Kind::Skipped | Kind::Break | Kind::Void
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &str) -> String {
        render(page).text
    }

    #[test]
    fn blocks_and_breaks_end_lines() {
        assert_eq!(
            text("<div>甲<p>乙<p>丙<br>丁</div>戊"),
            "甲\n乙\n丙\n丁\n戊\n"
        );
        assert_eq!(text("<ul><li>一<li>二</ul>"), "一\n二\n");
        assert_eq!(
            text("<p>发<b>展</b><a href=#>规划</a>。</p>"),
            "发展规划。\n"
        );
    }

    #[test]
    fn white_space_is_one_space_and_pre_keeps_its_lines() {
        assert_eq!(text("<p> a\n  b </p>"), "a b\n");
        assert_eq!(text("<pre>let x = 1;\n  y</pre>"), "let x = 1;\n  y\n");
        assert!(render("<pre>x</pre>").lines[0].is_code);
    }

    #[test]
    fn cells_are_a_tab_apart() {
        assert_eq!(
            text("<table><tr><td>县<td>人数<tr><td>甲<td>12</table>"),
            "县\t人数\n甲\t12\n"
        );
    }

    #[test]
    fn scripts_are_no_text_and_hidden_text_is_marked() {
        let page =
            render("<script>var a = '<p>x</p>';</script><p style='display: none'>藏</p><p>显");
        assert_eq!(page.text, "藏\n显\n");
        assert!(page.lines[0].hidden && !page.lines[1].hidden);
    }

    #[test]
    fn the_reading_of_a_ruby_is_left_out() {
        assert_eq!(
            text("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字</p>"),
            "漢字\n"
        );
    }

    #[test]
    fn broken_markup_costs_no_text() {
        assert_eq!(
            text("<p>甲</b></div></td><td>乙</p><a>丙<a>丁"),
            "甲\t乙\n丙丁\n"
        );
        assert_eq!(text("2 < 3 且 a<b 时"), "2 < 3 且 a\n");
        let deep = "<div>".repeat(100_000) + "底";
        assert_eq!(text(&deep), "底\n");
    }

    #[test]
    fn a_place_to_jump_to_is_no_link() {
        let page = render("<a name=top>全文<p>甲</p></a><p><a href=/>乙</a></p>");
        let links: Vec<f32> = page.lines.iter().map(|line| line.link_ratio).collect();
        assert_eq!(links, [0.0, 0.0, 1.0]);
    }

    #[test]
    fn blocks_know_what_is_around_them_and_their_names() {
        let page = render("<div class='main-text x'><p>甲</p></div>");
        let of = |number: u32| page.blocks[number as usize];
        let inner = of(page.lines[0].block);
        let outer = of(inner.above);
        assert!(inner.names[0] != 0 && inner.names[1] == 0);
        assert!(outer.names[..4].iter().all(|&name| name != 0) && outer.above == 0);
        assert_eq!(inner.above, page.lines[0].container);
    }

    #[test]
    fn paragraphs_of_an_article_share_a_container() {
        let page = render("<div class=article-content><p>甲</p><p>乙</p></div><div>丙</div>");
        assert_eq!(page.lines[0].container, page.lines[1].container);
        assert_ne!(page.lines[0].container, page.lines[2].container);
        assert!(page.lines[0].in_content_element && !page.lines[2].in_content_element);
    }
}
