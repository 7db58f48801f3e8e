//! One lexicon: its terms, who names it, and what can be done with it.

use super::form::LexiconForm;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::dialog::Dialog;
use crate::components::element_id;
use crate::components::empty::Empty;
use crate::components::field::{FieldError, TextField};
use crate::components::icon::Icon;
use crate::components::panel::Panel;
use crate::components::progress::Progress;
use crate::format;
use crate::routes;
use crate::state::lexicons::name_fault;
use crate::state::project::ProjectState;
use crate::state::toasts::Toasts;
use hunch_protocol::{LexiconInfo, Role};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

/// Terms that are shown at most; a search leads to the others.
const SHOWN: usize = 200;

/// The terms as far as they are here.
#[derive(Clone)]
enum Terms {
    Coming,
    Here(Arc<Vec<String>>),
    Failed(String),
}

/// The chosen lexicon.
#[component]
pub fn Details(project: ProjectState, name: String) -> impl IntoView {
    let info = {
        let name = name.clone();
        Memo::new(move |_| project.lexicon(&name))
    };
    let terms = RwSignal::new(Terms::Coming);
    let hash = Memo::new(move |_| info.get().map(|info| info.hash));
    Effect::new(move |_| {
        let Some(wanted) = hash.get() else { return };
        let name = info.get_untracked().map(|info| info.name).unwrap_or_default();
        if let Some(list) = project.terms_on_their_way(&name) {
            return terms.set(Terms::Here(Arc::new(list)));
        }
        terms.set(Terms::Coming);
        spawn_local(async move {
            let answer = project.terms(&wanted).await;
            if hash.try_get_untracked().flatten() == Some(wanted) {
                terms.try_set(match answer {
                    Ok(list) => Terms::Here(Arc::new(list)),
                    Err(failure) => Terms::Failed(failure.to_string()),
                });
            }
        });
    });
    let title = format!("@{name}");
    let there = Memo::new(move |_| info.read().is_some());
    let users = Memo::new(move |_| project.users_of(&name));
    let facts = move || {
        info.get().map(|info| {
            let revision =
                if info.revision > 0 { format!("r{}", info.revision) } else { "pending".to_owned() };
            format!("{} · {revision}", format::counted(info.terms, "term", "terms"))
        })
    };
    let used = move || match users.get() {
        users if users.is_empty() => "No rule names it yet.".to_owned(),
        users => format!("Named by {}.", users.join(", ")),
    };
    move || {
        if !there.get() {
            return view! {
                <Empty
                    icon=Icon::Rules
                    title="This lexicon is not here"
                    text="It may have been renamed or deleted. Choose another one from the list."
                />
            }
            .into_any();
        }
        view! {
            <Panel title=title.clone() actions=ViewFn::from(move || view! { <Actions project=project info=info users=users /> })>
                <div class="panel-body stack">
                    <p><span class="num">{facts}</span> " " <span class="quiet">{used}</span></p>
                    <AddTerm project=project info=info />
                    <TermList project=project info=info terms=terms />
                </div>
            </Panel>
        }
        .into_any()
    }
}

/// Replacing, renaming, deleting.
#[component]
fn Actions(
    project: ProjectState,
    info: Memo<Option<LexiconInfo>>,
    users: Memo<Vec<String>>,
) -> impl IntoView {
    let (replacing, renaming) = (RwSignal::new(false), RwSignal::new(false));
    let toasts = Toasts::expect();
    let navigate = use_navigate();
    let replaced = Callback::new(move |_| replacing.set(false));
    let go = navigate.clone();
    let renamed = Callback::new(move |name: String| {
        renaming.set(false);
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        go(&routes::lexicon(&project.id(), &name), options);
    });
    let delete = Callback::new(move |()| {
        let Some(info) = info.get_untracked() else { return };
        let names = users.get_untracked();
        if !names.is_empty() {
            return toasts.fail(format!(
                "@{} cannot be deleted: {} {} it. Edit them first.",
                info.name,
                names.join(", "),
                if names.len() == 1 { "names" } else { "name" }
            ));
        }
        let navigate = navigate.clone();
        spawn_local(async move {
            let here = untrack(|| project.terms_on_their_way(&info.name));
            let kept = match here {
                Some(terms) => Ok(terms),
                None => project.terms(&info.hash).await,
            };
            match project.delete_lexicon(&info).await {
                Ok(()) => {
                    navigate(&routes::lexicons(&project.id()), NavigateOptions::default());
                    let Ok(terms) = kept else { return toasts.tell(format!("@{} is deleted.", info.name)) };
                    let back =
                        Callback::new(move |()| bring_back(project, toasts, info.clone(), terms.clone()));
                    toasts.offer("The lexicon is deleted.", "Undo", back);
                }
                Err(why) => toasts.fail(why),
            }
        });
    });
    view! {
        <Button small=true needs=Role::Engineer on_press=move |()| replacing.set(true)>"Replace terms"</Button>
        <Button small=true needs=Role::Engineer on_press=move |()| renaming.set(true)>"Rename"</Button>
        <Button small=true kind=ButtonKind::Danger needs=Role::Engineer on_press=delete>"Delete"</Button>
        <Dialog open=replacing title="Replace the terms">
            <LexiconForm project=project before=info.get_untracked() done=replaced />
        </Dialog>
        <Dialog open=renaming title="Rename the lexicon">
            <Rename project=project info=info users=users done=renamed />
        </Dialog>
    }
}

