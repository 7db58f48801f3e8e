//! Lexicons: lists of words that rules name by `@name`.

pub mod details;
pub mod form;

use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::empty::Empty;
use crate::components::icon::Icon;
use crate::components::loaded::{Loaded, skeleton_rows};
use crate::components::panel::Panel;
use crate::format;
use crate::routes;
use crate::state::commands::use_command;
use crate::state::project::{ProjectState, use_project};
use details::Details;
use form::LexiconForm;
use hunch_protocol::Role;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The lexicons, and the one in the address.
#[component]
pub fn LexiconsPage() -> impl IntoView {
    let project = use_project();
    let open = RwSignal::new(false);
    let params = use_params_map();
    let chosen = Memo::new(move |_| params.read().get("name").filter(|name| !name.is_empty()));
    use_command("Lexicons", "New lexicon", "n", move || open.set(true));
    let navigate = use_navigate();
    let made = Callback::new(move |name: String| {
        open.set(false);
        navigate(&routes::lexicon(&project.id(), &name), NavigateOptions::default());
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Lexicons"</h1>
                    <p>"A lexicon is a list of words and phrases under a name. A rule names it: " <code>"text has @name"</code> "."</p>
                </div>
                <Button kind=ButtonKind::Primary icon=Icon::Plus keys="n" needs=Role::Engineer on_press=move |()| open.set(true)>
                    "New lexicon"
                </Button>
            </div>
            <Dialog open=open title="New lexicon">
                <LexiconForm project=project before=None done=made />
            </Dialog>
            <div class="lexicons">
                <All project=project chosen=chosen />
                {move || chosen.get().map(|name| view! { <Details project=project name=name /> })}
            </div>
        </div>
    }
}

#[component]
fn All(project: ProjectState, chosen: Memo<Option<String>>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let names = |all: &Vec<hunch_protocol::LexiconInfo>| -> Vec<String> {
            all.iter().map(|it| it.name.clone()).collect()
        };
        project.lexicons.with(|all| all.map(names)).unwrap_or_default()
    });
    let line = move |name: String| {
        let info = {
            let name = name.clone();
            Memo::new(move |_| project.lexicon(&name))
        };
        let users = {
            let name = name.clone();
            move || project.users_of(&name).len() as u64
        };
        let here = {
            let name = name.clone();
            move || chosen.with(|chosen| chosen.as_ref() == Some(&name)).then_some("true")
        };
        let terms = move || info.get().map(|info| format::counted(info.terms, "term", "terms"));
        let used = move || match users() {
            0 => "not used".to_owned(),
            many => format!("used by {}", format::counted(many, "rule", "rules")),
        };
        view! {
            <li>
                <A href=routes::lexicon(&project.id(), &name) attr:class="lexicon-line" attr:aria-current=here>
                    <span class="mono clip">{format!("@{name}")}</span>
                    <span class="num small">{terms}</span>
                    <span class="small quiet">{used}</span>
                </A>
            </li>
        }
    };
    view! {
        <Panel title="All lexicons">
            <Loaded of=project.lexicons.status() what="The lexicons" skeleton=ViewFn::from(|| skeleton_rows(3))>
                <Show when=move || !names.read().is_empty() fallback=NoLexicons>
                    <ul class="plain">
                        <For each=move || names.get() key=String::clone children=line />
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn NoLexicons() -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Rules
            title="No lexicons yet"
            text="Brands, swear words, cities: what is too long to write into a rule goes into a lexicon. \
            Paste a list or choose a file. While you read documents on the Rules page, select a word to add it."
        />
    }
}
