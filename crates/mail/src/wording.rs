//! What each notice says, once per language, before it is laid out.
//!
//! The texts stand in `templates/`, one file per notice and language, in a handful of line marks that `templates/de.wording` lists. Both
//! layouts are made from the [`Letter`] that is read from them. The two `match`es over [`Notice`] in `de.wording` and `en.wording` are
//! Rust after expansion: a notice without a text, or a text that names a value the notice doesn't hold, doesn't compile.

use std::fmt;

use askama::Template;
use askama::filters::Escaper;
use chrono::{DateTime, Utc};
use domain::application::Field;
use domain::budget::CouncilChange;
use domain::digest::BudgetChange;
use domain::ids::SignInId;
use domain::language::{Language, Say};
use domain::outbox::Notice;

use crate::letterhead::Letterhead;
use crate::words;

/// A message's content, the same for text and HTML.
#[derive(Debug, Default)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) signature: Vec<String>,
    pub(crate) footer: String,
}

/// A part of the content.
#[derive(Debug)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
    Facts(Vec<Fact>),
    List(Vec<String>),
    /// Somebody's own words, in lines.
    Quote(Vec<String>),
    Link {
        label: String,
        url: String,
    },
}

/// A value with its name.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Letter {
    /// The letter that tells `notice` to the person named `to`.
    pub(crate) fn write(notice: &Notice, to: &str, language: Language, letterhead: &Letterhead) -> askama::Result<Self> {
        let rendered = match language {
            Language::De => German::new(notice, to, language, letterhead).render(),
            Language::En => English::new(notice, to, language, letterhead).render(),
        }?;
        Ok(Self::read(&rendered, letterhead.link(notice).as_deref()))
    }

    /// Reads the line marks. Values can't contain any: see [`UserText`].
    fn read(rendered: &str, link: Option<&str>) -> Self {
        let mut letter = Self::default();
        let mut paragraph_goes_on = false;
        for line in rendered.split('\n').map(str::trim) {
            let continues = std::mem::take(&mut paragraph_goes_on);
            if line.is_empty() {
                continue;
            }
            if letter.greeting.is_empty() {
                letter.greeting = one_line(line);
                continue;
            }
            if letter.subject.is_empty() {
                letter.subject = one_line(line);
                continue;
            }
            match line.split_once(' ') {
                Some(("#", text)) => letter.blocks.push(Block::Heading(one_line(text))),
                Some(("=", text)) => letter.push_fact(text),
                Some(("-", text)) => letter.push_item(one_line(text)),
                Some((">", text)) => letter.blocks.push(Block::Quote(lines(text))),
                Some(("@", text)) => {
                    letter.blocks.extend(link.map(|url| Block::Link { label: one_line(text), url: url.to_owned() }));
                }
                Some(("~", text)) => letter.signature.push(one_line(text)),
                Some(("--", text)) => letter.footer = one_line(text),
                _ => {
                    letter.push_paragraph_line(&one_line(line), continues);
                    paragraph_goes_on = true;
                }
            }
        }
        letter
    }

    fn push_fact(&mut self, text: &str) {
        let (label, value) = text.split_once(": ").unwrap_or(("", text));
        let fact = Fact { label: one_line(label), value: one_line(value) };
        match self.blocks.last_mut() {
            Some(Block::Facts(facts)) => facts.push(fact),
            _ => self.blocks.push(Block::Facts(vec![fact])),
        }
    }

    fn push_item(&mut self, item: String) {
        match self.blocks.last_mut() {
            Some(Block::List(items)) => items.push(item),
            _ => self.blocks.push(Block::List(vec![item])),
        }
    }

    fn push_paragraph_line(&mut self, line: &str, continues: bool) {
        match self.blocks.last_mut() {
            Some(Block::Paragraph(text)) if continues => {
                text.push(' ');
                text.push_str(line);
            }
            _ => self.blocks.push(Block::Paragraph(line.to_owned())),
        }
    }
}

/// Stands before every value, so that no line of a template begins with what somebody typed.
const VALUE: char = '\u{1F}';
/// Stands for a line break in a value, so that no value begins a line of its own.
const BREAK: char = '\u{1E}';

/// The escaper of the `.wording` templates: a value stays a value, whatever was typed.
#[derive(Clone, Copy)]
pub(crate) struct UserText;

impl Escaper for UserText {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, value: &str) -> fmt::Result {
        dest.write_char(VALUE)?;
        for character in value.chars() {
            dest.write_char(match character {
                '\n' => BREAK,
                control if control.is_control() => ' ',
                other => other,
            })?;
        }
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.chars().filter(|character| *character != VALUE).map(|character| if character == BREAK { ' ' } else { character }).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.split(BREAK).map(|line| one_line(line).trim_end().to_owned()).collect()
}

macro_rules! wordings {
    ($($(#[$doc:meta])* $name:ident $path:literal)+) => {$(
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $path, escape = "wording")]
        struct $name<'a> {
            notice: &'a Notice,
            to: &'a str,
            fund: &'a str,
            city: &'a str,
            committee: &'a str,
            contact: Option<&'a str>,
            language: Language,
            letterhead: &'a Letterhead,
        }

        impl<'a> $name<'a> {
            fn new(notice: &'a Notice, to: &'a str, language: Language, letterhead: &'a Letterhead) -> Self {
                let fund = letterhead.fund();
                Self {
                    notice,
                    to,
                    fund: fund.name.get(language),
                    city: &fund.city,
                    committee: fund.committee.name.get(language),
                    contact: letterhead.contact(),
                    language,
                    letterhead,
                }
            }

            fn say(&self, value: &impl Say) -> String {
                value.say(self.language)
            }

            /// The code of a sign-in, and where it is typed.
            fn code(&self, request: &SignInId) -> (String, String) {
                self.letterhead.code(*request)
            }

            fn day(&self, instant: &DateTime<Utc>) -> String {
                domain::calendar::day_of(*instant).say(self.language)
            }

            fn time(&self, instant: &DateTime<Utc>) -> String {
                words::time(*instant, self.language)
            }

            fn fields(&self, fields: &[Field]) -> impl Iterator<Item = &'static str> {
                fields.iter().map(|field| words::field(*field, self.language))
            }

            fn bank_reason(&self, code: &str) -> String {
                words::bank_reason(code, self.language)
            }
        }
    )+};
}

wordings! {
    /// All notices in German.
    German "de.wording"
    /// All notices in English.
    English "en.wording"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_with_a_value_is_a_paragraph_whatever_was_typed() {
        for typed in
            ["# Title", "= Amount: 1", "- item", "> quote", "@ link", "~ signature", "-- footer", "\n# Title", "\u{1F}\r\n\u{1E}# Title"]
        {
            let mut rendered = "Dear Anna,\n\nSubject\n\n".to_owned();
            UserText.write_escaped_str(&mut rendered, typed).expect("written");
            let letter = Letter::read(&rendered, Some("https://fund.example"));
            assert!(matches!(letter.blocks.as_slice(), [Block::Paragraph(_)]), "{typed:?}: {letter:?}");
            assert!(letter.signature.is_empty() && letter.footer.is_empty(), "{typed:?}: {letter:?}");
        }
    }
}
