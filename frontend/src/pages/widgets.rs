//! Feedback widgets: what a product's users are asked, and what they answered.

pub mod form;
pub mod inbox;
pub mod install;
pub mod origins;
pub mod preview;

use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    empty::Empty,
    icon::Icon,
    loaded::{Loaded, skeleton_rows},
    time::Ago,
};
use crate::format;
use crate::routes::Section;
use crate::state::commands::use_command;
use crate::state::project::use_project;
use crate::state::widgets::Widgets;
use form::WidgetForm;
use hunch_protocol::{Question, Role, Widget};
use inbox::Inbox;
use install::Install;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use origins::Origins;
use preview::Preview;

/// The widgets and their answers; `?w=ID` shows one of them.
#[component]
pub fn WidgetsPage() -> impl IntoView {
    let widgets = Widgets::open(use_project());
    let open = RwSignal::new(false);
    let any =
        Memo::new(move |_| widgets.list.with(|widgets| widgets.is_some_and(|widgets| !widgets.is_empty())));
    let query = use_query_map();
    let shown = Memo::new(move |_| query.read().get("w").filter(|id| !id.is_empty()));
    let widget = Memo::new(move |_| shown.get().and_then(|id| widgets.find(&id)));
    Effect::new(move |_| widgets.show_widget(shown.get()));
    use_command("Widgets", "New widget", "n", move || open.set(widgets.project.allows(Role::Engineer)));
    let navigate = use_navigate();
    let made = Callback::new(move |made: Widget| {
        open.set(false);
        navigate(&path(&widgets.project.id(), &made.id), NavigateOptions::default());
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Widgets"</h1>
                    <p>"A widget asks your product's users whether a label is right. Each user is a source: what they say counts as much as they prove to be right."</p>
                </div>
                <Button kind=ButtonKind::Primary icon=Icon::Plus keys="n" needs=Role::Engineer on_press=move || open.set(true)>
                    "New widget"
                </Button>
            </div>
            <Dialog open=open title="New widget">
                <WidgetForm widgets=widgets before=None done=made />
            </Dialog>
            <section class="panel" aria-label="Widgets">
                <Loaded of=widgets.list.status() what="The widgets" skeleton=ViewFn::from(|| skeleton_rows(2))>
                    <Show when=move || any.get() fallback=NoWidgets>
                        <WidgetTable widgets=widgets shown=shown />
                    </Show>
                </Loaded>
            </section>
            {move || widget.get().map(|widget| view! { <Details widgets=widgets widget=widget /> })}
            <Inbox widgets=widgets shown=shown />
        </div>
    }
}

fn path(project: &str, widget: &str) -> String {
    format!("{}?w={widget}", Section::Widgets.path(project))
}

#[component]
fn NoWidgets() -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Widgets
            title="No widgets yet"
            text="Your product shows labels to people who know better. A widget is a small element that you put beside a label: \
            it asks “is this right?”, keeps answers while the user is offline, and each answer becomes a vote of that user in the next combine."
        >
            <p class="quiet">"Make one with the button above: you get a snippet to paste."</p>
        </Empty>
    }
}

fn question_name(question: Question) -> &'static str {
    match question {
        Question::Thumbs => "Thumbs",
        Question::Right => "Is this right?",
        Question::Choose => "Choose the label",
    }
}

#[component]
fn WidgetTable(widgets: Widgets, shown: Memo<Option<String>>) -> impl IntoView {
    let row = move |Widget { id, settings, answers, created_at, .. }: Widget| {
        let href = path(&widgets.project.id(), &id);
        let current = move || (shown.read().as_ref() == Some(&id)).then_some("true");
        let (state, class) = if settings.enabled { ("on", "tag good") } else { ("off", "tag") };
        view! {
            <tr class="pick" aria-current=current>
                <th scope="row" class="whole"><a class="name" href=href>{settings.name}</a></th>
                <td data-head="Question">{question_name(settings.question)}</td>
                <td class="num end" data-head="Origins">{format::count(settings.origins.len() as u64)}</td>
                <td class="num end" data-head="Answers">{format::count(answers)}</td>
                <td><span class=class>{state}</span></td>
                <td class="quiet small end"><Ago time=created_at /></td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="region" aria-label="Table of widgets" tabindex="0">
            <table class="table stacked">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Question"</th>
                        <th scope="col" class="end">"Origins"</th>
                        <th scope="col" class="end">"Answers"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="end">"Made"</th>
                    </tr>
                </thead>
                <tbody>{move || widgets.list.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// One widget: how to install it, how it looks, how it is set up, where it is used.
#[component]
fn Details(widgets: Widgets, widget: Widget) -> impl IntoView {
    let editing = RwSignal::new(false);
    let removing = RwSignal::new(false);
    let saved = Callback::new(move |_| editing.set(false));
    let before = StoredValue::new(widget.clone());
    let name = widget.settings.name.clone();
    view! {
        <section class="panel" aria-label="Widget">
            <div class="panel-head">
                <h2>{name}</h2>
                <div class="row">
                    <Button small=true needs=Role::Engineer on_press=move || editing.set(true)>"Edit"</Button>
                    <Button small=true kind=ButtonKind::Danger needs=Role::Engineer on_press=move || removing.set(true)>"Remove"</Button>
                </div>
            </div>
            <div class="panel-body widget-details">
                <Install widgets=widgets widget=widget.clone() />
                <Preview project=widgets.project settings=widget.settings.clone() />
                <Origins project=widgets.project widget=widget />
            </div>
        </section>
        <Dialog open=editing title="Edit the widget">
            <WidgetForm widgets=widgets before=Some(before.get_value()) done=saved />
        </Dialog>
        <Dialog open=removing title="Remove the widget?">
            <div class="stack">
                <p>"Pages that carry it are refused from then on. Its answers stay and go on voting. This cannot be undone; you can switch it off instead."</p>
                <div class="actions">
                    <Button on_press=move || removing.set(false)>"Cancel"</Button>
                    <Button
                        kind=ButtonKind::Danger
                        on_press=move || {
                            removing.set(false);
                            widgets.remove(before.get_value());
                        }
                    >
                        "Remove"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
