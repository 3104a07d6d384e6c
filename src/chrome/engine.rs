//! From a page's text to the edits that take its dress off.

use std::sync::LazyLock;

use super::hits::RuleSet;
use super::model::Model;
use super::rules::{self, Rule, Scope, Strength};
use super::spared::{close_of_letter, may_be_title};
use super::verdict::Judgement;
use super::{blocks, classify, facts, meta, own, page, teach};
use crate::config::{ChromeLevel, ChromeSettings};
use crate::model::{Draft, Edits, Meta, RuleDoc, RuleId};
use crate::{Error, Result};

pub(super) const META_LINE: RuleId = RuleId::new("chrome/meta-line");
const RIGHTS: RuleId = RuleId::new("chrome/rights");

/// How often a page is gone through at most until nothing more goes.
const ROUNDS: usize = 8;

/// Lines of the site's that part what reads like a sentence from the text.
const PARTING_LINES: usize = 3;

static SHIPPED: LazyLock<std::result::Result<Vec<Rule>, String>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (name, text) in rules::SHIPPED {
        all.extend(rules::parse(name, text, true).map_err(|error| error.to_string())?);
    }
    Ok(all)
});

/// Rules and line classifier, ready to run on many documents.
#[derive(Debug)]
pub struct Engine {
    level: ChromeLevel,
    pub(super) set: RuleSet,
    has_model: bool,
    /// In place of the shipped ones.
    pub(super) other_weights: Option<Box<Model>>,
}

impl Engine {
    /// Loads the shipped rules and those of the settings' rule files.
    ///
    /// # Errors
    /// [`Error::Rule`] naming the rule that is unusable, [`Error::Read`] for a file that cannot be
    /// read.
    pub fn new(settings: &ChromeSettings) -> Result<Self> {
        let mut files = Vec::with_capacity(settings.rule_files.len());
        for path in &settings.rule_files {
            let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
            files.push((path.display().to_string(), text));
        }
        if let Some(text) = &settings.learnt_rules {
            files.push(("the learnt rules".to_owned(), text.clone()));
        }
        Self::with_learnt_rules(settings, &files)
    }

    /// The shipped rules and those of the given files, each a name (for errors) and its TOML.
    ///
    /// # Errors
    /// [`Error::Rule`] naming the rule that is unusable.
    ///
    /// ```
    /// use qingwen::Settings;
    /// use qingwen::chrome::Engine;
    /// use qingwen::model::Draft;
    /// let engine = Engine::with_learnt_rules(&Settings::default().chrome(), &[])?;
    /// let mut draft = Draft::from_text("分享到： 微信 新浪微博\n全县中小学于九月一日开学。\n");
    /// engine.run(&mut draft);
    /// assert_eq!(draft.text(), "全县中小学于九月一日开学。\n");
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn with_learnt_rules(
        settings: &ChromeSettings,
        files: &[(String, String)],
    ) -> Result<Self> {
        let shipped = SHIPPED.as_ref().map_err(|problem| Error::Rule {
            rule: "chrome".into(),
            problem: problem.clone(),
        })?;
        let mut all = shipped.clone();
        for (name, text) in files {
            for rule in rules::parse(name, text, false)? {
                // A file's rule takes the place of the shipped one of the same name.
                all.retain(|known| known.id != rule.id);
                all.push(rule);
            }
        }
        Ok(Self {
            level: settings.level,
            has_model: settings.switches.is_on(classify::LINE_MODEL, true),
            set: RuleSet::new(all, &settings.switches),
            other_weights: None,
        })
    }

    /// Takes the site's lines out of one page, until nothing more goes. Whether it came to that:
    /// on the text it leaves, it would find nothing.
    pub fn run(&self, draft: &mut Draft) -> bool {
        if self.level == ChromeLevel::Off {
            return true;
        }
        // Nothing is written, only taken out: a text that needs no folding never will.
        let mut may_fold = true;
        for _ in 0..ROUNDS {
            let (edits, said) = self.find(draft, &mut may_fold);
            if edits.is_empty() {
                return true;
            }
            meta::fill(&mut draft.notes.meta, said);
            if !draft.apply(edits) {
                return true;
            }
        }
        false
    }

