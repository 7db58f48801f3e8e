//! A merge conflict of anything but a rule: one side is chosen, or both where that makes sense.

use super::dispute::{Dispute, Side};
use super::versions::Versions;
use super::words;
use crate::components::button::{Button, ButtonKind};
use crate::state::project::use_project;
use hunch_protocol::{Kind, Reason, Role};
use leptos::prelude::*;

/// The versions, and a button for each way out.
#[component]
pub fn ThingDispute(dispute: Dispute) -> impl IntoView {
    let project = use_project();
    let both = (dispute.record.kind == Kind::LabelSet)
        .then(|| words::both(dispute.body(Side::Base), dispute.body(Side::Theirs), dispute.body(Side::Mine)))
        .flatten();
    let both = both.map(|body| {
        let dispute = dispute.clone();
        let settle = move |()| dispute.settle(project, Some(body.clone()));
        view! {
            <Button needs=Role::Engineer on_press=settle>"Keep both"</Button>
            <span class="quiet small">"Their new labels keep their indexes; mine get the next ones."</span>
        }
    });
    let below = Callback::new({
        let dispute = dispute.clone();
        move |side| view! { <Take dispute=dispute.clone() side=side /> }.into_any()
    });
    view! {
        <section class="dispute stack" aria-label=dispute.title()>
            <div>
                <h2>{dispute.title()}</h2>
                <p class="quiet">{dispute.story()}</p>
            </div>
            <Versions dispute=dispute.clone() below=below />
            <div class="row">{both}</div>
        </section>
    }
}

/// Settles with one side.
#[component]
pub fn Take(dispute: Dispute, side: Side) -> impl IntoView {
    let project = use_project();
    let name_taken = dispute.record.reason == Reason::NameTaken;
    let word = match (side, dispute.body(side).is_some()) {
        (Side::Base, _) => return ().into_any(),
        // Of a name that is taken, what is in force belongs to another entity and stays anyway.
        (Side::Theirs, _) if name_taken => "Delete mine",
        (Side::Mine, _) if name_taken => "Leave mine inactive",
        (Side::Theirs, true) => "Take theirs",
        (Side::Mine, true) => "Take mine",
        (_, false) => "Delete it",
    };
    let body = match side {
        Side::Theirs if name_taken && dispute.record.base.is_some() => {
            dispute.current.as_ref().map(|entity| entity.body.clone())
        }
        Side::Theirs if name_taken => None,
        Side::Mine if name_taken => dispute.current.as_ref().map(|entity| entity.body.clone()),
        _ => dispute.body(side).cloned(),
    };
    let kind = if word.starts_with("Delete") { ButtonKind::Danger } else { ButtonKind::Plain };
    let settle = move |()| dispute.settle(project, body.clone());
    view! { <div class="row"><Button kind=kind small=true needs=Role::Engineer on_press=settle>{word}</Button></div> }.into_any()
}
