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
mod address;
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
            .at("/account/address", at(Handler::get(address::form).post(address::request)))
            .at("/account/address/link", at(Handler::get(address::link).post(address::confirm)))
            .at("/account/sessions/end", at(Handler::post_only(account::end_session)))
            .at("/account/sessions/end-all", at(Handler::post_only(account::end_all_sessions)))
            .at("/account/tokens/create", at(Handler::post_only(account::create_token)))
            .at("/account/tokens/revoke", at(Handler::post_only(account::revoke_token)))
            .at("/assets/:hash/:name", asset::Assets);
        route.at("/*path", at(Handler::default()))
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
