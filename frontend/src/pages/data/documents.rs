//! The documents, a page at a time.

use crate::components::{
    document_text::DocumentText,
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    pager::Pager,
    panel::Panel,
};
use crate::format;
use crate::state::document_pages::{DocumentPages, DocumentRow};
use crate::state::project::use_project;
use leptos::prelude::*;

/// A table of the documents with the label each has now.
#[component]
pub fn Documents() -> impl IntoView {
    let project = use_project();
    let pages = DocumentPages::new(project);
    let row = move |row: DocumentRow| {
        let labels = project.labels();
        let (id, chip, confidence, gold) = match row.labels {
            None => (None, None, None, None),
            Some(of) => {
                let confidence =
                    usize::try_from(of.label).ok().and_then(|label| of.probabilities.get(label).copied());
                let chip = view! { <LabelChip labels=labels.clone() index=of.label /> };
                let gold = of.gold.map(|gold| view! { <LabelChip labels=labels index=gold /> });
                (Some(of.id), Some(chip), confidence.map(format::percent), gold)
            }
        };
        view! {
            <tr>
                <td class="num quiet end">{format::count(row.number + 1)}</td>
                <td class="text"><DocumentText number=row.number id=id /></td>
                <td>{chip}</td>
                <td class="num end">{confidence}</td>
                <td>{gold}</td>
            </tr>
        }
    };
    view! {
        <Panel title="Documents" actions=ViewFn::from(move || view! { <Pager pages=pages /> })>
            <Loaded of=pages.status() what="The documents" skeleton=ViewFn::from(|| skeleton_rows(10))>
                <div class="table-scroll" role="region" aria-label="Documents" tabindex="0">
                    <table class="table documents">
                        <thead>
                            <tr>
                                <th scope="col" class="end">"Row"</th>
                                <th scope="col">"Text"</th>
                                <th scope="col">"Label"</th>
                                <th scope="col" class="end">"P(label)"</th>
                                <th scope="col">"Gold (dev)"</th>
                            </tr>
                        </thead>
                        <tbody>{move || pages.rows().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </Loaded>
        </Panel>
    }
}
