//! Inviting people: the form, the link to send, and who has not come yet.

use super::members::{RoleSelect, meaning};
use crate::components::{
    button::{Button, ButtonKind},
    field::TextField,
    panel::Panel,
    shown_once::ShownOnce,
    time::Ago,
};
use crate::state::Api;
use crate::state::team::Team;
use crate::state::toasts::Toasts;
use hunch_protocol::{Invitation, NewInvitation, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Makes an invitation and shows its link, this once.
#[component]
pub fn InviteForm(team: Team) -> impl IntoView {
    let toasts = Toasts::expect();
    let (note, role) = (RwSignal::new(String::new()), RwSignal::new(Role::Annotator));
    let (busy, link) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let submit = move || {
        busy.set(true);
        let new = NewInvitation {
            role: role.get_untracked(),
            note: note.get_untracked().trim().to_owned(),
            days: None,
        };
        spawn_local(async move {
            match Api.invite(&team.project.id(), &new).await {
                Ok(created) => {
                    let origin = window().location().origin().unwrap_or_default();
                    link.set(Some(format!("{origin}/invitation#{}", created.secret)));
                    team.refresh();
                }
                Err(failure) => toasts.fail(format!("Nobody was invited. {failure}")),
            }
            busy.set(false);
        });
    };
    move || {
        match link.get() {
        Some(link) => view! {
            <ShownOnce secret=link>
                "Send this link. It is good once and for seven days, and is not shown again."
            </ShownOnce>
        }
        .into_any(),
        None => view! {
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <TextField label="For whom" value=note hint="A note for you; the invited do not see it." autofocus=true />
                <div class="field">
                    <span class="legend">"Role"</span>
                    <RoleSelect name="Role" role=role on_choose=move |chosen| role.set(chosen) />
                    <p class="hint">"May " {move || meaning(role.get())}"."</p>
                </div>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=busy>"Make a link"</Button>
                </div>
            </form>
        }
        .into_any(),
    }
    }
}

/// Invitations that nobody took up yet.
#[component]
pub fn Waiting(team: Team) -> impl IntoView {
    let any = Memo::new(move |_| team.invitations.with(|list| list.is_some_and(|list| !list.is_empty())));
    let row = move |invitation: Invitation| {
        let id = invitation.id.clone();
        let whom = if invitation.note.is_empty() { "someone".to_owned() } else { invitation.note };
        let by = team.name_of(&invitation.by);
        view! {
            <tr>
                <th scope="row" class="whole">{whom}</th>
                <td data-head="Role">{invitation.role.name()}</td>
                <td class="quiet">"by " {by}</td>
                <td class="quiet small end"><Ago time=invitation.created_at /></td>
                <td class="end">
                    <Button small=true kind=ButtonKind::Quiet on_press=move || team.revoke_invitation(id.clone())>
                        "Take back"
                    </Button>
                </td>
            </tr>
        }
    };
    view! {
        <Show when=move || any.get()>
            <Panel title="Invited">
                <table class="table stacked">
                    <thead class="hidden-text">
                        <tr>
                            <th scope="col">"For whom"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col">"By"</th>
                            <th scope="col">"Made"</th>
                            <th scope="col">"Actions"</th>
                        </tr>
                    </thead>
                    <tbody>{move || team.invitations.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                </table>
            </Panel>
        </Show>
    }
}
