//! Who may talk to the server at all, before any route is looked at, and what every answer tells the browser.
//!
//! A server on loopback is reachable by every page that the person's browser opens. Two checks keep those out:
//! the `Host` must be one of this server's names (else DNS rebinding would make a foreign page same-origin), and a
//! request that changes something or reads the API must not come from another origin (CSRF).

use super::error::{ApiError, Kind, Result, bad_request};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hunch_protocol::{PROTOCOL, PROTOCOL_HEADER, routes};
use std::net::SocketAddr;
use std::sync::Arc;

/// The policy of everything that is not a page, a script or a style: nothing may be loaded or run.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
const SEC_FETCH_SITE: &str = "sec-fetch-site";
/// Set by reverse proxies: the request came from elsewhere, whatever its `Host` says.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// How a request came in; it decides whether a token is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// From this machine, under a loopback name.
    Local,
    /// Through the public name.
    Public,
}

/// The names and origins under which the server answers.
#[derive(Debug, Clone)]
pub struct Origins {
    local: Vec<String>,
    public: Option<PublicUrl>,
}

/// The `--public-url`: where people reach the server through a reverse proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    authority: String,
}

impl PublicUrl {
    /// Whether browsers keep a `Secure` cookie of it: over HTTPS, or on this very machine.
    pub fn is_secure(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or(self.authority.as_str(), |(host, _)| host);
        self.origin.starts_with("https:") || ["localhost", "127.0.0.1", "[::1]"].contains(&host)
    }
}

impl std::str::FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|error| format!("not a URL: {error}"))?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("must begin with http:// or https://".into());
        };
        if uri.path() != "/" || uri.query().is_some() {
            return Err("must end after the host, as in https://hunch.example.org".into());
        }
        if authority.as_str().contains('@') {
            return Err("must not hold a user name".into());
        }
        if authority.as_str().contains('*') {
            return Err("must name one host; `*` stands for nothing".into());
        }
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.as_str().to_ascii_lowercase();
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority).to_owned();
        Ok(Self { origin: format!("{scheme}://{authority}"), authority })
    }
}

impl PublicUrl {
    /// Scheme, host and port as browsers send them in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Origins {
    /// Of a server that listens at a loopback address.
    pub fn new(address: SocketAddr, public: Option<PublicUrl>) -> Self {
        let port = address.port();
        let mut local: Vec<String> =
            ["localhost", "127.0.0.1", "[::1]"].iter().map(|name| format!("{name}:{port}")).collect();
        if address.ip().is_loopback() {
            local.push(address.to_string()); // 127.0.0.2 and the like
        }
        if port == 80 {
            local.extend(local.clone().iter().filter_map(|name| name.strip_suffix(":80").map(str::to_owned)));
        }
        Self { local, public }
    }

    fn door(&self, host: &str, headers: &HeaderMap) -> Option<Door> {
        let host = host.to_ascii_lowercase();
        if self.public.as_ref().is_some_and(|public| public.authority == host) {
            return Some(Door::Public);
        }
        let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        self.local.contains(&host).then_some(if forwarded { Door::Public } else { Door::Local })
    }

    fn own_origin(&self, origin: &str) -> bool {
        self.public.as_ref().is_some_and(|public| public.origin == origin)
            || origin.strip_prefix("http://").is_some_and(|host| self.local.iter().any(|name| name == host))
    }

    fn check(&self, request: &Request) -> Result<Door> {
        let headers = request.headers();
        let host = host(request).ok_or_else(|| bad_request("The header `Host` is missing."))?;
        let door = self.door(host, headers).ok_or_else(|| {
            let detail = "Open this server as localhost or 127.0.0.1, or start it with --public-url.";
            ApiError::new(Kind::ForeignHost, detail)
        })?;
        let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let path = request.uri().path();
        let guarded = (!reads || path.starts_with(routes::API)) && !for_other_sites(path);
        if guarded && self.foreign(headers, reads) {
            let detail = "The request was sent by a page of another site, so it was not carried out.";
            return Err(ApiError::new(Kind::ForeignOrigin, detail));
        }
        Ok(door)
    }

