//! Rules in and out: from files of other tools, and into other tools' languages.

use super::desk::use_desk;
use crate::components::button::{Button, ButtonKind};
use crate::components::copy_button::CopyButton;
use crate::components::dialog::Dialog;
use crate::components::element_id;
use crate::components::icon::{Icon, icon};
use crate::components::menu::{Menu, MenuItem};
use crate::format::counted;
use crate::state::commands::use_command;
use crate::state::eval::language::{Incoming, Outgoing};
use crate::state::toasts::Toasts;
use hunch_rules::export::Target;
use hunch_rules::import::{Format, IMPORT_BYTES};
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use wasm_bindgen_futures::JsFuture;

/// The menu that opens both dialogs.
#[component]
pub fn Transfer() -> impl IntoView {
    let (importing, exporting) = (RwSignal::new(false), RwSignal::new(false));
    use_command("Rules", "Import rules", "", move || importing.set(true));
    use_command("Rules", "Export rules", "", move || exporting.set(true));
    let item = |name: &str, open: RwSignal<bool>| MenuItem {
        name: name.to_owned(),
        hint: String::new(),
        chosen: None,
        divided: false,
        run: Callback::new(move |()| open.set(true)),
    };
    let items = vec![item("Import rules", importing), item("Export rules", exporting)];
    view! {
        <Menu
            name="Rules in and out"
            class="button quiet small"
            button=|| icon(Icon::Upload)
            at_end=true
            items=Signal::stored(items)
        />
        <Dialog open=importing title="Import rules" class="transfer">
            <Import open=importing />
        </Dialog>
        <Dialog open=exporting title="Export rules" class="transfer">
            <Export />
        </Dialog>
    }
}

/// A file or a paste, what would come of it, and what would not.
#[component]
fn Import(open: RwSignal<bool>) -> impl IntoView {
    let desk = use_desk();
    let text = RwSignal::new(String::new());
    let format = RwSignal::new(None::<Format>);
    let label = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let (text, label) = (text.read(), label.get());
        let language = desk.eval.language().get().filter(|_| !text.trim().is_empty())?;
        let label = Some(label.as_str()).filter(|label| !label.is_empty());
        Some(language.import(&text, format.get(), label).map_err(|error| error.to_string()))
    });
    let labels = untrack(|| desk.project.labels());
    let names = labels.all().iter().map(|label| label.name.clone()).filter(|name| !name.is_empty());
    let labels: Vec<(String, String)> = names.map(|name| (name.clone(), name)).collect();
    let count = move || {
        found.with(|found| found.as_ref().map_or(0, |found| found.as_ref().map_or(0, |it| it.rules.len())))
    };
    let add = move |()| {
        if let Some(Ok(Incoming { rules, .. })) = found.get_untracked() {
            desk.add(rules);
            open.set(false);
        }
    };
    view! {
        <div class="stack">
            <p class="quiet">
                "Keyword lists, tables of regular expressions, Prodigy's patterns and Argilla's rules. Nothing is added before you say so."
            </p>
            <FileOrText text=text />
            <div class="row">
                <Choice
                    name="Format"
                    first="Found out"
                    options=vec![
                        ("Keywords", "keywords"),
                        ("Table of regular expressions", "regex-table"),
                        ("Prodigy patterns", "prodigy"),
                        ("Argilla rules", "argilla"),
                    ]
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect()
                    on_choose=Callback::new(move |value: String| format.set(value.parse().ok()))
                />
                <Choice
                    name="Label of plain words"
                    first="None"
                    options=labels
                    on_choose=Callback::new(move |value| label.set(value))
                />
            </div>
            <div aria-live="polite" data-testid="import-preview">
                {move || found.get().map(|found| match found {
                    Ok(incoming) => view! { <Preview incoming=incoming /> }.into_any(),
                    Err(error) => view! { <p class="error" role="alert">{icon(Icon::Warning)} {format!("Nothing can be imported: {error}.")}</p> }.into_any(),
                })}
            </div>
            <div class="actions">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary disabled=Signal::derive(move || count() == 0) on_press=add>
                    {move || match count() {
                        0 => "Add rules".to_owned(),
                        some => format!("Add {}", counted(some as u64, "rule", "rules")),
                    }}
                </Button>
            </div>
        </div>
    }
}

/// A field to paste into, which a file can fill.
#[component]
fn FileOrText(text: RwSignal<String>) -> impl IntoView {
    let (file_id, text_id) = (element_id("rules-file"), element_id("rules-text"));
    let chooser = NodeRef::<html::Input>::new();
    let toasts = Toasts::expect();
    let take = move |_| {
        let files = chooser.get_untracked().and_then(|chooser| chooser.files());
        let Some(file) = files.and_then(|files| files.get(0)) else { return };
        if file.size() > IMPORT_BYTES as f64 {
            return toasts.fail(format!("The file has more than {} MiB.", IMPORT_BYTES >> 20));
        }
        spawn_local(async move {
            match JsFuture::from(file.text()).await.ok().and_then(|read| read.as_string()) {
                Some(read) => {
                    text.try_set(read);
                }
                None => toasts.fail("The browser cannot read this file."),
            }
        });
    };
    view! {
        <div class="field">
            <label for=file_id.clone()>"File"</label>
            <input id=file_id type="file" accept=".txt,.tsv,.csv,.jsonl" node_ref=chooser on:change=take />
        </div>
        <div class="field">
            <label for=text_id.clone()>"or paste it here"</label>
            <textarea id=text_id class="input lines mono" rows="5" spellcheck="false" autocomplete="off" bind:value=text></textarea>
        </div>
    }
}

