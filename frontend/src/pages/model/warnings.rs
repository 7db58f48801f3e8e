//! What to know before trusting the labels, and what to do about it.

use crate::components::{
    icon::{Icon, icon},
    panel::Panel,
};
use crate::format;
use crate::routes;
use crate::state::project::ProjectState;
use hunch_protocol::LabelWarning;
use leptos::prelude::*;

/// Warnings beyond this many are shown on demand.
const SHOWN: usize = 4;

/// All warnings, each with its reason, a way out and the rules it is about; nothing where there are none.
#[component]
pub fn Warnings(project: ProjectState, warnings: Vec<LabelWarning>) -> impl IntoView {
    if warnings.is_empty() {
        return None;
    }
    let all = RwSignal::new(false);
    let count = warnings.len();
    let title = format::counted(count as u64, "thing to know", "things to know");
    let line = move |(at, warning): (usize, LabelWarning)| {
        let rules =
            warning.sources.iter().map(|name| view! { <RuleLink project=project name=name.clone() /> });
        view! {
            <li hidden=move || { at >= SHOWN && !all.get() } data-warning=warning.name.clone()>
                {icon(Icon::Warning)}
                <div>
                    <p>{prose(&sentence(&warning.reason))}</p>
                    <p class="quiet">{prose(&sentence(&warning.way_out))}</p>
                </div>
                <span class="row">{rules.collect_view()}</span>
            </li>
        }
    };
    Some(view! {
        <Panel title=title>
            <ul class="model-warnings">{warnings.into_iter().enumerate().map(line).collect_view()}</ul>
            <Show when=move || { count > SHOWN && !all.get() }>
                <p class="panel-body">
                    <button type="button" class="button small" on:click=move |_| all.set(true)>
                        {format!("Show {} more", count - SHOWN)}
                    </button>
                </p>
            </Show>
        </Panel>
    })
}

/// A rule's name that leads to it.
#[component]
pub fn RuleLink(project: ProjectState, name: String) -> impl IntoView {
    let wanted = name.clone();
    let path = move || {
        project.rules.with(|rules| {
            let rule = rules?.iter().find(|rule| rule.name == wanted)?;
            Some(routes::rule(&project.id(), &rule.id))
        })
    };
    move || match path() {
        Some(path) => view! { <a class="mono" href=path>{name.clone()}</a> }.into_any(),
        None => view! { <span class="mono">{name.clone()}</span> }.into_any(),
    }
}

/// A text in which names of rules stand between backticks.
fn prose(text: &str) -> AnyView {
    let piece = |(at, piece): (usize, &str)| {
        let piece = piece.to_owned();
        if at % 2 == 1 { view! { <span class="mono">{piece}</span> }.into_any() } else { piece.into_any() }
    };
    text.split('`').enumerate().map(piece).collect_view().into_any()
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn reasons_are_read_as_sentences() {
        assert_eq!(sentence("few rows overlap"), "Few rows overlap.");
        assert_eq!(sentence("Write more rules."), "Write more rules.");
    }
}
