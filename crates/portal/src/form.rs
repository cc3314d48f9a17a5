//! Forms: questions, what is wrong with the answers, and the reading of them.

use chrono::NaiveDate;
use domain::language::Language;
use domain::money::Money;
use domain::problem::{Problem, Refusal, Violation};
use maud::{Markup, html};

use crate::component::{Icon, icon};
use crate::fields::Fields;
use crate::text::Text;
use crate::visit::{KEY, Visit};
use crate::{amount, date};

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

/// What is wrong with a form, by field.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Errors(Vec<(String, String)>);

impl Errors {
    /// What the rules refuse, in the visitor's language. What is about no field is put at `otherwise`.
    pub(crate) fn of(visit: &Visit, refusal: Refusal, otherwise: &str) -> Self {
        let said = refusal.0.into_iter().map(|violation| {
            let words = said(visit.text(), visit.language(), &violation);
            (violation.field.unwrap_or_else(|| otherwise.to_owned()), words)
        });
        Self(said.collect())
    }

    /// That a field is empty which must not be.
    pub(crate) fn missing(visit: &Visit, field: &str) -> Self {
        Self::of(visit, Problem::Missing.at(field).into(), field)
    }

    /// Adds what is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, words: &str) {
        if !self.0.iter().any(|(own, said)| own == field && said == words) {
            self.0.push((field.to_owned(), words.to_owned()));
        }
    }

    /// Adds what else is wrong.
    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has_any(&self, field: &str) -> bool {
        self.has(field)
    }

    /// Whether nothing is wrong.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them on top of the page, each leading to its field.
    pub(crate) fn summary(&self, text: &Text) -> Markup {
        html! {
            @if !self.0.is_empty() {
                div class="errors" id="errors" role="alert" tabindex="-1" aria-labelledby="errors-title" {
                    h2 class="errors__title" id="errors-title" {
                        (icon(Icon::Danger))
                        @if self.0.len() == 1 { (text.form.one_error) } @else { ((text.form.errors)(&self.0.len().to_string())) }
                    }
                    ul class="errors__list" { @for (field, message) in &self.0 { li { a href=(format!("#{field}")) { (message) } } } }
                }
            }
        }
    }

    /// Those of a field.
    fn at(&self, field: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == field).map(|(_, message)| message.as_str())
    }

    fn has(&self, field: &str) -> bool {
        self.at(field).next().is_some()
    }

    fn render(&self, field: &str) -> Markup {
        html! {
            @if self.has(field) {
                div id=(format!("{field}-error")) {
                    @for message in self.at(field) { p class="kern-error" { (icon(Icon::Danger)) span class="kern-body" { (message) } } }
                }
            }
        }
    }
}

/// What a violation says to people, with the line of a list that it is about.
pub(crate) fn said(text: &Text, language: Language, violation: &Violation) -> String {
    let field = violation.field.as_deref().unwrap_or_default();
    let (plain, row) = without_index(field);
    let nothing_chosen = matches!(&violation.problem,
        Problem::UnknownCostCategory { category: chosen } | Problem::UnknownFinancingSource { source: chosen } if chosen.is_empty());
    let missing = violation.problem == Problem::Missing || nothing_chosen;
    let own = text.form.missing.iter().find(|(name, _)| missing && *name == plain).map(|(_, words)| (*words).to_owned());
    let words = own.unwrap_or_else(|| violation.problem.message(language));
    match row.filter(|_| {
        plain.ends_with("].category") || plain.ends_with("].source") || plain.ends_with("].text") || plain.ends_with("].amount")
    }) {
        Some(row) => format!("{}: {words}", (text.form.row)(&(row + 1).to_string())),
        None => words,
    }
}

/// `costLines[2].text` as `costLines[].text` and 2.
fn without_index(field: &str) -> (String, Option<usize>) {
    let Some((list, rest)) = field.split_once('[') else { return (field.to_owned(), None) };
    let Some((index, rest)) = rest.split_once(']') else { return (field.to_owned(), None) };
    (format!("{list}[]{rest}"), index.parse().ok())
}

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

/// Reads what was typed, and collects what can't be read.
pub(crate) struct Reader<'a> {
    text: &'static Text,
    fields: &'a Fields,
    /// What could not be read.
    pub(crate) errors: Errors,
}

impl<'a> Reader<'a> {
    /// Of those fields.
    pub(crate) fn new(text: &'static Text, fields: &'a Fields) -> Self {
        Self { text, fields, errors: Errors::default() }
    }

    /// A text; none if nothing was typed.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(self.fields.get(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An amount; none if nothing was typed.
    pub(crate) fn amount(&mut self, name: &str) -> Option<Money> {
        let words = match amount::read(self.fields.get(name)) {
            Ok(amount) => return amount,
            Err(amount::Unreadable::Form) => self.text.form.amount_unclear,
            Err(amount::Unreadable::Size) => self.text.form.amount_size,
        };
        self.fail(name, words);
        None
    }

    /// A date; none if nothing was typed.
    pub(crate) fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let words = match date::read(self.fields, name) {
            Ok(date) => return date,
            Err(date::Unreadable::Incomplete) => self.text.form.date_incomplete,
            Err(date::Unreadable::NoSuchDay) => self.text.form.date_none,
            Err(date::Unreadable::Year) => self.text.form.date_year,
        };
        self.fail(name, words);
        None
    }

    /// A whole number; none if nothing was typed.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        let typed = self.fields.get(name).trim();
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse().ok();
        if number.is_none() {
            self.fail(name, self.text.form.number);
        }
        number
    }

    fn fail(&mut self, name: &str, words: &str) {
        let (_, row) = without_index(name);
        match row {
            Some(row) => self.errors.add(name, &format!("{}: {words}", (self.text.form.row)(&(row + 1).to_string()))),
            None => self.errors.add(name, words),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::text;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_words_with_the_line_that_it_is_about() {
        let de = |violation: Violation| said(text(Language::De), Language::De, &violation);
        assert_eq!(de(Problem::Missing.at("title")), "Geben Sie den Titel des Projekts ein.");
        assert_eq!(de(Problem::Missing.at("costLines[2].text")), "Zeile 3: Geben Sie ein, wofür die Kosten entstehen.");
        let nothing = Problem::UnknownCostCategory { category: String::new() };
        assert_eq!(de(nothing.at("costLines[0].category")), "Zeile 1: Wählen Sie die Kostenart aus.");
        assert_eq!(de(Problem::NegativeLine.at("costLines[1].amount")), "Zeile 2: Der Betrag darf nicht negativ sein.");
        assert_eq!(de(Problem::Missing.at("somethingElse")), "Ergänzen Sie diese Angabe.");
    }

    #[test]
    fn what_cannot_be_read_is_collected_with_its_field() {
        let fields = Fields::read(b"a=1.5&costLines%5B1%5D.amount=x&d-day=31&d-month=2&d-year=2027&n=viele&ok=1.234%2C56");
        let mut reader = Reader::new(text(Language::De), &fields);
        assert_eq!(
            (reader.amount("a"), reader.amount("costLines[1].amount"), reader.date("d"), reader.number("n")),
            (None, None, None, None)
        );
        assert_eq!(reader.amount("ok"), Some(Money::from_cents(123_456)));
        let named: Vec<&str> = reader.errors.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(named, ["a", "costLines[1].amount", "d", "n"]);
        assert!(reader.errors.0[1].1.starts_with("Zeile 2: "));
    }

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
