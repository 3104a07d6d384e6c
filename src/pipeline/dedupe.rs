//! Many texts to clusters: fingerprints, candidates, verified pairs, stars.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::Result;
use crate::cluster::{Edge, Policy, Rank, Thresholds, shown};
use crate::config::{Masks, Settings};
use crate::fingerprint::{Fingerprint, Fingerprinter, Scratch, hamming128, unmasked_shingles};
use crate::index::{Bands, Entries, Forms, Glimpse, Look, Plan, join_buckets, search, split};
use crate::model::{Boilerplate, ByteSpan};

use super::audit;
use super::boilerplate;
use super::entry::Document;
use super::facts::Facts;
use super::follow::Nights;
use super::outcome::{Found, Outcome};
use super::pairs;

/// A document to be compared with all others.
#[derive(Clone, Debug, Default)]
pub struct DedupeItem {
    /// Its id.
    pub id: String,
    /// Id of its record.
    pub record: String,
    /// Its number within the record, from 1.
    pub part: u32,
    /// Its bytes of the record's source text.
    pub span: ByteSpan,
    /// Its text, clean.
    pub text: String,
    /// What decides whether it or its copy stays.
    pub rank: Rank,
    /// Its site, where it is known: pages of one site share boilerplate.
    pub site: Option<String>,
}

/// Documents that one thread fingerprints at a time.
pub(super) const CHUNK_DOCS: usize = 256;

/// Tokens below which a text is too short to resemble another: it matches its exact copy alone.
pub const MIN_TOKENS: u32 = 16;

/// Clusters documents that are added batch by batch.
///
/// ```
/// use qingwen::Settings;
/// use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};
/// let text = "各村委会要高度重视秋收工作，加强组织领导，落实工作责任，确保颗粒归仓。";
/// let item = |id: &str, text: &str| DedupeItem {
///     id: id.into(), record: id.into(), part: 1, text: text.into(), ..DedupeItem::default()
/// };
/// let mut dedupe = Dedupe::new(&Settings::default(), &std::env::temp_dir())?;
/// dedupe.add_batch(vec![item("a", text), item("b", &text.replace('，', ","))])?;
/// let outcome = dedupe.finish()?;
/// let rows: Vec<_> = outcome.assignments().collect();
/// assert_eq!(rows[1].duplicate_of, Some("a"));
/// # Ok::<(), qingwen::Error>(())
/// ```
#[derive(Debug)]
pub struct Dedupe {
    pub(super) thresholds: Thresholds,
    pub(super) policy: Policy,
    pub(super) fingerprinter: Fingerprinter,
    pub(super) bands: Bands,
    pub(super) forms: Forms,
    pub(super) documents: Vec<Document>,
    pub(super) glances: Vec<Glance>,
    /// Numbers of sites, from 1.
    sites: HashMap<Box<str>, u32>,
    /// Whether it is known which shingles are masked, before all documents are there.
    pub(super) is_mask_settled: bool,
    pub(super) band_room_bytes: usize,
    pub(super) tmp_dir: PathBuf,
}

/// What refuses a pair at a glance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance {
    pub(super) simhash: [u64; 2],
    pub(super) shingles: u32,
}

impl Dedupe {
    /// Makes the plan for the settings' contract. Temporary files go to `tmp_dir`.
    ///
    /// # Errors
    /// [`crate::Error::Config`] for a contract that no plan keeps.
    pub fn new(settings: &Settings, tmp_dir: &Path) -> Result<Self> {
        settings.check()?;
        let thresholds = Thresholds::of(settings);
        let plan = Plan::new(thresholds.lower_bound(), settings.recall)?;
        let memory = usize::try_from(settings.memory_bytes()?).unwrap_or(usize::MAX);
        let masks = match &settings.masks {
            Masks::File(path) => boilerplate::of_file(path)?,
            Masks::Auto | Masks::Off => Boilerplate::default(),
        };
        Ok(Self {
            thresholds,
            policy: Policy::of(settings),
            fingerprinter: Fingerprinter {
                bands: plan.bands,
                rows: plan.rows,
                min_shingles: plan.min_shingles,
                masks: Arc::new(masks),
                masked_ratio: plan.masked_ratio(thresholds.jaccard),
            },
            bands: Bands::new(plan, memory / 8, tmp_dir),
            forms: Forms::new(memory / 32, tmp_dir),
            documents: Vec::new(),
            glances: Vec::new(),
            sites: HashMap::new(),
            is_mask_settled: settings.masks != Masks::Auto,
            band_room_bytes: memory / 8,
            tmp_dir: tmp_dir.to_owned(),
        })
    }

    /// The plan that candidates are found by.
    pub fn plan(&self) -> &Plan {
        self.bands.plan()
    }

