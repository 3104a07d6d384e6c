//! What stands around a word, as features: numbers that mean the same to every word.

/// Symbols a side that are looked at.
const WIDTH: usize = 10;
/// Symbols a side whose exact order counts.
const NEAR: usize = 4;
/// Most features of a place.
pub(crate) const MOST_FEATURES: usize = 28;

/// What the features of either side begin with.
const BEFORE: u32 = 0x1111_1111;
const AFTER: u32 = 0x2222_2222;

/// The end of a clause, a line or the text.
const END: u32 = '。' as u32;

/// What stands around a place, as feature numbers. Digits and Latin letters count as one symbol
/// a run, clause ends as one symbol after which nothing more is seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    features: [u32; MOST_FEATURES],
    count: u8,
    near: u8,
    /// Where the features of the left end, those of the right, and those of the left further off.
    ends: [u8; 3],
}

impl Context {
    /// What stands between the end of `left` and the beginning of `right`.
    pub(crate) fn between(left: &str, right: &str) -> Self {
        let (l, l_count) = side(left.chars().rev());
        let (r, r_count) = side(right.chars());
        let mut context = Self {
            features: [0; MOST_FEATURES],
            count: 0,
            near: 0,
            ends: [0; 3],
        };
        let mut before = BEFORE;
        for (nth, &symbol) in l[..l_count.min(NEAR)].iter().enumerate() {
            before = step(before, symbol);
            context.push(step(before, nth as u32));
        }
        context.ends[0] = context.count;
        let mut after = AFTER;
        for (nth, &symbol) in r[..r_count.min(NEAR)].iter().enumerate() {
            after = step(after, symbol);
            context.push(step(after, nth as u32));
        }
        context.ends[1] = context.count;
        for (a, b) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            if a <= l_count && b <= r_count {
                let mut both = 0x3333_3333;
                for &symbol in l[..a].iter().chain(&r[..b]) {
                    both = step(both, symbol);
                }
                context.push(step(both, (a * 8 + b) as u32));
            }
        }
        context.near = context.count;
        // Words further off in the clause, wherever they stand.
        for (side, symbols) in [(0x4444_4444, &l[..l_count]), (0x5555_5555, &r[..r_count])] {
            for pair in symbols.windows(2).skip(1) {
                let (first, second) = if side == 0x4444_4444 {
                    (pair[1], pair[0])
                } else {
                    (pair[0], pair[1])
                };
                if first != END && second != END {
                    context.push(step(step(side, first), second));
                }
            }
            if side == 0x4444_4444 {
                context.ends[2] = context.count;
            }
        }
        context
    }

    /// The feature of exactly these characters beside a place, the nearest first, on its right or
    /// its left; those beyond the fourth do not count.
    pub(crate) fn beside(chars: impl Iterator<Item = char>, is_right: bool) -> u32 {
        let mut near = if is_right { AFTER } else { BEFORE };
        let mut feature = near;
        for (nth, c) in chars.take(NEAR).enumerate() {
            near = step(near, symbol(c));
            feature = step(near, nth as u32);
        }
        feature
    }

    fn push(&mut self, feature: u32) {
        if let Some(slot) = self.features.get_mut(usize::from(self.count)) {
            *slot = feature;
            self.count += 1;
        }
    }

    /// All features, the near ones first.
    pub(crate) fn features(&self) -> &[u32] {
        &self.features[..usize::from(self.count)]
    }

    /// The features of the left, near and further off, of the right, and of both together.
    pub(crate) fn sides(&self) -> [[&[u32]; 2]; 3] {
        let [left, right, far_left] = self.ends.map(usize::from);
        let features = self.features();
        let near = self.near();
        [
            [&features[..left], &features[near..far_left]],
            [&features[left..right], &features[far_left..]],
            [&features[right..near], &[]],
        ]
    }

    /// How many of the features tell the symbols that touch the place.
    pub(crate) fn near(&self) -> usize {
        usize::from(self.near)
    }
}

/// The number of a word in the model, the same in every version and on every machine.
pub(crate) fn word_number(word: &str) -> u64 {
    word.chars().fold(0x51ED_270B_9F5A_C4D7, |hash, c| {
        let mixed = (hash ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 29
    })
}

/// The key of a word's weight for a feature.
pub(crate) fn weight_key(word: u64, feature: u32) -> u64 {
    let mixed = (word ^ u64::from(feature).wrapping_mul(0xD6E8_FEB8_6659_FD93))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 32
}

fn step(hash: u32, symbol: u32) -> u32 {
    let mixed = (hash.rotate_left(7) ^ symbol).wrapping_mul(0x9E37_79B1);
    mixed ^ mixed >> 15
}

fn side(chars: impl Iterator<Item = char>) -> ([u32; WIDTH], usize) {
    let mut symbols = [END; WIDTH];
    let mut count = 0;
    for c in chars {
        let symbol = symbol(c);
        let is_run = symbol == u32::from('0') || symbol == u32::from('a');
        if is_run && count > 0 && symbols[count - 1] == symbol {
            continue;
        }
        symbols[count] = symbol;
        count += 1;
        if count == WIDTH || symbol == END {
            return (symbols, count);
        }
    }
    // The end of the text is a clause end.
    (symbols, count + 1)
}

fn symbol(c: char) -> u32 {
    // Nearly all are.
    if ('\u{3400}'..='\u{9FFF}').contains(&c) {
        u32::from(c)
    } else {
        other_symbol(c)
    }
}

fn other_symbol(c: char) -> u32 {
    match c {
        '、' => u32::from(c),
        '0'..='9' | '０'..='９' | '○' => u32::from('0'),
        'a'..='z' | 'A'..='Z' => u32::from('a'),
        '“' | '”' | '"' | '‘' | '’' | '《' | '》' | '(' | ')' | '（' | '）' | '〔' | '〕'
        | '【' | '】' | '〞' | '〝' => u32::from('('),
        _ => END,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clause_ends_close_the_view_and_runs_are_one() {
        let (left, count) = side("了，共2023年".chars().rev());
        assert_eq!(left[..count], ['年' as u32, '0' as u32, '共' as u32, END]);
        let (right, count) = side("（一）项目".chars());
        let bracket = '(' as u32;
        assert_eq!(right[..4], [bracket, '一' as u32, bracket, '项' as u32]);
        assert_eq!(count, 6);
        assert_eq!(side("".chars()).1, 1);
    }

    #[test]
    fn features_differ_by_side() {
        let context = Context::between("教育事业", "教育事业");
        let mut features = context.features().to_vec();
        features.sort_unstable();
        features.dedup();
        assert_eq!(features.len(), context.features().len());
        assert!(context.near() < features.len());
        let other = Context::between("教育事业", "教育工作");
        assert_ne!(context.features(), other.features());
        assert_eq!(context.features()[0], other.features()[0]);
        let beside = |word: &str, is_right| Context::beside(word.chars(), is_right);
        assert_eq!(beside("业事", false), context.features()[1]);
        assert_eq!(beside("教育", true), context.features()[5]);
    }
}
