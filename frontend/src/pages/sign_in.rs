//! Coming in: by login and password, by a link, by an invitation.

use crate::components::{
    button::{Button, ButtonKind},
    field::{SecretField, TextField},
    icon::{Icon, icon},
};
use crate::state::ApiFailure;
use crate::state::session::Session;
use hunch_protocol::{AuthMode, NewAccount, OpenedInvitation};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_query_map};

/// Sign in; `?to=` says where to go then.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = Session::expect();
    let query = use_query_map();
    // Only a path of this app: anything else could lead to another site.
    let to = move || {
        let to = query.read_untracked().get("to").unwrap_or_default();
        if to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') { to } else { "/".to_owned() }
    };
    view! {
        <Door title="Sign in">
            {move || match session.mode() {
                None => view! { <p class="quiet" role="status">"Asking the server…"</p> }.into_any(),
                Some(AuthMode::Accounts) => view! { <SignInForm session=session to=to() /> }.into_any(),
                Some(AuthMode::Link) => view! { <AskForLink /> }.into_any(),
                Some(AuthMode::None) => view! {
                    <p>"This server asks nobody to sign in."</p>
                    <a class="button primary" href="/">"Go to the projects"</a>
                }
                .into_any(),
            }}
        </Door>
    }
}

#[component]
fn SignInForm(session: Session, to: String) -> impl IntoView {
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None));
    let to = StoredValue::new(to);
    let submit = move || {
        busy.set(true);
        spawn_local(async move {
            let (login, password) = (login.get_untracked(), password.get_untracked());
            let answer = session.sign_in(login, password, &to.get_value()).await;
            failure.set(answer.err());
            busy.set(false);
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <TextField label="Login" value=login autocomplete="username" autofocus=true />
            <SecretField label="Password" value=password autocomplete="current-password" />
            <Refusal failure=failure />
            <Button kind=ButtonKind::Primary submit=true busy=busy>"Sign in"</Button>
            <p class="quiet small">
                "No account? Ask an owner of a project for an invitation. Forgotten the password? Whoever runs the server can set another with " <code>"hunch user password"</code>"."
            </p>
        </form>
    }
}

#[component]
fn AskForLink() -> impl IntoView {
    view! {
        <p>"This server lets a browser in by a link. The terminal that runs " <code>"hunch serve"</code> " shows one that is good; open it in this browser."</p>
        <p class="quiet small">"Each link is good once. When it was used, the terminal shows the next."</p>
    }
}

/// The page of a printed link: signs in, or says why not.
#[component]
pub fn OpenLinkPage(secret: String) -> impl IntoView {
    let session = Session::expect();
    let failure = RwSignal::new(None);
    spawn_local(async move { failure.set(session.open_link(secret).await.err()) });
    view! {
        <Door title="Opening Hunch">
            <Show
                when=move || failure.read().is_some()
                fallback=|| view! { <p class="quiet" role="status">"Signing this browser in…"</p> }
            >
                <Refusal failure=failure />
                <a class="button" href="/" rel="external">"Go to Hunch"</a>
            </Show>
        </Door>
    }
}

/// Take up an invitation, whose secret stands behind `#`.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let session = Session::expect();
    let secret = use_location().hash.get_untracked().trim_start_matches('#').to_owned();
    let (opened, failure) = (RwSignal::new(None::<OpenedInvitation>), RwSignal::new(None));
    {
        let secret = secret.clone();
        spawn_local(async move {
            match session.invitation(&secret).await {
                Ok(invitation) => opened.set(Some(invitation)),
                Err(refusal) => failure.set(Some(refusal)),
            }
        });
    }
    let secret = StoredValue::new(secret);
    view! {
        <Door title="Invitation">
            <Refusal failure=failure />
            {move || {
                opened.get().map(|invitation| view! { <AcceptForm session=session secret=secret invitation=invitation /> })
            }}
        </Door>
    }
}

#[component]
fn AcceptForm(session: Session, secret: StoredValue<String>, invitation: OpenedInvitation) -> impl IntoView {
    let fields = [(); 3].map(|()| RwSignal::new(String::new()));
    let [name, login, password] = fields;
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<ApiFailure>));
    let to_server = invitation.project.is_none();
    let known = Memo::new(move |_| session.person().filter(|_| !to_server));
    let submit = move || {
        busy.set(true);
        let account = known.with_untracked(Option::is_none).then(|| NewAccount {
            login: login.get_untracked(),
            name: name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        });
        spawn_local(async move {
            failure.set(session.accept(secret.get_value(), account).await.err());
            busy.set(false);
        });
    };
    let about = move |field: &'static str| {
        Signal::derive(move || failure.with(|failure| failure.as_ref()?.about(field)))
    };
    let what = match &invitation.project {
        Some(project) => format!("You are invited to the project {project} as {}.", invitation.role.name()),
        None => "Make the first account of this server. It looks after the others.".to_owned(),
    };
    view! {
        <p>{what}</p>
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            {move || match known.get() {
                Some(person) => view! { <p>"You are signed in as " <b>{person.name}</b>"."</p> }.into_any(),
                None => view! {
                    <TextField label="Your name" value=name autocomplete="name" error=about("account.name") autofocus=true />
                    <TextField label="Login" value=login autocomplete="username" error=about("account.login") hint="Letters, digits and .-_@+; what you sign in with." max=64 />
                    <SecretField label="Password" value=password autocomplete="new-password" error=about("account.password") hint="At least 8 characters." />
                }
                .into_any(),
            }}
            <Refusal failure=failure />
            <Button kind=ButtonKind::Primary submit=true busy=busy>"Accept"</Button>
        </form>
    }
}

/// The frame of these pages.
#[component]
fn Door(title: &'static str, children: Children) -> impl IntoView {
    document().set_title(&format!("{title} · Hunch"));
    view! {
        <main class="door" id="main">
            <div class="panel">
                <div class="panel-head"><h1>{title}</h1></div>
                <div class="panel-body stack">{children()}</div>
            </div>
        </main>
    }
}

/// Why it did not work.
#[component]
fn Refusal(failure: RwSignal<Option<ApiFailure>>) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                failure.get().map(|failure| view! { <p class="error">{icon(Icon::Warning)} {failure.to_string()}</p> })
            }}
        </div>
    }
}
