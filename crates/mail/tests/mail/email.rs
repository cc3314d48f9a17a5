use domain::language::Language;
use domain::outbox::{Addressee, Notice};
use mail::message::{Unsendable, build};

use crate::samples::{FRIENDLY, HOSTILE, addressee, letterhead, message, noon, notices};

fn source(email: &lettre::Message) -> String {
    String::from_utf8(email.formatted()).expect("ASCII")
}

fn headers(email: &lettre::Message) -> String {
    source(email).split_once("\r\n\r\n").expect("headers and body").0.to_owned()
}

#[test]
fn the_headers_say_what_kind_of_e_mail_it_is() {
    let notice = notices(&FRIENDLY).swap_remove(0);
    let email = build(&letterhead(), &message(notice), &addressee("Anna Beispiel", Language::De), noon()).expect("an e-mail");
    insta::assert_snapshot!("headers", headers(&email).replace("\r\n", "\n"));
}

#[test]
fn the_same_message_is_the_same_e_mail_to_the_byte() {
    for notice in notices(&FRIENDLY) {
        let email = || {
            source(&build(&letterhead(), &message(notice.clone()), &addressee("Anna Beispiel", Language::En), noon()).expect("an e-mail"))
        };
        assert_eq!(email(), email());
        assert!(email().contains("Message-ID: <01900000-0000-7000-8000-000000000017@musterstadt.example>\r\n"));
    }
}

/// An invitation to a meeting, as it goes out.
fn invitation(typed: &crate::samples::Typed) -> String {
    let invited = notices(typed).into_iter().find(|notice| matches!(notice, Notice::MeetingInvited { .. })).expect("an invitation");
    source(&build(&letterhead(), &message(invited), &addressee("Anna Beispiel", Language::De), noon()).expect("an e-mail"))
}

#[test]
fn an_invitation_to_a_meeting_has_a_calendar_entry() {
    let email = invitation(&FRIENDLY);
    let entry = email.split_once("Content-Type: text/calendar").expect("an entry").1;
    insta::assert_snapshot!("calendar", entry.replace("\r\n", "\n"));
}

#[test]
fn nobody_adds_a_line_to_a_calendar_entry() {
    let lines = |email: String| {
        let entry = email.split_once("BEGIN:VCALENDAR").expect("an entry").1.to_owned();
        let unfolded = entry.replace("=\r\n", "").replace("\r\n ", "");
        unfolded.lines().map(|line| line.split([':', ';']).next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lines(invitation(&HOSTILE)), lines(invitation(&FRIENDLY)));
}

#[test]
fn nobody_adds_a_header_or_a_recipient() {
    for notice in notices(&HOSTILE) {
        let friendly = build(&letterhead(), &message(notices(&FRIENDLY).swap_remove(0)), &addressee("Anna Beispiel", Language::De), noon());
        let names = |email: &lettre::Message| -> Vec<String> {
            let names = headers(email);
            names
                .lines()
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap_or_default().to_owned())
                .collect()
        };
        let hostile = build(&letterhead(), &message(notice), &addressee(HOSTILE.line, Language::De), noon()).expect("an e-mail");
        assert_eq!(names(&hostile), names(&friendly.expect("an e-mail")));
        assert_eq!(hostile.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(), ["anna@chor.example"]);
    }
}

#[test]
fn without_a_proper_address_nothing_is_sent() {
    let to = |email: Option<&str>| {
        let addressee = Addressee { email: email.map(str::to_owned), ..addressee("Anna Beispiel", Language::De) };
        build(&letterhead(), &message(notices(&FRIENDLY).swap_remove(0)), &addressee, noon()).map(drop)
    };
    assert_eq!(to(None), Err(Unsendable::NoAddress));
    for email in
        ["", "anna", "anna@chor.example\r\nBcc: everybody@example.org", "anna@chor.example, everybody@example.org", "<anna@chor.example>"]
    {
        assert_eq!(to(Some(email)), Err(Unsendable::BadAddress), "{email:?}");
    }
}
