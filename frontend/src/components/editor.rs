//! The rule editor: CodeMirror in a box, its language spoken by the page.
//!
//! The editor's module is fetched when the first editor opens. CodeMirror counts UTF-16 code units, the language counts
//! bytes; both are turned into each other here and nowhere else.

use crate::state::eval::language::Language;
use hunch_rules::{Completion, Diagnostic, Fix, LineIndex, Severity, Span, TokenKind};
use leptos::prelude::*;
use leptos::{html, task::spawn_local};
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Where the bundle of `frontend/editor` lies.
const MODULE: &str = "/editor.js";

#[wasm_bindgen(inline_js = "export const load = (url) => import(url);")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load(url: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method)]
    fn open(this: &Module, parent: &web_sys::HtmlElement, options: &JsValue) -> Handle;

    #[derive(Clone)]
    type Handle;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, diagnostics: &js_sys::Array);
    #[wasm_bindgen(method)]
    fn select(this: &Handle, from: u32, to: u32);
    #[wasm_bindgen(method)]
    fn close(this: &Handle);
}

/// Token kinds in the order that the editor knows them by; a kind's class is `tok-NAME`.
const KINDS: [(TokenKind, &str); 11] = [
    (TokenKind::Comment, "comment"),
    (TokenKind::Keyword, "keyword"),
    (TokenKind::Function, "function"),
    (TokenKind::Name, "name"),
    (TokenKind::Column, "column"),
    (TokenKind::Lexicon, "lexicon"),
    (TokenKind::Text, "text"),
    (TokenKind::Number, "number"),
    (TokenKind::Regex, "regex"),
    (TokenKind::Operator, "operator"),
    (TokenKind::Unknown, "unknown"),
];

/// An editor for one rule.
#[component]
pub fn Editor(
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// The text; a change that does not come from the editor replaces what it shows.
    #[prop(into)]
    text: Signal<String>,
    /// What to underline.
    #[prop(into)]
    diagnostics: Signal<Vec<Diagnostic>>,
    /// What to select, with the focus, whenever it or the text changes from outside.
    #[prop(into)]
    select: Signal<Option<Span>>,
    /// The project, by which words are completed and explained and mistakes mended.
    #[prop(into)]
    language: Signal<Option<Arc<Language>>>,
    /// Frequent words of the corpus, by which terms are completed.
    #[prop(into, optional)]
    words: Signal<Arc<Vec<String>>>,
    /// Each edit.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let handle = RwSignal::new_local(None::<Handle>);
    let failed = RwSignal::new(false);
    // What the editor shows, so that its own edits are not sent back to it.
    let shown = StoredValue::new(String::new());

    let change = Callback::new(move |text: String| {
        shown.set_value(text.clone());
        on_change.run(text);
    });
    let name = label.clone();
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        let name = name.clone();
        spawn_local(async move {
            let Ok(module) = load(MODULE).await else {
                failed.try_set(true);
                return;
            };
            // The page may have gone meanwhile.
            let Some(first) = text.try_get_untracked() else { return };
            shown.set_value(first.clone());
            let options = options(&name, &first, language, words, diagnostics, change);
            handle.set(Some(module.unchecked_into::<Module>().open(&host, &options)));
        });
    });
    Effect::new(move |selected: Option<Option<Span>>| {
        let (Some(editor), text, select) = (handle.get(), text.get(), select.get()) else { return None };
        let replaced = shown.with_value(|shown| *shown != text);
        if replaced {
            editor.set_text(&text);
            shown.set_value(text.clone());
        }
        if let Some(span) = select.filter(|_| replaced || selected.flatten() != select) {
            let index = LineIndex::new(&text);
            editor.select(to_js(index.utf16(span.start)), to_js(index.utf16(span.end)));
        }
        select
    });
    Effect::new(move |_| {
        let Some(editor) = handle.get() else { return };
        let marks = diagnostics.with(|list| {
            shown
                .with_value(|text| language.with_untracked(|language| marks(text, list, language.as_deref())))
        });
        editor.set_diagnostics(&marks);
    });
    on_cleanup(move || {
        if let Some(Some(editor)) = handle.try_get_untracked() {
            editor.close();
        }
    });

    view! {
        <div class="editor" data-testid="editor">
            <div class="editor-host" node_ref=host></div>
            {move || {
                let label = label.clone();
                // Until the module is there the text stands where it will be; without it, it can still be edited.
                match (handle.read().is_some(), failed.get()) {
                    (true, _) => ().into_any(),
                    (false, false) => view! { <pre class="editor-text">{text}</pre> }.into_any(),
                    (false, true) => {
                        view! {
                            <textarea
                                class="editor-text"
                                aria-label=label
                                spellcheck="false"
                                prop:value=text
                                on:input=move |event| change.run(event_target_value(&event))
                            ></textarea>
                        }
                            .into_any()
                    }
                }
            }}
        </div>
    }
}

