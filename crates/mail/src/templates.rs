//! The two layouts of a message: plain text and HTML.

use askama::Template;
use domain::language::Language;
use domain::outbox::Notice;

use crate::letterhead::Letterhead;
use crate::wording::{Block, Letter};

/// A message in one language, ready to be put into an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML: a whole document that loads nothing.
    pub html: String,
}

/// Renders what `notice` says to the person named `to`, in their language.
///
/// # Errors
/// Only if formatting fails, which none of the values does.
pub fn render(notice: &Notice, to: &str, language: Language, letterhead: &Letterhead) -> askama::Result<Rendered> {
    let letter = Letter::write(notice, to, language, letterhead)?;
    let text = Text { letter: &letter }.render()?;
    let html = Html { letter: &letter, language }.render()?;
    Ok(Rendered { subject: letter.subject, text, html })
}

#[derive(Template)]
#[template(path = "layout.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Html<'a> {
    letter: &'a Letter,
    language: Language,
}
