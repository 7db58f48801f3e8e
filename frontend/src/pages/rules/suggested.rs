//! Suggested rules: what tells the labels apart, beside the rules that exist.

use super::desk::{Desk, use_desk};
use crate::components::button::{Button, IconButton};
use crate::components::icon::Icon;
use crate::components::progress::Progress;
use crate::format;
use crate::routes::Section;
use crate::state::drafts::SUGGESTED;
use crate::state::eval::board::SavedFigures;
use crate::state::eval::suggestions::By;
use hunch_rules::LabelIndex;
use hunch_suggest::Suggestion;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use wasm_bindgen::JsCast as _;

/// Suggestions that are shown before someone asks for more.
const FEW: usize = 5;
/// Where the choice of what suggestions go by is; the panel's key leads to it.
const CHOICE: &str = "suggest-by";

/// What suggestions go by, as the page offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    Gold,
    Model,
    Shown,
    Picked,
}

/// What there is to show.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    Looking,
    Here(Vec<Suggestion>),
    None(String),
}

/// Leads the keyboard to the panel.
pub fn focus() {
    let choice = document().get_element_by_id(CHOICE);
    if let Some(choice) = choice.and_then(|choice| choice.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A choice that is shown can be focused.
        let _ = choice.focus();
    }
}

/// The list below the rules: a click looks at a suggestion, another accepts it.
#[component]
pub fn Suggested() -> impl IntoView {
    let desk = use_desk();
    let gold = Memo::new(move |_| desk.eval.loading().with(|loading| loading.gold));
    let basis = RwSignal::new(Basis::Gold);
    let label = RwSignal::new(0_u16);
    // Without gold the model is the next best; with neither, the panel says what to do.
    let touched = StoredValue::new(false);
    Effect::new(move |_| {
        let (gold, voted) = (gold.get(), desk.eval.saved().with(|saved| saved.covered > 0));
        if !touched.get_value() {
            let best = if gold == 0 && voted { Basis::Model } else { Basis::Gold };
            if basis.get_untracked() != best {
                basis.set(best);
            }
        }
    });
    let found = RwSignal::new(Found::Looking);
    let asked = StoredValue::new(0_u32);
    let again = RwSignal::new(0_u32);
    let look = move || look(desk, basis, label, found, asked);
    Effect::new(move |_| {
        again.track();
        label.track();
        basis.track();
        gold.track();
        if matches!(basis.get(), Basis::Gold | Basis::Model) {
            desk.eval.saved().with(|saved| (saved.is_exact(), saved.rules.len()));
        }
        desk.project.blacklist();
        untrack(look);
    });
    let more = RwSignal::new(false);
    let shown = move || match found.get() {
        Found::Looking => view! {
            <div class="none" role="status"><Progress name="Looking for rules" share=None /> "Looking …"</div>
        }
        .into_any(),
        Found::None(why) => view! { <Nothing desk=desk basis=basis why=why /> }.into_any(),
        Found::Here(all) => {
            let rest = all.len().saturating_sub(FEW);
            let take = if more.get() { all.len() } else { FEW };
            let lines = all
                .into_iter()
                .take(take)
                .map(|it| view! { <Line desk=desk suggestion=it basis=basis.get_untracked() /> });
            view! {
                <ul>{lines.collect_view()}</ul>
                {(rest > 0).then(|| view! {
                    <button type="button" class="link small more" on:click=move |_| more.update(|more| *more = !*more)>
                        {if more.get() { "Fewer".to_owned() } else { format!("{} more", format::count(rest as u64)) }}
                    </button>
                })}
            }
            .into_any()
        }
    };
    let choose = move |value: String| {
        touched.set_value(true);
        basis.set(match value.as_str() {
            "model" => Basis::Model,
            "shown" => Basis::Shown,
            "picked" => Basis::Picked,
            _ => Basis::Gold,
        });
    };
    let by_documents = move || matches!(basis.get(), Basis::Shown | Basis::Picked);
    view! {
        <section class="suggested" aria-label="Suggested rules">
            <div class="suggested-head">
                <h2>"Suggested"</h2>
                <select
                    class="input small"
                    id=CHOICE
                    aria-label="What suggestions go by"
                    prop:value=move || value(basis.get())
                    on:change=move |event| choose(event_target_value(&event))
                >
                    <option value="gold">{move || format!("by gold ({})", format::count(gold.get()))}</option>
                    <option value="model">"by the model"</option>
                    <option value="shown">{move || format!("by what is shown ({})", desk.tab.get().name())}</option>
                    <option value="picked">{move || format!("by chosen documents ({})", desk.picked.read().len())}</option>
                </select>
                <Show when=by_documents>
                    <LabelChoice desk=desk label=label />
                </Show>
                <IconButton icon=Icon::Again name="Look again" on_press=move |()| again.update(|again| *again += 1) />
            </div>
            <div class="suggested-body" aria-live="polite" data-testid="suggestions" data-found=move || matches!(found.get(), Found::Here(_)).to_string()>
                {shown}
            </div>
        </section>
    }
}

fn value(basis: Basis) -> &'static str {
    match basis {
        Basis::Gold => "gold",
        Basis::Model => "model",
        Basis::Shown => "shown",
        Basis::Picked => "picked",
    }
}

