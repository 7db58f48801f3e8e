//! Who is in the project, and what roles may do.

use crate::components::{
    button::{Button, ButtonKind},
    loaded::Loaded,
    panel::Panel,
    time::Ago,
};
use crate::state::team::Team;
use hunch_protocol::{Member, Role};
use leptos::{ev, prelude::*};

/// The members; owners change roles and take people out.
#[component]
pub fn People(team: Team) -> impl IntoView {
    let row = move |member: Member| {
        let name = member.name.clone();
        let (changed, gone) = (member.clone(), member.clone());
        view! {
            <tr>
                <th scope="row" class="whole">{member.name}</th>
                <td class="quiet">{member.login}</td>
                <td data-head="Role">
                    <Show when=move || team.is_owner() fallback=move || member.role.name()>
                        <RoleSelect
                            name=format!("Role of {name}")
                            role=member.role
                            on_choose={
                                let changed = changed.clone();
                                move |role| team.change_role(&changed, role)
                            }
                        />
                    </Show>
                </td>
                <td class="quiet small end" data-head="Came"><Ago time=member.created_at /></td>
                <td class="end">
                    {move || {
                        let gone = gone.clone();
                        team.is_owner()
                            .then(|| {
                                view! {
                                    <Button small=true kind=ButtonKind::Quiet on_press=move || team.remove(&gone)>
                                        "Take out"
                                    </Button>
                                }
                            })
                    }}
                </td>
            </tr>
        }
    };
    view! {
        <Panel title="Members">
            <Loaded of=team.members.status() what="The members">
                <div class="table-scroll" role="region" aria-label="Table of members" tabindex="0">
                    <table class="table stacked">
                        <thead>
                            <tr>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Login"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col" class="end">"Came"</th>
                                <th scope="col"><span class="hidden-text">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || {
                                team.members.get().map(|members| members.items).unwrap_or_default().into_iter().map(row).collect_view()
                            }}
                        </tbody>
                    </table>
                </div>
            </Loaded>
        </Panel>
    }
}

/// A choice among the roles.
#[component]
pub fn RoleSelect(
    #[prop(into)] name: String,
    #[prop(into)] role: Signal<Role>,
    on_choose: impl Fn(Role) + 'static,
) -> impl IntoView {
    let option = move |value: Role| {
        view! { <option value=value.name() prop:selected=move || role.get() == value>{value.name()}</option> }
    };
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let value = event.target().value();
        Role::ALL.into_iter().filter(|role| role.name() == value).for_each(&on_choose);
    };
    view! {
        <select class="select small" aria-label=name on:change:target=choose>
            {Role::ALL.map(option).collect_view()}
        </select>
    }
}

/// What each role may do; those further down may do what those above them may.
#[component]
pub fn Roles() -> impl IntoView {
    let row = |role: Role| {
        view! { <tr><th scope="row">{role.name()}</th><td>{meaning(role)}</td></tr> }
    };
    view! {
        <Panel title="What roles may do">
            <table class="table">
                <thead><tr><th scope="col">"Role"</th><th scope="col">"May, beyond the roles above it"</th></tr></thead>
                <tbody>{Role::ALL.map(row).collect_view()}</tbody>
            </table>
        </Panel>
    }
}

/// What a role may do beyond the ones before it.
pub(super) fn meaning(role: Role) -> &'static str {
    match role {
        Role::Viewer => "see documents, rules, labels and snapshots",
        Role::Annotator => "label documents",
        Role::Engineer => {
            "write rules, lexicons and policies, decide gold, import, apply, freeze, run widgets"
        }
        Role::Owner => "let people and programs in, change the label set and settings, delete the project",
    }
}
