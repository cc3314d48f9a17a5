//! What was typed into a form, read as what it is.

use chrono::NaiveDate;
use domain::money::Money;

use super::Errors;
use super::errors::without_index;
use crate::fields::Fields;
use crate::text::Text;
use crate::{amount, date};

/// Reads what was typed, and collects what can't be read.
pub(crate) struct Reader<'a> {
    text: &'static Text,
    fields: &'a Fields,
    /// What could not be read.
    pub(crate) errors: Errors,
}

impl<'a> Reader<'a> {
    /// Of those fields.
    pub(crate) fn new(text: &'static Text, fields: &'a Fields) -> Self {
        Self { text, fields, errors: Errors::default() }
    }

    /// A text; none if nothing was typed.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(self.fields.get(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An amount; none if nothing was typed.
    pub(crate) fn amount(&mut self, name: &str) -> Option<Money> {
        let words = match amount::read(self.fields.get(name)) {
            Ok(amount) => return amount,
            Err(amount::Unreadable::Form) => self.text.form.amount_unclear,
            Err(amount::Unreadable::Size) => self.text.form.amount_size,
        };
        self.fail(name, words);
        None
    }

    /// A date; none if nothing was typed.
    pub(crate) fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let words = match date::read(self.fields, name) {
            Ok(date) => return date,
            Err(date::Unreadable::Incomplete) => self.text.form.date_incomplete,
            Err(date::Unreadable::NoSuchDay) => self.text.form.date_none,
            Err(date::Unreadable::Year) => self.text.form.date_year,
        };
        self.fail(name, words);
        None
    }

    /// A whole number; none if nothing was typed.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        let typed = self.fields.get(name).trim();
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse().ok();
        if number.is_none() {
            self.fail(name, self.text.form.number);
        }
        number
    }

    fn fail(&mut self, name: &str, words: &str) {
        let (_, row) = without_index(name);
        match row {
            Some(row) => self.errors.add(name, &format!("{}: {words}", (self.text.form.row)(&(row + 1).to_string()))),
            None => self.errors.add(name, words),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use crate::text::text;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_collected_with_its_field() {
        let fields = Fields::read(b"a=1.5&costLines%5B1%5D.amount=x&d-day=31&d-month=2&d-year=2027&n=viele&ok=1.234%2C56");
        let mut reader = Reader::new(text(Language::De), &fields);
        assert_eq!(
            (reader.amount("a"), reader.amount("costLines[1].amount"), reader.date("d"), reader.number("n")),
            (None, None, None, None)
        );
        assert_eq!(reader.amount("ok"), Some(Money::from_cents(123_456)));
        let named: Vec<&str> = reader.errors.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(named, ["a", "costLines[1].amount", "d", "n"]);
        assert!(reader.errors.0[1].1.starts_with("Zeile 2: "));
    }
}
