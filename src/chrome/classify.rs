//! The classifier's say on a page that shows its dress.

use serde::Serialize;

use super::bounds::{PARTING_LINES, Reading, core};
use super::engine::{Engine, META_LINE};
use super::hits::ends_sentence;
use super::html::{self, HtmlRows};
use super::model::Model;
use super::rules::Strength;
use super::spared::{
    close_of_letter, is_contact, is_field, is_said_title, is_site_matter, is_spared, may_be_title,
    names_site_matter, promises_parts,
};
use super::verdict::Judgement;
use super::{features, page};
use crate::config::ChromeLevel;
use crate::model::{BlockFact, Draft, Facts, LineFact, Meta, RuleId};

pub(super) const LINE_MODEL: RuleId = RuleId::new("chrome/line-model");

/// From which probability a line goes: what reads as the text's and other lines, amid the body and
/// outside of it.
struct Thresholds {
    prose_amid: f32,
    other_amid: f32,
    prose_outside: f32,
    other_outside: f32,
}

impl Thresholds {
    fn of(level: ChromeLevel) -> Self {
        let [prose_amid, other_amid, prose_outside, other_outside] = match level {
            ChromeLevel::Off => [2.0; 4],
            ChromeLevel::Cautious => [2.0, 0.995, 0.98, 0.93],
            ChromeLevel::Balanced => [0.99, 0.92, 0.93, 0.6],
            ChromeLevel::Strict => [0.9, 0.7, 0.7, 0.5],
        };
        Self {
            prose_amid,
            other_amid,
            prose_outside,
            other_outside,
        }
    }
}

/// By how much a line that its markup tells as the site's may be less certain, amid the body and
/// outside of it: its place in the page speaks for itself.
const LESS_BY_MARKUP: [f32; 2] = [0.12, 0.08];

/// Below this probability of being the site's a line counts as the body's, which sets its bounds.
const SURELY_BODY: f32 = 0.4;

/// From this probability on the first line is no title.
const SURELY_CHROME: f32 = 0.97;

/// Least probability and fewest lines in a row with which a block goes that nothing but the
/// classifier speaks against.
const UNKNOWN_BLOCK: (f32, usize) = (0.99, 4);

/// Least certain reading of a page's best paragraph for the classifier to have a say.
const PARAGRAPH: f32 = 0.6;

/// The same of a long one without any site's word, and how long that is.
const LONG_PARAGRAPH: f32 = 0.95;
const LONG_PARAGRAPH_CHARS: usize = 80;

/// Least probability by its text alone with which a paragraph goes from a page of HTML: within the
/// block that holds most of the page's prose, and outside of it.
const AT_LEAST_BY_TEXT: [f32; 2] = [0.6, 0.3];

/// From this probability on a known line below the body ends what may be the text's own list.
const CHROME_BELOW: f32 = 0.8;

