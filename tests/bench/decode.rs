//! Bytes to text and mojibake undone: MB/s on one core, beside plain `encoding_rs` decoding.

use divan::Bencher;
use divan::counter::BytesCount;
use encoding_rs::{GB18030, WINDOWS_1252};
use qingwen::config::DecodeSettings;
use qingwen::decode;
use qingwen::model::{Draft, Facts};

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [10, 1_000, 20_000];

/// Ordinary lines, with the odd foreign word, number and address.
fn clean(lines: usize) -> String {
    let say = [
        "关于做好秋收和农机检修工作的通知",
        "各乡镇人民政府，县直有关部门：为确保秋粮颗粒归仓，现将有关事项通知如下。",
        "一、抓紧抢收。截至10月8日，全县已收割水稻12.6万亩，占应收面积的83.5%。",
        "二、做好“三秋”机具检修……详见 https://example.cn/a?b=%E7%A7%8B ，联系人：张××。",
        "“今年的收成比去年好。”老李说，“多亏了合作社的收割机（R2型）。”",
        "",
    ];
    let mut text = String::new();
    for line in 0..lines {
        text.push_str(say[line % say.len()]);
        text.push('\n');
    }
    text
}

/// The same with every line read as Windows-1252 that was UTF-8, or as GB18030 with loss.
fn dirty(lines: usize) -> String {
    let mut text = String::new();
    for (number, line) in clean(lines).lines().enumerate() {
        let read = if number % 2 == 0 {
            WINDOWS_1252
        } else {
            GB18030
        };
        text.push_str(&read.decode_without_bom_handling(line.as_bytes()).0);
        text.push('\n');
    }
    text
}

fn run(bencher: Bencher<'_, '_>, text: String) {
    let settings = DecodeSettings::default();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| Draft::from_text(&text))
        .bench_refs(|draft| decode::run(draft, &settings));
}

#[divan::bench(args = SIZES)]
fn mojibake_in_clean_text(bencher: Bencher<'_, '_>, lines: usize) {
    run(bencher, clean(lines));
}

#[divan::bench(args = SIZES)]
fn mojibake_in_dirty_text(bencher: Bencher<'_, '_>, lines: usize) {
    run(bencher, dirty(lines));
}

/// One line in a hundred is damaged, as on a page with a broken block.
#[divan::bench(args = SIZES)]
fn mojibake_in_one_line_of_a_hundred(bencher: Bencher<'_, '_>, lines: usize) {
    let (clean, dirty) = (clean(lines), dirty(lines));
    let lines = clean.lines().zip(dirty.lines()).enumerate();
    let text: String = lines
        .map(|(number, (clean, dirty))| if number % 100 == 1 { dirty } else { clean })
        .flat_map(|line| [line, "\n"])
        .collect();
    run(bencher, text);
}

fn bytes(bencher: Bencher<'_, '_>, bytes: Vec<u8>) {
    let (facts, settings) = (Facts::default(), DecodeSettings::default());
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench(|| decode::decode(divan::black_box(&bytes), &facts, &settings));
}

#[divan::bench(args = SIZES)]
fn utf8(bencher: Bencher<'_, '_>, lines: usize) {
    bytes(bencher, clean(lines).into_bytes());
}

#[divan::bench(args = SIZES)]
fn gb18030(bencher: Bencher<'_, '_>, lines: usize) {
    bytes(bencher, GB18030.encode(&clean(lines)).0.into_owned());
}

/// A bad byte in every hundred.
#[divan::bench(args = SIZES)]
fn gb18030_damaged(bencher: Bencher<'_, '_>, lines: usize) {
    let mut damaged = GB18030.encode(&clean(lines)).0.into_owned();
    for byte in damaged.iter_mut().step_by(100) {
        *byte = 0xFF;
    }
    bytes(bencher, damaged);
}

/// The yardstick.
#[divan::bench(args = SIZES)]
fn encoding_rs_gb18030(bencher: Bencher<'_, '_>, lines: usize) {
    let bytes = GB18030.encode(&clean(lines)).0.into_owned();
    bencher.counter(BytesCount::new(bytes.len())).bench(|| {
        GB18030
            .decode_without_bom_handling(divan::black_box(&bytes))
            .0
            .len()
    });
}
