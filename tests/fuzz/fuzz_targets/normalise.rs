//! Any bytes, decoded, undone and normalised, come to rest, and the ledger replays.
//!
//! `cargo fuzz run normalise --fuzz-dir tests/fuzz`

#![no_main]

use libfuzzer_sys::fuzz_target;
use qingwen::config::{DecodeSettings, NormaliseSettings};
use qingwen::model::{Draft, Facts};
use qingwen::{decode, normalise};

fn cleaned(text: &str) -> Draft {
    let (bytes, spelling) = (DecodeSettings::default(), NormaliseSettings::default());
    let mut draft = Draft::from_text(text);
    for _ in 0..6 {
        let before = draft.revision();
        decode::run(&mut draft, &bytes);
        normalise::run(&mut draft, &spelling);
        if draft.revision() == before {
            break;
        }
    }
    draft
}

fuzz_target!(|bytes: &[u8]| {
    let text = decode::decode(bytes, &Facts::default(), &DecodeSettings::default()).text;
    let once = cleaned(&text);
    let (mut out, mut at) = (String::new(), 0);
    for change in once.changes() {
        assert_eq!(&text[change.start..change.end], change.before);
        out.push_str(&text[at..change.start]);
        out.push_str(&change.after);
        at = change.end;
    }
    out.push_str(&text[at..]);
    assert_eq!(out, once.text());
    assert_eq!(cleaned(once.text()).text(), once.text());
});
