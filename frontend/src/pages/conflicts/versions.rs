//! The versions side by side, differing lines marked.

use super::dispute::{Dispute, Side};
use super::lines::differing;
use super::words;
use crate::state::project::use_project;
use leptos::prelude::*;

/// Base, theirs and mine in columns; `below` adds to each side.
#[component]
pub fn Versions(dispute: Dispute, below: Callback<Side, AnyView>) -> impl IntoView {
    let project = use_project();
    let me = project.sync.author();
    let labels = project.labels();
    let texts = Side::ALL
        .map(|side| dispute.body(side).map(|body| words::lines(dispute.record.kind, body, labels.all())));
    let [base, theirs, mine] = texts.clone();
    let column = |side: Side, text: Option<String>| {
        // Without a base the two sides are held against each other.
        let against = match side {
            Side::Base => mine.clone().or(theirs.clone()),
            Side::Theirs => base.clone().or(mine.clone()),
            Side::Mine => base.clone().or(theirs.clone()),
        };
        let sign = if side == Side::Base { "−" } else { "+" };
        let origin = dispute.origin(side, &me);
        let hint = origin.clone();
        view! {
            <section class="version" data-side=side.name() aria-label=side.name()>
                <div class="version-head">
                    <h3>{side.name()}</h3>
                    <span class="quiet small clip" title=hint>{origin}</span>
                </div>
                {match text {
                    Some(text) => marked(&text, against.as_deref().unwrap_or_default(), sign).into_any(),
                    None if side == Side::Base => {
                        view! { <p class="quiet none">"Both began with nothing."</p> }.into_any()
                    }
                    None => view! { <p class="none">"Deleted"</p> }.into_any(),
                }}
                {below.run(side)}
            </section>
        }
    };
    let columns = Side::ALL.into_iter().zip(texts).map(|(side, text)| column(side, text)).collect_view();
    view! { <div class="versions">{columns}</div> }
}

/// A text whose lines that are not in the other one carry a sign.
fn marked(text: &str, other: &str, sign: &'static str) -> impl IntoView {
    let line = |(line, differs): (String, bool)| {
        view! {
            <span class="line" class:differs=differs>
                <span class="sign">{differs.then_some(sign)}</span>
                <span>{line}</span>
                "\n"
            </span>
        }
    };
    view! { <pre class="version-text">{differing(text, other).into_iter().map(line).collect_view()}</pre> }
}
