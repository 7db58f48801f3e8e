//! How far people can be trusted: as the model estimates it, and how they agree with each other and with gold.

pub mod agreement;

use super::table::{Cell, FigureTable, Line};
use crate::components::{empty::Empty, icon::Icon, panel::Panel};
use crate::format;
use crate::state::project::ProjectState;
use agreement::AgreementPanel;
use hunch_protocol::{LabelReport, PersonReport};
use leptos::prelude::*;

/// Everyone who labels, and their agreement.
#[component]
pub fn People(project: ProjectState, report: LabelReport) -> impl IntoView {
    view! {
        <Estimated report=report />
        <AgreementPanel project=project />
    }
}

/// How far each person can be trusted, as the model has it.
#[component]
fn Estimated(report: LabelReport) -> impl IntoView {
    if report.people.is_empty() {
        return view! {
            <Panel title="People">
                <Empty
                    icon=Icon::Team
                    title="No annotations yet"
                    text="Labels that people give, here or in a product, count as votes beside the rules', as far as each person is found to be right."
                />
            </Panel>
        }
        .into_any();
    }
    let line = |person: &PersonReport| {
        let unknown = if person.annotations == 0 { "no votes yet" } else { "no one else voted there" };
        let count = Cell { value: format::count(person.annotations), ..Cell::default() };
        let share =
            |share: f64| Cell { value: format::percent(share), share: Some(share), ..Cell::default() };
        Line {
            head: view! { <span class="mono" title=person.author.clone()>{format::shortened(&person.author, 32)}</span> }
                .into_any(),
            cells: vec![Ok(count), person.accuracy.map(share).ok_or(unknown)],
        }
    };
    let ignored = (report.ignored_annotations > 0).then(|| {
        let ignored = format::counted(report.ignored_annotations, "annotation does", "annotations do");
        view! {
            <p class="quiet small">
                {format!("{ignored} not count: the document is gone or excluded, or the label is retired.")}
            </p>
        }
    });
    let heads = ["Annotations", "Estimated accuracy"].map(IntoAny::into_any);
    view! {
        <div class="stack">
            <FigureTable
                title="People"
                name="Person"
                definition="Annotations that count, and P(right | voted) as Dawid-Skene on the votes of people estimates it, from what others and the rules say of the same documents."
                heads=heads.into()
                lines=report.people.iter().map(line).collect()
            />
            {ignored}
        </div>
    }
    .into_any()
}
