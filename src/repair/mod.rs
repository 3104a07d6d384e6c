//! What was it before it broke? Text → text.
//!
//! Enters: a draft in which a site may have swapped words. Leaves: the words that stood there,
//! where that is certain; findings where it is not. It refuses to touch a word that could be right.
//!
//! Every place where a word of the lexicon stands is found on the original text. Each has the
//! evidence of phrases, of its neighbours in clean text (the model) and of the document: a page
//! that shows its swaps in many places is spun, which lifts the rest. All are decided together,
//! so that chains (研究→讨论→争论) come apart at once, and applied at once.

mod context;
mod document;
mod fit;
mod judge;
mod lexicon;
mod model;
mod neighbours;
mod network;
mod network_fit;
mod ocr;
mod packing;
mod page;
mod phrases;
mod reasons;
mod sight;
mod statistics;
mod tally;
mod train;
mod twins;
mod window;

use crate::Result;
use crate::config::{RepairLevel, RepairSettings};
use crate::model::{Draft, Edits, RuleDoc, RuleId};

pub use model::Model;
pub use train::Trainer;
pub use twins::{Proposal, Twins};

use document::Verdicts;
use judge::Judge;
use lexicon::{Lexicon, NEVER};
use phrases::Entry;

/// A swapped word, known by its neighbours and its document.
const SPUN: RuleId = RuleId::new("repair/spun");
/// A swap that broke a neighbouring word: wrong whatever the document.
const BROKEN: RuleId = RuleId::new("repair/broken-word");

/// A character that sounds or looks like the one that stood there; off unless asked for.
const OCR: RuleId = RuleId::new("repair/ocr");

/// Log-odds from which a repair is certain, probable, and worth a finding.
const CERTAIN: f32 = 2.4;
const PROBABLE: f32 = 1.0;
const WORTH_A_FINDING: f32 = 0.0;

/// The lexicon and model, ready to run on many documents.
#[derive(Debug)]
pub struct Engine {
    settings: RepairSettings,
    judge: Judge,
    keeps_reasons: bool,
}

impl Engine {
    /// Loads lexicon and model.
    ///
    /// # Errors
    /// [`crate::Error::Config`] when the model file is unusable.
    pub fn new(settings: &RepairSettings) -> Result<Self> {
        let model = match &settings.model {
            Some(path) => Model::open(path)?,
            None => Model::shipped()?,
        };
        Self::with_model(settings, model)
    }

    /// An engine with a model at hand.
    ///
    /// # Errors
    /// [`crate::Error::Config`] when the model's pairs are no pairs.
    pub fn with_model(settings: &RepairSettings, model: Model) -> Result<Self> {
        Self::with_phrases(settings, model, &phrases::shipped()?)
    }

    /// An engine that knows the pairs alone and none of the phrases: what it finds, it finds by
    /// neighbours and document. For measuring.
    ///
    /// # Errors
    /// [`crate::Error::Config`] when the model's pairs are no pairs.
    pub fn without_phrases(settings: &RepairSettings, model: Model) -> Result<Self> {
        Self::with_phrases(settings, model, &[])
    }

    fn with_phrases(settings: &RepairSettings, model: Model, entries: &[Entry]) -> Result<Self> {
        let lexicon = Lexicon::new(model.extra_pairs(), entries)?;
        Ok(Self {
            settings: settings.clone(),
            judge: Judge::new(lexicon, model),
            keeps_reasons: false,
        })
    }

    /// From now on the notes of a document say what speaks for each repair and finding.
    pub fn keep_reasons(&mut self) {
        self.keeps_reasons = true;
    }

    /// Repairs one document and notes how spun it is.
    ///
    /// Run on its own output it changes nothing: what it restored is no longer evidence, so
    /// what was below the level stays below.
    pub fn run(&self, draft: &mut Draft) {
        if self.settings.level == RepairLevel::Off {
            return;
        }
        self.unspin(draft);
        if self.settings.switches.is_on(OCR, false) {
            self.mend(draft);
        }
    }

