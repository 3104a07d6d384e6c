//! In-order alignment of two canonical forms, anchored on shingles that stand once in each
//! (as patience diff does on lines), the gaps between anchors filled by a bounded table.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Token;

use super::prepared::{Prepared, Shared};

/// A run of equal tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First token in the first document.
    pub a: usize,
    /// First token in the second.
    pub b: usize,
    /// Tokens.
    pub len: usize,
}

/// A place where two documents differ: tokens of the one stand for tokens of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Tokens of the first document.
    pub a: Range<usize>,
    /// Tokens of the second.
    pub b: Range<usize>,
}

impl Hunk {
    /// Tokens of the longer side.
    pub fn longest(&self) -> usize {
        self.a.len().max(self.b.len())
    }

    /// Tokens of the shorter side; 0 for a pure insertion.
    pub fn shortest(&self) -> usize {
        self.a.len().min(self.b.len())
    }
}

/// How two documents run side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// Equal runs, ascending and disjoint in both.
    pub runs: Vec<Run>,
    /// What stands between the runs.
    pub hunks: Vec<Hunk>,
    /// Tokens in equal runs.
    pub matched: usize,
    /// Tokens that are equal in another order: moved blocks.
    pub moved: usize,
}

impl Alignment {
    /// Of two prepared documents.
    pub fn of(a: &Prepared, b: &Prepared) -> Self {
        Self::with(a, b, Shared::of(a, b))
    }

    /// [`Alignment::of`], where it is known already what the two share.
    pub(super) fn with(a: &Prepared, b: &Prepared, shared: Shared) -> Self {
        let (x, y) = (&a.form.tokens[..], &b.form.tokens[..]);
        let prefix = common_prefix(x, y);
        let suffix = x[prefix..]
            .iter()
            .rev()
            .zip(y[prefix..].iter().rev())
            .take_while(|(x, y)| x == y)
            .count();
        let (end_a, end_b) = (x.len() - suffix, y.len() - suffix);
        let mut runs = Runs::default();
        runs.push(0, 0, prefix);
        let (mut at_a, mut at_b) = (prefix, prefix);
        let mut all = Vec::new();
        if at_a < end_a && at_b < end_b {
            all = shared.anchors;
            all.retain(|&(p, q)| {
                (prefix..end_a).contains(&(p as usize)) && (prefix..end_b).contains(&(q as usize))
            });
            for &(p, q) in longest_chain(&all).iter() {
                let (p, q) = (p as usize, q as usize);
                if p < at_a || q < at_b {
                    continue;
                }
                fill(x, y, at_a..p, at_b..q, &mut runs);
                let len = common_prefix(&x[p..end_a], &y[q..end_b]);
                runs.push(p, q, len);
                (at_a, at_b) = (p + len, q + len);
            }
            fill(x, y, at_a..end_a, at_b..end_b, &mut runs);
        }
        runs.push(end_a, end_b, suffix);
        Self::from_runs(runs.0, x.len(), y.len(), &all)
    }

    fn from_runs(runs: Vec<Run>, len_a: usize, len_b: usize, anchors: &[(u32, u32)]) -> Self {
        let mut hunks = Vec::new();
        let (mut at_a, mut at_b, mut matched) = (0, 0, 0);
        let end = Run {
            a: len_a,
            b: len_b,
            len: 0,
        };
        for run in runs.iter().chain([&end]) {
            if run.a > at_a || run.b > at_b {
                hunks.push(Hunk {
                    a: at_a..run.a,
                    b: at_b..run.b,
                });
            }
            (at_a, at_b) = (run.a + run.len, run.b + run.len);
            matched += run.len;
        }
        let moved = moved_tokens(&hunks, anchors, len_a, len_b);
        Self {
            runs,
            hunks,
            matched,
            moved,
        }
    }

    /// Share of the longer document that aligns, moved blocks included, 0 to 1.
    pub fn share(&self, a: &Prepared, b: &Prepared) -> f64 {
        let longer = a.len_tokens().max(b.len_tokens());
        if longer == 0 {
            0.0
        } else {
            ((self.matched + self.moved) as f64 / longer as f64).min(1.0)
        }
    }
}