/// Lets go what the classifier is sure enough of. Nothing where no text would be left of the page.
pub(super) fn line_model(page: &mut Judgement, draft: &Draft, level: ChromeLevel, weights: &Model) {
    if !shows_dress(page) {
        return;
    }
    let mut rows = features::rows(page);
    let mut markup = html::rows(page, draft);
    let fits = weights.fits(&mut rows);
    let by_text = weights.chances(&fits);
    let by_markup = markup
        .as_mut()
        .map(|markup| weights.chances_of_markup(&fits, &rows, markup));
    let chances = by_markup.as_ref().unwrap_or(&by_text);
    let markup = markup.as_ref();
    let told_by = |of: fn(&HtmlRows, usize) -> bool, number: usize| {
        markup.is_some_and(|markup| of(markup, number))
    };
    let at = Thresholds::of(level);
    let stays = |number: &usize| page.verdicts[*number].is_none();
    let reads_as_body = |number: &usize| {
        let line = page.known[*number];
        chances[*number] < SURELY_BODY && (line.is_prose || line.chars >= 10)
    };
    // A link, and what stands apart from the text, is no piece of a wrapped sentence.
    let may_be_cut = |number| !told_by(html::is_marked, number);
    let count = page.lines.len();
    // A text without any paragraph (a recipe, a lesson plan, verses) looks like a site's lists.
    let is_paragraph = |number: usize| {
        let known = page.known[number];
        let by_form = || {
            // A long one that speaks of no site is one even where the classifier doubts it.
            let is_long = known.chars >= LONG_PARAGRAPH_CHARS
                && known.strength.is_none()
                && !names_site_matter(page.ink(number));
            chances[number] < if is_long { LONG_PARAGRAPH } else { PARAGRAPH }
        };
        let is_one = reads_as_body(&number) || known.is_bodily && by_form();
        known.is_prose && (is_one || opens_text(page, number, chances[number]))
    };
    if !(0..count).any(|number| stays(&number) && is_paragraph(number)) {
        return;
    }
    let is_by_form = |number: &usize| {
        let is_spared = || spares(page, *number, may_be_cut(*number));
        page.known[*number].is_bodily && (chances[*number] < SURELY_CHROME || is_spared())
    };
    let Some((first, last)) = core((0..count).map(|number| Reading {
        is_core: stays(&number) && (reads_as_body(&number) || is_paragraph(number)),
        may_be: stays(&number) && is_by_form(&number),
        parts: !stays(&number) || chances[number] >= SURELY_CHROME,
    })) else {
        return;
    };
    // The last sentence may stand above a line that only looks like the body's.
    let sentence = page.body().map_or(last, |(_, sentence)| sentence);
    let closes = [last, sentence].map(|end| end + 1..close_of_letter(end, page.below(end)) + 1);
    if page.title.is_none() {
        page.title = likeliest_title(page, chances, first);
    }
    let goes = |number: usize| {
        if closes.iter().any(|close| close.contains(&number)) {
            return false;
        }
        let (ink, known) = (page.ink(number), page.known[number]);
        let is_amid = (first..=last).contains(&number);
        // Outside of the body a rule may take 时间：… for the page's own; amid it, it is the text's.
        let weakest = if is_amid {
            Strength::Likely
        } else {
            Strength::Hint
        };
        let is_field = known.strength <= Some(weakest) && is_field(ink);
        if number < first && promises_parts(ink) {
            return false;
        }
        let reads_on = known.is_prose || is_field || ends_sentence(ink);
        let marked = told_by(html::is_marked, number) && level == ChromeLevel::Balanced;
        let less = if marked {
            LESS_BY_MARKUP[usize::from(!is_amid)]
        } else {
            0.0
        };
        let least = match (reads_on, is_amid) {
            (true, true) => at.prose_amid,
            (false, true) => at.other_amid,
            (true, false) => at.prose_outside,
            (false, false) => at.other_outside,
        } - less;
        if markup.is_some_and(|markup| html::is_packed(markup, number, ink)) {
            return true;
        }
        // No paragraph goes for its place in the markup alone.
        let by_place = AT_LEAST_BY_TEXT[usize::from(told_by(html::is_outside, number))];
        if known.is_prose && known.is_bodily && by_text[number] < by_place {
            return false;
        }
        // Nor is what many of the site's lines part from the text.
        let between = if number > last {
            last + 1..number
        } else {
            number + 1..first.max(number + 1)
        };
        let is_parted = !is_amid && { between }
            .filter(|between| !stays(between) || chances[*between] >= SURELY_CHROME)
            .nth(PARTING_LINES - 1)
            .is_some();
        chances[number] >= least && !spares(page, number, may_be_cut(number) && !is_parted)
    };
    let mut going: Vec<bool> = (0..count).map(goes).collect();
    let is_known = |number: &usize| {
        let is_hit = page.known[*number].strength.is_some() && !is_contact(page.ink(*number));
        let is_marked = told_by(html::is_marked, *number);
        !stays(number) || is_hit || is_marked || names_site_matter(page.ink(*number))
    };
    keep_unknown_runs(&mut going, first, last, |number| {
        (!stays(&number), is_known(&number))
    });
    // Between the line that dates the page, or its title, and its first paragraph the text has
    // begun: a table of results, a list of prizes.
    let byline = (0..first).rev().find(|&number| is_byline(page, number));
    if let Some(above) = byline.or(page.title)
        && level != ChromeLevel::Strict
    {
        for (number, goes) in going.iter_mut().enumerate().take(first).skip(above + 1) {
            *goes &= is_known(&number);
        }
    }
    let anyway = unknown_blocks(count, |number| {
        (stays(&number) && goes(number)).then_some(chances[number])
    });
    for number in first..=last {
        going[number] |= anyway[number];
    }
    let speaks_of_site = |number: &usize| {
        // A line of links may be the text's own list (a list of books): its marks do not count here.
        let is_outside = told_by(html::is_outside, *number);
        let is_told = is_outside || (is_known(number) && !may_be_said(page, *number));
        !stays(number) || (is_told && chances[*number] >= CHROME_BELOW)
    };
    let below = (last + 1..count).find(speaks_of_site).unwrap_or(count);
    let is_title = |number: &usize| reads_as_headline(page.ink(*number), page.known[*number].chars);
    // Right below the body only a list of other pages' titles is told from the text's own lists.
    let titles_from = (last + 1..below).rev().find(|number| !is_title(number));
    let titles_from = titles_from.map_or(last + 1, |number| number + 1);
    let enough = below - titles_from >= HEADLINES;
    if level != ChromeLevel::Strict {
        let to = if enough { titles_from } else { below };
        going[last + 1..to].copy_from_slice(&anyway[last + 1..to]);
    }
    for (number, _) in going.iter().enumerate().filter(|(_, goes)| **goes) {
        page.take(number, LINE_MODEL, chances[number]);
    }
}