    /// Adds documents; their order is the order of the outcome.
    ///
    /// # Errors
    /// [`crate::Error::Write`] where temporary files cannot be written.
    pub fn add_batch(&mut self, items: Vec<DedupeItem>) -> Result<()> {
        let first = self.documents.len() as u32;
        let (plan, fingerprinter) = (*self.bands.plan(), &self.fingerprinter);
        let chunks: Vec<Chunk> = items
            .par_chunks(CHUNK_DOCS)
            .enumerate()
            .map(|(nth, items)| {
                let first = first + (nth * CHUNK_DOCS) as u32;
                Chunk::of(items, first, &plan, fingerprinter)
            })
            .collect();
        for chunk in chunks {
            self.bands.extend(&chunk.entries)?;
            let mut from = 0;
            for (print, size) in chunk.prints.iter().zip(&chunk.form_bytes) {
                self.forms.push(&chunk.forms[from..from + size])?;
                from += size;
                self.glances.push(Glance {
                    simhash: print.simhash,
                    shingles: print.shingles,
                });
            }
            self.documents
                .extend(chunk.prints.iter().map(Document::of_print));
        }
        for (document, item) in self.documents[first as usize..].iter_mut().zip(items) {
            if let Some(site) = item.site.as_deref() {
                document.site = match self.sites.get(site) {
                    Some(&number) => number,
                    None => {
                        let number = self.sites.len() as u32 + 1;
                        self.sites.insert(site.into(), number);
                        number
                    }
                };
            }
            document.describe(item);
        }
        Ok(())
    }

    /// Finds, verifies and decides.
    ///
    /// # Errors
    /// [`crate::Error::Read`] where temporary files cannot be read back.
    pub fn finish(mut self) -> Result<Outcome> {
        self.learn_masks()?;
        let Self {
            thresholds,
            policy,
            fingerprinter,
            bands,
            forms,
            mut documents,
            glances,
            ..
        } = self;
        let plan = *bands.plan();
        let order = by_rank(&documents);
        let groups = same_forms(&documents, &order);
        let mut place = vec![None; documents.len()];
        for (at, &document) in (0..).zip(&order) {
            if groups[document as usize] == document
                && documents[document as usize].tokens >= MIN_TOKENS
            {
                place[document as usize] = Some(at);
            }
        }
        let mut facts = Facts {
            plan: Some(plan),
            disk_bytes: bands.disk_bytes(),
            ..Facts::default()
        };
        let sight = Sight {
            reach: Reach::of(&plan),
            place: &place,
            glances: &glances,
            documents: &documents,
        };
        let found: Vec<Result<_>> = bands
            .into_columns()
            .into_par_iter()
            .map(|column| search(column, &sight))
            .collect();
        let mut pairs = Vec::new();
        let mut large = Vec::new();
        for found in found {
            let found = found?;
            facts.largest_bucket_docs = facts.largest_bucket_docs.max(found.largest_docs);
            pairs.extend(found.pairs);
            large.extend(found.large);
        }
        facts.split_buckets = large.len() as u64;
        let families = join_buckets(large, documents.len());
        let split: Vec<Result<Vec<(u32, u32)>>> = families
            .par_iter()
            .map(|family| {
                let mut found = split(family, |document| {
                    Ok(unmasked_shingles(&forms.get(document)?))
                })?;
                found.retain(|&(a, b)| sight.may_match(a, b));
                Ok(found)
            })
            .collect();
        for found in split {
            pairs.extend(found?);
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        let (mut edges, words) = pairs::verified(&pairs, &forms, &glances, &thresholds)?;
        // What a night knows of spinners must not depend on nights to come.
        if documents.iter().all(|document| document.rank.night == 0) {
            facts.spinner = words.resolve(&mut edges);
        }
        rank_by_copies(&mut documents, &groups, &mut edges, &thresholds, policy);
        let nights = Nights {
            documents: &documents,
            forms: &forms,
            glances: &glances,
            thresholds: &thresholds,
            policy,
        };
        nights.follow(&mut pairs, &mut edges)?;
        facts.candidates = pairs.len() as u64;
        facts.verified = edges.len() as u64;
        facts.audit = Some(audit::run(
            &pairs,
            &place,
            &documents,
            &glances,
            &forms,
            &thresholds,
        )?);
        let rules = (thresholds, policy);
        let found = Found::decide(documents, edges, &groups, &[], rules, facts);
        let outcome = Outcome::new(found, &forms)?;
        Ok(outcome.with_firsts(groups).with_masks(fingerprinter.masks))
    }
}

/// What is seen of documents while candidates are found.
pub(super) struct Sight<'a> {
    pub(super) reach: Reach,
    pub(super) place: &'a [Option<u32>],
    pub(super) glances: &'a [Glance],
    pub(super) documents: &'a [Document],
}

impl Look for Sight<'_> {
    fn place(&self, document: u32) -> Option<u32> {
        self.place[document as usize]
    }

    fn night(&self, document: u32) -> u32 {
        self.documents[document as usize].rank.night
    }

    fn glimpse(&self, document: u32) -> Glimpse {
        let form = self.documents[document as usize].form_hash;
        self.glances[document as usize].glimpse(form as u32)
    }

    fn may_match(&self, a: u32, b: u32) -> bool {
        (self.reach).may_match(&self.glances[a as usize], &self.glances[b as usize])
    }
}

