//! The right pane: documents beside their copies, differences marked.

use super::studio::{FOLLOWING, Studio, use_studio};
use crate::components::icon::{Icon, icon};
use crate::components::label_chip::LabelChip;
use crate::components::vote_strip::{Ballot, VoteStrip};
use crate::format;
use crate::state::eval::preview::Preview;
use crate::worker::message::preview::{Copied, Effect as Change, PreviewRow, Said, Show};
use hunch_augment::{DiffKind, DiffPiece};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The shown documents of the sample.
#[component]
pub fn Copies() -> impl IntoView {
    let studio = use_studio();
    let filtered = Memo::new(move |_| studio.show.with(|show| show.effect != Change::Any));
    let stale = move || studio.checked.with(|checked| checked.policy.is_none());
    let rules = Memo::new(move |_| {
        let names: BTreeMap<String, String> =
            studio.project.rules.get().into_iter().flatten().map(|rule| (rule.id, rule.name)).collect();
        let name = |id: String| names.get(&id).cloned().unwrap_or_default();
        studio.eval.active().into_iter().map(name).collect::<Vec<_>>()
    });
    let any = Memo::new(move |_| {
        studio.preview.with(|preview| preview.as_ref().is_some_and(|preview| !preview.rows.is_empty()))
    });
    let following = move || {
        let first = |preview: &Preview| preview.rows.iter().take(FOLLOWING).cloned().collect::<Vec<_>>();
        studio.preview.with(|preview| preview.as_ref().map(first).unwrap_or_default())
    };
    let list = move |rows: Vec<PreviewRow>| {
        let rules = rules.get();
        rows.into_iter()
            .map(|row| view! { <Beside studio=studio rules=rules.clone() row=row /> })
            .collect_view()
    };
    view! {
        <section class="rule-rows" aria-label="Documents and their copies">
            <div class="pane-head">
                <strong class="clip">{move || title(studio)}</strong>
                <span class="grow"></span>
                {move || {
                    filtered
                        .get()
                        .then(|| {
                            let all = move |_| studio.show.update(|show| *show = Show { take: show.take, ..Show::default() });
                            view! { <button type="button" class="link" on:click=all>"All documents"</button> }
                        })
                }}
            </div>
            <div class="pane-body" tabindex="0" role="region" aria-label="List" class:stale=stale>
                {move || {
                    if !any.get() {
                        return view! { <p class="none">{move || nothing(studio)}</p> }.into_any();
                    }
                    view! {
                        <ol class="plain augmented">
                            {move || list(following())}
                            {move || list(studio.below.get())}
                        </ol>
                    }
                        .into_any()
                }}
            </div>
        </section>
    }
}

fn title(studio: Studio) -> String {
    let show = studio.show.get();
    let what = match show.effect {
        Change::Any => return "Documents and their copies".to_owned(),
        Change::Votes => "Votes change",
        Change::Label => "Label flips",
    };
    match show.step {
        None => format!("{what} under the whole policy"),
        Some(step) => format!("{what} under transformation {} alone", step + 1),
    }
}

/// Why there is nothing to show.
fn nothing(studio: Studio) -> &'static str {
    let rows = studio.project.corpus.with(|corpus| corpus.map(|corpus| corpus.rows));
    let drawn = studio.sample.with(|sample| sample.as_ref().map(|sample| sample.rows));
    match (rows, drawn) {
        (Some(0), _) => "No documents yet. Bring a file on the Data page.",
        (_, Some(0)) => "No train documents: only those are augmented.",
        _ if studio.chosen.read().is_none() => "Choose a policy to see its copies.",
        _ if studio.checked.with(|checked| checked.policy.is_none()) => {
            "Copies appear once the policy has no errors."
        }
        _ if studio.preview.read().is_none() => "Making copies …",
        _ => "No document of the sample changes so.",
    }
}

#[component]
fn Beside(studio: Studio, rules: Vec<String>, row: PreviewRow) -> impl IntoView {
    let several = row.cells.len() > 1;
    let columns: Vec<String> = row.cells.iter().map(|cell| cell.column.clone()).collect();
    let original = row.said.clone();
    let name = move |column: &str| {
        several.then(|| view! { <span class="quiet small">{column.to_owned()} " "</span> })
    };
    let before = row.cells.into_iter().map(|cell| {
        let value = cell.value.unwrap_or_else(|| "missing".to_owned());
        view! { <p class="text" dir="auto">{name(&cell.column)} {value}</p> }
    });
    let before = before.collect_view();
    let copies = row.copies.into_iter().map(|copy: Copied| {
        let cells = copy.cells.into_iter().zip(&columns).map(|(pieces, column)| {
            view! { <p class="text" dir="auto">{name(column)} {pieces.into_iter().map(piece).collect_view()}</p> }
        });
        let cells = cells.collect_view();
        view! {
            <li>
                {cells}
                <Facts studio=studio rules=rules.clone() said=copy.said before=Some(original.clone()) />
            </li>
        }
    });
    let copies = copies.collect_view();
    let short = format::shortened(&row.id, 24);
    view! {
        <li class="document open">
            {before}
            <div class="facts">
                <Facts studio=studio rules=rules.clone() said=row.said before=None />
                <span class="mono quiet small" title=row.id>{short}</span>
            </div>
            <ol class="plain copies" aria-label="Copies">{copies}</ol>
        </li>
    }
}

fn piece(piece: DiffPiece) -> AnyView {
    match piece.kind {
        DiffKind::Same => piece.text.into_any(),
        DiffKind::Removed => view! { <del>{piece.text}</del> }.into_any(),
        DiffKind::Added => view! { <ins>{piece.text}</ins> }.into_any(),
    }
}

/// The majority's label and the votes; of a copy also whether they are others than its parent's.
#[component]
fn Facts(studio: Studio, rules: Vec<String>, said: Said, before: Option<Said>) -> impl IntoView {
    let labels = untrack(|| studio.project.labels());
    let index = |label: Option<u16>| label.and_then(|label| i16::try_from(label).ok()).unwrap_or(-1);
    let ballot = |(rule, vote): (String, &Option<u16>)| Ballot {
        rule,
        vote: labels.get(index(*vote)).map(|label| (label.name.clone(), label.color.clone())),
        chosen: false,
    };
    let ballots: Vec<Ballot> = rules.into_iter().zip(&said.votes).map(ballot).collect();
    let flips = before.as_ref().is_some_and(|before| before.label != said.label);
    let changes = before.is_some_and(|before| before.votes != said.votes);
    let verdict = match (flips, changes) {
        (true, _) => Some(("bad", "label flips")),
        (false, true) => Some(("warn", "votes change")),
        (false, false) => None,
    };
    view! {
        <span class="facts">
            <LabelChip labels=labels.clone() index=index(said.label) />
            {(!ballots.is_empty()).then(|| view! { <VoteStrip ballots=ballots /> })}
            {verdict.map(|(class, word)| view! { <span class=format!("verdict {class} small")>{icon(Icon::Warning)} {word}</span> })}
        </span>
    }
}
