//! Buttons.

use super::icon::{Icon, icon as draw};
use crate::state::project::ProjectState;
use hunch_protocol::Role;
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several things that can be done.
    #[default]
    Plain,
    /// The one thing a page is for.
    Primary,
    /// An aside, without an edge until the pointer is on it.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button with a word. While busy it turns and does nothing. Who has not the role it needs does not see it.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional)] small: bool,
    /// Sends the form it is in.
    #[prop(optional)]
    submit: bool,
    /// The key that does the same, shown beside the word.
    #[prop(optional)]
    keys: &'static str,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// What one must be in the open project to do this.
    #[prop(optional, into)]
    needs: Option<Role>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let project = use_context::<ProjectState>();
    let barred = move || needs.zip(project).is_some_and(|(role, project)| !project.may(role));
    let press = move |_| {
        if let (Some(on_press), false) = (on_press, busy.get_untracked()) {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            class:small=small
            disabled=disabled
            hidden=barred
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            {move || if busy.get() { view! { <span class="spinner" aria-hidden="true"></span> }.into_any() } else { icon.map(draw).into_any() }}
            {children()}
            {(!keys.is_empty()).then(|| view! { <kbd aria-hidden="true">{keys}</kbd> })}
        </button>
    }
}

/// A small square button that shows only an icon; its name is for the pointer's hint and the screen reader.
#[component]
pub fn IconButton(
    icon: Icon,
    #[prop(into)] name: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button quiet small square"
            aria-label=name
            title=name
            disabled=disabled
            on:click=move |_| on_press.run(())
        >
            {draw(icon)}
        </button>
    }
}
