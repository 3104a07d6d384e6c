//! One JSON object → one record.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Origin;
use crate::config::ReadSettings;
use crate::model::{Body, Facts, Record};

/// Why some bytes are no record.
pub(super) struct Wrong {
    pub(super) source: String,
    pub(super) record: Option<String>,
    pub(super) error: String,
}

/// Fields beyond which names are looked up by hash: a hostile object may have very many.
const FEW_FIELDS: usize = 24;

/// The fields of an object in order, each once; of a name given twice the last value stays.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                let mut places: HashMap<Cow<'de, str>, usize> = HashMap::new();
                while let Some(Name(name)) = map.next_key()? {
                    let value: &'de RawValue = map.next_value()?;
                    let known = if fields.len() <= FEW_FIELDS {
                        fields.iter().position(|(other, _)| *other == name)
                    } else {
                        if places.is_empty() {
                            places = fields
                                .iter()
                                .enumerate()
                                .map(|(at, (name, _))| (name.clone(), at))
                                .collect();
                        }
                        places.get(&name).copied()
                    };
                    match known {
                        Some(at) => fields[at].1 = value,
                        None => {
                            if !places.is_empty() {
                                places.insert(name.clone(), fields.len());
                            }
                            fields.push((name, value));
                        }
                    }
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// A field's name, borrowed where it holds no escape.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Makes a record of one JSON object. `number` is its line, or its place in an array, from 1.
pub(super) fn record(
    bytes: &[u8],
    origin: &Origin,
    number: u64,
    settings: &ReadSettings,
) -> Result<Record, Wrong> {
    let source = format!("{}:{number}", origin.source);
    let wrong = |record: Option<&str>, error: String| Wrong {
        source: source.clone(),
        record: record.map(str::to_owned),
        error,
    };
    let text = match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            return Err(wrong(
                None,
                format!("not UTF-8: byte {at} of the line is {:#04x}", bytes[at]),
            ));
        }
    };
    let Object(fields) = match serde_json::from_str(text) {
        Ok(object) => object,
        Err(error) => return Err(wrong(None, not_json(text, &error))),
    };
    let mut id = None;
    let mut body = None;
    let mut url = None;
    let mut others = Vec::with_capacity(fields.len());
    for (name, raw) in fields {
        if let Some(error) = lone_surrogate(raw.get()) {
            return Err(wrong(id.as_deref(), format!("field {name:?}: {error}")));
        }
        if name == settings.text_field {
            body = Some(raw.get());
            continue;
        }
        if name == settings.id_field {
            id = id_of(raw.get());
            if name == "id" {
                continue;
            }
        }
        if name == settings.url_field {
            url = serde_json::from_str::<String>(raw.get()).ok();
        }
        others.push((name.into_owned(), raw.to_owned()));
    }
    let Some(body) = body else {
        return Err(wrong(
            id.as_deref(),
            format!(
                "no field {:?}: name it with --text-field",
                settings.text_field
            ),
        ));
    };
    if !body.starts_with('"') {
        let error = format!(
            "field {:?} is {}, not a string",
            settings.text_field,
            kind_of(body)
        );
        return Err(wrong(id.as_deref(), error));
    }
    let body: String = match serde_json::from_str(body) {
        Ok(body) => body,
        Err(error) => {
            return Err(wrong(
                id.as_deref(),
                format!("field {:?}: {error}", settings.text_field),
            ));
        }
    };
    Ok(Record {
        id: id.unwrap_or_else(|| format!("{}:{number}", origin.id_path())),
        source,
        body: Body::Text(body),
        facts: Facts {
            site: url.as_deref().and_then(host).map(str::to_owned),
            url,
            ..Facts::default()
        },
        fields: Some(others),
    })
}

/// Text stays as an id, numbers become text; anything else is no id.
fn id_of(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => {
            if raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
                raw.parse::<f64>().ok().map(|number| format!("{number:?}"))
            } else {
                Some(raw.to_owned())
            }
        }
        _ => None,
    }
}

fn kind_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn not_json(text: &str, error: &serde_json::Error) -> String {
    let starts = text.trim_start().as_bytes().first();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() && starts != Some(&b'{') {
        return format!(
            "{}, not an object",
            if starts == Some(&b'"') {
                "a string"
            } else {
                kind_of(text.trim_start())
            }
        );
    }
    format!("not JSON: {error}")
}

/// Finds half a surrogate pair: a `\uD800` that no other program could read again.
fn lone_surrogate(raw: &str) -> Option<&'static str> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        let code = escape(&bytes[at..]);
        match code {
            Some(0xd800..=0xdbff) => match escape(&bytes[at + 6..]) {
                Some(0xdc00..=0xdfff) => at += 12,
                _ => return Some("a lone surrogate"),
            },
            Some(0xdc00..=0xdfff) => return Some("a lone surrogate"),
            Some(_) => at += 6,
            None => at += 2,
        }
        if at >= bytes.len() {
            break;
        }
    }
    None
}

/// The code unit of a `\uXXXX` at the start of `bytes`.
fn escape(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The host of an address, as written.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_found() {
        assert!(lone_surrogate(r#""\ud83d\ude00 \\ud800 \n""#).is_none());
        assert!(lone_surrogate(r#""\ud83d""#).is_some());
        assert!(lone_surrogate(r#""\ud83d\n""#).is_some());
        assert!(lone_surrogate(r#""\ude00\ud83d""#).is_some());
    }

    #[test]
    fn a_host_is_what_stands_between_slashes() {
        assert_eq!(host("http://u:p@www.例子.cn:8080/a?b"), Some("www.例子.cn"));
        assert_eq!(host("www.example.cn/a"), Some("www.example.cn"));
        assert_eq!(host(""), None);
    }
}
