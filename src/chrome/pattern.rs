//! The small language of rule patterns: regular expressions in which `：` stands for either width,
//! `\d` for ASCII digits and `\s` for the spaces that Chinese pages hold.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

use regex::Regex;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input};

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

/// One pattern that matches what any of the given ones does.
pub(super) fn any_of(patterns: &[String]) -> String {
    let each: Vec<String> = patterns.iter().map(|text| format!("(?:{text})")).collect();
    each.join("|")
}

/// A pattern that is compiled when a line first asks for it.
#[derive(Debug)]
pub(super) struct Lazy {
    pattern: String,
    whole: bool,
    ready: OnceLock<Option<Ready>>,
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

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

impl Whole {
    fn new(body: &str) -> Option<Self> {
        let no_captures = NFA::config().which_captures(WhichCaptures::None);
        let dfa = DFA::builder()
            .configure(DFA::config().cache_capacity(CACHE_BYTES))
            .thompson(no_captures)
            .build(&format!("^(?:{body})$"))
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
    pub(super) fn new(pattern: &str, whole: bool) -> Self {
        Self {
            pattern: pattern.to_owned(),
            whole,
            ready: OnceLock::new(),
        }
    }

    /// Compiles now.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub(super) fn check(&self) -> Result<(), regex::Error> {
        compile(&self.pattern, self.whole).map(drop)
    }

    /// Whether the pattern matches the line, as a whole if it is of that kind. No pattern (of which
    /// `check` tells) matches nothing.
    pub(super) fn is_match(&self, line: &str) -> bool {
        match self.ready() {
            Some(Ready::Whole(whole)) => whole.is_match(line),
            Some(Ready::Inside(regex)) => regex.is_match(line),
            None => false,
        }
    }

    /// First byte and byte after the last of what the pattern matches, one stretch after the other.
    pub(super) fn find_all(&self, line: &str) -> Vec<(usize, usize)> {
        match self.ready() {
            Some(Ready::Inside(regex)) => regex
                .find_iter(line)
                .map(|found| (found.start(), found.end()))
                .collect(),
            Some(Ready::Whole(whole)) if whole.is_match(line) => vec![(0, line.len())],
            _ => Vec::new(),
        }
    }

    fn ready(&self) -> Option<&Ready> {
        let compiled = || {
            // What this automaton has no means for, word boundaries of all scripts, the other has.
            let whole = self
                .whole
                .then(|| Whole::new(&expand(&self.pattern)))
                .flatten();
            match whole {
                Some(whole) => Some(Ready::Whole(Box::new(whole))),
                None => compile(&self.pattern, self.whole).ok().map(Ready::Inside),
            }
        };
        self.ready.get_or_init(compiled).as_ref()
    }
}

/// Compiles a pattern; `whole` anchors it to both ends of the line.
pub(super) fn compile(pattern: &str, whole: bool) -> Result<Regex, regex::Error> {
    let body = expand(pattern);
    if whole {
        Regex::new(&format!("^(?:{body})$"))
    } else {
        Regex::new(&body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_pattern_matches_whole_lines() {
        let lazy = Lazy::new("责任编辑：{name}", true);
        assert!(lazy.is_match("责任编辑：王某"));
        assert!(!lazy.is_match("责任编辑：王某 返回首页") && !lazy.is_match("本页责任编辑：王某"));
        assert_eq!(lazy.find_all("责任编辑：王某"), [(0, 21)]);
        let inside = Lazy::new("（更多[^）]+）", false);
        assert_eq!(inside.find_all("春耕（更多见某网）开始"), [(6, 27)]);
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
