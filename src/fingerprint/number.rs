//! Numbers as digits: Han numerals, leading zeros.

/// Whether a lone Han numeral before this character counts or dates something.
pub(super) fn is_counted(next: u32) -> bool {
    const COUNTED: &str = "年月日号时届期条章款项名户人家次元届级辆台亩吨";
    char::from_u32(next).is_some_and(|c| COUNTED.contains(c))
}

/// A number without leading zeros; a mask stays as it is.
pub(super) fn trimmed(shown: &str) -> &str {
    let whole = shown.find('.').unwrap_or(shown.len());
    let zeros = shown[..whole].len() - shown[..whole].trim_start_matches('0').len();
    if zeros == 0 {
        shown
    } else if zeros == whole {
        &shown[whole - 1..]
    } else {
        &shown[zeros..]
    }
}

/// Value of Han numerals as decimal digits: 三百二十 is 320, 二〇一二 is 2012. None for more than
/// 18 digits and for signs that make no number (百百).
pub(super) fn from_numerals(signs: &[char]) -> Option<String> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c);
    let plain = |c: char| match c {
        '零' => Some(0),
        '两' => Some(2),
        _ => digit(c),
    };
    if signs.len() > 18 {
        return None;
    }
    if signs.len() > 1 && signs.iter().all(|&c| plain(c).is_some()) {
        let digits: String = signs
            .iter()
            .filter_map(|&c| plain(c))
            .filter_map(|d| char::from_digit(d as u32, 10))
            .collect();
        return Some(trimmed(&digits).to_owned());
    }
    let mut total = 0_u64;
    let mut waiting: Option<u64> = None;
    let mut last_unit = u64::MAX;
    for &sign in signs {
        let unit = match sign {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '廿' | '卅' => {
                total += if sign == '廿' { 20 } else { 30 };
                continue;
            }
            _ => {
                if waiting.is_some_and(|d| d != 0) {
                    return None;
                }
                waiting = plain(sign).map(|d| d as u64);
                continue;
            }
        };
        if unit >= last_unit {
            return None;
        }
        total += waiting.take().filter(|&d| d != 0).unwrap_or(1) * unit;
        last_unit = unit;
    }
    Some((total + waiting.unwrap_or(0)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_have_values() {
        let of = |text: &str| from_numerals(&text.chars().collect::<Vec<_>>());
        assert_eq!(of("三百二十").as_deref(), Some("320"));
        assert_eq!(of("二〇一二").as_deref(), Some("2012"));
        assert_eq!(of("十").as_deref(), Some("10"));
        assert_eq!(of("二十五").as_deref(), Some("25"));
        assert_eq!(of("一千零五").as_deref(), Some("1005"));
        assert_eq!(of("三").as_deref(), Some("3"));
        assert_eq!(of("百百"), None);
    }

    #[test]
    fn leading_zeros_go() {
        assert_eq!(trimmed("05"), "5");
        assert_eq!(trimmed("0.5"), "0.5");
        assert_eq!(trimmed("00"), "0");
        assert_eq!(trimmed("20*"), "20*");
        assert_eq!(trimmed("*"), "*");
        assert_eq!(trimmed(""), "");
    }
}
