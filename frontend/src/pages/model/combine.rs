//! Combining again with other settings.

use super::names::{model_meaning, model_name};
use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    field::FieldError,
    label_chip::LabelChip,
    radios::Radios,
};
use crate::state::{Api, balance, labels::LabelSet, project::ProjectState};
use hunch_protocol::{CombineRequest, JobKind, PriorFrom, Role};
use leptos::prelude::*;

/// A button and its dialog: which model's labels are the project's, the class prior, and whether gold is evidence.
#[component]
pub fn Combine(project: ProjectState) -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = Signal::derive(move || project.running(&[JobKind::Apply, JobKind::Combine]).is_some());
    view! {
        <Button disabled=busy needs=Role::Engineer on_press=move || open.set(true)>"Combine again"</Button>
        <Dialog open=open title="Combine the votes">
            <Settings project=project open=open />
        </Dialog>
    }
}

#[component]
fn Settings(project: ProjectState, open: RwSignal<bool>) -> impl IntoView {
    let (models, used) = project.report.with_untracked(|report| {
        let report = report.and_then(Option::as_ref);
        let models = report.map(|report| report.models.as_slice()).unwrap_or_default();
        let names = models.iter().map(|model| model.name.clone()).collect::<Vec<_>>();
        (names, report.map(|report| report.chosen.clone()).unwrap_or_default())
    });
    let chosen = RwSignal::new(used);
    let prior = RwSignal::new(PriorFrom::default());
    let use_gold = RwSignal::new(true);
    let labels = untrack(|| project.labels());
    let shares = RwSignal::new(even_shares(&labels));
    let error = RwSignal::new(None::<String>);
    let run = move |()| {
        let given = prior.get_untracked() == PriorFrom::Given;
        let balance = match given.then(|| shares.with_untracked(|shares| balance::parse(shares))) {
            Some(Err(why)) => return error.set(Some(why)),
            balance => balance.and_then(Result::ok),
        };
        let request = CombineRequest {
            model: Some(chosen.get_untracked()).filter(|name| !name.is_empty()),
            prior: Some(prior.get_untracked()),
            balance,
            use_gold: use_gold.get_untracked(),
        };
        project.request(async move |id| Api.combine(&id, &request).await, "The votes could not be combined");
        open.set(false);
    };
    let option = |name: &String| {
        let value = name.clone();
        view! { <option value=name.clone() selected=move || *chosen.read() == value>{model_name(name)}</option> }
    };
    view! {
        <div class="stack">
            <label class="field">
                <span class="legend">"The project's labels come from"</span>
                <select class="select" on:change:target=move |event| chosen.set(event.target().value())>
                    {models.iter().map(option).collect_view()}
                </select>
                <span class="hint">{move || model_meaning(&chosen.read())}</span>
            </label>
            <Radios
                legend="Class prior"
                options=vec![
                    (PriorFrom::Learned, "Learned", "from the votes."),
                    (PriorFrom::Uniform, "Uniform", "all labels alike."),
                    (PriorFrom::Given, "Given", "as you know it from elsewhere."),
                ]
                chosen=prior
                on_choose=move |value| prior.set(value)
            />
            <Show when=move || prior.get() == PriorFrom::Given>
                <PriorFields labels=labels.clone() shares=shares />
                <FieldError id="prior-error" error=error />
            </Show>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=use_gold
                    on:change:target=move |event| use_gold.set(event.target().checked())
                />
                <span>
                    "Learn from gold"
                    <span class="quiet small">" of the train and dev splits, as far as there is some."</span>
                </span>
            </label>
            <div class="actions">
                <Button on_press=move || open.set(false)>"Leave it"</Button>
                <Button kind=ButtonKind::Primary on_press=run>"Combine"</Button>
            </div>
        </div>
    }
}

/// One share per label, in percent.
#[component]
fn PriorFields(labels: LabelSet, shares: RwSignal<Vec<String>>) -> impl IntoView {
    let field = |(place, index): (usize, i16)| {
        let name = labels.get(index).map(|label| label.name.clone()).unwrap_or_default();
        view! {
            <div class="row prior">
                <LabelChip labels=labels.clone() index=index />
                <input
                    class="input small num"
                    inputmode="decimal"
                    aria-label=format!("Prior of {name} in percent")
                    prop:value=move || shares.with(|shares| shares.get(place).cloned())
                    on:input:target=move |event| {
                        let value = event.target().value();
                        shares.update(|shares| shares.get_mut(place).into_iter().for_each(|share| share.clone_from(&value)));
                    }
                />
                "%"
            </div>
        }
    };
    (0_i16..).take(labels.all().len()).enumerate().map(field).collect_view()
}

fn even_shares(labels: &LabelSet) -> Vec<String> {
    let active = labels.all().iter().filter(|label| !label.retired).count().max(1);
    let share = crate::format::significant(100.0 / active as f64);
    labels.all().iter().map(|label| if label.retired { "0".to_owned() } else { share.clone() }).collect()
}
