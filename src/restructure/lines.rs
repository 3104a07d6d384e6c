//! One pass over a text: its lines, how wide they are, and how they begin and end.

use memchr::memchr;

use super::opening::{Opening, opening};

/// One line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// First byte of the line, its indent included.
    pub(super) start: usize,
    /// First byte that is no white space.
    pub(super) ink_start: usize,
    /// Byte after the last that is no white space; equal to `ink_start` for a blank line.
    pub(super) ink_end: usize,
    /// Byte of the line end, or the end of the text.
    pub(super) end: usize,
    /// Width of the ink in columns of a terminal: two for Han characters and full-width signs.
    pub(super) cols: u32,
    /// Width of the indent in columns.
    pub(super) indent_cols: u32,
    /// What the ink is made of.
    pub(super) made: Make,
    /// How the ink ends.
    pub(super) ending: Ending,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.ink_start == self.ink_end
    }

    pub(super) fn ink<'a>(&self, text: &'a str) -> &'a str {
        &text[self.ink_start..self.ink_end]
    }
}

/// The lines of one text, and what several rules ask of all of them.
pub(super) struct Lines {
    pub(super) all: Vec<Line>,
    /// Positions of the lines that are not blank, in `all`.
    pub(super) inked: Vec<u32>,
}

impl Lines {
    pub(super) fn scan(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut all = Vec::with_capacity(bytes.len() / 160 + 4);
        let mut inked = Vec::with_capacity(bytes.len() / 160 + 4);
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let line = measure(text, start, end);
            if !line.is_blank() {
                inked.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
            }
            all.push(line);
            start = end + 1;
        }
        Self { all, inked }
    }

    /// The line that is the `nth` of those with ink.
    pub(super) fn inked(&self, nth: usize) -> Option<&Line> {
        self.inked.get(nth).map(|&at| &self.all[at as usize])
    }

    /// Neighbouring lines with ink, and how many blank lines lie between them.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Line, Line, u32)> + '_ {
        self.inked.windows(2).map(|pair| {
            let (first, second) = (pair[0], pair[1]);
            (
                self.all[first as usize],
                self.all[second as usize],
                second - first - 1,
            )
        })
    }
}

fn measure(text: &str, start: usize, end: usize) -> Line {
    let bytes = text.as_bytes();
    let (mut ink_start, mut ink_end) = (start, end);
    // Most lines begin and end with ink: the code-point-wise search runs only where they do not.
    if ink_start < ink_end && may_be_space(bytes[ink_start]) {
        let line = &text[start..end];
        ink_start = start + line.len() - line.trim_start().len();
    }
    if ink_start < ink_end && (bytes[ink_end - 1] <= b' ' || bytes[ink_end - 1] >= 0x80) {
        let line = &text[ink_start..end];
        if bytes[ink_end - 1] <= b' ' || line.ends_with(char::is_whitespace) {
            ink_end = ink_start + line.trim_end().len();
        }
    }
    let made = make(&text[ink_start..ink_end]);
    Line {
        start,
        ink_start,
        ink_end,
        end,
        cols: 2 * made.chars - made.ascii,
        made,
        ending: ending(&text[ink_start..ink_end]),
        indent_cols: if ink_start > start && ink_start < ink_end {
            columns(&bytes[start..ink_start])
        } else {
            0
        },
    }
}

/// Whether a code point that begins with this byte may be white space.
fn may_be_space(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, 0xC2 | 0xE1 | 0xE2 | 0xE3)
}

/// Columns that UTF-8 bytes take: one for ASCII, two for everything else, as in GBK.
pub(super) fn columns(bytes: &[u8]) -> u32 {
    let mut total = 0;
    for chunk in bytes.chunks(120) {
        let mut sum = 0u8;
        for &byte in chunk {
            sum += u8::from(byte < 0x80) + 2 * u8::from(byte >= 0xC0);
        }
        total += u32::from(sum);
    }
    total
}

/// The state in which a line leaves its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// 。！？… and the like, closing quotes and brackets after them included.
    Stop,
    /// ；：
    Pause,
    /// ，、
    Comma,
    /// An opening quote or bracket, or a joint such as —.
    Open,
    /// A letter, digit, Han character or closing bracket without a stop.
    Bare,
}

/// How a line ends.
pub(super) fn ending(ink: &str) -> Ending {
    let mut rest = ink;
    let mut last = None;
    while let Some(c) = rest.chars().next_back() {
        last = Some(c);
        if !matches!(
            c,
            '”' | '’' | '」' | '』' | '）' | ')' | '】' | '〉' | '》' | ']' | '"' | '\'' | '〞'
        ) {
            break;
        }
        rest = &rest[..rest.len() - c.len_utf8()];
    }
    match last {
        Some('。' | '！' | '？' | '…' | '!' | '?' | '｡' | '．' | '～' | '~') => {
            Ending::Stop
        }
        // A full stop of a sentence in Latin script, or of a paper that uses it for 。
        Some('.') => Ending::Stop,
        Some('；' | '：' | ';' | ':') => Ending::Pause,
        Some('，' | '、' | ',') if rest.len() == ink.len() => Ending::Comma,
        Some('（' | '《' | '“' | '‘' | '「' | '『' | '【' | '〈' | '(' | '〔' | '［')
            if rest.len() == ink.len() =>
        {
            // 。“ is a closing quote turned round.
            if ink
                .trim_end_matches(['“', '‘'])
                .ends_with(['。', '！', '？', '…'])
            {
                Ending::Stop
            } else {
                Ending::Open
            }
        }
        _ => Ending::Bare,
    }
}

