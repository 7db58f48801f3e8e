//! What the tried settings make of the votes, beside those in use.

use crate::components::{figure::Defined, label_chip::LabelChip, loaded::skeleton_rows, panel::Panel};
use crate::format;
use crate::state::labels::LabelSet;
use crate::worker::message::refit::{RefitOutcome, Refitted};
use hunch_protocol::{LabelFlip, ModelScores};
use leptos::prelude::*;

/// Kinds of moves that are listed; there can be labels squared of them.
const MOVES: usize = 12;

/// Figures that follow the settings, told to a screen reader when they rest.
#[component]
pub fn Outcome(labels: LabelSet, found: RwSignal<Option<Result<Box<Refitted>, String>>>) -> impl IntoView {
    // What was found last stays on screen while a model refuses.
    let last = Memo::new(move |before: Option<&Option<Box<Refitted>>>| {
        let now = found.with(|found| found.as_ref().and_then(|found| found.as_ref().ok().cloned()));
        now.or_else(|| before.cloned().flatten())
    });
    let refused = move || found.with(|found| found.as_ref().and_then(|found| found.as_ref().err().cloned()));
    let said = Memo::new(move |_| {
        refused().or_else(|| last.with(|last| last.as_deref().map(summary))).unwrap_or_default()
    });
    let body = move || match last.get() {
        Some(found) => figures(&labels, &found).into_any(),
        None => view! { <div aria-busy="true">{skeleton_rows(6)}</div> }.into_any(),
    };
    view! {
        <Panel title="What they would change">
            <p class="panel-body model-moved" role="status" data-testid="moved" class:bad=move || refused().is_some()>{said}</p>
            <div class:model-idle=move || refused().is_some()>{body}</div>
        </Panel>
    }
}

fn summary(found: &Refitted) -> String {
    let moved: u64 = found.moved.iter().map(|flip| flip.rows).sum();
    match moved {
        0 => "No label would change.".to_owned(),
        moved => format!(
            "{} would get another label: {} of those with a vote.",
            format::counted(moved, "document", "documents"),
            format::share(moved, found.covered).unwrap_or_default()
        ),
    }
}

/// Browsers tell time in steps of a tenth of a millisecond.
fn took(millis: f64) -> String {
    if millis < 0.1 { "less than 0.1 ms".to_owned() } else { format!("{millis:.1} ms") }
}

/// A line of the comparison: its name, its definition, both figures.
struct Line {
    head: AnyView,
    present: Result<String, &'static str>,
    tried: Result<String, &'static str>,
    change: Option<String>,
}

fn figures(labels: &LabelSet, found: &Refitted) -> impl IntoView + use<> {
    let cell = |value: Result<String, &'static str>| match value {
        Ok(value) => view! { <td class="num end">{value}</td> }.into_any(),
        Err(why) => view! { <td class="end quiet small">{why}</td> }.into_any(),
    };
    let line = |line: Line| {
        view! {
            <tr>
                <th scope="row">{line.head}</th>
                {cell(line.present)}
                {cell(line.tried)}
                <td class="num end">{line.change}</td>
            </tr>
        }
    };
    let mut lines = labels_lines(labels, found);
    lines.extend(score_lines(found));
    let note = format!(
        "Fitted in {} in this browser, on {} of {}.",
        took(found.fit_ms),
        format::counted(found.patterns, "vote pattern", "vote patterns"),
        format::counted(found.rows, "document", "documents"),
    );
    view! {
        <div class="table-scroll" role="region" aria-label="In use and as tried" tabindex="0">
            <table class="table model-compare">
                <thead>
                    <tr>
                        <th scope="col">"Figure"</th>
                        <th scope="col" class="end">"In use"</th>
                        <th scope="col" class="end">"As tried"</th>
                        <th scope="col" class="end">"Change"</th>
                    </tr>
                </thead>
                <tbody>{lines.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
        <Moves labels=labels.clone() moved=found.moved.clone() />
        <p class="panel-body small quiet" data-testid="refit-note">{note}</p>
    }
}

