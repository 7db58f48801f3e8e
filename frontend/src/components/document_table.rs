//! A table of documents, a page at a time: what each says, what a page of the app tells of it, and its gold.

use super::{
    document_text::DocumentText,
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    pager::Pager,
    panel::Panel,
};
use crate::format;
use crate::state::document_pages::{DocumentPages, DocumentRow};
use crate::state::eval::use_eval;
use crate::state::project::{ProjectState, use_project};
use crate::state::sync::body;
use hunch_engine::Split;
use hunch_protocol::{GoldBody, Key, Kind, LabelsQuery};
use leptos::prelude::*;

/// The project's documents in the corpus' order.
#[component]
pub fn DocumentTable(
    /// Heads of the columns between text and gold; numbers stand at the end.
    columns: &'static [Column],
    /// The cells of those columns.
    cells: fn(&ProjectState, &DocumentRow) -> AnyView,
    /// Names of the corpus' other columns, whose values stand below the text.
    #[prop(optional, into)]
    attributes: Signal<Vec<String>>,
    /// Which documents, where they have labels; all unless given.
    #[prop(optional, into)]
    which: Signal<LabelsQuery>,
    /// What stands beside the way to other pages.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    let project = use_project();
    let pages = DocumentPages::new(project, use_eval(), which);
    let row = move |row: DocumentRow| {
        view! {
            <tr>
                <td class="num quiet end row-number">{format::count(row.number + 1)}</td>
                <td class="text whole"><DocumentText row=row.clone() columns=attributes.get() /></td>
                {cells(&project, &row)}
                <Gold project=project row=row />
            </tr>
        }
    };
    let head = |column: &Column| {
        let class = if column.is_number { "end" } else { "" };
        view! { <th scope="col" class=class>{column.name}</th> }
    };
    view! {
        <Panel title="Documents" actions=ViewFn::from(move || view! { {actions.run()} <Pager pages=pages /> })>
            <Loaded of=pages.status() what="The documents" skeleton=ViewFn::from(|| skeleton_rows(10))>
                <div class="table-scroll" role="region" aria-label="Table of documents" tabindex="0">
                    <table class="table stacked documents">
                        <thead>
                            <tr>
                                <th scope="col" class="end">"Row"</th>
                                <th scope="col">"Text"</th>
                                {columns.iter().map(head).collect_view()}
                                <th scope="col">"Gold (dev)"</th>
                            </tr>
                        </thead>
                        <tbody>{move || pages.rows().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
                <Show when=move || pages.rows().is_some_and(|rows| rows.is_empty())>
                    <p class="panel-body quiet" role="status">"No document is like that."</p>
                </Show>
            </Loaded>
        </Panel>
    }
}

/// A column of a table of documents.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its head.
    pub name: &'static str,
    /// Whether its cells are numbers.
    pub is_number: bool,
}

/// A document's gold, as people gave it in this browser or elsewhere, else as its file says.
#[component]
fn Gold(project: ProjectState, row: DocumentRow) -> impl IntoView {
    let of_file = row.document.as_ref().and_then(|document| document.gold);
    let of_file = of_file.or_else(|| row.labels.as_ref().and_then(|labels| labels.gold));
    let dev = row.document.filter(|document| document.split == Split::Dev);
    let gold = move || {
        let given = dev.as_ref().and_then(|document| {
            let entity = project.sync.entity(&Key::new(Kind::Gold, document.id.clone()))?;
            Some(body::<GoldBody>(&entity)?.label)
        });
        given.or(of_file)
    };
    let gold = Memo::new(move |_| gold());
    let chip = move |index| view! { <LabelChip labels=project.labels() index=index /> };
    view! { <td data-head=move || gold.get().map(|_| "gold")>{move || gold.get().map(chip)}</td> }
}
