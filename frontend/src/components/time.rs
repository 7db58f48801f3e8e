//! Times: how long ago, and exactly when on hover.

use crate::format;
use leptos::prelude::*;

/// A time relative to now.
#[component]
pub fn Ago(#[prop(into)] time: String) -> impl IntoView {
    let (date, then) = (js_sys::Date::new(&time.as_str().into()), js_sys::Date::parse(&time));
    let exact = date.to_locale_string("default", &js_sys::Object::new()).as_string();
    view! {
        <time datetime=time title=exact>
            {format::ago((js_sys::Date::now() - then) / 1000.0)}
        </time>
    }
}
