//! A TOML file that remembers where everything stands, so that a complaint can say so.

use std::fmt;
use std::ops::Range;

use domain::fund::ImpossibleValue;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The key, as a path: `limits.depth`.
    pub key: Option<String>,
    /// What is wrong, or what was expected.
    pub expected: String,
}

/// A configuration that the program can't start with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The file, or the environment.
    pub file: String,
    /// All that is known to be wrong with it.
    pub faults: Vec<Fault>,
}

impl Unusable {
    pub(super) fn one(file: &str, fault: Fault) -> Self {
        Self { file: file.to_owned(), faults: vec![fault] }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            f.write_str(&self.file)?;
            if let Some(line) = fault.line {
                write!(f, ", line {line}")?;
            }
            if let Some(key) = &fault.key {
                write!(f, ": {key}")?;
            }
            write!(f, ": {}", fault.expected)?;
        }
        Ok(())
    }
}

impl std::error::Error for Unusable {}

/// A parsed file.
#[derive(Clone)]
pub(super) struct Document<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    pub(super) fn parse(name: &'t str, text: &'t str) -> Result<Self, Unusable> {
        let mut root = DeTable::parse(text).map_err(|error| {
            let line = error.span().map(|span| line_at(text, span.start));
            Unusable::one(name, Fault { line, key: None, expected: error.message().to_owned() })
        })?;
        for (_, value) in root.get_mut().iter_mut() {
            dates_as_text(value);
        }
        Ok(Self { name, text, root })
    }

    /// Puts the other file's values over this one's.
    pub(super) fn overlay(&mut self, other: &Self) {
        overlay(self.root.get_mut(), other.root.get_ref());
    }

    /// Takes a text out of a section, before the rest is read. What is no text is an empty one.
    pub(super) fn take_text(&mut self, section: &str, key: &str) -> Option<String> {
        let DeValue::Table(table) = self.root.get_mut().get_mut(section)?.get_mut() else { return None };
        let value = table.remove(key)?;
        Some(value.get_ref().as_str().unwrap_or_default().to_owned())
    }

    pub(super) fn into_value<T: DeserializeOwned>(self) -> Result<T, Error> {
        T::deserialize(Deserializer::from(self.root))
    }

    /// Where the error lies in this file, and what it says.
    pub(super) fn explain(&self, error: &Error) -> Fault {
        let span = error.span();
        let key = span.as_ref().and_then(|span| path_at(self.root.get_ref(), span));
        Fault { line: span.map(|span| line_at(self.text, span.start)), key, expected: error.message().to_owned() }
    }

    /// Refuses the file if there are impossible values, and finds the line of each.
    pub(super) fn possible(&self, impossible: Vec<ImpossibleValue>) -> Result<(), Unusable> {
        if impossible.is_empty() {
            return Ok(());
        }
        let fault = |value: ImpossibleValue| {
            let line = offset_of(self.root.get_ref(), &value.key).map(|offset| line_at(self.text, offset));
            Fault { line, key: Some(value.key), expected: format!("expected {}", value.expected) }
        };
        Err(Unusable { file: self.name.to_owned(), faults: impossible.into_iter().map(fault).collect() })
    }
}

/// Dates are read from text; TOML's own kind of date becomes one, so that quotes around a date don't matter.
fn dates_as_text(value: &mut Spanned<DeValue<'_>>) {
    match value.get_mut() {
        DeValue::Datetime(date) => {
            let text = date.to_string();
            *value.get_mut() = DeValue::String(text.into());
        }
        DeValue::Array(items) => items.iter_mut().for_each(dates_as_text),
        DeValue::Table(table) => table.iter_mut().for_each(|(_, value)| dates_as_text(value)),
        _ => {}
    }
}

fn overlay<'t>(base: &mut DeTable<'t>, over: &DeTable<'t>) {
    for (key, value) in over {
        if let (Some(DeValue::Table(below)), DeValue::Table(above)) = (base.get_mut(key).map(Spanned::get_mut), value.get_ref()) {
            overlay(below, above);
        } else {
            // The old key would keep its place in the other file.
            base.remove(key);
            base.insert(key.clone(), value.clone());
        }
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The path of the entry at that place.
fn path_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let below = inside(value, span);
        let here = contains(&key.span(), span) || contains(&value.span(), span);
        match below {
            Some(below) => Some(format!("{}{below}", key.get_ref())),
            None => here.then(|| key.get_ref().to_string()),
        }
    })
}

/// The path below a value, beginning with `.` or `[`.
fn inside(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<String> {
    match value.get_ref() {
        DeValue::Table(table) => path_at(table, span).map(|path| format!(".{path}")),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let path = inside(item, span).or_else(|| contains(&item.span(), span).then(String::new))?;
            Some(format!("[{index}]{path}"))
        }),
        _ => None,
    }
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Where the entry of that path begins, or the innermost part of it that the file has.
fn offset_of(table: &DeTable<'_>, path: &str) -> Option<usize> {
    let mut found = None;
    let mut current = table;
    for part in path.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let Some((key, value)) = current.get_key_value(name) else { break };
        let value = match (index, value.get_ref()) {
            (Some(index), DeValue::Array(items)) => items.get(index).unwrap_or(value),
            _ => value,
        };
        found = Some(if index.is_some() { value.span().start } else { key.span().start });
        let DeValue::Table(next) = value.get_ref() else { break };
        current = next;
    }
    found
}