/// Runs in the making; touching ones become one.
#[derive(Default)]
struct Runs(Vec<Run>);

impl Runs {
    fn push(&mut self, a: usize, b: usize, len: usize) {
        if len == 0 {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.a + last.len == a && last.b + last.len == b => last.len += len,
            _ => self.0.push(Run { a, b, len }),
        }
    }
}

/// How many tokens two texts begin with in common.
fn common_prefix(x: &[Token], y: &[Token]) -> usize {
    const BLOCK_TOKENS: usize = 8;
    let blocks = x
        .chunks_exact(BLOCK_TOKENS)
        .zip(y.chunks_exact(BLOCK_TOKENS))
        .take_while(|(x, y)| x == y)
        .count();
    let from = blocks * BLOCK_TOKENS;
    let rest = x[from..].iter().zip(&y[from..]);
    from + rest.take_while(|(x, y)| x == y).count()
}

/// The longest chain of anchors that ascend in both documents.
fn longest_chain(anchors: &[(u32, u32)]) -> Cow<'_, [(u32, u32)]> {
    if anchors.is_sorted_by(|before, after| before.1 < after.1) {
        return Cow::Borrowed(anchors);
    }
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = vec![usize::MAX; anchors.len()];
    for (at, &(_, q)) in anchors.iter().enumerate() {
        let length = match tails.last() {
            Some(&tail) if anchors[tail].1 < q => tails.len(),
            _ => tails.partition_point(|&tail| anchors[tail].1 < q),
        };
        if length > 0 {
            before[at] = tails[length - 1];
        }
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut chain = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied();
    while let Some(here) = at {
        chain.push(anchors[here]);
        at = before
            .get(here)
            .copied()
            .filter(|&prior| prior != usize::MAX);
    }
    chain.reverse();
    Cow::Owned(chain)
}

/// Cells of the table that fills one gap.
const TABLE_CELLS: usize = 1 << 14;

/// Fills a gap between anchors: equal ends first, then the longest common subsequence where the
/// gap is small enough.
fn fill(x: &[Token], y: &[Token], in_a: Range<usize>, in_b: Range<usize>, runs: &mut Runs) {
    let (mut start_a, mut start_b) = (in_a.start, in_b.start);
    let (mut end_a, mut end_b) = (in_a.end, in_b.end);
    while start_a < end_a && start_b < end_b && x[start_a] == y[start_b] {
        runs.push(start_a, start_b, 1);
        start_a += 1;
        start_b += 1;
    }
    let mut tail = 0;
    while start_a < end_a && start_b < end_b && x[end_a - 1] == y[end_b - 1] {
        end_a -= 1;
        end_b -= 1;
        tail += 1;
    }
    let (width, height) = (end_a - start_a, end_b - start_b);
    if width > 0 && height > 0 && (width + 1) * (height + 1) <= TABLE_CELLS {
        subsequence(&x[start_a..end_a], &y[start_b..end_b], |p, q| {
            runs.push(start_a + p, start_b + q, 1);
        });
    }
    runs.push(end_a, end_b, tail);
}

/// Longest common subsequence, preferring to keep matches together.
fn subsequence(x: &[Token], y: &[Token], mut found: impl FnMut(usize, usize)) {
    let stride = y.len() + 1;
    // Cell: twice the length of the subsequence from here on, plus one for each match that
    // continues a run: 根底 against 基础 must not be torn apart for a stray equal character.
    let mut table = vec![0_u16; (x.len() + 1) * stride];
    for p in (0..x.len()).rev() {
        for q in (0..y.len()).rev() {
            let skip = table[(p + 1) * stride + q].max(table[p * stride + q + 1]);
            let best = if x[p] == y[q] {
                let follows = p + 1 < x.len() && q + 1 < y.len() && x[p + 1] == y[q + 1];
                skip.max(table[(p + 1) * stride + q + 1] + 2 + u16::from(follows))
            } else {
                skip
            };
            table[p * stride + q] = best;
        }
    }
    let (mut p, mut q) = (0, 0);
    while p < x.len() && q < y.len() {
        let here = table[p * stride + q];
        if here == table[(p + 1) * stride + q] {
            p += 1;
        } else if here == table[p * stride + q + 1] {
            q += 1;
        } else {
            found(p, q);
            p += 1;
            q += 1;
        }
    }
}

