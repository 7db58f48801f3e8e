//! What all pages of a project share: its state, given by context, its frame and its commands.

use crate::components::frame::Frame;
use crate::routes::{self, Section};
use crate::state::commands::{Command, Commands, use_command};
use crate::state::drafts::Drafts;
use crate::state::eval::Eval;
use crate::state::offline;
use crate::state::project::ProjectState;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_navigate, use_params_map};

/// Provides the [`ProjectState`] of the address and shows the page in its frame.
#[component]
pub fn ProjectScope() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    // Another project is another scope: nothing of the one before stays.
    move || {
        let project = ProjectState::open(id.get());
        provide_context(project);
        provide_context(Eval::new(project));
        provide_context(Drafts::open(&project.id()));
        offline::keep(project);
        add_commands(project);
        view! {
            <Frame project=project>
                <Outlet />
            </Frame>
        }
    }
}

fn add_commands(project: ProjectState) {
    let navigate = use_navigate();
    for section in Section::ALL {
        let go = navigate.clone();
        use_command("Go to", section.name(), section.keys(), move || {
            go(&section.path(&project.id()), NavigateOptions::default());
        });
    }
    let go = navigate.clone();
    use_command("Go to", "Merge conflicts", "g c", move || {
        go(&routes::merge_conflicts(&project.id()), NavigateOptions::default());
    });
    use_command("Project", "Apply the rules and combine their votes", "", move || project.apply());
    let commands = Commands::expect();
    Effect::new(move |_| {
        for rule in project.rules.get().into_iter().flatten() {
            let (go, path) = (navigate.clone(), routes::rule(&project.id(), &rule.id));
            let run = Callback::new(move |()| go(&path, NavigateOptions::default()));
            commands.add(Command { group: "Rule", name: rule.name, keys: "".into(), run });
        }
    });
}
