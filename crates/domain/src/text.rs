//! What people type: bounded, in Unicode's composed form, and free of characters that can't be seen.
//!
//! Letters, pages, logs and headers all print these texts later; what could break one of them is refused here, once, where it comes in.

use unicode_normalization::UnicodeNormalization;

use crate::problem::{Problem, Violation};

/// The longest one-line text, in characters: a name, a title.
pub const LINE: usize = 200;
/// The longest text of several lines, in characters: a description, a reason.
pub const PARAGRAPHS: usize = 5_000;

/// A one-line text of at most [`LINE`] characters: trimmed, in NFC.
pub fn line(field: &str, text: &str) -> Result<String, Violation> {
    clean(field, text, LINE, char::is_control)
}

/// A text of several lines of at most [`PARAGRAPHS`] characters: trimmed, in NFC, lines ended by `\n`.
pub fn paragraphs(field: &str, text: &str) -> Result<String, Violation> {
    let text = text.replace("\r\n", "\n");
    clean(field, &text, PARAGRAPHS, |character| character.is_control() && character != '\n' && character != '\t')
}

/// As [`line`], and not empty.
pub fn required_line(field: &str, text: &str) -> Result<String, Violation> {
    line(field, text).and_then(|text| filled(field, text))
}

/// As [`paragraphs`], and not empty: reasons, remarks, wordings.
pub fn required_paragraphs(field: &str, text: &str) -> Result<String, Violation> {
    paragraphs(field, text).and_then(|text| filled(field, text))
}

/// An e-mail address in lower case. A plain one: the mail server judges the rest. What could end a header or an address list is refused.
pub fn address(field: &str, text: &str) -> Result<String, Violation> {
    let text = required_line(field, text)?.to_lowercase();
    let plain = |character: char| !character.is_whitespace() && !character.is_control() && !"<>,;:\"()[]\\".contains(character);
    match text.rsplit_once('@') {
        Some((local, domain))
            if (3..=254).contains(&text.len())
                && !local.is_empty()
                && !local.contains('@')
                && !domain.is_empty()
                && text.chars().all(plain) =>
        {
            Ok(text)
        }
        _ => Err(Problem::ForbiddenCharacter.at(field)),
    }
}

fn filled(field: &str, text: String) -> Result<String, Violation> {
    if text.is_empty() { Err(Problem::Missing.at(field)) } else { Ok(text) }
}

fn clean(field: &str, text: &str, most: usize, forbidden: impl Fn(char) -> bool) -> Result<String, Violation> {
    // Bytes first: normalising ten megabytes to learn that they are too many would be work for nothing.
    if text.len() > most * 4 {
        return Err(Problem::TooLong { most }.at(field));
    }
    let text: String = text.trim().nfc().collect();
    if text.chars().count() > most {
        return Err(Problem::TooLong { most }.at(field));
    }
    if text.chars().any(|character| forbidden(character) || is_invisible(character)) {
        return Err(Problem::ForbiddenCharacter.at(field));
    }
    Ok(text)
}

/// Characters that reorder or hide what is read (bidirectional controls, zero-width ones, private use, non-characters).
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_composed() {
        assert_eq!(line("name", "  Chor Musterkla\u{0308}nge "), Ok("Chor Musterklänge".to_owned()));
        assert_eq!(paragraphs("reason", "eins\r\nzwei\n"), Ok("eins\nzwei".to_owned()));
    }

    #[test]
    fn what_cannot_be_seen_is_refused_with_its_field() {
        for text in ["a\u{0}b", "a\nb", "a\u{1b}[31m", "a\u{202E}b", "a\u{200B}b", "a\u{E000}b"] {
            assert_eq!(line("name", text), Err(Problem::ForbiddenCharacter.at("name")), "{text:?}");
        }
        assert_eq!(paragraphs("reason", "a\u{7}b"), Err(Problem::ForbiddenCharacter.at("reason")));
    }

    #[test]
    fn texts_are_bounded() {
        assert!(line("name", &"ä".repeat(LINE)).is_ok());
        assert_eq!(line("name", &"ä".repeat(LINE + 1)), Err(Problem::TooLong { most: LINE }.at("name")));
        assert_eq!(paragraphs("reason", &"x".repeat(10_000_000)), Err(Problem::TooLong { most: PARAGRAPHS }.at("reason")));
        assert_eq!(required_line("name", "  "), Err(Problem::Missing.at("name")));
    }
}
