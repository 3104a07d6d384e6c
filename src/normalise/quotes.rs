//! Double quotation marks: straight, lone 〞, doubled, mixed, reversed.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const QUOTES: Normaliser = Normaliser {
    id: RuleId::new("normalise/quotes"),
    triggers: scan::QUOTE,
    run,
    doc,
};

pub(super) const SINGLE_QUOTES: Normaliser = Normaliser {
    id: RuleId::new("normalise/single-quotes"),
    triggers: scan::SINGLE_QUOTE,
    run: singles,
    doc: singles_doc,
};

/// Longest quotation whose marks are repaired against what they say, in characters.
const LONGEST_CHARS: usize = 40;

/// What a mark says of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Opens,
    Closes,
    /// A straight mark.
    Nothing,
    /// 〝, which opens a pair of its own.
    OpensPrime,
    /// 〞, which closes that pair or stands for ”.
    ClosesPrime,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    at: usize,
    says: Says,
}

impl Mark {
    /// What closes a quotation that this mark has opened.
    fn closer(&self) -> Says {
        if self.says == Says::OpensPrime {
            Says::ClosesPrime
        } else {
            Says::Closes
        }
    }
}

fn run(line: &mut Line, context: &Context) {
    if !context.prose {
        return;
    }
    undouble(line);
    line.commit();
    let marks = marks(line);
    if marks.is_empty() {
        return;
    }
    if is_reversed(line, &marks) {
        for mark in &marks {
            line.set(
                mark.at,
                if mark.says == Says::Closes {
                    '“'
                } else {
                    '”'
                },
            );
        }
        return;
    }
    settle(line, &marks);
}

/// ““甲”” → “甲”: the same mark twice in a row, unless inner quotations account for it.
fn undouble(line: &mut Line) {
    let mut depth = 0_i32;
    let mut from = 0;
    while let Some(mut i) = line.next(from, |c| matches!(c, '“' | '”')) {
        let c = line.at(i);
        let twice = line.at(i + 1) == c;
        match c {
            '“' if twice => {
                line.remove(i + 1, i + 2);
                depth += 1;
                i += 1;
            }
            '“' => depth += 1,
            '”' if twice && depth <= 1 => {
                line.remove(i + 1, i + 2);
                depth -= 1;
                i += 1;
            }
            _ => depth -= 1,
        }
        from = i + 1;
    }
}

fn marks(line: &Line) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (at, cell) in line.cells.iter().enumerate() {
        let says = match cell.ch {
            '“' => Says::Opens,
            '”' => Says::Closes,
            '〝' => Says::OpensPrime,
            '〞' => Says::ClosesPrime,
            '"' | '＂' if !cell.guarded && !is_inch(line, at) => Says::Nothing,
            // Double primes are inches and seconds, too.
            '″' if !line.before(at).is_ascii_digit() => Says::Nothing,
            _ => continue,
        };
        marks.push(Mark { at, says });
    }
    // With one straight mark too many nobody knows which of them are a pair.
    let is_straight = |mark: &Mark| mark.says == Says::Nothing && line.at(mark.at) == '"';
    if marks.iter().filter(|mark| is_straight(mark)).count() % 2 == 1
        && marks.iter().all(is_straight)
    {
        marks.clear();
    }
    marks
}

/// 55"电视: a straight mark behind a number with no partner before it.
fn is_inch(line: &Line, at: usize) -> bool {
    line.before(at).is_ascii_digit()
        && !line.cells[..at]
            .iter()
            .rev()
            .take(LONGEST_CHARS)
            .any(|cell| matches!(cell.ch, '"' | '“' | '＂'))
}

/// Whether what stands at the place could end a clause: a quotation that began above may end here.
fn ends_clause(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '…' | '；' | '!' | '?' | '.' | '，' | ',' | '、' | '：'
    )
}

