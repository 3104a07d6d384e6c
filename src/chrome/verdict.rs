//! A page in judgement: what is known of each line, and which lines go.

use super::facts::{heads_attachments, is_of_event};
use super::hits::{Hit, RuleSet};
use super::page::{Line, count_chars};
use super::rules::{Scope, Strength};
use super::spared::{Below, is_bodily};
use crate::model::RuleId;

/// That a line goes, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) rule: RuleId,
    pub(super) confidence: f32,
}

/// What is known of one line besides its text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// The strongest hit of a line or head rule.
    pub(super) strength: Option<Strength>,
    /// Which rule that is.
    pub(super) rule: usize,
    /// Whether it opens a list.
    pub(super) is_head: bool,
    /// Whether it reads like sentences.
    pub(super) is_prose: bool,
    /// Whether it is the text's own by its form, however short.
    pub(super) is_bodily: bool,
    /// Whether it could be a title: short, and not a sentence.
    pub(super) is_titlelike: bool,
    /// Characters of its ink.
    pub(super) chars: usize,
}

/// A page in judgement.
pub(super) struct Judgement<'a> {
    /// In simplified characters.
    pub(super) text: &'a str,
    /// As it is written: of the same length, and every line at the same place.
    pub(super) written: &'a str,
    pub(super) lines: &'a [Line],
    pub(super) set: &'a RuleSet,
    pub(super) hits: &'a [Hit],
    pub(super) known: Vec<Known>,
    pub(super) verdicts: Vec<Option<Verdict>>,
    /// The line that gives the document its title where the page's first line names it too.
    pub(super) title: Option<usize>,
}

/// Likely hits that together show a dress without any sure one.
const LIKELY_FOR_DRESS: usize = 6;

impl<'a> Judgement<'a> {
    pub(super) fn new(text: &'a str, lines: &'a [Line], set: &'a RuleSet, hits: &'a [Hit]) -> Self {
        let mut known: Vec<Known> = lines.iter().map(|line| look(line.ink(text))).collect();
        for hit in hits {
            let scope = set.rules[hit.rule].scope;
            if matches!(scope, Scope::Inline | Scope::Code) {
                continue;
            }
            let line = &mut known[hit.line];
            if line.strength < Some(hit.strength) {
                line.strength = Some(hit.strength);
                line.rule = hit.rule;
                line.is_head = scope == Scope::Head;
            }
        }
        for (line, place) in known.iter_mut().zip(lines) {
            line.is_bodily =
                line.strength < Some(Strength::Sure) && is_bodily(place.ink(text), line.chars);
        }
        for (number, line) in known.iter_mut().enumerate() {
            let unsure = matches!(line.strength, Some(Strength::Hint | Strength::Likely));
            if unsure
                && (is_of_event(text, lines, number) || heads_attachments(text, lines, number))
            {
                line.strength = None;
                line.is_bodily = true;
            }
        }
        Self {
            verdicts: vec![None; lines.len()],
            title: None,
            text,
            written: text,
            lines,
            set,
            hits,
            known,
        }
    }

