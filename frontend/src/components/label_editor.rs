//! Writing a label set: names, colours, keys.

use super::button::{Button, ButtonKind, IconButton};
use super::icon::Icon;
use crate::state::label_draft::{LabelDraft, LabelFields};
use leptos::prelude::*;

/// One line per label; its place is its index.
#[component]
pub fn LabelEditor(draft: LabelDraft) -> impl IntoView {
    view! {
        <fieldset class="field labels-editor">
            <legend class="legend">"Labels"</legend>
            <ol class="stack tight">
                <For each=move || draft.fields.get() key=|label| label.key let:label>
                    <LabelLine draft=draft label=label />
                </For>
            </ol>
            <div>
                <Button kind=ButtonKind::Quiet small=true icon=Icon::Plus on_press=move || draft.add("")>
                    "Add a label"
                </Button>
            </div>
        </fieldset>
    }
}

#[component]
fn LabelLine(draft: LabelDraft, label: LabelFields) -> impl IntoView {
    let place = Memo::new(move |_| {
        draft.fields.with(|fields| fields.iter().position(|other| other.key == label.key).unwrap_or(0))
    });
    let called = move |what: &'static str| move || format!("{what} of label {}", place.get());
    view! {
        <li class="label-line">
            <span class="num quiet" title="Index: votes and exports carry this number">{place}</span>
            <input class="input" type="color" aria-label=called("Colour") bind:value=label.color />
            <input
                class="input"
                type="text"
                placeholder="Name, such as SPAM"
                autocomplete="off"
                maxlength=hunch_protocol::limits::NAME_CHARS.to_string()
                aria-label=called("Name")
                bind:value=label.name
            />
            <input
                class="input hotkey mono"
                type="text"
                maxlength="1"
                placeholder="key"
                autocomplete="off"
                aria-label=called("Key")
                bind:value=label.hotkey
            />
            <input
                class="input description"
                type="text"
                placeholder="When to give it (optional)"
                autocomplete="off"
                aria-label=called("Description")
                bind:value=label.description
            />
            <IconButton
                icon=Icon::Up
                name=Signal::derive(move || format!("Move label {} up", place.get()))
                disabled=Signal::derive(move || place.get() == 0)
                on_press=move || draft.move_up(label.key)
            />
            <IconButton
                icon=Icon::Close
                name=Signal::derive(move || format!("Remove label {}", place.get()))
                on_press=move || draft.remove(label.key)
            />
        </li>
    }
}
