//! The text to decide about.

use crate::components::empty::Empty;
use crate::components::icon::Icon;
use crate::components::loaded::skeleton_rows;
use crate::format;
use crate::state::labeling::{Labeling, Supply};
use crate::state::project::use_project;
use crate::worker::message::Document;
use leptos::prelude::*;

/// The document, large; or why there is none.
#[component]
pub fn Shown(labeling: Labeling) -> impl IntoView {
    let document = Memo::new(move |_| labeling.document());
    view! {
        <div class="label-text" tabindex="0" role="region" aria-label="Text" aria-live="polite">
            {move || match (document.get(), labeling.supply()) {
                (Some(document), _) => view! { <Text document=document /> }.into_any(),
                (None, Supply::Looking) => skeleton_rows(4).into_any(),
                (None, Supply::Exhausted) => {
                    view! {
                        <Empty
                            icon=Icon::Check
                            title="Every document is decided"
                            text="Go back with ← to change one of the last, or bring more documents."
                        />
                    }
                        .into_any()
                }
                (None, Supply::Failed) => {
                    view! {
                        <Empty
                            icon=Icon::Warning
                            title="The documents could not be loaded"
                            text="Labels given so far are kept. Reload the page to try again."
                        />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Text(document: Document) -> impl IntoView {
    let project = use_project();
    let names = project.corpus.with_untracked(|corpus| {
        let columns = corpus.into_iter().flat_map(|corpus| corpus.columns.iter().map(move |it| (corpus, it)));
        let others = columns.filter(|(corpus, it)| Some(&it.name) != corpus.default_text.as_ref());
        others.map(|(_, it)| it.name.clone()).collect::<Vec<_>>()
    });
    let values = names.into_iter().zip(document.attributes).filter_map(|(name, value)| Some((name, value?)));
    let values: Vec<_> = values.collect();
    view! {
        <p class="said" dir="auto" data-document=document.id.clone()>
            {document.text}
            {document.cut.then_some("…")}
        </p>
        <p class="about small quiet">
            <span class="num">{format!("row {}", format::count(document.number + 1))}</span>
            {values
                .into_iter()
                .map(|(name, value)| view! { <span>{name} " " <span class="mono">{value}</span></span> })
                .collect_view()}
        </p>
    }
}
