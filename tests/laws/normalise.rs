//! What must hold of normalising for any text.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use qingwen::config::NormaliseSettings;
use qingwen::model::{Draft, Switches};
use qingwen::normalise;

fn normalised(text: &str, settings: &NormaliseSettings) -> Draft {
    let mut draft = Draft::from_text(text);
    normalise::run(&mut draft, settings);
    draft
}

fn replayed(draft: &Draft) -> String {
    let source = draft.source();
    let mut out = String::new();
    let mut at = 0;
    for change in draft.changes() {
        assert!(at <= change.start && source[change.start..change.end] == change.before);
        assert_ne!(change.before, change.after);
        out.push_str(&source[at..change.start]);
        out.push_str(&change.after);
        at = change.end;
    }
    out.push_str(&source[at..]);
    out
}

/// Bits of every class that a rule reads, so that mixtures meet each other's edges.
fn hostile() -> impl Strategy<Value = String> {
    let bit = prop::sample::select(vec![
        "发展",
        "管理理手册",
        "一",
        "二○○八年",
        "第一条",
        "张三",
        "记者",
        "関係",
        "の",
        "한국",
        "abc",
        "Hello",
        "9",
        "10",
        "3.14",
        "9:1",
        "%",
        "，",
        "。",
        "、",
        "；",
        "：",
        "！",
        "？",
        ",",
        ".",
        ";",
        ":",
        "!",
        "?",
        "(",
        ")",
        "（",
        "）",
        "“",
        "”",
        "\"",
        "'",
        "‘",
        "’",
        "〝",
        "〞",
        "″",
        "＂",
        " ",
        "  ",
        "\u{3000}",
        "\u{a0}",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u{2028}",
        "\u{c}",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{ad}",
        "👨\u{200d}👩",
        "&nbsp;",
        "&amp;lt;",
        "&#24037;",
        "&",
        "![图](a.png)",
        "[b]",
        "[/b]",
        "[1]",
        "[url=x]",
        "第PAGE页共NUMPAGES页",
        "\\* MERGEFORMAT",
        "⼯",
        "⻄",
        "\u{f9e4}",
        "\u{fa19}",
        "e\u{301}",
        "\u{301}",
        "⒎",
        "⒛",
        "①",
        "︵",
        "﹐",
        "ﬁ",
        "１２",
        "Ａ",
        "．",
        "％",
        "○",
        "0",
        "O",
        "關(guān)",
        "% j* q) X; `* m1 }",
        "`",
        "```",
        "$",
        "<b>",
        "http://a.cn/b",
        "a@b.cn",
        "=",
        "{",
        "}",
        "|",
        "-",
        "—",
        "…",
        "#",
        "1.",
        "2、",
        "（一）",
        "\u{0}",
        "\u{fffd}",
        "𠮷",
        "·",
    ]);
    prop::collection::vec(bit, 0..24).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_once_and_the_ledger_replays(text in hostile()) {
        let settings = NormaliseSettings::default();
        let once = normalised(&text, &settings);
        prop_assert_eq!(replayed(&once), once.text());
        let mut twice = normalised(once.text(), &settings);
        // Facts of the whole document may settle only after a change; the pipeline runs its
        // rooms until nothing changes, so coming to rest is what counts.
        for _ in 0..3 {
            let next = normalised(twice.text(), &settings);
            if next.text() == twice.text() {
                break;
            }
            twice = next;
        }
        prop_assert!(!normalised(twice.text(), &settings).is_changed());
    }

    #[test]
    fn any_text_is_safe(text in "\\PC{0,60}") {
        let once = normalised(&text, &NormaliseSettings::default());
        prop_assert_eq!(replayed(&once), once.text());
    }

    #[test]
    fn a_rule_switched_off_leaves_no_trace(text in hostile(), pick in 0_usize..100) {
        let rules = normalise::rules();
        let off = rules[pick % rules.len()].id;
        let settings = NormaliseSettings {
            switches: Switches::new([], [off.to_string()]),
            ..NormaliseSettings::default()
        };
        for change in normalised(&text, &settings).changes() {
            prop_assert!(!change.rules.contains(&off));
        }
    }
}

#[test]
fn a_long_hostile_line_takes_no_long_time() {
    for bit in [
        "⒛", "(", "\"", "<a", "&amp;", "[b]", "` ", "共 ", "“", ",", "a@", "/a", "$ ", "![", "(\"",
        "第 ", "○", "% j* ",
    ] {
        let text = bit.repeat(40_000);
        let start = std::time::Instant::now();
        normalised(&text, &NormaliseSettings::default());
        assert!(
            start.elapsed().as_secs() < 20,
            "{bit:?} takes {:?}",
            start.elapsed()
        );
    }
}

/// The clean sets beside the project: nothing but width, quotes and spaces may change.
///
/// `QINGWEN_SHOW=20` prints so many changes of each rule.
#[test]
fn clean_text_keeps_its_characters() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let show: usize = std::env::var("QINGWEN_SHOW")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    let share: usize = std::env::var("QINGWEN_SHARE")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(29);
    let mut seen = 0_usize;
    let mut rules: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for name in [
        "laws.jsonl",
        "news_transcripts.jsonl",
        "clean_web/skywork_zh_general.jsonl",
    ] {
        let Ok(rows) = std::fs::read_to_string(data.join(name)) else {
            eprintln!("skipped: no {name} at ../shared/data");
            continue;
        };
        for row in rows.lines().step_by(share.max(1)) {
            let row: serde_json::Value = serde_json::from_str(row).expect("a row of the set");
            let text = row["text"].as_str().unwrap_or("");
            seen += text.chars().count();
            let draft = normalised(text, &NormaliseSettings::default());
            for change in draft.changes() {
                for rule in &change.rules {
                    let (count, samples) = rules.entry(rule.to_string()).or_default();
                    *count += 1;
                    if *count % 7 == 1 && samples.len() < show {
                        let from = text[..change.start]
                            .char_indices()
                            .rev()
                            .nth(9)
                            .map_or(0, |(at, _)| at);
                        let to = text[change.end..]
                            .char_indices()
                            .nth(10)
                            .map_or(text.len(), |(at, _)| change.end + at);
                        samples.push(
                            format!(
                                "{}[{}→{}]{}",
                                &text[from..change.start],
                                change.before,
                                change.after,
                                &text[change.end..to]
                            )
                            .replace('\n', "/"),
                        );
                    }
                }
            }
        }
    }
    for (rule, (count, samples)) in &rules {
        eprintln!("{rule}: {count} in {seen} characters");
        for sample in samples {
            eprintln!("    {sample}");
        }
    }
    for rule in [
        "stutter",
        "jammer",
        "bbcode",
        "word-fields",
        "image-remains",
        "pinyin-notes",
        "decomposed",
    ] {
        let count = rules
            .get(&format!("normalise/{rule}"))
            .map_or(0, |found| found.0);
        assert!(
            count * 1_000_000 <= seen,
            "{rule} changes {count} places of {seen} clean characters"
        );
    }
}
