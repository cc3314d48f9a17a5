//! Relay's connections: pages of a list by cursor, stable while the list grows.

use std::borrow::Cow;

use async_graphql::parser::types::{Field, VariableDefinition};
use async_graphql::{Context, Object, ObjectType, OutputType, Positioned, SimpleObject, TypeName, VisitorContext};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Key, Page, Window};
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::limits::Limits;

/// How many things are on a page, if nobody says.
const DEFAULT_PAGE: usize = 20;

/// The most things on a page.
const MOST_ON_PAGE: usize = 100;

/// How many things a page holds: clamped before anything is reckoned with it.
fn size(first: Option<i32>, last: Option<i32>) -> usize {
    let asked = first.or(last).map(|asked| usize::try_from(asked).unwrap_or(1));
    asked.unwrap_or(DEFAULT_PAGE).clamp(1, MOST_ON_PAGE)
}

/// What a page costs: its things, each with what is asked of it.
fn cost(first: Option<i32>, last: Option<i32>, child_complexity: usize) -> usize {
    child_complexity.saturating_mul(size(first, last)).saturating_add(1)
}

/// What a field with a page costs: see `cost`.
///
/// The library would hand over `first` and `last`, but refuses a query whose optional variable was left out; so they are read here, from
/// what the library's own closure is given (`__ctx`, `__variables_definition`, `__field`).
pub(crate) fn complexity(
    ctx: &VisitorContext<'_>,
    variables: &[Positioned<VariableDefinition>],
    field: &Field,
    child_complexity: usize,
) -> usize {
    // What is no number is for the validation to tell.
    let argument = |name| ctx.param_value::<Option<i32>>(variables, field, name, None).ok().flatten();
    cost(argument("first"), argument("last"), child_complexity)
}

/// A thing of a list.
pub trait Listed: ObjectType {
    /// Whether the list is ordered by numbers, and not by ids.
    const NUMBERED: bool = false;

    /// Its place in the list.
    fn key(&self) -> Key;
}

/// Which part of a list is asked for, as the client wrote it.
#[derive(Debug)]
pub(crate) struct Paging {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl Paging {
    /// The part of the list called `list`; its cursors carry that name.
    pub(crate) fn window<T: Listed>(&self, ctx: &Context<'_>, list: &str) -> Result<Window> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Fault::bad_input("last", "ask for the first or the last, not for both"));
        }
        let key = |cursor: Option<&String>, field| {
            let unknown = || Fault::bad_input(field, "this is not a cursor of this list");
            cursor.map(|cursor| decode::<T>(list, cursor).ok_or_else(unknown)).transpose()
        };
        let most = ctx.data_opt::<Limits>().map_or(MOST_ON_PAGE, |limits| limits.page.max(1));
        Ok(Window {
            after: key(self.after.as_ref(), "after")?,
            before: key(self.before.as_ref(), "before")?,
            limit: u64::try_from(size(self.first, self.last).min(most)).unwrap_or(1),
            backward: self.last.is_some(),
        })
    }
}

fn encode(list: &str, key: Key) -> String {
    let place = match key {
        Key::Id(id) => id.to_string(),
        Key::Number(number) => number.to_string(),
    };
    URL_SAFE_NO_PAD.encode(format!("{list}:{place}"))
}

fn decode<T: Listed>(list: &str, cursor: &str) -> Option<Key> {
    if cursor.len() > 200 {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (of, place) = text.rsplit_once(':')?;
    if of != list {
        return None;
    }
    if T::NUMBERED { place.parse().ok().map(Key::Number) } else { Uuid::try_parse(place).ok().map(Key::Id) }
}

/// A page of a list, with the cursors to ask for the next or the previous one.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    page: PageInfo,
    total: Option<u64>,
}

impl<T: Listed> Connection<T> {
    /// The page, each row made what the API shows.
    pub(crate) fn new<R>(list: &str, page: Page<R>, node: impl Fn(R) -> T, total: Option<u64>) -> Self {
        let edge = |row| {
            let node = node(row);
            Edge { cursor: encode(list, node.key()), node }
        };
        let edges: Vec<Edge<T>> = page.items.into_iter().map(edge).collect();
        let page = PageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self { edges, page, total }
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// A page of a list, with the cursors to ask for the next or the previous one.
#[Object(name_type)]
impl<T: Listed> Connection<T> {
    /// The things on this page with their cursors, in the list's order.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The things on this page, in the list's order.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Whether the list goes on, and from where.
    async fn page_info(&self) -> &PageInfo {
        &self.page
    }

    /// How many things the whole list has for the person who asks. Null where counting would cost more than it is worth.
    async fn total_count(&self) -> Option<u64> {
        self.total
    }
}

/// A thing of a list, with its cursor.
pub struct Edge<T> {
    cursor: String,
    node: T,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// A thing of a list, with its cursor.
#[Object(name_type)]
impl<T: Listed> Edge<T> {
    /// The thing's place in the list, for `after` and `before`: opaque, and good for this list only.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The thing.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// Whether a list goes on beyond a page, and from where.
#[derive(Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are things after this page.
    has_next_page: bool,
    /// Whether there are things before this page.
    has_previous_page: bool,
    /// The first thing's cursor, for `before`; null on an empty page.
    start_cursor: Option<String>,
    /// The last thing's cursor, for `after`; null on an empty page.
    end_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Application;
    use crate::budget::JournalEntry;

    #[test]
    fn the_size_of_a_page_is_clamped_before_it_is_reckoned_with() {
        assert_eq!(cost(None, None, 3), 61);
        assert_eq!(cost(Some(-1), None, 3), 4);
        assert_eq!(cost(Some(i32::MIN), Some(i32::MAX), usize::MAX), usize::MAX);
        assert_eq!(cost(None, Some(i32::MAX), 3), 301);
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let id = Key::Id(Uuid::from_u128(9));
        assert_eq!(decode::<Application>("applications", &encode("applications", id)), Some(id));
        assert_eq!(decode::<JournalEntry>("entries:2020", &encode("entries:2020", Key::Number(7))), Some(Key::Number(7)));
        for cursor in [
            encode("ballots", id),
            encode("applications", Key::Number(7)),
            encode("entries:2019", Key::Number(7)),
            String::new(),
            "*".to_owned(),
            "a".repeat(100_000),
        ] {
            assert_eq!(decode::<Application>("applications", &cursor), None);
            assert_eq!(decode::<JournalEntry>("entries:2020", &cursor), None);
        }
    }
}
