//! The matrix: how every two rules vote, and the documents behind a cell.

pub mod documents;
pub mod figure;
pub mod grid;

use crate::components::{
    empty::Empty, figure::Defined, icon::Icon, loaded::skeleton_rows, panel::Panel, tabs::Tabs,
};
use crate::format;
use crate::routes::{self, Section};
use crate::state::eval::{Eval, board::SavedFigures, use_eval};
use crate::state::project::{ProjectState, use_project};
use documents::PairDocuments;
use figure::{Shown, near_duplicates};
use grid::Grid;
use hunch_engine::Pairs;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use std::sync::Arc;

/// Rules that are shown at most: those that vote most often.
const RULES: usize = 60;

/// The active rules and how every two of them vote.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Identifier and name, in the order of the counts.
    pub rules: Vec<(String, String)>,
    /// The counts.
    pub pairs: Pairs,
    /// The rules that are shown.
    pub shown: Vec<usize>,
}

/// How every two rules vote.
#[component]
pub fn MatrixPage() -> impl IntoView {
    let (project, eval) = (use_project(), use_eval());
    eval.start();
    let matrix = matrix(project, eval);
    let shown = RwSignal::new(Shown::default());
    let chosen = RwSignal::new(None::<[String; 2]>);
    keep_in_address(shown, chosen);
    let none = Memo::new(move |_| project.rules.is_ready() && eval.active().len() < 2);
    let tabs = Shown::ALL.map(|shown| (shown, Signal::derive(move || capitalized(shown.name())))).to_vec();
    view! {
        <div class="page matrix-page">
            <div class="page-head">
                <div>
                    <h1>"Matrix"</h1>
                    <p>"How every two active rules vote on the same documents. Choose a cell to see the documents."</p>
                </div>
            </div>
            <Show
                when=move || !none.get()
                fallback=move || {
                    view! {
                        <div class="panel">
                            <Empty icon=Icon::Matrix title="Two rules are needed" text="The matrix compares the votes of active rules: where they overlap, agree and contradict each other.">
                                <a class="button" href=Section::Rules.path(&project.id())>"Write a rule"</a>
                            </Empty>
                        </div>
                    }
                }
            >
                <NearDuplicates project=project matrix=matrix />
                <section class="panel" aria-label="All pairs of rules">
                    <Tabs name="Figure" tabs=tabs.clone() chosen=shown />
                    <div class="panel-body stack" role="tabpanel" aria-label=move || shown.get().name()>
                        <p class="small quiet">
                            {move || shown.get().definition()} " " {move || left_out(matrix)}
                        </p>
                        {move || match matrix.get() {
                            Some(matrix) => view! { <Grid matrix=matrix shown=shown chosen=chosen /> }.into_any(),
                            None => skeleton_rows(8).into_any(),
                        }}
                    </div>
                </section>
                <PairDocuments project=project matrix=matrix shown=shown chosen=chosen />
            </Show>
        </div>
    }
}

/// The counts of the newest rules; those before stay until the new ones are there.
fn matrix(project: ProjectState, eval: Eval) -> Memo<Option<Arc<Matrix>>> {
    let counted = RwSignal::new(None::<(Vec<String>, Pairs)>);
    Effect::new(move |_| {
        let ids = eval.active();
        if ids.len() < 2 || !eval.saved().with(SavedFigures::is_exact) {
            return;
        }
        spawn_local(async move {
            let pairs = eval.pairs().await.filter(|pairs| pairs.rules() == ids.len());
            if let (Some(pairs), Some(now)) =
                (pairs, counted.try_get_untracked().map(|_| untrack(|| eval.active())))
                && now == ids
            {
                counted.set(Some((ids, pairs)));
            }
        });
    });
    Memo::new(move |_| {
        let (ids, pairs) = counted.get()?;
        let name = |id: &String| {
            project.rules.with(|rules| {
                rules.into_iter().flatten().find(|rule| rule.id == *id).map(|rule| rule.name.clone())
            })
        };
        let rules = ids.iter().map(|id| (id.clone(), name(id).unwrap_or_default())).collect();
        let mut most: Vec<usize> = (0..ids.len()).collect();
        most.sort_by_key(|rule| std::cmp::Reverse(pairs.get(*rule, *rule).overlaps));
        most.truncate(RULES);
        most.sort_unstable();
        Some(Arc::new(Matrix { rules, pairs, shown: most }))
    })
}

/// The figure and the cell are in the address: a link shows what one sees.
fn keep_in_address(shown: RwSignal<Shown>, chosen: RwSignal<Option<[String; 2]>>) {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    let written = Memo::new(move |_| {
        query.with(|query| {
            let shown = query.get_str("figure").and_then(Shown::from_name).unwrap_or_default();
            let rules = query.get_str("rule").zip(query.get_str("with"));
            (shown, rules.map(|(one, other)| [one.to_owned(), other.to_owned()]))
        })
    });
    Effect::new(move |_| {
        let (figure, pair) = written.get();
        shown.set(figure);
        chosen.set(pair);
    });
    Effect::new(move |before: Option<()>| {
        let now = (shown.get(), chosen.get());
        if before.is_some() && now != written.get_untracked() {
            let pair = now.1.map(|[one, other]| format!("&rule={one}&with={other}")).unwrap_or_default();
            let path = format!("{}?figure={}{pair}", location.pathname.get_untracked(), now.0.name());
            navigate(&path, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    });
}

/// Pairs of which one rule is enough.
#[component]
fn NearDuplicates(project: ProjectState, matrix: Memo<Option<Arc<Matrix>>>) -> impl IntoView {
    move || {
        let matrix = matrix.get()?;
        let found = near_duplicates(&matrix.pairs);
        if found.is_empty() {
            return None;
        }
        let rules = matrix.rules.clone();
        let rule = move |rule: usize| {
            let (id, name) = rules[rule].clone();
            view! { <a class="mono" href=routes::rule(&project.id(), &id)>{name}</a> }
        };
        let line = move |(one, other, share): (usize, usize, f64)| {
            view! { <li>{rule(one)} " and " {rule(other)} " vote alike on " <span class="num">{format::percent(share)}</span> " of the documents on which either votes."</li> }
        };
        Some(view! {
            <Panel title="Near duplicates">
                <div class="panel-body stack">
                    <p class="small">
                        <Defined definition="Documents on which both rules vote alike, of those on which at least one of them votes: 90 % or more.">
                            "One of each pair is enough"
                        </Defined>
                        ": the model lets them share one vote's weight."
                    </p>
                    <ul>{found.into_iter().map(line).collect_view()}</ul>
                </div>
            </Panel>
        })
    }
}

fn left_out(matrix: Memo<Option<Arc<Matrix>>>) -> Option<String> {
    let matrix = matrix.get()?;
    let (all, shown) = (matrix.rules.len(), matrix.shown.len());
    (shown < all).then(|| format!("Shown are the {shown} of {all} rules that vote most often."))
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
