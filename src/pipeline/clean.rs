//! One record through the cleaning rooms.

use xxhash_rust::xxh3::xxh3_128;

use crate::config::{
    ChromeLevel, DecodeSettings, NormaliseSettings, RepairLevel, RestructureSettings, Settings,
};
use crate::model::{Body, ByteSpan, Draft, Facts, Fields, Finding, Record};
use crate::read::html;
use crate::{Result, chrome, decode, normalise, repair, restructure};

/// How often a document is run through its rooms at most, until they change nothing more.
const PASSES: u32 = 6;

/// The cleaning rooms, ready to run on many records from many threads.
#[derive(Debug)]
pub struct Cleaner {
    rooms: Rooms,
    decode: DecodeSettings,
    normalise: NormaliseSettings,
    restructure: RestructureSettings,
    chrome: chrome::Engine,
    repair: repair::Engine,
}

/// Which rooms run at all.
#[derive(Debug)]
struct Rooms {
    decode: bool,
    normalise: bool,
    chrome: bool,
    restructure: bool,
    repair: bool,
}

impl Rooms {
    fn of(settings: &Settings) -> Self {
        let switches = settings.switches();
        Self {
            decode: switches.room_is_on("decode"),
            normalise: switches.room_is_on("normalise"),
            chrome: switches.room_is_on("chrome") && settings.chrome != ChromeLevel::Off,
            restructure: switches.room_is_on("restructure"),
            repair: switches.room_is_on("repair") && settings.repair != RepairLevel::Off,
        }
    }
}

/// One record after cleaning.
#[derive(Debug)]
pub struct Cleaned {
    /// Id of the record.
    pub record: String,
    /// `path` or `path:LINE`.
    pub source: String,
    /// 32 hex digits of the source text's XXH3-128.
    pub source_xxh3: String,
    /// Name of the encoding, lower case.
    pub encoding: &'static str,
    /// The record's other fields.
    pub fields: Option<Fields>,
    /// Its documents. Those without visible text are left out of `documents()`.
    pub parts: Vec<Part>,
}

/// One document of a record.
#[derive(Debug)]
pub struct Part {
    /// Text, ledger, findings and notes.
    pub draft: Draft,
    /// How often the rooms ran until they changed nothing more.
    pub passes: u32,
    /// Whether they had come to rest when the cap was reached.
    pub stable: bool,
}

impl Cleaned {
    /// The whole source text of the record, decoded.
    pub fn source_text(&self) -> &str {
        self.parts.first().map_or("", |part| part.draft.source())
    }

    /// Whether no text is left: an *empty* of the contract.
    pub fn is_empty(&self) -> bool {
        self.parts
            .iter()
            .all(|part| part.draft.text().trim().is_empty())
    }

    /// All findings of the record, in the order of the source.
    pub fn findings(&self) -> Vec<Finding> {
        self.parts
            .iter()
            .flat_map(|part| part.draft.findings())
            .collect()
    }
}

/// The bad bytes of a page that are left in its rendered text, placed there. Their raw bytes are
/// known where no bad byte stood in the markup itself.
fn bad_characters(rendered: &str, decoded: &[Finding]) -> Vec<Finding> {
    let Some(first) = decoded.first() else {
        return Vec::new();
    };
    let places: Vec<usize> = rendered
        .match_indices(char::REPLACEMENT_CHARACTER)
        .map(|(at, _)| at)
        .collect();
    let all_left = places.len() == decoded.len();
    places
        .into_iter()
        .enumerate()
        .map(|(number, at)| Finding {
            span: ByteSpan::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8()),
            before: char::REPLACEMENT_CHARACTER.to_string(),
            suggestion: None,
            rule: first.rule,
            confidence: 1.0,
            raw_hex: all_left.then(|| decoded[number].raw_hex.clone()).flatten(),
        })
        .collect()
}

/// The source text of a record, the name of its encoding, and what was lost on the way.
pub(super) fn source_text(
    body: Body,
    facts: &mut Facts,
    settings: &DecodeSettings,
) -> (String, &'static str, Vec<Finding>) {
    match body {
        Body::Text(text) => (text, "utf-8", Vec::new()),
        Body::Bytes(bytes) => {
            let decoded = decode::decode(&bytes, facts, settings);
            (decoded.text, decoded.encoding, decoded.findings)
        }
        Body::Html(bytes) => {
            if facts.declared_charset.is_none() {
                facts.declared_charset = html::declared_charset(&bytes);
            }
            let decoded = decode::decode(&bytes, facts, settings);
            let rendered = html::render(&decoded.text);
            facts.lines = rendered.lines;
            facts.blocks = rendered.blocks;
            let lost = bad_characters(&rendered.text, &decoded.findings);
            (rendered.text, decoded.encoding, lost)
        }
    }
}

impl Cleaner {
    /// Loads every table, rule and model that the settings ask for.
    ///
    /// # Errors
    /// [`crate::Error::Config`] and [`crate::Error::Rule`] for unusable settings and files.
    ///
    /// ```
    /// use qingwen::{Cleaner, Settings};
    /// let cleaner = Cleaner::new(&Settings::default())?;
    /// let cleaned = cleaner.clean_text("关于做好秋收工作的通知\n各村委会：\n现将有关事项通知如下。\n");
    /// assert_eq!(cleaned.parts.len(), 1);
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn new(settings: &Settings) -> Result<Self> {
        settings.check()?;
        // The patterns of one and the weights of the other are most of a start.
        let (chrome, repair) = rayon::join(
            || chrome::Engine::new(&settings.chrome()),
            || repair::Engine::new(&settings.repair()),
        );
        Ok(Self {
            rooms: Rooms::of(settings),
            decode: settings.decode(),
            normalise: settings.normalise(),
            restructure: settings.restructure(),
            chrome: chrome?,
            repair: repair?,
        })
    }