    /// What goes from this text, and what its meta lines say. `may_fold` tells whether the text may
    /// hold traditional characters, and is set to whether it does.
    fn find(&self, draft: &Draft, may_fold: &mut bool) -> (Edits, Meta) {
        let (written, facts) = (draft.text(), draft.facts());
        let mut edits = Edits::default();
        let mut said = Meta::default();
        let folded = may_fold.then(|| page::folded(written)).flatten();
        *may_fold = folded.is_some();
        let text = folded.as_deref().unwrap_or(written);
        let lines = page::lines(text);
        let hits = self.set.hits(text, &lines, facts.site.as_deref());
        if hits.is_empty() && !blocks::may_apply(text, &lines) {
            return (edits, said);
        }
        let mut page = Judgement::new(text, &lines, &self.set, &hits);
        page.written = written;
        self.judge_by_rules(&mut page, &mut said);
        if let (true, Some(weights)) = (self.has_model, self.weights()) {
            classify::line_model(&mut page, draft, self.level, weights);
        }
        if self.level == ChromeLevel::Cautious {
            own::keep(&mut page);
        }
        for hit in &hits {
            let rule = &self.set.rules[hit.rule];
            if rule.scope == Scope::Inline && page.verdicts[hit.line].is_none() {
                edits.remove_with(hit.start, hit.end, rule.id, rule.confidence);
            }
        }
        take_lines(&page, &mut edits);
        (edits, said)
    }

    /// What the rules take, from the surest on.
    pub(super) fn judge_by_rules(&self, page: &mut Judgement, said: &mut Meta) {
        for hit in page.hits {
            let (rule, line) = (&self.set.rules[hit.rule], page.lines[hit.line]);
            let is_whole = (hit.start, hit.end) == (line.ink_start, line.ink_end);
            if rule.scope == Scope::Inline && is_whole {
                page.take(hit.line, rule.id, rule.confidence);
            }
        }
        for number in 0..page.lines.len() {
            let known = page.known[number];
            if known.strength == Some(Strength::Sure) && !known.is_head {
                page.take_by_hit(number);
                if page.set.rules[known.rule].id == RIGHTS && said.rights.is_none() {
                    said.rights = Some(page.written_ink(number).to_owned());
                }
            }
        }
        let fields = self.meta_lines(page);
        for (number, strength, _) in &fields {
            if *strength == Strength::Sure {
                page.take(*number, META_LINE, 0.98);
            }
        }
        page.title = if page.lines.is_empty() {
            None
        } else {
            blocks::title_line(page)
        };
        if self.is_on("chrome/title-run") {
            blocks::title_run(page);
        }
        blocks::headed_lists(page);
        let is_dressed = page.is_dressed();
        if is_dressed {
            if self.is_on("chrome/file-name") {
                blocks::file_name(page);
            }
            if self.is_on("chrome/keyword-line") {
                blocks::keyword_lines(page);
            }
            likely_lines(page, &fields);
        }
        if self.is_on("chrome/window-title") {
            blocks::window_title(page, is_dressed);
        }
        for (number, _, line) in fields {
            if page.verdicts[number].is_some() {
                meta::fill(said, line);
            }
        }
    }

    fn is_on(&self, id: &str) -> bool {
        self.set.rules.iter().any(|rule| rule.id.as_str() == id)
    }

    /// The lines that read as fields.
    fn meta_lines(&self, page: &Judgement) -> Vec<(usize, Strength, Meta)> {
        let Some(rule) = self.set.rules.iter().position(|rule| rule.id == META_LINE) else {
            return Vec::new();
        };
        let marked = page
            .hits
            .iter()
            .filter(|hit| hit.rule == rule)
            .map(|hit| hit.line);
        let mut numbers: Vec<usize> = marked.collect();
        let dated = (0..page.lines.len()).filter(|&number| {
            let ink = page.ink(number);
            ink.len() <= 160
                && (ink.as_bytes()[0].is_ascii_digit() || meta::bare_moment(ink).is_some())
                && ink.contains([':', '：'])
        });
        numbers.extend(dated);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .into_iter()
            .filter_map(|number| {
                let mut line = meta::parse(page.ink(number))?;
                if line.strength < Strength::Sure
                    && meta::in_timetable(page.text, page.lines, number)
                {
                    return None;
                }
                let is_own = line.strength < Strength::Sure
                    && facts::is_of_event(page.text, page.lines, number);
                let meta = &mut line.meta;
                for said in [&mut meta.date, &mut meta.author, &mut meta.source] {
                    *said = said.take().map(|said| page.as_written(number, said));
                }
                (!is_own).then_some((number, line.strength, line.meta))
            })
            .collect()
    }

