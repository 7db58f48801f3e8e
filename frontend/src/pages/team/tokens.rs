//! Tokens: programs that are let into the project.

use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    field::TextField,
    panel::Panel,
    shown_once::ShownOnce,
    time::{Ago, exact},
};
use crate::state::Api;
use crate::state::team::Team;
use crate::state::toasts::Toasts;
use hunch_protocol::{CreateToken, Scope, Token};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many days a token made here is good for.
const DAYS: u32 = 90;

/// The project's tokens, and a way to make another.
#[component]
pub fn Tokens(team: Team) -> impl IntoView {
    let open = RwSignal::new(false);
    let any = Memo::new(move |_| team.tokens.with(|list| list.is_some_and(|list| !list.is_empty())));
    let row = move |token: Token| {
        let id = token.id.clone();
        let good = token.revoked_at.is_none();
        let state = match (&token.revoked_at, &token.expires_at) {
            (Some(_), _) => "taken back".to_owned(),
            (None, Some(until)) => format!("until {}", exact(until)),
            (None, None) => "until it is taken back".to_owned(),
        };
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
        view! {
            <tr>
                <th scope="row" class="whole">{token.name}</th>
                <td class="mono small">{scopes.join(" ")}</td>
                <td class="quiet small">{state}</td>
                <td class="quiet small end" data-head="Used">
                    {match token.last_used_at {
                        Some(time) => view! { <Ago time=time /> }.into_any(),
                        None => "never used".into_any(),
                    }}
                </td>
                <td class="end">
                    {good
                        .then(|| {
                            view! {
                                <Button small=true kind=ButtonKind::Quiet on_press=move || team.revoke_token(id.clone())>
                                    "Take back"
                                </Button>
                            }
                        })}
                </td>
            </tr>
        }
    };
    view! {
        <Panel
            title="Tokens"
            actions=move || view! { <Button small=true on_press=move || open.set(true)>"New token"</Button> }
        >
            <Show
                when=move || any.get()
                fallback=|| view! { <p class="panel-body quiet">"No program is let into this project by a token of its own."</p> }
            >
                <table class="table stacked">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Good for"</th>
                            <th scope="col">"Good until"</th>
                            <th scope="col" class="end">"Used"</th>
                            <th scope="col"><span class="hidden-text">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{move || team.tokens.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                </table>
            </Show>
        </Panel>
        <Dialog open=open title="New token">
            <TokenForm team=team />
        </Dialog>
    }
}

#[component]
fn TokenForm(team: Team) -> impl IntoView {
    let toasts = Toasts::expect();
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![Scope::Read]);
    let secret = RwSignal::new(None::<String>);
    let submit = move || {
        let new = CreateToken {
            name: name.get_untracked().trim().to_owned(),
            scopes: scopes.get_untracked(),
            days: Some(DAYS),
        };
        spawn_local(async move {
            match Api.create_token(&team.project.id(), &new).await {
                Ok(created) => {
                    secret.set(Some(created.secret));
                    team.refresh();
                }
                Err(failure) => toasts.fail(format!("The token was not made. {failure}")),
            }
        });
    };
    let choice = move |(scope, meaning): (Scope, &'static str)| {
        let toggle = move |_| {
            scopes.update(|scopes| {
                let before = scopes.len();
                scopes.retain(|it| *it != scope);
                if scopes.len() == before {
                    scopes.push(scope);
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=move || scopes.read().contains(&scope) on:change=toggle />
                <span>{scope.name()} <span class="quiet small">" " {meaning}</span></span>
            </label>
        }
    };
    let choices = [
        (Scope::Read, "see the project"),
        (Scope::Labels, "annotations and gold"),
        (Scope::Rules, "rules, lexicons, imports, jobs, snapshots"),
        (Scope::Admin, "everything, people too"),
    ];
    move || {
        match secret.get() {
        Some(secret) => view! {
            <ShownOnce secret=secret>
                "Keep it now: it is not shown again. Programs send it as " <code>"Authorization: Bearer"</code> "."
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
                <TextField label="Name" value=name hint="What you call the program. The token is good for 90 days." autofocus=true />
                <fieldset class="stack tight">
                    <legend class="legend">"Good for"</legend>
                    {choices.map(choice).collect_view()}
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true disabled=Signal::derive(move || scopes.read().is_empty() || name.read().trim().is_empty())>
                        "Make the token"
                    </Button>
                </div>
            </form>
        }
        .into_any(),
    }
    }
}
