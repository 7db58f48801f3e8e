//! The chosen rule's history.

use super::desk::Desk;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::time::Ago;
use crate::state::Api;
use crate::state::ApiFailure;
use hunch_protocol::{Role, RuleRevision};
use leptos::prelude::*;

/// All revisions, the newest first; one taken back becomes an edit, which saving makes the newest revision.
#[component]
pub fn History(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open=open title="History" class="wide">
            <Revisions desk=desk open=open />
        </Dialog>
    }
}

#[component]
fn Revisions(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let (project, rule) = (desk.project.id(), desk.chosen.get_untracked().unwrap_or_default());
    let revisions: LocalResource<Result<Vec<RuleRevision>, ApiFailure>> = LocalResource::new(move || {
        let (project, rule) = (project.clone(), rule.clone());
        async move { Api.revisions(&project, &rule).await }
    });
    move || match revisions.get() {
        None => view! { <p class="quiet" role="status">"Loading"</p> }.into_any(),
        Some(Err(failure)) => {
            view! { <p class="bad">{format!("The history could not be loaded. {failure}")}</p> }.into_any()
        }
        Some(Ok(revisions)) => {
            let line =
                move |revision: RuleRevision| view! { <Revision desk=desk open=open revision=revision /> };
            view! { <ol class="revisions">{revisions.into_iter().map(line).collect_view()}</ol> }.into_any()
        }
    }
}

#[component]
fn Revision(desk: Desk, open: RwSignal<bool>, revision: RuleRevision) -> impl IntoView {
    let number = revision.revision;
    let what = match (revision.deleted, revision.active) {
        (true, _) => "deleted",
        (false, true) => "active",
        (false, false) => "inactive",
    };
    let current = desk.rule.with_untracked(|rule| rule.as_ref().is_some_and(|rule| rule.revision == number));
    let source = revision.source.clone();
    let take_back = move |()| {
        desk.edit(source.clone());
        open.set(false);
    };
    view! {
        <li>
            <div class="row apart">
                <span class="row">
                    <b class="num">{format!("r{number}")}</b>
                    <span class="quiet small"><Ago time=revision.created_at /></span>
                    <span class="tag">{what}</span>
                </span>
                {(!current).then(|| view! { <Button small=true needs=Role::Engineer on_press=Callback::new(take_back)>"Edit from here"</Button> })}
            </div>
            <pre class="mono small">{revision.source}</pre>
        </li>
    }
}
