//! What the law asks for, and what else stands in the footer.

use domain::language::Say as _;
use maud::{Markup, html};

use crate::asset::{EUPL_1_2_TXT, OFL_1_1_TXT};
use crate::component::{Summary, lines, link_button};
use crate::page::Sheet;
use crate::settings::Conformity;
use crate::text::Said;
use crate::visit::{Answer, Visit};

/// Who operates the installation.
pub(crate) async fn imprint(visit: Visit) -> Answer {
    let text = &visit.text().legal;
    let content = html! {
        h2 class="kern-heading-medium" { (text.operator) }
        (contact(&visit))
        p { (text.content_note) }
    };
    Ok(Sheet::new(text.imprint).show(&visit, &content))
}

/// Name, address and ways to reach who operates the installation.
fn contact(visit: &Visit) -> Markup {
    let (text, operator) = (&visit.text().legal, &visit.site.settings.operator);
    let name = operator.name.as_deref().unwrap_or(&visit.engine.fund().city);
    let mut list =
        Summary::default().row(text.responsible, html! { (name) @if let Some(address) = &operator.address { br; (lines(address)) } });
    list = list.some_text(text.represented_by, operator.represented_by.as_ref());
    if let Some(email) = &operator.email {
        list = list.row(text.email, html! { a class="kern-link" href=(format!("mailto:{email}")) { (email) } });
    }
    list = list.some_text(text.phone, operator.phone.as_ref());
    html! {
        (list.render())
        @if operator.address.is_none() && operator.email.is_none() { p { (text.not_entered) } }
    }
}

fn parts(parts: &[Said]) -> Markup {
    html! {
        @for (title, words) in parts {
            section { h2 class="kern-heading-medium" { (title) } p { (words) } }
        }
    }
}

/// What is done with personal data.
pub(crate) async fn privacy(visit: Visit) -> Answer {
    let text = &visit.text().legal;
    let content = html! {
        (parts(text.privacy_parts.0))
        section {
            h2 class="kern-heading-medium" { (text.privacy_officer) }
            p { @match &visit.site.settings.data_protection { Some(whom) => { (lines(whom)) } None => { (text.not_entered) } } }
        }
        section { h2 class="kern-heading-medium" { (text.responsible) } (contact(&visit)) }
    };
    Ok(Sheet::new(text.privacy.0).lead(text.privacy.1).show(&visit, &content))
}

/// How accessible the pages are.
pub(crate) async fn accessibility(visit: Visit) -> Answer {
    let (text, known, language) = (&visit.text().legal, &visit.site.settings.accessibility, visit.language());
    let conformity = match known.conformity {
        Conformity::Full => text.conformity_full,
        Conformity::Partial => text.conformity_partial,
        Conformity::NotReviewed => text.conformity_open,
    };
    let content = html! {
        section {
            h2 class="kern-heading-medium" { (text.conformity) }
            p { (conformity) }
            p { @match known.reviewed_on { Some(day) => { ((text.reviewed)(&day.say(language))) } None => { (text.reviewed_not) } } }
        }
        @if !known.gaps.is_empty() {
            section {
                h2 class="kern-heading-medium" { (text.gaps) }
                ul class="kern-list kern-list--bullet" { @for gap in &known.gaps { li { (gap.get(language)) } } }
            }
        }
        section {
            h2 class="kern-heading-medium" { (text.feedback.0) }
            p { (text.feedback.1) }
            p { (link_button(false, "/barrier", visit.text().frame.barrier)) }
        }
        section {
            h2 class="kern-heading-medium" { (text.arbitration.0) }
            p { (text.arbitration.1) }
            p { @match &known.arbitration { Some(body) => { (lines(body)) } None => { (text.arbitration_none) } } }
        }
    };
    Ok(Sheet::new(text.accessibility.0).lead(text.accessibility.1).show(&visit, &content))
}

/// How to report a barrier.
pub(crate) async fn barrier(visit: Visit) -> Answer {
    let text = &visit.text().legal;
    let operator = &visit.site.settings.operator;
    let content = html! {
        section {
            h2 class="kern-heading-medium" { (text.barrier_what) }
            ul class="kern-list kern-list--bullet" { @for item in text.barrier_items { li { (item) } } }
        }
        section {
            h2 class="kern-heading-medium" { (text.barrier_how) }
            @if let Some(email) = &operator.email {
                p { (link_button(true, &format!("mailto:{email}?subject={}", text.barrier_subject.replace(' ', "%20")), email)) }
            }
            (contact(&visit))
            p { (text.barrier_answer) }
        }
    };
    Ok(Sheet::new(text.barrier.0).lead(text.barrier.1).show(&visit, &content))
}

/// What matters, in short sentences.
pub(crate) async fn plain_language(visit: Visit) -> Answer {
    let text = &visit.text().legal;
    let content = html! {
        @for (title, words) in text.plain_parts.0 {
            section {
                h2 class="kern-heading-medium" { (title) }
                // One sentence a line.
                p class="kern-body--large" { @for sentence in sentences(words) { (sentence) br; } }
            }
        }
    };
    Ok(Sheet::new(text.plain.0).lead(text.plain.1).show(&visit, &content))
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// Whose work the pages are made of.
pub(crate) async fn licences(visit: Visit) -> Answer {
    let text = &visit.text().legal;
    let licence = |said: Said, path: Option<&str>| {
        html! {
            section {
                h2 class="kern-heading-medium" { (said.0) }
                p { (said.1) }
                @if let Some(path) = path { p { a class="kern-link" href=(path) { (text.licence_text) span class="unseen" { ": " (said.0) } } } }
            }
        }
    };
    let content = html! {
        (licence(text.licence_program, Some(EUPL_1_2_TXT.path)))
        (licence(text.licence_kern, Some(EUPL_1_2_TXT.path)))
        (licence(text.licence_font, Some(OFL_1_1_TXT.path)))
    };
    Ok(Sheet::new(text.licences.0).lead(text.licences.1).show(&visit, &content))
}