    /// Puts characters right that scanning or typing has spoilt.
    fn mend(&self, draft: &mut Draft) {
        let level = self.settings.level;
        let mut edits = Edits::default();
        let mut left = Vec::new();
        for slip in ocr::slips(draft.text()) {
            let end = slip.start
                + draft.text()[slip.start..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
            let applies = match level {
                RepairLevel::Certain => slip.is_certain,
                RepairLevel::Probable => true,
                RepairLevel::Report | RepairLevel::Off => false,
            };
            let right = slip.right.to_string();
            if applies {
                edits.replace_with(slip.start, end, &right, OCR, slip.confidence);
            } else {
                left.push((slip.start, end, right, OCR, slip.confidence));
            }
        }
        report(draft, left);
        draft.apply(edits);
    }

    /// Puts words right that a site has swapped.
    fn unspin(&self, draft: &mut Draft) {
        let switches = &self.settings.switches;
        let (spun, broken) = (switches.is_on(SPUN, true), switches.is_on(BROKEN, true));
        if !(spun || broken) {
            return;
        }
        let verdicts = self.judge.document(draft.text());
        let found = self.places(&verdicts);
        if self.keeps_reasons {
            self.judge.give_reasons(&verdicts, &found, draft);
        }
        if found.spun_ratio > draft.notes.spun_ratio {
            draft.notes.spun_ratio = found.spun_ratio;
            draft.notes.spun_family = found.family.map(str::to_owned);
        }
        let mut edits = Edits::default();
        let mut left = Vec::new();
        for place in &found.places {
            let (rule, is_on) = if place.is_broken {
                (BROKEN, broken)
            } else {
                (SPUN, spun)
            };
            if !is_on {
                continue;
            }
            if self.settings.level != RepairLevel::Report && place.level <= self.settings.level {
                edits.replace_with(place.start, place.end, &place.right, rule, place.confidence);
            } else {
                let right = place.right.to_string();
                left.push((place.start, place.end, right, rule, place.confidence));
            }
        }
        report(draft, left);
        draft.apply(edits);
    }

    /// What may have stood between two pieces of text in the place of a word, the likeliest
    /// first, by phrases and neighbours alone: nothing is known of the document. Empty for a
    /// word that is not looked for, and where a phrase keeps it.
    ///
    /// ```
    /// use qingwen::{Settings, repair::Engine};
    /// let engine = Engine::new(&Settings::default().repair())?;
    /// let readings = engine.readings("教育事业健康", "开展", "。");
    /// assert_eq!(&*readings[0].right, "发展");
    /// assert!(engine.readings("甲", "乙", "丙").is_empty());
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn readings(&self, left: &str, word: &str, right: &str) -> Vec<Reading> {
        let lexicon = &self.judge.lexicon;
        let Some((_, wrong)) = lexicon
            .wrong
            .longest_at(word, 0)
            .filter(|&(len_bytes, _)| len_bytes == word.len())
        else {
            return Vec::new();
        };
        let candidates = self.judge.candidates(left, right, wrong as usize);
        candidates
            .iter()
            .map(|candidate| {
                let choice = &lexicon.choices[wrong as usize][candidate.choice];
                let evidence = candidate.evidence;
                Reading {
                    right: lexicon.words[choice.right].clone(),
                    evidence: [evidence.prior, evidence.context, evidence.phrase],
                }
            })
            .collect()
    }

    /// What is found in a text, without changing it.
    pub fn look(&self, text: &str) -> Found {
        self.places(&self.judge.document(text))
    }

    fn places(&self, verdicts: &Verdicts) -> Found {
        let lexicon = &self.judge.lexicon;
        let mut found = Found {
            spun_log_odds: verdicts.spun,
            ..Found::default()
        };
        for hit in &verdicts.hits {
            let Some(best) = hit.best() else {
                continue;
            };
            let evidence = best.evidence;
            if hit.odds < WORTH_A_FINDING {
                continue;
            }
            let choice = &lexicon.choices[hit.wrong][best.choice];
            // Between free variants context never decides, only a fixed phrase does.
            let is_said = evidence.phrase > 0.0 && hit.odds > CERTAIN + 2.0;
            let is_left = choice.is_free || choice.bar == NEVER;
            let may_be_certain =
                evidence.is_never || (hit.is_shown_elsewhere() && (!is_left || is_said));
            let level = if hit.odds >= CERTAIN && may_be_certain {
                RepairLevel::Certain
            } else if hit.odds >= if choice.is_free { CERTAIN } else { PROBABLE } {
                RepairLevel::Probable
            } else {
                RepairLevel::Report
            };
            found.places.push(Place {
                start: hit.start,
                end: hit.end,
                right: lexicon.words[choice.right].clone(),
                is_broken: evidence.is_never,
                may_be_certain,
                level,
                confidence: 1.0 / (1.0 + (-hit.odds).exp()),
                evidence: [evidence.prior, evidence.context, evidence.phrase],
            });
        }
        if verdicts.judged_words > 0 {
            found.spun_ratio = found.places.len() as f64 / verdicts.judged_words as f64;
            found.family = verdicts.family;
        }
        found
    }
}

/// A word that may have stood at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The word.
    pub right: Box<str>,
    /// What speaks for it, as in [`Place::evidence`].
    pub evidence: [f32; 3],
}

