//! Buckets too large for all of their pairs: the pages of one template.
//!
//! What all of them share says nothing about which of them are copies of one another. So the
//! shingles that stand in many documents of the bucket are masked, and documents are paired by
//! the rare ones that remain: copies share nearly all of them, other pages of the template
//! nearly none. The work grows with the documents of the bucket, not with their pairs.

use crate::Result;

/// Rare shingles by which a document is paired.
const KEYS: usize = 16;
/// Documents that may share a rare shingle, at least and as a share of the bucket.
const RARE_DOCS: usize = 12;
const RARE_SHARE: usize = 32;

/// Which documents are tied to one another, over however many others.
#[derive(Clone, Debug)]
pub struct Families {
    parent: Vec<u32>,
}

impl Families {
    /// So many documents, each by itself.
    pub fn new(documents: usize) -> Self {
        Self {
            parent: (0..documents as u32).collect(),
        }
    }

    /// Ties two documents.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.of(a), self.of(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// The smallest number that a document is tied to.
    pub fn of(&mut self, document: u32) -> u32 {
        let mut at = document;
        while self.parent[at as usize] != at {
            let up = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = up;
            at = up;
        }
        at
    }
}

/// Joins buckets that have documents in common, so that a family that fills many buckets is
/// split once. The members of each are ascending.
pub fn join_buckets(buckets: Vec<Vec<u32>>, documents: usize) -> Vec<Vec<u32>> {
    if buckets.is_empty() {
        return Vec::new();
    }
    let mut families = Families::new(documents);
    let mut members: Vec<u32> = Vec::new();
    for bucket in buckets {
        for &document in &bucket[1..] {
            families.join(bucket[0], document);
        }
        members.extend(bucket);
    }
    members.sort_unstable();
    members.dedup();
    let mut keyed: Vec<(u32, u32)> = members
        .into_iter()
        .map(|document| (families.of(document), document))
        .collect();
    keyed.sort_unstable();
    keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|family| family.iter().map(|&(_, document)| document).collect())
        .collect()
}

/// Pairs of a family worth an exact look. `shingles` gives a document's shingles, numbers
/// unmasked, ascending.
///
/// # Errors
/// What `shingles` returns.
pub fn split(
    family: &[u32],
    shingles: impl Fn(u32) -> Result<Vec<u64>>,
) -> Result<Vec<(u32, u32)>> {
    // In large families a sample of the shingles, the same for all, is enough.
    let keep = match family.len() {
        0..=1000 => u64::MAX,
        1001..=10_000 => u64::MAX / 4,
        _ => u64::MAX / 16,
    };
    let mut entries: Vec<(u64, u32)> = Vec::new();
    for &document in family {
        entries.extend(
            shingles(document)?
                .into_iter()
                .filter(|&hash| hash <= keep)
                .map(|hash| (hash, document)),
        );
    }
    entries.sort_unstable();
    let limit = RARE_DOCS.max(family.len() / RARE_SHARE);
    let mut rare: Vec<(u32, u64)> = entries
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|docs| docs.len() <= limit)
        .flatten()
        .map(|&(hash, document)| (document, hash))
        .collect();
    drop(entries);
    rare.sort_unstable();
    let mut keys: Vec<(u64, u32)> = rare
        .chunk_by(|a, b| a.0 == b.0)
        .flat_map(|own| own.iter().take(KEYS))
        .map(|&(document, hash)| (hash, document))
        .collect();
    keys.sort_unstable();
    let mut pairs = Vec::new();
    for sharing in keys.chunk_by(|a, b| a.0 == b.0) {
        for (nth, &(_, a)) in sharing.iter().enumerate() {
            // A long row of copies is chained; its best-ranked is paired with all elsewhere.
            for &(_, b) in sharing[nth + 1..].iter().take(RARE_DOCS) {
                pairs.push((a.min(b), a.max(b)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_within_a_template_are_found_and_siblings_are_not_paired() {
        // 2,000 pages share 100 shingles and have 50 of their own; every tenth has a copy.
        let own = |page: u32| {
            (0..50_u64)
                .map(move |n| (u64::from(page) * 64 + n + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        };
        let shingles = |document: u32| {
            let page = if document >= 2000 {
                (document - 2000) * 10
            } else {
                document
            };
            let mut out: Vec<u64> = (0..100_u64)
                .map(|n| n.wrapping_mul(0xC2B2_AE3D_27D4_EB4F))
                .collect();
            out.extend(own(page));
            out.sort_unstable();
            Ok(out)
        };
        let family: Vec<u32> = (0..2200).collect();
        let pairs = split(&family, shingles).unwrap();
        let copies = (2000..2200)
            .filter(|&d| pairs.contains(&((d - 2000) * 10, d)))
            .count();
        assert!(copies >= 199, "{copies}");
        assert!(pairs.len() < 400, "{}", pairs.len());
    }

    #[test]
    fn buckets_in_common_become_one_family() {
        let joined = join_buckets(vec![vec![5, 1], vec![2, 3], vec![1, 2], vec![7, 8]], 10);
        assert_eq!(joined, [vec![1, 2, 3, 5], vec![7, 8]]);
        assert_eq!(join_buckets(Vec::new(), 3), Vec::<Vec<u32>>::new());
    }
}
