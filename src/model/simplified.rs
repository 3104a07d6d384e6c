//! Traditional characters and regional variants to one simplified character each.

use std::sync::OnceLock;

/// One pair a line, made by `scripts/tables/simplified`.
static PAIRS: &str = include_str!("simplified.txt");

/// First and last code point + 1 of the dense part of the table: the Han block of the BMP.
const DENSE: std::ops::Range<u32> = 0x3400..0xA000;

struct Table {
    /// By code point from `DENSE.start`; 0 where the character stays.
    dense: Vec<u32>,
    /// The others, ascending.
    rare: Vec<(u32, u32)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut dense = vec![0; DENSE.len()];
        let mut rare = Vec::new();
        for line in PAIRS.lines() {
            let mut chars = line.chars();
            if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
                let (from, to) = (u32::from(from), u32::from(to));
                if DENSE.contains(&from) {
                    dense[(from - DENSE.start) as usize] = to;
                } else {
                    rare.push((from, to));
                }
            }
        }
        rare.sort_unstable();
        Table { dense, rare }
    })
}

/// The simplified form of one character, or the character itself.
///
/// Single characters only: 乾 is always 干 and 著 always 着, which is right for comparing texts
/// and wrong for rewriting them.
///
/// ```
/// use qingwen::model::to_simplified;
/// assert_eq!("學習貫徹學习".chars().map(to_simplified).collect::<String>(), "学习贯彻学习");
/// ```
pub fn to_simplified(c: char) -> char {
    let code = u32::from(c);
    if code < DENSE.start {
        return c;
    }
    let table = table();
    let found = if DENSE.contains(&code) {
        table.dense[(code - DENSE.start) as usize]
    } else {
        table
            .rare
            .binary_search_by_key(&code, |&(from, _)| from)
            .map_or(0, |at| table.rare[at].1)
    };
    char::from_u32(found).filter(|&c| c != '\0').unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_closed_and_clean() {
        let mut last = String::new();
        for line in PAIRS.lines() {
            let chars: Vec<char> = line.chars().collect();
            assert_eq!(chars.len(), 2, "{line}");
            assert!(line > last.as_str(), "{line} is out of order or twice");
            assert_eq!(
                to_simplified(chars[1]),
                chars[1],
                "{line}: the right side is turned again"
            );
            last = line.to_owned();
        }
    }

    #[test]
    fn what_is_simplified_stays() {
        for c in "的一是在不了有和人这中大为上个国我以要他，。a1あア한".chars()
        {
            assert_eq!(to_simplified(c), c);
        }
    }
}
