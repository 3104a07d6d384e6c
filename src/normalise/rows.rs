//! Rows of values that a program wrote: 001,周明,水利局,组长. They look like folded prose, line
//! by line; together they have columns.

/// Commas of a row from which it has columns.
pub(super) const LEAST_COMMAS: usize = 2;
/// Rows in a row from which they are a table.
const LEAST_ROWS: usize = 3;
/// Characters of a value, on average of a row, up to which it is one.
const LONGEST_CHARS: usize = 12;

/// The stretches of a text whose lines are rows of values: neighbours with the same number of
/// commas, short values and no mark of prose.
pub(super) fn stretches(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut run: Option<Run> = None;
    let mut at = 0;
    // Only lines that hold commas are looked at.
    while let Some(comma) = memchr::memchr(b',', &bytes[at..]).map(|i| at + i) {
        let start = memchr::memrchr(b'\n', &bytes[at..comma]).map_or(at, |i| at + i + 1);
        let end = memchr::memchr(b'\n', &bytes[comma..]).map_or(bytes.len(), |i| comma + i);
        let commas = columns(&text[start..end]);
        match &mut run {
            Some(open) if commas == Some(open.commas) && start == open.end + 1 => {
                open.rows += 1;
                open.end = end;
            }
            _ => {
                found.extend(run.take().and_then(Run::close));
                run = commas.map(|commas| Run {
                    start,
                    end,
                    commas,
                    rows: 1,
                });
            }
        }
        at = end;
    }
    found.extend(run.and_then(Run::close));
    found
}

struct Run {
    start: usize,
    end: usize,
    commas: usize,
    rows: usize,
}

impl Run {
    fn close(self) -> Option<(usize, usize)> {
        (self.rows >= LEAST_ROWS).then_some((self.start, self.end))
    }
}

/// How many commas part the values of a line, if it can be a row.
fn columns(line: &str) -> Option<usize> {
    let (mut commas, mut chars) = (0, 0);
    let mut quoted = false;
    for c in line.chars() {
        chars += 1;
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            '，' | '。' | '；' | '！' | '？' | ';' | '!' | '?' => return None,
            _ => {}
        }
    }
    let is_prose = line.trim_end().ends_with(['.', ':', '：']) && !line.ends_with(',');
    (commas >= LEAST_COMMAS && !quoted && !is_prose && chars <= (commas + 1) * LONGEST_CHARS)
        .then_some(commas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_seen_and_prose_is_not() {
        let table = "编号,姓名,备注\n1,周明,\n2,\"李,静\",组长\n";
        assert_eq!(stretches(table), [(0, table.len() - 1)]);
        let prose =
            "今年以来,全县抓学习,促落实.\n下一步,继续抓学习,促落实.\n最后,总结经验,抓好宣传.\n";
        assert_eq!(stretches(prose), []);
        assert_eq!(stretches("春,夏,秋\n冬天来了\n一,二,三\n"), []);
        assert_eq!(stretches(""), []);
    }
}
