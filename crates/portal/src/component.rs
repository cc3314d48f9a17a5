//! What pages are built of, besides forms: icons, badges, alerts, lists, tables, bars.

use domain::language::{Language, Say as _};
use domain::money::Money;
use maud::{Markup, html};

/// The pictures beside words. Each is decoration: the words say it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Add,
    Back,
    Danger,
    Delete,
    Forward,
    Info,
    Language,
    Leave,
    Person,
    Success,
    Warning,
}

impl Icon {
    const fn class(self) -> &'static str {
        match self {
            Self::Add => "kern-icon kern-icon--add",
            Self::Back => "kern-icon kern-icon--arrow-back",
            Self::Danger => "kern-icon kern-icon--danger",
            Self::Delete => "kern-icon kern-icon--delete",
            Self::Forward => "kern-icon kern-icon--arrow-forward",
            Self::Info => "kern-icon kern-icon--info",
            Self::Language => "kern-icon kern-icon--language",
            Self::Leave => "kern-icon kern-icon--logout",
            Self::Person => "kern-icon kern-icon--account-circle",
            Self::Success => "kern-icon kern-icon--success",
            Self::Warning => "kern-icon kern-icon--warning",
        }
    }
}

/// A picture beside words.
pub(crate) fn icon(icon: Icon) -> Markup {
    html! { span class=(icon.class()) aria-hidden="true" {} }
}

/// How something is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Info,
    Success,
    Warning,
    Danger,
}

impl Tone {
    const fn icon(self) -> Icon {
        match self {
            Self::Info => Icon::Info,
            Self::Success => Icon::Success,
            Self::Warning => Icon::Warning,
            Self::Danger => Icon::Danger,
        }
    }

    const fn badge(self) -> &'static str {
        match self {
            Self::Info => "kern-badge kern-badge--info kern-badge--small",
            Self::Success => "kern-badge kern-badge--success kern-badge--small",
            Self::Warning => "kern-badge kern-badge--warning kern-badge--small",
            Self::Danger => "kern-badge kern-badge--danger kern-badge--small",
        }
    }

    const fn alert(self) -> &'static str {
        match self {
            Self::Info => "kern-alert kern-alert--info",
            Self::Success => "kern-alert kern-alert--success",
            Self::Warning => "kern-alert kern-alert--warning",
            Self::Danger => "kern-alert kern-alert--danger",
        }
    }
}

/// A state in a word or two.
pub(crate) fn badge(tone: Tone, words: &str) -> Markup {
    html! { span class=(tone.badge()) { (icon(tone.icon())) span class="kern-label" { (words) } } }
}

/// Something that is to be noticed, with more to it.
pub(crate) fn alert(tone: Tone, title: &str, body: &Markup) -> Markup {
    html! {
        div class=(tone.alert()) {
            div class="kern-alert__header" { (icon(tone.icon())) span class="kern-title" { (title) } }
            @if !body.0.is_empty() { div class="kern-alert__body" { (body) } }
        }
    }
}

/// A link that looks like a button: it leads somewhere and changes nothing.
pub(crate) fn link_button(primary: bool, path: &str, words: &str) -> Markup {
    let class = if primary { "kern-btn kern-btn--primary" } else { "kern-btn kern-btn--secondary" };
    html! { a class=(class) href=(path) { span class="kern-label" { (words) } } }
}

/// A list of what is said of one thing: name, value, and where it can be changed.
#[derive(Default)]
pub(crate) struct Summary(Vec<(String, Markup, Option<Change>)>);

/// The path and the words of a link that leads to a change.
type Change = (String, String);

impl Summary {
    /// Adds a row.
    pub(crate) fn row(self, key: &str, value: Markup) -> Self {
        self.changeable(key, value, None)
    }

