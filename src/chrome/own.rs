//! What `cautious` leaves standing although a rule knows it: lines that say something of the document
//! itself, which a reader may count as its own.

use super::classify::LINE_MODEL;
use super::engine::META_LINE;
use super::hits::ends_sentence;
use super::meta;
use super::verdict::Judgement;
use crate::model::RuleId;

const EDITOR_LINE: RuleId = RuleId::new("chrome/editor-line");
const BREADCRUMB: RuleId = RuleId::new("chrome/breadcrumb");
const NAV_LINE: RuleId = RuleId::new("chrome/nav-line");
/// Rules that take what is said in sentences, of rights and of the site.
const OF_SENTENCES: [RuleId; 3] = [
    RuleId::new("chrome/rights"),
    RuleId::new("chrome/tip"),
    RuleId::new("chrome/platform-notice"),
];
/// Rules that take counters, which may stand in one block with the line that dates the page.
const OF_COUNTERS: [RuleId; 3] = [
    RuleId::new("chrome/comments"),
    RuleId::new("chrome/counters"),
    LINE_MODEL,
];
/// Most lines between that line and the text.
const BYLINE_REACH_LINES: usize = 6;

/// Takes back the verdicts on date, source, author and editor, on statements in sentences, and on a
/// way to the page that ends with its title.
pub(super) fn keep(page: &mut Judgement) {
    for number in 0..page.lines.len() {
        let Some(verdict) = page.verdicts[number] else {
            continue;
        };
        let (ink, rule) = (page.ink(number), verdict.rule);
        let is_statement =
            OF_SENTENCES.contains(&rule) && (page.known[number].is_prose || ends_sentence(ink));
        let dates = || rule == META_LINE || rule == LINE_MODEL;
        let is_own = rule == EDITOR_LINE
            || is_statement
            || (dates() && names_origin(ink))
            || (([BREADCRUMB, NAV_LINE, LINE_MODEL].contains(&rule))
                && ends_with_title(page, number));
        if is_own {
            page.verdicts[number] = None;
            if dates() {
                keep_counters(page, number);
            }
        }
    }
}

/// Counters between the line that dates the page and the text stay with it.
fn keep_counters(page: &mut Judgement, byline: usize) {
    let below = byline + 1..page.lines.len().min(byline + 1 + BYLINE_REACH_LINES);
    let Some(text) = below.clone().find(|&below| page.known[below].is_prose) else {
        return;
    };
    for number in byline + 1..text {
        let is_counter = |rule: RuleId| OF_COUNTERS.contains(&rule);
        if page.verdicts[number].is_some_and(|verdict| is_counter(verdict.rule)) {
            page.verdicts[number] = None;
        }
    }
}

/// Whether the line says when the document was put up, or from whom it is.
fn names_origin(ink: &str) -> bool {
    let is_said = ["本文来源", "资料来源", "稿件来源"]
        .iter()
        .any(|said| ink.starts_with(said));
    let is_read = meta::parse(ink).is_some_and(|line| {
        let said = line.meta;
        said.date.is_some() || said.source.is_some() || said.author.is_some()
    });
    is_said || is_read
}

/// Whether a line that stays stands right below and is the end of this one.
fn ends_with_title(page: &Judgement, number: usize) -> bool {
    let below = (number + 1..page.lines.len()).find(|&below| page.verdicts[below].is_none());
    below.is_some_and(|below| {
        let title = page.ink(below);
        page.known[below].chars >= 6
            && !page.known[below].is_prose
            && page.ink(number).ends_with(title)
    })
}
