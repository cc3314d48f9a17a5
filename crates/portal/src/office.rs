//! The case officers' pages. What they have in common: who comes in, the way between them, and what was done.

use std::collections::BTreeMap;

use domain::applicant::Applicant;
use domain::application::Application;
use domain::ids::{ApplicantId, ApplicationId, PersonId};
use domain::money::Money;
use domain::problem::Refusal;
use engine::{Count, Counts, Error, Key, Page, Window};
use maud::{Markup, html};
use uuid::Uuid;

use crate::component::{Tone, alert, pagination};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::page::Sheet;
use crate::site_map::SiteMap;
use crate::text::named;
use crate::visit::{Answer, Handler, Visit};

pub(crate) mod application;
pub(crate) mod attendance;
pub(crate) mod award;
pub(crate) mod ballot;
pub(crate) mod briefing;
pub(crate) mod comparison;
pub(crate) mod inbox;
pub(crate) mod meeting;
pub(crate) mod minutes;
pub(crate) mod motion;
pub(crate) mod outbox;
pub(crate) mod plan;
pub(crate) mod proposal;
pub(crate) mod recusal;
pub(crate) mod waiting_list;
pub(crate) mod what_if;

/// How many things a list shows on one page.
const PAGE: u64 = 25;

/// The office's pages, besides the others.
pub(crate) fn site_map(map: SiteMap) -> SiteMap {
    map.at("/office", Handler::get(start))
        .at("/office/applications", Handler::get(inbox::list))
        .at("/office/applications/chosen", Handler::get(inbox::chosen_ones))
        .at("/office/applications/chosen/admit", Handler::post_only(inbox::admit_chosen))
        .at("/office/applications/:id", Handler::get(application::overview))
        .at("/office/applications/:id/admit", Handler::post_only(application::admit))
        .at("/office/applications/:id/changes", Handler::get(application::changes).post(application::request_changes))
        .at("/office/applications/:id/versions", Handler::get(application::versions))
        .at("/office/applications/:id/history", Handler::get(application::history))
        .at("/office/applications/:id/recusals", Handler::get(recusal::list).post(recusal::record))
        .at("/office/applications/:id/proposal", Handler::get(proposal::prepare).post(proposal::save))
        .at("/office/applications/:id/motion", Handler::get(proposal::motion).post(proposal::propose))
        .at_each(
            "/office/applications/:id/:step",
            application::STEPS.map(|(name, _)| name),
            Handler::get(application::reason).post(application::give_reason),
        )
        .at("/office/motions", Handler::get(motion::list))
        .at("/office/motions/open", Handler::get(motion::opening).post(motion::open))
        .at("/office/motions/:id", Handler::get(motion::overview))
        .at("/office/motions/:id/withdraw", Handler::post_only(motion::withdraw))
        .at("/office/ballots", Handler::get(ballot::list))
        .at("/office/ballots/:id", Handler::get(ballot::overview))
        .at("/office/ballots/:id/tally", Handler::post_only(ballot::record_tally))
        .at("/office/ballots/:id/close", Handler::post_only(ballot::close))
        .at("/office/meetings", Handler::get(meeting::list))
        .at("/office/meetings/new", Handler::get(meeting::new).post(meeting::call))
        .at("/office/meetings/items/:id/defer", Handler::get(meeting::deferral).post(meeting::defer))
        .at("/office/meetings/:id", Handler::get(meeting::overview))
        .at("/office/meetings/:id/items", Handler::post_only(meeting::add_item))
        .at("/office/meetings/:id/order", Handler::post_only(meeting::reorder))
        .at("/office/meetings/:id/move", Handler::get(meeting::moving).post(meeting::reschedule))
        .at("/office/meetings/:id/invite", Handler::get(meeting::inviting).post(meeting::invite))
        .at("/office/meetings/:id/open", Handler::post_only(meeting::open))
        .at("/office/meetings/:id/close", Handler::post_only(meeting::close))
        .at("/office/meetings/:id/attendance", Handler::get(attendance::list).post(attendance::record))
        .at("/office/meetings/:id/minutes", Handler::get(minutes::show).post(minutes::write))
        .at("/office/what-ifs", Handler::get(what_if::list).post(what_if::work_on))
        .at("/office/what-ifs/new", Handler::get(what_if::new))
        .at("/office/what-ifs/compare", Handler::get(comparison::show))
        .at("/office/what-ifs/:id", Handler::get(what_if::overview))
        .at("/office/what-ifs/:id/put", Handler::post_only(what_if::put))
        .at("/office/what-ifs/:id/discard", Handler::post_only(what_if::discard))
        .at("/office/awards", Handler::get(award::list))
        .at("/office/awards/extend", Handler::get(award::extending).post(award::extend))
        .at("/office/awards/:id", Handler::get(award::overview))
        .at("/office/awards/:id/notify", Handler::get(award::notifying).post(award::notify))
        .at("/office/awards/:id/objection", Handler::post_only(award::record_objection))
        .at("/office/awards/:id/settle", Handler::post_only(award::settle_objection))
        .at("/office/awards/:id/revoke", Handler::get(award::revoking).post(award::revoke))
        .at("/office/waiting-list", Handler::get(waiting_list::list))
        .at("/office/waiting-list/:id/serve", Handler::post_only(waiting_list::serve))
        .at("/office/waiting-list/:id/skip", Handler::post_only(waiting_list::skip))
        .at("/office/briefings", Handler::get(briefing::list))
        .at("/office/briefings/new", Handler::get(briefing::new).post(briefing::post))
        .at("/office/briefings/:id", Handler::get(briefing::edit).post(briefing::correct))
        .at("/office/briefings/:id/withdraw", Handler::get(briefing::withdrawal).post(briefing::withdraw))
        .at("/office/messages", Handler::get(outbox::list))
        .at("/office/messages/:id/resend", Handler::post_only(outbox::resend))
}

