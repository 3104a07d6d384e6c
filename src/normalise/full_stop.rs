//! An ASCII full stop that ends a Chinese sentence.

use crate::model::{RuleDoc, RuleId};

use super::context::Context;
use super::line::Line;
use super::{Normaliser, chars, scan};

pub(super) const FULL_STOP: Normaliser = Normaliser {
    id: RuleId::new("normalise/half-width-full-stop"),
    triggers: scan::STOP,
    run,
    doc,
};

/// Han characters of a sentence from which its full stop is beyond doubt.
const LEAST_HAN: usize = 12;

fn run(line: &mut Line, context: &Context) {
    if !context.prose || !context.sentence {
        return;
    }
    let Some((_, last)) = line.inked() else {
        return;
    };
    if line.at(last) != '.' || !chars::is_han(line.before(last)) {
        return;
    }
    let han = line
        .cells
        .iter()
        .filter(|cell| chars::is_han(cell.ch))
        .count();
    if han >= LEAST_HAN && context.document().ascii_stops() {
        line.set(last, '。');
    }
}

fn doc() -> RuleDoc {
    RuleDoc {
        id: FULL_STOP.id,
        since: "0.1.0",
        on_by_default: true,
        removes: "The ASCII full stop at the end of a long Chinese line with clauses, in a document that ends at least two lines so and has no 。 at all.",
        why: "Some sites fold 。 with the rest; only the end of a paragraph is certain.",
        examples: vec![(
            "今年以来，全县坚持教育优先发展.\n下一步，将继续抓好各项工作落实.",
            "今年以来，全县坚持教育优先发展。\n下一步，将继续抓好各项工作落实。",
        )],
        leaves_alone: "Full stops inside lines, after numbers and names, and in any document that knows 。.",
        keeps: vec![
            "4.加快推进",
            "约翰.史密斯",
            "今年以来，全县坚持教育优先发展.\n到此结束。",
            "3.14和v1.2.0",
        ],
        risk: "A . that stood for an ellipsis at the end of a line becomes 。.",
    }
}
