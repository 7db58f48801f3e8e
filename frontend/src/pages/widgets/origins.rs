//! Where pages that use a widget are from, refused ones too.

use crate::components::button::IconButton;
use crate::components::icon::Icon;
use crate::components::loaded::Loaded;
use crate::components::time::Ago;
use crate::format;
use crate::state::project::ProjectState;
use crate::state::widgets::origins;
use hunch_protocol::{Widget, WidgetOrigin};
use leptos::prelude::*;

/// The origins that asked for a widget, and those on its list that did not.
#[component]
pub fn Origins(project: ProjectState, widget: Widget) -> impl IntoView {
    let seen = origins(project, widget.id.clone());
    let listed = StoredValue::new(widget.settings.origins);
    let rows = move || {
        let seen = seen.get().unwrap_or_default();
        let waiting = listed.with_value(|listed| {
            let waits = |origin: &&String| seen.iter().all(|it| &it.origin != *origin);
            listed.iter().filter(waits).cloned().collect::<Vec<_>>()
        });
        let allowed = |origin: &str| listed.with_value(|listed| listed.iter().any(|it| it == origin));
        let seen = seen.into_iter().map(|origin| {
            let allowed = allowed(&origin.origin);
            view! { <SeenOrigin origin=origin allowed=allowed /> }
        });
        let waiting = waiting.into_iter().map(|origin| {
            view! {
                <li class="row apart wrap">
                    <span class="mono small">{origin}</span>
                    <span class="tag">"nothing heard yet"</span>
                </li>
            }
        });
        let (seen, waiting) = (seen.collect_view(), waiting.collect_view());
        if seen.is_empty() && waiting.is_empty() {
            return view! { <p class="quiet">"No origin may use it yet: edit the widget and add your product's."</p> }
                .into_any();
        }
        view! { <ul class="plain stack tight">{seen}{waiting}</ul> }.into_any()
    };
    view! {
        <div class="stack">
            <div class="row apart">
                <h3>"Installed on, refused on"</h3>
                <IconButton icon=Icon::Again name="Look again" on_press=move || seen.refresh() />
            </div>
            <Loaded of=seen.status() what="The origins">{rows}</Loaded>
        </div>
    }
}

#[component]
fn SeenOrigin(origin: WidgetOrigin, allowed: bool) -> impl IntoView {
    let WidgetOrigin { origin, accepted, refused, last_at } = origin;
    let (word, class) = match (allowed, accepted) {
        (true, 0) => ("refused before", "tag"),
        (true, _) => ("installed", "tag good"),
        (false, _) => ("refused", "tag bad"),
    };
    let requests = if allowed { accepted } else { refused };
    view! {
        <li class="row apart wrap">
            <span class="mono small">{origin}</span>
            <span class="row">
                <span class="num small">{format::counted(requests, "request", "requests")}</span>
                <span class="quiet small"><Ago time=last_at /></span>
                <span class=class>{word}</span>
            </span>
        </li>
    }
}