/// The editor's `Options`; see `frontend/editor/src/editor.ts`.
fn options(
    label: &str,
    text: &str,
    language: Signal<Option<Arc<Language>>>,
    words: Signal<Arc<Vec<String>>>,
    diagnostics: Signal<Vec<Diagnostic>>,
    change: Callback<String>,
) -> JsValue {
    let ask = move |ask: &dyn Fn(&Language) -> JsValue| {
        language.with_untracked(|language| language.as_deref().map_or(JsValue::NULL, ask))
    };
    let complete = move |text: String, offset: f64| {
        let index = LineIndex::new(&text);
        let offset = index.offset_at_utf16(from_js(offset));
        let found = ask(&|language| {
            let found = words.with_untracked(|words| language.complete(&text, offset, words));
            found.iter().map(|completion| suggestion(&index, completion)).collect::<js_sys::Array>().into()
        });
        if found.is_null() { js_sys::Array::new().into() } else { found }
    };
    let hover = move |text: String, offset: f64| {
        let index = LineIndex::new(&text);
        let offset = index.offset_at_utf16(from_js(offset));
        let wrong = diagnostics.with_untracked(|list| explanation(list, offset));
        let found =
            wrong.or_else(|| language.with_untracked(|language| language.as_ref()?.hover(&text, offset)));
        found.map_or(JsValue::NULL, |(span, markdown)| {
            object(&[
                ("from", to_js(index.utf16(span.start)).into()),
                ("to", to_js(index.utf16(span.end)).into()),
                ("markdown", markdown.into()),
            ])
        })
    };
    let kinds: js_sys::Array = KINDS.iter().map(|(_, name)| JsValue::from_str(name)).collect();
    object(&[
        ("text", text.into()),
        ("label", label.into()),
        ("nonce", nonce().into()),
        ("kinds", kinds.into()),
        (
            "tokens",
            Closure::<dyn Fn(String) -> js_sys::Uint32Array>::new(|text: String| tokens(&text))
                .into_js_value(),
        ),
        ("complete", Closure::<dyn Fn(String, f64) -> JsValue>::new(complete).into_js_value()),
        ("hover", Closure::<dyn Fn(String, f64) -> JsValue>::new(hover).into_js_value()),
        ("changed", Closure::<dyn Fn(String)>::new(move |text| change.run(text)).into_js_value()),
    ])
}

/// The nonce under which the page's policy lets the editor add its styles.
fn nonce() -> String {
    let meta = document().query_selector("meta[name=csp-nonce]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// Flat triples `from, to, kind`.
fn tokens(text: &str) -> js_sys::Uint32Array {
    let index = LineIndex::new(text);
    let mut flat = Vec::new();
    for token in hunch_rules::tokens(text) {
        if let Some(kind) = KINDS.iter().position(|(kind, _)| *kind == token.kind) {
            flat.extend([index.utf16(token.span.start), index.utf16(token.span.end), kind].map(to_js));
        }
    }
    js_sys::Uint32Array::from(flat.as_slice())
}

fn suggestion(index: &LineIndex<'_>, completion: &Completion) -> JsValue {
    object(&[
        ("from", to_js(index.utf16(completion.replace.start)).into()),
        ("to", to_js(index.utf16(completion.replace.end)).into()),
        ("insert", completion.insert.as_str().into()),
        ("label", completion.label.as_str().into()),
        ("detail", completion.detail.as_str().into()),
    ])
}

/// What is wrong at an offset, and what its code means.
fn explanation(diagnostics: &[Diagnostic], offset: usize) -> Option<(Span, String)> {
    let covers = |it: &&Diagnostic| it.span.start <= offset && offset <= it.span.end;
    let found = diagnostics.iter().find(covers)?;
    let code = hunch_rules::explain(found.code).unwrap_or_default();
    Some((found.span, format!("**{}:** {found}\n\n{code}", found.code)))
}

fn marks(text: &str, diagnostics: &[Diagnostic], language: Option<&Language>) -> js_sys::Array {
    let index = LineIndex::new(text);
    let mark = |it: &Diagnostic| {
        let severity = if it.severity == Severity::Error { "error" } else { "warning" };
        let (from, to) = (index.utf16(it.span.start), index.utf16(it.span.end));
        let fixes = language.map(|language| language.fixes(text, it)).unwrap_or_default();
        // Where something is missing, what stands before it is underlined.
        let from = if from == to { from.saturating_sub(1) } else { from };
        object(&[
            ("from", to_js(from).into()),
            ("to", to_js(to).into()),
            ("severity", severity.into()),
            ("message", it.to_string().into()),
            ("code", it.code.into()),
            ("fixes", fixes.iter().map(|fix| fix_object(&index, fix)).collect::<js_sys::Array>().into()),
        ])
    };
    diagnostics.iter().map(mark).collect()
}

fn fix_object(index: &LineIndex<'_>, fix: &Fix) -> JsValue {
    let edit = |edit: &hunch_rules::Edit| {
        object(&[
            ("from", to_js(index.utf16(edit.span.start)).into()),
            ("to", to_js(index.utf16(edit.span.end)).into()),
            ("insert", edit.text.as_str().into()),
        ])
    };
    let edits: js_sys::Array = fix.edits.iter().map(edit).collect();
    object(&[("title", fix.title.as_str().into()), ("edits", edits.into())])
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        // A plain object takes any field.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// A rule has at most 64 kB: every offset fits.
fn to_js(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an offset in a text of at most 64 kB"
)]
fn from_js(offset: f64) -> usize {
    offset as usize
}