/// Lets in who works in the office. To everybody else there is no such page.
pub(crate) fn enter(visit: &Visit) -> Result<(), Failure> {
    visit.signed_in()?;
    if visit.engine.has_office(&visit.actor) { Ok(()) } else { Err(Error::NotFound.into()) }
}

/// A page of the office.
pub(crate) fn sheet(visit: &Visit, title: impl Into<String>) -> Sheet {
    Sheet::new(title).below("/office", visit.text().office.title)
}

/// The ways to the office's parts, with the one that this is.
pub(crate) fn sections(visit: &Visit) -> Markup {
    let text = &visit.text().office;
    let parts = [
        ("/office/applications", text.inbox),
        ("/office/motions", text.motions),
        ("/office/meetings", text.meetings),
        ("/office/what-ifs", text.what_ifs),
        ("/office/awards", text.awards),
        ("/office/waiting-list", text.waiting_list),
        ("/office/briefings", text.briefings),
        ("/office/messages", text.outbox),
    ];
    html! {
        nav aria-label=(text.sections) {
            ul class="filter" {
                @for (path, name) in parts { li { a href=(path) aria-current=[(visit.onlooker.path == path).then_some("page")] { (name) } } }
            }
        }
    }
}

/// What was done on the page before.
pub(crate) fn done(visit: &Visit) -> Markup {
    let words = named(visit.text().office.done, visit.field("done"));
    html! { @if !words.is_empty() { (alert(Tone::Success, words, &html! {})) } }
}

/// What is to be done: the office's start page.
pub(crate) async fn start(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().office;
    let content = html! { (sections(&visit)) (office_desk(&visit, &visit.engine.counts(&visit.actor).await?)) };
    Ok(Sheet::new(text.title).lead(text.lead).show(&visit, &content))
}

/// What waits for the office, each with the way to it. For the desk of everybody too.
pub(crate) fn office_desk(visit: &Visit, counts: &Counts) -> Markup {
    let text = &visit.text().office;
    let of = |state: &str| counts.of("application", state);
    let tiles = [
        (of("submitted"), text.to_check, "/office/applications?state=submitted"),
        (of("changes-requested"), text.to_answer, "/office/applications?state=changes-requested"),
        (of("admitted"), text.to_decide, "/office/applications?state=admitted"),
        (counts.of("motion", "pending"), text.to_vote, "/office/motions"),
        (counts.of("award", "granted"), text.to_notify, "/office/awards?state=granted"),
        (counts.of("award", "overdue"), text.to_accept, "/office/awards?state=overdue"),
        (counts.of("message", "dead"), text.undelivered, "/office/messages?state=dead"),
    ];
    html! {
        ul class="tiles" {
            @for (count, name, path) in tiles {
                li class="tile" { p class="tile__value" { (count) } p { a href=(path) { (name) } } }
            }
        }
    }
}

/// How many there are: `12`, or `100+` of what is not counted to its end.
pub(crate) fn counted(count: Count) -> String {
    format!("{}{}", count.at_least, if count.or_more { "+" } else { "" })
}

/// An address with these fields, without those that are empty.
pub(crate) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Which part of a list in the order of creation the address asks for. `newest` turns it round.
pub(crate) fn window(visit: &Visit, newest: bool) -> Window {
    window_by(visit, newest, |key| key.parse::<Uuid>().ok().map(Key::Id))
}

/// Which part of a list in the order of a number the address asks for.
pub(crate) fn window_by_number(visit: &Visit, newest: bool) -> Window {
    window_by(visit, newest, |key| key.parse().ok().map(Key::Number))
}

fn window_by(visit: &Visit, newest: bool, read: fn(&str) -> Option<Key>) -> Window {
    let (after, before) = (read(visit.field("after")), read(visit.field("before")));
    // A page that is turned round is asked for from the other end.
    let backward = if after.is_none() && before.is_none() { newest } else { before.is_some() };
    Window { after, before, limit: PAGE, backward }
}

