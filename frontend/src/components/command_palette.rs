//! The command palette: everything that can be done here, found by typing.

use super::dialog::Dialog;
use super::element_id;
use super::key_sheet::KeyCaps;
use crate::state::commands::{Command, Commands, matches};
use leptos::{ev, html, prelude::*};

/// A line to type into and the commands that fit.
#[component]
pub fn CommandPalette(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open=open title="Find a page, an action or a rule" class="palette" bare=true>
            <Finder open=open />
        </Dialog>
    }
}

#[component]
fn Finder(open: RwSignal<bool>) -> impl IntoView {
    let commands = Commands::expect();
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let list = NodeRef::<html::Div>::new();
    let list_id = element_id("found");
    let option_id = {
        let list_id = list_id.clone();
        move |index: usize| format!("{list_id}-{index}")
    };
    let found =
        Memo::new_with_compare(move |_| query.with(|query| matches(query, &commands.all())), |_, _| true);
    let run = move |command: &Command| {
        open.set(false);
        command.run.run(());
    };
    let keys = move |event: ev::KeyboardEvent| {
        let count = found.read_untracked().len().max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" => chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" => {
                let command = found.read_untracked().get(chosen.get_untracked()).cloned();
                command.iter().for_each(run);
            }
            _ => return,
        }
        event.prevent_default();
        scroll_to_chosen(list);
    };
    let active = option_id.clone();
    view! {
        <input
            class="query"
            type="text"
            role="combobox"
            autofocus
            autocomplete="off"
            placeholder="Find a page, an action or a rule"
            aria-label="Find a page, an action or a rule"
            aria-expanded="true"
            aria-controls=list_id.clone()
            aria-activedescendant=move || active(chosen.get())
            bind:value=query
            on:input=move |_| chosen.set(0)
            on:keydown=keys
        />
        <div role="listbox" id=list_id aria-label="What was found" node_ref=list>
            {move || {
                let option_id = option_id.clone();
                found
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(move |(index, command)| {
                        let id = option_id(index);
                        let (keys, name, group) = (command.keys.clone(), command.name.clone(), command.group);
                        view! {
                            <div
                                role="option"
                                id=id
                                aria-selected=move || (chosen.get() == index).to_string()
                                on:mousemove=move |_| chosen.set(index)
                                on:click=move |_| run(&command)
                            >
                                <span class="clip">
                                    <span class="quiet">{group} " · "</span>
                                    {name}
                                </span>
                                {(!keys.is_empty()).then(|| view! { <KeyCaps keys=keys /> })}
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </div>
        <p class="none" role="status" hidden=move || !found.read().is_empty()>
            "Nothing fits. Try a page, an action or the name of a rule."
        </p>
    }
}

/// Scrolls the chosen line into view, once it is marked.
fn scroll_to_chosen(list: NodeRef<html::Div>) {
    request_animation_frame(move || {
        let chosen =
            list.get_untracked().and_then(|list| list.query_selector("[aria-selected=true]").ok().flatten());
        if let Some(chosen) = chosen {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            chosen.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
