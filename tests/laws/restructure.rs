//! Laws of the room that restores paragraphs: run again, it changes nothing; it only ever touches
//! white space, page marks, separators and titles, so most of the ink stays.

use proptest::prelude::*;
use qingwen::{Cleaner, Settings};

fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "今年以来，",
        "各村要抓紧抢收",
        "。",
        "，",
        "；",
        "：",
        "\n",
        "\n\n\n",
        " ",
        "\u{3000}",
        "一、",
        "（二）",
        "1、",
        "2、",
        "3、",
        "第一章 ",
        "第二篇：",
        "篇一",
        "【篇三】",
        "年度工作总结",
        ".docx",
        "_农业文库",
        "“",
        "”",
        "- 3 -",
        "第3页 共9页",
        "第二页，共31页。",
        "The water board",
        "* * * * *",
        "尊敬的各位领导：",
        "机关单位工作材料精选（二篇）",
        "水利站共检修水闸三十二座，清淤渠道五十公里，群众反映良好，得到了县里的肯定",
        "😀",
        "范 蠡",
    ])
}

fn alone() -> Cleaner {
    let settings = Settings {
        disable: ["decode", "normalise", "chrome", "repair"]
            .map(String::from)
            .to_vec(),
        ..Settings::default()
    };
    Cleaner::new(&settings).expect("default settings")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn run_again_it_changes_nothing(fragments in prop::collection::vec(fragment(), 0..120)) {
        let cleaner = alone();
        let cleaned = cleaner.clean_text(&fragments.concat());
        for part in &cleaned.parts {
            prop_assert!(part.stable);
            let again = cleaner.clean_text(part.draft.text());
            prop_assert_eq!(again.parts.len(), 1);
            prop_assert_eq!(again.parts[0].draft.text(), part.draft.text());
        }
    }

    #[test]
    fn switched_off_it_leaves_no_trace(fragments in prop::collection::vec(fragment(), 0..80)) {
        let settings = Settings {
            disable: ["decode", "normalise", "chrome", "repair", "restructure"]
                .map(String::from)
                .to_vec(),
            ..Settings::default()
        };
        let text = fragments.concat();
        let cleaned = Cleaner::new(&settings).expect("default settings").clean_text(&text);
        for part in &cleaned.parts {
            prop_assert_eq!(part.draft.text(), &text);
        }
    }
}
