//! Any bytes become text, and undoing mojibake comes to rest.
//!
//! `cargo fuzz run decode --fuzz-dir tests/fuzz`

#![no_main]

use libfuzzer_sys::fuzz_target;
use qingwen::config::DecodeSettings;
use qingwen::decode;
use qingwen::model::{Draft, Facts};

fuzz_target!(|bytes: &[u8]| {
    let settings = DecodeSettings::default();
    let mut text = decode::decode(bytes, &Facts::default(), &settings).text;
    for pass in 0.. {
        let mut draft = Draft::from_text(&text);
        decode::run(&mut draft, &settings);
        if draft.text() == text {
            return;
        }
        assert!(pass < 6, "still changing: {text:?}");
        text = draft.text().to_owned();
    }
});
