//! The two languages that people are spoken to in, and how amounts and dates read in each.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Berlin;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The language of a person: what messages and e-mails to them are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German, the default of a German city.
    #[default]
    De,
    /// English.
    En,
}

impl Language {
    /// Both, for tests that go through all texts.
    pub const ALL: [Self; 2] = [Self::De, Self::En];

    /// The code of ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }
}

/// A text in both languages, as the fund's configuration holds names and labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text in `language`.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}

/// How a value reads inside a sentence of that language.
pub trait Say {
    /// The value in words of `language`: `20.000,00 €` or `€20,000.00`, `31.10.2019` or `31 October 2019`.
    fn say(&self, language: Language) -> String;
}

impl Say for Money {
    fn say(&self, language: Language) -> String {
        let (group, point) = match language {
            Language::De => ('.', ','),
            Language::En => (',', '.'),
        };
        let cents = self.cents().unsigned_abs();
        let euro = (cents / 100).to_string();
        let mut grouped = String::with_capacity(euro.len() + euro.len() / 3);
        for (index, digit) in euro.chars().enumerate() {
            if index > 0 && (euro.len() - index).is_multiple_of(3) {
                grouped.push(group);
            }
            grouped.push(digit);
        }
        let sign = if self.cents() < 0 { "-" } else { "" };
        let cents = cents % 100;
        match language {
            Language::De => format!("{sign}{grouped}{point}{cents:02} €"),
            Language::En => format!("{sign}€{grouped}{point}{cents:02}"),
        }
    }
}

impl Say for NaiveDate {
    fn say(&self, language: Language) -> String {
        match language {
            Language::De => self.format("%d.%m.%Y").to_string(),
            Language::En => self.format("%-d %B %Y").to_string(),
        }
    }
}

impl Say for DateTime<Utc> {
    fn say(&self, language: Language) -> String {
        let local = self.with_timezone(&Berlin);
        match language {
            Language::De => local.format("%d.%m.%Y, %H:%M Uhr").to_string(),
            Language::En => local.format("%-d %B %Y, %H:%M").to_string(),
        }
    }
}

macro_rules! say_by_display {
    ($($type:ty),+) => {$(
        impl Say for $type {
            fn say(&self, _: Language) -> String {
                self.to_string()
            }
        }
    )+};
}

say_by_display!(String, i32, u32, usize, rust_decimal::Decimal);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_dates_read_as_people_of_the_language_write_them() {
        let table = [
            (0, "0,00 €", "€0.00"),
            (5, "0,05 €", "€0.05"),
            (99_999, "999,99 €", "€999.99"),
            (2_000_000, "20.000,00 €", "€20,000.00"),
            (-123_456_789, "-1.234.567,89 €", "-€1,234,567.89"),
        ];
        for (cents, de, en) in table {
            assert_eq!(Money::from_cents(cents).say(Language::De), de);
            assert_eq!(Money::from_cents(cents).say(Language::En), en);
        }
        let date = NaiveDate::from_ymd_opt(2019, 10, 31).expect("a date");
        assert_eq!(date.say(Language::De), "31.10.2019");
        assert_eq!(date.say(Language::En), "31 October 2019");
    }
}
