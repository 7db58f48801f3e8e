//! Where one is signed in.

use crate::components::{
    button::{Button, ButtonKind},
    panel::Panel,
    time::Ago,
};
use crate::state::team::Team;
use hunch_protocol::Session;
use leptos::prelude::*;

/// One's own sessions; nothing where nobody signs in.
#[component]
pub fn Browsers(team: Team) -> impl IntoView {
    let any = Memo::new(move |_| team.browsers.with(|list| list.is_some_and(|list| !list.is_empty())));
    let row = move |session: Session| {
        let id = session.id.clone();
        let end = (!session.current).then(|| {
            view! {
                <Button small=true kind=ButtonKind::Quiet on_press=move || team.end_session(id.clone())>"End"</Button>
            }
        });
        view! {
            <tr>
                <th scope="row" class="whole">{if session.agent.is_empty() { "A program".to_owned() } else { session.agent }}</th>
                <td class="mono small">{session.address}</td>
                <td class="quiet small end" data-head="Used"><Ago time=session.used_at /></td>
                <td class="end">{if session.current { "this one".into_any() } else { end.into_any() }}</td>
            </tr>
        }
    };
    view! {
        <Show when=move || any.get()>
            <Panel title="Where you are signed in">
                <table class="table stacked">
                    <thead>
                        <tr>
                            <th scope="col">"Browser"</th>
                            <th scope="col">"Address"</th>
                            <th scope="col" class="end">"Used"</th>
                            <th scope="col"><span class="hidden-text">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{move || team.browsers.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                </table>
            </Panel>
        </Show>
    }
}
