//! What characters, and pairs of them, cost in natural text: the table, and its pairs.
//!
//! The table is made by `scripts/make-decode-tables`, which names its sources: simplified and
//! traditional Chinese, with the other scripts by class.

/// The table as the script wrote it: a header, what each character costs alone, the pairs.
static TABLE: &[u8] = include_bytes!("naturalness.bin");
const ALONE_AT: usize = 4;
const PAIRS_AT: usize = ALONE_AT + 0x1_0000;
const BUCKET_BYTES: usize = 8;

/// What a character of the BMP costs without neighbours, in eighths of a bit; `None` for others.
pub fn alone_eighths(c: char) -> Option<i64> {
    let code = c as usize;
    (code < 0x1_0000).then(|| i64::from(TABLE[ALONE_AT + code]))
}

/// What the second of two neighbours costs, in eighths of a bit; `None` where clean text does not
/// have the two side by side often enough to be listed.
pub fn pair_eighths(before: char, c: char) -> Option<i64> {
    let (a, b) = (u64::from(u32::from(before)), u64::from(u32::from(c)));
    let hash = (a << 16 | b).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let at = PAIRS_AT + (hash >> 48) as usize * BUCKET_BYTES;
    let print = (hash >> 38 & 1023) as u16;
    let row = &TABLE[at..at + BUCKET_BYTES];
    row.chunks_exact(2)
        .map(|entry| u16::from_le_bytes([entry[0], entry[1]]))
        .find(|&entry| entry != 0 && entry >> 6 == print)
        .map(|entry| i64::from(entry & 63) * 2)
}

/// Whether clean text has the two characters side by side often enough to be listed.
///
/// ```
/// use qingwen::model::are_neighbours;
/// assert!(are_neighbours('决', '定') && !are_neighbours('决', '念'));
/// ```
pub fn are_neighbours(before: char, c: char) -> bool {
    pair_eighths(before, c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_its_size() {
        assert_eq!(&TABLE[..ALONE_AT], b"QWN1");
        assert_eq!(TABLE.len(), PAIRS_AT + 0x1_0000 * BUCKET_BYTES);
    }
}
