//! Money: exact euro and cents.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// An amount in euro with exactly two decimal places. It may be negative (a difference), and is smaller than [`Money::LIMIT`] either way
/// when it comes from outside, so that sums of thousands of amounts can't overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Money(Decimal);

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits, a point and two digits.
    #[error("an amount of money is written with a decimal point and two places, such as \"175000.00\"")]
    Form,
    /// Beyond a billion euro.
    #[error("an amount of money is less than 1000000000.00")]
    Size,
}

impl Money {
    /// 0.00 €.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// What every amount from outside stays below, in cents: a billion euro.
    pub const LIMIT: i64 = 100_000_000_000;

    /// From whole cents, as the database holds them.
    #[must_use]
    pub fn from_cents(cents: i64) -> Self {
        Self(Decimal::new(cents, 2))
    }

    /// Whole cents.
    ///
    /// Saturates at the ends of `i64`, which no sum of amounts below [`Money::LIMIT`] reaches.
    #[must_use]
    pub fn cents(self) -> i64 {
        (self.0 * Decimal::ONE_HUNDRED).to_i64().unwrap_or(if self.0.is_sign_negative() { i64::MIN } else { i64::MAX })
    }

    /// The amount as a decimal number of euro.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// More than 0.00 €.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self > Self::ZERO
    }

    /// Less than 0.00 €.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }

    /// `percent` of this amount, rounded down to a cent.
    #[must_use]
    pub fn percent_down(self, percent: Decimal) -> Self {
        let mut share = (self.0 * percent / Decimal::ONE_HUNDRED).trunc_with_scale(2);
        share.rescale(2);
        Self(share)
    }

    /// Whether this amount is at most `percent` of `total`, with the rounding against whoever asks:
    /// `100 × amount ≤ percent × total`, exact (R9).
    #[must_use]
    pub fn is_within_percent_of(self, percent: Decimal, total: Self) -> bool {
        Decimal::ONE_HUNDRED * self.0 <= percent * total.0
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `[-]digits.dd`, the form that the API and the configuration use; nothing else, so that `1.5`, `1,50` and `1e5` can't be misread.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (euro, cents) = digits.split_once('.').ok_or(MoneyError::Form)?;
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if euro.is_empty() || cents.len() != 2 || !all_digits(euro) || !all_digits(cents) {
            return Err(MoneyError::Form);
        }
        if euro.len() > 12 {
            return Err(MoneyError::Size);
        }
        let amount = Self::from_cents(format!("{euro}{cents}").parse().map_err(|_| MoneyError::Size)?);
        if amount.cents() >= Self::LIMIT {
            return Err(MoneyError::Size);
        }
        Ok(if text.starts_with('-') { -amount } else { amount })
    }
}

impl TryFrom<String> for Money {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(money: Money) -> Self {
        money.to_string()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        // `Decimal` knows a negative zero; it would print as "-0.00".
        if self.0.is_zero() { Self::ZERO } else { Self(-self.0) }
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cents in -Money::LIMIT + 1..Money::LIMIT) {
            let money = Money::from_cents(cents);
            prop_assert_eq!(money.cents(), cents);
            prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
        }

        #[test]
        fn addition_is_that_of_cents(a in -Money::LIMIT..Money::LIMIT, b in -Money::LIMIT..Money::LIMIT) {
            prop_assert_eq!((Money::from_cents(a) + Money::from_cents(b)).cents(), a + b);
            prop_assert_eq!((Money::from_cents(a) - Money::from_cents(b)).cents(), a - b);
        }

        #[test]
        fn the_highest_rate_is_compared_in_whole_cents(amount in 0..Money::LIMIT, total in 0..Money::LIMIT) {
            let within = Money::from_cents(amount).is_within_percent_of(Decimal::from(90), Money::from_cents(total));
            prop_assert_eq!(within, 100 * i128::from(amount) <= 90 * i128::from(total));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            let _ = text.parse::<Money>();
        }
    }

    #[test]
    fn only_two_places_and_a_point_are_money() {
        for text in ["", ".", "1", "1.5", "1.234", "1,50", "1e5", "NaN", "inf", "+1.00", " 1.00", "1.00 ", "--1.00", ".50", "1.-5", "٣.٠٠"]
        {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Form), "{text:?}");
        }
        for text in ["1000000000.00", "99999999999999999999.00"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Size), "{text:?}");
        }
        assert_eq!("-0.00".parse::<Money>().map(|money| money.to_string()), Ok("0.00".to_owned()));
    }

    #[test]
    fn a_share_is_rounded_down_to_the_cent() {
        assert_eq!(Money::from_cents(277_777).percent_down(Decimal::from(90)), Money::from_cents(249_999));
        assert_eq!(Money::from_cents(1_000_000).percent_down(Decimal::from(90)), Money::from_cents(900_000));
    }
}