/// Whether a doubtful paragraph that speaks of no site is a short page's whole text: it stands right
/// under the title or the line that dates the page.
fn opens_text(page: &Judgement, number: usize, chance: f32) -> bool {
    const REACH_LINES: usize = 4;
    let known = page.known[number];
    let is_own = (known.is_bodily || known.chars >= LONG_PARAGRAPH_CHARS)
        && chance < SURELY_CHROME
        && known.strength.is_none()
        && !is_site_matter(page.ink(number));
    is_own
        && (number.saturating_sub(REACH_LINES)..number)
            .any(|above| page.title == Some(above) || is_byline(page, above))
}

/// Which lines stand in blocks that the classifier is so sure of that nothing else need know them.
/// `chance` gives a line's probability where it may go.
fn unknown_blocks(count: usize, chance: impl Fn(usize) -> Option<f32>) -> Vec<bool> {
    let (least, fewest) = UNKNOWN_BLOCK;
    let mut sure: Vec<bool> = (0..count)
        .map(|number| chance(number).is_some_and(|chance| chance >= least))
        .collect();
    for run in sure.chunk_by_mut(|a, b| a == b) {
        if run.len() < fewest {
            run.fill(false);
        }
    }
    sure
}

/// Lets the runs of lines amid the body stay that nothing but the classifier speaks against: a
/// site's lines come in blocks, of which a rule or a site's own word knows one. `told` says of a
/// line whether it goes by rule, and whether it is known in one way or the other.
fn keep_unknown_runs(
    going: &mut [bool],
    first: usize,
    last: usize,
    told: impl Fn(usize) -> (bool, bool),
) {
    let mut from = first;
    while from <= last {
        let ends = |number: &usize| !going[*number] && !told(*number).0;
        let to = (from..=last).find(ends).unwrap_or(last + 1);
        if !(from..to).any(|number| told(number).1) {
            going[from..to].fill(false);
        }
        from = to + 1;
    }
}

