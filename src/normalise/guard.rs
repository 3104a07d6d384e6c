//! Places on a line that no rule of width touches: addresses, mail, paths, tags, file names,
//! formulas and code in backticks.

use super::chars;
use super::line::Line;

/// Marks addresses, mail, paths, tags, file names, formulas and code in backticks.
pub(super) fn guard(line: &mut Line) {
    let count = line.count();
    for cell in &mut line.cells {
        cell.guarded = false;
    }
    let is_sign = |c: char| {
        matches!(
            c,
            ':' | 'w' | 'W' | '@' | '`' | '&' | '<' | '$' | '\\' | ']' | '/' | '.'
        )
    };
    let mut i = 0;
    while let Some(next) = line.next(i, is_sign) {
        i = next;
        let end = match line.at(i) {
            ':' if line.starts_with(i, "://") => address_end(line, i + 3),
            'w' | 'W' if line.starts_with(i, "www.") || line.starts_with(i, "WWW.") => {
                address_end(line, i + 4)
            }
            '@' => address_end(line, i + 1),
            '`' => closed(line, i, '`', |_| true),
            // An entity that stays is one sign.
            '&' => closed(line, i, ';', |c| c.is_ascii_alphanumeric() || c == '#'),
            '<' if line.at(i + 1).is_ascii_alphabetic() || matches!(line.at(i + 1), '/' | '!') => {
                closed(line, i, '>', |c| c.is_ascii() || chars::is_han(c))
            }
            '$' => closed(line, i, '$', |c| c.is_ascii()),
            '\\' if line.at(i + 1).is_ascii_alphabetic() => address_end(line, i + 1),
            ']' if line.at(i + 1) == '(' => {
                let close = closed(line, i + 1, ')', |c| c != ' ' || line.at(i + 2) == '/');
                if close > i + 1 { close } else { i }
            }
            '/' if line.at(i + 1).is_ascii_alphanumeric() && !line.before(i).is_alphanumeric() => {
                let end = address_end(line, i + 1);
                if (i + 1..end).any(|k| line.at(k) == '/') {
                    end
                } else {
                    i
                }
            }
            ':' if line.at(i + 1) == '\\' && line.before(i).is_ascii_alphabetic() => {
                file_path_end(line, i + 1)
            }
            ':' if line.at(i + 1) == '/' && line.before(i).is_ascii_alphabetic() => {
                address_end(line, i + 1)
            }
            '.' if line.before(i) == ')' => file_name_end(line, i),
            '.' if line.before(i).is_ascii_alphanumeric()
                && line.at(i + 1).is_ascii_alphabetic() =>
            {
                address_end(line, i + 1)
            }
            _ => i,
        };
        if end > i {
            // What leads to the sign belongs to it: the scheme, the mail box, the file name.
            let mut from = i;
            if line.at(i) == '.' && line.before(i) == ')' {
                while from > 0 && is_file_name(line.at(from - 1)) {
                    from -= 1;
                }
            } else if !matches!(line.at(i), '`' | '<' | '$' | ']' | '&') {
                while from > 0
                    && is_address(line.at(from - 1))
                    && !matches!(
                        line.at(from - 1),
                        ',' | ';' | '(' | ':' | '!' | '?' | '\'' | ')'
                    )
                {
                    from -= 1;
                }
            }
            for cell in &mut line.cells[from..end.min(count)] {
                cell.guarded = true;
            }
            i = end;
        } else {
            i += 1;
        }
    }
}

fn is_address(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '|' | '`')
}

/// Where an address ends that has begun before `from`: closing punctuation is not its own.
fn address_end(line: &Line, from: usize) -> usize {
    let mut end = from;
    while is_address(line.at(end)) {
        end += 1;
    }
    while end > from
        && matches!(
            line.at(end - 1),
            ',' | ';' | ':' | '.' | '!' | '?' | ')' | '(' | '\'' | '*' | '[' | ']'
        )
    {
        end -= 1;
    }
    end
}

/// What names of files are made of: letters of any script and the signs that join them.
fn is_file_name(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '_' | '-' | '.' | '(' | ')' | '（' | '）' | '+' | '~' | '·'
        )
}

/// Where `报告(终稿).docx` ends, whose point stands at `from`; `from` where no known ending follows.
fn file_name_end(line: &Line, from: usize) -> usize {
    const ENDINGS: [&str; 26] = [
        "doc", "docx", "wps", "pdf", "xls", "xlsx", "csv", "ppt", "pptx", "txt", "md", "jpg",
        "jpeg", "png", "gif", "bmp", "mp3", "mp4", "avi", "zip", "rar", "gz", "html", "htm",
        "json", "exe",
    ];
    let mut end = from + 1;
    let mut ending = String::new();
    while line.at(end).is_ascii_alphanumeric() && ending.len() < 5 {
        ending.push(line.at(end).to_ascii_lowercase());
        end += 1;
    }
    if ENDINGS.contains(&ending.as_str()) {
        end
    } else {
        from
    }
}

/// Where a path with a drive's letter ends, whose parts may be Chinese.
fn file_path_end(line: &Line, from: usize) -> usize {
    let mut end = from;
    while is_file_name(line.at(end)) || matches!(line.at(end), '\\' | '$' | '%' | '&' | '#') {
        end += 1;
    }
    while end > from && line.at(end - 1) == '.' {
        end -= 1;
    }
    end
}

/// The place after the next `close`, if all between is `inside`; else `from`.
fn closed(line: &Line, from: usize, close: char, inside: impl Fn(char) -> bool) -> usize {
    let mut i = from + 1;
    while i < line.count() && i - from < 1000 {
        let c = line.at(i);
        if c == close {
            return i + 1;
        }
        if !inside(c) {
            return from;
        }
        i += 1;
    }
    from
}
