//! Our SimHash beside the `simhash` crate and `gaoya`: the same features, the same feature hashes,
//! one thread, processor time of one process. The signatures must be equal.

use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::time::Instant;

use gaoya::simhash::{SimHash, SimSipHasher64};
use qingwen::fingerprint::{
    canonical, shingle_hashes, simhash64, simhash64_weighted, simhash128, simhash256,
};

/// Documents, and characters of each.
const DOCS: u64 = 2000;
const CHARS: usize = 1000;
/// Characters of a feature.
const FEATURE_CHARS: usize = 5;
/// The best of so many rounds counts: others work on the machine too.
const ROUNDS: usize = 7;

/// A text of common characters for each number.
fn text(number: u64) -> String {
    const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严";
    let common: Vec<char> = COMMON.chars().collect();
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..CHARS)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            common[(state >> 33) as usize % common.len()]
        })
        .collect()
}

fn features(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    starts
        .windows(FEATURE_CHARS + 1)
        .map(|window| &text[window[0]..window[FEATURE_CHARS]])
        .collect()
}

/// The feature hash of the `simhash` crate.
fn sip(feature: &str) -> u64 {
    let mut hasher = siphasher::sip::SipHasher::default();
    feature.hash(&mut hasher);
    hasher.finish()
}

/// Microseconds a document, in the best round.
fn time(name: &str, beside: f64, mut work: impl FnMut()) -> f64 {
    let best = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    let each = best * 1e6 / DOCS as f64;
    let ratio = if beside > 0.0 { beside / each } else { 1.0 };
    println!("{name:52} {each:8.2} µs a document   {ratio:6.1} times");
    each
}

fn main() {
    let texts: Vec<String> = (0..DOCS).map(text).collect();
    let words: Vec<Vec<&str>> = texts.iter().map(|text| features(text)).collect();
    let hashes: Vec<Vec<u64>> = words
        .iter()
        .map(|words| words.iter().map(|word| sip(word)).collect())
        .collect();
    let weighted: Vec<Vec<(u64, u32)>> = hashes
        .iter()
        .map(|hashes| hashes.iter().map(|&hash| (hash, 1 + hash as u32 % 5)).collect())
        .collect();
    for (words, hashes) in words.iter().zip(&hashes) {
        assert_eq!(
            simhash::simhash_stream(words.iter().copied()),
            simhash64(hashes),
            "the signatures differ"
        );
    }
    println!("{DOCS} documents of {CHARS} characters; signatures equal those of the simhash crate");
    let crate_all = time("simhash crate: features hashed and counted", 0.0, || {
        for words in &words {
            black_box(simhash::simhash_stream(words.iter().copied()));
        }
    });
    let gaoya = SimHash::<SimSipHasher64, u64, 64>::new(SimSipHasher64::new(1, 2));
    time("gaoya: features hashed and counted", crate_all, || {
        for words in &words {
            black_box(gaoya.create_signature(words.iter()));
        }
    });
    time("ours: the same features, the same SipHash", crate_all, || {
        for words in &words {
            let hashes: Vec<u64> = words.iter().map(|word| sip(word)).collect();
            black_box(simhash64(&hashes));
        }
    });
    let sip_alone = time("SipHash of the features alone", crate_all, || {
        for words in &words {
            black_box(words.iter().fold(0, |sum, word| sum ^ sip(word)));
        }
    });
    let kernel = crate_all - sip_alone;
    println!("{:52} {kernel:8.2} µs a document   (the first less its SipHash)", "simhash crate: counting alone");
    time("ours: counting alone, 64 bits", kernel, || {
        for hashes in &hashes {
            black_box(simhash64(hashes));
        }
    });
    time("ours: counting alone, 64 bits, weighted", kernel, || {
        for features in &weighted {
            black_box(simhash64_weighted(features));
        }
    });
    time("ours: 128 bits", kernel, || {
        for hashes in &hashes {
            black_box(simhash128(hashes));
        }
    });
    time("ours: 256 bits", kernel, || {
        for hashes in &hashes {
            black_box(simhash256(hashes));
        }
    });
    time("ours: text to canonical form, shingles, 64 bits", crate_all, || {
        for text in &texts {
            black_box(simhash64(&shingle_hashes(&canonical(text))));
        }
    });
}