    /// What the rules say of themselves, those from files included.
    pub fn rules(&self) -> Vec<RuleDoc> {
        self.set.rules.iter().map(teach::document).collect()
    }
}

/// Lines that are likely the site's go where they stand above or below the body, or beside a line
/// that goes.
fn likely_lines(page: &mut Judgement, fields: &[(usize, Strength, Meta)]) {
    let Some((first, last)) = page.body() else {
        return;
    };
    let closed = close_of_letter(last, page.below(last));
    let count = page.lines.len();
    let mut likely: Vec<bool> = page
        .known
        .iter()
        .map(|line| line.strength >= Some(Strength::Likely))
        .collect();
    for (number, _, _) in fields {
        likely[*number] = true;
    }
    let reads_as_own = |&number: &usize| {
        !likely[number] && page.reads_as_body(number) && page.verdicts[number].is_none()
    };
    let last_own = (0..count).rev().find(reads_as_own).unwrap_or(last);
    let title = lone_title(page, first, &likely);
    let prose_above = page.prose_above(&likely);
    let whole = prose_above[count];
    let mut goes_on = true;
    while goes_on {
        goes_on = false;
        for (number, is_likely) in likely.iter().enumerate() {
            let is_of_close = (last + 1..=closed).contains(&number);
            if !is_likely
                || is_of_close
                || page.verdicts[number].is_some()
                || page.title == Some(number)
                || title == Some(number)
            {
                continue;
            }
            let above = number > 0 && page.verdicts[number - 1].is_some();
            let below = number + 1 < count && page.verdicts[number + 1].is_some();
            // A tip may read like prose: it is only outside of the body beside other such lines.
            // A disclaimer right below the text's last paragraph may be its author's: the site's
            // lines must have begun above it.
            let known = page.known[number];
            let disclaims = known.is_prose && page.set.rules[known.rule].id == RIGHTS;
            let ends_text = disclaims && prose_above[number] * 2 >= whole;
            let beside = above || (below && !ends_text);
            // Statements that the site's lines part from the text's own last sentence are the site's.
            let parts = || page.verdicts[last_own + 1..number].iter().flatten().count();
            let is_parted = number > last_own && parts() >= PARTING_LINES;
            let outside = number < first || number > last || is_parted;
            if outside || beside {
                if page.known[number].strength >= Some(Strength::Likely) {
                    page.take_by_hit(number);
                } else {
                    page.take(number, META_LINE, 0.93);
                }
                goes_on = true;
            }
        }
    }
}

/// The line above the body that could be the page's title where every such line is likely the
/// site's: a title may hold a site's word (评论区里的人生).
fn lone_title(page: &Judgement, first: usize, likely: &[bool]) -> Option<usize> {
    let could_be = |number: &usize| {
        let known = page.known[*number];
        page.verdicts[*number].is_none()
            && known.chars >= 4
            && known.is_titlelike
            && !known.is_head
            && page.ink(*number).contains(char::is_alphabetic)
            && may_be_title(page.ink(*number))
    };
    let mut above = (0..first).filter(could_be);
    if page.title.is_some() || above.clone().any(|number| !likely[number]) {
        return None;
    }
    above.next_back()
}