/// The line down to the first of the body's, `first`, that reads most like its title: of those
/// that could be one the least likely the site's, else the page's first line.
fn likeliest_title(page: &Judgement, chances: &[f32], first: usize) -> Option<usize> {
    let stays = |number: &usize| page.verdicts[*number].is_none();
    let likeliest = |of: fn(&Judgement, usize) -> bool| {
        (0..=first)
            .filter(stays)
            .filter(|&number| of(page, number) && may_be_title(page.ink(number)))
            .min_by(|&a, &b| chances[a].total_cmp(&chances[b]))
    };
    echoed_title(page, first)
        .or_else(|| title_above_byline(page, first))
        .or_else(|| likeliest(is_headline))
        .or_else(|| likeliest(is_name))
        .or_else(|| (stays(&0) && chances[0] < SURELY_CHROME).then_some(0))
}

/// Whether a rule took the line for the page's date, source or author.
fn is_byline(page: &Judgement, number: usize) -> bool {
    page.verdicts[number].is_some_and(|verdict| verdict.rule == META_LINE)
}

/// The headline right above the first line that dates the page.
fn title_above_byline(page: &Judgement, first: usize) -> Option<usize> {
    let byline = (0..first).find(|&number| is_byline(page, number))?;
    let stays = |number: &usize| page.verdicts[*number].is_none();
    let above = (0..byline).rev().find(stays)?;
    let (ink, known) = (page.ink(above), page.known[above]);
    let is_title = known.strength.is_none()
        && reads_as_headline(ink.trim_end_matches(['！', '!']), known.chars)
        && (may_be_title(ink) || is_said_title(ink))
        && !is_site_matter(ink);
    is_title.then_some(above)
}

/// The line down to the body's first with which the window's title or the way to the page ends.
fn echoed_title(page: &Judgement, first: usize) -> Option<usize> {
    const MARKS: [char; 9] = ['-', '_', '|', '>', '»', '—', '·', '/', ' '];
    let stays = |number: usize| page.verdicts[number].is_none();
    // The way to the page may itself read as the text's first line.
    let begins = (first..page.lines.len()).find(|&number| page.known[number].is_prose);
    (1..=begins.unwrap_or(first)).rev().find(|&number| {
        let ink = page.ink(number);
        let is_echo = |above: usize| {
            let head = page.ink(above).strip_suffix(ink);
            head.is_some_and(|head| head.ends_with(MARKS))
        };
        stays(number)
            && (6..=64).contains(&page.known[number].chars)
            && !page.known[number].is_prose
            && (0..number).any(is_echo)
    })
}

/// A line as long as titles are.
fn is_headline(page: &Judgement, number: usize) -> bool {
    let known = page.known[number];
    known.is_titlelike && known.chars >= 6 && !known.is_bodily
}

/// A title of few characters, such as 银杏: only where no rule knows it.
fn is_name(page: &Judgement, number: usize) -> bool {
    let known = page.known[number];
    known.strength.is_none() && (2..6).contains(&known.chars) && !known.is_bodily
}

/// Fewest titles of other pages right below the body that are a list.
const HEADLINES: usize = 4;

/// `江城举办少儿书法展`: one piece, of a headline's length, without a mark at its end.
fn reads_as_headline(ink: &str, chars: usize) -> bool {
    let han = ink.chars().filter(|c| ('一'..='鿿').contains(c)).count();
    (8..=36).contains(&chars)
        && han * 10 >= chars * 7
        && ink.split_whitespace().count() <= 2
        && !ink.ends_with(['。', '！', '：', ':', '；', '，', '、', '!'])
}

/// Whether a site's word in the line is all that speaks against it, and no more than a part of it.
fn may_be_said(page: &Judgement, number: usize) -> bool {
    let known = page.known[number];
    page.verdicts[number].is_none() && known.strength.is_none() && !is_site_matter(page.ink(number))
}

/// Whether the line reads as a part of letters, notices and wrapped paragraphs.
fn spares(page: &Judgement, number: usize, may_be_cut: bool) -> bool {
    let stays = |at: &usize| page.verdicts[*at].is_none();
    let ink = |at: Option<usize>| at.map_or("", |at| page.ink(at));
    let above = (0..number).rev().find(stays);
    let below = (number + 1..page.lines.len()).find(stays);
    is_spared(page.ink(number), ink(above), ink(below), may_be_cut)
}

