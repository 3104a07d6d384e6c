//! What the document as a whole says: its language, its markup, and its habits with spaces.
//!
//! Each fact is worked out when the first line asks for it, and only then.

use std::sync::OnceLock;

use super::{chars, punct_space, rows, stutter};

/// Facts of a whole text.
#[derive(Debug, Default)]
pub(super) struct Document<'t> {
    text: &'t str,
    japanese: OnceLock<bool>,
    markdown: OnceLock<bool>,
    code: OnceLock<bool>,
    settings: OnceLock<bool>,
    gaps: Gaps,
    spaces: OnceLock<Spaces>,
    ascii_stops: OnceLock<bool>,
    rows: OnceLock<Vec<(usize, usize)>>,
    stutters: OnceLock<bool>,
}

/// Habits with spaces.
#[derive(Clone, Copy, Debug)]
struct Spaces {
    digits: bool,
    items: bool,
}

/// Places with a space from which, as a share of all places of the kind, it is a habit.
const HABIT_RATIO: f64 = 0.25;
/// Single spaces inside words from which the document is torn …
const TORN_COUNT: u32 = 5;
/// … and their share of all single spaces between Han. Clean headlines have 2 in 100, random
/// tears 50 (docs/normalise.md).
const TORN_RATIO: f64 = 0.4;

/// Single spaces between Han in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gaps {
    pub(super) all: u32,
    /// Those between characters of one word.
    pub(super) tears: u32,
}

impl Gaps {
    /// Spaces tear words all over: any single space between Han is noise.
    pub(super) fn is_torn(self) -> bool {
        self.tears >= TORN_COUNT && f64::from(self.tears) >= TORN_RATIO * f64::from(self.all)
    }
}

/// Lines of code from which, and from which share of the lines with ink, the text is a program.
const CODE_LINES: usize = 3;
const CODE_RATIO: f64 = 0.2;

impl<'t> Document<'t> {
    pub(super) fn of(text: &'t str, gaps: Gaps) -> Self {
        Self {
            text,
            gaps,
            ..Self::default()
        }
    }

    /// Japanese: kana are a fair share of it.
    pub(super) fn japanese(&self) -> bool {
        *self.japanese.get_or_init(|| {
            let kana = kana_count(self.text.as_bytes());
            kana >= 10 && {
                let han = self.text.chars().filter(|&c| chars::is_han(c)).count();
                kana * 8 > han
            }
        })
    }

    /// Written in Markdown: headings, fences or tables.
    pub(super) fn markdown(&self) -> bool {
        *self.markdown.get_or_init(|| {
            let is_markup = |line: &&str| {
                let head = line.trim_start_matches(' ');
                head.starts_with("# ")
                    || head.starts_with("## ")
                    || head.starts_with("### ")
                    || head.starts_with("```")
                    || head.starts_with("| ")
            };
            self.text.split('\n').filter(is_markup).take(2).count() == 2
        })
    }

    /// A program: a fair share of its lines is code, so the others are its comments.
    pub(super) fn code(&self) -> bool {
        *self.code.get_or_init(|| {
            let (mut code, mut all) = (0_usize, 0_usize);
            for line in self.text.split('\n') {
                let line = line.trim();
                all += usize::from(!line.is_empty());
                code += usize::from(is_statement(line));
            }
            code >= CODE_LINES && code as f64 >= CODE_RATIO * all as f64
        })
    }

    /// A settings file, such as YAML and INI: half of its lines and more set something.
    pub(super) fn settings(&self) -> bool {
        *self.settings.get_or_init(|| {
            let (mut settings, mut all) = (0_usize, 0_usize);
            for line in self.text.split('\n').map(str::trim) {
                let is_note = line.starts_with(['#', ';', '[']);
                all += usize::from(!line.is_empty() && !is_note);
                settings += usize::from(is_setting(line));
            }
            settings >= CODE_LINES && settings * 2 >= all
        })
    }

    /// Borders of Han and digit carry a space as a habit.
    pub(super) fn spaced_digits(&self) -> bool {
        self.spaces().digits
    }

    /// Spaces tear words all over: any single space between Han is noise.
    pub(super) fn torn(&self) -> bool {
        self.gaps.is_torn()
    }

    /// Items carry a space behind their number as a habit.
    pub(super) fn spaced_items(&self) -> bool {
        self.spaces().items
    }

    fn spaces(&self) -> Spaces {
        *self.spaces.get_or_init(|| {
            let mut counts = Counts::default();
            for line in self.text.split('\n') {
                counts.line(line);
            }
            Spaces {
                digits: is_habit(counts.spaced, counts.joined),
                items: is_habit(counts.items_spaced, counts.items_joined),
            }
        })
    }

