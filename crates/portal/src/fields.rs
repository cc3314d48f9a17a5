//! What was typed: the fields of a form as the browser sent them, or as a stored thing would have been typed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::{Datelike as _, NaiveDate};
use domain::money::Money;

use crate::amount;

/// The most fields of a form, or of an address: four for each of a hundred lines of cost, three of financing, and what else there is.
const MOST: usize = 1_000;

/// Fields with their texts. A name can come more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// From a form's body, or from an address.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).take(MOST).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first text of that name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str()).unwrap_or_default()
    }

    /// All texts of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    /// Whether that text is among those of that name: whether a box was ticked.
    pub(crate) fn has(&self, name: &str, text: &str) -> bool {
        self.all(name).any(|own| own == text)
    }

    /// Whether nothing was sent.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// A number that stands for all of them but one: two forms with the same answers have the same.
    pub(crate) fn fingerprint(&self, but: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.iter().filter(|(name, _)| name != but).for_each(|field| field.hash(&mut hasher));
        hasher.finish()
    }

    /// Adds a text.
    pub(crate) fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.push((name.into(), text.into()));
    }

    /// Adds a text, if there is one.
    pub(crate) fn put_some(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.put(name, text.as_str());
        }
    }

    /// Adds an amount, as one types it. Nothing is typed for nothing.
    pub(crate) fn put_amount(&mut self, name: impl Into<String>, amount: Option<Money>) {
        if let Some(amount) = amount.filter(|amount| *amount != Money::ZERO) {
            self.put(name, amount::typed(amount));
        }
    }

    /// Adds a date, as one types it.
    pub(crate) fn put_date(&mut self, name: &str, date: Option<NaiveDate>) {
        if let Some(date) = date {
            self.put(format!("{name}-day"), date.day().to_string());
            self.put(format!("{name}-month"), date.month().to_string());
            self.put(format!("{name}-year"), date.year().to_string());
        }
    }

    /// How many rows were typed whose fields are named `list[0].…`, `list[1].…`.
    pub(crate) fn rows(&self, list: &str) -> usize {
        let index = |name: &str| -> Option<usize> {
            let rest = name.strip_prefix(list)?.strip_prefix('[')?;
            rest.split_once(']')?.0.parse().ok().filter(|index| *index < MOST)
        };
        self.0.iter().filter_map(|(name, _)| index(name)).max().map_or(0, |last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_their_order_and_with_their_repetitions() {
        let fields = Fields::read("a=1&b=%C3%A4+x&a=2".as_bytes());
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), ("1", "ä x", ""));
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert!(fields.has("a", "2") && !fields.has("a", "3"));
    }

    #[test]
    fn rows_are_counted_by_their_highest_number() {
        let fields = Fields::read(b"cost[0].text=&cost[2].text=x&costs[7].text=&cost[x].text=&cost[999999999].text=");
        assert_eq!((fields.rows("cost"), fields.rows("financing")), (3, 0));
    }

    #[test]
    fn the_same_answers_are_known_again_whatever_the_token() {
        let print = |body: &str| Fields::read(body.as_bytes()).fingerprint("form-token");
        assert_eq!(print("a=1&form-token=x&b=2"), print("form-token=y&a=1&b=2"));
        assert_ne!(print("a=1&b=2"), print("a=1&b=3"));
        assert_ne!(print("a=12"), print("a=1&b=2"));
    }

    #[test]
    fn a_flood_of_fields_is_cut() {
        let body = "f=1&".repeat(5_000);
        assert_eq!(Fields::read(body.as_bytes()).iter().count(), MOST);
    }
}
