//! Pages and forms for people, German and English. A handler is one or two engine calls and a template; no page needs a script.
//!
//! [`routes`] is all that the server mounts. `visit` reads a request: who asks, in which language, and the form that was sent, if it was one
//! of ours. `page` is what all pages have in common. Each module with handlers is one concern of people.

use std::sync::Arc;

use engine::Engine;
use oidc::Providers;
use poem::Route;

mod account;
mod federation;
mod page;
mod person;
mod sign_in;
mod style;
mod text;
mod visit;

use visit::Handler;

/// All pages. `providers` are those with whose accounts people can sign in.
#[must_use]
pub fn routes(engine: &Engine, providers: &Arc<Providers>) -> Route {
    let at = |handler: Handler| handler.of(engine.clone(), Arc::clone(providers));
    Route::new()
        .at("/sign-in", at(Handler::get(sign_in::form).post(sign_in::ask)))
        .at("/sign-in/sent", at(Handler::get(sign_in::sent)))
        .at("/sign-in/link", at(Handler::get(sign_in::link).post(sign_in::spend_link)))
        .at("/sign-in/code", at(Handler::get(sign_in::code).post(sign_in::spend_code)))
        .at("/sign-in/with", at(Handler::get(federation::begin)))
        .at("/sign-in/callback", at(Handler::get(federation::callback)))
        .at("/sign-out", at(Handler::get(sign_in::leave).post(sign_in::sign_out)))
        .at("/account", at(Handler::get(account::overview)))
        .at("/account/person", at(Handler::get(person::form).post(person::correct)))
        .at("/account/address", at(Handler::get(person::address).post(person::ask_address)))
        .at("/account/address/link", at(Handler::get(person::link).post(person::confirm_address)))
        .at("/account/sessions/end", at(Handler::post_only(account::end_session)))
        .at("/account/sessions/end-all", at(Handler::post_only(account::end_all_sessions)))
        .at("/account/tokens/create", at(Handler::post_only(account::create_token)))
        .at("/account/tokens/revoke", at(Handler::post_only(account::revoke_token)))
        .at(style::PATH, style::Sheet)
}
