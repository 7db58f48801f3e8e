//! The label page: one text, one key, the next text.

pub mod decided;
pub mod document;

use crate::components::key_sheet::KeyCaps;
use crate::components::loaded::Loaded;
use crate::components::progress::Progress;
use crate::format;
use crate::state::commands::{Command, Commands, use_command};
use crate::state::eval::use_eval;
use crate::state::labeling::Labeling;
use crate::state::project::use_project;
use decided::Decided;
use document::Shown;
use leptos::prelude::*;

/// The document to decide about, the labels it can get, and the last decisions.
#[component]
pub fn LabelPage() -> impl IntoView {
    let project = use_project();
    let labeling = Labeling::begin(project, use_eval());
    let labels = Memo::new(move |_| choices(&project.labels()));
    add_commands(labeling, labels);
    let rows = move || project.corpus.with(|corpus| corpus.map_or(0, |corpus| corpus.rows));
    let share = Signal::derive(move || Some(labeling.labeled() as f64 / rows().max(1) as f64));
    view! {
        <div class="label-page">
            <h1 class="hidden-text">"Label"</h1>
            <Loaded of=project.corpus.status() what="The documents">
                <section class="label-main" aria-label="The document">
                    <Shown labeling=labeling />
                    <div class="label-choices" role="group" aria-label="Labels">
                        <For each=move || labels.get() key=Choice::clone let:choice>
                            <ChoiceButton labeling=labeling choice=choice />
                        </For>
                        <button type="button" class="button" on:click=move |_| labeling.skip()>
                            "Skip" <KeyCaps keys="s" />
                        </button>
                    </div>
                </section>
                <aside class="label-side">
                    <div class="stack tight">
                        <p class="num small" data-testid="labeled">
                            {move || format!("{} labeled", format::of(labeling.labeled(), rows()))}
                        </p>
                        <Progress name="Documents with a label" share=share />
                    </div>
                    <label class="row">
                        <input
                            type="checkbox"
                            bind:checked=labeling.as_gold
                            disabled=move || !labeling.may_give_gold()
                        />
                        <span>"Set as gold"</span>
                    </label>
                    <p class="quiet small">
                        {move || if labeling.as_gold.get() {
                            "What you give is the truth about a document."
                        } else {
                            "What you give is your word; how far it is trusted follows from all labels."
                        }}
                    </p>
                    <Decided labeling=labeling />
                </aside>
            </Loaded>
        </div>
    }
}

/// A label that can be given, and its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choice {
    index: i16,
    name: String,
    color: String,
    key: String,
}

/// The labels that are not retired, each with its hotkey, else its place in the row.
fn choices(labels: &crate::state::labels::LabelSet) -> Vec<Choice> {
    let all = (0_i16..).zip(labels.all()).filter(|(_, label)| !label.retired);
    let mut choices = Vec::new();
    for (place, (index, label)) in (1..).zip(all) {
        let key = match (label.hotkey.as_str(), place) {
            ("", place @ 1..=9) => place.to_string(),
            (hotkey, _) => hotkey.to_owned(),
        };
        choices.push(Choice { index, name: label.name.clone(), color: label.color.clone(), key });
    }
    choices
}

#[component]
fn ChoiceButton(labeling: Labeling, choice: Choice) -> impl IntoView {
    let index = choice.index;
    let given = Memo::new(move |_| {
        let decision = labeling.document().and_then(|document| labeling.decision(&document.id));
        matches!(decision, Some(crate::state::labeling::Decision::Label { label, .. }) if label == index)
    });
    view! {
        <button
            type="button"
            class="button label-choice"
            style=("--label", choice.color)
            aria-pressed=move || given.get().to_string()
            on:click=move |_| labeling.give(index)
        >
            <span class="chip"><span class="clip">{choice.name}</span></span>
            {(!choice.key.is_empty()).then(|| view! { <kbd aria-hidden="true">{choice.key}</kbd> })}
        </button>
    }
}

fn add_commands(labeling: Labeling, labels: Memo<Vec<Choice>>) {
    use_command("Label", "Skip", "s", move || labeling.skip());
    use_command("Label", "The document before", "ArrowLeft", move || labeling.back());
    use_command("Label", "The next document", "ArrowRight", move || labeling.onward());
    use_command("Label", "Take the label back", "Backspace", move || labeling.take_back());
    use_command("Label", "Set as gold, or not", "x", move || labeling.as_gold.update(|gold| *gold = !*gold));
    let commands = Commands::expect();
    // Last, so that a label's own key goes before all others.
    Effect::new(move |_| {
        for choice in labels.get() {
            let run = Callback::new(move |()| labeling.give(choice.index));
            commands.add(Command { group: "Label", name: choice.name, keys: choice.key.into(), run });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::labels::LabelSet;
    use hunch_protocol::Label;

    #[test]
    fn a_label_has_its_own_key_or_its_place_and_a_retired_one_none() {
        let label = |name: &str, hotkey: &str, retired| Label {
            name: name.to_owned(),
            hotkey: hotkey.to_owned(),
            retired,
            ..Label::default()
        };
        let set =
            LabelSet::new(&[label("HAM", "h", false), label("OLD", "", true), label("SPAM", "", false)]);
        let keys: Vec<_> = choices(&set).into_iter().map(|choice| (choice.index, choice.key)).collect();
        assert_eq!(keys, [(0, "h".to_owned()), (2, "2".to_owned())]);
    }
}
