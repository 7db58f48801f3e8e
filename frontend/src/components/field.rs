//! Fields of forms: a name, a control, a hint, an error.

use super::element_id;
use super::icon::{Icon, icon};
use leptos::prelude::*;

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: String,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The keyboard starts here.
    #[prop(optional)]
    autofocus: bool,
    /// Most characters.
    #[prop(default = hunch_protocol::limits::NAME_CHARS)]
    max: usize,
) -> impl IntoView {
    let id = element_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = if hint.is_empty() { error_id.clone() } else { format!("{hint_id} {error_id}") };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                type="text"
                autocomplete=autocomplete
                maxlength=max.to_string()
                placeholder=placeholder
                autofocus=autofocus
                aria-describedby=described
                aria-invalid=move || error.read().is_some().then_some("true")
                bind:value=value
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <FieldError id=error_id error=error />
        </div>
    }
}

/// A line of text that is not shown.
#[component]
pub fn SecretField(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// What the browser's password keeper may fill in.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let id = element_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                type="password"
                autocomplete=autocomplete
                maxlength="1024"
                aria-describedby=format!("{hint_id} {error_id}")
                aria-invalid=move || error.read().is_some().then_some("true")
                bind:value=value
            />
            <p class="hint" id=hint_id>{hint}</p>
            <FieldError id=error_id error=error />
        </div>
    }
}

/// What is wrong with a field, told when it becomes so.
#[component]
pub fn FieldError(#[prop(into)] id: String, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div id=id aria-live="polite">
            {move || {
                error.get().map(|error| view! { <p class="error">{icon(Icon::Warning)} {error}</p> })
            }}
        </div>
    }
}
