//! One line in work: its characters, each with the way back to the text it came from.

use crate::model::{Edits, RuleId};

use super::scan;

/// One character of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// First byte of the line behind it.
    start: u32,
    /// First byte after. Equal to `start` for a character that was added.
    end: u32,
    pub(super) ch: char,
    /// Which rule wrote it, by its place in the list plus one; 0 for none.
    rule: u8,
    /// Addresses, code and file names: prose rules leave it.
    pub(super) guarded: bool,
}

/// A replacement of cells that is not one to one.
#[derive(Clone, Copy, Debug)]
struct Splice {
    from: usize,
    to: usize,
    text_start: usize,
    text_end: usize,
    rule: u8,
}

/// The longest line that is looked at: beyond it, text has no lines.
const LONGEST_BYTES: usize = 1 << 30;

/// A line of the text without its line end. Normalisers read [`Line::cells`], ask for changes and
/// see them after [`Line::commit`]: each works on what the one before it has made.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// First byte of the line in the text.
    pub(super) start: usize,
    pub(super) cells: Vec<Cell>,
    /// Bits of [`scan`] of all characters that stand, or have stood, in the line.
    pub(super) triggers: u32,
    splices: Vec<Splice>,
    inserted: String,
    removed: Vec<(u32, u32, u8)>,
    /// Places to point at: bytes of the line, and the rule.
    reports: Vec<(u32, u32, u8)>,
    spare: Vec<Cell>,
    current: u8,
    touched: bool,
}

impl Line {
    /// Takes a line in; `start` is its first byte in the text.
    pub(super) fn load(&mut self, line: &str, start: usize) {
        self.start = start;
        self.cells.clear();
        self.removed.clear();
        self.reports.clear();
        self.triggers = 0;
        self.touched = false;
        if line.len() > LONGEST_BYTES {
            return;
        }
        self.cells.reserve(line.len() / 2);
        let mut at = 0;
        for ch in line.chars() {
            self.triggers |= scan::bits(ch);
            let start = at;
            at += ch.len_utf8() as u32;
            self.cells.push(Cell {
                start,
                end: at,
                ch,
                rule: 0,
                guarded: false,
            });
        }
    }

    /// The rule, by its place in the list, that the next changes belong to.
    pub(super) fn begin(&mut self, rule: usize) {
        self.current = u8::try_from(rule + 1).unwrap_or(u8::MAX);
    }

    pub(super) fn count(&self) -> usize {
        self.cells.len()
    }

    /// The character at a place, or `\n` outside the line: no rule takes that for anything.
    pub(super) fn at(&self, i: usize) -> char {
        self.cells.get(i).map_or('\n', |cell| cell.ch)
    }

