//! The augmentation studio: policies, what the chosen one says, and what it does to a sample of documents.

pub mod copies;
pub mod editing;
pub mod list;
pub mod studio;

use crate::state::commands::use_command;
use crate::state::drafts::NEW;
use copies::Copies;
use editing::Editing;
use leptos::prelude::*;
use list::PolicyList;
use studio::Studio;

/// Three panes, as on the rules page.
#[component]
pub fn AugmentPage() -> impl IntoView {
    let studio = Studio::open();
    provide_context(studio);
    studio.eval.start();
    Effect::new(move |_| {
        if studio.chosen.get().is_none()
            && let Some(first) = studio.policies.with(|all| all.first().map(|policy| policy.id.clone()))
        {
            studio.go(&first, true);
        }
    });
    use_command("Augment", "Save the policy", "mod+s", move || studio.save());
    use_command("Augment", "New policy", "n", move || studio.go(NEW, false));
    use_command("Augment", "Draw other copies", "s", move || studio.reseed());
    use_command("Augment", "Delete the policy", "", move || studio.delete());
    view! {
        <div class="rules-page augment-page">
            <h1 class="hidden-text">"Augment"</h1>
            <PolicyList />
            <Editing />
            <Copies />
        </div>
    }
}