/// One edit for each run of neighbours that go for one rule; runs that touch are one change of the
/// ledger. Of the blank lines around a run, one side stays where text stands on both.
fn take_lines(page: &Judgement, edits: &mut Edits) {
    let count = page.lines.len();
    let text = page.text;
    let mut number = 0;
    while number < count {
        if page.verdicts[number].is_none() {
            number += 1;
            continue;
        }
        let run_end = (number..count)
            .find(|&next| page.verdicts[next].is_none())
            .unwrap_or(count);
        let run_start = number;
        let from = match run_start.checked_sub(1) {
            None => 0,
            // At the page's end, the line end before goes with it where none stood after it.
            Some(above) if run_end == count => {
                let keeps_end = text.ends_with('\n');
                (page.lines[above].end + usize::from(keeps_end)).min(page.lines[run_start].start)
            }
            Some(_) => page.lines[run_start].start,
        };
        let to = if run_end == count {
            text.len()
        } else if run_start == 0 || page.lines[run_start].blank_before > 0 {
            page.lines[run_end].start
        } else {
            (page.lines[run_end - 1].end + 1).min(text.len())
        };
        let mut at = from;
        while number < run_end {
            let Some(verdict) = page.verdicts[number] else {
                break;
            };
            let next = (number + 1..run_end)
                .find(|&other| page.verdicts[other].is_some_and(|v| v.rule != verdict.rule))
                .unwrap_or(run_end);
            let confidence = page.verdicts[number..next]
                .iter()
                .flatten()
                .map(|verdict| verdict.confidence)
                .fold(1.0, f32::min);
            let end = if next == run_end {
                to
            } else {
                page.lines[next].start
            };
            edits.remove_with(at, end, verdict.rule, confidence);
            at = end;
            number = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn cleaned(engine: &Engine, text: &str) -> String {
        let mut draft = Draft::from_text(text);
        engine.run(&mut draft);
        draft.text().to_owned()
    }

    #[test]
    fn every_rule_does_what_its_examples_say() {
        let engine = Engine::new(&Settings::default().chrome()).unwrap();
        let mut wrong = Vec::new();
        for rule in engine.rules() {
            for (before, after) in &rule.examples {
                let got = cleaned(&engine, before);
                if got.trim_end() != after.trim_end() {
                    wrong.push(format!(
                        "{}: {before:?}\n   gave {got:?}\n   wanted {after:?}",
                        rule.id
                    ));
                }
            }
            for text in &rule.keeps {
                let got = cleaned(&engine, text);
                if got != *text {
                    wrong.push(format!("{} does not keep {text:?}: {got:?}", rule.id));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_bad_rule_is_named() {
        let settings = Settings::default().chrome();
        let file = r#"
[[rule]]
id = "chrome/my-site"
since = "1"
scope = "line"
needs = ["本站"]
patterns = ['(本站']
what = "x"
why = "x"
leaves_alone = "x"
risk = "x"
removes = ["a", "b"]
keeps = ["a", "b"]
"#;
        let files = [("mine.toml".to_owned(), file.to_owned())];
        let error = Engine::with_learnt_rules(&settings, &files).unwrap_err();
        assert!(error.to_string().contains("chrome/my-site"), "{error}");
        let files = [("mine.toml".to_owned(), "rule = 3".to_owned())];
        let error = Engine::with_learnt_rules(&settings, &files).unwrap_err();
        assert!(error.to_string().contains("mine.toml"), "{error}");
    }

    #[test]
    fn what_meta_lines_say_is_kept() {
        let engine = Engine::new(&Settings::default().chrome()).unwrap();
        let mut draft = Draft::from_text(
            "某县中小学开学\n发布时间：2023-09-01 10:20 来源：某某日报 作者：王某\n全县中小学已于九月一日全部开学，教学秩序平稳。\n版权所有 某某网\n",
        );
        engine.run(&mut draft);
        assert_eq!(
            draft.text(),
            "某县中小学开学\n全县中小学已于九月一日全部开学，教学秩序平稳。\n"
        );
        let meta = &draft.notes.meta;
        assert_eq!(meta.date.as_deref(), Some("2023-09-01 10:20"));
        assert_eq!(meta.source.as_deref(), Some("某某日报"));
        assert_eq!(meta.author.as_deref(), Some("王某"));
        assert_eq!(meta.rights.as_deref(), Some("版权所有 某某网"));
    }
}
