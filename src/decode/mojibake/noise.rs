//! What stands in a text for bytes that are gone: it is reported, and nothing else.

/// Stretches of `line` that only a lost byte or unset memory makes, as byte ranges.
pub(in crate::decode) fn stretches(line: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    // U+FFFD in UTF-8 read as GBK, as Big5 and as Latin-1.
    for (mark, parts) in [("锟斤拷", "锟斤拷"), ("嚙踝蕭", "嚙踝蕭"), ("ï¿½", "ï¿½")]
    {
        let mut from = 0;
        while let Some(at) = line[from..].find(mark) {
            let start = from + at;
            let tail = line[start..]
                .char_indices()
                .find(|&(_, c)| !parts.contains(c))
                .map_or(line.len(), |(at, _)| start + at);
            out.push((start, tail));
            from = tail;
        }
    }
    // Unset memory of some compilers, and U+FFFD itself.
    let mut run: Option<(usize, char, usize)> = None;
    let close = |run: Option<(usize, char, usize)>, end: usize, out: &mut Vec<_>| {
        if let Some((start, c, count)) = run
            && (c == '\u{FFFD}' || count >= 3 && matches!(c, '烫' | '屯' | '葺'))
        {
            out.push((start, end));
        }
    };
    for (at, c) in line.char_indices() {
        run = match run {
            Some((start, same, count)) if same == c => Some((start, c, count + 1)),
            other => {
                close(other, at, &mut out);
                Some((at, c, 1))
            }
        };
    }
    close(run, line.len(), &mut out);
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_noise() {
        let found = |line: &str| -> Vec<String> {
            stretches(line)
                .into_iter()
                .map(|(start, end)| line[start..end].to_owned())
                .collect()
        };
        assert_eq!(
            found("前锟斤拷锟斤拷后烫烫烫烫"),
            ["锟斤拷锟斤拷", "烫烫烫烫"]
        );
        assert_eq!(found("曹锟，水烫，很烫烫"), [] as [&str; 0]);
    }
}
