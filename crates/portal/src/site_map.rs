//! The site map: every page and every form, registered once. What is mounted is what is listed, so that whoever tries all of them can't
//! miss one.

use std::sync::Arc;

use poem::Route;

use crate::visit::{Handler, Site};

/// The one part of a path that stands for several pages, each of which has its name in the list.
const STEP: &str = ":step";

/// A page or a form: the method and the path, with `:id` where a thing is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door {
    /// `GET` for a page, `POST` for a form.
    pub method: &'static str,
    /// As `/awards/:id/accept`.
    pub path: String,
}

struct Entry {
    path: &'static str,
    steps: Vec<&'static str>,
    handler: Handler,
}

/// All that was registered.
#[derive(Default)]
pub(crate) struct SiteMap(Vec<Entry>);

impl SiteMap {
    /// With what answers at that path.
    pub(crate) fn at(self, path: &'static str, handler: Handler) -> Self {
        self.at_each(path, [], handler)
    }

    /// With what answers at that path, which ends with `:step`, for each step of that name. What has another name is nowhere: the handler
    /// says so.
    pub(crate) fn at_each(mut self, path: &'static str, steps: impl IntoIterator<Item = &'static str>, handler: Handler) -> Self {
        let steps: Vec<&str> = steps.into_iter().collect();
        debug_assert_eq!(path.ends_with(STEP), !steps.is_empty(), "{path}");
        self.0.push(Entry { path, steps, handler });
        self
    }

    /// Everything under its path.
    pub(crate) fn mount(self, site: &Arc<Site>) -> Route {
        self.0.into_iter().fold(Route::new(), |route, Entry { path, handler, .. }| route.at(path, handler.of(site)))
    }

    /// The doors that are mounted.
    pub(crate) fn doors(&self) -> Vec<Door> {
        let doors = self.0.iter().flat_map(|Entry { path, steps, handler }| {
            let paths = match path.strip_suffix(STEP) {
                Some(before) => steps.iter().map(|step| format!("{before}{step}")).collect(),
                None => vec![(*path).to_owned()],
            };
            let methods = handler.methods();
            paths.into_iter().flat_map(move |path| methods.clone().into_iter().map(move |method| Door { method, path: path.clone() }))
        });
        doors.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::{Answer, Visit};

    async fn nothing(visit: Visit) -> Answer {
        Ok(crate::page::go_to(&visit.onlooker.path))
    }

    #[test]
    fn each_method_and_each_step_is_a_door() {
        let map = SiteMap::default()
            .at("/a/:id", Handler::get(nothing))
            .at_each("/a/:id/:step", ["x", "y"], Handler::get(nothing).post(nothing))
            .at("/b", Handler::post_only(nothing));
        let doors: Vec<String> = map.doors().iter().map(|door| format!("{} {}", door.method, door.path)).collect();
        assert_eq!(doors, ["GET /a/:id", "GET /a/:id/x", "POST /a/:id/x", "GET /a/:id/y", "POST /a/:id/y", "POST /b"]);
    }
}
