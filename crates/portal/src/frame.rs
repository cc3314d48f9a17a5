//! What stands around every page: head, navigation, footer, and the way back.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::identity::{Actor, Role};
use domain::language::Language;
use maud::{DOCTYPE, Markup, html};
use poem::Request;
use poem::http::header;

use crate::asset::{ICON_SVG, PORTAL_CSS, PORTAL_JS};
use crate::component::{Icon, icon};
use crate::text::{Text, text};
use crate::visit::{FORM_TOKEN, Site, session_ends, session_of};

/// The longest address that a page leads back to.
const LONGEST_ADDRESS: usize = 1_000;

/// Who looks, at what and in which language: what the frame depends on.
#[derive(Clone)]
pub(crate) struct Onlooker {
    pub(crate) site: Arc<Site>,
    pub(crate) language: Language,
    /// The page's path.
    pub(crate) path: String,
    /// The page's path with what follows it.
    pub(crate) address: String,
    /// Whether they opened a page, and not a script a part of one.
    pub(crate) opens_page: bool,
    /// What they are in the fund.
    pub(crate) roles: BTreeSet<Role>,
    /// Whether they work in the office.
    pub(crate) in_office: bool,
    /// What a signed-in person's forms carry, and after how many seconds their session ends.
    pub(crate) signed_in: Option<(String, i64)>,
}

impl Onlooker {
    /// Of whom nothing is known but what the browser says.
    pub(crate) fn unknown(site: &Arc<Site>, request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let address = request.uri().path_and_query().map_or_else(|| path.clone(), |address| address.as_str().to_owned());
        let address = match path.as_str() {
            // What a provider answered counts once: nobody is led back to it.
            crate::federation::CALLBACK => "/sign-in".to_owned(),
            _ if address.len() <= LONGEST_ADDRESS => address,
            _ => path.clone(),
        };
        Self {
            site: Arc::clone(site),
            language: accepted(request),
            path,
            address,
            opens_page: request.header(header::ACCEPT).is_some_and(|accepted| accepted.contains("text/html")),
            roles: BTreeSet::new(),
            in_office: false,
            signed_in: None,
        }
    }

    /// Takes the language that they chose, if they did.
    pub(crate) fn choose(&mut self, code: Option<&str>) {
        if let Some(language) = code.and_then(|code| Language::ALL.into_iter().find(|language| language.code() == code)) {
            self.language = language;
        }
    }

    /// Takes what is known of them.
    pub(crate) fn recognise(&mut self, actor: &Actor) {
        let Some((session, since)) = session_of(actor) else { return };
        let engine = &self.site.engine;
        let seconds = (session_ends(engine, actor, since) - engine.now()).num_seconds();
        self.language = actor.language;
        self.roles.clone_from(&actor.roles);
        self.in_office = engine.has_office(actor);
        self.signed_in = Some((engine.secret().form_token(session), seconds));
    }

    /// The texts in their language.
    pub(crate) const fn text(&self) -> &'static Text {
        text(self.language)
    }

    /// What every form of theirs carries.
    pub(crate) fn form_token(&self) -> Markup {
        html! {
            @if let Some((token, _)) = &self.signed_in { input type="hidden" name=(FORM_TOKEN) value=(token); }
        }
    }
}

/// The language that the browser likes best of those that there are: browsers name it first.
fn accepted(request: &Request) -> Language {
    let header = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default().to_ascii_lowercase();
    let named = header.split(',').map(str::trim).find_map(|tag| match tag.get(..2) {
        Some("de") => Some(Language::De),
        Some("en") => Some(Language::En),
        _ => None,
    });
    named.unwrap_or_default()
}

/// The whole document.
pub(crate) fn document(onlooker: &Onlooker, title: &str, content: &Markup) -> Markup {
    let name = onlooker.site.engine.fund().called().get(onlooker.language);
    let text = onlooker.text();
    html! {
        (DOCTYPE)
        html lang=(onlooker.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – " (name) }
                link rel="icon" type="image/svg+xml" href=(ICON_SVG.path);
                link rel="stylesheet" href=(PORTAL_CSS.path);
                script src=(PORTAL_JS.path) defer {}
            }
            body {
                a class="skip-link" href="#content" { (text.frame.skip) }
                @if onlooker.site.settings.official { (official(onlooker)) }
                (masthead(onlooker))
                (session_warning(onlooker))
                main id="content" tabindex="-1" { (content) }
                (footer(onlooker))
            }
        }
    }
}

/// The bar that says that an authority operates the installation.
fn official(onlooker: &Onlooker) -> Markup {
    let operator = onlooker.site.settings.operator.name.as_deref().unwrap_or(&onlooker.site.engine.fund().city);
    html! {
        div class="kern-kopfzeile" {
            div class="wrap" {
                div class="kern-kopfzeile__content" {
                    span class="kern-kopfzeile__flagge" {
                        svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true" focusable="false" {
                            rect width="24" height="5.34" fill="#000" {}
                            rect y="5.33" width="24" height="5.34" fill="#d00" {}
                            rect y="10.66" width="24" height="5.34" fill="#ffce00" {}
                        }
                    }
                    span class="kern-kopfzeile__label" { (onlooker.text().frame.official) " – " (operator) }
                }
            }
        }
    }
}

