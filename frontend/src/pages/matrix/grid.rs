//! The squares: a table of rules by rules, moved through by arrow keys.

use super::Matrix;
use super::figure::Shown;
use crate::format;
use leptos::wasm_bindgen::JsCast as _;
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// A cell per pair, the darker the higher its share; rules are numbered, their names stand at the left.
#[component]
pub fn Grid(
    matrix: Arc<Matrix>,
    shown: RwSignal<Shown>,
    chosen: RwSignal<Option<[String; 2]>>,
) -> impl IntoView {
    let table = NodeRef::<html::Table>::new();
    let count = matrix.shown.len();
    // The cell that Tab leads to.
    let at = RwSignal::new((0_usize, 1_usize));
    let arrows = move |event: ev::KeyboardEvent| {
        let (row, column) = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(count - 1), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(count - 1)),
            "Home" => (row, 0),
            "End" => (row, count - 1),
            _ => return,
        };
        event.prevent_default();
        at.set(to);
        focus(table, to);
    };
    let heads = (1..=count).zip(&matrix.shown).map(|(number, rule)| {
        let name = matrix.rules[*rule].1.clone();
        let title = name.clone();
        view! { <th scope="col" class="num" title=title><span aria-hidden="true">{number}</span><span class="hidden-text">{name}</span></th> }
    });
    let heads = heads.collect_view();
    let rows = matrix.shown.iter().enumerate().map(|(row, rule)| {
        let cells = (0..count).map(|column| {
            view! { <Square matrix=matrix.clone() place=(row, column) shown=shown chosen=chosen at=at /> }
        });
        let votes = matrix.pairs.get(*rule, *rule).overlaps;
        view! {
            <tr>
                <th scope="row">
                    <span class="num quiet" aria-hidden="true">{row + 1}</span>
                    " "
                    <span class="mono clip">{matrix.rules[*rule].1.clone()}</span>
                    <span class="num quiet small">" " {format::count(votes)}</span>
                </th>
                {cells.collect_view()}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="heat-scroll">
            <table class="heat" node_ref=table on:keydown=arrows aria-label="Pairs of rules">
                <thead>
                    <tr>
                        <th scope="col">"Rule and its votes"</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Square(
    matrix: Arc<Matrix>,
    place: (usize, usize),
    shown: RwSignal<Shown>,
    chosen: RwSignal<Option<[String; 2]>>,
    at: RwSignal<(usize, usize)>,
) -> impl IntoView {
    let (one, other) = (matrix.shown[place.0], matrix.shown[place.1]);
    if one == other {
        return view! { <td class="same" aria-label="the same rule"></td> }.into_any();
    }
    let ids = [matrix.rules[one].0.clone(), matrix.rules[other].0.clone()];
    let names = format!("{} and {}", matrix.rules[one].1, matrix.rules[other].1);
    let counted = Memo::new(move |_| shown.get().of(&matrix.pairs, one, other));
    let share = move || {
        let (part, whole) = counted.get();
        (whole > 0 && part > 0).then(|| part as f64 / whole as f64)
    };
    let told = move || {
        let (part, whole) = counted.get();
        match (whole, shown.get()) {
            (0, _) => format!("{names}: never vote on the same document"),
            (_, figure) => format!("{names}: {} {}", figure.name(), format::of(part, whole)),
        }
    };
    let is_chosen = {
        let ids = ids.clone();
        Memo::new(move |_| chosen.with(|chosen| chosen.as_ref() == Some(&ids)))
    };
    view! {
        <td class=move || shown.get().name() style=("--share", move || format!("{:.0}%", share().unwrap_or(0.0) * 45.0))>
            <button
                type="button"
                class="num"
                aria-label=told.clone()
                title=told
                aria-pressed=move || is_chosen.get().to_string()
                tabindex=move || if at.get() == place { "0" } else { "-1" }
                data-place=format!("{}-{}", place.0, place.1)
                on:focus=move |_| at.set(place)
                on:click=move |_| chosen.set(Some(ids.clone()))
            >
                {move || share().map(|share| format!("{:.0}", share * 100.0))}
            </button>
        </td>
    }
    .into_any()
}

fn focus(table: NodeRef<html::Table>, (row, column): (usize, usize)) {
    let find = |place: String| {
        let found = table.get_untracked()?.query_selector(&format!("[data-place='{place}']")).ok()??;
        found.dyn_into::<web_sys::HtmlElement>().ok()
    };
    // Focus fails where the element is hidden, and then nothing is to be done.
    if let Some(button) = find(format!("{row}-{column}")) {
        let _ = button.focus();
    }
}
