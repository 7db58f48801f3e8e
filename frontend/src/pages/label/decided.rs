//! The last decisions, each a way back to its document.

use crate::components::label_chip::LabelChip;
use crate::state::labeling::{Decision, Labeling, RECENT};
use crate::state::project::use_project;
use leptos::prelude::*;

/// The last ten, the newest first; their places stay where they are while they fill.
#[component]
pub fn Decided(labeling: Labeling) -> impl IntoView {
    let project = use_project();
    let recent = Memo::new_with_compare(move |_| labeling.recent(), |_, _| true);
    let line = move |(place, document, decision): (usize, crate::worker::message::Document, Decision)| {
        let what = match decision {
            Decision::Label { label, gold } => view! {
                <LabelChip labels=project.labels() index=label />
                {gold.then(|| view! { <span class="tag">"gold"</span> })}
            }
            .into_any(),
            Decision::Skipped => view! { <span class="tag">"skipped"</span> }.into_any(),
        };
        view! {
            <li>
                <button
                    type="button"
                    aria-current=move || (labeling.place() == place).then_some("true")
                    on:click=move |_| labeling.go_to(place)
                >
                    <span class="clip" dir="auto">{document.text}</span>
                    <span class="row">{what}</span>
                </button>
            </li>
        }
    };
    view! {
        <section aria-label="The last decisions">
            <h2 class="small quiet">{format!("The last {RECENT}")}</h2>
            <ol class="decided" data-testid="decided">
                {move || recent.get().into_iter().map(line).collect_view()}
            </ol>
        </section>
    }
}
