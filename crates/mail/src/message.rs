//! The e-mail itself: headers around the two layouts.

use chrono::{DateTime, Utc};
use domain::outbox::{Addressee, Message};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};

use crate::calendar;
use crate::letterhead::Letterhead;
use crate::templates::{Rendered, render};

/// Why no e-mail can be made of a message. It stays so however often it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The recipient has no address: a machine, or a person who never gave one.
    #[error("no address")]
    NoAddress,
    /// The address can't be one.
    #[error("bad address")]
    BadAddress,
    /// The content can't be put into an e-mail.
    #[error("bad content")]
    BadContent,
}

/// Makes the e-mail. The same arguments make the same bytes, so a message that was sent twice arrives as one.
///
/// # Errors
/// If the recipient has no address, or none that mail can be sent to.
pub fn build(
    letterhead: &Letterhead,
    message: &Message,
    addressee: &Addressee,
    date: DateTime<Utc>,
) -> Result<lettre::Message, Unsendable> {
    let email = addressee.email.as_deref().ok_or(Unsendable::NoAddress)?;
    let address = email.parse().map_err(|_| Unsendable::BadAddress)?;
    let language = addressee.language;
    let Rendered { subject, text, html } =
        render(&message.notice, &addressee.name, language, letterhead).map_err(|_| Unsendable::BadContent)?;
    let body = alternatives(message, text, html);
    let body = match calendar::entry(&message.notice, letterhead, email, language, date) {
        Some(entry) => with_calendar(message, body, entry)?,
        None => body,
    };
    let from = letterhead.from();
    // Who is nobody yet has no name.
    let name = Some(one_line(&addressee.name)).filter(|name| !name.is_empty());
    lettre::Message::builder()
        .from(Mailbox::new(Some(one_line(letterhead.fund().name.get(language))), from.clone()))
        .to(Mailbox::new(name, address))
        .subject(one_line(&subject))
        .date(date.into())
        .message_id(Some(format!("<{}@{}>", message.id, from.domain())))
        // RFC 3834, and what a widespread server looks at instead: no out-of-office notes, please.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", language.code()))
        .multipart(body)
        .map_err(|_| Unsendable::BadContent)
}

/// The boundary is made of the message's id instead of drawn, or the bytes would differ each time.
fn alternatives(message: &Message, text: String, html: String) -> MultiPart {
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("={}=", message.id.0.simple()))
        .build()
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html))
}

/// The same with a calendar entry attached, which mail programs offer to put into the calendar.
fn with_calendar(message: &Message, body: MultiPart, entry: String) -> Result<MultiPart, Unsendable> {
    let kind = format!("text/calendar; method={}; charset=utf-8", calendar::METHOD);
    let kind = ContentType::parse(&kind).map_err(|_| Unsendable::BadContent)?;
    let whole = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(format!("={}+=", message.id.0.simple())).build();
    Ok(whole.multipart(body).singlepart(Attachment::new(calendar::FILE.to_owned()).body(entry, kind)))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A header is one line, whatever a name holds: a line break in it would begin another header.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
