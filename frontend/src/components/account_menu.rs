//! Who is signed in, in the bar, and the way out.

use super::menu::{Menu, MenuItem};
use super::password_dialog::PasswordDialog;
use crate::state::session::Session;
use crate::state::toasts::Toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Initials that open a menu; nothing where nobody signs in.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let (session, toasts) = (Session::expect(), Toasts::expect());
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(failure) = session.sign_out().await {
                toasts.fail(format!("You are still signed in. {failure}"));
            }
        });
    });
    let changing = RwSignal::new(false);
    let menu = move || {
        session.person().map(|person| {
            let (mark, name) = (initials(&person.name), person.name.clone());
            let item = |name: &str, hint: String, run| MenuItem {
                name: name.to_owned(),
                hint,
                chosen: None,
                divided: false,
                run,
            };
            let mut items = Vec::new();
            if person.login.is_some() {
                let change = Callback::new(move |()| changing.set(true));
                items.push(item("Change the password", String::new(), change));
            }
            items.push(item("Sign out", person.login.unwrap_or_default(), sign_out));
            view! {
                <Menu
                    name=format!("Account of {name}")
                    button=move || view! { <span class="initials">{mark.clone()}</span> }
                    at_end=true
                    items=Signal::stored(items)
                />
            }
        })
    };
    view! {
        {menu}
        <PasswordDialog open=changing />
    }
}

/// The first letters of a name's first and last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_a_person_would_sign_with() {
        for (name, mark) in
            [("Ada Lovelace", "AL"), ("You", "Y"), ("Ana María de la Cruz", "AC"), ("élan", "É"), ("", "")]
        {
            assert_eq!(initials(name), mark, "{name}");
        }
    }
}