    /// Sentences end in an ASCII full stop, none in 。.
    pub(super) fn ascii_stops(&self) -> bool {
        *self.ascii_stops.get_or_init(|| {
            let stops = |line: &&str| {
                let mut last = line.chars().rev();
                last.next() == Some('.') && last.next().is_some_and(chars::is_han)
            };
            memchr::memmem::find(self.text.as_bytes(), "。".as_bytes()).is_none()
                && self.text.split('\n').filter(stops).take(2).count() == 2
        })
    }

    /// Whether the line that begins at a byte of the text is a row of values.
    pub(super) fn is_row(&self, start: usize) -> bool {
        let rows = self.rows.get_or_init(|| rows::stretches(self.text));
        let next = rows.partition_point(|&(_, end)| end <= start);
        rows.get(next).is_some_and(|&(from, _)| from <= start)
    }

    /// Characters are written twice at seams all over the document.
    pub(super) fn stutters(&self) -> bool {
        *self.stutters.get_or_init(|| stutter::is_habit(self.text))
    }
}

/// Whether a line without its indent begins with a name of ASCII letters that is given a value.
pub(super) fn is_setting(line: &str) -> bool {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let Some(end) = line.find(|c| !is_of_name(c)) else {
        return false;
    };
    let (name, rest) = line.split_at(end);
    let gives = rest == ":" || rest.starts_with(": ") || rest.trim_start().starts_with("= ");
    gives && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
}

/// Whether a line (without the spaces around it) is plainly a statement of a program: what tells
/// a program from a text, so ASCII only and no word of prose.
fn is_statement(line: &str) -> bool {
    if !line.is_ascii() && !line.ends_with([';', '{', '}', ')', ':']) {
        return false;
    }
    const STARTS: [&str; 24] = [
        "import ",
        "from ",
        "def ",
        "class ",
        "return",
        "#include",
        "function ",
        "const ",
        "let ",
        "var ",
        "public ",
        "private ",
        "if (",
        "for (",
        "while (",
        "else",
        "try",
        "@",
        "package ",
        "using ",
        "self.",
        "print(",
        "elif ",
        "SELECT ",
    ];
    let ends = line.ends_with([';', '{', '}'])
        || line.ends_with("):")
        || line.ends_with(");")
        || line.ends_with("()");
    let begins = STARTS.iter().any(|start| line.starts_with(start));
    let imports = line.starts_with("import ") && line.split(' ').count() == 2;
    let loops = ["for ", "if ", "while ", "with "]
        .iter()
        .any(|start| line.starts_with(start));
    let assigns = line.split_once(" = ").is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.[]'\" +-*".contains(&byte))
            && !name.contains("  ")
    });
    let opens = loops && line.ends_with(':');
    ends || assigns
        || imports
        || opens
        || begins && (line.contains(['(', '=', '.', ';']) || line.ends_with(':'))
}

/// Hiragana and katakana: the bytes E3 81 to E3 83.
fn kana_count(bytes: &[u8]) -> usize {
    memchr::memchr_iter(0xe3, bytes)
        .filter(|&at| matches!(bytes.get(at + 1), Some(0x81..=0x83)))
        .count()
}

fn is_habit(spaced: u32, joined: u32) -> bool {
    spaced >= 1 && f64::from(spaced) >= HABIT_RATIO * f64::from(spaced + joined)
}

#[derive(Default)]
struct Counts {
    /// Borders of Han and digit with and without a space.
    spaced: u32,
    joined: u32,
    /// Items with and without a space behind their number.
    items_spaced: u32,
    items_joined: u32,
}

impl Counts {
    fn line(&mut self, line: &str) {
        self.item(line.trim_start_matches([' ', '\u{3000}']));
        let (mut third, mut second, mut first) = ('\n', '\n', '\n');
        for c in line.chars() {
            if c.is_ascii_digit() {
                if first == ' ' && chars::is_han(second) {
                    self.spaced += 1;
                } else if chars::is_han(first) {
                    self.joined += 1;
                }
            } else if first == ' ' || first.is_ascii_digit() {
                if !chars::is_han(c) {
                } else if first.is_ascii_digit() {
                    self.joined += 1;
                } else if second.is_ascii_digit() {
                    // A number before the first word of a line is a heading's.
                    self.spaced += u32::from(third != '\n');
                }
            }
            (third, second, first) = (second, first, c);
        }
    }

    fn item(&mut self, line: &str) {
        if !matches!(
            line.as_bytes().first(),
            Some(b'0'..=b'9' | b'(' | 0xe2 | 0xe3 | 0xe4..=0xe9 | 0xef)
        ) {
            return;
        }
        let mut head = ['\n'; 9];
        for (slot, c) in head.iter_mut().zip(line.chars()) {
            *slot = c;
        }
        match punct_space::item_gap(|i| head.get(i).copied().unwrap_or('\n')) {
            Some((from, to)) if to > from => self.items_spaced += 1,
            Some(_) => self.items_joined += 1,
            None => {}
        }
    }
}
