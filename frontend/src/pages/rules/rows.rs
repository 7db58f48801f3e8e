//! The right pane: what the rule does, document by document.

use super::desk::{Desk, use_desk};
use crate::components::button::IconButton;
use crate::components::icon::Icon;
use crate::components::tabs::Tabs;
use crate::components::vote_strip::{Ballot, VoteStrip};
use crate::format;
use crate::worker::message::{Field, Row, Tab};
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use std::collections::{BTreeMap, BTreeSet};

/// Documents of a page.
const PAGE: u64 = 50;

/// The documents of a tab, matches marked, each with the votes of all rules.
#[component]
pub fn Rows() -> impl IntoView {
    let desk = use_desk();
    let tab = tab_in_address(desk.tab);
    let page = RwSignal::new(0_u64);
    let rows = RwSignal::new(None::<Vec<Row>>);
    let pane = NodeRef::<html::Div>::new();
    // Another rule or tab begins at its first document, and each page at its top.
    Effect::new(move |_| {
        desk.chosen.track();
        tab.track();
        page.set(0);
    });
    Effect::new(move |_| {
        desk.chosen.track();
        tab.track();
        page.track();
        pane.get().into_iter().for_each(|pane| pane.set_scroll_top(0));
    });
    let query = Memo::new(move |_| desk.eval.locate(tab.get(), page.get() * PAGE, PAGE));
    Effect::new(move |_| {
        let wanted = query.get();
        spawn_local(async move {
            let found = desk.eval.rows(wanted.clone()).await;
            // The same documents are not drawn again.
            if query.try_get_untracked() == Some(wanted)
                && found.is_some()
                && rows.with_untracked(|rows| *rows != found)
            {
                rows.set(found);
            }
        });
    });
    let voters = voters(desk);
    let total = Memo::new(move |_| desk.eval.draft().with(|figures| figures.tab_rows(tab.get())));
    let tabs = Tab::ALL.map(|tab| (tab, Signal::derive(move || tab_name(desk, tab)))).to_vec();
    view! {
        <section class="rule-rows" aria-label="What the rule does">
            <Tabs name="Documents" tabs=tabs chosen=tab />
            <div class="pane-body" node_ref=pane role="tabpanel" aria-label=move || tab.get().name() tabindex="0">
                {move || match rows.get() {
                    Some(rows) if !rows.is_empty() && desk.chosen.read().is_some() => {
                        view! { <ol class="documents">{rows.into_iter().map(|row| view! { <RowLine desk=desk voters=voters row=row /> }).collect_view()}</ol> }
                            .into_any()
                    }
                    _ => view! { <p class="none" role="status">{move || nothing(desk, tab.get(), total.get())}</p> }.into_any(),
                }}
            </div>
            <div class="pane-foot row apart" hidden=move || { total.get() <= PAGE }>
                <span class="num small">
                    {move || {
                        let first = page.get() * PAGE;
                        format!("{}–{} of {}", format::count(first + 1), format::count((first + PAGE).min(total.get())), format::count(total.get()))
                    }}
                </span>
                <span class="row">
                    <IconButton
                        icon=Icon::Left
                        name="Previous page"
                        disabled=Signal::derive(move || page.get() == 0)
                        on_press=move |()| page.update(|page| *page -= 1)
                    />
                    <IconButton
                        icon=Icon::Right
                        name="Next page"
                        disabled=Signal::derive(move || (page.get() + 1) * PAGE >= total.get())
                        on_press=move |()| page.update(|page| *page += 1)
                    />
                </span>
            </div>
        </section>
    }
}

/// The tab, kept in the address as `?tab=`.
fn tab_in_address(tab: RwSignal<Tab>) -> RwSignal<Tab> {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    let written = Memo::new(move |_| {
        query.with(|query| query.get_str("tab").and_then(Tab::from_name)).unwrap_or_default()
    });
    tab.set(written.get_untracked());
    Effect::new(move |_| tab.set(written.get()));
    Effect::new(move |before: Option<Tab>| {
        let now = tab.get();
        if before.is_some() && now != written.get_untracked() {
            let path = location.pathname.get_untracked();
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&format!("{path}?tab={}", now.name()), options);
        }
        now
    });
    tab
}

fn tab_name(desk: Desk, tab: Tab) -> String {
    let name = match tab {
        Tab::Matches => "Matches",
        Tab::Conflicts => "Conflicts",
        Tab::Abstains => "Abstains",
        Tab::Wrong => "Wrong",
    };
    desk.eval.draft().with(|figures| match figures.rows {
        0 => name.to_owned(),
        _ => format!("{name} {}", format::count(figures.tab_rows(tab))),
    })
}

