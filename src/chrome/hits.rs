//! Where the rules hit a page: one pass over its lines for the literals of all rules, patterns only
//! where a literal of theirs stands.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::learn::mask_digits;
use super::page::{Line, count_chars};
use super::pattern::Lazy;
use super::rules::{Rule, Scope, Strength};
use crate::model::{Switches, WordTable};

/// A rule's hit on a line, or inside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Which line of the page.
    pub(super) line: usize,
    /// Which rule of the set.
    pub(super) rule: usize,
    /// How much it says.
    pub(super) strength: Strength,
    /// Bytes of the text that an inline rule takes.
    pub(super) start: usize,
    /// First byte after them.
    pub(super) end: usize,
}

/// The literals that rules need: those that begin with two Chinese characters, or are one, in a
/// table that one pass over the characters finds them by; each of the others is looked for where a
/// character of it stands that is not Chinese.
#[derive(Debug)]
struct Literals {
    table: WordTable,
    /// The others, by the first byte of that character.
    others: Box<[Vec<Other>; 256]>,
    /// For each literal, the rules that need it, and its place among their needs.
    owners: Vec<Vec<(u32, u32)>>,
}

#[derive(Debug)]
struct Other {
    literal: Box<[u8]>,
    /// Bytes of it before the character that it is looked for by.
    before_bytes: usize,
    number: u32,
}

/// Where in a literal the character stands that the fewest lines hold: none for those of which a
/// table finds the first two.
fn rare_char(literal: &str) -> Option<usize> {
    if literal.chars().take(2).all(|c| c.len_utf8() == 3) {
        return None;
    }
    let mut all = literal.char_indices();
    let rare = all.find(|(_, c)| c.is_ascii() && !c.is_ascii_whitespace());
    let other = || literal.char_indices().find(|(_, c)| c.len_utf8() != 3);
    rare.or_else(other).map(|(at, _)| at)
}

impl Literals {
    /// Over the needs of those rules that are `wanted`.
    fn of(rules: &[Rule], wanted: impl Fn(&Rule) -> bool) -> Self {
        let mut literals: Vec<&str> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut owners: Vec<Vec<(u32, u32)>> = Vec::new();
        for (number, rule) in rules.iter().enumerate().filter(|(_, rule)| wanted(rule)) {
            for (nth, need) in rule.needs.iter().enumerate() {
                let place = *places.entry(need).or_insert_with(|| {
                    literals.push(need);
                    owners.push(Vec::new());
                    literals.len() - 1
                });
                owners[place].push((number as u32, nth as u32));
            }
        }
        let mut of_table = Vec::new();
        let mut others: Box<[Vec<Other>; 256]> = Box::new(std::array::from_fn(|_| Vec::new()));
        for (literal, number) in literals.into_iter().zip(0_u32..) {
            match rare_char(literal) {
                None => of_table.push((literal, number)),
                Some(at) => others[usize::from(literal.as_bytes()[at])].push(Other {
                    literal: literal.as_bytes().into(),
                    before_bytes: at,
                    number,
                }),
            }
        }
        Self {
            table: WordTable::new(of_table),
            others,
            owners,
        }
    }

    /// The rules that some literal of the line wakes, with the needs that were met.
    fn wake(&self, ink: &str, awake: &mut Vec<(u32, u64)>) {
        let awake = RefCell::new(awake);
        let meet = |literal: u32| {
            let mut awake = awake.borrow_mut();
            for &(rule, nth) in &self.owners[literal as usize] {
                let met = 1_u64 << nth.min(63);
                match awake.iter_mut().find(|(woken, _)| *woken == rule) {
                    Some((_, needs)) => *needs |= met,
                    None => awake.push((rule, met)),
                }
            }
        };
        let bytes = ink.as_bytes();
        let look = |at: usize| {
            for other in &self.others[usize::from(bytes[at])] {
                let stands = at
                    .checked_sub(other.before_bytes)
                    .is_some_and(|from| bytes[from..].starts_with(&other.literal));
                if stands {
                    meet(other.number);
                }
            }
        };
        self.table
            .scan_all(ink, |_, _, literal| meet(literal), look);
    }
}

/// Rules, and their literals.
#[derive(Debug)]
pub(super) struct RuleSet {
    pub(super) rules: Vec<Rule>,
    /// For lines short enough for some rule that takes whole lines.
    of_lines: Literals,
    /// For longer ones, where only a match inside the line can go.
    of_inline: Literals,
    /// Longer lines no rule of whole lines looks at. In characters.
    longest_line_chars: usize,
    exact: HashMap<String, Vec<(u32, Strength)>>,
    longest_exact_bytes: usize,
    /// The rules of each learnt line.
    learnt: HashMap<String, Vec<u32>>,
}

/// Whether a line ends in a full stop, or in one with closing marks behind it.
pub(super) fn ends_sentence(ink: &str) -> bool {
    ink.trim_end_matches(['”', '’', '」', '』', '）', ')', ' '])
        .ends_with('。')
}

