//! The questions of a form, with what was typed and what is wrong with it.

use domain::money::Money;
use maud::{Markup, html};

use super::Errors;
use crate::fields::Fields;
use crate::text::Text;
use crate::visit::Visit;

/// A question of a form.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    optional: bool,
    kind: &'a str,
    autocomplete: &'a str,
    short: bool,
}

impl<'a> Question<'a> {
    /// A question with its field's name.
    pub(crate) const fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: "", optional: false, kind: "text", autocomplete: "off", short: false }
    }

    /// With a help for the answer.
    pub(crate) const fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    /// That need not be answered.
    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Whose answer is of that kind, and known to the browser under that name.
    pub(crate) const fn kind(self, kind: &'a str, autocomplete: &'a str) -> Self {
        Self { kind, autocomplete, ..self }
    }

    /// Whose answer is short.
    pub(crate) const fn short(self) -> Self {
        Self { short: true, ..self }
    }
}

/// A choice: its value and its words.
pub(crate) type Choice = (String, String);

/// Asks questions, with what was typed before and what was wrong with it.
pub(crate) struct Ask<'a> {
    pub(crate) text: &'static Text,
    pub(crate) typed: &'a Fields,
    pub(crate) errors: &'a Errors,
}

impl<'a> Ask<'a> {
    /// For that visitor.
    pub(crate) const fn new(visit: &Visit, typed: &'a Fields, errors: &'a Errors) -> Self {
        Self { text: visit.text(), typed, errors }
    }

    fn label(&self, question: &Question<'_>) -> Markup {
        html! {
            (question.label)
            @if question.optional { " " span class="kern-label__optional" { "- " (self.text.form.optional) } }
        }
    }

    fn hint(question: &Question<'_>) -> Markup {
        html! { @if !question.hint.is_empty() { div class="kern-hint" id=(format!("{}-hint", question.name)) { (question.hint) } } }
    }

