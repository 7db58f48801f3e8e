//! The figures of the edited rule: always in the same places, always saying how many documents they are of.

use super::desk::{Desk, use_desk};
use crate::components::figure::Defined;
use crate::components::icon::{Icon, icon};
use crate::format;
use crate::state::eval::Eval;
use crate::state::eval::board::DraftFigures;
use crate::state::eval::full::Full;
use crate::state::eval::sampling::Sampling;
use crate::worker::message::Cost;
use hunch_engine::{Interval, Move, wilson};
use hunch_rules::Severity;
use leptos::prelude::*;

const COVERAGE: &str = "Documents on which the rule votes, of all documents that are not excluded.";
const OVERLAPS: &str = "Documents on which the rule and another active rule vote, of all documents.";
const CONFLICTS: &str =
    "Documents on which the rule and another active rule vote differently, of all documents.";
const ACCURACY: &str = "Right votes among the votes on documents of the dev split that have gold. In brackets the 95 % Wilson interval.";
const ADDS: &str = "Documents on which the rule votes and no other active rule does.";
const MOVES: &str =
    "Documents whose vote by this rule changes when the text is saved, from which vote to which.";

/// What the panel shows: figures, and whether they are of the text in the editor.
#[derive(Debug, Clone, Default, PartialEq)]
struct Shown {
    figures: DraftFigures,
    /// Of the text as it is, not of one before.
    current: bool,
    /// The edit that the figures are of.
    edit: u64,
}

/// Coverage, overlaps, conflicts, accuracy, what the rule adds and what saving would change.
#[component]
pub fn Figures() -> impl IntoView {
    let desk = use_desk();
    let shown = shown(desk);
    let exact = Memo::new(move |_| shown.with(|shown| shown.current && shown.figures.is_exact()));
    measure(shown, exact);
    let figure = move |read: fn(&DraftFigures) -> (u64, u64)| {
        Memo::new(move |_| {
            shown.with(|shown| {
                let (part, whole) = read(&shown.figures);
                if whole == 0 && shown.figures.total > 0 {
                    return Err("…");
                }
                let share = format::share(part, whole).ok_or("no documents yet")?;
                Ok((share, format::of(part, whole)))
            })
        })
    };
    let partial = Memo::new(move |_| {
        shown.with(|shown| {
            let (done, total) = (shown.figures.rows.min(shown.figures.compared), shown.figures.total);
            (done < total && shown.figures.refused.is_none()).then_some((done, total))
        })
    });
    view! {
        <div
            class="rule-figures"
            class:stale=move || shown.with(|shown| !shown.current)
            data-testid="figures"
            data-seq=move || shown.with(|shown| shown.edit)
            data-exact=move || exact.get().to_string()
        >
            <div class="how-far" class:done=move || partial.get().is_none()>
                <i style:width=move || partial.get().map(|(done, total)| format!("{}%", 100.0 * done as f64 / total as f64))></i>
            </div>
            <dl>
                <Line name="coverage" definition=COVERAGE value=figure(|it| (it.counts.votes, it.rows)) />
                <Line name="overlaps" definition=OVERLAPS value=figure(|it| (it.counts.overlaps, it.compared)) />
                <Line name="conflicts" definition=CONFLICTS value=figure(|it| (it.counts.conflicts, it.compared)) />
                <div class="figure-line" data-figure="accuracy">
                    <dt><Defined definition=ACCURACY>"accuracy"</Defined></dt>
                    <dd>{move || shown.with(|shown| accuracy(&shown.figures))}</dd>
                </div>
                <div class="figure-line" data-figure="adds">
                    <dt><Defined definition=ADDS>"adds"</Defined></dt>
                    <dd>{move || shown.with(|shown| adds(&shown.figures))}</dd>
                </div>
                <div class="figure-line" data-figure="moves">
                    <dt><Defined definition=MOVES>"if saved"</Defined></dt>
                    <dd>{move || shown.with(|shown| moves(desk, &shown.figures))}</dd>
                </div>
            </dl>
            <div class="figure-note small" role="status">{move || note(desk, &shown.read(), partial.get())}</div>
            <SampleNote />
        </div>
    }
}

