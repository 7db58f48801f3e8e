//! Combining again with other settings.

use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    field::FieldError,
    label_chip::LabelChip,
    radios::Radios,
};
use crate::state::{Api, balance, labels::LabelSet, project::ProjectState};
use hunch_protocol::{CombineRequest, JobKind, Role};
use leptos::prelude::*;

/// A button and its dialog: which model's labels are the project's, and the class prior.
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
    let (models, default) = project.report.with_untracked(|report| {
        let models =
            report.and_then(Option::as_ref).map(|report| report.models.as_slice()).unwrap_or_default();
        let default = models.iter().position(|model| model.used).unwrap_or(0);
        (models.iter().map(|model| model.name.clone()).collect::<Vec<_>>(), default)
    });
    let chosen = RwSignal::new(default);
    let given = RwSignal::new(false);
    let labels = untrack(|| project.labels());
    let shares = RwSignal::new(even_shares(&labels));
    let error = RwSignal::new(None::<String>);
    let names: Vec<(usize, &'static str, &'static str)> = models
        .iter()
        .enumerate()
        .map(|(place, name)| match name.as_str() {
            "majority" => (place, "Majority vote", "Every vote counts the same."),
            "dawid-skene" => (place, "Dawid-Skene", "Each rule's vote counts by how far it can be trusted."),
            "robust" => (place, "Robust", "Between the two: safe by default."),
            "weighted" => (place, "Weighted vote", "Votes count by how frequent their label is."),
            "one-coin" => (place, "One coin", "One accuracy per rule; silence says nothing."),
            "matrix-completion" => (place, "Matrix completion", "Snorkel's model."),
            _ => (place, "Triplets", "FlyingSquid's model."),
        })
        .collect();
    let run = move |()| {
        let balance =
            match given.get_untracked().then(|| shares.with_untracked(|shares| balance::parse(shares))) {
                Some(Err(why)) => return error.set(Some(why)),
                balance => balance.and_then(Result::ok),
            };
        let request = CombineRequest {
            model: models.get(chosen.get_untracked()).cloned(),
            balance,
            ..CombineRequest::default()
        };
        project.request(async move |id| Api.combine(&id, &request).await, "The votes could not be combined");
        open.set(false);
    };
    view! {
        <div class="stack">
            <Radios legend="The project's labels come from" options=names chosen=chosen on_choose=move |place| chosen.set(place) />
            <Radios
                legend="Class prior"
                options=vec![
                    (false, "learned", "from the votes."),
                    (true, "given", "as you know it from elsewhere."),
                ]
                chosen=given
                on_choose=move |value| given.set(value)
            />
            <Show when=move || given.get()>
                <PriorFields labels=labels.clone() shares=shares />
                <FieldError id="prior-error" error=error />
            </Show>
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