/// What was found in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The places, in the order of the text, disjoint.
    pub places: Vec<Place>,
    /// Log-odds that the text is spun.
    pub spun_log_odds: f32,
    /// Places over words that could be judged, 0 to 1.
    pub spun_ratio: f64,
    /// The spinner family that most pairs at work belong to.
    pub family: Option<&'static str>,
}

/// A word that probably stood otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
    /// What stood there.
    pub right: Box<str>,
    /// Whether a phrase says that the word cannot stand there, so that a neighbour was broken.
    pub is_broken: bool,
    /// Whether it is certain if it is likely enough: a phrase says so, or other words of the
    /// text show that it is spun.
    pub may_be_certain: bool,
    /// The level from which on it is applied.
    pub level: RepairLevel,
    /// Probability from 0 to 1.
    pub confidence: f32,
    /// What speaks for it, as natural logarithms of odds: how often both words stand in clean
    /// text at large, their neighbours, phrases. The rest of the confidence is the document.
    pub evidence: [f32; 3],
}

/// Findings of places that stay, each place once however often the rooms run.
fn report(draft: &mut Draft, left: Vec<(usize, usize, String, RuleId, f32)>) {
    if left.is_empty() {
        return;
    }
    let mut known: Vec<_> = draft
        .findings()
        .iter()
        .map(|finding| finding.span)
        .collect();
    known.sort_unstable();
    for (start, end, right, rule, confidence) in left {
        let span = draft.source_span(start, end);
        if known.binary_search(&span).is_err() {
            draft.report(start, end, Some(right), rule, confidence);
        }
    }
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    vec![
        RuleDoc {
            id: SPUN,
            since: "0.1.0",
            on_by_default: true,
            removes: "A word that a copying site put in the place of another, throughout the page.",
            why: "Sites swap words by synonym lists to look original. The word that stood there is \
                  known by its neighbours in clean text, and the page shows its swaps in many places.",
            examples: vec![(SPUN_PAGE.0, SPUN_PAGE.1)],
            leaves_alone: "The same words where they are right, and every page that shows no swaps: \
                           one odd word is only reported. Free variants (情况 for 状况) outside \
                           fixed phrases.",
            keeps: vec![
                "平安校园创建活动启动。\n",
                "工程进展顺利，预计年底完工。\n",
                "双方就边界问题发生争论，记者了解了进展情况。\n",
            ],
            risk: "Guesses wrong in a page that is swapped and also uses the swapped word in its \
                   own right in neighbours that are rare in clean text. What such guesses are worth \
                   is measured for each pair; pairs that fail too often are never certain by context. A text that quotes \
                   such swaps as mistakes is taken for one that has them, but for words alone in quotation marks.",
        },
        RuleDoc {
            id: BROKEN,
            since: "0.1.0",
            on_by_default: true,
            removes: "A swap across word boundaries that leaves no word: 细那么 for 细则.",
            why: "Word lists are applied to character strings. What comes out is written by nobody, \
                  so one place is proof enough.",
            examples: vec![("现印发考核的实施细那么。\n", "现印发考核的实施细则。\n")],
            leaves_alone: "The same characters where two words meet by right: 还原那么, 是否那么, 常规那么.",
            keeps: vec![
                "这件事是否那么重要，还要再看。\n",
                "数据还原那么简单，备份就不难了。\n",
                "如果是常规那么按表里的次序来。\n",
            ],
            risk: "Guesses wrong when a text speaks about such errors, as a style guide does.",
        },
        RuleDoc {
            id: OCR,
            since: "0.1.0",
            on_by_default: false,
            removes: "With --enable repair/ocr: a character that sounds or looks like the one that stood there, as scanning and typing leave it: 责仁 for 责任.",
            why: "Clean text has it beside neither of its neighbours, and has the other one beside both, at a saving of twenty bits.",
            examples: Vec::new(),
            leaves_alone: "A character that clean text has beside either of its neighbours, rare characters without such a twin, names.",
            keeps: vec![
                "各单位要认真落实工作责任，确保完成任务。\n",
                "张翀与李翾在峃口镇会合。\n",
            ],
            risk: "Pairs of characters tell no word from a name: one character in a million of clean text is rewritten, and more than nineteen slips of twenty are not seen (docs/repair.md).",
        },
    ]
}

