//! Making a lexicon or replacing its terms, by pasting them or from a file.

use crate::components::button::{Button, ButtonKind};
use crate::components::element_id;
use crate::components::field::{FieldError, TextField};
use crate::components::progress::Progress;
use crate::format;
use crate::state::lexicons::{name_fault, terms_of};
use crate::state::project::ProjectState;
use hunch_protocol::{LexiconInfo, limits};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

/// Largest file that a browser reads into a lexicon, in bytes: a million terms have some 15 MB.
const FILE_BYTES: f64 = 64e6;
/// A longer text is not put into the field, which would take seconds to lay out.
const FIELD_BYTES: usize = 200_000;

/// A name, unless it is there, and terms.
#[component]
pub fn LexiconForm(
    project: ProjectState,
    /// The lexicon whose terms are replaced; none for a new one.
    before: Option<LexiconInfo>,
    /// Told the name once it is saved.
    done: Callback<String>,
) -> impl IntoView {
    let name = RwSignal::new(before.as_ref().map(|info| info.name.clone()).unwrap_or_default());
    let pasted = RwSignal::new(String::new());
    let file = RwSignal::new(None::<(String, String)>);
    let error = RwSignal::new(None::<String>);
    let tried = RwSignal::new(false);
    let doing = RwSignal::new(None::<String>);
    let is_new = before.is_none();
    let base = before.map_or(0, |info| info.revision);
    let fault = Signal::derive(move || {
        let taken = project.lexicons.get().unwrap_or_default();
        name_fault(&name.read(), &taken).filter(|_| is_new && tried.get())
    });
    let count = Memo::new(move |_| {
        let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        file.with(|file| {
            file.as_ref().map_or_else(|| pasted.with(|text| lines(text)), |(_, text)| lines(text))
        })
    });
    let read = move |event: ev::Event| {
        let input = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(chosen) = input.and_then(|input| input.files()?.get(0)) else { return };
        if chosen.size() > FILE_BYTES {
            return error.set(Some(
                "The file is larger than 64 MB, the most that a browser takes. Send it with the API."
                    .to_owned(),
            ));
        }
        error.set(None);
        doing.set(Some(format!("Reading {}", chosen.name())));
        spawn_local(async move {
            let text = JsFuture::from(chosen.text()).await.ok().and_then(|text| text.as_string());
            doing.try_set(None);
            match text {
                Some(text) if text.len() <= FIELD_BYTES => {
                    file.try_set(None);
                    pasted.try_set(text);
                }
                Some(text) => drop(file.try_set(Some((chosen.name(), text)))),
                None => drop(error.try_set(Some("The file could not be read as text.".to_owned()))),
            }
        });
    };
    let save = move || {
        tried.set(true);
        if fault.get_untracked().is_some() || doing.read_untracked().is_some() {
            return;
        }
        let terms = match file.get_untracked() {
            Some((_, text)) => terms_of(&text),
            None => terms_of(&pasted.read_untracked()),
        };
        let terms = match terms {
            Ok(terms) => terms,
            Err(why) => return error.set(Some(why)),
        };
        error.set(None);
        doing.set(Some(format!("Saving {}", format::counted(terms.len() as u64, "term", "terms"))));
        let name = name.get_untracked();
        spawn_local(async move {
            let saved = project.save_lexicon(&name, base, terms).await;
            doing.try_set(None);
            match saved {
                Ok(()) => done.run(name),
                Err(why) => drop(error.try_set(Some(why))),
            }
        });
    };
    let (terms_id, file_id, error_id) = (element_id("terms"), element_id("file"), element_id("error"));
    let described = error_id.clone();
    view! {
        <form class="stack" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            {is_new.then(|| view! { <TextField label="Name" value=name hint="Rules write @name." error=fault autofocus=true /> })}
            <div class="field">
                <label for=terms_id.clone()>"Terms"</label>
                {move || match file.get() {
                    Some((name, text)) => view! {
                        <p class="row apart">
                            <span class="clip">{name} " " <span class="num quiet">{format::bytes(text.len() as u64)}</span></span>
                            <Button small=true on_press=move |()| file.set(None)>"Paste instead"</Button>
                        </p>
                    }
                    .into_any(),
                    None => view! {
                        <textarea
                            class="input lines"
                            id=terms_id.clone()
                            rows="10"
                            spellcheck="false"
                            aria-describedby=described.clone()
                            placeholder="one word or phrase per line"
                            prop:value=pasted
                            on:input=move |event| pasted.set(event_target_value(&event))
                        ></textarea>
                    }
                    .into_any(),
                }}
                <p class="hint">
                    {move || format!(
                        "{} of at most {}. Capitals do not matter unless a rule says exactly.",
                        format::counted(count.get(), "line", "lines"),
                        format::count(limits::BROWSER_TERMS as u64),
                    )}
                </p>
                <FieldError id=error_id error=error />
            </div>
            <div class="field">
                <label for=file_id.clone()>"Or a file of text, one term per line"</label>
                <input type="file" id=file_id accept=".txt,.csv,.tsv,text/plain" on:change=read />
            </div>
            {move || doing.get().map(|doing| view! {
                <div class="stack tight" role="status">
                    <span class="small">{doing.clone()}</span>
                    <Progress name=doing share=None />
                </div>
            })}
            <div class="row">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || doing.read().is_some())>
                    {if is_new { "Make the lexicon" } else { "Replace the terms" }}
                </Button>
            </div>
        </form>
    }
}
