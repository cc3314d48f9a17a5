use std::collections::BTreeSet;

use domain::language::Language;
use mail::templates::{Rendered, render};

use crate::samples::{FRIENDLY, HOSTILE, letterhead, notices, other_forms, settings};

fn rendered(notice: &domain::outbox::Notice, language: Language) -> Rendered {
    render(notice, "Anna Beispiel", language, &letterhead()).expect("rendered")
}

/// How many there are of each thing that a layout is made of.
fn structure(html: &str) -> Vec<usize> {
    ["<h1>", "<h2>", "<p>", "<tr>", "<li>", "<blockquote>", "<a ", "<footer>"].map(|tag| html.matches(tag).count()).to_vec()
}

#[test]
fn what_people_read() {
    let forms = notices(&FRIENDLY).into_iter().map(|notice| (notice.name(), notice)).chain(other_forms());
    for (name, notice) in forms {
        for language in Language::ALL {
            let Rendered { subject, text, .. } = rendered(&notice, language);
            insta::assert_snapshot!(format!("{name}.{}", language.code()), format!("{subject}\n\n{text}"));
        }
    }
}

#[test]
fn what_people_see() {
    let requested = &notices(&FRIENDLY)[1];
    insta::assert_snapshot!("changes-requested.html", rendered(requested, Language::De).html);
}

#[test]
fn hostile_text_stays_text() {
    let requested = &notices(&HOSTILE)[1];
    let Rendered { subject, text, html } = render(requested, HOSTILE.line, Language::De, &letterhead()).expect("rendered");
    insta::assert_snapshot!("hostile.text", format!("{subject}\n\n{text}"));
    insta::assert_snapshot!("hostile.html", html);
}

#[test]
fn no_text_that_was_typed_changes_the_structure_of_any_message() {
    for (friendly, hostile) in notices(&FRIENDLY).iter().zip(notices(&HOSTILE)) {
        for language in Language::ALL {
            let friendly = rendered(friendly, language);
            let hostile = render(&hostile, HOSTILE.line, language, &letterhead()).expect("rendered");
            assert_eq!(structure(&friendly.html), structure(&hostile.html), "{}", hostile.html);
            assert!(!hostile.html.contains("<script") && !hostile.html.contains("<img"), "{}", hostile.html);
            assert!(!hostile.subject.contains(char::is_control), "{:?}", hostile.subject);
        }
    }
}

#[test]
fn every_notice_has_a_subject_a_next_step_and_says_why_one_gets_it() {
    let all = notices(&FRIENDLY);
    assert_eq!(all.iter().map(domain::outbox::Notice::name).collect::<BTreeSet<_>>().len(), all.len());
    for notice in &all {
        for (language, next, because) in [
            (Language::De, "So geht es weiter", "Sie erhalten diese Nachricht, weil"),
            (Language::En, "What happens next", "You receive this message because"),
        ] {
            let Rendered { subject, text, html } = rendered(notice, language);
            assert!((10..=90).contains(&subject.chars().count()), "{subject}");
            for part in [next, because, "Musterstadt", "Telefon 01234 567-0", "https://fonds.musterstadt.example"] {
                assert!(text.contains(part) && html.contains(part), "{part} is missing in {text}");
            }
            if serde_json::to_value(notice).expect("json").get("about").is_some() {
                assert!(subject.contains("MF-2020-017") && text.contains("MF-2020-017"), "{text}");
            }
        }
    }
}

#[test]
fn html_loads_nothing() {
    for notice in notices(&HOSTILE) {
        let html = rendered(&notice, Language::En).html;
        assert!(html.contains("<html lang=\"en\">"));
        for loading in ["<img", "<link", "<script", "<iframe", "url(", "@import", " src=\"", "javascript:"] {
            assert!(!html.contains(loading), "{loading} in {html}");
        }
        assert_eq!(html.matches("https://").count(), html.matches("https://fonds.musterstadt.example").count());
    }
}

#[test]
fn without_an_address_of_its_own_the_installation_is_not_linked() {
    let settings = mail::Settings { public_url: None, contact: None, ..settings() };
    let letterhead = mail::Letterhead::new(std::sync::Arc::new(letterhead().fund().clone()), &settings, crate::samples::links())
        .expect("possible settings");
    let Rendered { text, html, .. } = render(&notices(&FRIENDLY)[0], "Anna Beispiel", Language::De, &letterhead).expect("rendered");
    assert!(!text.contains("://") && !html.contains("<a "), "{text}");
    assert!(text.contains("Freundliche Grüße\nFörderfonds „Musterstadt verbindet“\nStadt Musterstadt\n\n-- \n"), "{text}");
}
