//! Values of settings that are written in more than one way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// `--aligned`: a share, or "off".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aligned(pub Option<f64>);

impl Serialize for Aligned {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        match self.0 {
            Some(share) => serializer.serialize_f64(share),
            None => serializer.serialize_str("off"),
        }
    }
}

impl<'de> Deserialize<'de> for Aligned {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Share(f64),
            Word(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Share(share) => Ok(Self(Some(share))),
            Either::Word(word) => word.parse().map_err(serde::de::Error::custom),
        }
    }
}

impl std::str::FromStr for Aligned {
    type Err = String;
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        text.parse()
            .map(|share| Self(Some(share)))
            .map_err(|_| format!("{text:?} is neither a ratio nor \"off\""))
    }
}

/// `--masks`: whether and which boilerplate is left out of signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Masks {
    /// What is found in the corpus; in an index what was found on its first night.
    #[default]
    Auto,
    /// None; in an index what was found on its first night.
    Off,
    /// What a file lists that an earlier run wrote.
    File(PathBuf),
}

impl From<String> for Masks {
    fn from(text: String) -> Self {
        match text.as_str() {
            "auto" => Self::Auto,
            "off" => Self::Off,
            _ => Self::File(text.into()),
        }
    }
}

impl From<Masks> for String {
    fn from(masks: Masks) -> Self {
        match masks {
            Masks::Auto => "auto".into(),
            Masks::Off => "off".into(),
            Masks::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

/// `--max-rejects`: a share of the records, or a number of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rejects {
    /// A share of all records, 0 to 1.
    Share(f64),
    /// A number of records.
    Count(u64),
}

impl Rejects {
    /// Reads `1%` or `20`.
    ///
    /// # Errors
    /// [`Error::Config`] when it is neither.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || {
            Error::config(
                "max_rejects",
                format!("{text:?} is neither a share such as 1% nor a number"),
            )
        };
        if let Some(percent) = text.strip_suffix('%') {
            let value: f64 = percent.trim().parse().map_err(|_| bad())?;
            return if (0.0..=100.0).contains(&value) {
                Ok(Self::Share(value / 100.0))
            } else {
                Err(bad())
            };
        }
        text.parse().map(Self::Count).map_err(|_| bad())
    }

    /// Whether so many rejects of so many records are too many.
    pub fn exceeded(self, rejects: u64, records: u64) -> bool {
        match self {
            Self::Share(share) => rejects as f64 > share * records as f64,
            Self::Count(count) => rejects > count,
        }
    }
}

/// Reads `4GiB`, `256MiB`, `1GB`, `65536`.
///
/// # Errors
/// [`Error::Config`] naming `key` when it is no size.
pub fn parse_size(key: &str, text: &str) -> Result<u64> {
    let bad = || {
        Error::config(
            key,
            format!("{text:?} is no size: write 65536, 256MiB or 4GiB"),
        )
    };
    let trimmed = text.trim();
    let digits = trimmed
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(trimmed.len());
    let number: f64 = trimmed[..digits].parse().map_err(|_| bad())?;
    let unit: f64 = match trimmed[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kib" | "k" => 1024.0,
        "mib" | "m" => 1024.0 * 1024.0,
        "gib" | "g" => 1024.0 * 1024.0 * 1024.0,
        "tib" | "t" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        _ => return Err(bad()),
    };
    let bytes = number * unit;
    if bytes >= 1.0 && bytes < u64::MAX as f64 {
        Ok(bytes as u64)
    } else {
        Err(bad())
    }
}
