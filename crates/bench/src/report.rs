//! The table: one line for each ratio, printed as soon as it is known.

use std::time::Duration;

use testkit::Backend;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// At least this ratio.
    Ratio(f64),
    /// At most this many times as long.
    Times(f64),
    /// At most this many milliseconds.
    Milliseconds(f64),
    /// At most this many megabytes.
    Megabytes(f64),
    /// Nothing in particular: to know.
    Nothing,
}

impl Wanted {
    fn text(self) -> String {
        match self {
            Self::Ratio(least) => format!(">= {least:.2}"),
            Self::Times(most) => format!("<= {most:.2}"),
            Self::Milliseconds(most) => format!("<= {most:.0} ms"),
            Self::Megabytes(most) => format!("<= {most:.0} MB"),
            Self::Nothing => String::new(),
        }
    }

    fn verdict(self, figure: f64) -> &'static str {
        let holds = match self {
            Self::Ratio(least) => figure >= least,
            Self::Times(most) | Self::Milliseconds(most) | Self::Megabytes(most) => figure <= most,
            Self::Nothing => return "",
        };
        if holds { "ok" } else { "weak" }
    }
}

/// The figures so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    weak: Vec<String>,
}

impl Report {
    /// Begins the table.
    pub(crate) fn begin() -> Self {
        line("measurement", "database", "ours", "bare", "ratio", "wanted", "");
        println!("{}", "-".repeat(126));
        Self::default()
    }

    /// Two rates, in something per second: ours and that of the bare counterpart.
    pub(crate) fn rates(&mut self, measurement: &str, backend: Backend, ours: f64, bare: f64, wanted: Wanted) {
        let ratio = ours / bare;
        self.put(measurement, backend, [format!("{ours:.0}/s"), format!("{bare:.0}/s"), format!("{ratio:.2}")], wanted, ratio);
    }

    /// A time, and the one that it is compared with.
    pub(crate) fn times(&mut self, measurement: &str, backend: Backend, ours: Duration, other: Duration, wanted: Wanted) {
        let ratio = ours.as_secs_f64() / other.as_secs_f64();
        self.put(measurement, backend, [shown(ours), shown(other), format!("{ratio:.2}")], wanted, ratio);
    }

    /// A time by itself.
    pub(crate) fn time(&mut self, measurement: &str, backend: Backend, time: Duration, wanted: Wanted) {
        self.put(measurement, backend, [shown(time), String::new(), String::new()], wanted, time.as_secs_f64() * 1000.0);
    }

    /// A size of memory in megabytes.
    pub(crate) fn memory(&mut self, measurement: &str, backend: Backend, megabytes: f64, wanted: Wanted) {
        self.put(measurement, backend, [format!("{megabytes:.1} MB"), String::new(), String::new()], wanted, megabytes);
    }

    /// A rate by itself.
    pub(crate) fn rate(&mut self, measurement: &str, backend: Backend, rate: f64) {
        self.put(measurement, backend, [format!("{rate:.0}/s"), String::new(), String::new()], Wanted::Nothing, rate);
    }

    /// The least and the most that the same thing differs from itself.
    pub(crate) fn noise(&mut self, measurement: &str, backend: Backend, least: f64, most: f64) {
        self.put(measurement, backend, [format!("{least:.2}"), format!("{most:.2}"), String::new()], Wanted::Nothing, most);
    }

    fn put(&mut self, measurement: &str, backend: Backend, [ours, bare, ratio]: [String; 3], wanted: Wanted, figure: f64) {
        let verdict = wanted.verdict(figure);
        line(measurement, database(backend), &ours, &bare, &ratio, &wanted.text(), verdict);
        if verdict == "weak" {
            self.weak.push(format!("{measurement} on {}", database(backend)));
        }
    }

    /// Ends the table.
    pub(crate) fn end(self) {
        println!("{}", "-".repeat(126));
        if self.weak.is_empty() {
            println!("All is as wanted.");
        } else {
            println!("Weaker than wanted: {}.", self.weak.join("; "));
        }
    }
}

/// What a database is called.
pub(crate) const fn database(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}

fn line(measurement: &str, database: &str, ours: &str, bare: &str, ratio: &str, wanted: &str, verdict: &str) {
    println!("{measurement:<58}{database:<12}{ours:>12}{bare:>12}{ratio:>8}  {wanted:<10} {verdict}");
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// The middle one of some figures; nothing of none.
pub(crate) fn median<T: PartialOrd + Copy + Default>(mut figures: Vec<T>) -> T {
    figures.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