    /// Whether a browser says that another site's page sent the request. Other clients say nothing.
    fn foreign(&self, headers: &HeaderMap, reads: bool) -> bool {
        if headers
            .get(header::ORIGIN)
            .is_some_and(|origin| !origin.to_str().is_ok_and(|it| self.own_origin(it)))
        {
            return true;
        }
        match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
            None | Some(b"same-origin" | b"none") => false,
            Some(b"same-site") => !reads, // another port of this machine
            Some(_) => true,
        }
    }
}

/// Whether a path is there for pages of other sites: they load the feedback element and send its answers, and
/// [`super::answers`] says which pages may.
fn for_other_sites(path: &str) -> bool {
    let below = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    below(routes::WIDGET_API) || below(routes::WIDGET_FILES)
}

fn host(request: &Request) -> Option<&str> {
    let header = request.headers().get(header::HOST).map(HeaderValue::to_str);
    match header {
        Some(host) => host.ok(),
        None => request.uri().authority().map(axum::http::uri::Authority::as_str),
    }
}

/// Refuses foreign hosts and origins and marks the request with its [`Door`].
pub(crate) async fn guard(State(origins): State<Arc<Origins>>, mut request: Request, next: Next) -> Response {
    match origins.check(&request) {
        Ok(door) => {
            request.extensions_mut().insert(door);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

/// Adds to every answer what browsers must know; an answer's own `Content-Security-Policy` and `Cache-Control` stand.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let open = for_other_sites(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            if open { "cross-origin" } else { "same-origin" },
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(HeaderName::from_static(PROTOCOL_HEADER), HeaderValue::from(PROTOCOL));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn origins() -> Origins {
        Origins::new(
            ([127, 0, 0, 1], 8080).into(),
            Some("https://Hunch.example.org:443/".parse().expect("a URL")),
        )
    }

    fn door(method: Method, path: &str, headers: &[(&str, &str)]) -> Result<Door, Kind> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        origins().check(&request).map_err(|error| error.kind())
    }

    #[test]
    fn only_the_servers_own_names_are_answered() {
        for host in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(door(Method::GET, "/", &[("host", host)]), Ok(Door::Local), "{host}");
        }
        assert_eq!(door(Method::GET, "/", &[("host", "hunch.example.org")]), Ok(Door::Public));
        for host in
            ["evil.example", "evil.example:8080", "localhost", "localhost:81", "localhost.evil.example:8080"]
        {
            assert_eq!(door(Method::GET, "/", &[("host", host)]), Err(Kind::ForeignHost), "{host}");
        }
        assert_eq!(door(Method::GET, "/", &[]), Err(Kind::BadRequest));
    }

    #[test]
    fn a_proxied_request_is_not_taken_for_one_of_this_machine() {
        let headers = [("host", "127.0.0.1:8080"), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(door(Method::GET, "/", &headers), Ok(Door::Public));
    }

    #[test]
    fn pages_of_other_sites_neither_change_nor_read_anything() {
        let api = "/api/v1/projects";
        let foreign: [(&str, &str); 5] = [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost:3000"),
            ("origin", "https://localhost:8080"),
            ("sec-fetch-site", "cross-site"),
        ];
        for header in foreign {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = door(method.clone(), api, &[("host", "localhost:8080"), header]);
                assert_eq!(answer, Err(Kind::ForeignOrigin), "{method} {header:?}");
            }
            // Following a link to the page is not an attack.
            assert!(door(Method::GET, "/p/1", &[("host", "localhost:8080"), header]).is_ok(), "{header:?}");
        }
        let same_site = [("host", "localhost:8080"), ("sec-fetch-site", "same-site")];
        assert_eq!(door(Method::POST, api, &same_site), Err(Kind::ForeignOrigin));
    }

    #[test]
    fn the_page_itself_and_programs_may_do_everything() {
        for header in [
            ("origin", "http://localhost:8080"),
            ("origin", "https://hunch.example.org"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("user-agent", "curl"),
        ] {
            let answer = door(Method::POST, "/api/v1/projects", &[("host", "localhost:8080"), header]);
            assert!(answer.is_ok(), "{header:?}");
        }
    }

    #[test]
    fn a_public_url_with_a_path_is_refused_before_it_misleads() {
        for url in
            ["hunch.example.org", "ftp://hunch.example.org", "https://a.example/hunch", "https://u@a.example"]
        {
            assert!(url.parse::<PublicUrl>().is_err(), "{url}");
        }
    }
}
