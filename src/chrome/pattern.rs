//! The small language of rule patterns: regular expressions in which `：` stands for either width,
//! `\d` for ASCII digits and `\s` for the spaces that Chinese pages hold.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

use regex::Regex;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

/// Named pieces that patterns may use as `{name}`.
const FRAGMENTS: [(&str, &str); 5] = [
    (
        "{date}",
        r"(?:(?:19|20)?\d{2}\s*[-/.年]\s*[01]?\d\s*[-/.月]\s*[0-3]?\d\s*[日号]?)",
    ),
    ("{time}", r"(?:[0-2]?\d[:：][0-5]\d(?:[:：][0-5]\d)?)"),
    ("{n}", r"(?:\d[\d,.]*\s*[万千kKwW]?\+?)"),
    ("{sep}", r"(?:[\s|｜·・/\\>＞»›_\-—–,，、]+)"),
    ("{name}", r"[\p{Han}A-Za-z·]{2,16}"),
];

/// A pattern as `regex` wants it: fragments filled in, `：，；！？（）` standing for both widths.
pub(super) fn expand(pattern: &str) -> String {
    let mut filled = pattern.to_owned();
    for (name, body) in FRAGMENTS {
        filled = filled.replace(name, body);
    }
    // The two main blocks: a tenth of the automaton that all of \p{Han} makes.
    filled = filled
        .replace(r"[\p{Han}", "[一-鿿㐀-䶿")
        .replace(r"\p{Han}", "[一-鿿㐀-䶿]");
    let mut out = String::with_capacity(filled.len() * 2);
    let mut in_class = false;
    let mut is_escaped = false;
    let mut letters = filled.chars().peekable();
    while let Some(c) = letters.next() {
        // The classes of all scripts make automata many times as large.
        if c == '\\' && !is_escaped {
            let short = letters.peek().and_then(|&next| narrow(next, in_class));
            if let Some(short) = short {
                out.push_str(short);
                letters.next();
                continue;
            }
        }
        let both = match c {
            '：' => ":：",
            '，' => ",，",
            '；' => ";；",
            '！' => "!！",
            '？' => "?？",
            '（' => "(（",
            '）' => ")）",
            _ => {
                match c {
                    '[' if !is_escaped => in_class = true,
                    ']' if !is_escaped => in_class = false,
                    _ => {}
                }
                is_escaped = c == '\\' && !is_escaped;
                out.push(c);
                continue;
            }
        };
        if in_class {
            out.push_str(both);
        } else {
            out.push('[');
            out.push_str(both);
            out.push(']');
        }
    }
    out
}

/// What `\d`, `\s` and `\S` stand for.
fn narrow(letter: char, in_class: bool) -> Option<&'static str> {
    Some(match (letter, in_class) {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('s', true) => r" \t\x{A0}\x{2000}-\x{200A}\x{3000}",
        ('s', false) => r"[ \t\x{A0}\x{2000}-\x{200A}\x{3000}]",
        ('S', false) => r"[^ \t\x{A0}\x{2000}-\x{200A}\x{3000}]",
        _ => return None,
    })
}

/// Patterns that are compiled when a line first asks for them that could match by its ends.
#[derive(Debug)]
pub(super) struct Lazy {
    patterns: Vec<String>,
    whole: bool,
    parts: OnceLock<Vec<Part>>,
}

/// Most words that a line is searched for before a pattern is asked.
const MOST_WITHIN: usize = 6;

/// What every match holds: the part of the pattern that stands for a few words, the longest.
fn within(hir: &Hir) -> OneOf {
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    let words = |part: &Hir| -> Option<(usize, Vec<Box<[u8]>>)> {
        let found = Extractor::new().extract(part);
        let all = found.literals()?;
        let is_all = found.is_exact() && (1..=MOST_WITHIN).contains(&all.len());
        let shortest = all.iter().map(|one| one.as_bytes().len()).min()?;
        let words = all.iter().map(|one| one.as_bytes().into()).collect();
        (is_all && shortest >= SHORTEST_WITHIN).then_some((shortest, words))
    };
    let longest = parts
        .iter()
        .filter_map(words)
        .max_by_key(|(shortest, _)| *shortest);
    longest.map(|(_, words)| words)
}

/// Patterns that are asked together.
#[derive(Debug)]
struct Part {
    pattern: String,
    edges: Edges,
    ready: OnceLock<Option<Ready>>,
}

/// One of these bytes must be there.
type OneOf = Option<Vec<Box<[u8]>>>;

/// How the lines begin and end that a pattern matches as a whole, and what they hold; none where
/// it leaves that open.
#[derive(Debug, Default)]
struct Edges {
    starts: OneOf,
    ends: OneOf,
    within: OneOf,
}

