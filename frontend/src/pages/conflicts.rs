//! Merge conflicts: two edits of one thing, side by side, until a person says what it shall be.

pub mod comparison;
pub mod dispute;
pub mod lines;
pub mod rule;
pub mod thing;
pub mod versions;
pub mod words;

use crate::components::empty::Empty;
use crate::components::icon::Icon;
use crate::components::loaded::skeleton_rows;
use crate::components::time::Ago;
use crate::routes::{self, Section};
use crate::state::project::use_project;
use dispute::Dispute;
use hunch_protocol::Kind;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use rule::RuleDispute;
use thing::ThingDispute;

/// The open merge conflicts; `?c=ID` shows one, else the first is shown.
#[component]
pub fn ConflictsPage() -> impl IntoView {
    let project = use_project();
    let open = project.sync.entities(Kind::MergeConflict);
    let disputes = Memo::new(move |_| {
        let mut all: Vec<Dispute> =
            open.get().iter().filter_map(|it| Dispute::of(project.sync, it)).collect();
        all.sort_by(|a, b| (&a.record.made_at, &a.id).cmp(&(&b.record.made_at, &b.id)));
        all
    });
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        let wanted = query.read().get("c");
        disputes.with(|all| all.iter().find(|it| Some(&it.id) == wanted.as_ref()).or(all.first()).cloned())
    });
    view! {
        <div class="page merge-conflicts">
            <div class="page-head">
                <div>
                    <h1>"Merge conflicts"</h1>
                    <p>"Two edits of one thing that do not fit together. What was saved first stays in force until you say what it shall be; nothing is lost, and it works offline."</p>
                </div>
            </div>
            {move || (disputes.with(Vec::len) > 1).then(|| view! { <Others disputes=disputes shown=shown /> })}
            {move || match (shown.get(), project.sync.is_ready()) {
                (Some(dispute), _) if dispute.record.kind == Kind::Rule => {
                    view! { <RuleDispute dispute=dispute /> }.into_any()
                }
                (Some(dispute), _) => view! { <ThingDispute dispute=dispute /> }.into_any(),
                (None, true) => view! { <Nothing /> }.into_any(),
                (None, false) => skeleton_rows(3).into_any(),
            }}
        </div>
    }
}

/// All that are open, when there are several.
#[component]
fn Others(disputes: Memo<Vec<Dispute>>, shown: Memo<Option<Dispute>>) -> impl IntoView {
    let project = use_project();
    let line = move |dispute: Dispute| {
        let path = format!("{}?c={}", routes::merge_conflicts(&project.id()), dispute.id);
        let current = shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.id == dispute.id));
        view! {
            <li>
                <a href=path aria-current=current.then_some("true")>
                    <span class="clip">{dispute.title()}</span>
                    <span class="quiet small"><Ago time=dispute.record.made_at /></span>
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label="Open merge conflicts">
            <ul class="dispute-list">{move || disputes.get().into_iter().map(line).collect_view()}</ul>
        </nav>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let rules = Section::Rules.path(&use_project().id());
    view! {
        <Empty
            icon=Icon::Check
            title="Nothing to settle"
            text="Edits of different parts merge by themselves. When two people change the same line, or one deletes what the other edits, both versions come here with the live figures of each."
        >
            <A href=rules attr:class="button">"To the rules"</A>
        </Empty>
    }
}
