//! Who is let in: origins, keys, preflights, cookies, floods.

use super::{SHOP, Shop, answer};
use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Page, Widget, WidgetConfig, WidgetOrigin, routes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    a_preflight_names_the_exact_origin_or_nothing,
    a_cookie_changes_nothing_and_none_is_set,
    only_pages_of_the_listed_origins_answer,
    a_key_that_was_replaced_opens_nothing,
    a_widget_that_is_off_says_so_to_its_pages,
    a_flood_from_one_address_or_through_one_widget_is_stopped,
    bodies_that_are_none_are_refused_with_a_reason,
    where_it_is_used_and_refused_can_be_seen,
    the_app_stays_closed_to_pages_that_may_use_the_widget,
);

async fn a_preflight_names_the_exact_origin_or_nothing(store: TestStore) -> Result<()> {
    let mut shop = Shop::open(World::start(store).await?).await?;
    shop.set_up(|settings| settings.origins.push("http://localhost:3000".into())).await?;
    let key = &shop.widget.key;
    for (path, method) in [(routes::widget_config(key), "GET"), (routes::widget_answers(key), "POST")] {
        for (origin, allowed) in [
            (Some(SHOP), true),
            (Some("http://localhost:3000"), true),
            (Some("http://localhost:3001"), false),
            (Some("http://shop.example"), false),
            (Some("https://shop.example.evil.example"), false),
            (Some("https://sub.shop.example"), false),
            (Some("https://SHOP.example"), false),
            (Some("https://shop.example/"), false),
            (Some("null"), false),
            (Some("*"), false),
            (None, false),
        ] {
            let mut request = shop.world.client.request(Method::OPTIONS, &path);
            request = request.header("access-control-request-method", method);
            request = request.header("access-control-request-headers", "content-type");
            if let Some(origin) = origin {
                request = request.header("origin", origin).header("sec-fetch-site", "cross-site");
            }
            let answer = request.answer().await?;
            let header = |name| answer.header(name).to_owned();
            assert_eq!(header("access-control-allow-credentials"), "");
            assert!(header("vary").contains("origin"), "{:?}", answer.headers);
            if allowed {
                assert_eq!(answer.status, StatusCode::NO_CONTENT, "{origin:?}");
                assert_eq!(header("access-control-allow-origin"), origin.unwrap_or_default());
                assert!(header("access-control-allow-methods").contains(method));
                assert_eq!(header("access-control-allow-headers"), "content-type");
            } else {
                answer.refused("origin-refused")?;
                assert_eq!(header("access-control-allow-origin"), "", "{origin:?}");
            }
        }
    }
    let unknown = shop.world.client.request(Method::OPTIONS, &routes::widget_answers("hwk_x"));
    let answer = unknown.header("origin", SHOP).answer().await?;
    answer.refused("unknown-key")?;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    shop.world.stop().await
}

async fn a_cookie_changes_nothing_and_none_is_set(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let path = routes::widget_config(&shop.widget.key);
    let ask = |origin: &'static str, cookie: &'static str| {
        let request = shop.world.client.request(Method::GET, &path).header("origin", origin);
        if cookie.is_empty() { request } else { request.header("cookie", cookie) }
    };
    for origin in [SHOP, "https://evil.example"] {
        let without = ask(origin, "").answer().await?;
        let with = ask(origin, "__Host-hunch=anything; session=x").answer().await?;
        assert_eq!((without.status, &without.body), (with.status, &with.body));
        assert_eq!(with.header("set-cookie"), "");
        assert_eq!(with.header("access-control-allow-credentials"), "");
    }
    let bearer = ask("https://evil.example", "").header("authorization", "Bearer x").answer().await?;
    bearer.refused("origin-refused")?;
    shop.world.stop().await
}

async fn only_pages_of_the_listed_origins_answer(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let answers = [answer(json!({}))];
    for origin in ["https://evil.example", "null", "http://shop.example", ""] {
        let refused = shop.send_from(origin, &shop.widget.key, &answers).await?;
        refused.refused("origin-refused")?;
        assert_eq!(refused.header("access-control-allow-origin"), "");
        assert_eq!(refused.header("vary"), "origin");
    }
    assert_eq!(shop.inbox().await?, []);
    let stored = shop.send(&answers).await?;
    assert_eq!((stored.status, stored.header("access-control-allow-origin")), (StatusCode::OK, SHOP));
    assert_eq!(stored.header("cross-origin-resource-policy"), "cross-origin");

    let config = shop.world.client.request(Method::GET, &routes::widget_config(&shop.widget.key));
    let config = config.header("origin", SHOP).answer().await?;
    assert_eq!(config.header("access-control-allow-origin"), SHOP);
    let config: WidgetConfig = config.ok(StatusCode::OK)?;
    assert_eq!((config.labels, config.anonymous), (vec!["HAM".to_owned(), "SPAM".to_owned()], true));
    shop.world.stop().await
}

