//! The rules page: what there is, what the chosen rule says, and what it does, side by side.

pub mod desk;
pub mod figures;
pub mod harvest;
pub mod history;
pub mod list;
pub mod rows;
pub mod suggested;
pub mod transfer;
pub mod writing;

use crate::state::commands::use_command;
use crate::state::drafts::is_unsaved;
use desk::Desk;
use harvest::Harvest;
use leptos::prelude::*;
use list::RuleList;
use rows::Rows;
use writing::Writing;

/// Three panes; below 900 pixels one column, the middle one first.
#[component]
pub fn RulesPage() -> impl IntoView {
    let desk = Desk::open();
    provide_context(desk);
    desk.eval.start();
    open_first(desk);
    add_commands(desk);
    view! {
        <div class="rules-page">
            <h1 class="hidden-text">"Rules"</h1>
            <RuleList />
            <Writing />
            <Rows />
            <Harvest />
        </div>
    }
}

/// Without a rule in the address, the first one is opened.
fn open_first(desk: Desk) {
    Effect::new(move |_| {
        if desk.chosen.get().is_none() {
            desk.project.rules.with(|rules| {
                if let Some(first) = rules.and_then(|rules| rules.first()) {
                    desk.choose_instead(&first.id);
                }
            });
        }
    });
}

fn add_commands(desk: Desk) {
    use_command("Rules", "Save the rule", "mod+s", move || desk.save());
    use_command("Rules", "Apply the rules to the whole corpus", "mod+enter", move || desk.project.apply());
    use_command("Rules", "New rule", "n", move || desk.choose_new());
    use_command("Rules", "Suggested rules", "s", suggested::focus);
    use_command("Rules", "Next rule", "j", move || desk.step(1));
    use_command("Rules", "Previous rule", "k", move || desk.step(-1));
    use_command("Rules", "Delete the rule", "", move || {
        if desk.chosen.get_untracked().is_some_and(|id| !is_unsaved(&id)) {
            desk.delete();
        }
    });
}
