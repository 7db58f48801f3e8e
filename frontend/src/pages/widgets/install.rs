//! What to paste into a product's page, and the keys to it.

use crate::components::button::{Button, ButtonKind};
use crate::components::copy_button::CopyButton;
use crate::components::dialog::Dialog;
use crate::state::widgets::Widgets;
use hunch_protocol::{Question, Role, Widget, routes};
use leptos::prelude::*;

/// The snippet of a widget, its key and its secret.
#[component]
pub fn Install(widgets: Widgets, widget: Widget) -> impl IntoView {
    let snippet = snippet(&widget);
    let signed = widget.signed;
    let secret = RwSignal::new(None::<String>);
    let secret_open = RwSignal::new(false);
    let rotating = RwSignal::new(false);
    Effect::new(move |_| secret_open.set(secret.read().is_some()));
    let kept = StoredValue::new(widget);
    let copied = StoredValue::new(snippet.clone());
    view! {
        <div class="stack">
            <div class="row apart">
                <h3>"Install"</h3>
                <CopyButton text=Signal::derive(move || copied.get_value()) />
            </div>
            <pre class="mono small snippet" tabindex="0" role="region" aria-label="Snippet">{snippet}</pre>
            <p class="quiet small">
                "Put the document's id, or its text, and the label you show into the attributes. A page with a content security policy adds its nonce to the script and this server to "
                <code>"script-src"</code> " and " <code>"connect-src"</code> "."
            </p>
            <div class="row wrap">
                <Button small=true needs=Role::Engineer on_press=move || rotating.set(true)>"Replace the key"</Button>
                <Button small=true needs=Role::Engineer on_press=move || widgets.rotate_secret(kept.get_value(), secret)>
                    {if signed { "Replace the secret" } else { "Make a secret to sign identities" }}
                </Button>
            </div>
        </div>
        <Dialog open=rotating title="Replace the key?">
            <div class="stack">
                <p>"Pages that carry the key there is now are refused until they carry the new one. Answers that wait in browsers are sent when their page carries the old key no more, and are lost."</p>
                <div class="actions">
                    <Button on_press=move || rotating.set(false)>"Cancel"</Button>
                    <Button
                        kind=ButtonKind::Danger
                        on_press=move || {
                            rotating.set(false);
                            widgets.rotate_key(kept.get_value());
                        }
                    >
                        "Replace"
                    </Button>
                </div>
            </div>
        </Dialog>
        <Dialog open=secret_open title="The secret">
            <div class="stack">
                <p>"Keep it on your server: whoever has it can answer as any user. It is shown this once. The secret before it is good for another day."</p>
                <div class="row">
                    <code class="grow mono">{move || secret.get()}</code>
                    <CopyButton text=Signal::derive(move || secret.get().unwrap_or_default()) />
                </div>
            </div>
        </Dialog>
    }
}

/// The element as a page carries it.
fn snippet(widget: &Widget) -> String {
    let home = window().location().origin().unwrap_or_default();
    let script = routes::WIDGET_SCRIPT;
    let shown = match widget.settings.question {
        Question::Choose => "",
        Question::Thumbs | Question::Right => "\n  shown=\"LABEL\"",
    };
    let identity = if widget.settings.anonymous {
        ""
    } else {
        "\n  identity=\"USER\" expires=\"SECONDS\" signature=\"HMAC\""
    };
    format!(
        "<script src=\"{home}{script}\" async></script>\n<hunch-feedback\n  key=\"{}\"\n  document=\"DOCUMENT\"{shown}{identity}\n></hunch-feedback>",
        widget.key
    )
}