async fn a_key_that_was_replaced_opens_nothing(store: TestStore) -> Result<()> {
    let mut shop = Shop::open(World::start(store).await?).await?;
    let old = shop.widget.key.clone();
    let path = routes::widget_key(&shop.project.id, &shop.widget.id);
    let rotate = shop.world.client.request(Method::POST, &path);
    shop.widget = rotate.header("if-match", "\"1\"").answer().await?.ok(StatusCode::OK)?;
    assert_ne!(shop.widget.key, old);
    for key in [old.as_str(), "hwk_none", "%00"] {
        let path = format!("{}/{key}/answers", routes::WIDGET_API);
        let request = shop.world.client.request(Method::POST, &path).header("origin", SHOP);
        request.json(&json!({"answers": [answer(json!({}))]})).answer().await?.refused("unknown-key")?;
    }
    assert_eq!(shop.send(&[answer(json!({}))]).await?.status, StatusCode::OK);

    let path = routes::widget(&shop.project.id, &shop.widget.id);
    let removed = shop.world.client.change(Method::DELETE, &path, 2, &json!({})).await?;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    shop.send(&[answer(json!({}))]).await?.refused("unknown-key")?;
    let widgets: Page<Widget> =
        shop.world.client.get(&routes::widgets(&shop.project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(widgets.items, []);
    assert_eq!(shop.inbox().await?.len(), 1, "answers outlive their widget");
    shop.world.stop().await
}

async fn a_widget_that_is_off_says_so_to_its_pages(store: TestStore) -> Result<()> {
    let mut shop = Shop::open(World::start(store).await?).await?;
    shop.set_up(|settings| settings.enabled = false).await?;
    let off = shop.send(&[answer(json!({}))]).await?;
    off.refused("widget-off")?;
    assert_eq!(off.header("access-control-allow-origin"), SHOP);
    shop.world.stop().await
}

async fn a_flood_from_one_address_or_through_one_widget_is_stopped(store: TestStore) -> Result<()> {
    let world = World::start_with(store, |limits| {
        limits.answers_per_address = 8.try_into().unwrap_or(limits.answers_per_address);
        limits.answers_per_key = 12.try_into().unwrap_or(limits.answers_per_key);
        limits.trusted_proxies = 1;
    });
    let shop = Shop::open(world.await?).await?;
    let send = async |address: &str, answers: usize| {
        let request = shop.world.client.request(Method::POST, &routes::widget_answers(&shop.widget.key));
        let answers: Vec<Value> = (0..answers).map(|_| answer(json!({}))).collect();
        // What the client claims stands before what the proxy saw.
        let request = request.header("x-forwarded-for", format!("6.6.6.{}, {address}", answers.len()));
        request.header("origin", SHOP).json(&json!({ "answers": answers })).answer().await
    };
    for _ in 0..2 {
        assert_eq!(send("203.0.113.1", 4).await?.status, StatusCode::OK);
    }
    let flood = send("203.0.113.1", 1).await?;
    flood.refused("rate-limited")?;
    let wait: i64 = flood.header("retry-after").parse()?;
    assert!((1..=60).contains(&wait), "{wait}");

    // Others go on, until the widget has had enough.
    assert_eq!(send("203.0.113.2", 4).await?.status, StatusCode::OK);
    let full = send("203.0.113.3", 4).await?;
    full.refused("rate-limited")?;
    assert_eq!(full.header("access-control-allow-origin"), SHOP);
    assert!(full.header("access-control-expose-headers").contains("retry-after"));

    shop.world.clock.advance(60_000_000);
    assert_eq!(send("203.0.113.1", 4).await?.status, StatusCode::OK);
    assert_eq!(shop.inbox().await?.len(), 16);
    shop.world.stop().await
}

async fn bodies_that_are_none_are_refused_with_a_reason(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let path = routes::widget_answers(&shop.widget.key);
    let send = async |media_type: &str, body: String| {
        let request = shop.world.client.request(Method::POST, &path).header("origin", SHOP);
        request.header("content-type", media_type).body(body).answer().await
    };
    send("text/plain", "{".into()).await?.refused("bad-request")?;
    send("text/html", "{}".into()).await?.refused("unsupported-media-type")?;
    send("text/plain", "{}".into()).await?.refused("invalid")?;
    send("text/plain", r#"{"answers": []}"#.into()).await?.refused("invalid")?;
    let long = json!({"answers": [answer(json!({"text": "x".repeat(70_000)}))]}).to_string();
    send("text/plain;charset=UTF-8", long).await?.refused("too-large")?;
    let many: Vec<Value> = (0..51).map(|_| answer(json!({}))).collect();
    send("application/json", json!({ "answers": many }).to_string()).await?.refused("invalid")?;
    let get = shop.world.client.request(Method::GET, &path).header("origin", SHOP);
    get.answer().await?.refused("method-not-allowed")?;
    shop.world.client.get("/w/v1/x/y/z").await?.refused("not-found")?;
    shop.world.stop().await
}

async fn where_it_is_used_and_refused_can_be_seen(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    for origin in [SHOP, "https://evil.example", "https://evil.example", SHOP, SHOP] {
        shop.send_from(origin, &shop.widget.key, &[answer(json!({}))]).await?;
    }
    let path = routes::widget_origins(&shop.project.id, &shop.widget.id);
    let seen = async || -> Result<Vec<(String, u64, u64)>> {
        let page: Page<WidgetOrigin> = shop.world.client.get(&path).await?.ok(StatusCode::OK)?;
        let mut seen: Vec<_> =
            page.items.into_iter().map(|it| (it.origin, it.accepted, it.refused)).collect();
        seen.sort();
        Ok(seen)
    };
    // Written at first sight, counted after that.
    assert_eq!(seen().await?, [("https://evil.example".into(), 0, 1), (SHOP.into(), 1, 0)]);
    shop.world.forget_old().await?;
    assert_eq!(seen().await?, [("https://evil.example".into(), 0, 2), (SHOP.into(), 3, 0)]);
    shop.world.stop().await
}

async fn the_app_stays_closed_to_pages_that_may_use_the_widget(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    for path in [routes::projects(), routes::feedback(&shop.project.id)] {
        let request = shop.world.client.request(Method::GET, &path).header("origin", SHOP);
        let answer = request.answer().await?;
        answer.refused("foreign-origin")?;
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    // Nor does a widget answer under a name that is not the server's.
    let path = routes::widget_config(&shop.widget.key);
    let request = shop.world.client.request(Method::GET, &path).header("origin", SHOP);
    request.header("host", "evil.example").answer().await?.refused("foreign-host")?;
    shop.world.stop().await
}
