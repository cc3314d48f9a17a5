//! Pages and forms for people, German and English. A handler is one or two engine calls and a template; no page needs a script.
//!
//! [`routes`] is all that the server mounts. `visit` reads a request: who asks, in which language, and the form that was sent, if it was one
//! of ours. `frame` and `page` are what all pages have in common, `component` and `form` what they are built of. Each module with handlers is
//! one concern of people, and has its texts in `text`.

use std::sync::Arc;

use engine::Engine;
use oidc::Providers;
use poem::{Response, Route};

mod account;
mod amount;
mod asset;
mod component;
mod date;
mod failure;
mod federation;
mod fields;
mod form;
mod frame;
mod fund;
mod legal;
mod moment;
mod office;
mod page;
mod project;
mod settings;
mod sign_in;
mod text;
mod visit;

pub use settings::{Accessibility, Conformity, Operator, Settings};

use frame::Onlooker;
use visit::{Handler, Site};

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
            .at("/", at(Handler::get(fund::start)))
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
            .at("/sign-in/callback", at(Handler::get(federation::callback)))
            .at("/sign-out", at(Handler::get(sign_in::leave).post(sign_in::sign_out)))
            .at("/session", at(Handler::get(sign_in::session)))
            .at("/account", at(Handler::get(account::overview)))
            .at("/account/person", at(Handler::get(account::overview).post(account::correct)))
            .at("/account/sessions/end", at(Handler::post_only(account::end_session)))
            .at("/account/sessions/end-all", at(Handler::post_only(account::end_all_sessions)))
            .at("/account/tokens/create", at(Handler::post_only(account::create_token)))
            .at("/account/tokens/revoke", at(Handler::post_only(account::revoke_token)))
            .at("/assets/:hash/:name", asset::Assets);
        self.of_office(route).at("/*path", at(Handler::default()))
    }

    /// The case officers' pages.
    fn of_office(&self, route: Route) -> Route {
        use office::{application, ballot, inbox, meeting, minutes, motion, proposal, recusal};
        let at = |handler: Handler| handler.of(&self.0);
        route
            .at("/office", at(Handler::get(office::start)))
            .at("/office/applications", at(Handler::get(inbox::list)))
            .at("/office/applications/chosen", at(Handler::get(inbox::chosen_ones)))
            .at("/office/applications/chosen/admit", at(Handler::post_only(inbox::admit_chosen)))
            .at("/office/applications/:id", at(Handler::get(application::overview)))
            .at("/office/applications/:id/admit", at(Handler::post_only(application::admit)))
            .at("/office/applications/:id/changes", at(Handler::get(application::changes).post(application::request_changes)))
            .at("/office/applications/:id/versions", at(Handler::get(application::versions)))
            .at("/office/applications/:id/history", at(Handler::get(application::history)))
            .at("/office/applications/:id/recusals", at(Handler::get(recusal::list).post(recusal::record)))
            .at("/office/applications/:id/proposal", at(Handler::get(proposal::prepare).post(proposal::save)))
            .at("/office/applications/:id/motion", at(Handler::get(proposal::motion).post(proposal::propose)))
            .at("/office/applications/:id/:step", at(Handler::get(application::reason).post(application::give_reason)))
            .at("/office/motions", at(Handler::get(motion::list)))
            .at("/office/motions/open", at(Handler::get(motion::opening).post(motion::open)))
            .at("/office/motions/:id", at(Handler::get(motion::overview)))
            .at("/office/motions/:id/withdraw", at(Handler::post_only(motion::withdraw)))
            .at("/office/ballots", at(Handler::get(ballot::list)))
            .at("/office/ballots/:id", at(Handler::get(ballot::overview)))
            .at("/office/ballots/:id/tally", at(Handler::post_only(ballot::record_tally)))
            .at("/office/ballots/:id/close", at(Handler::post_only(ballot::close)))
            .at("/office/meetings", at(Handler::get(meeting::list)))
            .at("/office/meetings/new", at(Handler::get(meeting::new).post(meeting::call)))
            .at("/office/meetings/items/:id/defer", at(Handler::get(meeting::deferral).post(meeting::defer)))
            .at("/office/meetings/:id", at(Handler::get(meeting::overview)))
            .at("/office/meetings/:id/items", at(Handler::post_only(meeting::add_item)))
            .at("/office/meetings/:id/order", at(Handler::post_only(meeting::reorder)))
            .at("/office/meetings/:id/move", at(Handler::get(meeting::moving).post(meeting::reschedule)))
            .at("/office/meetings/:id/invite", at(Handler::get(meeting::inviting).post(meeting::invite)))
            .at("/office/meetings/:id/open", at(Handler::post_only(meeting::open)))
            .at("/office/meetings/:id/close", at(Handler::post_only(meeting::close)))
            .at("/office/meetings/:id/attendance", at(Handler::get(meeting::attendance).post(meeting::record_attendance)))
            .at("/office/meetings/:id/minutes", at(Handler::get(minutes::show).post(minutes::write)))
    }

    /// The page that says that the program failed in the middle of a request, for whoever sent it.
    #[must_use]
    pub fn failed(&self, asked: &Asked) -> Response {
        failure::panicked(&asked.0)
    }

    /// What is to be known of a request before it is answered, to say so if its answer fails.
    #[must_use]
    pub fn asked(&self, request: &poem::Request) -> Asked {
        Asked(Onlooker::unknown(&self.0, request))
    }
}

/// Who asked, as far as the request says.
pub struct Asked(Onlooker);
