//! The browser app, embedded in the binary (a debug build reads it from the repository's `dist/`).

use super::error::{Result, not_found};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "$HUNCH_DIST"]
#[allow_missing = true]
struct Dist;

/// Stands in `index.html` wherever the nonce of the answer belongs.
const NONCE_PLACEHOLDER: &str = "%%CSP_NONCE%%";

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Hunch</title>
<h1>The app is not built</h1>
<p>The server is up and its API answers, but this binary was built without the browser app.
<p>Run <code>cargo xtask serve</code> in the repository: it builds the app and starts the server.";

/// Any path outside the API: a file of the app, or the app itself for the paths of its pages.
pub(crate) async fn serve(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let path = uri.path().trim_start_matches('/');
    if path.is_empty()
        || path == "index.html"
        || ["new", "sign-in", "invitation"].contains(&path)
        || path.starts_with("p/")
    {
        return Ok(index(&state));
    }
    let file = Dist::get(path).ok_or_else(|| not_found("file"))?;
    Ok(asset(path, &file, &headers))
}

fn index(state: &AppState) -> Response {
    let Some(file) = Dist::get("index.html") else {
        return (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response();
    };
    let nonce = BASE64_URL_SAFE_NO_PAD.encode(&state.ids.secret()[..16]);
    let html = String::from_utf8_lossy(&file.data).replace(NONCE_PLACEHOLDER, &nonce);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, page_policy(&html, &nonce)),
        (header::CACHE_CONTROL, "no-cache".into()),
    ];
    (headers, Html(html)).into_response()
}

fn asset(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    // Weak: the same file goes out under several encodings.
    let etag = format!("W/\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash()));
    let caching = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    // A worker is governed by the policy of its own script. The feedback element is for pages of any site, which load its
    // module and check its integrity only if they may read it.
    let open = path.starts_with("widget/").then_some([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]);
    let common = (
        open.map(AppendHeaders),
        [
            (header::CACHE_CONTROL, caching.to_owned()),
            (header::CONTENT_SECURITY_POLICY, script_policy("")),
            (header::ETAG, etag.clone()),
            (header::VARY, "accept-encoding".to_owned()),
        ],
    );
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let media_type = [(header::CONTENT_TYPE, media_type(path))];
    match precompressed(path, headers) {
        Some((encoding, bytes)) => {
            let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static(encoding))];
            (common, media_type, encoding, body(bytes)).into_response()
        }
        None => (common, media_type, body(file.data.clone())).into_response(),
    }
}

fn media_type(path: &str) -> String {
    if path.ends_with(".d.ts") {
        return "text/plain; charset=utf-8".to_owned(); // `.ts` is a video to others
    }
    mime_guess::from_path(path).first_or_octet_stream().essence_str().to_owned()
}

fn body(bytes: Cow<'static, [u8]>) -> Body {
    match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

/// `app.wasm.br` beside `app.wasm`, for clients that accept it.
fn precompressed(path: &str, headers: &HeaderMap) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let accepts = |encoding: &str| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some(encoding) && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
        })
    };
    [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, ending)| {
        let file = accepts(encoding).then(|| Dist::get(&format!("{path}.{ending}"))).flatten()?;
        Some((encoding, file.data))
    })
}

/// Whether a file's name holds a hash of its content, as Trunk writes it: a dash and 16 hexadecimal digits.
fn is_hashed(path: &str) -> bool {
    path.split('-').skip(1).any(|part| {
        part.len() >= 16
            && part.bytes().take(16).all(|byte| byte.is_ascii_hexdigit())
            && !part.as_bytes().get(16).is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// The policy of the page: its own files, its own inline scripts by hash, styles by nonce, and nothing else.
fn page_policy(html: &str, nonce: &str) -> String {
    let hashes = inline_scripts(html).fold(String::new(), |hashes, script| {
        hashes + " 'sha256-" + &BASE64_STANDARD.encode(Sha256::digest(script)) + "'"
    });
    format!(
        "{}; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'",
        script_policy(&hashes)
    )
}

fn script_policy(hashes: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; worker-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// What stands between `<script …>` and `</script>`, for scripts without `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_may_run_exactly_the_inline_scripts_it_has() {
        let html = "<script type=\"module\">let a = 1 > 0;</script><script src=\"/x.js\"></script>";
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["let a = 1 > 0;"]);
        let policy = page_policy(html, "N");
        let hash = BASE64_STANDARD.encode(Sha256::digest("let a = 1 > 0;"));
        assert!(
            policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';")),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self' 'nonce-N'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    }

    #[test]
    fn only_names_that_change_with_their_content_are_kept_for_ever() {
        for name in
            ["app-0123456789abcdef.js", "app-0123456789abcdef_bg.wasm", "a/style-0123456789abcdef.css"]
        {
            assert!(is_hashed(name), "{name}");
        }
        for name in
            ["worker.js", "worker_bg.wasm", "worker_loader.js", "app-0123456789abcdef0.js", "app-beef.js"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
