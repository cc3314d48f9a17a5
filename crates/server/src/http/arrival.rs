//! Where a request comes from: the address that limits count by, and whether a page of this installation sent it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::sign_in::Arrival;
use ipnet::IpNet;
use poem::http::{HeaderMap, header};
use poem::{Addr, Endpoint, Middleware, Request, Response};

use crate::config::{ForwardedHeader, Settings};

/// The most hops that are looked at.
const MOST_HOPS: usize = 20;

/// Finds out where requests come from, and puts an [`Arrival`] into each.
#[derive(Clone)]
pub(crate) struct Arrivals(Arc<Rules>);

struct Rules {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
    /// Where people find the installation; `None`: under whatever name they used.
    origin: Option<String>,
}

impl Arrivals {
    pub(crate) fn new(settings: &Settings) -> Self {
        let rules = Rules { trusted: settings.trusted_proxies.clone(), header: settings.forwarded_header, origin: settings.origin() };
        Self(Arc::new(rules))
    }
}

impl<E: Endpoint<Output = Response>> Middleware<E> for Arrivals {
    type Output = Arriving<E>;

    fn transform(&self, inner: E) -> Arriving<E> {
        Arriving { inner, rules: self.0.clone() }
    }
}

/// An endpoint whose requests say where they come from.
pub(crate) struct Arriving<E> {
    inner: E,
    rules: Arc<Rules>,
}

impl<E: Endpoint<Output = Response>> Endpoint for Arriving<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let peer = match &request.remote_addr().0 {
            Addr::SocketAddr(address) => Some(address.ip()),
            _ => None,
        };
        let source = peer.map(|peer| self.rules.source(peer, request.headers()));
        let same_origin = self.rules.is_same_origin(request.headers());
        request.set_data(Arrival { source, same_origin });
        self.inner.call(request).await
    }
}

impl Rules {
    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The peer; or if that is a trusted proxy, whoever the proxies say it had the request from. What is left of the first address that is
    /// no trusted proxy's is the client's own writing, and not believed.
    fn source(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut source = peer;
        let hops = match self.header {
            ForwardedHeader::XForwardedFor => hops(headers, "x-forwarded-for", Some),
            ForwardedHeader::Forwarded => hops(headers, "forwarded", forwarded_for),
        };
        for hop in hops.iter().rev().take(MOST_HOPS) {
            if !self.trusts(source) {
                break;
            }
            let Some(address) = hop.and_then(address) else { break };
            source = address;
        }
        source.to_canonical()
    }

    /// Whether the browser says that a page of this installation sent the request. Browsers don't let pages write these headers.
    fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        match text(header::ORIGIN) {
            Some(origin) => match (&self.origin, text(header::HOST)) {
                (Some(own), _) => origin.eq_ignore_ascii_case(own),
                (None, Some(host)) => {
                    origin.split_once("://").is_some_and(|(scheme, of)| matches!(scheme, "http" | "https") && of.eq_ignore_ascii_case(host))
                }
                (None, None) => false,
            },
            None => text(header::HeaderName::from_static("sec-fetch-site")) == Some("same-origin"),
        }
    }
}

/// All hops that a header names, in their order; `None` for what can't be read.
fn hops<'h>(headers: &'h HeaderMap, name: &str, of: impl Fn(&'h str) -> Option<&'h str>) -> Vec<Option<&'h str>> {
    let lines = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(|hop| of(hop.trim())).collect()
}

/// The `for` of one hop of a `Forwarded`.
fn forwarded_for(hop: &str) -> Option<&str> {
    hop.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value)
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`, in quotes or without.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    if let Ok(address) = hop.parse() {
        return Some(address);
    }
    let host = match hop.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => hop.rsplit_once(':')?.0,
    };
    host.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(trusted: &[&str], header: ForwardedHeader, origin: Option<&str>) -> Rules {
        let trusted = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        Rules { trusted, header, origin: origin.map(str::to_owned) }
    }

    /// Names and values.
    type Sent = &'static [(&'static str, &'static str)];

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_source_is_the_last_that_a_trusted_proxy_vouches_for() {
        let (x, f) = (ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded);
        let table: [(&[&str], _, &str, &str, &str); 10] = [
            (&[], x, "10.0.0.1", "192.0.2.1", "10.0.0.1"),
            (&["10.0.0.0/8"], x, "198.51.100.7", "192.0.2.1", "198.51.100.7"),
            (&["10.0.0.0/8"], x, "10.0.0.1", "192.0.2.1", "192.0.2.1"),
            (&["10.0.0.0/8"], x, "10.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
            (&["10.0.0.0/8"], x, "10.0.0.1", "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
            (&["10.0.0.0/8"], x, "10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1"),
            (&["10.0.0.0/8"], x, "10.0.0.1", "", "10.0.0.1"),
            (&["10.0.0.0/8"], x, "::ffff:10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            (&["10.0.0.0/8"], f, "10.0.0.1", "for=203.0.113.9, for=\"[2001:db8::1]:4711\";proto=https", "2001:db8::1"),
            (&["10.0.0.0/8"], f, "10.0.0.1", "for=192.0.2.1, for=_hidden", "10.0.0.1"),
        ];
        for (trusted, header, peer, value, expected) in table {
            let name = if header == x { "x-forwarded-for" } else { "forwarded" };
            let found = rules(trusted, header, None).source(peer.parse().expect("an address"), &headers(&[(name, value)]));
            assert_eq!(found.to_string(), expected, "{peer} {value}");
        }
    }

    #[test]
    fn a_page_is_of_this_installation_only_if_the_browser_says_so() {
        let table: [(Option<&str>, Sent, bool); 10] = [
            (None, &[("host", "localhost:8080"), ("origin", "http://localhost:8080")], true),
            (None, &[("host", "localhost:8080"), ("origin", "http://localhost:8081")], false),
            (None, &[("host", "localhost:8080"), ("origin", "null")], false),
            (None, &[("host", "localhost:8080")], false),
            (None, &[("host", "localhost:8080"), ("sec-fetch-site", "same-origin")], true),
            (None, &[("host", "localhost:8080"), ("sec-fetch-site", "same-site")], false),
            (None, &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin"), ("host", "fund.example")], false),
            (Some("https://fund.example"), &[("origin", "https://fund.example"), ("host", "inside:8080")], true),
            (Some("https://fund.example"), &[("origin", "http://fund.example"), ("host", "fund.example")], false),
            (
                Some("https://fund.example"),
                &[("origin", "https://fund.example.evil.example"), ("host", "fund.example.evil.example")],
                false,
            ),
        ];
        for (origin, sent, expected) in table {
            let rules = rules(&[], ForwardedHeader::XForwardedFor, origin);
            assert_eq!(rules.is_same_origin(&headers(sent)), expected, "{sent:?}");
        }
    }
}
