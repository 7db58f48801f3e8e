//! Who is signed in, in the bar, and the way out.

use super::menu::{Menu, MenuItem};
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
    move || {
        session.person().map(|person| {
            let (mark, name) = (initials(&person.name), person.name.clone());
            let items = vec![MenuItem {
                name: "Sign out".to_owned(),
                hint: person.login.unwrap_or_default(),
                chosen: None,
                divided: false,
                run: sign_out,
            }];
            view! {
                <Menu
                    name=format!("Account of {name}")
                    button=move || view! { <span class="initials">{mark.clone()}</span> }
                    at_end=true
                    items=Signal::stored(items)
                />
            }
        })
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