/// A page of the first generation of document-sharing sites, and what stood there.
const SPUN_PAGE: (&str, &str) = (
    "全乡广阔群众积极参加公共效劳设施建设，为经济社会开展打下了坚实的根底。\n\
     一是抓好食品平安工作，明确平安责任，排查平安隐患。\n\
     二是制定实施细那么，催促各村落实。\n\
     三是加强根底设施建设，提高效劳水平，促进教育事业健康开展。\n",
    "全乡广大群众积极参加公共服务设施建设，为经济社会发展打下了坚实的基础。\n\
     一是抓好食品安全工作，明确安全责任，排查安全隐患。\n\
     二是制定实施细则，督促各村落实。\n\
     三是加强基础设施建设，提高服务水平，促进教育事业健康发展。\n",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn repaired(engine: &Engine, text: &str) -> String {
        let mut draft = Draft::from_text(text);
        engine.run(&mut draft);
        draft.text().to_owned()
    }

    #[test]
    fn the_examples_of_rules_and_lexicon_hold() {
        let engine = Engine::new(&Settings::default().repair()).unwrap();
        for rule in rules() {
            for (before, after) in rule.examples {
                assert_eq!(repaired(&engine, before), after, "{}", rule.id);
                assert_eq!(repaired(&engine, after), after, "{} again", rule.id);
            }
            for text in rule.keeps {
                assert_eq!(repaired(&engine, text), text, "{}", rule.id);
            }
        }
        for entry in phrases::shipped().unwrap() {
            for (before, after) in &entry.examples {
                assert_eq!(&repaired(&engine, before), after, "{}", entry.wrong);
            }
            for text in &entry.stays {
                assert_eq!(&repaired(&engine, text), text, "{}", entry.wrong);
            }
        }
    }

    #[test]
    fn what_stays_is_a_finding_and_the_spin_is_noted() {
        let settings = Settings {
            repair: RepairLevel::Report,
            ..Settings::default()
        };
        let engine = Engine::new(&settings.repair()).unwrap();
        let mut draft = Draft::from_text(SPUN_PAGE.0);
        engine.run(&mut draft);
        engine.run(&mut draft);
        assert_eq!(draft.text(), SPUN_PAGE.0);
        assert!(draft.findings().len() >= 10);
        assert!(draft.notes.spun_ratio > 0.2);
        assert_eq!(draft.notes.spun_family.as_deref(), Some("A"));
    }
}
