//! The scalars: how amounts, days and instants are written.

use std::borrow::Cow;

use async_graphql::{InputType, InputValueError, InputValueResult, Pos, Scalar, ScalarType, Value, registry};
use chrono::{NaiveDate, SecondsFormat, Utc};

use crate::error::{Fault, Result};

/// An amount of money in euro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money(pub domain::money::Money);

/// An amount of money in euro, as a text with a decimal point and exactly two places: `"175000.00"`. Never a number, so that no client
/// rounds it. An amount in an input is less than a billion euro.
#[Scalar]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(domain::money::MoneyError::Form.into()) };
        Ok(Self(text.parse()?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl From<domain::money::Money> for Money {
    fn from(amount: domain::money::Money) -> Self {
        Self(amount)
    }
}

impl From<Money> for domain::money::Money {
    fn from(amount: Money) -> Self {
        amount.0
    }
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar day in Europe/Berlin, as in ISO 8601: `"2019-10-31"`. A deadline lasts to the end of its day.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let written = "a date is written as year, month and day, such as \"2019-10-31\", and must exist";
        let Value::String(text) = value else { return Err(InputValueError::custom(written)) };
        let ten_digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        match NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
            Ok(date) if ten_digits => Ok(Self(date)),
            _ => Err(InputValueError::custom(written)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<Date> for NaiveDate {
    fn from(date: Date) -> Self {
        date.0
    }
}

/// An instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// An instant in UTC, as in RFC 3339: `"2020-01-14T09:30:00Z"`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let written = "an instant is written as in RFC 3339, such as \"2020-01-14T09:30:00Z\"";
        let Value::String(text) = value else { return Err(InputValueError::custom(written)) };
        match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(instant) => Ok(Self(instant.to_utc())),
            Err(_) => Err(InputValueError::custom(written)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<DateTime> for chrono::DateTime<Utc> {
    fn from(instant: DateTime) -> Self {
        instant.0
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(instant: chrono::DateTime<Utc>) -> Self {
        Self(instant)
    }
}

/// An input as it came. It is read where its field's name is known, so that an error can say which field it is about.
#[derive(Debug, Clone)]
pub struct Raw<T>(std::result::Result<T, String>);

impl<T> Raw<T> {
    /// What it is, as the domain's type; `field` is where it stands in the input.
    pub fn read<D>(self, field: &str) -> Result<D>
    where
        D: From<T>,
    {
        self.0.map(D::from).map_err(|message| Fault::bad_input(field, message))
    }
}

impl<T: InputType> InputType for Raw<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut registry::Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self(T::parse(value).map_err(|error| error.into_server_error(Pos::default()).message)))
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, InputType::to_value)
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_or_is_written_otherwise_is_refused_with_its_field() {
        for text in ["2020-02-30", "2020-2-3", "20200203", "31.10.2019", "+2019-10-31", "2019-10-31T00:00:00Z", "", "２０１９-10-31"] {
            let raw = Raw::<Date>::parse(Some(Value::String(text.to_owned()))).expect("read later");
            let fault = raw.read::<NaiveDate>("form.startsOn").expect_err(text);
            assert!(matches!(fault, Fault::Failed { field: Some(field), .. } if field == "form.startsOn"), "{text}");
        }
        let raw = Raw::<Date>::parse(Some(Value::String("2020-02-29".to_owned()))).expect("read later");
        assert!(raw.read::<NaiveDate>("form.startsOn").is_ok());
    }

    #[test]
    fn money_is_a_text_and_never_a_number() {
        for value in [Value::from(5), Value::from(5.5), Value::Null, Value::from("5"), Value::from("NaN"), Value::from("1e3")] {
            assert!(Raw::<Money>::parse(Some(value)).expect("read later").read::<domain::money::Money>("amount").is_err());
        }
    }
}
