//! The middle pane: what the policy says, and what each part of it does.

use super::studio::{Checked, SAMPLE, Studio, use_studio};
use crate::components::button::{Button, ButtonKind};
use crate::components::editor::Editor;
use crate::components::empty::Empty;
use crate::components::figure::Defined;
use crate::components::icon::{Icon, icon};
use crate::format;
use crate::state::drafts::NEW;
use crate::worker::message::preview::{Effect as Change, Effects, Show};
use hunch_protocol::Role;
use hunch_rules::policy::MAX_SPREAD;
use hunch_rules::{LineIndex, NumberKind, PolicyNumber};
use leptos::prelude::*;

const VOTES: &str = "Sampled train documents of which at least one copy gets another vote, or none, from at least one active rule.";
const LABELS: &str = "Sampled train documents of which at least one copy gets another label, or none, from the majority of the active rules; ties go by the document's id. A copy keeps its parent's label all the same: a flip says that the rules see something else in it.";

/// The editor of the chosen policy, its numbers and their effects.
#[component]
pub fn Editing() -> impl IntoView {
    let studio = use_studio();
    let ready = Memo::new(move |_| studio.eval.language().read().is_some() && studio.project.sync.is_ready());
    let state = Memo::new(move |_| {
        let new = studio.chosen.with(|chosen| chosen.as_deref() == Some(NEW));
        (ready.get(), studio.chosen.read().is_some(), new || studio.saved.read().is_some())
    });
    view! {
        <section class="writing" aria-label="The policy">
            {move || match state.get() {
                (false, ..) => view! {
                    <div class="pane-head" aria-busy="true"><span class="skeleton title"></span></div>
                }.into_any(),
                (_, false, _) => view! {
                    <Empty
                        icon=Icon::Augment
                        title="Say how documents may vary"
                        text="A policy makes changed copies of train documents for training jobs: typing mistakes, swapped words, synonyms, other numbers. Watch here what that does to the votes of your rules."
                    >
                        <Button kind=ButtonKind::Primary icon=Icon::Plus keys="n" needs=Role::Engineer on_press=move |()| studio.go(NEW, false)>
                            "Write the first policy"
                        </Button>
                    </Empty>
                }.into_any(),
                (_, _, false) => view! {
                    <Empty
                        icon=Icon::Augment
                        title="This policy is not here"
                        text="It may have been deleted, or the address is wrong. Choose another one from the list."
                    />
                }.into_any(),
                _ => view! { <Desk studio=studio /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Desk(studio: Studio) -> impl IntoView {
    let diagnostics = Memo::new(move |_| studio.checked.with(|checked| checked.diagnostics.clone()));
    view! {
        <div class="pane-head">
            <strong class="clip">
                {move || studio.saved.with(|saved| saved.as_ref().map_or_else(|| "New policy".to_owned(), |policy| policy.body.name.clone()))}
            </strong>
            <span class="quiet small" role="status">{move || standing(studio)}</span>
            <span class="grow"></span>
            <Button kind=ButtonKind::Quiet small=true needs=Role::Engineer on_press=move |()| studio.delete()>"Delete"</Button>
            <Button kind=ButtonKind::Primary small=true keys="⌃S" needs=Role::Engineer on_press=move |()| studio.save()>"Save"</Button>
        </div>
        <div class="editing">
            {move || {
                studio.chosen.track();
                view! {
                    <Editor
                        label="Policy"
                        text=studio.text
                        diagnostics=diagnostics
                        select=studio.select
                        language=studio.eval.language()
                        on_change=move |text| studio.edit(text)
                    />
                }
            }}
            <ul class="problems plain" aria-live="polite">
                {move || diagnostics.get().into_iter().map(|found| {
                    let line = studio.text.with_untracked(|text| LineIndex::new(text).line_column(found.span.start).0);
                    view! { <li class="bad">{icon(Icon::Warning)} {format!("Line {line}: {found}")}</li> }
                }).collect_view()}
            </ul>
        </div>
        <Parts studio=studio />
    }
}

fn standing(studio: Studio) -> String {
    match studio.saved.get() {
        None => "not saved".to_owned(),
        Some(_) if studio.is_edited() => "edited".to_owned(),
        Some(policy) if policy.revision == 0 => "saved here".to_owned(),
        Some(policy) => format!("saved · r{}", policy.revision),
    }
}

/// The whole policy and each of its transformations: sliders, and shares of documents that change.
#[component]
fn Parts(studio: Studio) -> impl IntoView {
    // While a text has errors, its last sound form stays on screen.
    let sound = Memo::new(move |before: Option<&(Checked, String)>| {
        let checked = studio.checked.get();
        match (checked.policy.is_some(), before) {
            (false, Some(before)) => before.clone(),
            _ => (checked, studio.text.get_untracked()),
        }
    });
    let names = Memo::new(move |_| {
        sound.with(|(checked, text)| {
            let steps = checked.policy.iter().flat_map(|policy| &policy.steps);
            // The transformation without its numbers, so that a slider that moves stays in its place.
            steps
                .map(|span| text[span.start..span.end].split('(').next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        })
    });
    let row = move |step: Option<usize>, name: String| {
        let numbers = Memo::new(move |_| {
            let of = |number: &&PolicyNumber| number.step == step;
            sound.with(|(checked, _)| {
                checked.policy.iter().flat_map(|it| &it.numbers).filter(of).copied().collect::<Vec<_>>()
            })
        });
        let count = Memo::new(move |_| numbers.with(Vec::len));
        let label = name.clone();
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="sliders">
                    {move || (0..count.get()).map(|at| view! { <Slider studio=studio of=label.clone() numbers=numbers at=at /> }).collect_view()}
                </td>
                <td><Share studio=studio step=step effect=Change::Votes /></td>
                <td><Share studio=studio step=step effect=Change::Label /></td>
            </tr>
        }
    };
    view! {
        <div class="pane-body parts">
            <table>
                <caption class="hidden-text">"What the policy and each of its transformations do to the sample"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Transformation"</th>
                        <th scope="col">"How much"</th>
                        <th scope="col"><Defined definition=VOTES>"Votes change"</Defined></th>
                        <th scope="col"><Defined definition=LABELS>"Label flips"</Defined></th>
                    </tr>
                </thead>
                <tbody>
                    {move || names.get().into_iter().enumerate().map(|(at, name)| row(Some(at), name)).collect_view()}
                    {row(None, "whole policy".to_owned())}
                </tbody>
            </table>
            <div class="row sample">
                <p class="quiet small num">{move || sampled(studio)}</p>
                <span class="grow"></span>
                <Button icon=Icon::Again small=true keys="s" on_press=move |()| studio.reseed()>
                    {move || format!("Seed {}", studio.seed.get())}
                </Button>
            </div>
            {move || studio.failure.get().map(|why| view! { <p class="error" role="alert">{icon(Icon::Warning)} " " {why}</p> })}
        </div>
    }
}

fn sampled(studio: Studio) -> String {
    let (rows, total) = studio.eval.loading().with(|loading| (loading.rows, loading.total));
    match studio.sample.get() {
        None => "Loading documents …".to_owned(),
        Some(sample) if sample.rows == 0 => {
            "There are no train documents; only those are augmented.".to_owned()
        }
        Some(sample) => {
            let drawn = format::of(sample.picks.len() as u64, sample.rows);
            let partial =
                if rows < total { format!(" ({} loaded)", format::of(rows, total)) } else { String::new() };
            let all = if sample.picks.len() < SAMPLE { "all" } else { "a sample of" };
            format!("Figures are of {all} {drawn} train documents{partial}.")
        }
    }
}

/// A number of the text as a slider.
#[component]
fn Slider(studio: Studio, of: String, numbers: Memo<Vec<PolicyNumber>>, at: usize) -> impl IntoView {
    let number = move || numbers.with(|all| all.get(at).copied());
    let kind = numbers.with_untracked(|all| all.get(at).map_or(NumberKind::Share, |number| number.kind));
    let (what, min, max, step) = match kind {
        NumberKind::Copies => ("copies", 1.0, 10.0, 1.0),
        NumberKind::Times => ("times", 1.0, 10.0, 1.0),
        NumberKind::Share => ("share", 0.0, 1.0, 0.01),
        NumberKind::Spread => ("spread", 0.0, MAX_SPREAD, 0.05),
    };
    view! {
        <label class="slider">
            <span class="small quiet">{what}</span>
            <input
                type="range"
                aria-label=format!("{of}: {what}")
                min=min
                max=max
                step=step
                prop:value=move || number().map(|number| number.value.to_string())
                on:input=move |event| {
                    let value = event_target_value(&event).parse::<f64>();
                    if let (Some(number), Ok(value)) = (untrack(number), value)
                        && untrack(|| studio.checked.with(|checked| checked.policy.is_some()))
                    {
                        studio.set_number(number, value);
                    }
                }
            />
            <output class="num small">{move || number().map(|number| number.value.to_string())}</output>
        </label>
    }
}

/// How many documents a part of the policy changes; a press shows them.
#[component]
fn Share(studio: Studio, step: Option<usize>, effect: Change) -> impl IntoView {
    let effects = Memo::new(move |_| {
        studio.preview.with(|preview| {
            let preview = preview.as_ref()?;
            match step {
                None => Some(preview.whole),
                Some(step) => preview.steps.get(step).copied(),
            }
        })
    });
    let count = move |effects: Effects| match effect {
        Change::Votes => effects.votes,
        _ => effects.labels,
    };
    let shown = move || studio.show.with(|show| show.effect == effect && show.step == step);
    let toggle = move |_| {
        let on = untrack(shown);
        studio.show.update(|show| {
            *show =
                if on { Show { take: show.take, ..Show::default() } } else { Show { effect, step, ..*show } };
        });
    };
    move || match effects.get().filter(|effects| effects.rows > 0) {
        None => view! { <span class="quiet small">"…"</span> }.into_any(),
        Some(effects) => view! {
            <button
                type="button"
                class="link effect num"
                aria-pressed=move || shown().to_string()
                title="Show these documents"
                on:click=toggle
            >
                <span>{format::share(count(effects), effects.rows)}</span>
                <span class="quiet small">{format::of(count(effects), effects.rows)}</span>
            </button>
        }
        .into_any(),
    }
}
