//! What HTML says of each line: its links, its elements, and where it stands to the block that
//! holds most of the page's prose.
//!
//! `scripts/train-chrome` gets these numbers from here as well, so that training and use agree.

use super::verdict::{Judgement, Known};
use crate::model::{BlockFact, Draft, LineFact};

/// Numbers of a line by its markup.
pub(super) const HTML_OWN: usize = 26;
/// Place of the score of the names around it: filled in by the model.
pub(super) const NAMED: usize = 19;
/// Those that the lines beside it show.
const SHOWN: [usize; 6] = [0, 11, 14, 16, 18, NAMED];
/// Numbers of the text that are looked at together with these.
const OF_TEXT: [usize; 12] = [0, 9, 20, 25, 26, 28, 29, 30, 32, 33, 34, 43];
/// How well each state fits the line by its text.
pub(super) const STATES: usize = 4;
/// All numbers of a line.
pub(super) const HTML_ALL: usize = HTML_OWN + 2 * SHOWN.len() + STATES + OF_TEXT.len();

/// Buckets of the table of names.
pub(super) const NAME_BUCKETS: usize = 1 << 12;
/// Blocks around a line whose names are looked at.
const NAMED_BLOCKS: usize = 5;
/// Share of the page's prose that the main block holds, in tenths.
const MAIN_TENTHS: usize = 6;
/// Steps between blocks that are told apart.
const MOST_STEPS: usize = 8;

/// What the markup says of a page before any weights come in.
#[derive(Debug, Default)]
pub(super) struct HtmlRows {
    pub(super) own: Vec<[f32; HTML_OWN]>,
    /// Buckets of the names around all lines, one line after the other.
    pub(super) names: Vec<u16>,
    /// Where each line's begin; one more at the end.
    pub(super) starts: Vec<usize>,
}

/// Sums over what stands inside each block.
#[derive(Clone, Copy, Default)]
struct Inside {
    ink_chars: usize,
    link_chars: usize,
    prose_chars: usize,
    lines: usize,
}

impl Inside {
    fn add(&mut self, other: Self) {
        self.ink_chars += other.ink_chars;
        self.link_chars += other.link_chars;
        self.prose_chars += other.prose_chars;
        self.lines += other.lines;
    }

    fn link_ratio(self) -> f32 {
        self.link_chars as f32 / self.ink_chars.max(1) as f32
    }
}

/// The blocks of a page, and how they stand to the main one.
struct Tree<'a> {
    blocks: &'a [BlockFact],
    inside: Vec<Inside>,
    /// For the main block and those around it, steps up from the main one.
    from_main: Vec<Option<usize>>,
}

impl<'a> Tree<'a> {
    fn of(blocks: &'a [BlockFact], own: impl Iterator<Item = (usize, Inside)>) -> Self {
        let mut inside = vec![Inside::default(); blocks.len()];
        for (block, sums) in own {
            if let Some(slot) = inside.get_mut(block) {
                slot.add(sums);
            }
        }
        // A block stands after the one around it.
        for block in (1..blocks.len()).rev() {
            let (above, sums) = (blocks[block].above as usize, inside[block]);
            if above < block {
                inside[above].add(sums);
            }
        }
        let whole = inside[0].prose_chars;
        let holds_most = |block: &usize| inside[*block].prose_chars * 10 >= whole * MAIN_TENTHS;
        // Those that do lie within one another, the innermost last.
        let innermost = (0..blocks.len()).rev().find(holds_most).unwrap_or(0);
        let main = if whole == 0 {
            0
        } else if inside[innermost].lines < 2 {
            blocks[innermost].above as usize
        } else {
            innermost
        };
        let mut from_main = vec![None; blocks.len()];
        let mut around = main.min(blocks.len() - 1);
        for steps in 0.. {
            from_main[around] = Some(steps);
            let above = blocks[around].above as usize;
            if around == 0 || above >= around {
                break;
            }
            around = above;
        }
        from_main[0].get_or_insert(MOST_STEPS);
        Self {
            blocks,
            inside,
            from_main,
        }
    }

    fn above(&self, block: usize) -> usize {
        let above = self.blocks[block].above as usize;
        if above < block { above } else { 0 }
    }

    /// Steps from the main block up to what it shares with `block`, and from there down to it.
    fn way(&self, block: usize) -> (usize, usize) {
        let (mut at, mut down) = (block, 0);
        loop {
            if let Some(up) = self.from_main[at] {
                return (up, down);
            }
            at = self.above(at);
            down += 1;
        }
    }

    fn prose_ratio(&self, block: usize) -> f32 {
        self.inside[block].prose_chars as f32 / self.inside[0].prose_chars.max(1) as f32
    }
}

