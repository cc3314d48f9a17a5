//! Pages and forms for people, German and English. A handler is one or two engine calls and a template; no page needs a script.
//!
//! [`routes`] is all that the server mounts. `visit` reads a request: who asks, in which language, and the form that was sent, if it was one
//! of ours. `frame` and `page` are what all pages have in common, `component` and `form` what they are built of. Each module with handlers is
//! one concern of people, and has its texts in `text`.

use std::sync::Arc;

use engine::Engine;
use oidc::Providers;
use poem::{Endpoint, Request, Response, Route};

mod account;
mod address;
mod administration;
mod agenda;
mod amount;
mod applicant;
mod application;
mod asset;
mod audit;
mod award;
mod briefing;
mod committee;
mod component;
mod date;
mod desk;
mod failure;
mod federation;
mod fields;
mod finance;
mod form;
mod frame;
mod fund;
mod legal;
mod membership;
mod moment;
mod office;
mod page;
mod payout;
mod project;
#[cfg(test)]
mod sample;
mod settings;
#[cfg(test)]
#[path = "../build/shake.rs"]
mod shake;
mod sign_in;
mod site_map;
mod text;
mod visit;

pub use settings::{Accessibility, Conformity, Operator, Settings};
pub use site_map::Door;

use frame::Onlooker;
use site_map::SiteMap;
use visit::{Handler, Page, Site};

/// All pages, and what is said where there is none.
#[derive(Clone)]
pub struct Portal(Arc<Site>);

impl Portal {
    /// Over that engine. `providers` are those with whose accounts people can sign in.
    #[must_use]
    pub fn new(engine: Engine, providers: Arc<Providers>, settings: Settings) -> Self {
        Self(Arc::new(Site { engine, providers, settings }))
    }

    /// The pages, each under its path.
    #[must_use]
    pub fn routes(&self) -> Route {
        let at = |handler: Handler| handler.of(&self.0);
        let elsewhere = Elsewhere { start: at(Handler::get(fund::start)), nowhere: at(Handler::default()) };
        pages().mount(&self.0).at("/assets/:hash/:name", asset::Assets).at("/*path", elsewhere)
    }

    /// The page that says that the program failed in the middle of a request, for whoever sent it.
    #[must_use]
    pub fn failed(&self, asked: &Asked) -> Response {
        failure::panicked(&asked.0)
    }

    /// What is to be known of a request before it is answered, to say so if its answer fails.
    #[must_use]
    pub fn asked(&self, request: &Request) -> Asked {
        Asked(Onlooker::unknown(&self.0, request))
    }
}

/// Every page and every form that there is.
#[must_use]
pub fn doors() -> Vec<Door> {
    let start = Door { method: "GET", path: "/".to_owned() };
    std::iter::once(start).chain(pages().doors()).collect()
}

/// All pages but the start page, whose path is matched with all that no page has.
fn pages() -> SiteMap {
    let map = SiteMap::default()
        .at("/conditions", Handler::get(fund::conditions))
        .at("/cities", Handler::get(fund::cities))
        .at("/projects", Handler::get(project::list))
        .at("/imprint", Handler::get(legal::imprint))
        .at("/privacy", Handler::get(legal::privacy))
        .at("/accessibility", Handler::get(legal::accessibility))
        .at("/barrier", Handler::get(legal::barrier))
        .at("/plain-language", Handler::get(legal::plain_language))
        .at("/licences", Handler::get(legal::licences))
        .at("/language", Handler::post_only(sign_in::choose_language))
        .at("/sign-in", Handler::get(sign_in::form).post(sign_in::ask))
        .at("/sign-in/sent", Handler::get(sign_in::sent))
        .at("/sign-in/link", Handler::get(sign_in::link).post(sign_in::spend_link))
        .at("/sign-in/code", Handler::get(sign_in::code).post(sign_in::spend_code))
        .at("/sign-in/with", Handler::get(federation::begin))
        .at(federation::CALLBACK, Handler::get(federation::callback))
        .at("/sign-out", Handler::get(sign_in::leave).post(sign_in::sign_out))
        .at("/session", Handler::get(sign_in::session))
        .at("/account", Handler::get(account::overview))
        .at("/account/person", Handler::get(account::overview).post(account::correct))
        .at("/account/address", Handler::get(address::form).post(address::request))
        .at("/account/address/link", Handler::get(address::link).post(address::confirm))
        .at("/account/sessions/end", Handler::post_only(account::end_session))
        .at("/account/sessions/end-all", Handler::post_only(account::end_all_sessions))
        .at("/account/tokens/create", Handler::post_only(account::create_token))
        .at("/account/tokens/revoke", Handler::post_only(account::revoke_token));
    office::site_map(of_control(of_finance(of_committee(of_applicants(map)))))
}

