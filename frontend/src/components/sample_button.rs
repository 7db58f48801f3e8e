//! The sample project, one press away.

use super::button::{Button, ButtonKind};
use super::icon::Icon;
use crate::routes::Section;
use crate::state::{projects::Projects, toasts::Toasts};
use hunch_protocol::NewProject;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Makes the sample project and opens it.
#[component]
pub fn SampleButton(#[prop(optional)] kind: ButtonKind) -> impl IntoView {
    let (projects, toasts) = (Projects::expect(), Toasts::expect());
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let press = move |()| {
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            match projects.create(NewProject { sample: true, ..NewProject::default() }).await {
                Ok(project) => navigate(&Section::Overview.path(&project.id), NavigateOptions::default()),
                Err(failure) => toasts.fail(format!("The sample project could not be made. {failure}")),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Button kind=kind icon=Icon::Sample busy=busy on_press=press>
            "Try the sample"
        </Button>
    }
}