    /// The line's text without margins and list mark.
    pub(super) fn ink(&self, number: usize) -> &'a str {
        self.lines[number].ink(self.text)
    }

    /// The same as it is written.
    pub(super) fn written_ink(&self, number: usize) -> &'a str {
        self.lines[number].ink(self.written)
    }

    /// What was read off a line, as it is written there.
    pub(super) fn as_written(&self, number: usize, said: String) -> String {
        let place = self.ink(number).find(&said);
        let slice = place.and_then(|at| self.written_ink(number).get(at..at + said.len()));
        slice.map_or(said, str::to_owned)
    }

    /// Lets a line go, unless an earlier verdict stands or it is the title.
    pub(super) fn take(&mut self, number: usize, rule: RuleId, confidence: f32) {
        let verdict = &mut self.verdicts[number];
        if verdict.is_none() && self.title != Some(number) {
            *verdict = Some(Verdict { rule, confidence });
        }
    }

    /// Lets a line go for the rule that hit it.
    pub(super) fn take_by_hit(&mut self, number: usize) {
        let rule = &self.set.rules[self.known[number].rule];
        let (id, confidence) = (rule.id, rule.confidence);
        let confidence = match self.known[number].strength {
            Some(Strength::Sure) => confidence,
            _ => confidence.min(0.95),
        };
        self.take(number, id, confidence);
    }

    /// Whether the page shows a site's dress: one line that goes already, or many likely ones.
    pub(super) fn is_dressed(&self) -> bool {
        if self.verdicts.iter().any(Option::is_some) {
            return true;
        }
        // Right above a paragraph it may be the heading of it: 下载客户端, 注册与登录.
        let likely = |number: &usize| {
            self.known[*number].strength == Some(Strength::Likely)
                && !(number + 1 < self.lines.len() && self.reads_as_body(number + 1))
        };
        let mut rules: Vec<usize> = (0..self.lines.len())
            .filter(likely)
            .map(|number| self.known[number].rule)
            .collect();
        let count = rules.len();
        rules.sort_unstable();
        rules.dedup();
        count >= LIKELY_FOR_DRESS && rules.len() >= 3
    }

    /// The lines under line `number`.
    pub(super) fn below(&self, number: usize) -> impl Iterator<Item = Below<'a>> + Clone {
        (number + 1..self.lines.len()).map(|at| Below {
            number: at,
            ink: self.ink(at),
            goes: self.verdicts[at].is_some(),
            is_apart: self.lines[at].blank_before > 0,
        })
    }

    /// Characters of the paragraphs above each line, those `without` left out; of all at the end.
    pub(super) fn prose_above(&self, without: &[bool]) -> Vec<usize> {
        let mut sums = vec![0];
        for (line, left_out) in self.known.iter().zip(without) {
            let own = if line.is_prose && !left_out {
                line.chars
            } else {
                0
            };
            sums.push(sums[sums.len() - 1] + own);
        }
        sums
    }

    /// Whether the line is a paragraph, or the text's own by its form.
    pub(super) fn reads_as_body(&self, number: usize) -> bool {
        self.known[number].is_prose || self.known[number].is_bodily
    }

    /// First and last line of those that stay and are the text's by their form: the body as far as
    /// rules can see it.
    pub(super) fn body(&self) -> Option<(usize, usize)> {
        let stays =
            |number: &usize| self.reads_as_body(*number) && self.verdicts[*number].is_none();
        let first = (0..self.lines.len()).find(stays)?;
        let last = (0..self.lines.len()).rev().find(stays)?;
        Some((first, last))
    }
}

fn look(ink: &str) -> Known {
    let chars = count_chars(ink);
    let is_prose = chars >= 22 && reads_like_sentences(ink, chars);
    let closes = ink.ends_with(['。', '；', '，', ';', ',', '、']);
    Known {
        chars,
        is_prose,
        is_titlelike: (3..=64).contains(&chars) && !is_prose && !closes,
        ..Known::default()
    }
}

/// Two sentences, one with a pause, or three pauses; read no further than that shows.
fn reads_like_sentences(ink: &str, chars: usize) -> bool {
    let (mut ends, mut pauses) = (0, 0);
    // All of these signs begin with one of two bytes of UTF-8, and there are no others on a line
    // that is no prose, or few.
    for at in memchr::memchr3_iter(0xE3, 0xEF, b',', ink.as_bytes()) {
        match ink.as_bytes()[at..] {
            [0xE3, 0x80, 0x82, ..] | [0xEF, 0xBC, 0x81 | 0x9F | 0x9B, ..] => ends += 1,
            [0xE3, 0x80, 0x81, ..] | [0xEF, 0xBC, 0x8C, ..] | [b',', ..] => pauses += 1,
            _ => continue,
        }
        if ends >= 2
            || (ends == 1 && (chars >= 30 || pauses >= 1))
            || pauses >= 3
            || (pauses >= 1 && chars >= 60)
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::look;

    #[test]
    fn sentences_are_told_from_titles() {
        for prose in [
            "全县中小学已于九月一日开学，教学秩序平稳有序。",
            "全县中小学于九月一日开学。各校秩序平稳；师生精神饱满。",
            "粮食、棉花、油料、蔬菜、水果的产量与去年同期相比都有增加",
        ] {
            assert!(look(prose).is_prose, "{prose}");
        }
        for title in ["关于做好二〇二三年秋收工作的通知", "首页,新闻,财经"] {
            let seen = look(title);
            assert!(!seen.is_prose && seen.is_titlelike, "{title}");
        }
        assert!(!look("一、指导思想；").is_titlelike);
    }
}
