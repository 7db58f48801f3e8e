//! Who did what.

use crate::components::{button::Button, loaded::Loaded, panel::Panel, time::Ago};
use crate::state::team::Team;
use hunch_protocol::AuditEntry;
use leptos::prelude::*;

/// The latest entries of the audit, and a way to have all of it checked.
#[component]
pub fn Audit(team: Team) -> impl IntoView {
    let row = move |entry: AuditEntry| {
        let who = team.name_of(&entry.author);
        let target = entry.target.clone();
        view! {
            <tr>
                <td class="num quiet">{entry.seq}</td>
                <td class="quiet small"><Ago time=entry.at /></td>
                <td>{who}</td>
                <td class="mono small">{entry.action}</td>
                <td class="quiet small clip" title=target>{entry.target}</td>
            </tr>
        }
    };
    view! {
        <Panel
            title="Audit"
            actions=move || view! { <Button small=true on_press=move || team.check_audit()>"Check"</Button> }
        >
            <Loaded of=team.audit.status() what="The audit">
                <div class="table-scroll" role="region" aria-label="Table of what was done" tabindex="0">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"No."</th>
                                <th scope="col">"When"</th>
                                <th scope="col">"Who"</th>
                                <th scope="col">"What"</th>
                                <th scope="col">"On"</th>
                            </tr>
                        </thead>
                        <tbody>{move || team.audit.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </Loaded>
        </Panel>
    }
}
