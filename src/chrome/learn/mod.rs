//! What of a corpus is its sites' own dress? Pages → lines that repeat, with their evidence.
//!
//! Two passes over the same pages. The first counts in how many pages of a site each line stands
//! (digits masked, so that 阅读 128 次 and 阅读 7 次 are one line), in bounded memory by lossy
//! counting (Manku and Motwani 2002). The second looks where the frequent ones stand: before the
//! first or after the last line of running text, alone or among other repeated lines. A line is
//! taken for dress by share, position, neighbours and shape together, because bodies repeat
//! too: slogans, quoted law, 各县（市、区）人民政府：, 特此通知。, headings such as 一、指导思想.

mod judge;
mod tally;
mod toml_out;

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

pub use judge::Learnt;
use judge::{Places, judge};
use tally::Tally;
pub use toml_out::to_toml;

use super::page;

/// When a line counts as repeated, and how much memory counting may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnSettings {
    /// Pages of a site in which a line must stand.
    pub least_docs: u32,
    /// Lines counted at once, 24 bytes each.
    pub memory_lines: usize,
}

impl Default for LearnSettings {
    fn default() -> Self {
        Self {
            least_docs: 5,
            memory_lines: 8_000_000,
        }
    }
}

/// One line of a page as counting sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    key: u64,
    /// Running text: long, with sentence punctuation.
    is_running: bool,
}

/// The lines of one page, hashed. Made on any thread, counted on one.
#[derive(Clone, Debug)]
pub struct PageLines {
    site: u64,
    lines: Vec<Seen>,
}

impl PageLines {
    /// The lines of a page of `site` (a host, a folder, or nothing where the site is unknown).
    pub fn new(site: &str, text: &str) -> Self {
        let site_key = xxh3_64(site.as_bytes());
        let mut masked = String::new();
        let lines = page::lines(text)
            .into_iter()
            .map(|line| {
                let ink = line.ink(text);
                mask_digits(ink, &mut masked);
                Seen {
                    key: key(site_key, &masked),
                    is_running: is_running(ink),
                }
            })
            .collect();
        Self {
            site: site_key,
            lines,
        }
    }
}

fn key(site: u64, masked: &str) -> u64 {
    xxh3_64(masked.as_bytes()) ^ site.rotate_left(17)
}

/// Writes the line with each run of digits as one `#` and each run of white space as one space.
pub(super) fn mask_digits(line: &str, into: &mut String) {
    into.clear();
    let mut last = ' ';
    for letter in line.trim().chars() {
        let letter = match letter {
            '0'..='9' | '０'..='９' => '#',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        };
        if !(letter == last && matches!(letter, '#' | ' ')) {
            into.push(letter);
        }
        last = letter;
    }
}

/// Whether a line reads as running text: at least 30 characters with a sentence's punctuation.
fn is_running(ink: &str) -> bool {
    let mut chars = 0;
    let mut stops = 0;
    for letter in ink.chars() {
        chars += 1;
        stops += u32::from(matches!(letter, '。' | '，' | '；' | '！' | '？' | ','));
    }
    chars >= 30 && stops >= 2
}

/// Learns the dress of a corpus: [`Learner::count`] every page, [`Learner::between`], then
/// [`Learner::place`] every page again in any order, and [`Learner::finish`].
///
/// ```
/// use qingwen::chrome::learn::{LearnSettings, Learner};
/// let page = |n: usize| format!("某县新闻网 > 要闻\n第{n}社秋收快讯\n第{n}个合作社的稻谷今天开镰收割，农机手一早就下了田，预计三天收完全部稻田。\n版权所有 某县新闻网");
/// let mut learner = Learner::new(LearnSettings::default());
/// for n in 0..20 { learner.count("a.example", &page(n)); }
/// learner.between();
/// for n in 0..20 { learner.place("a.example", &page(n)); }
/// let lines: Vec<String> = learner.finish().into_iter().map(|learnt| learnt.line).collect();
/// assert_eq!(lines, ["某县新闻网 > 要闻", "版权所有 某县新闻网"]);
/// ```
#[derive(Debug)]
pub struct Learner {
    settings: LearnSettings,
    tally: Tally,
    /// Pages of each site.
    site_docs: HashMap<u64, u32>,
    site_names: HashMap<u64, String>,
    candidates: HashMap<u64, Places>,
    /// In how many sites a masked line is frequent, by its own hash.
    spread: HashMap<u64, u32>,
}

impl Learner {
    /// A learner that has seen nothing.
    pub fn new(settings: LearnSettings) -> Self {
        Self {
            settings,
            tally: Tally::new(settings.memory_lines),
            site_docs: HashMap::new(),
            site_names: HashMap::new(),
            candidates: HashMap::new(),
            spread: HashMap::new(),
        }
    }

    /// First pass, one page.
    pub fn count(&mut self, site: &str, text: &str) {
        self.count_lines(site, &PageLines::new(site, text));
    }

    /// First pass, one page whose lines were hashed elsewhere.
    pub fn count_lines(&mut self, site: &str, page: &PageLines) {
        *self.site_docs.entry(page.site).or_default() += 1;
        self.site_names
            .entry(page.site)
            .or_insert_with(|| site.to_owned());
        let mut once = HashSet::with_capacity(page.lines.len());
        for seen in &page.lines {
            if once.insert(seen.key) {
                self.tally.add(seen.key);
            }
        }
    }

