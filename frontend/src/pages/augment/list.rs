//! The left pane: what policies there are.

use super::studio::{Policy, use_studio};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::routes;
use crate::state::drafts::NEW;
use hunch_protocol::Role;
use leptos::prelude::*;
use leptos_router::components::A;

/// The project's policies by name.
#[component]
pub fn PolicyList() -> impl IntoView {
    let studio = use_studio();
    let line = move |policy: Policy| {
        let id = policy.id.clone();
        let chosen = move || studio.chosen.with(|chosen| chosen.as_ref() == Some(&id));
        let path = routes::policy(&studio.project.id(), &policy.id);
        view! {
            <li class="policy-line" class:chosen=chosen>
                <A href=path attr:class="name">
                    <span class="clip">{policy.body.name}</span>
                    <span class="mono quiet small clip">{says(&policy.body.source)}</span>
                </A>
            </li>
        }
    };
    view! {
        <section class="policy-list" aria-label="Policies">
            <div class="pane-head">
                <strong>"Policies"</strong>
                <span class="grow"></span>
                <Button
                    kind=ButtonKind::Quiet
                    icon=Icon::Plus
                    small=true
                    keys="n"
                    needs=Role::Engineer
                    on_press=move |()| studio.go(NEW, false)
                >
                    "New"
                </Button>
            </div>
            <div class="pane-body">
                <ul class="plain">
                    <For each=move || studio.policies.get() key=|policy| (policy.id.clone(), policy.revision, policy.body.source.clone()) children=line />
                </ul>
                {move || {
                    studio
                        .policies
                        .with(Vec::is_empty)
                        .then(|| view! { <p class="none">"No policy yet. Snapshots can carry changed copies of train documents, made by policies."</p> })
                }}
            </div>
        </section>
    }
}

/// What a policy does, without its head.
fn says(source: &str) -> String {
    let line = source.lines().find(|line| line.starts_with("augment")).unwrap_or(source);
    line.split_once(" of ").map_or(line, |(_, steps)| steps).to_owned()
}
