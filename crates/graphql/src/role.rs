//! Who is known, and the roles that people have for a time.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::GrantId;
use domain::role::{Grant, NewGrant};
use engine::NewPerson;

use crate::connection::{Connection, Listed, Paging};
use crate::error::{Fault, Nullable, Result};
use crate::fund::Language;
use crate::identity::{Person, Role};
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime, Raw};
use crate::session::Session;

/// The longest text that is searched for.
const LONGEST_SEARCH: usize = 100;

/// What can be done with a role that somebody has. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::role::GrantAction")]
pub enum RoleGrantAction {
    /// `endRole`: end it at once.
    #[graphql(name = "END_ROLE")]
    End,
}

/// A role that somebody has for a time.
#[derive(Description)]
pub struct RoleGrant(pub(crate) Grant);

#[Object(use_type_description)]
impl RoleGrant {
    /// Its id, for `endRole`.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Which role.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The first day, in Europe/Berlin.
    async fn from(&self) -> Date {
        self.0.from.into()
    }

    /// The last day, in Europe/Berlin; null while none is set.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date)
    }

    /// Why it was given; null if it was given at the installation's console.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who gave it; null for whoever may not see names, and if it was given at the installation's console.
    async fn granted_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.granted_by?, Permission::ReadPersons).await
    }

    /// When it was given, in UTC.
    async fn granted_at(&self) -> DateTime {
        self.0.granted_at.into()
    }

    /// When it was ended before its last day, in UTC; null if it was not.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended.as_ref().map(|ended| ended.at.into())
    }

    /// Why it was ended; null if it was not.
    async fn end_reason(&self) -> Option<&str> {
        self.0.ended.as_ref()?.reason.as_deref()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<RoleGrantAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for RoleGrant {
    type Id = GrantId;

    async fn load(session: &Session, id: GrantId) -> Result<Option<Self>> {
        Ok(session.engine().role(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for Person {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.id.0)
    }
}

input! {
    /// A person to make known.
    AddPersonInput {
        /// The name that others see.
        name: String,
        /// Where e-mail reaches them, and what they sign in with; nobody else has it.
        email: String,
        /// What they are spoken to in.
        language: Language,
    }
}

payload! {
    /// The answer to `addPerson`.
    AddPersonPayload {
        /// The person; null if it was refused.
        person: Person
    }
}

input! {
    /// A role to give.
    GrantRoleInput {
        /// To whom; another person than the one who gives.
        person_id: ID,
        /// Which role.
        role: Role,
        /// The first day, in Europe/Berlin: today or later.
        from: Raw<Date>,
        /// The last day, in Europe/Berlin; left out: until it is ended.
        until: Option<Raw<Date>>,
        /// Why; the person reads it, and it goes into the record.
        reason: String,
    }
}

payload! {
    /// The answer to `grantRole`.
    GrantRolePayload {
        /// The person with the role; null if it was refused.
        person: Person
    }
}

input! {
    /// A role to end.
    EndRoleInput {
        /// Which: the id of a `RoleGrant`.
        role_grant_id: ID,
        /// Why; the person reads it, and it goes into the record.
        reason: String,
    }
}

payload! {
    /// The answer to `endRole`.
    EndRolePayload {
        /// The person without the role; null if it was refused.
        person: Person
    }
}

/// Questions about people.
#[derive(Default)]
pub struct RoleQueries;

#[Object]
impl RoleQueries {
    /// Everybody who is known, in the order in which they became so; for administrators and auditors.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn persons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only people whose name or e-mail address holds this text.")] search: Option<String>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Person>> {
        let found = async {
            let session = Session::of(ctx);
            let search = search.as_deref().map(str::trim).filter(|search| !search.is_empty());
            if search.is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
                return Err(Fault::bad_input("search", format!("at most {LONGEST_SEARCH} characters are searched for")));
            }
            let window = Paging { first, after, last, before }.window::<Person>(ctx, "persons")?;
            let page = session.engine().all_persons(&session.actor(), search, &window).await?;
            Ok(Connection::new("persons", page, Person, None))
        };
        Some(found.await)
    }
}

/// What is done with people and their roles.
#[derive(Default)]
pub struct RoleMutations;

#[Object]
impl RoleMutations {
    /// Makes a person known, by an administrator. Roles are given with `grantRole`.
    async fn add_person(&self, ctx: &Context<'_>, #[graphql(desc = "The person.")] input: AddPersonInput) -> Nullable<AddPersonPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let new = NewPerson { name: input.name, email: Some(input.email), language: input.language.into(), roles: Vec::new() };
            Ok(session.engine().introduce_person(&session.call(input.idempotency_key), new).await?)
        };
        session.answer(outcome).await
    }

    /// Gives somebody else a role for a time, by an administrator. The person is told.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role, to whom, and for how long.")] input: GrantRoleInput,
    ) -> Nullable<GrantRolePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let new = NewGrant {
                person: read_id(&input.person_id, "personId")?,
                role: input.role.into(),
                from: input.from.read("from")?,
                until: input.until.map(|until| until.read("until")).transpose()?,
                reason: input.reason,
            };
            Ok(session.engine().grant_role(&session.call(input.idempotency_key), new).await?)
        };
        session.answer(outcome).await
    }

    /// Ends somebody else's role at once, by an administrator. The person is told.
    async fn end_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role, and why it ends.")] input: EndRoleInput,
    ) -> Nullable<EndRolePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.role_grant_id, "roleGrantId")?;
            Ok(session.engine().end_role(&session.call(input.idempotency_key), id, input.reason).await?)
        };
        session.answer(outcome).await
    }
}
