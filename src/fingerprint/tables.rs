//! Which tables canonical forms are made by.

use std::sync::OnceLock;

use xxhash_rust::xxh3::Xxh3;

use super::fold::{packed, table};
use crate::model::spun;

/// Hash of the tables of characters and of spun words. Forms count a spun word by its place in the
/// table, so forms that were made by other tables are not comparable, though the version be the
/// same.
pub fn tables_xxh3() -> u64 {
    static HASH: OnceLock<u64> = OnceLock::new();
    *HASH.get_or_init(|| {
        let mut hash = Xxh3::new();
        let table = table();
        // Planes 0 to 2 hold all Han.
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            hash.update(&packed(table, c).to_le_bytes());
        }
        for (word, class, number) in spun::class_words() {
            hash.update(word.as_bytes());
            hash.update(&class.to_le_bytes());
            hash.update(&[number]);
        }
        hash.digest()
    })
}