/// Bytes of a beginning or end that are compared: two Chinese characters.
const EDGE_BYTES: usize = 6;
/// Least bytes of a word that is worth a search: one Chinese character.
const SHORTEST_WITHIN: usize = 3;
/// From so many beginnings on the pattern itself is asked.
const MOST_EDGES: usize = 48;

impl Edges {
    fn of(expanded: &str) -> Self {
        regex_syntax::parse(expanded)
            .map(|hir| Self {
                starts: literals(&hir, ExtractKind::Prefix),
                ends: literals(&hir, ExtractKind::Suffix),
                within: within(&hir),
            })
            .unwrap_or_default()
    }

    fn are_open(&self) -> bool {
        self.starts.is_none() && self.ends.is_none() && self.within.is_none()
    }

    fn fit(&self, line: &str) -> bool {
        let line = line.as_bytes();
        let any = |of: &OneOf, fits: &dyn Fn(&[u8]) -> bool| {
            of.as_ref()
                .is_none_or(|all| all.iter().any(|one| fits(one)))
        };
        any(&self.starts, &|edge| line.starts_with(edge))
            && any(&self.ends, &|edge| line.ends_with(edge))
            && any(&self.within, &|word| {
                memchr::memmem::find(line, word).is_some()
            })
    }
}

/// What every match begins or ends with, one of these.
fn literals(hir: &Hir, kind: ExtractKind) -> OneOf {
    let mut found = Extractor::new().kind(kind.clone()).extract(hir);
    match kind {
        ExtractKind::Suffix => found.keep_last_bytes(EDGE_BYTES),
        _ => found.keep_first_bytes(EDGE_BYTES),
    }
    found.sort();
    found.dedup();
    let all = found.literals()?;
    let is_open = all.is_empty() || all.len() > MOST_EDGES || all.iter().any(|one| one.is_empty());
    (!is_open).then(|| all.iter().map(|one| one.as_bytes().into()).collect())
}

#[derive(Debug)]
enum Ready {
    Whole(Box<Whole>),
    Inside(Regex),
}

/// What one thread may keep of one automaton.
const CACHE_BYTES: usize = 4 << 20;

/// Asks only whether a whole line matches: half of what a [`Regex`] compiles is not needed for
/// that, and compiling is most of what chrome costs on a small input.
#[derive(Debug)]
struct Whole {
    dfa: DFA,
    caches: Pool<Cache, NewCache>,
}

/// A character of a text that is known to be UTF-8: a fifth of the automaton that tells what is
/// none from it, and most patterns repeat it dozens of times.
const PLAIN_DOT: &str = r"(?-u:[\x00-\x09\x0B-\x7F]|[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3})";

/// The pattern with `PLAIN_DOT` for each `.` that stands for any character.
fn with_plain_dots(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for c in pattern.chars() {
        match c {
            '[' if !is_escaped => depth += 1,
            ']' if !is_escaped => depth = depth.saturating_sub(1),
            '.' if !is_escaped && depth == 0 => {
                out.push_str(PLAIN_DOT);
                continue;
            }
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
        out.push(c);
    }
    out
}

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

impl Whole {
    fn new(body: &str) -> Option<Self> {
        let no_captures = NFA::config().which_captures(WhichCaptures::None);
        let dfa = DFA::builder()
            .configure(DFA::config().cache_capacity(CACHE_BYTES))
            .syntax(syntax::Config::new().utf8(false))
            .thompson(no_captures.utf8(false))
            .build(&format!("^(?:{})$", with_plain_dots(body)))
            .ok()?;
        let of_caches = dfa.clone();
        let new_cache: NewCache = Box::new(move || of_caches.create_cache());
        Some(Self {
            dfa,
            caches: Pool::new(new_cache),
        })
    }

    fn is_match(&self, line: &str) -> bool {
        let input = Input::new(line).anchored(Anchored::Yes).earliest(true);
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), &input);
        matches!(found, Ok(Some(_)))
    }
}

impl Lazy {
    /// What matches where any of the patterns does; those that are `whole` only as a whole line.
    pub(super) fn new(patterns: Vec<String>, whole: bool) -> Self {
        Self {
            patterns,
            whole,
            parts: OnceLock::new(),
        }
    }

    /// Whether a pattern matches the line, as a whole if it is of that kind. No pattern (of which
    /// `compile` tells) matches nothing.
    pub(super) fn is_match(&self, line: &str) -> bool {
        let matches = |part: &Part| {
            part.edges.fit(line)
                && match part.ready(self.whole) {
                    Some(Ready::Whole(whole)) => whole.is_match(line),
                    Some(Ready::Inside(regex)) => regex.is_match(line),
                    None => false,
                }
        };
        self.parts().iter().any(matches)
    }

    /// First byte and byte after the last of what the patterns match, one stretch after the other.
    pub(super) fn find_all(&self, line: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for part in self.parts() {
            match part.ready(self.whole) {
                Some(Ready::Inside(regex)) => {
                    found.extend(regex.find_iter(line).map(|one| (one.start(), one.end())));
                }
                Some(Ready::Whole(whole)) if whole.is_match(line) => found.push((0, line.len())),
                _ => {}
            }
        }
        found
    }

