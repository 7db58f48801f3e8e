//! The left pane: what there is.

use super::desk::{Desk, use_desk};
use super::figures::slow;
use super::suggested::Suggested;
use super::transfer::Transfer;
use crate::components::bar::ShareBar;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, icon};
use crate::components::progress::Progress;
use crate::format;
use crate::routes;
use crate::state::commands::use_command;
use crate::state::drafts::NEW;
use crate::state::eval::board::RuleStanding;
use crate::state::job;
use hunch_protocol::{JobKind, Role, Rule};
use leptos::{ev, html, prelude::*};
use leptos_router::components::A;
use wasm_bindgen::JsCast as _;

/// All rules with their live figures, and what is done with all of them.
#[component]
pub fn RuleList() -> impl IntoView {
    let desk = use_desk();
    let filter = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let wanted = filter.read().to_lowercase();
        let fits = |rule: &Rule| format!("{} {}", rule.name, rule.source).to_lowercase().contains(&wanted);
        desk.rules().into_iter().filter(fits).map(|rule| rule.id).collect::<Vec<String>>()
    });
    let field = NodeRef::<html::Input>::new();
    use_command("Rules", "Filter the rules", "/", move || {
        let _ = field.get_untracked().map(|field| field.focus());
    });
    let is_new = move || desk.chosen.get().as_deref() == Some(NEW) || desk.drafts.has(NEW);
    view! {
        <section class="rule-list" aria-label="All rules">
            <div class="pane-head">
                <Button small=true icon=Icon::Plus keys="n" needs=Role::Engineer on_press=move |()| desk.choose_new()>"New"</Button>
                <input
                    class="input small"
                    type="search"
                    placeholder="Filter  /"
                    aria-label="Filter the rules by name or text"
                    node_ref=field
                    bind:value=filter
                />
                <A href=move || routes::lexicons(&desk.project.id()) attr:class="button quiet small">"Lexicons"</A>
                <Transfer />
            </div>
            <ul class="pane-body" on:keydown=move |event| arrows(&event)>
                <Show when=is_new>
                    <NewLine />
                </Show>
                <For each=move || shown.get() key=String::clone let:id>
                    <RuleLine id=id />
                </For>
                <Show when=move || desk.project.rules.is_ready() && shown.read().is_empty() && !is_new()>
                    <li class="none">
                        {move || if filter.read().is_empty() { "No rules yet." } else { "No rule has this in its name or text." }}
                    </li>
                </Show>
                <Show when=move || !desk.project.rules.is_ready()>
                    {(0..6).map(|_| view! { <li class="rule-line" aria-hidden="true"><span class="skeleton"></span></li> }).collect_view()}
                </Show>
            </ul>
            <Suggested />
            <Footer />
        </section>
    }
}

/// Up and down go from rule to rule.
fn arrows(event: &ev::KeyboardEvent) {
    let next = match event.key().as_str() {
        "ArrowDown" => "nextElementSibling",
        "ArrowUp" => "previousElementSibling",
        _ => return,
    };
    let here = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let line = here.and_then(|here| here.closest("li").ok().flatten());
    let line = line
        .and_then(|line| js_sys::Reflect::get(&line, &next.into()).ok()?.dyn_into::<web_sys::Element>().ok());
    let link = line.and_then(|line| line.query_selector("a").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _ = link.focus();
    }
}

#[component]
fn NewLine() -> impl IntoView {
    let desk = use_desk();
    let name = move || {
        let checked = desk.eval.checked();
        let is_open = desk.chosen.get().as_deref() == Some(NEW);
        let name = checked.with(|checked| checked.rule.as_ref().map(|rule| rule.name.clone()));
        name.filter(|_| is_open).unwrap_or_else(|| "new rule".to_owned())
    };
    view! {
        <li class="rule-line" class:chosen=move || desk.chosen.get().as_deref() == Some(NEW)>
            <span class="switch" aria-hidden="true"></span>
            <A href=move || routes::rule(&desk.project.id(), NEW) attr:class="name">
                <span class="mono clip">{name}</span>
            </A>
            <span class="tag warn">"not saved"</span>
        </li>
    }
}

