//! What well-known priors would change.

use super::Tried;
use super::outcome::Moves;
use crate::components::{
    bar::SharesBar,
    button::{Button, ButtonKind},
    empty::Empty,
    icon::Icon,
    panel::Panel,
};
use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::{LabelReport, PriorFlips, PriorFrom};
use leptos::prelude::*;

/// Priors by where they come from, and how many labels hang on them.
#[component]
pub fn Sensitivity(labels: LabelSet, report: LabelReport, tried: RwSignal<Tried>) -> impl IntoView {
    if report.sensitivity.is_empty() {
        let text = "Majority vote takes no account of the prior. With another model in use, this says how many labels would change under the uniform prior, that of the votes and that of gold.";
        return view! {
            <Panel title="What hangs on the prior">
                <Empty icon=Icon::Model title="Nothing hangs on the prior" text=text />
            </Panel>
        }
        .into_any();
    }
    let covered = report.covered;
    let line = move |flips: &PriorFlips| {
        let prior = flips.prior.clone();
        let take = move || {
            tried.update(|tried| {
                tried.prior = PriorFrom::Given;
                tried.shares.clone_from(&prior);
            });
        };
        let shares = (0_i16..).zip(&flips.prior).filter(|(_, share)| **share > 0.0).take(6);
        let said = shares.map(|(index, share)| {
            let name = labels.get(index).map(|label| label.name.clone()).unwrap_or_default();
            format!("{name} {}", format::percent(*share))
        });
        view! {
            <tr>
                <th scope="row">{prior_name(&flips.name)}</th>
                <td class="model-shares">
                    <span class="small">{said.collect::<Vec<_>>().join(", ")}</span>
                    <SharesBar shares=flips.prior.clone() colors=labels.colors() />
                </td>
                <td class="num end">
                    {format::count(flips.rows)}
                    <span class="model-below">{format::share(flips.rows, covered)}</span>
                </td>
                <td><Moves labels=labels.clone() moved=flips.from_to.clone() /></td>
                <td class="end"><Button kind=ButtonKind::Quiet small=true on_press=take>"Try it"</Button></td>
            </tr>
        }
    };
    view! {
        <Panel title="What hangs on the prior">
            <div class="table-scroll" role="region" aria-label="Priors and the labels that hang on them" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Prior"</th>
                            <th scope="col">"Shares"</th>
                            <th scope="col" class="end">"Labels that flip"</th>
                            <th scope="col">"From → to"</th>
                            <th scope="col"><span class="hidden-text">"Try it"</span></th>
                        </tr>
                    </thead>
                    <tbody>{report.sensitivity.iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </Panel>
    }
    .into_any()
}

fn prior_name(name: &str) -> String {
    match name {
        "uniform" => "Uniform".to_owned(),
        "votes" => "Shares of the votes".to_owned(),
        "gold" => "Shares of dev gold".to_owned(),
        other => other.to_owned(),
    }
}
