//! Does a sentence run on from one line into the next? Asked of the characters on both sides.
//!
//! The table is learnt by `scripts/train-seams` from clean statutes, news and papers; on held-back
//! documents, a sum of 3 bits or more takes 64 % of the sentences that were cut and 0.4 % of the
//! paragraph ends that had lost their stop.

use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("seams.bin");

struct Part {
    keys: &'static [u8],
    scores: &'static [u8],
}

impl Part {
    fn take(bytes: &'static [u8]) -> Option<(Self, &'static [u8])> {
        let (count, rest) = bytes.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (keys, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (scores, rest) = rest.split_at_checked(count)?;
        Some((Self { keys, scores }, rest))
    }

    /// The score of two characters in eighths of a bit.
    fn get(&self, first: char, second: char) -> Option<i32> {
        let (first, second) = (u32::from(first), u32::from(second));
        if first > 0xFFFF || second > 0xFFFF {
            return None;
        }
        let want = first << 16 | second;
        let key = |at: usize| {
            let bytes = &self.keys[4 * at..4 * at + 4];
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        };
        let (mut low, mut high) = (0, self.scores.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if key(middle) < want {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.scores.len() && key(low) == want)
            .then(|| i32::from(i8::from_le_bytes([self.scores[low]])))
    }
}

struct Table {
    pairs: Part,
    ends: Part,
    starts: Part,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let parts = || {
        let (pairs, rest) = Part::take(BYTES)?;
        let (ends, rest) = Part::take(rest)?;
        let (starts, _) = Part::take(rest)?;
        Some(Table {
            pairs,
            ends,
            starts,
        })
    };
    parts().expect("seams.bin holds three parts, as scripts/train-seams writes them")
});

/// Log-likelihood ratio in bits: above 0, the sentence that ends the first text runs on into the
/// second; below, one paragraph ends and another begins. Meant for texts that meet at Han
/// characters; punctuation has rules of its own.
pub(super) fn runs_on(before: &str, after: &str) -> f32 {
    let mut left = before.chars().rev();
    let mut right = after.chars();
    let (Some(last), Some(first)) = (left.next(), right.next()) else {
        return 0.0;
    };
    let table = &*TABLE;
    let pair = table.pairs.get(last, first).unwrap_or(-16);
    let end = left
        .next()
        .and_then(|c| table.ends.get(c, last))
        .unwrap_or(0);
    (pair - end - start_eighths(first, right.next())) as f32 / 8.0
}

/// How much more often the first two characters open a paragraph than stand in mid sentence, in
/// bits.
pub(super) fn opens(after: &str) -> f32 {
    let mut right = after.chars();
    right
        .next()
        .map_or(0.0, |first| start_eighths(first, right.next()) as f32 / 8.0)
}

fn start_eighths(first: char, second: Option<char>) -> i32 {
    second.and_then(|c| TABLE.starts.get(first, c)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cut_in_two_run_on() {
        assert!(runs_on("加强组织领", "导，落实责任") > 3.0);
        assert!(runs_on("提高教育教", "学质量") > 3.0);
    }

    #[test]
    fn a_paragraph_opener_does_not() {
        assert!(runs_on("取得明显成效", "会议指出，要") < 0.0);
    }
}
