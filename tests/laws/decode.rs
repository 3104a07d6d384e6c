//! Decoding and the undoing of mojibake, for any bytes and any text.

use proptest::prelude::*;
use qingwen::config::DecodeSettings;
use qingwen::decode;
use qingwen::model::{Draft, Facts};

fn undone(text: &str) -> String {
    let mut draft = Draft::from_text(text);
    decode::run(&mut draft, &DecodeSettings::default());
    draft.text().to_owned()
}

/// Pieces that damage is made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[一-龥]{1,6}",
        "[À-ÿ]{1,8}",
        "[\u{80}-\u{9f}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—]{1,4}",
        Just("\u{FFFD}".to_owned()),
        Just("?".to_owned()),
        Just("\n".to_owned()),
        "[涓鏂鐨浠鍥勬潙瑕佹姄]{1,5}",
        "(%[0-9A-F]{2}){1,6}",
        "(\\\\u[0-9a-f]{4}){1,3}",
        "[ -~]{0,6}",
        "[锟斤拷烫]{1,4}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_some_text(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let decoded = decode::decode(&bytes, &Facts::default(), &DecodeSettings::default());
        for finding in &decoded.findings {
            prop_assert_eq!(&decoded.text[finding.span.range()], "\u{FFFD}");
        }
    }

    #[test]
    fn utf8_comes_through(text in "[一-龥a-z，。\n]{0,80}") {
        let decoded = decode::decode(text.as_bytes(), &Facts::default(), &DecodeSettings::default());
        prop_assert_eq!(decoded.text, text);
    }

    #[test]
    fn undoing_twice_is_undoing_once(pieces in prop::collection::vec(piece(), 0..12)) {
        // The pipeline repeats until nothing changes; it must come to rest.
        let mut text = pieces.concat();
        for _ in 0..4 {
            let next = undone(&text);
            if next == text {
                return Ok(());
            }
            text = next;
        }
        prop_assert_eq!(undone(&text), text);
    }
}
