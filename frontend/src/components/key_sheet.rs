//! The sheet of keys.

use super::dialog::Dialog;
use crate::state::commands::Commands;
use leptos::prelude::*;
use std::borrow::Cow;

/// Lists the keys of the page, by group.
#[component]
pub fn KeySheet(open: RwSignal<bool>) -> impl IntoView {
    let commands = Commands::expect();
    view! {
        <Dialog open=open title="Keys of this page">
            <div class="keys">
                {commands
                    .groups()
                    .into_iter()
                    .filter(|(_, commands)| commands.iter().any(|command| !command.keys.is_empty()))
                    .map(|(group, commands)| {
                        view! {
                            <h3>{group}</h3>
                            {commands
                                .into_iter()
                                .filter(|command| !command.keys.is_empty())
                                .map(|command| {
                                    view! {
                                        <span>{command.name}</span>
                                        <KeyCaps keys=command.keys />
                                    }
                                })
                                .collect_view()}
                        }
                    })
                    .collect_view()}
            </div>
        </Dialog>
    }
}

/// A key, or several one after the other.
#[component]
pub fn KeyCaps(#[prop(into)] keys: Cow<'static, str>) -> impl IntoView {
    view! {
        <span class="row">
            {keys.split(' ').map(|key| view! { <kbd>{crate::state::commands::key_name(key)}</kbd> }).collect_view()}
        </span>
    }
}