/// One of several things; the first says that none is chosen.
#[component]
fn Choice(
    name: &'static str,
    first: &'static str,
    /// What is shown, and the value.
    options: Vec<(String, String)>,
    on_choose: Callback<String>,
) -> impl IntoView {
    let id = element_id("choice");
    let option = |(name, value): (String, String)| view! { <option value=value>{name}</option> };
    view! {
        <div class="field">
            <label for=id.clone()>{name}</label>
            <select class="select small" id=id on:change:target=move |event| on_choose.run(event.target().value())>
                <option value="">{first}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// Names shown of many.
const SHOWN: usize = 200;

#[component]
fn Preview(incoming: Incoming) -> impl IntoView {
    let Incoming { format, rules, renamed, skipped } = incoming;
    let what = match format {
        Format::Keywords => "a keyword list",
        Format::RegexTable => "a table of regular expressions",
        Format::Prodigy => "Prodigy's patterns",
        Format::Argilla => "Argilla's rules",
    };
    let count = counted(rules.len() as u64, "rule", "rules");
    let renamed: Vec<String> =
        renamed.into_iter().map(|(old, new)| format!("`{old}` is taken; the new rule is `{new}`.")).collect();
    let sources: Vec<String> = rules.iter().map(|rule| rule.source.clone()).take(SHOWN).collect();
    view! {
        <p><strong>{count}</strong> " from " {what}</p>
        <pre class="listing" tabindex="0" aria-label="Rules that will come">{sources.join("\n")}</pre>
        <Notes title="other names" lines=renamed />
        <Notes title="left out" lines=skipped />
    }
}

/// Lines under a count, folded away.
#[component]
fn Notes(title: &'static str, lines: Vec<String>) -> impl IntoView {
    let count = lines.len();
    (count > 0).then(|| {
        view! {
            <details open=true>
                <summary>{icon(Icon::Warning)} {format!(" {count} {title}")}</summary>
                <ul class="small">
                    {lines.into_iter().take(SHOWN).map(|line| view! { <li>{line}</li> }).collect_view()}
                </ul>
                {(count > SHOWN).then(|| view! { <p class="quiet small">{format!("and {} more", count - SHOWN)}</p> })}
            </details>
        }
    })
}

/// The active rules in another language.
#[component]
fn Export() -> impl IntoView {
    let desk = use_desk();
    let target = RwSignal::new(Target::DuckDb);
    let written = Memo::new(move |_| {
        desk.eval.language().get().map(|language| language.export(target.get())).unwrap_or_default()
    });
    let text = Signal::derive(move || written.with(|written| written.text.clone().unwrap_or_default()));
    let link = object_url(text);
    let file = move || if target.get() == Target::Snorkel { "rules.py" } else { "rules.sql" };
    let option = move |(name, value): (&'static str, Target)| {
        view! { <option value=name prop:selected=move || target.get() == value>{value.title()}</option> }
    };
    let id = element_id("target");
    view! {
        <div class="stack">
            <p class="quiet">
                "Votes are the same as here, on every row, or the rule is left out. SQL reads a table documents with a column id."
            </p>
            <div class="field">
                <label for=id.clone()>"Write for"</label>
                <select class="select" id=id on:change:target=move |event| {
                    event.target().value().parse().into_iter().for_each(|chosen| target.set(chosen));
                }>{Target::NAMES.map(option).into_iter().collect_view()}</select>
            </div>
            <div aria-live="polite" data-testid="export-preview">
                {move || {
                    let Outgoing { written, refused, .. } = written.get();
                    view! {
                        <p><strong>{counted(written as u64, "rule", "rules")}</strong> " written"</p>
                        <Notes title="left out" lines=refused />
                    }
                }}
            </div>
            <Show when=move || !text.read().is_empty()>
                <pre class="listing" tabindex="0" aria-label="What is written">{beginning(&text.read())}</pre>
                <div class="actions">
                    <CopyButton text=text />
                    <a class="button primary" href=link download=file>{icon(Icon::Download)} "Save the file"</a>
                </div>
            </Show>
        </div>
    }
}

/// An address under which the browser keeps a text while it is shown.
fn object_url(text: Signal<String>) -> Memo<String> {
    let revoke = |url: &String| {
        let _ = web_sys::Url::revoke_object_url(url);
    };
    let link = Memo::new(move |before: Option<&String>| {
        before.into_iter().for_each(revoke);
        let parts = js_sys::Array::of1(&text.get().into());
        let blob = web_sys::Blob::new_with_str_sequence(&parts);
        blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob)).unwrap_or_default()
    });
    on_cleanup(move || link.with_untracked(revoke));
    link
}

/// Characters shown of a long text.
const SHOWN_CHARS: usize = 4_000;

/// Enough of a text to see what it is.
fn beginning(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() { short + " …" } else { short }
}
