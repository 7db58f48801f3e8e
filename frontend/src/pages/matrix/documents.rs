//! The documents behind a cell of the matrix.

use super::Matrix;
use super::figure::Shown;
use crate::components::{label_chip::LabelChip, loaded::skeleton_rows, panel::Panel};
use crate::format;
use crate::routes;
use crate::state::eval::{pairs::PAIR_DOCUMENTS, use_eval};
use crate::state::project::ProjectState;
use crate::worker::message::Document;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// The first documents of the chosen pair; nothing until one is chosen.
#[component]
pub fn PairDocuments(
    project: ProjectState,
    matrix: Memo<Option<Arc<Matrix>>>,
    shown: RwSignal<Shown>,
    chosen: RwSignal<Option<[String; 2]>>,
) -> impl IntoView {
    let eval = use_eval();
    let documents = RwSignal::new(None::<Vec<Document>>);
    let pair = Memo::new(move |_| {
        let (matrix, ids) = (matrix.get()?, chosen.get()?);
        let place = |id: &String| matrix.rules.iter().position(|rule| rule.0 == *id);
        Some((ids.clone(), [place(&ids[0])?, place(&ids[1])?], matrix))
    });
    let wanted = Memo::new(move |_| Some((pair.get()?.0, shown.get().rows())));
    Effect::new(move |_| {
        // New counts mean new votes.
        pair.track();
        let Some((ids, which)) = wanted.get() else { return documents.set(None) };
        spawn_local(async move {
            let found = eval.pair_documents(ids.clone(), which).await;
            if wanted.try_get_untracked() == Some(Some((ids, which))) {
                documents.set(found);
            }
        });
    });
    let line = move |document: Document| {
        let text = if document.cut { format!("{}…", document.text) } else { document.text };
        view! {
            <li class="document">
                <p class="text" dir="auto">{text}</p>
                <div class="facts">
                    {document.gold.map(|gold| view! { <span class="small">"gold " <LabelChip labels=project.labels() index=gold /></span> })}
                    <span class="grow"></span>
                    <span class="num quiet small" title=format!("id {}", document.id)>{format::count(document.number + 1)}</span>
                </div>
            </li>
        }
    };
    move || {
        let (_, [one, other], matrix) = pair.get()?;
        let (part, _) = shown.get().of(&matrix.pairs, one, other);
        let link = move |rule: usize| {
            let (id, name) = matrix.rules[rule].clone();
            view! { <a class="mono" href=routes::rule(&project.id(), &id)>{name}</a> }
        };
        let what = match shown.get() {
            Shown::Overlap => "both vote on",
            Shown::Conflict => "vote differently on",
            Shown::Agreement => "vote alike on",
        };
        Some(view! {
            <Panel title="Documents">
                <div class="panel-body stack">
                    <p role="status">
                        {link(one)} " and " {link(other)} " " {what} " "
                        <span class="num">{format::counted(part, "document", "documents")}</span>
                        {(part > PAIR_DOCUMENTS as u64).then(|| format!(", of which the first {PAIR_DOCUMENTS} are here"))} "."
                    </p>
                    {move || match documents.get() {
                        Some(documents) => view! { <ol class="documents">{documents.into_iter().map(line).collect_view()}</ol> }.into_any(),
                        None => skeleton_rows(4).into_any(),
                    }}
                </div>
            </Panel>
        })
    }
}
