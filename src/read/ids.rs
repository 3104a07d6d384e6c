//! Which ids were seen before.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// Passes a 64-bit hash on as it is.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("only whole 64-bit hashes are stored");
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Gives every id out once, in at most some 20 bytes of memory an id.
///
/// ```
/// let mut ids = qingwen::read::Ids::default();
/// assert_eq!(ids.give("甲"), None);
/// assert_eq!(ids.give("甲").as_deref(), Some("甲~2"));
/// assert_eq!(ids.give("甲").as_deref(), Some("甲~3"));
/// ```
#[derive(Default)]
pub struct Ids {
    given: HashSet<u64, BuildHasherDefault<AsIs>>,
    /// For ids seen again, how often so far.
    times: HashMap<u64, u64>,
}

impl Ids {
    /// The id to use instead when `id` was given before.
    pub fn give(&mut self, id: &str) -> Option<String> {
        let hash = xxh3_64(id.as_bytes());
        if self.given.insert(hash) {
            return None;
        }
        let times = self.times.entry(hash).or_insert(1);
        loop {
            *times += 1;
            let other = format!("{id}~{times}");
            if self.given.insert(xxh3_64(other.as_bytes())) {
                return Some(other);
            }
        }
    }

    /// Whether `id` was given before.
    pub fn knows(&self, id: &str) -> bool {
        self.given.contains(&xxh3_64(id.as_bytes()))
    }
}