fn masthead(onlooker: &Onlooker) -> Markup {
    let (text, fund) = (onlooker.text(), onlooker.site.engine.fund());
    html! {
        header class="masthead" {
            div class="wrap masthead__row" {
                a class="brand" href="/" {
                    img class="brand__icon" src=(ICON_SVG.path) alt="" width="44" height="44";
                    span class="brand__text" {
                        span class="brand__name" { (fund.called().get(onlooker.language)) }
                        span class="brand__city" { (fund.city) }
                    }
                }
                div class="masthead__tools" {
                    (language_switch(onlooker))
                    @if onlooker.signed_in.is_some() {
                        a class="tool" href="/account" { (icon(Icon::Person)) (text.frame.account) }
                        a class="tool" href="/sign-out" { (icon(Icon::Leave)) (text.frame.sign_out) }
                    } @else {
                        a class="tool" href="/sign-in" { (icon(Icon::Person)) (text.frame.sign_in) }
                    }
                }
            }
            (navigation(onlooker))
        }
    }
}

/// The button for the other language: each is named in itself.
fn language_switch(onlooker: &Onlooker) -> Markup {
    let (other, name) = match onlooker.language {
        Language::De => (Language::En, "English"),
        Language::En => (Language::De, "Deutsch"),
    };
    html! {
        form class="language" method="post" action="/language" {
            (onlooker.form_token())
            input type="hidden" name="to" value=(onlooker.address);
            button class="tool" type="submit" name="language" value=(other.code()) lang=(other.code()) { (icon(Icon::Language)) (name) }
        }
    }
}

/// The service's parts, as whoever looks can use them: path and name. What is somebody's work comes first.
fn parts(onlooker: &Onlooker) -> Vec<(&'static str, &'static str)> {
    let text = &onlooker.text().frame;
    let mut parts = Vec::new();
    if onlooker.signed_in.is_some() {
        parts.push(("/desk", text.desk));
        if onlooker.in_office {
            parts.push(("/office", onlooker.text().office.title));
        }
    } else {
        parts.push(("/", text.start));
    }
    parts.extend(of_roles(onlooker));
    if onlooker.roles.is_empty() {
        parts.extend([("/conditions", text.conditions), ("/cities", text.cities)]);
    }
    parts.push(("/projects", text.projects));
    parts
}

/// The parts that belong to what somebody is in the fund.
fn of_roles(onlooker: &Onlooker) -> Vec<(&'static str, &'static str)> {
    let (text, of_committee) = (onlooker.text(), [Role::Member, Role::Chair, Role::Auditor].as_slice());
    let all = [
        (of_committee, "/committee/meetings", text.meetings.title.0),
        (of_committee, "/committee/ballots", text.ballots.title.0),
        (&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Finance, Role::Auditor], "/finance", text.finance.title),
        (&[Role::Member, Role::Chair, Role::Finance, Role::Auditor], "/briefings", text.briefings.title.0),
        (&[Role::Auditor], "/audit", text.audit.title.0),
        (&[Role::Administrator], "/administration", text.administration.title.0),
    ];
    let theirs = all.into_iter().filter(|(roles, _, _)| roles.iter().any(|role| onlooker.roles.contains(role)));
    theirs.map(|(_, path, name)| (path, name)).collect()
}

fn navigation(onlooker: &Onlooker) -> Markup {
    let parts = parts(onlooker);
    let at = |path: &str| onlooker.path == path || (path != "/" && onlooker.path.starts_with(&format!("{path}/")));
    let on_desk = ["/applications", "/applicants", "/awards", "/invitations"].iter().any(|part| onlooker.path.starts_with(part));
    html! {
        nav class="service-nav" aria-label=(onlooker.text().frame.navigation) {
            ul class="wrap" {
                @for (path, name) in parts {
                    @let current = at(path) || (path == "/desk" && on_desk);
                    li { a href=(path) aria-current=[current.then_some(if onlooker.path == path { "page" } else { "true" })] { (name) } }
                }
            }
        }
    }
}

/// What the script shows before a session ends. Without a script, what was typed is kept anyway when it has ended.
fn session_warning(onlooker: &Onlooker) -> Markup {
    let text = &onlooker.text().frame;
    html! {
        @if let Some((_, seconds)) = &onlooker.signed_in {
            div class="session" id="session" data-seconds=(seconds) role="alert" hidden {
                div class="wrap session__row" {
                    p { (text.session_ends) }
                    button class="kern-btn kern-btn--secondary" type="button" { span class="kern-label" { (text.session_extend) } }
                }
            }
        }
    }
}

fn footer(onlooker: &Onlooker) -> Markup {
    let text = &onlooker.text().frame;
    let links = [
        ("/imprint", text.imprint),
        ("/privacy", text.privacy),
        ("/accessibility", text.accessibility),
        ("/barrier", text.barrier),
        ("/plain-language", text.plain_language),
        ("/licences", text.licences),
    ];
    html! {
        footer class="footer" {
            div class="wrap" {
                nav aria-label=(text.footer) {
                    ul class="footer__links" { @for (path, name) in links { li { a href=(path) { (name) } } } }
                }
                p class="footer__city" { (onlooker.site.engine.fund().name.get(onlooker.language)) " · " (onlooker.site.engine.fund().city) }
            }
        }
    }
}