/// Whether a character can only continue a sentence.
pub(super) fn continues(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '”'
            | '’'
            | '」'
            | '』'
            | '〉'
            | '】'
    )
}

/// Whether a character is a Han one.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '〇' | '々')
        || matches!(c, '\u{20000}'..='\u{3ffff}')
}

/// What a line is made of, counted in code points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Make {
    pub(super) chars: u32,
    /// ASCII characters of any kind.
    pub(super) ascii: u32,
    pub(super) han: u32,
    /// ASCII letters.
    pub(super) latin: u32,
    pub(super) digits: u32,
    /// 。！？；
    pub(super) stops: u32,
    /// ，、
    pub(super) commas: u32,
    /// Runs of two or more spaces, tabs, and bars: columns of a table.
    pub(super) gaps: u32,
    /// Signs of program text.
    pub(super) code: u32,
}

/// What an ASCII character or the lead byte of a longer one counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Other,
    Latin,
    Digit,
    Stop,
    Comma,
    /// A tab or bar.
    Bar,
    Space,
    Code,
    /// A Han character, other than those that are told by their first byte.
    Han,
    /// A lead byte whose characters must be looked at one by one.
    Mixed,
}

/// The kind of every byte that begins a character.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Latin,
            b'0'..=b'9' => Kind::Digit,
            b'!' | b'?' => Kind::Stop,
            b',' => Kind::Comma,
            b'\t' | b'|' => Kind::Bar,
            b' ' => Kind::Space,
            b'{' | b'}' | b';' | b'=' | b'<' | b'>' | b'\\' | b'$' | b'_' | b'#' | b'&' => {
                Kind::Code
            }
            0xE3 | 0xE4 | 0xEF | 0xF0 => Kind::Mixed,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// Bytes of the character that begins with this byte.
const LENGTHS: [u8; 256] = {
    let mut lengths = [1; 256];
    let mut byte = 0xC0;
    while byte < 256 {
        lengths[byte] = match byte {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        byte += 1;
    }
    lengths
};

/// Counts what a line is made of.
pub(super) fn make(ink: &str) -> Make {
    let bytes = ink.as_bytes();
    // By kind; a line of mixed text is one look-up a character without a branch that guesses.
    let mut counts = [0_u32; 10];
    let (mut ascii, mut chars, mut gaps, mut han) = (0, 0, 0, 0);
    let mut was_space = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        // U+5000 to U+9FFF are most characters: counted apart, none waits for the one before.
        if (0xE5..=0xE9).contains(&byte) {
            han += 1;
            was_space = false;
            at += 3;
            continue;
        }
        let mut kind = KINDS[usize::from(byte)];
        if kind == Kind::Mixed {
            kind = kind_of(ink[at..].chars().next());
        }
        counts[kind as usize] += 1;
        chars += 1;
        ascii += u32::from(byte < 0x80);
        let is_space = kind == Kind::Space;
        gaps += u32::from(is_space & was_space);
        was_space = is_space;
        at += usize::from(LENGTHS[usize::from(byte)]);
    }
    let count = |kind: Kind| counts[kind as usize];
    Make {
        chars: chars + han,
        ascii,
        han: count(Kind::Han) + han,
        latin: count(Kind::Latin),
        digits: count(Kind::Digit),
        stops: count(Kind::Stop),
        commas: count(Kind::Comma),
        gaps: gaps + count(Kind::Bar),
        code: count(Kind::Code),
    }
}

fn kind_of(c: Option<char>) -> Kind {
    match c {
        Some('。' | '！' | '？' | '；') => Kind::Stop,
        Some('，' | '、') => Kind::Comma,
        Some('｜') => Kind::Bar,
        Some('\u{3000}') => Kind::Space,
        Some(c) if is_han(c) => Kind::Han,
        _ => Kind::Other,
    }
}

impl Make {
    /// Running text of a paragraph: words and the punctuation between them.
    pub(super) fn is_prose(&self) -> bool {
        self.han * 2 >= self.chars && self.gaps <= 1 && self.code * 20 <= self.chars
    }

    /// Sentences in Latin script.
    pub(super) fn is_latin_prose(&self) -> bool {
        self.latin * 10 >= self.chars * 6 && self.code * 20 <= self.chars && self.gaps <= 1
    }
}

/// The opening of a line's ink.
pub(super) fn opening_of(text: &str, line: &Line) -> Opening {
    opening(line.ink(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_han_twice() {
        assert_eq!(columns("发展ab，".as_bytes()), 8);
    }

    #[test]
    fn a_line_is_counted_by_kind() {
        let made = make("发展ab1，。 \u{3000}　x|｜㐀{}é😀");
        assert_eq!(made.chars, 18);
        assert_eq!((made.han, made.latin, made.digits), (3, 3, 1));
        assert_eq!(
            (made.stops, made.commas, made.gaps, made.code),
            (1, 1, 4, 2)
        );
        assert_eq!(made.ascii, 8);
    }

    #[test]
    fn lines_know_indent_and_ink() {
        let lines = Lines::scan("　　今年。 \n\n  \nend");
        assert_eq!(lines.all.len(), 4);
        assert_eq!(lines.all[0].indent_cols, 4);
        assert_eq!(lines.all[0].cols, 6);
        assert_eq!(lines.inked, [0, 3]);
    }

    #[test]
    fn endings_look_through_closing_quotes() {
        assert_eq!(ending("他说：“好。”"), Ending::Stop);
        assert_eq!(ending("印发《办法》"), Ending::Bare);
        assert_eq!(ending("一是："), Ending::Pause);
        assert_eq!(ending("各部门、"), Ending::Comma);
    }
}