    /// The character before a place, or `\n` at the line's start.
    pub(super) fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or('\n', |i| self.at(i))
    }

    /// The first place from `from` on whose character is one of those asked for.
    pub(super) fn next(&self, from: usize, is_wanted: impl Fn(char) -> bool) -> Option<usize> {
        let mut cells = self.cells.get(from..)?.iter();
        cells
            .position(|cell| is_wanted(cell.ch))
            .map(|at| from + at)
    }

    /// Writes another character. Seen at once.
    pub(super) fn set(&mut self, i: usize, ch: char) {
        let Some(cell) = self.cells.get_mut(i) else {
            return;
        };
        if cell.ch != ch {
            cell.ch = ch;
            cell.rule = self.current;
            self.triggers |= scan::bits(ch);
            self.touched = true;
        }
    }

    /// Puts `text` in the place of cells `from..to`. Seen after the commit.
    pub(super) fn replace(&mut self, from: usize, to: usize, text: &str) {
        let text_start = self.inserted.len();
        self.inserted.push_str(text);
        self.splices.push(Splice {
            from,
            to,
            text_start,
            text_end: self.inserted.len(),
            rule: self.current,
        });
    }

    /// Takes cells `from..to` out. Seen after the commit.
    pub(super) fn remove(&mut self, from: usize, to: usize) {
        self.replace(from, to, "");
    }

    /// Points at a character that stays, as one that could go.
    pub(super) fn report(&mut self, i: usize) {
        if let Some(cell) = self.cells.get(i) {
            let report = (cell.start, cell.end, self.current);
            if !self.reports.contains(&report) {
                self.reports.push(report);
            }
        }
    }

    /// What was pointed at: bytes of the text, and the rule by its place in the list.
    pub(super) fn reports(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.reports.iter().map(|&(start, end, rule)| {
            let (start, end) = (self.start + start as usize, self.start + end as usize);
            (start, end, usize::from(rule) - 1)
        })
    }

    /// Whether anything has changed since the last time of asking.
    pub(super) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched)
    }

    /// Makes the changes asked for.
    pub(super) fn commit(&mut self) {
        if self.splices.is_empty() {
            return;
        }
        self.touched = true;
        self.splices.sort_by_key(|splice| (splice.from, splice.to));
        self.spare.clear();
        let mut copied = 0;
        for splice in self.splices.drain(..) {
            if splice.from < copied || splice.to > self.cells.len() || splice.from >= splice.to {
                continue;
            }
            self.spare
                .extend_from_slice(&self.cells[copied..splice.from]);
            copied = splice.to;
            let mut start = self.cells[splice.from].start;
            let end = self.cells[splice.to - 1].end;
            let text = &self.inserted[splice.text_start..splice.text_end];
            if text.is_empty() {
                self.removed.push((start, end, splice.rule));
            }
            for ch in text.chars() {
                self.triggers |= scan::bits(ch);
                self.spare.push(Cell {
                    start,
                    end,
                    ch,
                    rule: splice.rule,
                    guarded: false,
                });
                start = end;
            }
        }
        self.spare.extend_from_slice(&self.cells[copied..]);
        std::mem::swap(&mut self.cells, &mut self.spare);
        self.inserted.clear();
    }

    /// Writes what has become of the line into `edits`.
    pub(super) fn emit(&mut self, edits: &mut Edits, rules: &[RuleId]) {
        self.removed.sort_unstable();
        let mut removed = self.removed.iter().peekable();
        let base = self.start;
        let mut open: Option<(u32, u32, u8)> = None;
        let mut text = String::new();
        let mut flush = |open: &mut Option<(u32, u32, u8)>, text: &mut String| {
            if let Some((start, end, rule)) = open.take() {
                let id = rules[usize::from(rule) - 1];
                edits.replace(base + start as usize, base + end as usize, text, id);
                text.clear();
            }
        };
        let mut cells = self.cells.iter().filter(|cell| cell.rule != 0).peekable();
        loop {
            let from_cell = match (cells.peek(), removed.peek()) {
                (Some(cell), Some(gap)) => (cell.start, cell.end) < (gap.0, gap.1),
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            let (start, end, rule, ch) = if from_cell {
                let cell = cells.next().expect("peeked");
                (cell.start, cell.end, cell.rule, Some(cell.ch))
            } else {
                let gap = removed.next().expect("peeked");
                (gap.0, gap.1, gap.2, None)
            };
            // What has no width of its own goes with its neighbour; removals side by side are one.
            let joins = open.is_some_and(|(from, to, of)| {
                to == start
                    && (start == end
                        || from == to
                        || (of == rule && ch.is_none() && text.is_empty()))
            });
            if joins {
                if let Some(open) = &mut open {
                    open.1 = end;
                }
            } else {
                flush(&mut open, &mut text);
                open = Some((start, end, rule));
            }
            text.extend(ch);
        }
        flush(&mut open, &mut text);
    }

    /// The characters of `from..to`.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.cells[from..to].iter().map(|cell| cell.ch).collect()
    }

    /// Whether the characters from a place on are those of `text` (ASCII).
    pub(super) fn starts_with(&self, i: usize, text: &str) -> bool {
        text.bytes()
            .enumerate()
            .all(|(k, byte)| self.at(i + k) == char::from(byte))
    }

    /// First and last places that hold no space, or none in a blank line.
    pub(super) fn inked(&self) -> Option<(usize, usize)> {
        let ink = |cell: &Cell| !cell.ch.is_whitespace();
        let first = self.cells.iter().position(ink)?;
        let last = self.cells.iter().rposition(ink)?;
        Some((first, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Draft;

    const RULES: [RuleId; 2] = [RuleId::new("normalise/a"), RuleId::new("normalise/b")];

    fn worked(text: &str, work: impl Fn(&mut Line)) -> String {
        let mut line = Line::default();
        line.load(text, 0);
        line.begin(0);
        work(&mut line);
        line.commit();
        let mut edits = Edits::default();
        line.emit(&mut edits, &RULES);
        let mut draft = Draft::from_text(text);
        draft.apply(edits);
        assert_eq!(draft.text(), line.text(0, line.count()));
        draft.text().to_owned()
    }

    #[test]
    fn growing_shrinking_and_removing_replay() {
        assert_eq!(
            worked("⒎月⒛", |l| {
                l.replace(0, 1, "7");
                l.replace(2, 3, "20.");
            }),
            "7月20."
        );
        let twice = worked("甲⒛乙", |l| {
            l.replace(1, 2, "20.");
            l.commit();
            l.begin(1);
            l.remove(0, 2);
            l.set(4, '丙');
        });
        assert_eq!(twice, "0.丙");
    }

    #[test]
    fn what_was_added_can_be_taken_back() {
        let back = worked("甲⒛乙", |l| {
            l.replace(1, 2, "20.");
            l.commit();
            l.begin(1);
            l.remove(1, 4);
        });
        assert_eq!(back, "甲乙");
    }
}
