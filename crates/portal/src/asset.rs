//! Style, script, fonts and picture: embedded, named by a hash of their content, compressed beforehand.

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};

/// A file that is part of the program.
pub(crate) struct Asset {
    /// Where it is served.
    pub(crate) path: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The most parts of an `Accept-Encoding` that are looked at.
const MOST_ENCODINGS: usize = 20;

/// Serves the files below `/assets`.
pub(crate) struct Assets;

impl Endpoint for Assets {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        let Some(asset) = ALL.into_iter().find(|asset| asset.path == path) else {
            return Ok(StatusCode::NOT_FOUND.into());
        };
        let (content, encoding) = asset.as_accepted(request.header(header::ACCEPT_ENCODING).unwrap_or_default());
        let mut response = Response::builder()
            .content_type(asset.media_type)
            .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
            .header(header::VARY, "accept-encoding");
        if let Some(encoding) = encoding {
            response = response.header(header::CONTENT_ENCODING, encoding);
        }
        Ok(response.body(content))
    }
}

impl Asset {
    /// The content in the best encoding that the browser takes, and the encoding's name.
    fn as_accepted(&self, accepted: &str) -> (&'static [u8], Option<&'static str>) {
        match (self.brotli, self.gzip) {
            (Some(content), _) if accepts(accepted, "br") => (content, Some("br")),
            (_, Some(content)) if accepts(accepted, "gzip") => (content, Some("gzip")),
            _ => (self.plain, None),
        }
    }
}

/// Whether an `Accept-Encoding` names an encoding, and does not refuse it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').take(MOST_ENCODINGS).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_encoding_that_the_browser_takes_is_sent() {
        let sent = |accepted: &str| PORTAL_CSS.as_accepted(accepted).1;
        assert_eq!(sent("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(sent("gzip;q=0.8"), Some("gzip"));
        assert_eq!(sent("br;q=0, GZIP"), Some("gzip"));
        assert_eq!((sent(""), sent("zstd"), sent("brotli"), sent("br;q=0")), (None, None, None, None));
    }

    #[test]
    fn every_file_has_an_address_of_its_own_and_says_what_it_is() {
        for asset in ALL {
            assert!(asset.path.starts_with("/assets/") && asset.path.split('/').count() == 4, "{}", asset.path);
            assert!(!asset.plain.is_empty() && asset.media_type.contains('/'));
        }
    }

    /// What a first visit loads besides the page and its fonts; the page itself has the rest of 60 KB.
    #[test]
    fn style_script_and_picture_leave_room_for_the_page() {
        let sizes = [&PORTAL_CSS, &PORTAL_JS, &ICON_SVG].map(|asset| asset.as_accepted("br").0.len());
        assert!(sizes.iter().sum::<usize>() < 25 * 1024, "{sizes:?}");
    }

    /// The content security policy lets nothing else in; what names a foreign host would be dead.
    #[test]
    fn no_file_names_a_foreign_host() {
        for asset in [&PORTAL_CSS, &PORTAL_JS] {
            let text = String::from_utf8_lossy(asset.plain);
            let hosts: Vec<&str> =
                text.match_indices("://").map(|(at, _)| &text[at + 3..]).filter(|rest| !rest.starts_with("www.w3.org/")).collect();
            assert!(hosts.is_empty(), "{}: {:?}", asset.path, hosts.first().map(|host| &host[..40.min(host.len())]));
        }
    }
}