    /// The same, noting for each repair what speaks for it.
    #[must_use]
    pub fn with_reasons(mut self) -> Self {
        self.repair.keep_reasons();
        self
    }

    /// Cleans a text of which nothing else is known.
    pub fn clean_text(&self, text: &str) -> Cleaned {
        self.clean(Record {
            id: String::new(),
            source: String::new(),
            body: Body::Text(text.to_owned()),
            facts: Facts::default(),
            fields: None,
        })
    }

    /// Cleans one record. Never fails: what cannot be read is in the findings.
    pub fn clean(&self, record: Record) -> Cleaned {
        let Record {
            id,
            source,
            body,
            facts,
            fields,
        } = record;
        let mut facts = facts;
        let (text, encoding, lost) = source_text(body, &mut facts, &self.decode);
        let source_xxh3 = format!("{:032x}", xxh3_128(text.as_bytes()));
        let mut draft = Draft::new(text, facts);
        draft.notes.losses = u32::try_from(lost.len()).unwrap_or(u32::MAX);
        draft.add_findings(lost);
        let mut parts = Vec::new();
        self.settle(draft, &mut parts);
        Cleaned {
            record: id,
            source,
            source_xxh3,
            encoding,
            fields,
            parts,
        }
    }

    /// The text of a record in one spelling, with all of its lines: what learning counts.
    pub(super) fn spelled(&self, record: Record) -> String {
        let mut facts = record.facts;
        let (text, _, _) = source_text(record.body, &mut facts, &self.decode);
        let mut draft = Draft::new(text, facts);
        if self.rooms.decode {
            decode::run(&mut draft, &self.decode);
        }
        if self.rooms.normalise {
            normalise::run(&mut draft, &self.normalise);
        }
        draft.text().to_owned()
    }

    /// Runs the rooms over a draft, and over each document that it is cut into, until they
    /// change nothing more: so cleaning the output again changes nothing.
    fn settle(&self, draft: Draft, parts: &mut Vec<Part>) {
        let mut waiting = vec![(draft, 0, Seen::default())];
        while let Some((mut draft, passes, mut seen)) = waiting.pop() {
            let (changed, cuts) = self.pass(&mut draft, &mut seen);
            let passes = passes + 1;
            if !cuts.is_empty() && passes < PASSES {
                let documents = draft.split(&cuts);
                waiting.extend(
                    documents
                        .into_iter()
                        .rev()
                        .map(|document| (document, passes, Seen::default())),
                );
            } else if changed && passes < PASSES {
                waiting.push((draft, passes, seen));
            } else {
                parts.push(Part {
                    draft,
                    passes,
                    stable: !changed,
                });
            }
        }
    }

    /// One run through the rooms. Words are repaired last, on whole sentences, and only in what
    /// is one document: the evidence of a spun page must not come from its neighbour or its site.
    fn pass(&self, draft: &mut Draft, seen: &mut Seen) -> (bool, Vec<usize>) {
        let before = draft.revision();
        if self.rooms.decode && seen.is_new(DECODE, draft) {
            decode::run(draft, &self.decode);
        }
        if self.rooms.normalise && seen.is_new(NORMALISE, draft) {
            normalise::run(draft, &self.normalise);
        }
        if self.rooms.chrome && seen.is_new(CHROME, draft) && self.chrome.run(draft) {
            seen.settled(CHROME, draft);
        }
        let mut cuts = Vec::new();
        if self.rooms.restructure && seen.is_new(RESTRUCTURE, draft) {
            let seen_before = draft.revision();
            let outcome = restructure::run(draft, &self.restructure);
            if outcome.only_blank {
                seen.carry(seen_before, draft);
            }
            if outcome.settled {
                seen.settled(RESTRUCTURE, draft);
            }
            cuts = outcome.cuts;
        }
        if cuts.is_empty() && self.rooms.repair && seen.is_new(REPAIR, draft) {
            self.repair.run(draft);
        }
        (draft.revision() != before, cuts)
    }
}

const DECODE: usize = 0;
const NORMALISE: usize = 1;
const CHROME: usize = 2;
const RESTRUCTURE: usize = 3;
const REPAIR: usize = 4;

/// Which text each room saw last. A room that would see the same text again has nothing to add.
#[derive(Default)]
struct Seen([Option<u32>; 5]);

impl Seen {
    fn is_new(&mut self, room: usize, draft: &Draft) -> bool {
        self.0[room].replace(draft.revision()) != Some(draft.revision())
    }

    /// The room would change nothing of what it has made.
    fn settled(&mut self, room: usize, draft: &Draft) {
        self.0[room] = Some(draft.revision());
    }

    /// The text changed in nothing but how many blank lines stand in a row, to which every room is
    /// blind: who saw the text before has seen this one.
    fn carry(&mut self, before: u32, draft: &Draft) {
        for last in &mut self.0 {
            if *last == Some(before) {
                *last = Some(draft.revision());
            }
        }
    }
}
