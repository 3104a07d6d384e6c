//! `qingwen learn --twins OUT`: new pairs of swapped words, from the duplicates that a run found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use crate::Error;
use crate::repair::{Proposal, Twins};

/// Places that a pair must show before it is proposed.
const LEAST_PLACES: u32 = 2;

#[derive(Deserialize)]
struct Row {
    id: String,
    text: String,
    qingwen: Note,
}

#[derive(Deserialize)]
struct Note {
    cluster: Option<String>,
    #[serde(default)]
    spun_ratio: f64,
}

/// One document of a cluster.
struct Member {
    id: String,
    text: String,
    spun_ratio: f64,
}

/// What the duplicates of a run taught.
pub(super) struct Taught {
    /// A pair file for `learn --repair --pairs`, with the evidence as remarks.
    pub(super) file: String,
    /// Pairs in it.
    pub(super) pairs: usize,
    /// Pairs of documents that were laid side by side.
    pub(super) twins: usize,
}

/// Reads `documents.jsonl` of a run with `--keep-duplicates` and compares the members of each
/// cluster with its least swapped one.
pub(super) fn learn(out: &str) -> anyhow::Result<Taught> {
    let path = Path::new(out).join("documents.jsonl");
    let name = path.display().to_string();
    let file = File::open(&path).map_err(Error::read(&name))?;
    let mut clusters: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for (line, number) in BufReader::new(file).lines().zip(1..) {
        let line = line.map_err(Error::read(&name))?;
        let row: Row = serde_json::from_str(&line)
            .map_err(|error| Error::config(format!("{name}:{number}"), error.to_string()))?;
        if let Some(cluster) = row.qingwen.cluster {
            clusters.entry(cluster).or_default().push(Member {
                id: row.id,
                text: row.text,
                spun_ratio: row.qingwen.spun_ratio,
            });
        }
    }
    let mut twins = Twins::default();
    let mut compared = 0;
    for (keeper, members) in &clusters {
        // The original is the least swapped, and the keeper among equals.
        let Some(original) = members.iter().min_by(|a, b| {
            let of = |member: &Member| (member.spun_ratio, member.id != *keeper);
            let (a, b) = (of(a), of(b));
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
        }) else {
            continue;
        };
        for copy in members.iter().filter(|copy| copy.id != original.id) {
            twins.add(&original.text, &copy.text);
            compared += 1;
        }
    }
    if compared == 0 {
        return Err(Error::config(
            name,
            "no cluster has two documents in it: run with --keep-duplicates, so that the texts of \
             the duplicates are there",
        )
        .into());
    }
    let proposals = twins.proposals(LEAST_PLACES);
    Ok(Taught {
        pairs: proposals.len(),
        twins: compared,
        file: pair_file(&proposals),
    })
}

/// The pairs as a person reviews them, and as `--pairs` reads them.
fn pair_file(proposals: &[Proposal]) -> String {
    let mut file = String::from(
        "# Words in which duplicates differ: what stands in the original, then what the copy has.\n\
         # Delete what is no swap, then: qingwen learn --repair CLEAN… --pairs THIS-FILE -o repair.model\n\
         [E]\n",
    );
    for proposal in proposals {
        // Writing to a string cannot fail.
        let _ = write!(
            file,
            "# {} places in {} copies\n{} {}\n",
            proposal.places, proposal.documents, proposal.right, proposal.wrong
        );
    }
    file
}