/// Asks the workers; only the newest question's answer is shown.
fn look(
    desk: Desk,
    basis: RwSignal<Basis>,
    label: RwSignal<LabelIndex>,
    found: RwSignal<Found>,
    asked: StoredValue<u32>,
) {
    let number = asked.get_value() + 1;
    asked.set_value(number);
    let by = match why_not(desk, basis.get()) {
        Some(why) => return found.set(Found::None(why)),
        None => match basis.get() {
            Basis::Gold => By::Gold,
            Basis::Model => By::Model,
            Basis::Shown => By::Tab(desk.tab.get(), label.get()),
            Basis::Picked => By::Chosen(desk.picked.get(), label.get()),
        },
    };
    if !desk.eval.saved().with(SavedFigures::is_exact) {
        return found.set(Found::Looking);
    }
    let blacklist = desk.project.blacklist();
    spawn_local(async move {
        let answer = desk.eval.suggest(by, blacklist).await;
        if asked.try_get_value() != Some(number) {
            return;
        }
        let news = match answer {
            Some(Ok(suggestions)) if suggestions.is_empty() => Found::None(
                "Nothing tells the labels apart beyond what the rules say already. More gold would show more.".to_owned(),
            ),
            Some(Ok(suggestions)) => Found::Here(suggestions),
            Some(Err(why)) => Found::None(why),
            None => Found::None("The search was ended. Look again.".to_owned()),
        };
        found.try_set(news);
    });
}

/// What is missing for suggestions, as a sentence that says what to do.
fn why_not(desk: Desk, basis: Basis) -> Option<String> {
    let (gold, total) = desk.eval.loading().with(|loading| (loading.gold, loading.total));
    let voted = desk.eval.saved().with(|saved| saved.covered > 0);
    let why = match basis {
        _ if total == 0 => "No documents yet: bring some, and suggestions follow.",
        Basis::Gold if gold == 0 && voted => {
            "No gold yet: label some documents, or go by the model's probabilities."
        }
        Basis::Gold if gold == 0 => {
            "No gold yet: label some documents, and the words that tell their labels are suggested here."
        }
        Basis::Model if !voted => {
            "The model needs votes: write a first rule, or label some documents and go by gold."
        }
        Basis::Picked if desk.picked.read().is_empty() => {
            "Choose documents on the right, those that should get the label, and look again."
        }
        _ => return None,
    };
    Some(why.to_owned())
}

#[component]
fn Nothing(desk: Desk, basis: RwSignal<Basis>, why: String) -> impl IntoView {
    let label = Section::Label.path(&desk.project.id());
    let gold = desk.eval.loading().with_untracked(|loading| loading.gold);
    let voted = desk.eval.saved().with_untracked(|saved| saved.covered > 0);
    view! {
        <div class="none stack tight">
            <p>{why}</p>
            <div class="row">
                {(gold == 0).then(|| view! { <A href=label attr:class="button small">"Label documents"</A> })}
                {(voted && basis.get_untracked() == Basis::Gold)
                    .then(|| view! { <Button small=true on_press=move |()| basis.set(Basis::Model)>"Go by the model"</Button> })}
            </div>
        </div>
    }
}

/// The label that the shown or chosen documents should get.
#[component]
fn LabelChoice(desk: Desk, label: RwSignal<LabelIndex>) -> impl IntoView {
    let options = move || {
        let labels = desk.project.labels();
        let known = labels.all().iter().enumerate().filter(|(_, label)| !label.retired);
        let option = |(index, of): (usize, &hunch_protocol::Label)| {
            view! { <option value=index.to_string() selected=index == usize::from(label.get_untracked())>{of.name.clone()}</option> }
        };
        known.map(option).collect_view()
    };
    view! {
        <select
            class="input small"
            aria-label="The label these documents should get"
            on:change=move |event| label.set(event_target_value(&event).parse().unwrap_or(0))
        >
            {options}
        </select>
    }
}

#[component]
fn Line(desk: Desk, suggestion: Suggestion, basis: Basis) -> impl IntoView {
    let set = desk.project.labels();
    let label = i16::try_from(suggestion.label).ok().and_then(|label| set.get(label).cloned());
    let of = match basis {
        Basis::Gold => "gold",
        Basis::Model => "expected",
        Basis::Shown | Basis::Picked => "chosen",
    };
    let Suggestion { name, term, votes, rows, adds, judged, right, precision, .. } = suggestion.clone();
    let figures = format!(
        "{:.2} [{:.2}–{:.2}] {right:.0}/{} {of} · adds {}",
        right / judged.max(1) as f64,
        precision.low,
        precision.high,
        format::count(judged),
        format::count(adds),
    );
    let hint = format!(
        "Votes on {} documents. Precision {:.2}, 95 % interval by Wilson's score. {} documents that no active rule votes on.",
        format::of(votes, rows),
        right / judged.max(1) as f64,
        format::count(adds),
    );
    let text = suggestion.rule.clone();
    let chosen = Memo::new(move |_| {
        desk.chosen.get().as_deref() == Some(SUGGESTED)
            && desk.drafts.get(SUGGESTED).is_some_and(|draft| draft.text == text)
    });
    let suggestion = StoredValue::new(suggestion);
    let shown_term = term.clone();
    view! {
        <li class="suggestion" class:chosen=chosen data-term=shown_term>
            <button
                type="button"
                class="look"
                title=hint
                aria-pressed=move || chosen.get().to_string()
                on:click=move |_| suggestion.with_value(|it| desk.look_at(it))
            >
                <span class="mono clip">{name.clone()}</span>
                {label.map(|label| view! { <span class="chip" style=("--label", label.color)><span class="clip">{label.name}</span></span> })}
                <span class="num">{format::share(votes, rows)}</span>
                <span class="num small quiet precision">{figures}</span>
            </button>
            <IconButton icon=Icon::Check name=format!("Accept {name}") on_press=move |()| desk.accept(suggestion.get_value()) />
            <IconButton icon=Icon::Close name=format!("Never suggest “{term}” again") on_press=move |()| desk.refuse(suggestion.get_value()) />
        </li>
    }
}
