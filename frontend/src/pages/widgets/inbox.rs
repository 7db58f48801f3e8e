//! What users answered.

use crate::components::{
    button::Button, empty::Empty, icon::Icon, label_chip::LabelChip, loaded::Loaded, time::Ago,
};
use crate::format;
use crate::state::widgets::{Widgets, user};
use hunch_protocol::{Feedback, Reply};
use leptos::{ev, prelude::*};

/// Most characters of a document's text in a row.
const TEXT_CHARS: usize = 140;
const REPLIES: [(Reply, &str); 4] = [
    (Reply::Yes, "Right"),
    (Reply::No, "Wrong"),
    (Reply::Unsure, "Not sure"),
    (Reply::Label, "Chosen label"),
];

/// Answers, the newest first: of one widget if one is shown.
#[component]
pub fn Inbox(widgets: Widgets, shown: Memo<Option<String>>) -> impl IntoView {
    let any =
        Memo::new(move |_| widgets.answers.with(|page| page.is_some_and(|page| !page.items.is_empty())));
    let more = Memo::new(move |_| widgets.answers.with(|page| page.is_some_and(|page| page.next.is_some())));
    let title = move || match shown.get() {
        Some(id) => format!("Answers through {}", widgets.name(&id)),
        None => "Answers".to_owned(),
    };
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let value = event.target().value();
        widgets
            .show_reply(REPLIES.into_iter().find(|(reply, _)| reply.name() == value).map(|(reply, _)| reply));
    };
    let option = |(reply, name): (Reply, &'static str)| view! { <option value=reply.name()>{name}</option> };
    view! {
        <section class="panel" aria-label="Answers">
            <div class="panel-head">
                <h2>{title}</h2>
                <div class="row">
                    <select class="select small" aria-label="Answers shown" on:change:target=choose>
                        <option value="">"All answers"</option>
                        {REPLIES.map(option).collect_view()}
                    </select>
                </div>
            </div>
            <Loaded of=widgets.answers.status() what="The answers">
                <Show when=move || any.get() fallback=NoAnswers>
                    <AnswerTable widgets=widgets />
                    <Show when=move || more.get()>
                        <div class="panel-body"><Button on_press=move || widgets.show_more()>"Show more"</Button></div>
                    </Show>
                </Show>
            </Loaded>
        </section>
    }
}

#[component]
fn NoAnswers() -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Widgets
            title="No answers here"
            text="When a user answers, the answer stands here with the document, what was shown and who said so. The next combine counts it as that user's vote."
        />
    }
}

#[component]
fn AnswerTable(widgets: Widgets) -> impl IntoView {
    let row = move |answer: Feedback| view! { <AnswerRow widgets=widgets answer=answer /> };
    let key = |answer: &Feedback| (answer.id.clone(), answer.replaced, answer.text.is_some());
    let items = move || widgets.answers.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
    view! {
        <div class="table-scroll" role="region" aria-label="Table of answers" tabindex="0">
            <table class="table stacked">
                <thead>
                    <tr>
                        <th scope="col">"Document"</th>
                        <th scope="col">"Shown"</th>
                        <th scope="col">"Answer"</th>
                        <th scope="col">"User"</th>
                        <th scope="col">"Origin"</th>
                        <th scope="col" class="end">"When"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=items key=key children=row />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn AnswerRow(widgets: Widgets, answer: Feedback) -> impl IntoView {
    let text = answer.text.as_deref().map(|text| format::shortened(text, TEXT_CHARS));
    let shown = answer.shown;
    let labels = move || widgets.project.labels();
    let chip = move |label: i16| view! { <LabelChip labels=labels() index=label /> };
    let (reply, label) = (answer.reply, answer.label);
    let said = move || match (reply, label) {
        (Reply::Label, Some(label)) => chip(label).into_any(),
        _ => REPLIES.iter().find(|(it, _)| *it == reply).map(|(_, name)| *name).into_any(),
    };
    let title = answer.author.clone();
    let author = answer.author.clone();
    let reliability = move || {
        let right = widgets.reliability(&author).map(|right| format!(" right {}", format::percent(right)));
        right.unwrap_or_default()
    };
    view! {
        <tr class:replaced=answer.replaced>
            <th scope="row" class="whole">
                <span class="answer-text">{text}</span>
                <span class="mono quiet small clip">{answer.document}</span>
            </th>
            <td data-head="Shown">{move || shown.map(chip)}</td>
            <td data-head="Answer">
                <span class="row">{said} {answer.replaced.then(|| view! { <span class="tag">"replaced"</span> })}</span>
            </td>
            <td data-head="User">
                <span title=title>{user(&answer.author)}</span>
                <span class="quiet small num">{reliability}</span>
            </td>
            <td class="mono small quiet" data-head="Origin">{answer.origin}</td>
            <td class="quiet small end"><Ago time=answer.received_at /></td>
        </tr>
    }
}
