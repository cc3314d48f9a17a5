//! Forms: how they are sent, the questions in them, what is wrong with the answers, and the reading of them.

use maud::{Markup, html};

use crate::component::{Icon, icon};
use crate::visit::{KEY, Visit};

mod errors;
mod question;
mod reader;

pub(crate) use errors::{Errors, said};
pub(crate) use question::{Ask, Choice, Question};
pub(crate) use reader::Reader;

/// A form to `action`, with what proves that it is ours.
pub(crate) fn form(visit: &Visit, action: &str, fields: &Markup) -> Markup {
    html! {
        form method="post" action=(action) novalidate {
            (visit.onlooker.form_token())
            (fields)
        }
    }
}

/// As [`form`], for a deed that must not be done twice: with a key of its own.
pub(crate) fn form_once(visit: &Visit, action: &str, fields: &Markup) -> engine::Result<Markup> {
    let key = visit.engine.new_key()?;
    Ok(form(visit, action, &html! { input type="hidden" name=(KEY) value=(key); (fields) }))
}

/// What a button weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Primary,
    Secondary,
    Tertiary,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "kern-btn kern-btn--primary",
            Self::Secondary => "kern-btn kern-btn--secondary",
            Self::Tertiary => "kern-btn kern-btn--tertiary",
        }
    }
}

/// A button that sends the form.
pub(crate) fn submit(weight: Weight, words: &str) -> Markup {
    html! { button class=(weight.class()) type="submit" { span class="kern-label" { (words) } } }
}

/// A button that sends the form and says what for.
pub(crate) fn submit_to(weight: Weight, deed: &str, with: Option<Icon>, words: &Markup) -> Markup {
    html! {
        button class=(weight.class()) type="submit" name="do" value=(deed) {
            @if let Some(with) = with { (icon(with)) }
            span class="kern-label" { (words) }
        }
    }
}
