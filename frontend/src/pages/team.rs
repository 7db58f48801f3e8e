//! The team: who is in the project and may do what, programs that are let in, where one is signed in, who did what.

pub mod audit;
pub mod invite;
pub mod members;
pub mod sessions;
pub mod tokens;

use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    icon::Icon,
};
use crate::state::commands::use_command;
use crate::state::project::use_project;
use crate::state::team::Team;
use audit::Audit;
use invite::{InviteForm, Waiting};
use leptos::prelude::*;
use members::{People, Roles};
use sessions::Browsers;
use tokens::Tokens;

/// People, tokens, sessions and the audit of a project.
#[component]
pub fn TeamPage() -> impl IntoView {
    let team = Team::open(use_project());
    let open = RwSignal::new(false);
    let may_invite = Memo::new(move |_| team.is_owner() && team.has_accounts());
    use_command("Team", "Invite someone", "n", move || {
        if may_invite.get_untracked() {
            open.set(true);
        }
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Team"</h1>
                    <p>
                        {move || team.role().map(|role| view! { "Your role in this project: " <b>{role.name()}</b> ". " })}
                        {move || (!team.has_accounts()).then_some("This server has no accounts: whoever it lets in owns every project.")}
                    </p>
                </div>
                <Show when=move || may_invite.get()>
                    <Button kind=ButtonKind::Primary icon=Icon::Plus keys="n" on_press=move || open.set(true)>
                        "Invite someone"
                    </Button>
                </Show>
            </div>
            <Dialog open=open title="Invite someone">
                <InviteForm team=team />
            </Dialog>
            <Show when=move || team.has_accounts()>
                <People team=team />
                <Waiting team=team />
            </Show>
            <Roles />
            <Show when=move || team.is_owner()>
                <Tokens team=team />
            </Show>
            <Browsers team=team />
            <Show when=move || team.is_owner()>
                <Audit team=team />
            </Show>
        </div>
    }
}
