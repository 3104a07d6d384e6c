//! How a line begins: the marks of headings, list items, chapters and speakers.

/// The kinds of marks at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// None: running text.
    None,
    /// 一、
    Han,
    /// （一）
    HanParen,
    /// 1. 1、 1．
    Digit,
    /// （1） 1）
    DigitParen,
    /// ① ⒈
    Circled,
    /// 第一章, 第二节, 第3条, 第一编, 第一部分
    Chapter,
    /// 第二篇, 篇一, 范文三: parts of a compilation.
    Part,
    /// 一是 第一， 首先，: enumerations that stand in running text as well.
    Ordinal,
    /// - * ● and the signs of Markdown.
    Bullet,
}

/// The opening of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) mark: Mark,
    /// The number it bears; 0 for none.
    pub(super) number: u32,
    /// Bytes of the mark itself.
    pub(super) len_bytes: usize,
}

impl Opening {
    const NONE: Self = Self {
        mark: Mark::None,
        number: 0,
        len_bytes: 0,
    };

    /// Whether it begins a heading, list item or chapter, and never the middle of a sentence.
    pub(super) fn is_start(&self) -> bool {
        !matches!(self.mark, Mark::None | Mark::Ordinal)
    }
}

/// Reads a number of Chinese numerals up to 999; returns it and its bytes.
pub(super) fn han_number(text: &str) -> Option<(u32, usize)> {
    let (mut total, mut digit, mut len) = (0, 0, 0);
    for c in text.chars().take(6) {
        match c {
            '零' | '〇' => digit = 0,
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
                digit = "一二三四五六七八九".chars().position(|d| d == c)? as u32 + 1;
            }
            '十' => {
                total += if digit == 0 { 10 } else { digit * 10 };
                digit = 0;
            }
            '百' => {
                total += if digit == 0 { 100 } else { digit * 100 };
                digit = 0;
            }
            _ => break,
        }
        len += c.len_utf8();
    }
    (len > 0).then_some((total + digit, len))
}

/// Reads a number of at most five digits, half or full width; returns it and its bytes.
pub(super) fn digit_number(text: &str) -> Option<(u32, usize)> {
    let (mut number, mut len, mut count) = (0, 0, 0);
    for c in text.chars() {
        let digit = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            '０'..='９' => u32::from(c) - u32::from('０'),
            _ => break,
        };
        count += 1;
        if count > 5 {
            return None;
        }
        number = number * 10 + digit;
        len += c.len_utf8();
    }
    (count > 0).then_some((number, len))
}

fn number(text: &str) -> Option<(u32, usize)> {
    digit_number(text).or_else(|| han_number(text))
}

/// The opening of a text that begins with ink.
pub(super) fn opening(text: &str) -> Opening {
    let Some(first) = text.chars().next() else {
        return Opening::NONE;
    };
    let found = match first {
        '0'..='9' | '０'..='９' => digits(text),
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' => {
            numerals(text)
        }
        '（' | '(' | '〔' | '［' | '[' | '【' => bracket(text, first),
        '①'..='⒛' | '❶'..='➓' | '㈠'..='㈩' => Some(Opening {
            mark: Mark::Circled,
            number: 0,
            len_bytes: first.len_utf8(),
        }),
        '第' => chapter(text),
        '篇' => part(text, "篇"),
        '范' => part(text, "范文"),
        '首' | '其' | '再' | '最' => ["首先，", "其次，", "再次，", "最后，", "首先,", "其次,"]
            .iter()
            .find(|word| text.starts_with(**word))
            .map(|word| Opening {
                mark: Mark::Ordinal,
                number: 0,
                len_bytes: word.len(),
            }),
        '-' | '*' | '+' | '#' | '>' | '|' | '●' | '•' | '■' | '◆' | '※' | '★' | '☆' | '▲' | '○'
        | '◎' | '□' | '▪' | '√' | '✓' | '→' | '`' | '◇' | '►' | '▶' | '✦' | '│' | '├' | '└' => {
            Some(Opening {
                mark: Mark::Bullet,
                number: 0,
                len_bytes: first.len_utf8(),
            })
        }
        _ => None,
    };
    found.unwrap_or(Opening::NONE)
}

fn digits(text: &str) -> Option<Opening> {
    let (number, len) = digit_number(text)?;
    let rest = &text[len..];
    let sign = rest.chars().next()?;
    let after = rest[sign.len_utf8()..].chars().next();
    let mark = match sign {
        '、' => Mark::Digit,
        '.' | '．' if number <= 300 => {
            if after.is_some_and(|c| c.is_ascii_digit()) {
                // 3.14 is a number; 1.2.3 and "1.2 目标" number a heading.
                let tail = rest[sign.len_utf8()..].trim_start_matches(|c: char| c.is_ascii_digit());
                // 7.2024北京文化论坛: an item that begins with a year.
                let digits = &rest[sign.len_utf8()..rest.len() - tail.len()];
                let year =
                    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
                if !(year || tail.starts_with('.') || tail.starts_with([' ', '\u{3000}'])) {
                    return None;
                }
            }
            Mark::Digit
        }
        '）' | ')' => Mark::DigitParen,
        ' ' | '\u{3000}' if number <= 50 && after.is_some_and(|c| !c.is_ascii()) => Mark::Digit,
        _ => return None,
    };
    Some(Opening {
        mark,
        number,
        len_bytes: len + sign.len_utf8(),
    })
}

