//! Decoding and the undoing of mojibake, for any bytes and any text.

use proptest::prelude::*;
use qingwen::config::{DecodeSettings, NormaliseSettings};
use qingwen::model::{Draft, Facts};
use qingwen::{decode, normalise};

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

/// What the rules speak of, spliced and with bytes changed, lost and added: nearer to damage than
/// bytes at random.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<&str> = decode::rules()
        .into_iter()
        .chain(normalise::rules())
        .flat_map(|rule| {
            let keeps = rule.keeps.into_iter();
            keeps.chain(rule.examples.into_iter().map(|(before, _)| before))
        })
        .collect();
    let parts = prop::collection::vec((prop::sample::select(seeds), 0..4_u8), 1..4);
    let wounds = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 0..8);
    (parts, wounds).prop_map(|(parts, wounds)| {
        let mut bytes = Vec::new();
        for (part, end) in parts {
            bytes.extend_from_slice(part.as_bytes());
            bytes.extend_from_slice([&b"\n"[..], b"", b" ", b"\r\n"][usize::from(end)]);
        }
        for (at, byte, how) in wounds {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            match how {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        bytes
    })
}

/// Both rooms over a text until they change nothing more, as the pipeline runs them.
fn spelled(text: &str) -> Draft {
    let mut draft = Draft::from_text(text);
    for _ in 0..6 {
        let before = draft.revision();
        decode::run(&mut draft, &DecodeSettings::default());
        normalise::run(&mut draft, &NormaliseSettings::default());
        if draft.revision() == before {
            break;
        }
    }
    draft
}

proptest! {
    /// `PROPTEST_CASES=100000` makes it a long run.
    #[test]
    fn spoilt_bytes_come_to_rest_and_replay(bytes in spoilt()) {
        let text = decode::decode(&bytes, &Facts::default(), &DecodeSettings::default()).text;
        let once = spelled(&text);
        let (mut out, mut at) = (String::new(), 0);
        for change in once.changes() {
            prop_assert_eq!(&text[change.start..change.end], &change.before);
            out.push_str(&text[at..change.start]);
            out.push_str(&change.after);
            at = change.end;
        }
        out.push_str(&text[at..]);
        prop_assert_eq!(&out, once.text());
        let twice = spelled(once.text());
        prop_assert_eq!(twice.text(), once.text());
    }

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