fn labels_lines(labels: &LabelSet, found: &Refitted) -> Vec<Line> {
    let rows = |of: &RefitOutcome, place: usize| of.label_rows.get(place).copied().unwrap_or(0);
    let prior = |of: &RefitOutcome, place: usize| {
        of.prior.get(place).copied().map(format::percent).unwrap_or_default()
    };
    let line = |(place, index): (usize, i16)| {
        let (before, after) = (rows(&found.present, place), rows(&found.tried, place));
        if labels.get(index)?.retired && before + after == 0 {
            return None;
        }
        let with_prior = |of: &RefitOutcome, rows: u64| {
            Ok(format!("{} · prior {}", format::count(rows), prior(of, place)))
        };
        Some(Line {
            head: view! { <LabelChip labels=labels.clone() index=index /> }.into_any(),
            present: with_prior(&found.present, before),
            tried: with_prior(&found.tried, after),
            change: count_change(before, after),
        })
    };
    (0..labels.all().len()).zip(0_i16..).filter_map(line).collect()
}

fn score_lines(found: &Refitted) -> Vec<Line> {
    type Read = fn(&ModelScores) -> Option<f64>;
    const LOSSES: &str = "Mean of −ln P(gold label) on dev gold. Lower is better.";
    const ACCURACY: &str = "Expected share of right labels on dev gold; ties and documents without a vote are guessed at random. Where models learn from gold, each fifth is judged by a model that has not seen it.";
    const COVERED: &str = "The same on documents with at least one vote.";
    const FLIPS: &str =
        "Covered documents whose label differs from majority vote's, as expected where ties are guessed.";
    let score = |name: &'static str, definition: &'static str, read: Read, is_share: bool| {
        let of = |outcome: &RefitOutcome| outcome.scores.as_ref().and_then(read);
        let show =
            move |value: f64| if is_share { format::percent(value) } else { format::significant(value) };
        let (before, after) = (of(&found.present), of(&found.tried));
        let by = before.zip(after).map(|(before, after)| after - before);
        let points =
            |by: f64| if is_share { format!("{:.1}\u{202f}pp", 100.0 * by) } else { format::significant(by) };
        Line {
            head: view! { <Defined definition=definition>{name}</Defined> }.into_any(),
            present: before.map(show).ok_or("no gold yet"),
            tried: after.map(show).ok_or("no gold yet"),
            change: by.filter(|by| by.abs() >= 0.0005).and_then(|by| change(by, points)),
        }
    };
    let (before, after) = (found.present.flips, found.tried.flips);
    let gold = if found.gold > 0 {
        format!("Accuracy (dev, {})", format::count(found.gold))
    } else {
        "Accuracy (dev)".to_owned()
    };
    let mut accuracy = score("", ACCURACY, |scores| scores.accuracy, true);
    accuracy.head = view! { <Defined definition=ACCURACY>{gold}</Defined> }.into_any();
    vec![
        Line {
            head: view! { <Defined definition=FLIPS>"Differ from majority vote"</Defined> }.into_any(),
            present: Ok(format::of(before, found.covered)),
            tried: Ok(format::of(after, found.covered)),
            change: count_change(before, after),
        },
        accuracy,
        score("Accuracy where covered", COVERED, |scores| scores.accuracy_covered, true),
        score("Log loss", LOSSES, |scores| scores.log_loss, false),
    ]
}

fn count_change(before: u64, after: u64) -> Option<String> {
    let sign = if after < before { '\u{2212}' } else { '+' };
    (before != after).then(|| format!("{sign}{}", format::count(after.abs_diff(before))))
}

/// A difference with its sign; nothing where there is none.
fn change(by: f64, show: impl Fn(f64) -> String) -> Option<String> {
    (by != 0.0).then(|| format!("{}{}", if by < 0.0 { '\u{2212}' } else { '+' }, show(by.abs())))
}

/// From which label to which, most documents first.
#[component]
pub fn Moves(labels: LabelSet, moved: Vec<LabelFlip>) -> impl IntoView {
    let more = moved.len().saturating_sub(MOVES);
    let line = move |flip: LabelFlip| {
        view! {
            <li class="row">
                <LabelChip labels=labels.clone() index=flip.from />
                "→"
                <LabelChip labels=labels.clone() index=flip.to />
                <span class="num">{format::count(flip.rows)}</span>
            </li>
        }
    };
    (!moved.is_empty()).then(|| {
        view! {
            <ul class="model-moves">
                {moved.into_iter().take(MOVES).map(line).collect_view()}
                {(more > 0).then(|| view! { <li class="quiet small">{format!("and {more} other moves")}</li> })}
            </ul>
        }
    })
}
