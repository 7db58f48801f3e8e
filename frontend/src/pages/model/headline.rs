//! What the labels are: by which model, from which prior, and whether it was worth it.

use super::names::{model_meaning, model_name};
use super::view::Shown;
use crate::components::{
    bar::SharesBar,
    button::Button,
    figure::{Defined, Figure},
    icon::{Icon, icon},
    label_chip::LabelChip,
    time::Ago,
};
use crate::format;
use crate::state::labels::LabelSet;
use crate::state::project::ProjectState;
use hunch_protocol::{LabelReport, LabelsQuery, ModelReport, ModelScores, PriorFrom, Role};
use leptos::prelude::*;

/// Says that labels are of before.
#[component]
pub fn Stale(project: ProjectState) -> impl IntoView {
    let stale = Memo::new(move |_| {
        project.report.with(|report| report.and_then(Option::as_ref).is_some_and(|report| report.stale))
    });
    view! {
        <Show when=move || stale.get()>
            <div class="notice warn" role="status">
                {icon(Icon::Warning)}
                <p class="grow">"Rules, documents or labels changed since these labels were made. What stands here is of before."</p>
                <Button small=true icon=Icon::Play needs=Role::Engineer on_press=move || project.apply()>"Apply again"</Button>
            </div>
        </Show>
    }
}

/// The model in use, whether it beats majority vote, and its figures.
#[component]
pub fn Headline(labels: LabelSet, report: LabelReport) -> impl IntoView {
    let used = report.used_model().cloned().unwrap_or_default();
    let (verdict, detail) = verdict(&report);
    let from = match report.prior {
        PriorFrom::Learned if report.used == "majority" => "majority vote takes none",
        PriorFrom::Learned => "learned",
        PriorFrom::Uniform => "uniform",
        PriorFrom::Given => "given",
    };
    let prior = view! { <PriorLine labels=labels model=used.clone() from=from /> };
    let (name, made) = (report.used.clone(), report.created_at.clone());
    view! {
        <section class="panel" aria-label="The labels in use">
            <div class="panel-body model-headline">
                <div>
                    <p class="quiet small">"Labels come from"</p>
                    <p class="model-used">
                        <Defined definition=model_meaning(&name)>{model_name(&name)}</Defined>
                    </p>
                    <p class="quiet small">"made " <Ago time=made /></p>
                </div>
                <div class="model-verdict">
                    <p><strong>{verdict}</strong></p>
                    <p class="quiet">{detail}</p>
                    {prior}
                </div>
            </div>
            <Tiles report=report used=used />
        </section>
    }
}

/// Whether the model is worth it, in plain words, and why.
fn verdict(report: &LabelReport) -> (String, String) {
    let chosen = model_name(&report.chosen);
    let gold = |scores: fn(&ModelReport) -> Option<&ModelScores>| {
        report.used_model().and_then(scores).map_or(0, |scores| scores.rows)
    };
    let gold = gold(|model| model.scores.as_ref()) + gold(|model| model.valid.as_ref());
    let on = format!("on gold ({})", format::counted(gold, "document", "documents"));
    if report.chosen == "majority" {
        let advice = match report.majority_is_enough {
            Some(true) => {
                "Every vote counts the same. That is enough here: on gold the default model is no better by more than noise explains."
            }
            Some(false) => {
                "Every vote counts the same. On gold the default model is better than that by more than noise explains."
            }
            None => {
                "Every vote counts the same. Whether another model is better is not known: there is no gold yet."
            }
        };
        return ("Majority vote was asked for".to_owned(), advice.to_owned());
    }
    if report.used != report.chosen {
        return (
            format!("{chosen} is below majority vote: majority vote is used"),
            format!(
                "{chosen} was asked for, but {on} it is worse than majority vote by more than noise explains."
            ),
        );
    }
    match report.majority_is_enough {
        Some(true) => (
            "Majority vote is enough here".to_owned(),
            format!(
                "{on_cap} {chosen} is no better than majority vote by more than noise explains. It is used because it is not worse either, and weighs rules by what they are worth.",
                on_cap = on.replacen("on", "On", 1)
            ),
        ),
        Some(false) => (
            format!("{chosen} beats majority vote"),
            format!("The difference {on} is more than noise explains."),
        ),
        None => (
            "Not known yet whether a model is needed".to_owned(),
            "There is no gold yet to compare models with. Some fifty labeled documents of the dev split are enough to see large differences.".to_owned(),
        ),
    }
}