impl RuleSet {
    /// The rules that are on, in their order.
    pub(super) fn new(rules: Vec<Rule>, switches: &Switches) -> Self {
        let rules: Vec<Rule> = rules
            .into_iter()
            .filter(|rule| switches.is_on(rule.id, true))
            .collect();
        let mut exact: HashMap<String, Vec<(u32, Strength)>> = HashMap::new();
        let mut learnt: HashMap<String, Vec<u32>> = HashMap::new();
        for (number, rule) in rules.iter().enumerate() {
            for line in &rule.lines {
                learnt.entry(line.clone()).or_default().push(number as u32);
            }
            for (strength, line) in &rule.exact {
                let entry = exact.entry(line.clone()).or_default();
                entry.push((number as u32, *strength));
            }
        }
        let is_inline = |rule: &Rule| rule.scope == Scope::Inline;
        let longest_line_chars = rules
            .iter()
            .filter(|rule| !is_inline(rule) && !rule.needs.is_empty())
            .map(|rule| rule.max_chars)
            .max();
        let longest_exact_bytes = exact.keys().map(String::len).max().unwrap_or(0);
        Self {
            of_lines: Literals::of(&rules, |_| true),
            of_inline: Literals::of(&rules, is_inline),
            longest_line_chars: longest_line_chars.unwrap_or(0),
            exact,
            longest_exact_bytes,
            learnt,
            rules,
        }
    }

    /// Every hit on the page, by line and then by rule.
    pub(super) fn hits(&self, text: &str, lines: &[Line], site: Option<&str>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            if line.ink_end - line.ink_start > self.longest_exact_bytes + 3 {
                continue;
            }
            let ink = line.ink(text).trim_end_matches([':', '：', ' ']);
            if let Some(rules) = self.exact.get(ink) {
                hits.extend(
                    rules
                        .iter()
                        .filter(|(rule, _)| self.rules[*rule as usize].is_for(site))
                        .map(|&(rule, strength)| Hit {
                            line: number,
                            rule: rule as usize,
                            strength,
                            start: line.start,
                            end: line.end,
                        }),
                );
            }
        }
        if !self.learnt.is_empty() {
            self.learnt_hits(text, lines, site, &mut hits);
        }
        self.literal_hits(text, lines, site, &mut hits);
        hits.sort_unstable_by_key(|hit| {
            (
                hit.line,
                hit.rule,
                hit.start,
                std::cmp::Reverse(hit.strength),
            )
        });
        hits.dedup_by_key(|hit| (hit.line, hit.rule, hit.start));
        hits
    }

    /// Lines that `learn` found to be a site's, where enough of them stand together.
    fn learnt_hits(&self, text: &str, lines: &[Line], site: Option<&str>, hits: &mut Vec<Hit>) {
        let mut found: Vec<Hit> = Vec::new();
        let mut masked = String::new();
        for (number, line) in lines.iter().enumerate() {
            mask_digits(line.ink(text), &mut masked);
            let Some(rules) = self.learnt.get(masked.as_str()) else {
                continue;
            };
            let of_site = rules
                .iter()
                .filter(|&&rule| self.rules[rule as usize].is_for(site));
            found.extend(of_site.map(|&rule| Hit {
                line: number,
                rule: rule as usize,
                strength: Strength::Sure,
                start: line.start,
                end: line.end,
            }));
        }
        let mut standing: HashMap<usize, usize> = HashMap::new();
        for hit in &found {
            *standing.entry(hit.rule).or_default() += 1;
        }
        let enough = |hit: &&Hit| standing[&hit.rule] >= self.rules[hit.rule].together;
        hits.extend(found.iter().filter(enough).copied());
    }

    fn literal_hits(&self, text: &str, lines: &[Line], site: Option<&str>, hits: &mut Vec<Hit>) {
        let mut awake: Vec<(u32, u64)> = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let ink = line.ink(text);
            let chars = count_chars(ink);
            let literals = if chars <= self.longest_line_chars {
                &self.of_lines
            } else {
                &self.of_inline
            };
            literals.wake(ink, &mut awake);
            if !awake.is_empty() {
                self.settle(text, lines, (number, chars), site, &mut awake, hits);
            }
        }
    }

    fn settle(
        &self,
        text: &str,
        lines: &[Line],
        (number, chars): (usize, usize),
        site: Option<&str>,
        awake: &mut Vec<(u32, u64)>,
        hits: &mut Vec<Hit>,
    ) {
        let line = lines[number];
        let ink = line.ink(text);
        for (rule, needs) in awake.drain(..) {
            let rule = rule as usize;
            let of = &self.rules[rule];
            if (needs.count_ones() as usize) < of.at_least || !of.is_for(site) {
                continue;
            }
            if of.scope == Scope::Inline {
                for (strength, lazy) in &of.patterns {
                    for (start, end) in lazy.find_all(ink) {
                        if start < end {
                            hits.push(Hit {
                                line: number,
                                rule,
                                strength: *strength,
                                start: line.ink_start + start,
                                end: line.ink_start + end,
                            });
                        }
                    }
                }
                continue;
            }
            if chars > of.max_chars {
                continue;
            }
            // What ends like a sentence may be the text's own: most patterns are for the rest.
            let plain = if ends_sentence(ink) {
                &[][..]
            } else {
                &of.patterns[..]
            };
            // Sure patterns stand before likely ones.
            let first = |list: &[(Strength, Arc<Lazy>)]| {
                let mut matching = list.iter().filter(|(_, lazy)| lazy.is_match(ink));
                matching.next().map(|(strength, _)| *strength)
            };
            let matching = match first(plain) {
                Some(Strength::Sure) => Some(Strength::Sure),
                weaker => weaker.max(first(&of.sentences)),
            };
            let strength = matching.or((of.scope == Scope::Code).then_some(Strength::Hint));
            if let Some(strength) = strength {
                hits.push(Hit {
                    line: number,
                    rule,
                    strength,
                    start: line.start,
                    end: line.end,
                });
            }
        }
    }
}
