//! A corpus's own dress: two passes over the inputs, as `chrome::learn` wants them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cook::Kitchen;
use super::flow::{Step, Watch, flow, pool};
use crate::Result;
use crate::chrome::learn::{LearnSettings, Learner, Learnt, PageLines};
use crate::config::Settings;
use crate::read::{self, Inputs};
use crate::repair::Trainer;

/// What was learnt of a corpus.
#[derive(Debug)]
pub struct LearntDress {
    /// The lines, by site.
    pub lines: Vec<Learnt>,
    /// Pages that were read.
    pub pages: u64,
    /// Inputs that could not be opened or read to their end.
    pub unreadable_inputs: u64,
}

/// A page as learning sees it: decoded and in one spelling.
struct Page {
    site: String,
    text: String,
    lines: PageLines,
}

/// Learns which lines of the inputs are their sites' own. `list` is called once for each of the
/// two passes, so the inputs must be there to be read twice: no standard input.
///
/// # Errors
/// Those of `list`, unusable settings, and [`crate::Error::Interrupted`].
pub fn learn(
    list: impl Fn() -> Result<Inputs>,
    settings: &Settings,
    watch: &Watch,
) -> Result<LearntDress> {
    let mut learner = Learner::new(LearnSettings::default());
    let mut dress = LearntDress {
        lines: Vec::new(),
        pages: 0,
        unreadable_inputs: 0,
    };
    let (pages, unreadable) = pass("count lines", list()?, settings, watch, |page| {
        learner.count_lines(&page.site, &page.lines)
    })?;
    (dress.pages, dress.unreadable_inputs) = (pages, unreadable);
    learner.between();
    pass("place lines", list()?, settings, watch, |page| {
        learner.place(&page.site, &page.text)
    })?;
    dress.lines = learner.finish();
    Ok(dress)
}

/// A model of word repair, learnt from clean text.
#[derive(Debug)]
pub struct LearntModel {
    /// The file's bytes.
    pub model: Vec<u8>,
    /// Characters that were counted.
    pub chars: u64,
    /// Texts that were read.
    pub texts: u64,
    /// Inputs that could not be opened or read to their end.
    pub unreadable_inputs: u64,
}

/// Learns the model of word repair from clean inputs; `pairs` are pairs of words besides the
/// shipped ones, in the form of the shipped list; `counts` are lines of a word and how often it
/// stands in other text, or of two words and how often they stand side by side.
///
/// # Errors
/// Unusable settings, pairs and counts, and [`crate::Error::Interrupted`].
pub fn learn_repair(
    inputs: Inputs,
    settings: &Settings,
    pairs: &str,
    counts: &str,
    watch: &Watch,
) -> Result<LearntModel> {
    let mut trainer = Trainer::new(pairs)?;
    trainer.add_counts(counts)?;
    let (texts, unreadable_inputs) = pass("count words", inputs, settings, watch, |page| {
        trainer.add(&page.text)
    })?;
    Ok(LearntModel {
        chars: trainer.chars(),
        model: trainer.finish(MODEL_ENTRIES),
        texts,
        unreadable_inputs,
    })
}

/// Weights that a model keeps at most: 4.3 MB, with the network 5 MB.
const MODEL_ENTRIES: usize = 3_350_000;

fn pass(
    stage: &str,
    inputs: Inputs,
    settings: &Settings,
    watch: &Watch,
    mut take: impl FnMut(Page),
) -> Result<(u64, u64)> {
    let kitchen = Kitchen::new(settings)?;
    let pool = pool(settings.threads)?;
    let bytes = Arc::new(AtomicU64::new(0));
    let (mut pages, mut unreadable) = (0, 0);
    watch.progress.begin(stage, inputs.total_bytes);
    let worker = Arc::clone(&kitchen);
    flow(
        inputs,
        &pool,
        watch,
        &bytes,
        move |parcel, reader: &'static read::Reader| {
            let unpacked = worker.unpack(parcel, reader);
            unpacked
                .into_iter()
                .filter_map(|record| {
                    let record = record.ok()?;
                    let site = site_of(&record.source, record.facts.site.as_deref());
                    let text = worker.spelled(record);
                    let lines = PageLines::new(&site, &text);
                    Some(Page { site, text, lines })
                })
                .collect::<Vec<Page>>()
        },
        |step| {
            match step {
                Step::Idle => {}
                Step::Unreadable(..) => unreadable += 1,
                Step::Done(done) => {
                    for page in done {
                        pages += 1;
                        take(page);
                    }
                }
            }
            watch.progress.at(bytes.load(Ordering::Relaxed), pages);
            Ok(true)
        },
    )?;
    watch.progress.end();
    Ok((pages, unreadable))
}

/// What tells a page's site: its host, else the folder that its file lies in, else nothing.
fn site_of(source: &str, host: Option<&str>) -> String {
    match host {
        Some(host) => host.to_owned(),
        None => source
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::site_of;

    #[test]
    fn a_host_tells_the_site_before_a_folder_does() {
        assert_eq!(site_of("a/b/c.txt", Some("x.example")), "x.example");
        assert_eq!(site_of("a/b/c.txt", None), "a/b");
        assert_eq!(site_of("c.jsonl:3", None), "");
    }
}
