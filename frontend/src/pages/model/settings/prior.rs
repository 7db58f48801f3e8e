//! The class prior: learned, uniform, or given by a slider per label.

use super::Tried;
use crate::components::{label_chip::LabelChip, radios::Radios};
use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::PriorFrom;
use leptos::prelude::*;

/// A given share stays between these: a label of none can never be found, and takes all others' place at all.
const LEAST: f64 = 0.001;

/// Where the prior comes from, and a slider per label, which may be moved at any time: the prior is given then.
#[component]
pub fn PriorControls(labels: LabelSet, tried: RwSignal<Tried>) -> impl IntoView {
    let from = Signal::derive(move || tried.with(|tried| tried.prior));
    let options = vec![
        (PriorFrom::Learned, "Learned", "from the votes."),
        (PriorFrom::Uniform, "Uniform", "all labels alike."),
        (PriorFrom::Given, "Given", "as you know it from elsewhere:"),
    ];
    let slider = |(place, index): (usize, i16)| {
        let label = labels.get(index)?;
        (!label.retired)
            .then(|| view! { <ShareSlider labels=labels.clone() place=place index=index tried=tried /> })
    };
    let all = (0..labels.all().len()).zip(0_i16..);
    view! {
        <Radios
            legend="Class prior"
            options=options
            chosen=from
            on_choose=move |prior| tried.update(|tried| tried.prior = prior)
        />
        <div class="stack tight" class:model-idle=move || from.get() != PriorFrom::Given>{all.filter_map(slider).collect_view()}</div>
    }
}

#[component]
fn ShareSlider(labels: LabelSet, place: usize, index: i16, tried: RwSignal<Tried>) -> impl IntoView {
    let name = labels.get(index).map(|label| label.name.clone()).unwrap_or_default();
    let share = Memo::new(move |_| tried.with(|tried| tried.shares.get(place).copied().unwrap_or(0.0)));
    let retired: Vec<bool> = labels.all().iter().map(|label| label.retired).collect();
    let retired = StoredValue::new(retired);
    let set = move |percent: String| {
        let Ok(percent) = percent.trim().parse::<f64>() else { return };
        tried.update(|tried| {
            tried.prior = PriorFrom::Given;
            retired.with_value(|retired| give(&mut tried.shares, place, percent / 100.0, retired));
        });
    };
    let shown = move || format!("{:.1}", 100.0 * share.get());
    view! {
        <div class="model-share">
            <LabelChip labels=labels index=index />
            <input
                type="range"
                min="0.1"
                max="99.9"
                step="0.1"
                aria-label=format!("Prior of {name}, slider")
                aria-valuetext=move || format::percent(share.get())
                prop:value=shown
                on:input:target=move |event| set(event.target().value())
            />
            <input
                class="input small num"
                inputmode="decimal"
                aria-label=format!("Prior of {name} in percent")
                prop:value=shown
                on:change:target=move |event| set(event.target().value())
            />
            <span class="quiet small" aria-hidden="true">"%"</span>
        </div>
    }
}

/// Gives one label a share; the others keep their proportions in what is left. Retired labels have none.
fn give(shares: &mut [f64], place: usize, share: f64, retired: &[bool]) {
    let counts = |at: usize| retired.get(at) != Some(&true);
    let others = (0..shares.len()).filter(|&at| at != place && counts(at)).count();
    if others == 0 || !share.is_finite() {
        return;
    }
    let share = share.clamp(LEAST, 1.0 - LEAST);
    let before: f64 = (0..shares.len()).filter(|&at| at != place && counts(at)).map(|at| shares[at]).sum();
    for (at, own) in shares.iter_mut().enumerate() {
        *own = if !counts(at) {
            0.0
        } else if at == place {
            share
        } else if before > 0.0 {
            *own * (1.0 - share) / before
        } else {
            (1.0 - share) / others as f64
        };
    }
}

#[cfg(test)]
mod tests {
    use super::give;

    #[test]
    fn moving_one_share_keeps_the_others_proportions_and_the_sum() {
        let mut shares = [0.5, 0.3, 0.2, 0.0];
        give(&mut shares, 0, 0.75, &[false, false, false, true]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[1] / shares[2] - 1.5).abs() < 1e-12);
        assert!((shares[0] - 0.75).abs() < 1e-12 && shares[3].abs() < 1e-12);
        give(&mut shares, 1, 7.0, &[false; 4]);
        assert!(shares[1] < 1.0 && shares[0] > 0.0);
        let mut only = [1.0];
        give(&mut only, 0, 0.2, &[false]);
        assert!((only[0] - 1.0).abs() < 1e-12);
    }
}