/// Why there are no documents.
fn nothing(desk: Desk, tab: Tab, rows: u64) -> &'static str {
    let (exact, total) = desk.eval.draft().with(|figures| (figures.is_exact(), figures.total));
    let gold = desk.eval.loading().with(|loading| loading.gold);
    if desk.eval.failure().read().is_some() && rows == 0 {
        return "The documents could not be loaded.";
    }
    if !desk.project.corpus.is_ready() || !desk.project.rules.is_ready() {
        return "Loading …";
    }
    match tab {
        _ if total == 0 => "No documents yet. Bring a file on the Data page.",
        _ if desk.chosen.read().is_none() => "Choose a rule to see its documents.",
        _ if !exact || rows > 0 => "Looking …",
        Tab::Matches => "No document matches. A rule that votes nowhere has no accuracy.",
        Tab::Conflicts => "No other active rule votes differently on this rule's documents.",
        Tab::Abstains => "The rule votes on every document.",
        Tab::Wrong if gold == 0 => "No gold yet: documents of the dev split have no known label.",
        Tab::Wrong => "Every vote on a document with gold is right.",
    }
}

#[component]
fn RowLine(desk: Desk, voters: Memo<Vec<Voter>>, row: Row) -> impl IntoView {
    let open = RwSignal::new(false);
    let long =
        row.fields.iter().any(|field| field.pieces.iter().map(|piece| piece.text.len()).sum::<usize>() > 280);
    let (gold, vote) = (row.gold, row.vote);
    let wrong = matches!((gold, vote), (Some(gold), Some(vote)) if gold != vote);
    let chip = move |label: Option<u16>| {
        let labels = desk.project.labels();
        let label = label.and_then(|label| labels.get(i16::try_from(label).ok()?).cloned());
        match label {
            Some(label) => view! { <span class="chip" style=("--label", label.color)><span class="clip">{label.name}</span></span> }.into_any(),
            None => view! { <span class="chip none">"abstains"</span> }.into_any(),
        }
    };
    let several = row.fields.len() > 1;
    let field = move |field: Field| {
        view! {
            <p class="text" dir="auto">
                {several.then(|| view! { <span class="quiet small">{field.column} " "</span> })}
                {field
                    .pieces
                    .into_iter()
                    .map(|piece| {
                        if piece.marked {
                            view! { <mark>{piece.text}</mark> }.into_any()
                        } else {
                            piece.text.into_any()
                        }
                    })
                    .collect_view()}
                {field.cut.then_some(" …")}
            </p>
        }
    };
    let votes = row.votes;
    view! {
        <li class="document" class:open=move || open.get() data-row=row.number.to_string()>
            <div class="texts">{row.fields.into_iter().map(field).collect_view()}</div>
            <div class="facts">
                {move || chip(vote)}
                {(!votes.is_empty()).then(|| view! { <VoteStrip ballots=untrack(|| ballots(desk, &voters.read(), &votes)) /> })}
                {gold
                    .map(|gold| {
                        let (class, sign) = if wrong { ("bad", "✗") } else if vote.is_some() { ("good", "✓") } else { ("quiet", "") };
                        view! { <span class=format!("gold {class}")>{sign} " gold " {move || chip(Some(gold))}</span> }
                    })}
                <span class="grow"></span>
                {long
                    .then(|| {
                        view! {
                            <button type="button" class="link small" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                                {move || if open.get() { "less" } else { "more" }}
                            </button>
                        }
                    })}
                <Pick picked=desk.picked id=row.id.clone() number=row.number />
                <span class="num quiet small" title=format!("id {}", row.id)>{format::count(row.number + 1)}</span>
            </div>
        </li>
    }
}

/// Chooses a document to suggest rules by.
#[component]
fn Pick(picked: RwSignal<BTreeSet<String>>, id: String, number: u64) -> impl IntoView {
    let id = StoredValue::new(id);
    let toggle = move |_| {
        picked.update(|picked| {
            let id = id.get_value();
            if !picked.remove(&id) {
                picked.insert(id);
            }
        });
    };
    view! {
        <input
            type="checkbox"
            class="pick"
            aria-label=format!("Suggest rules by document {}", format::count(number + 1))
            title="Suggest rules by the chosen documents"
            prop:checked=move || picked.with(|picked| id.with_value(|id| picked.contains(id)))
            on:change=toggle
        />
    }
}

/// An active rule, as documents' votes name it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Voter {
    name: String,
    chosen: bool,
}

/// The active rules in the order in which documents carry their votes.
fn voters(desk: Desk) -> Memo<Vec<Voter>> {
    Memo::new(move |_| {
        let chosen = desk.chosen.get();
        let names: BTreeMap<String, String> =
            desk.rules().into_iter().map(|rule| (rule.id, rule.name)).collect();
        let voter = |id: String| Voter {
            name: names.get(&id).cloned().unwrap_or_default(),
            chosen: chosen.as_ref() == Some(&id),
        };
        desk.eval.active().into_iter().map(voter).collect()
    })
}

/// The active rules' votes on a document, in the list's order.
fn ballots(desk: Desk, voters: &[Voter], votes: &[Option<u16>]) -> Vec<Ballot> {
    let labels = desk.project.labels();
    let ballot = |(voter, vote): (&Voter, &Option<u16>)| {
        let label = vote.and_then(|vote| labels.get(i16::try_from(vote).ok()?));
        Ballot {
            rule: voter.name.clone(),
            vote: label.map(|label| (label.name.clone(), label.color.clone())),
            chosen: voter.chosen,
        }
    };
    voters.iter().zip(votes).map(ballot).collect()
}