#[component]
fn PriorLine(labels: LabelSet, model: ModelReport, from: &'static str) -> impl IntoView {
    const SHOWN: usize = 6;
    let mut shares: Vec<(i16, f64)> =
        (0..).zip(model.prior.iter().copied()).filter(|(_, share)| *share > 0.0).collect();
    let more = shares.len().saturating_sub(SHOWN);
    if more > 0 {
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        shares.truncate(SHOWN);
    }
    let share = |(index, share): (i16, f64)| {
        view! {
            <span class="row">
                <LabelChip labels=labels.clone() index=index />
                <span class="num">{format::percent(share)}</span>
            </span>
        }
    };
    view! {
        <div class="model-prior">
            <Defined definition="The class prior: P(label) before any vote.">
                <span class="quiet small">"Prior"</span>
            </Defined>
            <span class="quiet small">{from}</span>
            {shares.into_iter().map(share).collect_view()}
            {(more > 0).then(|| view! { <span class="quiet small">{format!("and {more} more")}</span> })}
            <SharesBar shares=model.prior colors=labels.colors() />
        </div>
    }
}

/// A share with its interval and how many rows it is of.
fn accuracy(scores: Option<&ModelScores>) -> (Result<String, &'static str>, String) {
    let Some((scores, accuracy)) = scores.and_then(|scores| Some((scores, scores.accuracy?))) else {
        return (Err("no gold yet"), String::new());
    };
    let interval = scores.accuracy_interval.map(|it| format::interval(it.low, it.high)).unwrap_or_default();
    let rows = format::counted(scores.rows, "document", "documents");
    (Ok(format::percent(accuracy)), format!("{interval} · {rows}"))
}

#[component]
fn Tiles(report: LabelReport, used: ModelReport) -> impl IntoView {
    let shown = Shown::expect();
    let covered = format::share(report.covered, report.rows).ok_or("no documents");
    let (dev, dev_of) = accuracy(used.scores.as_ref());
    let (valid, valid_of) = accuracy(used.valid.as_ref());
    let learned_of = if report.evidence > 0 { "documents of train and dev" } else { "" };
    let evidence = if report.evidence > 0 { Ok(format::count(report.evidence)) } else { Err("no gold used") };
    let flips = used.flips;
    view! {
        <div class="figures model-tiles">
            <Figure
                name="Covered"
                value=Signal::stored(covered)
                of=format::of(report.covered, report.rows)
                definition="Documents on which at least one rule or person votes, out of all documents."
            />
            <Figure
                name="Accuracy (dev)"
                value=Signal::stored(dev)
                of=dev_of
                definition="Expected share of right labels on dev gold: ties and documents without a vote are guessed at random. With its 95 % Wilson interval. Where models learn from that gold, each fifth of it is judged by a model that has not seen it."
            />
            <Figure
                name="Accuracy (valid)"
                value=Signal::stored(valid)
                of=valid_of
                definition="The same on gold of the valid split, from which no model learns."
            />
            <div class="figure">
                <Defined definition="Covered documents whose label differs from majority vote's.">
                    <span class="name">"Differ from majority vote"</span>
                </Defined>
                <span class="value">{format::count(flips)}</span>
                <span class="of">
                    {format::of(flips, report.covered)} " "
                    {(flips > 0)
                        .then(|| {
                            let which = LabelsQuery { flipped: Some(true), ..LabelsQuery::default() };
                            view! {
                                <button type="button" class="model-link" on:click=move |_| shown.documents(which.clone())>
                                    "Show them"
                                </button>
                            }
                        })}
                </span>
            </div>
            <Figure
                name="Learned from gold"
                value=Signal::stored(evidence)
                of=learned_of.to_owned()
                definition="Documents with gold, of the train and dev splits, that the models were told."
            />
            <Figure
                name="Vote patterns"
                value=Signal::stored(Ok(format::count(report.patterns)))
                of=format::counted(report.sources.len() as u64, "rule", "rules")
                definition="Distinct rows of the vote matrix with at least one vote. Models are fitted on these and their counts."
            />
        </div>
    }
}