    /// The ids of what describes a field.
    fn described(&self, question: &Question<'_>) -> Option<String> {
        let hint = (!question.hint.is_empty()).then(|| format!("{}-hint", question.name));
        let error = self.errors.has(question.name).then(|| format!("{}-error", question.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.errors.has(name).then_some("true")
    }

    fn around(&self, question: &Question<'_>, field: &Markup) -> Markup {
        let class = if self.errors.has(question.name) { "kern-form-input kern-form-input--error" } else { "kern-form-input" };
        html! {
            div class=(class) {
                label class="kern-label" for=(question.name) { (self.label(question)) }
                (Self::hint(question))
                (field)
                (self.errors.render(question.name))
            }
        }
    }

    fn input_class(&self, name: &str) -> &'static str {
        if self.errors.has(name) { "kern-form-input__input kern-form-input__input--error" } else { "kern-form-input__input" }
    }

    /// One line.
    pub(crate) fn line(&self, question: &Question<'_>) -> Markup {
        let width = question.short.then_some("input--short");
        self.around(
            question,
            &html! {
                input class={ (self.input_class(question.name)) @if let Some(width) = width { " " (width) } } id=(question.name) name=(question.name)
                    type=(question.kind) value=(self.typed.get(question.name)) autocomplete=(question.autocomplete)
                    inputmode=[(question.kind == "text" && question.autocomplete == "numeric").then_some("numeric")]
                    aria-describedby=[self.described(question)] aria-invalid=[self.wrong(question.name)];
            },
        )
    }

    /// A whole number.
    pub(crate) fn number(&self, question: &Question<'_>) -> Markup {
        self.around(
            question,
            &html! {
                input class={ (self.input_class(question.name)) " input--number" } id=(question.name) name=(question.name)
                    type="text" inputmode="numeric" value=(self.typed.get(question.name)) autocomplete="off"
                    aria-describedby=[self.described(question)] aria-invalid=[self.wrong(question.name)];
            },
        )
    }

    /// Several lines.
    pub(crate) fn area(&self, question: &Question<'_>, rows: u32) -> Markup {
        self.around(
            question,
            &html! {
                textarea class=(self.input_class(question.name)) id=(question.name) name=(question.name) rows=(rows)
                    aria-describedby=[self.described(question)] aria-invalid=[self.wrong(question.name)] { (self.typed.get(question.name)) }
            },
        )
    }

    /// An amount in euro. `sums` is into which sum the script adds it as one types.
    pub(crate) fn amount(&self, question: &Question<'_>, sums: Option<&str>) -> Markup {
        self.amount_field(question, sums, None)
    }

    /// As [`Ask::amount`], with a slider from nothing to `most` beside it where there is a script.
    pub(crate) fn amount_up_to(&self, question: &Question<'_>, sums: Option<&str>, most: Money) -> Markup {
        self.amount_field(question, sums, Some(most))
    }

    fn amount_field(&self, question: &Question<'_>, sums: Option<&str>, slide_to: Option<Money>) -> Markup {
        self.around(
            question,
            &html! {
                div class="kern-input-group amount" {
                    input class={ (self.input_class(question.name)) " input--amount" } id=(question.name) name=(question.name)
                        type="text" inputmode="decimal" value=(self.typed.get(question.name)) autocomplete="off" data-adds-to=[sums]
                        data-slide-to=[slide_to.map(Money::cents)]
                        aria-describedby=[self.described(question)] aria-invalid=[self.wrong(question.name)];
                    span class="kern-input-group-text" { "€" }
                }
            },
        )
    }

    /// Day, month and year.
    pub(crate) fn date(&self, question: &Question<'_>) -> Markup {
        let text = &self.text.form;
        let parts = [
            ("day", text.day, "kern-form-input__input--width-2"),
            ("month", text.month, "kern-form-input__input--width-2"),
            ("year", text.year, "kern-form-input__input--width-4"),
        ];
        let body = html! {
            div class="kern-fieldset__body kern-fieldset__body--horizontal date" {
                @for (index, (part, label, width)) in parts.into_iter().enumerate() {
                    @let name = format!("{}-{part}", question.name);
                    // The first one is where the summary of the errors leads.
                    @let id = if index == 0 { question.name.to_owned() } else { name.clone() };
                    div class="kern-form-input" {
                        label class="kern-label" for=(id) { (label) }
                        input class={ (self.input_class(question.name)) " " (width) } id=(id) name=(name) type="text" inputmode="numeric"
                            value=(self.typed.get(&name)) autocomplete="off" aria-invalid=[self.wrong(question.name)];
                    }
                }
            }
        };
        self.group(question, &body)
    }

    /// Questions that belong together, under one heading.
    fn group(&self, question: &Question<'_>, body: &Markup) -> Markup {
        let class = if self.errors.has(question.name) { "kern-fieldset kern-fieldset--error" } else { "kern-fieldset" };
        html! {
            fieldset class=(class) aria-describedby=[self.described(question)] {
                legend class="kern-label" { (self.label(question)) }
                (Self::hint(question))
                (body)
                (self.errors.render(question.name))
            }
        }
    }

    /// One of several, all of them to be seen.
    pub(crate) fn radios(&self, question: &Question<'_>, choices: &[Choice]) -> Markup {
        let chosen = self.typed.get(question.name);
        let body = html! {
            div class="kern-fieldset__body" {
                @for (index, (value, words)) in choices.iter().enumerate() {
                    @let id = if index == 0 { question.name.to_owned() } else { format!("{}-{value}", question.name) };
                    div class="kern-form-check" {
                        input class="kern-form-check__radio" type="radio" id=(id) name=(question.name) value=(value) checked[chosen == value];
                        label class="kern-label" for=(id) { (words) }
                    }
                }
            }
        };
        self.group(question, &body)
    }

    /// Some of several.
    pub(crate) fn checkboxes(&self, question: &Question<'_>, choices: &[Choice]) -> Markup {
        let body = html! {
            div class="kern-fieldset__body checks" {
                @for (index, (value, words)) in choices.iter().enumerate() {
                    @let id = if index == 0 { question.name.to_owned() } else { format!("{}-{value}", question.name) };
                    (self.tick(&id, question.name, value, words, question.name))
                }
            }
        };
        self.group(question, &body)
    }

    fn tick(&self, id: &str, name: &str, value: &str, words: &str, wrong: &str) -> Markup {
        let class =
            if self.errors.has(wrong) { "kern-form-check__checkbox kern-form-check__checkbox--error" } else { "kern-form-check__checkbox" };
        html! {
            div class="kern-form-check" {
                input class=(class) type="checkbox" id=(id) name=(name) value=(value) checked[self.typed.has(name, value)];
                label class="kern-label" for=(id) { (words) }
            }
        }
    }

    /// Something to declare, by ticking it.
    pub(crate) fn declaration(&self, question: &Question<'_>) -> Markup {
        html! {
            div class={ "declaration" @if self.errors.has(question.name) { " kern-fieldset--error" } } {
                (self.tick(question.name, question.name, "yes", question.label, question.name))
                @if !question.hint.is_empty() { div class="kern-hint declaration__hint" { (question.hint) } }
                (self.errors.render(question.name))
            }
        }
    }

    /// One of many. The empty choice says that there is none yet.
    pub(crate) fn select(&self, question: &Question<'_>, none: &str, choices: &[Choice]) -> Markup {
        let chosen = self.typed.get(question.name);
        let class = if self.errors.has(question.name) {
            "kern-form-input__select kern-form-input__select--error"
        } else {
            "kern-form-input__select"
        };
        self.around(
            question,
            &html! {
                div class="kern-form-input__select-wrapper" {
                    select class=(class) id=(question.name) name=(question.name) aria-describedby=[self.described(question)] aria-invalid=[self.wrong(question.name)] {
                        @if !none.is_empty() { option value="" selected[chosen.is_empty()] { (none) } }
                        @for (value, words) in choices { option value=(value) selected[chosen == value] { (words) } }
                    }
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use crate::text::text;

    use super::*;

    #[test]
    fn a_wrong_field_is_tied_to_what_is_said_of_it() {
        let mut errors = Errors::default();
        errors.add("title", "Geben Sie <b> ein.");
        let typed = Fields::read(b"title=%3Cscript%3E");
        let ask = Ask { text: text(Language::De), typed: &typed, errors: &errors };
        let markup = ask.line(&Question::new("title", "Titel").hint("Kurz")).0;
        for part in [
            "id=\"title\"",
            "aria-describedby=\"title-hint title-error\"",
            "aria-invalid=\"true\"",
            "id=\"title-error\"",
            "value=\"&lt;script&gt;\"",
            "Geben Sie &lt;b&gt; ein.",
        ] {
            assert!(markup.contains(part), "{part}: {markup}");
        }
        let summary = errors.summary(text(Language::De)).0;
        assert!(summary.contains("href=\"#title\""), "{summary}");
    }
}
