//! Times: how long ago, and exactly when on hover.

use crate::format;
use leptos::prelude::*;

/// A time relative to now.
#[component]
pub fn Ago(#[prop(into)] time: String) -> impl IntoView {
    let seconds = (js_sys::Date::now() - js_sys::Date::parse(&time)) / 1000.0;
    view! {
        <time title=exact(&time) datetime=time>
            {format::ago(seconds)}
        </time>
    }
}

/// A time in the person's own zone and manner.
pub fn exact(time: &str) -> String {
    let date = js_sys::Date::new(&time.into());
    date.to_locale_string("default", &js_sys::Object::new()).into()
}
