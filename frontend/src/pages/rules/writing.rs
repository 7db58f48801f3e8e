//! The middle pane: what I say, and what comes of it.

use super::desk::{Desk, Standing, use_desk};
use super::figures::Figures;
use super::history::History;
use crate::components::button::{Button, ButtonKind};
use crate::components::editor::Editor;
use crate::components::empty::Empty;
use crate::components::icon::{Icon, icon};
use crate::routes::{self, Section};
use crate::state::drafts::{NEW, SUGGESTED};
use hunch_protocol::Role;
use hunch_rules::{Diagnostic, LineIndex, Severity};
use leptos::prelude::*;
use leptos_router::components::A;

/// The editor of the chosen rule with its figures, or what to do while there is none.
#[component]
pub fn Writing() -> impl IntoView {
    let desk = use_desk();
    let ready = Memo::new(move |_| desk.eval.language().read().is_some());
    let there = Memo::new(move |_| match desk.standing() {
        Standing::New => match desk.chosen.get().as_deref() {
            Some(NEW) => true,
            Some(SUGGESTED) => desk.drafts.has(SUGGESTED),
            _ => false,
        },
        _ => true,
    });
    let none = Memo::new(move |_| desk.chosen.read().is_none());
    view! {
        <section class="writing" aria-label="The rule">
            {move || match (ready.get(), there.get(), none.get()) {
                (false, ..) => view! { <Waiting /> }.into_any(),
                (_, true, _) => view! { <Desktop /> }.into_any(),
                (_, _, true) => view! { <First /> }.into_any(),
                _ => view! { <Gone /> }.into_any(),
            }}
        </section>
    }
}

/// The final layout, empty; or why it stays so.
#[component]
fn Waiting() -> impl IntoView {
    let project = use_desk().project;
    let failure = move || {
        let parts = [
            project.project.failure(),
            project.corpus.failure(),
            project.rules.failure(),
            project.lexicons.failure(),
        ];
        parts.into_iter().flatten().next()
    };
    let again = move |()| {
        project.project.refresh();
        project.corpus.refresh();
        project.rules.refresh();
        project.lexicons.refresh();
    };
    move || {
        match failure() {
        Some(failure) => {
            view! { <crate::components::failure::Failure what="The rules could not be loaded." failure=failure retry=Callback::new(again) /> }
                .into_any()
        }
        None => {
            view! {
                <div class="pane-head" aria-busy="true"><span class="skeleton title"></span></div>
                <div class="editor-text" aria-hidden="true">
                    <span class="skeleton"></span>
                    <span class="skeleton"></span>
                </div>
            }
                .into_any()
        }
    }
    }
}

/// The next step: documents, then the first rule.
#[component]
fn First() -> impl IntoView {
    let desk = use_desk();
    move || {
        if desk.project.corpus.with(|corpus| corpus.is_some_and(|corpus| corpus.rows == 0)) {
            let data = Section::Data.path(&desk.project.id());
            return view! {
                <Empty
                    icon=Icon::Data
                    title="Documents first"
                    text="Rules speak about the columns of your documents. Bring a file of texts, then come back and say what you know."
                >
                    <A href=data attr:class="button primary">"Bring documents"</A>
                </Empty>
            }
            .into_any();
        }
        view! {
            <Empty
                icon=Icon::Rules
                title="Say what you know"
                text="A rule votes a label where its condition holds and abstains elsewhere. Write what experience tells you, watch what it does to every document, and let several rules correct each other."
            >
                <Button kind=ButtonKind::Primary icon=Icon::Plus keys="n" needs=Role::Engineer on_press=move |()| desk.choose_new()>
                    "Write the first rule"
                </Button>
            </Empty>
        }
        .into_any()
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Rules
            title="This rule is not here"
            text="It may have been deleted, or the address is wrong. Choose another one from the list."
        />
    }
}

#[component]
fn Desktop() -> impl IntoView {
    let desk = use_desk();
    let history = RwSignal::new(false);
    let diagnostics = Memo::new(move |_| desk.diagnostics());
    view! {
        <Head desk=desk history=history />
        <Elsewhere desk=desk />
        <div
            class="editing"
            data-seq=move || desk.eval.edited().with(|edit| edit.as_ref().map(|edit| edit.seq))
            data-words=move || desk.eval.words().with(|words| words.len())
        >
            {move || {
                // Each rule has an editor of its own, and so its own steps to undo.
                desk.editing.track();
                view! {
                    <Editor
                        label="Rule"
                        text=desk.text
                        diagnostics=diagnostics
                        select=desk.select
                        language=desk.eval.language()
                        words=desk.eval.words()
                        on_change=move |text| desk.edit(text)
                    />
                }
            }}
            <Problems desk=desk diagnostics=diagnostics />
        </div>
        <Figures />
        <History desk=desk open=history />
    }
}

