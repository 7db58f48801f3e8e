//! How this browser stands to the server, in the bar.

use super::button::{Button, ButtonKind};
use super::dialog::Dialog;
use crate::format;
use crate::routes;
use crate::state::drafts::{Drafts, NEW, RuleDraft, use_drafts};
use crate::state::project::ProjectState;
use crate::state::sync::Standing;
use crate::state::toasts::Toasts;
use hunch_sync::{Kind, Pending, PendingState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// Synced, on its way, offline; beside it what needs a person: merge conflicts and refused changes.
#[component]
pub fn SyncPill(project: ProjectState) -> impl IntoView {
    let standing = project.sync.standing();
    tell_refusals(project);
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
            {move || words(&state.get().1)}
        </span>
        <Dialog open=refused_open title="Changes the server refused">
            <Refused project=project open=refused_open />
        </Dialog>
    }
}

/// A narrow bar has room for the first words only.
fn words(words: &str) -> impl IntoView + use<> {
    let (first, rest) = words.split_once(" · ").map_or((words, None), |(first, rest)| (first, Some(rest)));
    let rest = rest.map(|rest| view! { <span class="rest">{format!("· {rest}")}</span> });
    view! { {first.to_owned()} " " {rest} }
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

/// What was refused and why.
#[component]
fn Refused(project: ProjectState, open: RwSignal<bool>) -> impl IntoView {
    let line = move |pending: Pending| view! { <RefusedLine project=project open=open pending=pending /> };
    view! {
        <p class="quiet">"Nothing was lost: each is kept here until you let it go."</p>
        <ul class="stack">{move || project.sync.refused().into_iter().map(line).collect_view()}</ul>
    }
}

/// A refused change, and the ways on from there.
#[component]
fn RefusedLine(project: ProjectState, open: RwSignal<bool>, pending: Pending) -> impl IntoView {
    let (drafts, navigate) = (use_drafts(), use_navigate());
    let place = pending.place;
    let rule = (pending.target.kind == Kind::Rule).then(|| pending.target.id.clone());
    let source =
        pending.operation.change.body().and_then(|body| Some(body.get("source")?.as_str()?.to_owned()));
    let let_go = move |()| {
        spawn_local(async move {
            // What cannot be let go now stays shown.
            let _ = project.sync.dismiss(place).await;
        });
        if untrack(|| project.sync.refused().len()) <= 1 {
            open.set(false);
        }
    };
    let again = rule.zip(source.clone()).map(|(rule, source)| {
        let edit = move |()| {
            navigate(&take_up(project, drafts, &rule, source.clone()), NavigateOptions::default());
            let_go(());
            open.set(false);
        };
        view! { <Button small=true on_press=Callback::new(edit)>"Edit again"</Button> }
    });
    view! {
        <li class="stack">
            <p><b>{what(&pending)}</b> ": " {reason(&pending)}</p>
            {source.map(|source| view! { <pre class="mono small">{source}</pre> })}
            <span class="row">
                {again}
                <Button small=true kind=ButtonKind::Quiet on_press=Callback::new(let_go)>"Let go"</Button>
            </span>
        </li>
    }
}

fn reason(pending: &Pending) -> String {
    match &pending.state {
        PendingState::Refused(refusal) => refusal.detail.clone(),
        _ => String::new(),
    }
}

/// Says what was refused when it happens, wherever the person is.
fn tell_refusals(project: ProjectState) {
    let toasts = Toasts::expect();
    Effect::new(move |told: Option<u64>| {
        let refused = project.sync.refused();
        if let Some(told) = told {
            for pending in refused.iter().filter(|pending| pending.place > told) {
                toasts.fail(format!("{} was refused. {} It is kept here.", what(pending), reason(pending)));
            }
        }
        refused.iter().map(|pending| pending.place).chain(told).max().unwrap_or(0)
    });
}

/// A refused rule's text becomes a draft: of the rule if there is one, else of a new one. Returns where it is.
fn take_up(project: ProjectState, drafts: Drafts, rule: &str, text: String) -> String {
    let saved = project.rules.with_untracked(|rules| rules?.iter().find(|it| it.id == rule).cloned());
    let id = saved.as_ref().map_or(NEW, |rule| &rule.id);
    let (base, from) = saved.as_ref().map(|rule| (rule.revision, rule.source.clone())).unwrap_or_default();
    drafts.set(id, RuleDraft { text, base, from });
    routes::rule(&project.id(), id)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn word(standing: Standing) -> String {
        state(&standing).1
    }

    #[test]
    fn the_pill_never_says_synced_while_something_is_kept_here_only() {
        let online = Standing { online: true, ..Standing::default() };
        assert_eq!(word(online.clone()), "synced");
        assert_eq!(word(Standing { pending: 1_200, ..online.clone() }), "1,200 pending");
        assert_eq!(word(Standing { pending: 2, ..Standing::default() }), "offline · 2 pending");
        assert_eq!(word(Standing { stopped: Some("Signed out.".to_owned()), ..online }), "failed");
    }

    #[test]
    fn a_pill_that_failed_says_why_and_what_is_safe() {
        let stopped = Standing {
            online: true,
            pending: 1,
            stopped: Some("Signed out.".to_owned()),
            ..Standing::default()
        };
        assert_eq!(
            state(&stopped).2,
            "Signed out. 1 change waits here and will be sent. The page tries again by itself."
        );
    }
}
