//! Setting a widget up.

use crate::components::{
    button::{Button, ButtonKind},
    element_id,
    field::TextField,
    icon::{Icon, icon},
    radios::Radios,
};
use crate::state::widgets::Widgets;
use hunch_protocol::{Question, SaveWidget, Widget};
use leptos::prelude::*;
use leptos::task::spawn_local;

const QUESTIONS: [(Question, &str, &str); 3] = [
    (Question::Right, "Is this right?", "Yes, no or not sure about the label you show."),
    (Question::Thumbs, "Thumbs", "Up or down on the label you show."),
    (Question::Choose, "Choose the label", "One of the project's labels; nothing needs to be shown."),
];

/// A form for a new widget, or for one that is there.
#[component]
pub fn WidgetForm(widgets: Widgets, before: Option<Widget>, done: Callback<Widget>) -> impl IntoView {
    let settings = before.as_ref().map_or_else(
        || SaveWidget { anonymous: true, enabled: true, ..SaveWidget::default() },
        |widget| widget.settings.clone(),
    );
    let name = RwSignal::new(settings.name.clone());
    let question = RwSignal::new(settings.question);
    let origins = RwSignal::new(settings.origins.join("\n"));
    let anonymous = RwSignal::new(settings.anonymous);
    let enabled = RwSignal::new(settings.enabled);
    let new_documents = RwSignal::new(settings.new_documents.to_string());
    let (busy, refused) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let new = before.is_none();
    let kept = StoredValue::new((before, settings));
    let save = move || {
        let (before, settings) = kept.get_value();
        let settings = SaveWidget {
            name: name.get_untracked().trim().to_owned(),
            question: question.get_untracked(),
            origins: origins.get_untracked().split_whitespace().map(str::to_owned).collect(),
            anonymous: anonymous.get_untracked(),
            enabled: enabled.get_untracked(),
            new_documents: new_documents.get_untracked().trim().parse().unwrap_or(0),
            ..settings
        };
        busy.set(true);
        spawn_local(async move {
            let saved = widgets.save(before, settings).await;
            busy.try_set(false);
            match saved {
                Ok(widget) => done.run(widget),
                Err(failure) => {
                    refused.try_set(Some(failure.to_string()));
                }
            }
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <TextField label="Name" value=name hint="For your team; users do not see it." autofocus=true />
            <OriginsField value=origins />
            <Radios legend="Question" options=QUESTIONS.to_vec() chosen=question on_choose=move |choice| question.set(choice) />
            <fieldset class="stack tight">
                <legend class="legend">"Who may answer"</legend>
                <Check checked=anonymous name="Users without a signed identity" meaning="Each browser counts as one user. Without it, your server must sign who answers." />
                <Check checked=enabled name="Switched on" meaning="Off, it takes no answers and shows nothing." />
            </fieldset>
            <TextField
                label="New documents"
                value=new_documents
                hint="How many texts that the corpus does not hold may become documents. 0: answers about unknown texts are refused."
                max=7
            />
            <div aria-live="polite">
                {move || refused.get().map(|why| view! { <p class="row bad wrap">{icon(Icon::Warning)} {why}</p> })}
            </div>
            <div class="actions">
                <Button kind=ButtonKind::Primary submit=true busy=busy>{if new { "Create the widget" } else { "Save" }}</Button>
            </div>
        </form>
    }
}

#[component]
fn Check(checked: RwSignal<bool>, name: &'static str, meaning: &'static str) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" bind:checked=checked />
            <span>
                {name}
                <span class="quiet small">" " {meaning}</span>
            </span>
        </label>
    }
}

#[component]
fn OriginsField(value: RwSignal<String>) -> impl IntoView {
    let id = element_id("origins");
    let hint = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id.clone()>"Origins"</label>
            <textarea
                id=id
                class="input lines"
                rows="3"
                spellcheck="false"
                autocomplete="off"
                placeholder="https://shop.example"
                aria-describedby=hint.clone()
                bind:value=value
            ></textarea>
            <p class="hint" id=hint>"One a line: scheme, host and port of the pages that show the widget. All others are refused."</p>
        </div>
    }
}
