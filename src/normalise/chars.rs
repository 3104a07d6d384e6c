//! What kind of character is it? Answers for the whole room, without tables where ranges do.

/// Han characters, with 々 and 〇, radicals aside.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '々' | '〇'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Hiragana and katakana, also half-width; without the middle dot, which Chinese writes too.
pub(super) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Hangul syllables and letters.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}')
}

/// Letters of scripts that are written with letters: Latin, Greek, Cyrillic, Arabic, …
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (matches!(c, '\u{aa}'..='\u{1fff}' | '\u{2c00}'..='\u{2dff}' | '\u{a640}'..='\u{abff}')
            && c.is_alphabetic())
}

/// Punctuation that only East Asian text uses, all of it full-width, without quotation marks
/// that Western text shares.
pub(super) fn is_wide_punct(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}')
}

/// Han, or punctuation that says that the text around it is Chinese.
pub(super) fn is_chinese(c: char) -> bool {
    is_han(c) || is_wide_punct(c)
}

/// Signs that stand behind a number: after them a comma ends a clause, it groups no digits.
pub(super) fn is_unit(c: char) -> bool {
    matches!(
        c,
        '%' | '‰' | '％' | '℃' | '℉' | '°' | '\u{3371}'..='\u{33df}' | '×' | '○' | '□' | '…'
    )
}

/// Quotation marks of all kinds, straight and curly.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '”' | '‘' | '’' | '〝' | '〞' | '″' | '＂' | '＇'
    )
}

/// Spaces inside a line, the tab aside.
pub(super) fn is_space(c: char) -> bool {
    c == ' ' || c == '\u{3000}' || is_odd_space(c)
}

/// Spaces that stand for an ordinary one.
pub(super) fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{1680}'
    )
}

/// Chinese numerals from nought to nine.
pub(super) fn is_han_digit(c: char) -> bool {
    matches!(
        c,
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '零' | '〇'
    )
}

/// Characters without ink that text does not need: where one of them does mean something (a
/// joiner in an emoji) its normaliser decides.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}'
        | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}
