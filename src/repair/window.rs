//! What the network sees of a place: the symbols on either side, as numbers.

/// Symbols a side.
pub(crate) const REACH: usize = 10;

/// What stands beyond the beginning and the end of a text.
pub(crate) const OUTSIDE: u16 = 1;

/// The symbols around a place, those of the left first, each side as it is read.
pub(crate) type Window = [u16; 2 * REACH];

/// The symbols between the end of `left` and the beginning of `right`.
pub(crate) fn window(left: &str, right: &str) -> Window {
    let mut window = [OUTSIDE; 2 * REACH];
    let (before, after) = window.split_at_mut(REACH);
    for (slot, c) in before.iter_mut().rev().zip(left.chars().rev()) {
        *slot = symbol(c);
    }
    for (slot, c) in after.iter_mut().zip(right.chars()) {
        *slot = symbol(c);
    }
    window
}

/// The number of a symbol: hanzi stand for themselves, the others for their kind.
fn symbol(c: char) -> u16 {
    let stands_for = match c {
        '\u{3400}'..='\u{9FFF}' | '、' => c,
        '0'..='9' | '０'..='９' | '○' => '0',
        'a'..='z' | 'A'..='Z' => 'a',
        '“' | '”' | '"' | '‘' | '’' | '《' | '》' | '(' | ')' | '（' | '）' | '〔' | '〕'
        | '【' | '】' | '〞' | '〝' => '(',
        ',' | '，' => '，',
        ';' | '；' => '；',
        ':' | '：' => '：',
        '\n' => '\n',
        _ => '。',
    };
    u32::from(stands_for) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_both_sides_as_they_are_read() {
        let seen = window("甲乙，", "丙2（");
        let outside = usize::from(seen[0] == OUTSIDE);
        assert_eq!(outside, 1);
        let of = |text: &str| text.chars().map(|c| c as u16).collect::<Vec<_>>();
        assert_eq!(seen[REACH - 3..REACH + 3], of("甲乙，丙0("));
        assert_eq!(seen[REACH + 3..], [OUTSIDE; REACH - 3]);
        // Characters beyond the basic plane are no hanzi that the network knows.
        assert_eq!(symbol('𠀀'), '。' as u16);
    }
}