    /// Between the passes: settles which lines are frequent enough to be looked at again.
    /// Returns how many.
    pub fn between(&mut self) -> usize {
        let frequent = self.tally.at_least(self.settings.least_docs);
        self.candidates = frequent
            .into_iter()
            .map(|(key, docs)| (key, Places::new(docs)))
            .collect();
        self.candidates.len()
    }

    /// Second pass, one page.
    pub fn place(&mut self, site: &str, text: &str) {
        let page = PageLines::new(site, text);
        let lines = page::lines(text);
        let frequent: Vec<bool> = page
            .lines
            .iter()
            .map(|seen| self.candidates.contains_key(&seen.key))
            .collect();
        let is_body = |at: usize| page.lines[at].is_running && !frequent[at];
        let first_body = (0..page.lines.len()).find(|&at| is_body(at));
        let last_body = (0..page.lines.len()).rev().find(|&at| is_body(at));
        let mut once = HashSet::new();
        let mut masked = String::new();
        for (at, seen) in page.lines.iter().enumerate() {
            if !frequent[at] || !once.insert(seen.key) {
                continue;
            }
            let beside =
                (at == 0 || frequent[at - 1]) || frequent.get(at + 1).copied().unwrap_or(true);
            let Some(places) = self.candidates.get_mut(&seen.key) else {
                continue;
            };
            match (first_body, last_body) {
                (Some(first), _) if at < first => places.before += 1,
                (_, Some(last)) if at > last => places.after += 1,
                (Some(_), Some(_)) => places.amid += 1,
                _ => places.bodyless += 1,
            }
            places.beside += u32::from(beside);
            // The margin to the body: a salutation or a signature touches it.
            let touches =
                first_body == Some(at + 1) || last_body.is_some_and(|last| at == last + 1);
            places.touching += u32::from(touches);
            if places.line.is_empty() {
                mask_digits(lines[at].ink(text), &mut masked);
                places.line.clone_from(&masked);
                places.site = page.site;
                *self.spread.entry(xxh3_64(masked.as_bytes())).or_default() += 1;
            }
            if places.examples.len() < 3 {
                let example = lines[at].ink(text);
                if !places.examples.iter().any(|known| known == example) {
                    places.examples.push(example.to_owned());
                }
            }
        }
    }

    /// What is the sites' own, ordered by site, then pages (most first), then line.
    pub fn finish(self) -> Vec<Learnt> {
        let mut keys: Vec<u64> = self.candidates.keys().copied().collect();
        keys.sort_unstable();
        let mut learnt: Vec<Learnt> = keys
            .into_iter()
            .filter_map(|key| {
                let places = &self.candidates[&key];
                let docs = self.site_docs.get(&places.site).copied().unwrap_or(0);
                let spread = self
                    .spread
                    .get(&xxh3_64(places.line.as_bytes()))
                    .copied()
                    .unwrap_or(1);
                let site = self.site_names.get(&places.site)?;
                judge(places, site, docs, spread)
            })
            .collect();
        learnt.sort_by(|a, b| {
            (&a.site, std::cmp::Reverse(a.docs), &a.line).cmp(&(
                &b.site,
                std::cmp::Reverse(b.docs),
                &b.line,
            ))
        });
        learnt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(pages: &[(&str, String)]) -> Vec<String> {
        let mut learner = Learner::new(LearnSettings::default());
        for (site, text) in pages {
            learner.count(site, text);
        }
        learner.between();
        for (site, text) in pages {
            learner.place(site, text);
        }
        learner
            .finish()
            .into_iter()
            .map(|learnt| learnt.line)
            .collect()
    }

    fn body(n: usize) -> String {
        format!(
            "第{n}中学{}师生在操场上开展了消防演练，消防员现场讲解灭火器的用法，全体人员三分钟内撤离完毕。",
            "甲乙丙丁戊己庚辛壬癸".chars().nth(n % 10).unwrap_or('子')
        )
    }

    #[test]
    fn the_dress_is_taken_and_repeated_body_lines_stay() {
        let pages: Vec<(&str, String)> = (0..30)
            .map(|n| {
                let text = format!(
                    "首页 > 通知公告\n关于第{n}批项目{}的通知\n各县（市、区）人民政府，市政府各部门：\n{}\n一、指导思想\n坚持以人民为中心，全面贯彻落实各项决策部署，扎实做好各项工作，确保取得实效。\n{}\n特此通知。\n某市人民政府办公室\n2020年3月{n}日\n浏览次数：{n}\n主办单位：某市人民政府 备案号{n}",
                    n * 7, body(n), body(n + 13)
                );
                ("gov.example", text)
            })
            .collect();
        let lines = learn(&pages);
        assert!(lines.contains(&"首页 > 通知公告".to_owned()), "{lines:?}");
        assert!(lines.contains(&"浏览次数：#".to_owned()), "{lines:?}");
        for body in [
            "各县（市、区）人民政府，市政府各部门：",
            "一、指导思想",
            "特此通知。",
            "某市人民政府办公室",
            "#年#月#日",
        ] {
            assert!(
                !lines.contains(&body.to_owned()),
                "{body} is text: {lines:?}"
            );
        }
        assert!(
            !lines
                .iter()
                .any(|line| line.starts_with("坚持以人民为中心"))
        );
    }

    #[test]
    fn few_pages_teach_nothing() {
        let pages: Vec<(&str, String)> = (0..4)
            .map(|n| ("a.example", format!("首页\n{}\n版权所有", body(n))))
            .collect();
        assert!(learn(&pages).is_empty());
    }
}
