//! What stands around a word: up to three symbols on either side, and their keys in the model.

/// Symbols a side.
const WIDTH: usize = 3;

/// The end of a clause, a line or the text.
const END: u32 = '。' as u32;

/// The symbols around a place, nearest first. Digits and Latin letters count as one symbol a
/// run, clause ends as one symbol after which nothing more is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    left: [u32; WIDTH],
    left_count: u8,
    right: [u32; WIDTH],
    right_count: u8,
}

/// The kinds of neighbourhood that the model counts, in the order of the backing off.
pub(crate) const LEFT: [u32; WIDTH] = [1, 2, 3];
pub(crate) const RIGHT: [u32; WIDTH] = [4, 5, 6];
/// The nearest symbol of either side together.
pub(crate) const BOTH: u32 = 7;

impl Context {
    /// What stands between the end of `left` and the beginning of `right`.
    pub(crate) fn between(left: &str, right: &str) -> Self {
        let (left, left_count) = side(left.chars().rev());
        let (right, right_count) = side(right.chars());
        Self {
            left,
            left_count,
            right,
            right_count,
        }
    }

    /// The same with the nearest symbol of either side only.
    pub(crate) fn nearest(left: &str, right: &str) -> Self {
        let end = |c: Option<char>| c.map_or(END, symbol);
        Self {
            left: [end(left.chars().next_back()), END, END],
            left_count: 1,
            right: [end(right.chars().next()), END, END],
            right_count: 1,
        }
    }

    /// The keys of the left side for a word, shortest first.
    pub(crate) fn left_keys(&self, word: u64) -> impl Iterator<Item = u64> {
        keys(word, LEFT, self.left, self.left_count)
    }

    /// The keys of the right side for a word, shortest first.
    pub(crate) fn right_keys(&self, word: u64) -> impl Iterator<Item = u64> {
        keys(word, RIGHT, self.right, self.right_count)
    }

    /// The key of the nearest symbols of both sides for a word.
    pub(crate) fn both_key(&self, word: u64) -> u64 {
        step(step(word ^ u64::from(BOTH), self.left[0]), self.right[0])
    }
}

fn keys(
    word: u64,
    kinds: [u32; WIDTH],
    side: [u32; WIDTH],
    count: u8,
) -> impl Iterator<Item = u64> {
    let mut running = word;
    kinds
        .into_iter()
        .zip(side)
        .take(usize::from(count))
        .map(move |(kind, symbol)| {
            running = step(running, symbol);
            step(running, kind)
        })
}

/// The number of a word in the model, the same in every version and on every machine.
pub(crate) fn word_number(word: &str) -> u64 {
    word.chars()
        .fold(0x51ED_270B_9F5A_C4D7, |hash, c| step(hash, u32::from(c)))
}

fn step(hash: u64, symbol: u32) -> u64 {
    let mixed = (hash ^ u64::from(symbol)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 29
}

fn side(chars: impl Iterator<Item = char>) -> ([u32; WIDTH], u8) {
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
            return (symbols, count as u8);
        }
    }
    // The end of the text is a clause end.
    (symbols, (count + 1) as u8)
}

fn symbol(c: char) -> u32 {
    match c {
        '\u{3400}'..='\u{9FFF}' | '、' => u32::from(c),
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
        let text = "了，共2023年开展（一）项";
        let start = text.find("开展").unwrap();
        let context = Context::between(&text[..start], &text[start + 6..]);
        assert_eq!(context.left, ['年' as u32, '0' as u32, '共' as u32]);
        assert_eq!(context.right, ['(' as u32, '一' as u32, '(' as u32]);
        let alone = Context::between("", "");
        assert_eq!((alone.left_count, alone.left[0]), (1, END));
    }

    #[test]
    fn keys_differ_by_side_and_word() {
        let context = Context::between("教育", "教育");
        let word = word_number("发展");
        let mut keys: Vec<u64> = context
            .left_keys(word)
            .chain(context.right_keys(word))
            .chain([context.both_key(word)])
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 7);
    }
}