/// The rule's name, how it stands, and what can be done with it.
#[component]
fn Head(desk: Desk, history: RwSignal<bool>) -> impl IntoView {
    let saved_name = move || desk.rule.with(|rule| rule.as_ref().map(|rule| rule.name.clone()));
    let name = move || {
        let written = desk.eval.checked().with(|checked| checked.rule.as_ref().map(|rule| rule.name.clone()));
        written.or_else(saved_name).unwrap_or_else(|| "new rule".to_owned())
    };
    let saved = Signal::derive(move || matches!(desk.standing(), Standing::Saved(_)));
    let unwritten = Signal::derive(move || matches!(desk.standing(), Standing::New));
    view! {
        <div class="pane-head">
            <h2 class="mono clip">{name}</h2>
            <span class="standing small" role="status">{move || standing(desk)}</span>
            <span class="grow"></span>
            <Show when=move || !unwritten.get()>
                <Button kind=ButtonKind::Quiet small=true on_press=move |()| history.set(true)>"History"</Button>
            </Show>
            <Button kind=ButtonKind::Quiet small=true needs=Role::Engineer on_press=move |()| desk.delete()>
                {move || if unwritten.get() { "Discard" } else { "Delete" }}
            </Button>
            <Button
                kind=ButtonKind::Primary
                small=true
                keys="⌃S"
                needs=Role::Engineer
                busy=desk.saving
                disabled=saved
                on_press=move |()| desk.save()
            >
                "Save"
            </Button>
        </div>
    }
}

fn standing(desk: Desk) -> impl IntoView {
    let off = desk.rule.with(|rule| rule.as_ref().is_some_and(|rule| !rule.active)).then_some(" · inactive");
    match desk.standing() {
        Standing::New if desk.chosen.get().as_deref() == Some(SUGGESTED) => {
            view! { <span class="warn">"suggested"</span> }.into_any()
        }
        Standing::New => view! { <span class="warn">"not saved yet"</span> }.into_any(),
        Standing::Saved(revision) => {
            let number = (revision > 0).then(|| format!(" r{revision}"));
            let on_its_way = desk.is_pending().then(|| view! { <span class="tag">"pending"</span> });
            view! { <span class="good">"saved ✓"</span> {number} {off} " " {on_its_way} }.into_any()
        }
        Standing::Edited(revision) => {
            view! { <span class="warn">"edited"</span> {format!(" from r{revision}")} {off} }.into_any()
        }
        Standing::Behind { base, .. } => {
            view! { <span class="warn">"edited"</span> {format!(" from r{base}, saved elsewhere since")} {off} }.into_any()
        }
    }
}

/// What others did to the rule meanwhile, and what comes of it.
#[component]
fn Elsewhere(desk: Desk) -> impl IntoView {
    let seen = RwSignal::new(false);
    let behind = move || {
        let Standing::Behind { base, saved } = desk.standing() else { return ().into_any() };
        let what = if base == saved {
            "Another tab saved this rule while you edited it here.".to_owned()
        } else {
            format!("Revision {saved} was saved elsewhere while you edited revision {base}.")
        };
        let theirs = move || desk.rule.with(|rule| rule.as_ref().map(|rule| rule.source.clone()));
        view! {
            <div class="notice warn" role="alert">
                {icon(Icon::Warning)}
                <p class="grow">
                    {what} " Saving merges both; where they do not fit, it makes a merge conflict and loses nothing."
                </p>
                <span class="row">
                <Button small=true on_press=move |()| seen.update(|seen| *seen = !*seen)>
                    {move || if seen.get() { "Hide theirs" } else { "Show theirs" }}
                </Button>
                <Button small=true on_press=move |()| desk.take_saved()>"Take theirs"</Button>
                </span>
                <Show when=move || seen.get()>
                    <pre class="editor-text theirs">{theirs}</pre>
                </Show>
            </div>
        }
        .into_any()
    };
    view! {
        {behind}
        <Show when=move || desk.has_merge_conflict()>
            <div class="notice warn" role="alert">
                {icon(Icon::Warning)}
                <p class="grow">"Another edit of this rule could not be merged with this one. Both are kept."</p>
                <A href=move || routes::merge_conflicts(&desk.project.id()) attr:class="button small">"Settle the merge conflict"</A>
            </div>
        </Show>
    }
}

/// What is wrong with the text, each a way to its place.
#[component]
fn Problems(desk: Desk, diagnostics: Memo<Vec<Diagnostic>>) -> impl IntoView {
    let line = move |it: Diagnostic| {
        let (line, column) = desk.text.with(|text| LineIndex::new(text).line_column(it.span.start));
        let (class, sign) = match it.severity {
            Severity::Error => ("bad", "error"),
            Severity::Warning => ("warn", "warning"),
        };
        view! {
            <li>
                <button type="button" on:click=move |_| {
                    desk.select.set(None);
                    desk.select.set(Some(it.span));
                }>
                    <span class=class>{icon(Icon::Warning)} <span class="hidden-text">{sign}</span></span>
                    <span class="num quiet">{format!("{line}:{column}")}</span>
                    <span>{it.message} {it.help.map(|help| view! { <span class="quiet">" – " {help}</span> })}</span>
                </button>
            </li>
        }
    };
    view! {
        <ul class="problems" aria-label="Problems" aria-live="polite" hidden=move || diagnostics.read().is_empty()>
            {move || diagnostics.get().into_iter().map(line).collect_view()}
        </ul>
    }
}