fn numerals(text: &str) -> Option<Opening> {
    let (number, len) = han_number(text)?;
    let sign = text[len..].chars().next()?;
    let mark = match sign {
        '、' | '．' | '.' => Mark::Han,
        '是' | '要' if number <= 20 => Mark::Ordinal,
        '）' | ')' => Mark::HanParen,
        _ => return None,
    };
    Some(Opening {
        mark,
        number,
        len_bytes: len + sign.len_utf8(),
    })
}

fn bracket(text: &str, open: char) -> Option<Opening> {
    let rest = &text[open.len_utf8()..];
    if open == '【' {
        for word in ["篇", "范文", "第"] {
            if rest.starts_with(word) {
                let inner = if word == "第" {
                    chapter(rest)
                } else {
                    part(rest, word)
                }?;
                return Some(Opening {
                    len_bytes: inner.len_bytes + open.len_utf8(),
                    ..inner
                });
            }
        }
        return None;
    }
    let (value, len) = number(rest)?;
    let close = rest[len..].chars().next()?;
    if !matches!(close, '）' | ')' | '〕' | '］' | ']') {
        return None;
    }
    let is_digit = digit_number(rest).is_some();
    // [1] and （2020） are notes and years.
    if is_digit && (value > 99 || !matches!(open, '（' | '(')) {
        return None;
    }
    Some(Opening {
        mark: if is_digit {
            Mark::DigitParen
        } else {
            Mark::HanParen
        },
        number: value,
        len_bytes: open.len_utf8() + len + close.len_utf8(),
    })
}

fn chapter(text: &str) -> Option<Opening> {
    let rest = &text["第".len()..];
    let (value, len) = number(rest)?;
    let after = &rest[len..];
    let made = |mark, word: &str| Opening {
        mark,
        number: value,
        len_bytes: "第".len() + len + word.len(),
    };
    for word in [
        "章", "节", "条", "编", "部分", "讲", "课", "单元", "回", "卷",
    ] {
        if let Some(tail) = after.strip_prefix(word) {
            // 第三条规定 in mid sentence opens nothing.
            let next = tail.chars().next();
            let free = next.is_none_or(|c| {
                matches!(c, ' ' | '\u{3000}' | '：' | ':' | '、' | '，' | '\t' | '之')
            });
            return (free || !matches!(word, "条" | "节" | "课" | "回" | "卷"))
                .then(|| made(Mark::Chapter, word));
        }
    }
    if after.starts_with('篇') {
        return Some(made(Mark::Part, "篇"));
    }
    if after.starts_with(['，', '、', ',']) {
        return Some(made(Mark::Ordinal, "，"));
    }
    None
}

fn part(text: &str, word: &str) -> Option<Opening> {
    let rest = text.strip_prefix(word)?;
    let (number, len) = number(rest)?;
    let after = rest[len..].chars().next();
    // 篇一律 is no mark.
    after
        .is_none_or(|c| matches!(c, '：' | ':' | '】' | ' ' | '、' | '.' | '　' | ']'))
        .then_some(Opening {
            mark: Mark::Part,
            number,
            len_bytes: word.len() + len,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_headings() {
        for (text, mark, number) in [
            ("一、指导思想", Mark::Han, 1),
            ("（十二）支教", Mark::HanParen, 12),
            ("(3)目标", Mark::DigitParen, 3),
            ("12. 加快", Mark::Digit, 12),
            ("3.14 米", Mark::Digit, 3),
            ("第二十三条 国家", Mark::Chapter, 23),
            ("第二篇：要点", Mark::Part, 2),
            ("【篇三】", Mark::Part, 3),
            ("范文一：", Mark::Part, 1),
            ("二是加强", Mark::Ordinal, 2),
            ("- 项", Mark::Bullet, 0),
        ] {
            let found = opening(text);
            assert_eq!((found.mark, found.number), (mark, number), "{text}");
        }
    }

    #[test]
    fn running_text_has_none() {
        for text in [
            "今年以来",
            "3.5亿元",
            "2021年",
            "第三条规定的",
            "一年来",
            "[1]",
            "篇幅",
        ] {
            assert_eq!(opening(text).mark, Mark::None, "{text}");
        }
    }
}