/// Anchors in a row that make a moved block.
const MOVED_ANCHORS: usize = 8;
/// Tokens that the last anchor of a row covers beyond its first.
const ANCHOR_TAIL: usize = 4;

/// Tokens of blocks that stand unmatched in both documents, at different places.
fn moved_tokens(hunks: &[Hunk], anchors: &[(u32, u32)], len_a: usize, len_b: usize) -> usize {
    if !(hunks.iter().any(|hunk| hunk.a.len() > MOVED_ANCHORS)
        && hunks.iter().any(|hunk| hunk.b.len() > MOVED_ANCHORS))
    {
        return 0;
    }
    let mut free_a = vec![false; len_a];
    let mut free_b = vec![false; len_b];
    for hunk in hunks {
        if hunk.a.len() > MOVED_ANCHORS {
            free_a[hunk.a.clone()].fill(true);
        }
        if hunk.b.len() > MOVED_ANCHORS {
            free_b[hunk.b.clone()].fill(true);
        }
    }
    let mut moved = 0;
    let mut at = 0;
    while at < anchors.len() {
        let (p, q) = anchors[at];
        let row = anchors[at..]
            .iter()
            .zip(0..)
            .take_while(|&(&(x, y), nth)| x == p + nth && y == q + nth)
            .count();
        if row >= MOVED_ANCHORS {
            for nth in 0..row + ANCHOR_TAIL {
                let (x, y) = (p as usize + nth, q as usize + nth);
                if x < len_a && y < len_b && free_a[x] && free_b[y] {
                    free_a[x] = false;
                    free_b[y] = false;
                    moved += 1;
                }
            }
        }
        at += row.max(1);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Canonical;

    fn prepared(text: &str) -> Prepared {
        let tokens: Vec<Token> = text.chars().map(u32::from).collect();
        let hashes: Vec<u64> = tokens
            .windows(5)
            .map(|w| {
                w.iter()
                    .fold(7_u64, |h, &t| h.wrapping_mul(1_000_003) ^ u64::from(t))
            })
            .collect();
        let form = Canonical {
            tokens,
            ..Canonical::default()
        };
        Prepared::new(form, hashes)
    }

    fn hunks(a: &str, b: &str) -> Vec<(String, String)> {
        let (p, q) = (prepared(a), prepared(b));
        Alignment::of(&p, &q)
            .hunks
            .iter()
            .map(|h| {
                (
                    p.form.text_of(h.a.start, h.a.end),
                    q.form.text_of(h.b.start, h.b.end),
                )
            })
            .collect()
    }

    #[test]
    fn differences_are_found_where_they_are() {
        assert_eq!(
            hunks(
                "清河县认真贯彻落实全省教育工作会议精神",
                "清江县认真贯彻落实全市教育工作会议精神"
            ),
            [("河".into(), "江".into()), ("省".into(), "市".into())]
        );
        assert_eq!(hunks("同一段文字没有差别", "同一段文字没有差别"), []);
        assert_eq!(hunks("", "新"), [(String::new(), "新".into())]);
    }

    #[test]
    fn moved_blocks_count() {
        let first = "春季造林绿化工作已经全面结束各乡镇均完成了既定任务";
        let second = "秋粮收购价格稳中有升农民种粮积极性得到进一步提高了";
        let (a, b) = (
            prepared(&format!("{first}{second}")),
            prepared(&format!("{second}{first}")),
        );
        let alignment = Alignment::of(&a, &b);
        assert!(alignment.share(&a, &b) > 0.95, "{alignment:?}");
    }
}