    /// Adds a row of text.
    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.row(key, html! { (value) })
    }

    /// Adds a row of text, if there is some.
    pub(crate) fn some_text(self, key: &str, value: Option<&String>) -> Self {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => self.row(key, paragraphs(value)),
            None => self,
        }
    }

    /// Adds a row with the path and the words of a link that leads to its change.
    pub(crate) fn changeable(mut self, key: &str, value: Markup, change: Option<Change>) -> Self {
        self.0.push((key.to_owned(), value, change));
        self
    }

    /// The list.
    pub(crate) fn render(&self) -> Markup {
        html! {
            dl class="kern-description-list facts" {
                @for (key, value, change) in &self.0 {
                    div class="kern-description-list-item" {
                        dt class="kern-description-list-item__key" { (key) }
                        dd class="kern-description-list-item__value" {
                            (value)
                            @if let Some((path, words)) = change {
                                " " a class="kern-link facts__change" href=(path) { (words) span class="unseen" { ": " (key) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A text of several lines as it was typed.
pub(crate) fn paragraphs(text: &str) -> Markup {
    html! { span class="typed" { (text) } }
}

/// A task of a list: where it leads (nowhere, if it can't be done now), what it is, and how far it is.
pub(crate) struct Task<'a> {
    pub(crate) path: Option<String>,
    pub(crate) words: &'a str,
    pub(crate) tone: Tone,
    pub(crate) state: &'a str,
}

/// Tasks in their order.
pub(crate) fn task_list(tasks: &[Task<'_>]) -> Markup {
    html! {
        ol class="kern-task-list__list tasks" {
            @for (number, task) in (1..).zip(tasks) {
                li class="kern-task-list__item" {
                    div class="kern-task-list__title" {
                        @if let Some(path) = &task.path {
                            a class="kern-link kern-link--stretched kern-task-list__content-wrapper" href=(path) aria-describedby=(format!("task-{number}")) {
                                span class="kern-number" { (number) } span { (task.words) }
                            }
                        } @else {
                            span class="kern-body kern-task-list__content-wrapper" { span class="kern-number" { (number) } span { (task.words) } }
                        }
                    }
                    div class="kern-task-list__status" id=(format!("task-{number}")) { (badge(task.tone, task.state)) }
                }
            }
        }
    }
}

/// A column of a table.
pub(crate) struct Column<'a> {
    heading: &'a str,
    numeric: bool,
}

impl<'a> Column<'a> {
    /// Of texts.
    pub(crate) const fn text(heading: &'a str) -> Self {
        Self { heading, numeric: false }
    }

    /// Of numbers, which stand below one another by their last digit.
    pub(crate) const fn number(heading: &'a str) -> Self {
        Self { heading, numeric: true }
    }

    const fn header_class(&self) -> &'static str {
        if self.numeric { "kern-table__header kern-table__header--numeric" } else { "kern-table__header" }
    }

    const fn cell_class(&self) -> &'static str {
        if self.numeric { "kern-table__cell kern-table__cell--numeric" } else { "kern-table__cell" }
    }
}

/// A table; each row's first cell is its head. On a phone each row is a card of its own, in which every cell says what it is. What a cell
/// holds is one block, so that its parts stand as they do in a table, beside the name.
///
/// What is wider than the page, with large letters for one, is moved in a frame of its own. The roles say again what the elements are: what is shown as a block is no table to a screen reader any more.
pub(crate) fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>], sums: Option<&[Markup]>) -> Markup {
    let cell = |column: &Column<'_>, content: &Markup, head: bool| {
        html! {
            @if head {
                th scope="row" role="rowheader" class="kern-table__header stacked__head" { (content) }
            } @else if content.0.is_empty() {
                td role="cell" class=(column.cell_class()) {}
            } @else {
                td role="cell" class=(column.cell_class()) data-label=(column.heading) { div { (content) } }
            }
        }
    };
    let row = |cells: &[Markup]| {
        html! {
            tr class="kern-table__row" role="row" {
                @for (index, (column, content)) in columns.iter().zip(cells).enumerate() { (cell(column, content, index == 0)) }
            }
        }
    };
    html! {
        div class="table" {
            table class="kern-table stacked" role="table" {
                caption class="unseen" { (caption) }
                thead role="rowgroup" {
                    tr class="kern-table__row" role="row" {
                        @for column in columns { th scope="col" role="columnheader" class=(column.header_class()) { (column.heading) } }
                    }
                }
                tbody class="kern-table__body" role="rowgroup" { @for cells in rows { (row(cells)) } }
                @if let Some(sums) = sums { tfoot class="kern-table__footer" role="rowgroup" { (row(sums)) } }
            }
        }
    }
}

/// How much of the whole something is, as a bar. The number stands beside it.
pub(crate) fn bar(part: Money, whole: Money) -> Markup {
    let (part, whole) = (part.cents().max(0), whole.cents().max(1));
    let thousandths = (i128::from(part) * 1_000 / i128::from(whole)).clamp(0, 1_000);
    let width = format!("{}.{}%", thousandths / 10, thousandths % 10);
    html! {
        svg class="bar" aria-hidden="true" focusable="false" width="100%" height="16" {
            rect class="bar__part" width=(width) height="100%" rx="2" {}
        }
    }
}

/// How many of all there are, as a bar. The numbers stand beside it.
pub(crate) fn bar_of_count(part: u32, whole: u32) -> Markup {
    bar(Money::from_cents(part.into()), Money::from_cents(whole.into()))
}

/// Where a list goes on: before and after what is shown.
pub(crate) fn pagination(label: &str, previous: Option<(String, &str)>, next: Option<(String, &str)>) -> Markup {
    html! {
        @if previous.is_some() || next.is_some() {
            nav class="pages" aria-label=(label) {
                @if let Some((path, words)) = previous { a class="kern-link" rel="prev" href=(path) { (icon(Icon::Back)) (words) } }
                @if let Some((path, words)) = next { a class="kern-link pages__next" rel="next" href=(path) { (words) (icon(Icon::Forward)) } }
            }
        }
    }
}

/// An amount that never breaks between number and sign.
pub(crate) fn money(amount: Money, language: Language) -> Markup {
    let said = amount.say(language).replace(' ', "\u{a0}");
    html! { span class="money" { (said) } }
}

/// An address in lines.
pub(crate) fn lines(text: &str) -> Markup {
    html! { @for (number, line) in text.lines().enumerate() { @if number > 0 { br; } (line) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_longer_than_all() {
        let drawn = |part, whole| bar(Money::from_cents(part), Money::from_cents(whole)).0;
        for (part, whole, width) in
            [(0, 100, "0.0%"), (1, 3, "33.3%"), (100, 100, "100.0%"), (200, 100, "100.0%"), (-5, 100, "0.0%"), (0, 0, "0.0%")]
        {
            assert!(drawn(part, whole).contains(&format!("width=\"{width}\"")), "{part} of {whole}");
        }
    }

    #[test]
    fn text_is_never_markup() {
        let hostile = "<script>alert(1)</script>\"'&";
        let rendered = [
            badge(Tone::Info, hostile).0,
            alert(Tone::Info, hostile, &html! {}).0,
            Summary::default().text(hostile, hostile).render().0,
            paragraphs(hostile).0,
            lines(hostile).0,
            table(hostile, &[Column::text(hostile)], &[vec![html! { (hostile) }]], None).0,
        ];
        for markup in rendered {
            assert!(!markup.contains("<script>") && markup.contains("&lt;script&gt;"), "{markup}");
        }
    }

    #[test]
    fn each_cell_of_a_table_says_what_it_is() {
        let columns = [Column::text("Stadt"), Column::number("Betrag")];
        let markup = table("Städte", &columns, &[vec![html! { "Gdynia" }, html! { "1" }]], None).0;
        assert!(markup.contains("data-label=\"Betrag\"") && markup.contains("<th scope=\"row\""), "{markup}");
    }
}