/// The newest figures, or the ones before until the first document of the newest text is evaluated: nothing blinks.
fn shown(desk: Desk) -> Memo<Shown> {
    Memo::new(move |before: Option<&Shown>| {
        let current = desk.eval.checked().with(|checked| checked.rule.is_some());
        let edit = desk.eval.edited().with(|edit| edit.as_ref().map_or(0, |edit| edit.seq));
        // The server's figures take the place of the sample's as soon as there are some.
        let full = desk.eval.full().with(|full| {
            full.as_ref().filter(|full| full.edit == edit && full.figures.edit.rows > 0).map(Full::draft)
        });
        let figures = full.unwrap_or_else(|| desk.eval.draft().get());
        let begun = figures.rows > 0 || figures.refused.is_some() || (figures.begun && figures.total == 0);
        match before.filter(|_| !begun || !current) {
            Some(before) if current => Shown { current: false, ..before.clone() },
            Some(before) if begun => Shown { figures, current, edit: before.edit },
            Some(before) => Shown { current: false, ..before.clone() },
            None => Shown { figures, current, edit },
        }
    })
}

/// User timing marks, so that the way from a keystroke to its figures on screen can be measured from outside.
fn measure(shown: Memo<Shown>, exact: Memo<bool>) {
    Effect::new(move |told: Option<(u64, bool)>| {
        let (edit, current, exact) =
            (shown.with(|shown| shown.edit), shown.with(|shown| shown.current), exact.get());
        let performance = window().performance();
        let tell = |name| {
            let _ = performance.as_ref().map(|it| it.measure_with_start_mark(name, "hunch:edit"));
        };
        let (last, was_exact) = told.unwrap_or_default();
        if current && edit != last {
            tell("hunch:first-figures");
        }
        if current && exact && (edit != last || !was_exact) {
            tell("hunch:figures");
        }
        if current { (edit, exact) } else { (last, was_exact) }
    });
}

/// A share and what it is out of.
#[component]
fn Line(
    name: &'static str,
    definition: &'static str,
    value: Memo<Result<(String, String), &'static str>>,
) -> impl IntoView {
    view! {
        <div class="figure-line" data-figure=name>
            <dt><Defined definition=definition>{name}</Defined></dt>
            <dd>
                {move || match value.get() {
                    Ok((share, of)) => view! { <b>{share}</b> <span class="of">{of}</span> }.into_any(),
                    Err(why) => unknown(why),
                }}
            </dd>
        </div>
    }
}

fn unknown(text: &'static str) -> AnyView {
    view! { <span class="unknown">{text}</span> }.into_any()
}

fn accuracy(figures: &DraftFigures) -> AnyView {
    let (correct, judged) = (figures.counts.correct, figures.counts.correct + figures.counts.incorrect);
    let Some(Interval { low, high }) = wilson(correct as f64, judged as f64) else {
        return unknown(if figures.rows < figures.total { "…" } else { "no gold yet" });
    };
    view! {
        <b>{format!("{:.2}", correct as f64 / judged as f64)}</b>
        <span class="of">{format!("[{low:.2}–{high:.2}]")}</span>
        <span class="of">{format::of(correct, judged)} " gold"</span>
    }
    .into_any()
}

fn adds(figures: &DraftFigures) -> AnyView {
    if figures.compared == 0 {
        return unknown(if figures.total == 0 { "no documents yet" } else { "…" });
    }
    let rows = if figures.adds == 1 { "row no other rule covers" } else { "rows no other rule covers" };
    view! { <b>{format::count(figures.adds)}</b> <span class="of">{rows}</span> }.into_any()
}

