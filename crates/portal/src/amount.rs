//! Amounts as people type them: with a comma, and points between the thousands.

use domain::money::{Money, MoneyError};

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is none, or could be two different ones: `1.5`, `1,234.56`.
    Form,
    /// It is a billion euro or more.
    Size,
}

/// The amount that was typed; `None` if nothing was.
///
/// A comma comes before the cents, points come between thousands: `1234`, `1234,5`, `1.234,56`. What could be meant the English way is
/// refused rather than guessed: between 1.5 and 15 lies the whole grant.
pub(crate) fn read(text: &str) -> Result<Option<Money>, Unreadable> {
    let text: String = text.trim().trim_end_matches(['€', '\u{a0}']).chars().filter(|sign| !sign.is_whitespace()).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let (sign, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    let (euro, cents) = text.split_once(',').unwrap_or((text, ""));
    if text.contains(',') && cents.is_empty() || cents.len() > 2 || !is_digits(cents) {
        return Err(Unreadable::Form);
    }
    let euro = without_points(euro).ok_or(Unreadable::Form)?;
    match format!("{sign}{euro}.{cents:0<2}").parse() {
        Ok(money) => Ok(Some(money)),
        Err(MoneyError::Size) => Err(Unreadable::Size),
        Err(MoneyError::Form) => Err(Unreadable::Form),
    }
}

/// The digits of whole euro, if points stand only between groups of three.
fn without_points(euro: &str) -> Option<String> {
    let mut groups = euro.split('.');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        grouped = true;
        digits += group;
    }
    let fits = !first.is_empty() && (!grouped || first.len() <= 3);
    (fits && is_digits(&digits)).then_some(digits)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An amount as one would type it: `1.234,56`.
pub(crate) fn typed(amount: Money) -> String {
    use domain::language::{Language, Say as _};
    amount.say(Language::De).trim_end_matches(" €").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read() {
        let table = [
            ("1234", 123_400),
            ("1234,5", 123_450),
            ("1.234,56", 123_456),
            ("1.234", 123_400),
            ("1.234.567,89", 123_456_789),
            (" 20 000,00 € ", 2_000_000),
            ("20\u{a0}000\u{a0}€", 2_000_000),
            ("0,05", 5),
            ("007", 700),
            ("-3,10", -310),
        ];
        for (text, cents) in table {
            assert_eq!(read(text), Ok(Some(Money::from_cents(cents))), "{text}");
        }
        assert_eq!((read(""), read("  ")), (Ok(None), Ok(None)));
    }

    #[test]
    fn what_could_be_two_amounts_is_refused() {
        for text in
            ["1.5", "1.50", "1,234.56", "1,234", "1.23.456", "12.34,5", "1234.567", "1,2,3", "1,", ",50", ".500", "1e5", "ein", "5 Euro"]
        {
            assert_eq!(read(text), Err(Unreadable::Form), "{text}");
        }
        assert_eq!(read("1.000.000.000"), Err(Unreadable::Size));
        assert_eq!(read(&"9".repeat(40)), Err(Unreadable::Size));
    }

    #[test]
    fn what_is_shown_in_a_field_is_read_back() {
        for cents in [0, 1, 99, 100, 99_999, 100_000, 2_000_000, 123_456_789, -50] {
            let money = Money::from_cents(cents);
            assert_eq!(read(&typed(money)), Ok(Some(money)));
        }
    }
}
