//! What a line is: prose, code, a table row, another language; and which stretches of it are
//! addresses, file names or code, which no prose rule may touch.

use super::document::{self, Document};
use super::guard::guard;
use super::line::Line;
use super::{chars, rows, scan};

/// Facts of one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    document: &'a Document<'a>,
    /// Chinese prose: punctuation, quotes and spaces may be set right.
    pub(super) prose: bool,
    /// Kana or a Japanese document: spelling stays.
    pub(super) japanese: bool,
    /// Holds Han characters.
    pub(super) has_han: bool,
    /// Code, data or a log.
    pub(super) code: bool,
    /// A page flattened into one line: its spaces may be lost line ends.
    pub(super) flattened: bool,
    /// Items side by side without a sentence: columns, names, key words.
    pub(super) list: bool,
    /// Ends or divides clauses.
    pub(super) sentence: bool,
    /// Runs on: it has commas or full stops, as a headline has not.
    pub(super) running: bool,
}

impl<'a> Context<'a> {
    /// Reads a line, and marks the guarded cells in it.
    pub(super) fn of(line: &mut Line, document: &'a Document<'a>) -> Self {
        let tally = Tally::of(line);
        let japanese = tally.kana > 0
            && (document.japanese() || tally.kana * 6 >= tally.han + tally.kana)
            || (tally.han > 0 && document.japanese());
        let code = looks_like_code(line, &tally)
            || is_comment(line) && (document.code() || document.settings())
            || tally.letters > 0 && is_setting(line) && document.settings();
        let table = tally.bars > 0 && is_table_row(line)
            || line.triggers & scan::HALF_PUNCT != 0
                && tally.ascii_commas >= rows::LEAST_COMMAS
                && document.is_row(line.start);
        let korean = tally.hangul > 0 && tally.hangul * 3 >= tally.han;
        if tally.signs > 0 {
            guard(line);
        }
        // A word of letters weighs as much as one and a half Han characters.
        let english = tally.words * 3 > tally.han * 2;
        let sentence = tally.clauses > 0;
        Self {
            document,
            prose: tally.han > 0
                && !(japanese || korean || code || table || english)
                && !(line.triggers & scan::BRACKET != 0 && is_reference(line)),
            japanese,
            has_han: tally.han > 0,
            code,
            flattened: tally.breaks >= 2 && tally.spaces >= 4 && line.count() >= 300,
            list: tally.spaces >= 2 && tally.clauses == 0,
            sentence,
            running: tally.commas > 0,
        }
    }

    /// The document that the line stands in.
    pub(super) fn document(&self) -> &'a Document<'a> {
        self.document
    }
}

#[derive(Default)]
struct Tally {
    han: usize,
    kana: usize,
    hangul: usize,
    letters: usize,
    /// Runs of letters.
    words: usize,
    spaces: usize,
    /// Spaces after a sentence's end.
    breaks: usize,
    /// Marks that divide or end clauses, of either width beside Han.
    clauses: usize,
    /// Commas and full stops among them.
    commas: usize,
    ascii_commas: usize,
    bars: usize,
    /// Signs that begin or hold what is guarded, and `w`.
    signs: usize,
}

impl Tally {
    fn of(line: &Line) -> Self {
        let mut tally = Self::default();
        let mut last = '\n';
        for cell in &line.cells {
            let c = cell.ch;
            match c {
                '\u{4e00}'..='\u{9fff}' => {
                    tally.han += 1;
                    if last.is_ascii() {
                        tally.clauses += usize::from(matches!(last, ',' | ';'));
                        tally.commas += usize::from(last == ',');
                    }
                }
                '\0'..='\u{7f}' => tally.ascii(c, last),
                '，' | '。' => {
                    tally.clauses += 1;
                    tally.commas += 1;
                }
                '；' | '！' | '？' => tally.clauses += 1,
                _ => tally.other(c, last),
            }
            last = c;
        }
        tally
    }

