//! What is wrong with a form, in words.

use domain::language::Language;
use domain::problem::{Problem, Refusal, Violation};
use maud::{Markup, html};

use crate::component::{Icon, icon};
use crate::text::Text;
use crate::visit::Visit;

/// What is wrong with a form, by field.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Errors(pub(super) Vec<(String, String)>);

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

    /// Whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.at(field).next().is_some()
    }

    /// What is wrong with a field, beside it.
    pub(super) fn render(&self, field: &str) -> Markup {
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
pub(super) fn without_index(field: &str) -> (String, Option<usize>) {
    let Some((list, rest)) = field.split_once('[') else { return (field.to_owned(), None) };
    let Some((index, rest)) = rest.split_once(']') else { return (field.to_owned(), None) };
    (format!("{list}[]{rest}"), index.parse().ok())
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
}