/// The markup's numbers of every line; none where the page was no HTML.
pub(super) fn rows(page: &Judgement, draft: &Draft) -> Option<HtmlRows> {
    let facts = draft.facts();
    if facts.lines.is_empty() || facts.blocks.is_empty() {
        return None;
    }
    let of_line: Vec<Option<&LineFact>> = page
        .lines
        .iter()
        .map(|line| {
            let span = draft.source_span(line.ink_start, line.ink_end);
            let at = facts
                .lines
                .partition_point(|fact| fact.span.end <= span.start);
            facts
                .lines
                .get(at)
                .filter(|fact| fact.span.start < span.end)
        })
        .collect();
    let last = facts.blocks.len() - 1;
    let block_of = |fact: &LineFact| (fact.block as usize).min(last);
    let sums = of_line.iter().zip(&page.known).filter_map(|(fact, known)| {
        let fact = (*fact)?;
        let is_prose = is_paragraph(known, fact);
        let sums = Inside {
            ink_chars: known.chars,
            link_chars: (known.chars as f32 * fact.link_ratio) as usize,
            prose_chars: if is_prose { known.chars } else { 0 },
            lines: 1,
        };
        Some((block_of(fact), sums))
    });
    let tree = Tree::of(&facts.blocks, sums);
    let is_of_main = |number: usize| {
        let fact = of_line[number]?;
        let is_prose = is_paragraph(&page.known[number], fact);
        (is_prose && tree.way(block_of(fact)).0 == 0).then_some(number)
    };
    let first_prose = (0..of_line.len()).find_map(is_of_main);
    let last_prose = (0..of_line.len()).rev().find_map(is_of_main);
    let mut rows = HtmlRows::default();
    for (number, fact) in of_line.iter().enumerate() {
        rows.starts.push(rows.names.len());
        let mut own = [0.0; HTML_OWN];
        if let Some(fact) = fact {
            own = numbers(fact, &tree, block_of(fact));
            own[20] = yes(first_prose.is_some_and(|first| number < first));
            own[21] = yes(last_prose.is_some_and(|last| number > last));
            name_buckets(&tree, block_of(fact), &mut rows.names);
        }
        rows.own.push(own);
    }
    rows.starts.push(rows.names.len());
    Some(rows)
}

/// Sentences that are no link, or so long that the link only stands around them.
fn is_paragraph(known: &Known, fact: &LineFact) -> bool {
    const LONG_CHARS: usize = 50;
    known.is_prose && (fact.link_ratio < 0.5 || (known.is_bodily && known.chars >= LONG_CHARS))
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

fn numbers(fact: &LineFact, tree: &Tree, block: usize) -> [f32; HTML_OWN] {
    let around = tree.above(block);
    let further = tree.above(around);
    let (up, down) = tree.way(block);
    let inside = tree.inside[around];
    let steps = |count: usize| count.min(MOST_STEPS) as f32 / MOST_STEPS as f32;
    let mut own = [0.0; HTML_OWN];
    own[0] = fact.link_ratio;
    own[1] = yes(fact.link_ratio >= 0.8);
    own[2] = yes(fact.in_chrome_element);
    own[3] = yes(fact.in_content_element);
    own[4] = yes(fact.hidden);
    own[5] = yes(fact.heading == 1);
    own[6] = yes(fact.heading > 1);
    own[7] = yes(fact.in_list);
    own[8] = yes(fact.in_table);
    own[9] = yes(fact.is_code);
    own[10] = yes(fact.is_page_title);
    own[11] = yes(up == 0);
    own[12] = steps(up);
    own[13] = steps(down);
    own[14] = tree.prose_ratio(around);
    own[15] = tree.prose_ratio(further);
    own[16] = inside.link_ratio();
    own[17] = tree.inside[further].link_ratio();
    own[18] = tree.prose_ratio(block);
    own[22] = (1.0 + inside.lines as f32).ln() / 5.0;
    own[23] = (1.0 + inside.ink_chars as f32).ln() / 9.0;
    own[24] = yes(up == 0 && down <= 1);
    own[25] = yes(block == 0);
    own
}

/// The names of the blocks around a line, by how far out they are.
fn name_buckets(tree: &Tree, block: usize, into: &mut Vec<u16>) {
    let mut at = block;
    for distance in 0..NAMED_BLOCKS {
        let salt = (distance as u32).min(3).wrapping_mul(0x85EB_CA6B);
        for &name in tree.blocks[at].names.iter().filter(|&&name| name != 0) {
            let mixed = (u32::from(name) ^ salt).wrapping_mul(0x9E37_79B1);
            into.push(((mixed >> 17) as usize % NAME_BUCKETS) as u16);
        }
        if at == 0 {
            break;
        }
        at = tree.above(at);
    }
}

/// The whole row of a line: its own numbers, those of the lines beside it, how its text fits, and
/// some numbers of its text. `own` has the names' scores filled in.
pub(super) fn whole_row(
    own: &[[f32; HTML_OWN]],
    number: usize,
    fits: &[f32; STATES],
    text: &[f32],
) -> [f32; HTML_ALL] {
    let mut row = [0.0; HTML_ALL];
    row[..HTML_OWN].copy_from_slice(&own[number]);
    let mut at = HTML_OWN;
    for beside in [number.checked_sub(1), number.checked_add(1)] {
        if let Some(other) = beside.and_then(|beside| own.get(beside)) {
            for (place, &shown) in SHOWN.iter().enumerate() {
                row[at + place] = other[shown];
            }
        }
        at += SHOWN.len();
    }
    for (place, fit) in fits.iter().enumerate() {
        row[at + place] = fit.max(-8.0) / 4.0;
    }
    at += STATES;
    for (place, &shown) in OF_TEXT.iter().enumerate() {
        row[at + place] = text[shown];
    }
    row
}

/// Whether the markup tells a line as the site's by itself: a line of links, a hidden one, one
/// outside of the main block.
pub(super) fn is_marked(rows: &HtmlRows, number: usize) -> bool {
    let own = &rows.own[number];
    own[1] > 0.0 || own[4] > 0.0 || is_outside(rows, number)
}

/// Whether a line is the source of markup in a form's field, which scripts unpack.
pub(super) fn is_packed(rows: &HtmlRows, number: usize, ink: &str) -> bool {
    rows.own[number][2] > 0.0 && ink.starts_with('<') && ink.ends_with('>')
}

/// Whether a line stands outside of the block that holds most of the page's prose.
pub(super) fn is_outside(rows: &HtmlRows, number: usize) -> bool {
    rows.own[number][11] == 0.0
}
