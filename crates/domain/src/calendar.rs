//! Dates and deadlines as people in Kiel count them. Instants are UTC; a day begins and ends in Europe/Berlin.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::Berlin;

/// The calendar day in Europe/Berlin at which `instant` falls.
#[must_use]
pub fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Berlin).date_naive()
}

/// The instant at which `day` begins in Europe/Berlin. Midnight is never skipped: clocks are changed later at night.
#[must_use]
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    midnight.and_local_timezone(Berlin).earliest().map_or_else(|| midnight.and_utc(), |instant| instant.to_utc())
}

/// The instant at which clocks in Europe/Berlin show that time on `day`: the earlier one where they show it twice, and the one that would
/// have been it where they skip it.
#[must_use]
pub fn instant_at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    start_of(day) + (time - NaiveTime::MIN) + shift(day, time)
}

/// By how much clocks were set between the day's begin and that time.
fn shift(day: NaiveDate, time: NaiveTime) -> chrono::TimeDelta {
    let shown = (start_of(day) + (time - NaiveTime::MIN)).with_timezone(&Berlin).naive_local();
    day.and_time(time) - shown
}

/// The first instant after `date` in Europe/Berlin.
#[must_use]
pub fn end_of(date: NaiveDate) -> DateTime<Utc> {
    start_of(date.succ_opt().unwrap_or(date))
}

/// The time of day in Europe/Berlin at that instant.
#[must_use]
pub fn local_time(instant: DateTime<Utc>) -> NaiveTime {
    instant.with_timezone(&Berlin).time()
}

/// `date` plus `days`, or the last day that the calendar knows.
#[must_use]
pub fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// The day with the same number `months` later, or that month's last day where it has none (BGB §§ 187, 188).
#[must_use]
pub fn months_after(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn a_day_ends_at_midnight_in_berlin_in_summer_and_in_winter() {
        let at = |month, day, hour, minute, second| {
            day_of(Utc.with_ymd_and_hms(2019, month, day, hour, minute, second).single().expect("an instant"))
        };
        assert_eq!(at(6, 30, 21, 59, 59), date(2019, 6, 30));
        assert_eq!(at(6, 30, 22, 0, 0), date(2019, 7, 1));
        assert_eq!(at(12, 31, 22, 59, 59), date(2019, 12, 31));
        assert_eq!(at(12, 31, 23, 0, 0), date(2020, 1, 1));
    }

    #[test]
    fn a_day_begins_where_the_one_before_ends() {
        for day in [date(2019, 6, 30), date(2019, 12, 31), date(2020, 3, 29), date(2020, 10, 25)] {
            assert_eq!(day_of(start_of(day)), day);
            assert_ne!(day_of(start_of(day) - chrono::TimeDelta::microseconds(1)), day);
        }
    }

    #[test]
    fn a_time_of_day_is_an_instant_in_summer_in_winter_and_where_clocks_are_set() {
        let clock = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
        let utc = |year, month, day, hour, minute| Utc.with_ymd_and_hms(year, month, day, hour, minute, 0).single().expect("an instant");
        assert_eq!(instant_at(date(2020, 1, 15), clock(18, 30)), utc(2020, 1, 15, 17, 30));
        assert_eq!(instant_at(date(2020, 7, 15), clock(18, 30)), utc(2020, 7, 15, 16, 30));
        // On these days clocks are set at night.
        assert_eq!(instant_at(date(2020, 3, 29), clock(18, 30)), utc(2020, 3, 29, 16, 30));
        assert_eq!(instant_at(date(2020, 10, 25), clock(18, 30)), utc(2020, 10, 25, 17, 30));
        assert_eq!(instant_at(date(2020, 10, 25), clock(1, 0)), utc(2020, 10, 24, 23, 0));
    }

    #[test]
    fn a_month_ends_on_the_same_day_or_on_the_months_last() {
        assert_eq!(months_after(date(2019, 7, 9), 1), date(2019, 8, 9));
        assert_eq!(months_after(date(2020, 1, 31), 1), date(2020, 2, 29));
        assert_eq!(months_after(NaiveDate::MAX, 1), NaiveDate::MAX);
    }
}
