//! Dates as people type them: day, month and year, each in its own field.

use chrono::NaiveDate;

use crate::fields::Fields;

/// Why three texts are no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A part is missing.
    Incomplete,
    /// There is no such day.
    NoSuchDay,
    /// The year has not four digits.
    Year,
}

/// The date that was typed into the three fields of that name; `None` if nothing was.
pub(crate) fn read(fields: &Fields, name: &str) -> Result<Option<NaiveDate>, Unreadable> {
    let part = |part: &str| fields.get(&format!("{name}-{part}")).trim().to_owned();
    read_parts(&part("day"), &part("month"), &part("year"))
}

fn read_parts(day: &str, month: &str, year: &str) -> Result<Option<NaiveDate>, Unreadable> {
    if [day, month, year].iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    if [day, month, year].iter().any(|part| part.is_empty()) {
        return Err(Unreadable::Incomplete);
    }
    if year.len() != 4 {
        return Err(Unreadable::Year);
    }
    let number = |part: &str, longest: usize| {
        let fits = part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
        if fits { part.parse::<u32>().ok() } else { None }
    };
    let date = (|| NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?))();
    date.map(Some).ok_or(Unreadable::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read_and_others_are_not() {
        let date = |year, month, day| Ok(NaiveDate::from_ymd_opt(year, month, day));
        assert_eq!(read_parts("1", "6", "2020"), date(2020, 6, 1));
        assert_eq!(read_parts("01", "06", "2020"), date(2020, 6, 1));
        assert_eq!(read_parts("29", "2", "2020"), date(2020, 2, 29));
        assert_eq!(read_parts("", "", ""), Ok(None));
        for (day, month, year) in [("29", "2", "2019"), ("31", "4", "2020"), ("0", "1", "2020"), ("1", "13", "2020"), ("1.", "1", "2020")] {
            assert_eq!(read_parts(day, month, year), Err(Unreadable::NoSuchDay), "{day}.{month}.{year}");
        }
        for (day, month, year) in [("", "6", "2020"), ("1", "", "2020"), ("1", "6", "")] {
            assert_eq!(read_parts(day, month, year), Err(Unreadable::Incomplete));
        }
        for year in ["20", "202", "20200"] {
            assert_eq!(read_parts("1", "6", year), Err(Unreadable::Year));
        }
    }

    #[test]
    fn a_date_in_fields_is_read_back() {
        let mut fields = Fields::default();
        let date = NaiveDate::from_ymd_opt(2027, 5, 17);
        fields.put_date("startsOn", date);
        assert_eq!((read(&fields, "startsOn"), read(&fields, "endsOn")), (Ok(date), Ok(None)));
    }
}