    fn ascii(&mut self, c: char, last: char) {
        match c {
            'a'..='z' | 'A'..='Z' => {
                self.letters += 1;
                self.words += usize::from(!chars::is_letter(last));
                self.signs += usize::from(matches!(c, 'w' | 'W'));
            }
            ' ' => self.space(last),
            ',' | ';' | '!' | '?' => {
                self.ascii_commas += usize::from(c == ',');
                if chars::is_han(last) || last == ' ' {
                    self.clauses += 1;
                    self.commas += usize::from(c == ',');
                }
            }
            '|' => self.bars += 1,
            '@' | '`' | '<' | '$' | '\\' | '&' | '/' | ':' | '.' | ']' => self.signs += 1,
            _ => {}
        }
    }

    fn space(&mut self, last: char) {
        self.spaces += 1;
        self.breaks += usize::from(matches!(last, '。' | '!' | '?' | '！' | '？' | '”' | '〞'));
    }

    fn other(&mut self, c: char, last: char) {
        if chars::is_han(c) {
            self.han += 1;
            self.clauses += usize::from(matches!(last, ',' | ';'));
            self.commas += usize::from(last == ',');
        } else if chars::is_letter(c) {
            self.letters += 1;
            self.words += usize::from(!chars::is_letter(last));
        } else if chars::is_kana(c) {
            self.kana += 1;
        } else if chars::is_hangul(c) {
            self.hangul += 1;
        } else if chars::is_space(c) {
            self.space(last);
        }
    }
}

/// Signs that programs are full of and prose is not.
const CODE_SIGNS: [&str; 34] = [
    "();", "){", ") {", "=>", "->", "==", "!=", "&&", "||", "+=", "/*", "*/", "::", "${", "<?",
    "#include", "import ", "def ", "return ", "var ", "let ", "const ", "function", "printf",
    "print(", "SELECT ", "INSERT ", "public ", "console.", "});", "\");", "':", "\":", "</",
];

fn looks_like_code(line: &Line, tally: &Tally) -> bool {
    let Some((first, last)) = line.inked() else {
        return false;
    };
    // Three straight marks open a text inside a program.
    if log_stamp(line, first) || line.starts_with(first, "\"\"\"") {
        return true;
    }
    if tally.letters == 0 && !matches!(line.at(first), '{' | '[' | '"') {
        return false;
    }
    // Among twice as many Han characters as letters the signs decide nothing.
    let signs = if tally.letters * 2 >= tally.han {
        code_signs(line, first, last)
    } else {
        0
    };
    let ends = matches!(line.at(last), ';' | '{' | '}');
    let json = matches!(line.at(first), '{' | '[' | '"' | '}')
        && (first..last).any(|i| {
            line.at(i) == '"'
                && matches!(
                    (line.at(i + 1), line.at(i + 2)),
                    (':', '"' | '[' | '{' | ' ' | '0'..='9')
                )
        })
        && matches!(
            line.at(last),
            ',' | '"' | '}' | ']' | '{' | '[' | '0'..='9' | 'e' | 'l'
        );
    json || signs + usize::from(ends) >= 2 && tally.letters * 2 >= tally.han
        || (signs >= 1 && tally.letters >= tally.han)
        || (ends && signs == 0 && tally.letters >= tally.han && tally.letters > 0)
        || literals(line, first, last)
}

/// How many signs of a program stand in a line, from `first` to `last`.
fn code_signs(line: &Line, first: usize, last: usize) -> usize {
    let mut signs = 0;
    let mut was = '\n';
    for i in first..=last {
        let c = line.at(i);
        let inside_word = was.is_ascii_alphabetic() && c.is_ascii_alphabetic();
        was = c;
        if inside_word {
            continue;
        }
        if matches!(
            c,
            '(' | ')'
                | '{'
                | '='
                | '-'
                | '!'
                | '&'
                | '|'
                | '+'
                | '/'
                | '*'
                | ':'
                | '$'
                | '<'
                | '#'
                | 'i'
                | 'd'
                | 'r'
                | 'v'
                | 'l'
                | 'c'
                | 'f'
                | 'p'
                | 'S'
                | 'I'
                | '}'
                | '"'
                | '\''
        ) {
            signs += CODE_SIGNS
                .iter()
                .filter(|sign| sign.starts_with(c) && line.starts_with(i, sign))
                .count();
            signs += usize::from(c == '/' && line.at(i + 1) == '/' && line.before(i) != ':');
        }
    }
    signs
}