/// Whether enough lines go by rule that the rest may be judged by the classifier: two, of
/// different rules, or five.
fn shows_dress(page: &Judgement) -> bool {
    let mut rules: Vec<RuleId> = page
        .verdicts
        .iter()
        .flatten()
        .map(|verdict| verdict.rule)
        .collect();
    let count = rules.len();
    rules.sort_unstable();
    rules.dedup();
    count >= 5 || rules.len() >= 2
}

/// A page as the classifier sees it, for training.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Whether the rules found enough of a dress for the classifier to have a say.
    pub dressed: bool,
    /// Its lines, blank ones left out.
    pub lines: Vec<SeenLine>,
}

/// One line as the classifier sees it.
#[derive(Clone, Debug, Serialize)]
pub struct SeenLine {
    /// The line without margins and list mark.
    pub ink: String,
    /// The rule that takes it, where one does.
    pub rule: Option<RuleId>,
    /// Its own numbers; the vocabulary's is 0 without weights.
    pub own: Vec<f32>,
    /// Buckets of its pairs and triples of characters.
    pub grams: Vec<u16>,
    /// What the weights give it, as a probability of 0 to 1.
    pub chance: f32,
    /// The numbers of its markup; empty where there is none.
    pub markup: Vec<f32>,
    /// Buckets of the names of the elements around it.
    pub names: Vec<u16>,
}

impl Engine {
    /// What the classifier sees of each line of a text, before it says anything. For training.
    ///
    /// ```
    /// use qingwen::{Settings, chrome::Engine};
    /// let engine = Engine::new(&Settings::default().chrome())?;
    /// let seen = engine.seen("分享到： 微信\n全县中小学于九月一日开学。\n");
    /// assert_eq!(seen.lines.len(), 2);
    /// assert!(seen.lines[0].rule.is_some() && seen.lines[1].rule.is_none());
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn seen(&self, text: &str) -> Seen {
        self.seen_page(text, Vec::new(), Vec::new())
    }

    /// The same of a page of HTML: its rendered text, and what the renderer says of its lines and
    /// blocks.
    pub fn seen_page(&self, text: &str, lines: Vec<LineFact>, blocks: Vec<BlockFact>) -> Seen {
        let facts = Facts {
            lines,
            blocks,
            ..Facts::default()
        };
        let draft = Draft::new(text, facts);
        let folded = page::folded(text);
        let written = text;
        let text = folded.as_deref().unwrap_or(written);
        let lines = page::lines(text);
        let hits = self.set.hits(text, &lines, None);
        let mut page = Judgement::new(text, &lines, &self.set, &hits);
        page.written = written;
        self.judge_by_rules(&mut page, &mut Meta::default());
        let mut rows = features::rows(&page);
        let mut markup = html::rows(&page, &draft);
        let chances = match self.weights() {
            Some(weights) => {
                let fits = weights.fits(&mut rows);
                match &mut markup {
                    Some(markup) => weights.chances_of_markup(&fits, &rows, markup),
                    None => weights.chances(&fits),
                }
            }
            None => vec![0.0; lines.len()],
        };
        let line = |number: usize| SeenLine {
            ink: page.written_ink(number).to_owned(),
            rule: page.verdicts[number].map(|verdict| verdict.rule),
            own: rows.own[number].to_vec(),
            grams: rows.grams[rows.starts[number]..rows.starts[number + 1]].to_vec(),
            chance: chances[number],
            markup: markup
                .as_ref()
                .map_or_else(Vec::new, |markup| markup.own[number].to_vec()),
            names: markup.as_ref().map_or_else(Vec::new, |markup| {
                markup.names[markup.starts[number]..markup.starts[number + 1]].to_vec()
            }),
        };
        Seen {
            dressed: shows_dress(&page),
            lines: (0..lines.len()).map(line).collect(),
        }
    }
}
