//! Changing one's own password.

use super::button::{Button, ButtonKind};
use super::dialog::Dialog;
use super::field::SecretField;
use super::icon::{Icon, icon};
use crate::state::toasts::Toasts;
use crate::state::{Api, ApiFailure};
use hunch_protocol::ChangePassword;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The dialog, shown while `open`.
#[component]
pub fn PasswordDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open=open title="Change the password">
            <Show when=move || open.get()>
                <PasswordForm open=open />
            </Show>
        </Dialog>
    }
}

#[component]
fn PasswordForm(open: RwSignal<bool>) -> impl IntoView {
    let toasts = Toasts::expect();
    let [current, new] = [(); 2].map(|()| RwSignal::new(String::new()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<ApiFailure>));
    let change = move || {
        busy.set(true);
        let change = ChangePassword { current: current.get_untracked(), new: new.get_untracked() };
        spawn_local(async move {
            match Api.change_password(&change).await {
                Ok(()) => {
                    open.set(false);
                    toasts.tell("The password is changed. Your other sessions have ended.".to_owned());
                }
                Err(refusal) => {
                    failure.set(Some(refusal));
                    busy.set(false);
                }
            }
        });
    };
    let about = move |field: &'static str| {
        Signal::derive(move || failure.with(|failure| failure.as_ref()?.about(field)))
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                change();
            }
        >
            <SecretField label="Password now" value=current autocomplete="current-password" error=about("current") />
            <SecretField
                label="New password"
                value=new
                autocomplete="new-password"
                error=about("new")
                hint="At least 8 characters. Wherever else you are signed in, you have to sign in again."
            />
            <div role="alert">
                {move || {
                    failure.get().map(|failure| view! { <p class="error">{icon(Icon::Warning)} {failure.to_string()}</p> })
                }}
            </div>
            <div class="actions">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Change"</Button>
            </div>
        </form>
    }
}