/// Whether the line sets something as a settings file does: `name: 值`, `- port: 80`, `name = 值`.
fn is_setting(line: &Line) -> bool {
    let Some((first, last)) = line.inked() else {
        return false;
    };
    let key: String = line.text(first, (first + 80).min(last + 1));
    document::is_setting(&key)
}

/// Whether the line can be a comment of a program, or stands in one.
fn is_comment(line: &Line) -> bool {
    let Some((first, last)) = line.inked() else {
        return false;
    };
    match (line.at(first), line.at(first + 1)) {
        ('#', next) => next != '#',
        (';', _) => true,
        ('/', '/' | '*') | ('-', '-') | ('<', '!') | ('*', ' ' | '/' | '\n') => true,
        ('"', '"') | ('\'', '\'') => true,
        // What follows code on its line.
        _ => (first..last).any(|i| {
            line.at(i) == ' '
                && (line.at(i + 1) == '#' && line.at(i + 2) == ' '
                    || line.at(i + 1) == '/' && line.at(i + 2) == '/')
        }),
    }
}

/// A call that is given literals: `( "小明的玩具", 3)`.
fn literals(line: &Line, first: usize, last: usize) -> bool {
    let mut i = first;
    while i < last {
        let quote = if line.at(i) == '(' {
            (i + 1..i + 3).find(|&k| line.at(k) == '"')
        } else {
            None
        };
        i += 1;
        let Some(open) = quote else { continue };
        let Some(close) = (open + 1..=last.min(open + 200)).find(|&k| line.at(k) == '"') else {
            continue;
        };
        let mut k = close + 1;
        if line.at(k) != ',' {
            continue;
        }
        while matches!(line.at(k), ',' | ' ' | '.' | '-' | '_')
            || line.at(k).is_ascii_alphanumeric()
        {
            k += 1;
        }
        if line.at(k) == ')' && k > close + 2 {
            return true;
        }
    }
    false
}

/// `2024-01-05 10:00:00 INFO …`, `[2024-01-05 …] …`: a line of a log.
fn log_stamp(line: &Line, first: usize) -> bool {
    let at = first + usize::from(line.at(first) == '[');
    let digits =
        |from: usize, count: usize| (from..from + count).all(|i| line.at(i).is_ascii_digit());
    let day = digits(at, 4)
        && line.at(at + 4) == '-'
        && digits(at + 5, 2)
        && line.at(at + 7) == '-'
        && digits(at + 8, 2);
    let time = at + 11;
    let clock = matches!(line.at(at + 10), ' ' | 'T')
        && digits(time, 2)
        && line.at(time + 2) == ':'
        && digits(time + 3, 2)
        && line.at(time + 5) == ':';
    day && clock
        && (at > first
            || (first..line.count()).any(|i| {
                ["INFO", "WARN", "ERROR", "DEBUG", "FATAL", "TRACE", " ["]
                    .iter()
                    .any(|level| line.starts_with(i, level))
            }))
}

/// A row of a Markdown table or of columns set apart by bars.
fn is_table_row(line: &Line) -> bool {
    let Some((first, last)) = line.inked() else {
        return false;
    };
    line.at(first) == '|' && line.at(last) == '|' && last > first
        || (first..=last).filter(|&i| line.at(i) == '|').count() >= 3
}

/// A reference after GB/T 7714, which is punctuated half-width: 张三,李四.题目[J].刊名,2010,(3):12-15.
fn is_reference(line: &Line) -> bool {
    (0..line.count()).any(|i| {
        line.at(i) == '['
            && matches!(
                line.at(i + 1),
                'J' | 'M' | 'D' | 'N' | 'C' | 'R' | 'S' | 'P' | 'Z' | 'E'
            )
            && (matches!(line.at(i + 2), ']' | '/') || line.starts_with(i, "[EB"))
            && matches!(line.at(i + 3), '.' | ',' | ' ' | 'O')
    })
}