#[component]
fn RuleLine(id: String) -> impl IntoView {
    let desk = use_desk();
    let id = StoredValue::new(id);
    let rule = Memo::new(move |_| {
        desk.project
            .rules
            .with(|rules| rules?.iter().find(|rule| id.with_value(|id| rule.id == *id)).cloned())
    });
    let name =
        Memo::new(move |_| rule.with(|rule| rule.as_ref().map(|rule| rule.name.clone())).unwrap_or_default());
    let active = Memo::new(move |_| rule.with(|rule| rule.as_ref().is_some_and(|rule| rule.active)));
    let chosen = Memo::new(move |_| desk.chosen.with(|chosen| chosen.as_ref() == Some(&id.get_value())));
    let edited = move || id.with_value(|id| desk.drafts.has(id));
    let labels = Memo::new(move |_| id.with_value(|id| desk.eval.labels_of(id)));
    let standing =
        Memo::new(move |_| desk.eval.saved().with(|saved| id.with_value(|id| saved.rules.get(id).cloned())));
    let hint = move || {
        if active.get() {
            "Active: it counts. Press to leave it out."
        } else {
            "Inactive: it counts nowhere. Press to count it."
        }
    };
    view! {
        <li class="rule-line" class:chosen=chosen class:inactive=move || !active.get() data-rule=name>
            <button
                type="button"
                class="switch"
                role="switch"
                aria-checked=move || active.get().to_string()
                aria-label=move || format!("{} counts", name.get())
                title=hint
                on:click=move |_| rule.get_untracked().into_iter().for_each(|rule| desk.toggle(rule))
            ></button>
            <A
                href=move || routes::rule(&desk.project.id(), &id.get_value())
                attr:class="name"
                attr:aria-current=move || chosen.get().then_some("true")
            >
                <span class="mono clip">{name}</span>
                <Show when=edited>
                    <span class="edited" title="Edited, not saved">"●" <span class="hidden-text">" edited"</span></span>
                </Show>
            </A>
            <LineLabels desk=desk labels=labels />
            {move || line_figures(desk, active.get(), standing.get(), &labels.get())}
        </li>
    }
}

/// The labels a rule can vote; of several, only their colours have room.
#[component]
fn LineLabels(desk: Desk, labels: Memo<Vec<u16>>) -> impl IntoView {
    move || {
        let set = desk.project.labels();
        let known = labels.get().into_iter().filter_map(|index| set.get(i16::try_from(index).ok()?).cloned());
        let known: Vec<_> = known.collect();
        let name_class = if known.len() > 1 { "hidden-text" } else { "clip" };
        let chips = known.into_iter().map(|label| {
            let title = label.name.clone();
            view! {
                <span class="chip" style=("--label", label.color) title=title>
                    <span class=name_class>{label.name}</span>
                </span>
            }
        });
        view! { <span class="labels">{chips.collect_view()}</span> }
    }
}

/// Coverage as a bar and in digits, or why there is none.
fn line_figures(
    desk: Desk,
    active: bool,
    standing: Option<RuleStanding>,
    labels: &[u16],
) -> impl IntoView + use<> {
    let note = |text: &'static str, title: String| {
        view! { <span class="note" title=title>{icon(Icon::Warning)} {text}</span> }.into_any()
    };
    let Some(standing) = standing.filter(|_| active) else {
        return if active {
            ().into_any()
        } else {
            view! { <span class="quiet note">"off"</span> }.into_any()
        };
    };
    if let Some(refused) = standing.refused {
        return note("no votes", refused);
    }
    let rows = desk.eval.saved().with(|saved| saved.rows);
    let Some(share) = format::share(standing.counts.votes, rows) else { return ().into_any() };
    let color = labels
        .first()
        .and_then(|label| Some(desk.project.labels().get(i16::try_from(*label).ok()?)?.color.clone()));
    view! {
        <ShareBar share=standing.counts.votes as f64 / rows as f64 color=color.unwrap_or_default() />
        <span class="num" title=format!("votes on {} documents", format::of(standing.counts.votes, rows))>{share}</span>
        {standing.cost.slow.then(|| note("slow", slow(standing.cost, rows)))}
    }
    .into_any()
}

/// What all active rules do together, and the job that does it on the server.
#[component]
fn Footer() -> impl IntoView {
    let desk = use_desk();
    let covered = move || {
        desk.eval.saved().with(|saved| {
            if saved.rules.is_empty() {
                return None;
            }
            let share = format::share(saved.covered, saved.rows)?;
            Some(format!(
                "{share} covered by {}",
                format::counted(saved.rules.len() as u64, "active rule", "active rules")
            ))
        })
    };
    let partial = move || {
        desk.eval
            .saved()
            .with(|saved| (saved.rows < saved.total).then(|| format::of(saved.rows, saved.total)))
    };
    let sampled = move || partial().is_none() && desk.eval.sampling().with(Option::is_some);
    let running = move || desk.project.running(&[JobKind::Apply, JobKind::Combine]);
    view! {
        <div class="pane-foot">
            <p class="num small" data-testid="covered" data-exact=move || desk.eval.saved().with(|saved| saved.is_exact().to_string())>
                {move || covered().map(|covered| format!("{covered} "))}
                {move || partial().map(|partial| view! { <span class="quiet">{partial} " rows so far"</span> })}
                {move || sampled().then_some(view! { <span class="quiet">"of a sample"</span> })}
            </p>
            {move || match running() {
                Some(job) => {
                    let share = job::share(job.progress);
                    view! {
                        <div class="stack tight" role="status">
                            <span class="small">{job::doing(job.kind)} " " <span class="num quiet">{job::progress(&job)}</span></span>
                            <Progress name=job::doing(job.kind) share=Signal::derive(move || share) />
                        </div>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <Button kind=ButtonKind::Primary small=true icon=Icon::Play keys="⌃⏎" needs=Role::Engineer
                            disabled=Signal::derive(move || desk.eval.saved().with(|saved| saved.rules.is_empty())) on_press=move |()| desk.project.apply()>
                            "Apply to the corpus"
                        </Button>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
