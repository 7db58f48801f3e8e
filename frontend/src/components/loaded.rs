//! The three ways something that is loaded can be: awaited, there, or out of reach.

use super::failure::Failure;
use crate::state::remote::Status;
use leptos::prelude::*;

/// Shows its children once there is something to show; until then a skeleton, or why there is nothing.
#[component]
pub fn Loaded(
    of: Status,
    /// What is loaded, to complete "… could not be loaded."
    #[prop(into)]
    what: String,
    /// The final layout, empty; three lines unless given.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    move || {
        if of.ready.get() {
            return children().into_any();
        }
        match of.failure.get() {
            Some(failure) => {
                let what = format!("{what} could not be loaded.");
                view! { <Failure what=what failure=failure retry=of.retry /> }.into_any()
            }
            None => view! {
                <div aria-busy="true">
                    <span class="hidden-text" role="status">"Loading"</span>
                    {skeleton.as_ref().map_or_else(|| skeleton_rows(3).into_any(), ViewFn::run)}
                </div>
            }
            .into_any(),
        }
    }
}

/// Rows that are still to come.
pub fn skeleton_rows(rows: usize) -> impl IntoView {
    let row = || {
        view! {
            <div class="skeleton-row" aria-hidden="true">
                <span class="skeleton"></span>
                <span class="skeleton"></span>
                <span class="skeleton"></span>
            </div>
        }
    };
    (0..rows).map(|_| row()).collect_view()
}
