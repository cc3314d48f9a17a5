//! The pages' style sheet.

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};

/// Where it is served.
pub(crate) const PATH: &str = "/portal.css";

/// Serves it.
pub(crate) struct Sheet;

impl Endpoint for Sheet {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        Ok(Response::builder()
            .status(StatusCode::OK)
            .content_type("text/css; charset=utf-8")
            .header(header::CACHE_CONTROL, "public, max-age=300")
            .body(include_str!("style.css")))
    }
}
