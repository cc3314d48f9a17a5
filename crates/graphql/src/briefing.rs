//! Briefings: news of the work with the partner cities. What is done with them is in [`mutation`].

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::briefing::BriefingState as State;
use domain::identity::{Permission, available_actions};
use domain::ids::BriefingId;

use crate::connection::{Connection, Listed, Paging};
use crate::error::{Nullable, Result};
use crate::fund::City;
use crate::identity::Person;
use crate::mutation::Loaded;
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime};
use crate::session::Session;

pub mod mutation;

/// What kind of news a briefing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::briefing::BriefingKind")]
pub enum BriefingKind {
    /// A delegation visits.
    Delegation,
    /// Staff of one city work in the other for a while.
    StaffExchange,
    /// An event.
    Event,
    /// An agreement.
    Agreement,
    /// Anything else.
    Other,
}

/// Where a briefing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum BriefingState {
    /// The committee reads it.
    Posted,
    /// Taken back; only the office still sees it.
    Withdrawn,
}

/// What can be done with a briefing. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::briefing::BriefingAction")]
pub enum BriefingAction {
    /// `correctBriefing`: say it otherwise.
    #[graphql(name = "CORRECT_BRIEFING")]
    Correct,
    /// `withdrawBriefing`: take it back.
    #[graphql(name = "WITHDRAW_BRIEFING")]
    Withdraw,
}

/// A briefing (Unterrichtung): news for the committee of the work with one or several partner cities.
#[derive(Description)]
pub struct Briefing(pub(crate) domain::briefing::Briefing);

#[Object(use_type_description)]
impl Briefing {
    /// The briefing's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Counts the changes; `correctBriefing` can be told which version was seen.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// Where it stands.
    async fn state(&self) -> BriefingState {
        match self.0.state {
            State::Posted => BriefingState::Posted,
            State::Withdrawn { .. } => BriefingState::Withdrawn,
        }
    }

    /// The day on which it happened, or happens.
    async fn on(&self) -> Date {
        self.0.news.on.into()
    }

    /// The partner cities that it is about.
    async fn cities(&self, ctx: &Context<'_>) -> Vec<City> {
        let session = Session::of(ctx);
        let fund = session.engine().fund();
        self.0.news.cities.iter().filter_map(|code| fund.partner_city(code)).cloned().map(City::from).collect()
    }

    /// What kind of news it is.
    async fn kind(&self) -> BriefingKind {
        self.0.news.kind.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.news.title
    }

    /// Its text.
    async fn text(&self) -> &str {
        &self.0.news.text
    }

    /// The number of the council paper, such as `0063/2020`; null if there is none.
    async fn paper(&self) -> Option<&str> {
        self.0.news.paper.as_deref()
    }

    /// Whether the person who asks has marked it as read.
    async fn is_read(&self, ctx: &Context<'_>) -> Result<bool> {
        Session::of(ctx).has_read(self.0.id).await
    }

    /// Who posted it.
    async fn posted_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.posted_by, Permission::ReadBriefings).await
    }

    /// When it was posted, in UTC.
    async fn posted_at(&self) -> DateTime {
        self.0.posted_at.into()
    }

    /// Why it was taken back. Null unless the state is `WITHDRAWN`.
    async fn withdrawal_reason(&self) -> Option<&str> {
        let State::Withdrawn { reason, .. } = &self.0.state else { return None };
        Some(reason)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<BriefingAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Briefing {
    type Id = BriefingId;

    async fn load(session: &Session, id: BriefingId) -> Result<Option<Self>> {
        Ok(session.engine().briefing(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for Briefing {
    const NUMBERED: bool = true;

    fn key(&self) -> engine::Key {
        engine::Key::Number(self.0.position)
    }
}

/// How often somebody gets a digest: what is new of the partner cities, the budget and the rounds, by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::digest::Frequency")]
pub enum DigestFrequency {
    /// As soon as there is something new.
    AtOnce,
    /// Each Monday, of the week that is over. What members of the committee get who have not chosen.
    Weekly,
    /// On the first of each month, of the month that is over.
    Monthly,
    /// Not at all.
    Never,
}

/// Which briefings are asked for; what is left out, is not asked about.
#[derive(Debug, Default, async_graphql::InputObject)]
pub struct BriefingFilter {
    /// Only those about that partner city, by its code: `san-francisco`.
    city: Option<String>,
    /// Only those of that year.
    year: Option<i32>,
    /// Only those of that kind.
    kind: Option<BriefingKind>,
    /// Only those that the person who asks has not marked as read.
    unread: Option<bool>,
}

/// Questions about briefings.
#[derive(Default)]
pub struct BriefingQueries;

#[Object]
impl BriefingQueries {
    /// The briefing with that id; null if there is none, or none that the person who asks may see.
    async fn briefing(&self, ctx: &Context<'_>, #[graphql(desc = "The briefing's id.")] id: ID) -> Nullable<Briefing> {
        let found = async { Briefing::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }

    /// The briefings, in the order of the days that they tell of; for the committee, case officers, finance and the auditor.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn briefings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; left out: all.")] filter: Option<BriefingFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Briefing>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Briefing>(ctx, "briefings")?;
            let filter = filter.unwrap_or_default();
            let query = engine::BriefingQuery {
                city: filter.city,
                year: filter.year,
                kind: filter.kind.map(Into::into),
                unread: filter.unread.unwrap_or_default(),
            };
            let page = session.engine().briefings(&session.actor(), &query, &window).await?;
            let total = session.engine().count_briefings(&session.actor(), &query).await?;
            Ok(Connection::new("briefings", page, Briefing, Some(total)))
        };
        Some(found.await)
    }
}