/// The ways to what comes before and after a page of a list. `fields` stay in the address; `key` is what a thing is known by.
pub(crate) fn pages<T>(
    visit: &Visit,
    path: &str,
    fields: &[(&str, &str)],
    page: &Page<T>,
    newest: bool,
    key: impl Fn(&T) -> String,
) -> Markup {
    let (first, last) = (page.items.first().map(&key), page.items.last().map(&key));
    let to = |name: &'static str, key: Option<String>| {
        let key = key?;
        let mut fields = fields.to_vec();
        fields.push((name, key.as_str()));
        Some(address(path, &fields))
    };
    let earlier = if page.has_previous { to("before", first) } else { None };
    let later = if page.has_next { to("after", last) } else { None };
    let (previous, next) = if newest { (later, earlier) } else { (earlier, later) };
    let (form, office) = (&visit.text().form, &visit.text().office);
    pagination(form.pages, previous.map(|path| (path, form.previous)), next.map(|path| (path, office.next)))
}

/// A form that asks for a page and changes nothing: its fields stand in the address.
pub(crate) fn asking(action: &str, wide: bool, fields: &Markup) -> Markup {
    html! { form method="get" action=(action) class=[wide.then_some("wide")] { (fields) } }
}

/// Applications by their ids, as far as they may be seen, with their applicants.
pub(crate) struct Known {
    applications: BTreeMap<ApplicationId, Application>,
    applicants: BTreeMap<ApplicantId, Applicant>,
}

impl Known {
    /// Those of that list of ids.
    pub(crate) async fn load(visit: &Visit, ids: &[ApplicationId]) -> Result<Self, Failure> {
        let applications = visit.engine.applications_by_ids(&visit.actor, ids).await?;
        Self::of(visit, applications).await
    }

    /// With their applicants.
    pub(crate) async fn of(visit: &Visit, applications: Vec<Application>) -> Result<Self, Failure> {
        let mut ids: Vec<ApplicantId> = applications.iter().map(|application| application.applicant).collect();
        ids.sort_unstable();
        ids.dedup();
        let applicants = visit.engine.applicants(&visit.actor, &ids).await?;
        Ok(Self {
            applications: applications.into_iter().map(|application| (application.id, application)).collect(),
            applicants: applicants.into_iter().map(|applicant| (applicant.id, applicant)).collect(),
        })
    }

    pub(crate) fn get(&self, id: ApplicationId) -> Option<&Application> {
        self.applications.get(&id)
    }

    /// The name of an application's applicant.
    pub(crate) fn applicant(&self, application: &Application) -> &str {
        self.applicants.get(&application.applicant).map(|applicant| applicant.name.as_str()).unwrap_or_default()
    }

    /// An application's number and title, with the way to its file.
    pub(crate) fn link(&self, visit: &Visit, id: ApplicationId) -> Markup {
        html! {
            @if let Some(application) = self.get(id) {
                a class="kern-link" href=(format!("/office/applications/{id}")) { (number(visit, application)) }
                " " (title(visit, application))
            }
        }
    }
}

/// An application's number, or that it is a draft.
pub(crate) fn number<'a>(visit: &Visit, application: &'a Application) -> &'a str {
    application.number.as_deref().unwrap_or(visit.text().inbox.draft)
}

/// An application's title, or that it has none yet.
pub(crate) fn title<'a>(visit: &Visit, application: &'a Application) -> &'a str {
    application.form.title.as_deref().unwrap_or(visit.text().application.untitled)
}

/// The names of partner cities by their codes.
pub(crate) fn cities(visit: &Visit, codes: &[String]) -> String {
    let fund = visit.engine.fund();
    let name = |code: &String| fund.partner_city(code).map_or_else(|| code.clone(), |city| city.name.clone());
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The names of persons.
pub(crate) async fn names(visit: &Visit, mut ids: Vec<PersonId>) -> Result<BTreeMap<PersonId, String>, Failure> {
    ids.sort_unstable();
    ids.dedup();
    Ok(visit.engine.persons(&ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

/// The ids that were ticked under that name. What is none leads nowhere.
pub(crate) fn chosen<T: From<Uuid>>(fields: &Fields, name: &str) -> Result<Vec<T>, Failure> {
    let read = |value: &str| value.parse::<Uuid>().map(T::from).map_err(|_| Failure::from(Error::NotFound));
    fields.all(name).map(read).collect()
}

/// The refusal with another name for a field, where the form calls it otherwise.
pub(crate) fn renamed(mut refusal: Refusal, field: &str, in_form: &str) -> Refusal {
    let of_field = refusal.0.iter_mut().filter(|violation| violation.field.as_deref() == Some(field));
    of_field.for_each(|violation| violation.field = Some(in_form.to_owned()));
    refusal
}

/// An amount, or nothing where there is none.
pub(crate) fn some_money(visit: &Visit, amount: Option<Money>) -> Markup {
    html! { @if let Some(amount) = amount { (crate::component::money(amount, visit.language())) } }
}
