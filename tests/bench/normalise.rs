//! Normalising: MB/s on one core, clean and dirty text, beside copying and NFC.

use divan::counter::BytesCount;
use qingwen::config::NormaliseSettings;
use qingwen::model::Draft;
use qingwen::normalise;
use unicode_normalization::UnicodeNormalization;

fn main() {
    divan::main();
}

const CLEAN: &str = "　　今年以来，全县坚持教育优先发展，投入资金2.86亿元，新建学校12所，“双减”工作扎实推进；下一步，将继续抓好《实施意见》（试行）落实。\n";
const DIRTY: &str = "今年以来,全县坚持教育优先发展,投入资金2.86亿元,新建学校12所,\"双减\"工作扎实推进;下一步,将继续抓好《实施意见》(试行)落实。\n";
const MIXED: &str = "发挥共 产 党员先锋模范作用,特别是⒎月份&nbsp;⼯⼈阶级“三个代表〞重要思想,达到 51.66%, 二○三五年。\n";
const ENGLISH: &str = "In 2021, the county (pop. 300,000) opened 12 schools; \"Every child counts,\" said Li: that's all!\n";

fn run(bencher: divan::Bencher<'_, '_>, line: &str, bytes: usize) {
    let text = line.repeat(bytes.div_ceil(line.len()));
    let draft = Draft::from_text(&text);
    let settings = NormaliseSettings::default();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| draft.clone())
        .bench_local_refs(|draft| normalise::run(draft, &settings));
}

const SIZES: [usize; 3] = [4_000, 100_000, 2_000_000];

#[divan::bench(args = SIZES)]
fn clean(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    run(bencher, CLEAN, bytes);
}

#[divan::bench(args = SIZES)]
fn half_width(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    run(bencher, DIRTY, bytes);
}

#[divan::bench(args = SIZES)]
fn all_kinds(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    run(bencher, MIXED, bytes);
}

#[divan::bench(args = SIZES)]
fn english(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    run(bencher, ENGLISH, bytes);
}

/// The yardstick: what NFC alone costs.
#[divan::bench(args = SIZES)]
fn nfc(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    let text = CLEAN.repeat(bytes.div_ceil(CLEAN.len()));
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| text.nfc().collect::<String>());
}
