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
mod text;
mod visit;

pub use settings::{Accessibility, Conformity, Operator, Settings};

use frame::Onlooker;
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
        let route = Route::new()
            .at("/conditions", at(Handler::get(fund::conditions)))
            .at("/cities", at(Handler::get(fund::cities)))
            .at("/projects", at(Handler::get(project::list)))
            .at("/imprint", at(Handler::get(legal::imprint)))
            .at("/privacy", at(Handler::get(legal::privacy)))
            .at("/accessibility", at(Handler::get(legal::accessibility)))
            .at("/barrier", at(Handler::get(legal::barrier)))
            .at("/plain-language", at(Handler::get(legal::plain_language)))
            .at("/licences", at(Handler::get(legal::licences)))
            .at("/language", at(Handler::post_only(sign_in::choose_language)))
            .at("/sign-in", at(Handler::get(sign_in::form).post(sign_in::ask)))
            .at("/sign-in/sent", at(Handler::get(sign_in::sent)))
            .at("/sign-in/link", at(Handler::get(sign_in::link).post(sign_in::spend_link)))
            .at("/sign-in/code", at(Handler::get(sign_in::code).post(sign_in::spend_code)))
            .at("/sign-in/with", at(Handler::get(federation::begin)))
            .at(federation::CALLBACK, at(Handler::get(federation::callback)))
            .at("/sign-out", at(Handler::get(sign_in::leave).post(sign_in::sign_out)))
            .at("/session", at(Handler::get(sign_in::session)))
            .at("/account", at(Handler::get(account::overview)))
            .at("/account/person", at(Handler::get(account::overview).post(account::correct)))
            .at("/account/address", at(Handler::get(address::form).post(address::request)))
            .at("/account/address/link", at(Handler::get(address::link).post(address::confirm)))
            .at("/account/sessions/end", at(Handler::post_only(account::end_session)))
            .at("/account/sessions/end-all", at(Handler::post_only(account::end_all_sessions)))
            .at("/account/tokens/create", at(Handler::post_only(account::create_token)))
            .at("/account/tokens/revoke", at(Handler::post_only(account::revoke_token)))
            .at("/assets/:hash/:name", asset::Assets);
        let route = self.of_control(self.of_finance(self.of_committee(self.of_applicants(route))));
        let elsewhere = Elsewhere { start: at(Handler::get(fund::start)), nowhere: at(Handler::default()) };
        office::routes(route, &self.0).at("/*path", elsewhere)
    }

    /// The pages of those who apply.
    fn of_applicants(&self, route: Route) -> Route {
        use application::{filling, submitting};
        let at = |handler: Handler| handler.of(&self.0);
        route
            .at("/desk", at(Handler::get(desk::desk)))
            .at("/applicants/new", at(Handler::get(applicant::new).post(applicant::register)))
            .at("/applicants/:id", at(Handler::get(applicant::overview)))
            .at("/applicants/:id/edit", at(Handler::get(applicant::edit).post(applicant::correct)))
            .at("/applicants/:id/joint", at(Handler::post_only(applicant::require_joint)))
            .at("/applicants/:id/account", at(Handler::get(applicant::account).post(applicant::name_account)))
            .at("/applicants/:id/people", at(Handler::get(membership::list).post(membership::invite)))
            .at("/applicants/:id/people/change", at(Handler::post_only(membership::change)))
            .at("/applicants/:id/people/end", at(Handler::post_only(membership::end)))
            .at("/applicants/:id/people/hand-over", at(Handler::post_only(membership::hand_over)))
            .at("/applicants/:id/leave", at(Handler::post_only(membership::leave)))
            .at("/invitations/:id", at(Handler::get(membership::invitation)))
            .at("/invitations/:id/accept", at(Handler::post_only(membership::accept)))
            .at("/invitations/:id/decline", at(Handler::post_only(membership::decline)))
            .at("/invitations/:id/withdraw", at(Handler::post_only(membership::withdraw)))
            .at("/applications", at(Handler::post_only(application::start)))
            .at("/applications/new", at(Handler::get(application::new)))
            .at("/applications/:id", at(Handler::get(application::overview)))
            .at("/applications/:id/history", at(Handler::get(application::history)))
            .at("/applications/:id/withdraw", at(Handler::get(application::withdrawal).post(application::withdraw)))
            .at("/applications/:id/check", at(Handler::get(submitting::check).post(submitting::submit_application)))
            .at("/applications/:id/confirm", at(Handler::post_only(submitting::confirm)))
            .at("/applications/:id/submitted", at(Handler::get(submitting::submitted)))
            .at("/applications/:id/:step", at(Handler::get(filling::show).post(filling::save)))
            .at("/awards/:id", at(Handler::get(award::overview)))
            .at("/awards/:id/accept", at(Handler::get(award::acceptance).post(award::accept)))
            .at("/awards/:id/decline", at(Handler::get(award::refusal).post(award::decline)))
            .at("/awards/:id/waive-appeal", at(Handler::get(award::waiver).post(award::waive)))
            .at("/awards/:id/payouts/new", at(Handler::get(payout::new).post(payout::request)))
    }

    /// The pages of the committee.
    fn of_committee(&self, route: Route) -> Route {
        use committee::{ballot, minutes, paper, recusal};
        let at = |handler: Handler| handler.of(&self.0);
        route
            .at("/committee/meetings", at(Handler::get(committee::meetings)))
            .at("/committee/meetings/:id", at(Handler::get(paper::show)))
            .at("/committee/meetings/:id/open", at(Handler::post_only(paper::open)))
            .at("/committee/meetings/:id/close", at(Handler::post_only(paper::close)))
            .at("/committee/motions/:id/ballot", at(Handler::post_only(paper::open_ballot)))
            .at("/committee/ballots", at(Handler::get(ballot::list)))
            .at("/committee/ballots/:id", at(Handler::get(ballot::show)))
            .at("/committee/ballots/:id/vote", at(Handler::get(ballot::show).post(ballot::cast)))
            .at("/committee/ballots/:id/count", at(Handler::get(ballot::count)))
            .at("/committee/ballots/:id/:step", at(Handler::get(ballot::ask).post(ballot::end)))
            .at("/committee/applications/:id/recusal", at(Handler::get(recusal::ask).post(recusal::declare)))
            .at("/committee/recusal", at(Handler::get(recusal::declared)))
            .at("/committee/minutes/:id", at(Handler::get(minutes::show)))
            .at("/committee/minutes/:id/sign", at(Handler::get(minutes::show).post(minutes::sign)))
            .at("/committee/minutes/:id/addendum", at(Handler::get(minutes::show).post(minutes::amend)))
            .at("/briefings", at(Handler::get(briefing::list)))
            .at("/briefings/read", at(Handler::post_only(briefing::mark_read)))
            .at("/briefings/digest", at(Handler::post_only(briefing::choose_digest)))
    }

    /// The pages of the budget.
    fn of_finance(&self, route: Route) -> Route {
        use finance::{account, journal, payout, resolution, waiting_list, year};
        let at = |handler: Handler| handler.of(&self.0);
        route
            .at("/finance", at(Handler::get(year::show)))
            .at("/finance/journal", at(Handler::get(journal::list)))
            .at("/finance/resolution", at(Handler::get(resolution::ask).post(resolution::enter)))
            .at("/finance/close", at(Handler::get(resolution::ask_close).post(resolution::close)))
            .at("/finance/waiting-list", at(Handler::get(waiting_list::list).post(waiting_list::serve)))
            .at("/finance/payouts", at(Handler::get(payout::list)))
            .at("/finance/payouts/:id", at(Handler::get(payout::show)))
            .at("/finance/payouts/:id/:step", at(Handler::get(payout::show).post(payout::take)))
            .at("/finance/accounts", at(Handler::get(account::list).post(account::confirm)))
    }

    /// The pages of the auditor and the administrator.
    fn of_control(&self, route: Route) -> Route {
        use administration::{parameter, person, role, round};
        let at = |handler: Handler| handler.of(&self.0);
        route
            .at("/audit", at(Handler::get(audit::list)))
            .at("/audit/proof", at(Handler::get(audit::ask_proof).post(audit::prove)))
            .at("/administration", at(Handler::get(person::list)))
            .at("/administration/people/new", at(Handler::get(person::ask).post(person::introduce)))
            .at("/administration/people/:id", at(Handler::get(role::show)))
            .at("/administration/people/:id/roles", at(Handler::get(role::show).post(role::grant)))
            .at("/administration/roles/:id/end", at(Handler::get(role::ask_end).post(role::end)))
            .at("/administration/rounds", at(Handler::get(round::list)))
            .at("/administration/rounds/new", at(Handler::get(round::ask).post(round::announce)))
            .at("/administration/parameters", at(Handler::get(parameter::list)))
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