/// ”甲“乙: every pair the wrong way round, each of them short and without a stop.
fn is_reversed(line: &Line, marks: &[Mark]) -> bool {
    marks.len() >= 2
        && marks.len().is_multiple_of(2)
        && marks.chunks(2).all(|pair| {
            let [first, second] = pair else { return false };
            first.says == Says::Closes
                && second.says == Says::Opens
                && !ends_clause(line.before(first.at))
                && is_short(line, first.at, second.at)
                // A quotation that goes on from the line above ends with 的, 是, 和 or a stop.
                && second.at - first.at > 3
                && (marks.len() > 2 || chars::is_han(line.at(second.at + 1)))
                && chars::is_han(line.at(first.at + 1))
                && chars::is_han(line.before(second.at))
        })
}

/// Short, without the end of a sentence inside, and not empty.
fn is_short(line: &Line, from: usize, to: usize) -> bool {
    to > from + 1
        && to - from <= LONGEST_CHARS
        && !(from + 1..to)
            .any(|i| matches!(line.at(i), '。' | '！' | '？' | '!' | '?' | '，' | ','))
}

/// Walks the marks and gives each its part.
fn settle(line: &mut Line, marks: &[Mark]) {
    let mut open: Option<Mark> = None;
    let mut k = 0;
    while k < marks.len() {
        let mark = marks[k];
        let next = marks.get(k + 1);
        k += 1;
        match (open, mark.says) {
            (None, Says::Opens | Says::OpensPrime) => open = Some(mark),
            (None, Says::Nothing) => {
                // A straight mark opens where its partner is found, on this line.
                if let Some(partner) = next.filter(|next| {
                    matches!(next.says, Says::Nothing | Says::Closes | Says::ClosesPrime)
                }) && is_quotation(line, mark.at, partner.at)
                {
                    line.set(mark.at, '“');
                    line.set(partner.at, '”');
                }
                // Partners are consumed together even where they stay as they are.
                if next
                    .is_some_and(|next| next.says != Says::Opens && next.says != Says::OpensPrime)
                {
                    k += 1;
                }
            }
            (None, Says::Closes) => {
                // A closing mark that another closes: it should have opened.
                if let Some(partner) = next
                    && matches!(partner.says, Says::Closes | Says::ClosesPrime)
                    && !ends_clause(line.before(mark.at))
                    && is_short(line, mark.at, partner.at)
                    && chars::is_han(line.at(mark.at + 1))
                    && !marks[..k - 1]
                        .iter()
                        .any(|earlier| earlier.says == Says::Closes)
                {
                    line.set(mark.at, '“');
                    line.set(partner.at, '”');
                    k += 1;
                }
            }
            (None, Says::ClosesPrime) => {
                if chars::is_chinese(line.before(mark.at)) || line.before(mark.at).is_alphanumeric()
                {
                    line.set(mark.at, '”');
                }
            }
            (Some(first), says) => {
                let proper = match says {
                    Says::Closes => first.says == Says::Opens,
                    Says::ClosesPrime => first.says == Says::OpensPrime,
                    _ => false,
                };
                if proper {
                    open = None;
                    continue;
                }
                match says {
                    Says::Opens | Says::OpensPrime => {
                        // An opening mark where one is open closes it, if nothing else will and
                        // the quotation is short. Otherwise it opens anew.
                        let closed_later = next.is_some_and(|next| {
                            !matches!(next.says, Says::Opens | Says::OpensPrime)
                        });
                        let closes = first.says == says
                            && !closed_later
                            && is_short(line, first.at, mark.at)
                            && chars::is_han(line.before(mark.at))
                            && !ends_clause(line.before(mark.at));
                        if closes {
                            line.set(mark.at, '”');
                            open = None;
                        } else {
                            open = Some(mark);
                        }
                    }
                    Says::Closes | Says::ClosesPrime | Says::Nothing => {
                        if says == Says::Nothing && !closes_here(line, mark.at) {
                            continue;
                        }
                        // Two straight marks before the closing one are an inner quotation.
                        if says == Says::Nothing
                            && next.is_some_and(|next| next.says == Says::Nothing)
                            && marks
                                .get(k + 1)
                                .is_some_and(|mark| mark.says == first.closer())
                        {
                            k += 1;
                            continue;
                        }
                        if first.says == Says::OpensPrime && says == Says::Closes {
                            line.set(first.at, '“');
                        }
                        line.set(
                            mark.at,
                            if first.says == Says::OpensPrime && says == Says::Nothing {
                                '〞'
                            } else {
                                '”'
                            },
                        );
                        open = None;
                    }
                }
            }
        }
    }
}