    /// Whole-line patterns that leave open how a line begins and ends are asked together, each of
    /// the others where the line's ends let it match.
    fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| {
            let mut open: Vec<String> = Vec::new();
            let mut parts = Vec::new();
            for pattern in &self.patterns {
                let pattern = expand(pattern);
                let edges = if self.whole {
                    Edges::of(&pattern)
                } else {
                    Edges::default()
                };
                if self.whole && edges.are_open() {
                    open.push(format!("(?:{pattern})"));
                } else {
                    parts.push(Part::new(pattern, edges));
                }
            }
            if !open.is_empty() {
                parts.push(Part::new(open.join("|"), Edges::default()));
            }
            parts
        })
    }
}

impl Part {
    fn new(pattern: String, edges: Edges) -> Self {
        Self {
            pattern,
            edges,
            ready: OnceLock::new(),
        }
    }

    fn ready(&self, whole: bool) -> Option<&Ready> {
        let compiled = || {
            // What this automaton has no means for, word boundaries of all scripts, the other has.
            let automaton = whole.then(|| Whole::new(&self.pattern)).flatten();
            match automaton {
                Some(whole) => Some(Ready::Whole(Box::new(whole))),
                None => regex_of(&self.pattern, whole).ok().map(Ready::Inside),
            }
        };
        self.ready.get_or_init(compiled).as_ref()
    }
}

/// Compiles a pattern; `whole` anchors it to both ends of the line.
pub(super) fn compile(pattern: &str, whole: bool) -> Result<Regex, regex::Error> {
    regex_of(&expand(pattern), whole)
}

fn regex_of(expanded: &str, whole: bool) -> Result<Regex, regex::Error> {
    if whole {
        Regex::new(&format!("^(?:{expanded})$"))
    } else {
        Regex::new(expanded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(patterns: &[&str]) -> Lazy {
        Lazy::new(patterns.iter().map(|&text| text.to_owned()).collect(), true)
    }

    #[test]
    fn a_whole_pattern_matches_whole_lines() {
        let lazy = whole(&["责任编辑：{name}"]);
        assert!(lazy.is_match("责任编辑：王某"));
        assert!(!lazy.is_match("责任编辑：王某 返回首页") && !lazy.is_match("本页责任编辑：王某"));
        assert_eq!(lazy.find_all("责任编辑：王某"), [(0, 21)]);
        let inside = Lazy::new(vec!["（更多[^）]+）".to_owned()], false);
        assert_eq!(inside.find_all("春耕（更多见某网）开始"), [(6, 27)]);
    }

    #[test]
    fn lines_that_begin_or_end_otherwise_compile_nothing() {
        let lazy = whole(&["(?:责任)?编辑：{name}(?:返回|关闭)", "打印.*"]);
        assert!(!lazy.is_match("返回") && !lazy.is_match("编辑：王某 打印"));
        assert!(lazy.parts().iter().all(|part| part.ready.get().is_none()));
        assert!(lazy.is_match("编辑:王某关闭") && lazy.is_match("打印本页"));
        let held = whole(&[".{0,4}(?:来源|出处).*"]);
        assert!(!held.is_match("打印本页") && held.parts()[0].ready.get().is_none());
        assert!(held.is_match("见出处") && !held.is_match("本文的稿件来源"));
        let open = whole(&[".{0,4}[0-9]+.*", "[0-9]{2,9}|.{3}", "源自.*"]);
        assert_eq!(open.parts().len(), 2);
        assert!(open.is_match("共9页") && open.is_match("123") && open.is_match("源自网站"));
        assert!(!open.is_match("本文稿件的来源"));
        assert!(whole(&[""]).is_match(""));
    }

    #[test]
    fn a_dot_is_one_character_of_any_length() {
        let lazy = whole(&[r"[0-9]?.{2}[.。]\.?"]);
        for line in ["甲乙。", "ab..", "é😀.", "1甲乙."] {
            assert!(lazy.is_match(line), "{line}");
        }
        assert!(!lazy.is_match("甲。") && !lazy.is_match("甲乙丙丁。"));
    }

    #[test]
    fn either_width_is_met_inside_and_outside_of_classes() {
        let pattern = compile("来源：[^，]+", true).unwrap();
        assert!(pattern.is_match("来源:新华社") && pattern.is_match("来源：新华社"));
        assert!(!pattern.is_match("来源：新华社,北京"));
        assert!(
            compile(r"[\s|]+\d\S", false)
                .unwrap()
                .is_match("首页\u{3000}|1页")
        );
        assert!(
            compile("发布于 {date}", true)
                .unwrap()
                .is_match("发布于 2023-04-15")
        );
    }
}
