//! Paragraphs, pages and titles: MB/s on one core, on text that needs nothing and on text that does.

use divan::Bencher;
use divan::counter::BytesCount;
use qingwen::Settings;
use qingwen::model::Draft;
use qingwen::restructure;

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [10, 1_000, 20_000];

/// Ordinary paragraphs of a report.
fn clean(lines: usize) -> String {
    let say = [
        "一、抓紧抢收，颗粒归仓",
        "截至10月8日，全县已收割水稻12.6万亩，占应收面积的83.5%，比去年同期快三天。各乡镇组织机手连夜作业，合作社把收割机调到进度慢的村，保证熟一块、收一块，做到了不等、不靠、不误农时。",
        "（一）机具检修。农机站对全县320台收割机逐台检查，更换易损件1100多件，没有一台带病下田。站里还派出技术员驻点服务，随叫随到，深受机手欢迎。",
        "“今年的收成比去年好。”老李说，“多亏了合作社的收割机。”",
        "",
    ];
    let mut text = String::from("秋收工作总结\n");
    for line in 0..lines {
        text.push_str(say[line % say.len()]);
        text.push('\n');
    }
    text
}

/// The same, wrapped after every thirty-five characters.
fn wrapped(lines: usize) -> String {
    let mut text = String::new();
    for line in clean(lines).lines() {
        for (count, c) in line.chars().enumerate() {
            if count > 0 && count % 35 == 0 {
                text.push('\n');
            }
            text.push(c);
        }
        text.push('\n');
    }
    text
}

/// The same in one line with a space for each line end.
fn flattened(lines: usize) -> String {
    clean(lines)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn run(bencher: Bencher<'_, '_>, text: String) {
    let settings = Settings::default().restructure();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| Draft::from_text(&text))
        .bench_refs(|draft| restructure::run(draft, &settings));
}

#[divan::bench(args = SIZES)]
fn clean_text(bencher: Bencher<'_, '_>, lines: usize) {
    run(bencher, clean(lines));
}

#[divan::bench(args = SIZES)]
fn wrapped_text(bencher: Bencher<'_, '_>, lines: usize) {
    run(bencher, wrapped(lines));
}

#[divan::bench(args = SIZES)]
fn flattened_text(bencher: Bencher<'_, '_>, lines: usize) {
    run(bencher, flattened(lines));
}
