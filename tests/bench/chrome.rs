//! The chrome room alone, on one core: MB/s of stripped text.
//!
//! `cargo bench --bench chrome -- [FILE.jsonl FIELD]…` (without arguments: pages made here, and
//! `../shared/data` where it is).

use std::time::Instant;

use qingwen::Settings;
use qingwen::chrome::Engine;
use qingwen::model::Draft;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let engine = Engine::new(&Settings::default().chrome()).expect("shipped rules are sound");
    let mut sets: Vec<(String, Vec<String>)> = args
        .chunks_exact(2)
        .map(|pair| (pair[0].clone(), read(&pair[0], &pair[1])))
        .collect();
    if sets.is_empty() {
        sets.push(("made pages".into(), made()));
        for (path, field) in [
            ("../shared/data/web_pages/pairs.jsonl", "raw_text"),
            ("../shared/data/clean_web/skywork_zh_general.jsonl", "text"),
            ("../shared/data/laws.jsonl", "text"),
        ] {
            sets.push((path.into(), read(path, field)));
        }
    }
    for (name, texts) in sets {
        let bytes: usize = texts.iter().map(String::len).sum();
        if bytes == 0 {
            println!("{name}: not there, skipped");
            continue;
        }
        let mut best = f64::MAX;
        let mut removed = 0;
        for _ in 0..3 {
            let drafts: Vec<Draft> = texts.iter().map(|text| Draft::from_text(text)).collect();
            let start = Instant::now();
            removed = 0;
            for mut draft in drafts {
                engine.run(&mut draft);
                removed += draft.edit_count();
            }
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!(
            "{name}: {} docs, {:.1} MB, {:.0} MB/s, {:.0} docs/s, {removed} edits",
            texts.len(),
            bytes as f64 / 1e6,
            bytes as f64 / 1e6 / best,
            texts.len() as f64 / best,
        );
    }
}

fn read(path: &str, field: &str) -> Vec<String> {
    let Ok(file) = std::fs::read_to_string(path) else {
        return Vec::new();
    };
    file.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|row| row[field].as_str().map(str::to_owned))
        .collect()
}

/// Two hundred pages of one dress around ordinary paragraphs.
fn made() -> Vec<String> {
    (0..200)
        .map(|number| {
            let mut page = format!(
                "第{number}次工作会议召开_新闻_某某网\n首页 新闻 教育 文化 论坛\n当前位置：首页 > 新闻 > 正文\n第{number}次工作会议召开\n发布时间：2023-09-01 10:20 来源：某某日报\n"
            );
            for _ in 0..12 {
                page.push_str("全县中小学已于九月一日全部开学，教学秩序平稳，各项保障措施落实到位，师生精神饱满。会议要求，各校要认真做好各项准备工作，确保新学期平安有序。\n");
            }
            page.push_str("责任编辑：王某\n相关阅读\n");
            for other in 0..15 {
                page.push_str(&format!("某地召开第{other}次工作会议\n"));
            }
            page.push_str("关于我们 | 联系我们 | 网站地图\n版权所有 某某网\n");
            page
        })
        .collect()
}
