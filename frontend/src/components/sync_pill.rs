//! How this browser stands to the server, in the bar.

use super::button::{Button, ButtonKind};
use super::dialog::Dialog;
use crate::format;
use crate::routes;
use crate::state::project::ProjectState;
use crate::state::sync::Standing;
use hunch_sync::{Kind, Pending, PendingState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Synced, on its way, offline; beside it what needs a person: merge conflicts and refused changes.
#[component]
pub fn SyncPill(project: ProjectState) -> impl IntoView {
    let standing = project.sync.standing();
    let refused_open = RwSignal::new(false);
    let state = Memo::new(move |_| standing.with(state));
    let conflicts = Memo::new(move |_| standing.with(|it| it.conflicts as u64));
    let failed = Memo::new(move |_| standing.with(|it| it.failed as u64));
    view! {
        <Show when=move || conflicts.get() != 0>
            <A href=routes::merge_conflicts(&project.id()) attr:class="pill" attr:data-state="conflict">
                {move || format::counted(conflicts.get(), "merge conflict", "merge conflicts")}
            </A>
        </Show>
        <Show when=move || failed.get() != 0>
            <button type="button" class="pill" data-state="failed" on:click=move |_| refused_open.set(true)>
                {move || format!("{} failed", format::count(failed.get()))}
            </button>
        </Show>
        <span class="pill" role="status" data-state=move || state.get().0 title=move || state.get().2>
            {move || state.get().1}
        </span>
        <Dialog open=refused_open title="Changes the server refused">
            <Refused project=project open=refused_open />
        </Dialog>
    }
}

/// A state, its words, and what they mean.
fn state(standing: &Standing) -> (&'static str, String, String) {
    let pending = standing.pending as u64;
    let waits = match pending {
        0 => String::new(),
        pending => {
            format!(" {} here and will be sent.", format::counted(pending, "change waits", "changes wait"))
        }
    };
    if let Some(reason) = &standing.stopped {
        return ("failed", "failed".to_owned(), format!("{reason}{waits} The page tries again by itself."));
    }
    if !standing.online {
        let told =
            format!("The server cannot be reached; the page tries again by itself.{waits} You can go on.");
        let word = if pending == 0 { "offline".to_owned() } else { format!("offline · {pending} pending") };
        return ("offline", word, told);
    }
    match pending {
        0 => ("synced", "synced".to_owned(), "The server has all changes made here.".to_owned()),
        _ => ("pending", format!("{} pending", format::count(pending)), waits.trim().to_owned()),
    }
}

/// What was refused and why; a refused rule's text is kept as a draft when it is let go.
#[component]
fn Refused(project: ProjectState, open: RwSignal<bool>) -> impl IntoView {
    let line = move |pending: Pending| {
        let reason = match &pending.state {
            PendingState::Refused(refusal) => refusal.detail.clone(),
            _ => String::new(),
        };
        let place = pending.place;
        let source =
            pending.operation.change.body().and_then(|body| body.get("source")?.as_str().map(str::to_owned));
        let let_go = move |()| {
            spawn_local(async move {
                // What cannot be let go now stays shown.
                let _ = project.sync.dismiss(place).await;
            });
            if untrack(|| project.sync.refused().len()) <= 1 {
                open.set(false);
            }
        };
        view! {
            <li class="stack">
                <p><b>{what(&pending)}</b> ": " {reason}</p>
                {source.map(|source| view! { <pre class="mono small">{source}</pre> })}
                <span class="row">
                    <Button small=true kind=ButtonKind::Quiet on_press=Callback::new(let_go)>"Let go"</Button>
                </span>
            </li>
        }
    };
    view! {
        <p class="quiet">"Nothing was lost: each is kept here until you let it go."</p>
        <ul class="stack">{move || project.sync.refused().into_iter().map(line).collect_view()}</ul>
    }
}

fn what(pending: &Pending) -> String {
    let name = pending.operation.change.body().and_then(|body| body.get("name")?.as_str());
    let of = name.unwrap_or(&pending.target.id);
    match pending.target.kind {
        Kind::Rule => format!("Rule {of}"),
        Kind::Lexicon => format!("Lexicon {of}"),
        Kind::Policy => format!("Policy {of}"),
        Kind::LabelSet => "The label set".to_owned(),
        Kind::Settings => "The project's settings".to_owned(),
        Kind::Annotation => "A label".to_owned(),
        Kind::Gold => format!("Gold of {of}"),
        Kind::MergeConflict => "A merge conflict".to_owned(),
    }
}