impl Glance {
    /// What orders its document in a crowded bucket.
    pub(super) fn glimpse(&self, form: u32) -> Glimpse {
        Glimpse {
            simhash: self.simhash,
            form,
        }
    }
}

/// How unlike two documents may look from afar to be worth an exact look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Least ratio of their numbers of shingles.
    sizes_ratio: f64,
    /// Largest SimHash distance.
    hamming: u32,
}

impl Reach {
    /// For pairs of the least Jaccard that is promised, and somewhat below.
    pub(super) fn of(plan: &Plan) -> Self {
        let lower = plan.jaccard * 0.9;
        Self {
            sizes_ratio: lower,
            hamming: hamming_reach(lower),
        }
    }

    /// Whether a pair is worth an exact look.
    pub(super) fn may_match(&self, a: &Glance, b: &Glance) -> bool {
        let (small, large) = (a.shingles.min(b.shingles), a.shingles.max(b.shingles));
        f64::from(small) >= self.sizes_ratio * f64::from(large)
            && hamming128(a.simhash, b.simhash) <= self.hamming
    }
}

/// SimHash distance of 128 bits up to which a pair of the least promised Jaccard is looked at:
/// its mean there plus four standard deviations, so that about one in 30,000 is lost.
pub(super) fn hamming_reach(jaccard: f64) -> u32 {
    let cosine = 2.0 * jaccard / (1.0 + jaccard);
    let share = cosine.acos() / std::f64::consts::PI;
    let mean = 128.0 * share;
    (mean + 4.0 * (mean * (1.0 - share)).sqrt()).ceil() as u32
}

/// Fingerprints of some documents.
struct Chunk {
    prints: Vec<Fingerprint>,
    entries: Entries,
    forms: Vec<u8>,
    form_bytes: Vec<usize>,
}

impl Chunk {
    fn of(items: &[DedupeItem], first: u32, plan: &Plan, fingerprinter: &Fingerprinter) -> Self {
        let mut scratch = Scratch::default();
        let mut out = Self {
            prints: Vec::with_capacity(items.len()),
            entries: Entries::new(plan),
            forms: Vec::new(),
            form_bytes: Vec::with_capacity(items.len()),
        };
        for (item, document) in items.iter().zip(first..) {
            let mut print = fingerprinter.run(&item.text, &mut scratch);
            if print.tokens >= MIN_TOKENS {
                out.entries.push(
                    plan,
                    document,
                    &print.bands,
                    scratch.shingles(),
                    &fingerprinter.masks,
                );
            }
            print.bands = Vec::new();
            out.prints.push(print);
            out.forms.extend_from_slice(scratch.form_bytes());
            out.form_bytes.push(scratch.form_bytes().len());
        }
        out
    }
}

/// Document numbers, best rank first.
pub(super) fn by_rank(documents: &[Document]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..documents.len() as u32).collect();
    order.par_sort_by(|&x, &y| {
        let (a, b) = (&documents[x as usize], &documents[y as usize]);
        a.rank.compare(&a.id, &b.rank, &b.id).then(x.cmp(&y))
    });
    order
}

/// For each document the best-ranked one of the same canonical form, or, for one too short for
/// that, of the same text.
fn same_forms(documents: &[Document], order: &[u32]) -> Vec<u32> {
    let mut first: HashMap<(bool, u128), u32> = HashMap::with_capacity(documents.len());
    let mut groups = vec![0; documents.len()];
    for &number in order {
        let document = &documents[number as usize];
        let key = if document.tokens >= MIN_TOKENS {
            (true, document.form_hash)
        } else {
            (false, document.text_hash)
        };
        groups[number as usize] = *first.entry(key).or_insert(number);
    }
    groups
}

/// Adds to each document's rank what comparison with its copies of the same night shows, and to
/// the edges which of them are between peers.
pub(super) fn rank_by_copies(
    documents: &mut [Document],
    groups: &[u32],
    edges: &mut [Edge],
    thresholds: &Thresholds,
    policy: Policy,
) {
    let nights = |document: u32| documents[document as usize].rank.night;
    let weights = weights(groups, nights);
    let shown = shown(edges, thresholds, policy, nights, &weights);
    for (document, shown) in documents.iter_mut().zip(shown) {
        document.rank.shown = shown;
    }
    for edge in edges {
        let (a, b) = (
            &documents[edge.a as usize].rank,
            &documents[edge.b as usize].rank,
        );
        edge.is_of_one_night = a.night == b.night;
        edge.are_peers = a.is_peer(b);
    }
}

/// For the first document of each canonical form how many of its night have the form, 1 for all
/// others.
fn weights(groups: &[u32], nights: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut out = vec![1; groups.len()];
    for (document, &first) in (0..).zip(groups) {
        if first != document && nights(first) == nights(document) {
            out[first as usize] += 1;
        }
    }
    out
}