/// The deletion is a revision like any other; the lexicon goes on from there.
fn bring_back(project: ProjectState, toasts: Toasts, info: LexiconInfo, terms: Vec<String>) {
    spawn_local(async move {
        if let Err(why) = project.save_lexicon(&info.name, info.revision + 1, terms).await {
            toasts.fail(format!("@{} could not be brought back. {why}", info.name));
        }
    });
}

#[component]
fn Rename(
    project: ProjectState,
    info: Memo<Option<LexiconInfo>>,
    users: Memo<Vec<String>>,
    done: Callback<String>,
) -> impl IntoView {
    let old = info.get_untracked().map(|info| info.name).unwrap_or_default();
    let name = RwSignal::new(old.clone());
    let (refused, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let fault = Signal::derive(move || {
        let others = project.lexicons.get().unwrap_or_default();
        refused.get().or_else(|| name_fault(&name.read(), &others).filter(|_| *name.read() != old))
    });
    let save = move || {
        let Some(info) = info.get_untracked() else { return };
        let to = name.get_untracked();
        refused.set(None);
        if to == info.name {
            return done.run(to);
        }
        if fault.get_untracked().is_some() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let renamed = project.rename_lexicon(&info, &to).await;
            busy.try_set(false);
            match renamed {
                Ok(()) => done.run(to),
                Err(why) => drop(refused.try_set(Some(why))),
            }
        });
    };
    let also = move || match users.get().len() as u64 {
        0 => "Nothing names it.".to_owned(),
        many => format!(
            "{} it will say the new name, in the same change.",
            format::counted(many, "rule that names", "rules that name")
        ),
    };
    view! {
        <form class="stack" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <TextField label="Name" value=name hint=also() error=fault autofocus=true />
            <div class="row">
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Rename"</Button>
            </div>
        </form>
    }
}

/// One more term.
#[component]
fn AddTerm(project: ProjectState, info: Memo<Option<LexiconInfo>>) -> impl IntoView {
    let term = RwSignal::new(String::new());
    let (error, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let (id, error_id) = (element_id("term"), element_id("error"));
    let add = move || {
        let wanted = term.get_untracked().trim().to_owned();
        let Some(info) = info.get_untracked().filter(|_| !wanted.is_empty() && !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let added = project.add_term(&info.name, &wanted).await;
            busy.try_set(false);
            match added {
                Ok(()) => drop(term.try_set(String::new())),
                Err(why) => drop(error.try_set(Some(why))),
            }
        });
    };
    view! {
        <form class="field" on:submit=move |event| {
            event.prevent_default();
            error.set(None);
            add();
        }>
            <label for=id.clone()>"Add a term"</label>
            <span class="row">
                <input class="input grow" id=id type="text" maxlength="200" autocomplete="off" aria-describedby=error_id.clone() bind:value=term />
                <Button submit=true busy=busy needs=Role::Engineer>"Add"</Button>
            </span>
            <FieldError id=error_id error=error />
        </form>
    }
}

#[component]
fn TermList(project: ProjectState, info: Memo<Option<LexiconInfo>>, terms: RwSignal<Terms>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let toasts = Toasts::expect();
    let remove = move |term: String| {
        let (Some(info), Terms::Here(all)) = (info.get_untracked(), terms.get_untracked()) else { return };
        let left: Vec<String> = all.iter().filter(|known| **known != term).cloned().collect();
        if left.is_empty() {
            return toasts.fail("A lexicon has at least one term. Delete the lexicon instead.");
        }
        spawn_local(async move {
            if let Err(why) = project.save_lexicon(&info.name, info.revision, left).await {
                toasts.fail(format!("“{term}” could not be taken out. {why}"));
            }
        });
    };
    let line = move |term: String| {
        let gone = term.clone();
        view! {
            <li>
                <span class="mono">{term.clone()}</span>
                <IconButton icon=Icon::Close name=format!("Take “{term}” out") on_press=move |()| remove(gone.clone()) />
            </li>
        }
    };
    let list = move || match terms.get() {
        Terms::Coming => view! { <Progress name="Loading the terms" share=None /> }.into_any(),
        Terms::Failed(why) => {
            view! { <p class="bad" role="alert">"The terms could not be loaded. " {why}</p> }.into_any()
        }
        Terms::Here(all) => {
            let wanted = hunch_rules::fold(&search.read()).into_owned();
            let fits = |term: &&String| wanted.is_empty() || hunch_rules::fold(term).contains(&wanted);
            let (mut found, mut shown) = (0_u64, Vec::new());
            for term in all.iter().filter(fits) {
                found += 1;
                if shown.len() < SHOWN {
                    shown.push(term.clone());
                }
            }
            let note = if found > shown.len() as u64 {
                format!(
                    "The first {} of {}.",
                    format::count(shown.len() as u64),
                    format::counted(found, "term", "terms")
                )
            } else {
                format::counted(found, "term", "terms")
            };
            view! {
                <p class="small quiet num" role="status">{note}</p>
                <ul class="terms">{shown.into_iter().map(line).collect_view()}</ul>
            }
            .into_any()
        }
    };
    view! {
        <input class="input" type="search" placeholder="Search the terms" aria-label="Search the terms" bind:value=search />
        {list}
    }
}