/// The pages of those who apply.
fn of_applicants(map: SiteMap) -> SiteMap {
    use application::{filling, submitting};
    map.at("/desk", Handler::get(desk::desk))
        .at("/applicants/new", Handler::get(applicant::new).post(applicant::register))
        .at("/applicants/:id", Handler::get(applicant::overview))
        .at("/applicants/:id/edit", Handler::get(applicant::edit).post(applicant::correct))
        .at("/applicants/:id/joint", Handler::post_only(applicant::require_joint))
        .at("/applicants/:id/account", Handler::get(applicant::account).post(applicant::name_account))
        .at("/applicants/:id/people", Handler::get(membership::list).post(membership::invite))
        .at("/applicants/:id/people/change", Handler::post_only(membership::change))
        .at("/applicants/:id/people/end", Handler::post_only(membership::end))
        .at("/applicants/:id/people/hand-over", Handler::post_only(membership::hand_over))
        .at("/applicants/:id/leave", Handler::post_only(membership::leave))
        .at("/invitations/:id", Handler::get(membership::invitation))
        .at("/invitations/:id/accept", Handler::post_only(membership::accept))
        .at("/invitations/:id/decline", Handler::post_only(membership::decline))
        .at("/invitations/:id/withdraw", Handler::post_only(membership::withdraw))
        .at("/applications", Handler::post_only(application::start))
        .at("/applications/new", Handler::get(application::new))
        .at("/applications/:id", Handler::get(application::overview))
        .at("/applications/:id/history", Handler::get(application::history))
        .at("/applications/:id/withdraw", Handler::get(application::withdrawal).post(application::withdraw))
        .at("/applications/:id/check", Handler::get(submitting::check).post(submitting::submit_application))
        .at("/applications/:id/confirm", Handler::post_only(submitting::confirm))
        .at("/applications/:id/submitted", Handler::get(submitting::submitted))
        .at_each(
            "/applications/:id/:step",
            application::step::Step::ALL.map(application::step::Step::slug),
            Handler::get(filling::show).post(filling::save),
        )
        .at("/awards/:id", Handler::get(award::overview))
        .at("/awards/:id/accept", Handler::get(award::acceptance).post(award::accept))
        .at("/awards/:id/decline", Handler::get(award::refusal).post(award::decline))
        .at("/awards/:id/waive-appeal", Handler::get(award::waiver).post(award::waive))
        .at("/awards/:id/payouts/new", Handler::get(payout::new).post(payout::request))
}

/// The pages of the committee.
fn of_committee(map: SiteMap) -> SiteMap {
    use committee::{ballot, minutes, paper, presiding, recusal};
    map.at("/committee/meetings", Handler::get(committee::meetings))
        .at("/committee/meetings/:id", Handler::get(paper::show))
        .at("/committee/meetings/:id/open", Handler::post_only(presiding::open))
        .at("/committee/meetings/:id/close", Handler::post_only(presiding::close))
        .at("/committee/meetings/:id/order", Handler::post_only(presiding::reorder))
        .at("/committee/meetings/:id/together", Handler::get(presiding::together).post(presiding::open_together))
        .at("/committee/items/:id/defer", Handler::get(presiding::deferral).post(presiding::defer))
        .at("/committee/motions/:id/ballot", Handler::post_only(presiding::open_ballot))
        .at("/committee/ballots", Handler::get(ballot::list))
        .at("/committee/ballots/:id", Handler::get(ballot::show))
        .at("/committee/ballots/:id/vote", Handler::get(ballot::show).post(ballot::cast))
        .at("/committee/ballots/:id/count", Handler::get(ballot::count))
        .at_each("/committee/ballots/:id/:step", ballot::DEEDS.map(|(name, _)| name), Handler::get(ballot::ask).post(ballot::end))
        .at("/committee/applications/:id/recusal", Handler::get(recusal::ask).post(recusal::declare))
        .at("/committee/recusal", Handler::get(recusal::declared))
        .at("/committee/minutes/:id", Handler::get(minutes::show))
        .at("/committee/minutes/:id/sign", Handler::get(minutes::show).post(minutes::sign))
        .at("/committee/minutes/:id/addendum", Handler::get(minutes::show).post(minutes::amend))
        .at("/briefings", Handler::get(briefing::list))
        .at("/briefings/read", Handler::post_only(briefing::mark_read))
        .at("/briefings/digest", Handler::post_only(briefing::choose_digest))
}

/// The pages of the budget.
fn of_finance(map: SiteMap) -> SiteMap {
    use finance::{account, journal, payout, resolution, waiting_list, year, years};
    map.at("/finance", Handler::get(year::show))
        .at("/finance/years", Handler::get(years::list))
        .at("/finance/journal", Handler::get(journal::list))
        .at("/finance/resolution", Handler::get(resolution::ask).post(resolution::enter))
        .at("/finance/close", Handler::get(resolution::ask_close).post(resolution::close))
        .at("/finance/waiting-list", Handler::get(waiting_list::list).post(waiting_list::serve))
        .at("/finance/payouts", Handler::get(payout::list))
        .at("/finance/payouts/:id", Handler::get(payout::show))
        .at_each("/finance/payouts/:id/:step", payout::STEPS.map(|(name, _)| name), Handler::get(payout::show).post(payout::take))
        .at("/finance/accounts", Handler::get(account::list).post(account::confirm))
}

/// The pages of the auditor and the administrator.
fn of_control(map: SiteMap) -> SiteMap {
    use administration::{parameter, person, role, round};
    map.at("/audit", Handler::get(audit::list))
        .at("/audit/proof", Handler::get(audit::ask_proof).post(audit::prove))
        .at("/administration", Handler::get(person::list))
        .at("/administration/people/new", Handler::get(person::ask).post(person::introduce))
        .at("/administration/people/:id", Handler::get(role::show))
        .at("/administration/people/:id/roles", Handler::get(role::show).post(role::grant))
        .at("/administration/roles/:id/end", Handler::get(role::ask_end).post(role::end))
        .at("/administration/rounds", Handler::get(round::list))
        .at("/administration/rounds/new", Handler::get(round::ask).post(round::announce))
        .at("/administration/parameters", Handler::get(parameter::list))
}

/// All paths that no other page has. The start page's is one of them: where everything is matched, "/" alone is not.
struct Elsewhere {
    start: Page,
    nowhere: Page,
}

impl Endpoint for Elsewhere {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if request.uri().path() == "/" { self.start.call(request).await } else { self.nowhere.call(request).await }
    }
}

/// Who asked, as far as the request says.
pub struct Asked(Onlooker);
