//! `--prefer`: what else decides between copies that are equally whole.

use crate::{Error, Result};

/// One preference of the expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Site(String),
    Newest(String),
    Oldest(String),
    Field(String, String),
}

/// A parsed `--prefer` expression: `site:gov.cn, newest:date, oldest:date, field:value`, the first
/// term the strongest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefer(Vec<Term>);

impl Prefer {
    /// Reads the expression.
    ///
    /// # Errors
    /// [`Error::Config`] naming the term that is none.
    ///
    /// ```
    /// use qingwen::cluster::Prefer;
    /// let prefer = Prefer::parse("site:gov.cn, newest:date")?;
    /// assert_eq!(prefer.fields().collect::<Vec<_>>(), ["date"]);
    /// let values = prefer.values(Some("www.gov.cn"), |_| Some("2012-05-03".into()));
    /// assert_eq!(values, [0, -20_120_503]);
    /// # Ok::<(), qingwen::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let terms = text
            .split(',')
            .map(str::trim)
            .filter(|term| !term.is_empty())
            .map(|term| match term.split_once(':') {
                Some((_, value)) if value.trim().is_empty() => Err(bad(term)),
                Some((kind, value)) => {
                    let value = value.trim().to_owned();
                    Ok(match kind.trim() {
                        "site" => Term::Site(value.to_lowercase()),
                        "newest" => Term::Newest(value),
                        "oldest" => Term::Oldest(value),
                        "" => return Err(bad(term)),
                        field => Term::Field(field.to_owned(), value),
                    })
                }
                None => Err(bad(term)),
            })
            .collect::<Result<_>>()?;
        Ok(Self(terms))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names of the record fields that the expression looks at.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|term| match term {
            Term::Site(_) => None,
            Term::Newest(field) | Term::Oldest(field) | Term::Field(field, _) => {
                Some(field.as_str())
            }
        })
    }

    /// The values of one document for [`super::Rank::prefer`]: smaller is preferred. A document
    /// that lacks a field comes last.
    pub fn values(&self, site: Option<&str>, field: impl Fn(&str) -> Option<String>) -> Vec<i64> {
        self.0
            .iter()
            .map(|term| match term {
                Term::Site(wanted) => i64::from(!site.is_some_and(|site| is_site(site, wanted))),
                Term::Newest(name) => field(name).map_or(0, |value| -date(&value)),
                Term::Oldest(name) => field(name).map_or(i64::MAX, |value| date(&value)),
                Term::Field(name, wanted) => i64::from(field(name).as_ref() != Some(wanted)),
            })
            .collect()
    }
}

fn bad(term: &str) -> Error {
    Error::config(
        "prefer",
        format!("{term:?} is none of site:HOST, newest:FIELD, oldest:FIELD, FIELD:VALUE"),
    )
}

fn is_site(site: &str, wanted: &str) -> bool {
    let site = site.to_lowercase();
    site.strip_suffix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The first date in a text as yyyymmdd, or its first number.
fn date(text: &str) -> i64 {
    let parts: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .take(3)
        .map(|part| part.parse().unwrap_or(i64::MAX / 2))
        .collect();
    match parts[..] {
        [year, month, day] if year < 10_000 && month < 100 && day < 100 => {
            year * 10_000 + month * 100 + day
        }
        [year, month] if year < 10_000 && month < 100 => year * 10_000 + month * 100,
        [first, ..] => first,
        [] => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_ordered_and_checked() {
        let prefer = Prefer::parse("site:gov.cn,oldest:d,lang:zh").unwrap();
        let values =
            |site: &str, d: &str| prefer.values(Some(site), |f| (f == "d").then(|| d.into()));
        assert_eq!(values("Edu.GOV.cn", "2010年3月1日"), [0, 20_100_301, 1]);
        assert_eq!(values("notgov.cn", "2010-03"), [1, 20_100_300, 1]);
        assert!(Prefer::parse("newest").is_err());
        assert!(Prefer::parse("site:").is_err());
        assert!(Prefer::parse(" ").unwrap().is_empty());
    }
}