/// A straight mark inside an open quotation ends it unless it clearly opens an inner one.
fn closes_here(line: &Line, at: usize) -> bool {
    !matches!(line.before(at), '：' | ':' | '\n' | '（' | '(')
}

/// Whether the straight pair is a quotation in Chinese: it holds Chinese, or stands in it.
fn is_quotation(line: &Line, from: usize, to: usize) -> bool {
    if to <= from + 1 {
        return false;
    }
    let holds = (from + 1..to).any(|i| chars::is_han(line.at(i)));
    let beside = chars::is_chinese(line.before(from)) || chars::is_chinese(line.at(to + 1));
    // key="value" and its kind.
    let assigned =
        matches!(line.before(from), '=' | '[' | '{') || line.before(from).is_ascii_alphanumeric();
    (holds || beside) && !assigned && !line.at(to + 1).is_ascii_alphanumeric()
        || (holds && line.before(from).is_ascii_digit())
}

/// '普九' → ‘普九’.
fn singles(line: &mut Line, context: &Context) {
    if !context.prose {
        return;
    }
    let mut open: Option<usize> = None;
    for i in 0..line.count() {
        if !matches!(line.at(i), '\'' | '＇') || line.cells.get(i).is_some_and(|cell| cell.guarded)
        {
            continue;
        }
        let letter = |c: char| c.is_ascii_alphanumeric();
        match open.take() {
            Some(from)
                if i > from + 1
                    && i - from <= LONGEST_CHARS
                    && chars::is_han(line.before(i))
                    && !letter(line.at(i + 1)) =>
            {
                line.set(from, '‘');
                line.set(i, '’');
            }
            _ if chars::is_han(line.at(i + 1)) && !letter(line.before(i)) => open = Some(i),
            _ => {}
        }
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: QUOTES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Straight pairs in Chinese prose, a lone 〞 or ″ as closing mark, doubled marks (““甲””), mixed pairs (“甲\"), an opening mark that closes, reversed pairs (”甲“).",
        why: "Fonts, keyboards and converters confuse them; a quotation has one opening and one closing mark.",
        examples: vec![
            ("落实\"双减\"政策", "落实“双减”政策"),
            (
                "“三个代表〞重要思想和“普九〞攻坚",
                "“三个代表”重要思想和“普九”攻坚",
            ),
            ("““两基””达标", "“两基”达标"),
            ("“五育\"并举", "“五育”并举"),
            ("开展“基层党组织建设年“活动", "开展“基层党组织建设年”活动"),
            ("贯彻”三个代表“重要思想", "贯彻“三个代表”重要思想"),
        ],
        leaves_alone: "〝…〞 in pairs, 「…」, straight marks of an odd number, inches and seconds, English, code, data, a quotation that goes on over several paragraphs, quotations inside quotations.",
        keeps: vec![
            "說明〝IP位置〞與〝網址〞之間的關係。",
            "「學習」與『實踐』",
            "统筹做好“三实两创”“三优”工作",
            "55\"电视和3′20″的成绩",
            "他说：“第一段没有结束。",
            "到此为止。”他说完就走了。",
            "<a href=\"x\">链接</a>",
            "He said \"北京 is big\" twice and left again.",
            "{\"标题\": \"总结\"}",
            "\"\"\"统计文本里的字数。\"\"\"",
            "他说：“市场要用\"纠结\"两个字来形容。”",
            "专讲\"诡道\"的书，\"仁义的书",
        ],
        risk: "A straight pair that quotes nothing but marks two units of length is taken for a quotation.",
    }
}

fn singles_doc() -> RuleDoc {
    RuleDoc {
        id: SINGLE_QUOTES.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "Straight single marks around Chinese.",
        why: "As with the double ones; they quote inside a quotation.",
        examples: vec![("“管理为首位，'普九'为重点”", "“管理为首位，‘普九’为重点”")],
        leaves_alone: "Apostrophes, feet and minutes, English, code.",
        keeps: vec![
            "I don't know 他's name",
            "it's '中国' in English, isn't it",
            "5'30秒",
            "print('你好')",
        ],
        risk: "None known.",
    }
}