fn moves(desk: Desk, figures: &DraftFigures) -> AnyView {
    let total: u64 = figures.moves.iter().map(|change| change.rows).sum();
    if figures.rows == 0 {
        return unknown(if figures.total == 0 { "no documents yet" } else { "…" });
    }
    if total == 0 {
        return view! { <span class="of">"no votes change"</span> }.into_any();
    }
    let labels = desk.project.labels();
    let name = |label: Option<u16>| {
        let label = label.and_then(|label| labels.get(i16::try_from(label).ok()?));
        label.map_or_else(|| "abstain".to_owned(), |label| label.name.clone())
    };
    let part = |change: &Move| {
        view! {
            <span class="of">
                {name(change.from)} "→" {name(change.to)} " " {format::count(change.rows)}
            </span>
        }
    };
    let rows = if total == 1 { "row moves" } else { "rows move" };
    view! {
        <b>{format::count(total)}</b>
        <span class="of">{rows}</span>
        {figures.moves.iter().take(4).map(part).collect_view()}
        {(figures.moves.len() > 4).then_some("…")}
    }
    .into_any()
}

/// What there is to say about the figures: that they are partial, of an older text, slow, or impossible.
fn note(desk: Desk, shown: &Shown, partial: Option<(u64, u64)>) -> AnyView {
    let warn = |text: String| view! { <span class="warn">{icon(Icon::Warning)} {text}</span> }.into_any();
    let broken = desk.diagnostics().iter().any(|it| it.severity == Severity::Error);
    if let Some(failure) = desk.eval.failure().get() {
        return view! {
            <span class="bad">{icon(Icon::Warning)} {failure}</span>
            <button type="button" class="link" on:click=move |_| desk.eval.retry()>"Try again"</button>
        }
        .into_any();
    }
    if let Some(refused) = &shown.figures.refused {
        return warn(refused.clone());
    }
    if broken && shown.figures.rows > 0 {
        return warn("The figures are of the last text without errors.".to_owned());
    }
    match partial {
        Some((done, total)) => {
            let loading = desk.eval.loading().get();
            let what = if loading.rows < loading.total { "loading the corpus, " } else { "" };
            view! { <span class="quiet num">{what} {format::of(done, total)} " rows so far"</span> }
                .into_any()
        }
        None if shown.figures.cost.slow => warn(slow(shown.figures.cost, shown.figures.rows)),
        None => ().into_any(),
    }
}

/// How slow a rule is, as a sentence.
pub(super) fn slow(cost: Cost, rows: u64) -> String {
    let rows = format::counted(rows, "row", "rows");
    format!("Slow: {:.1} s of computing for {rows}.", cost.millis / 1e3)
}

/// That the browser holds a sample, and the way to the figures of all documents.
#[component]
fn SampleNote() -> impl IntoView {
    let desk = use_desk();
    let (sampling, full) = (desk.eval.sampling(), desk.eval.full());
    let usable = move || desk.eval.checked().with(|checked| checked.rule.is_some());
    let line = move || {
        let Sampling { rows, of } = sampling.get()?;
        let button = |text, press: fn(Eval)| {
            let eval = desk.eval;
            view! { <button type="button" class="link" on:click=move |_| press(eval)>{text}</button> }
        };
        Some(match full.get() {
            None => {
                view! {
                    <span class="num">"Figures of a sample of " {format::count(rows)} " of " {format::count(of)} " rows."</span>
                    {usable().then(|| button("Full figures", Eval::ask_full))}
                }
                    .into_any()
            }
            Some(Full { failure: Some(failure), .. }) => {
                view! {
                    <span class="bad">{icon(Icon::Warning)} "No full figures: " {failure.to_string()}</span>
                    {button("Try again", Eval::ask_full)}
                    {button("Back to the sample", Eval::stop_full)}
                }
                    .into_any()
            }
            Some(Full { done: true, .. }) => {
                view! {
                    <span class="num">"Full figures of " {format::count(of)} " rows, by the server."</span>
                    {button("Back to the sample", Eval::stop_full)}
                }
                    .into_any()
            }
            Some(Full { figures, .. }) => {
                view! {
                    <span class="num">"The server counts: " {format::of(figures.edit.rows, of)} " rows."</span>
                    {button("Stop", Eval::stop_full)}
                }
                    .into_any()
            }
        })
    };
    view! { <div class="figure-note small" role="status" data-testid="sample">{line}</div> }
}
