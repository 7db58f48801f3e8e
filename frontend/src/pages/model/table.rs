//! Tables of figures with bars: one line per label, rule or person.

use crate::components::{bar::ShareBar, figure::Defined, panel::Panel};
use leptos::prelude::*;

/// A figure in a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// The figure as text.
    pub value: String,
    /// The bar beside it, 0 to 1; none where the figure is no share.
    pub share: Option<f64>,
    /// The bar's colour; grey unless given.
    pub color: String,
    /// What stands below it.
    pub note: Option<String>,
}

/// A line: its head, and the figures, or in words why one is not known.
pub struct Line {
    /// What the line is about.
    pub head: AnyView,
    /// One per column.
    pub cells: Vec<Result<Cell, &'static str>>,
}

/// A panel with a table of figures.
#[component]
pub fn FigureTable(
    title: &'static str,
    /// The head of the first column.
    name: &'static str,
    /// What the figures mean.
    definition: &'static str,
    /// Heads of the others.
    heads: Vec<AnyView>,
    lines: Vec<Line>,
) -> impl IntoView {
    let cell = |cell: Result<Cell, &'static str>| match cell {
        Ok(Cell { value, share, color, note }) => view! {
            <td class="count">
                <span class="amount">
                    {share.map(|share| view! { <ShareBar share=share color=color /> })}
                    <span class="num">{value}</span>
                    {note.map(|note| view! { <span class="num quiet small">{note}</span> })}
                </span>
            </td>
        }
        .into_any(),
        Err(unknown) => view! { <td class="end quiet small">{unknown}</td> }.into_any(),
    };
    let line = move |line: Line| {
        view! {
            <tr>
                <th scope="row">{line.head}</th>
                {line.cells.into_iter().map(cell).collect_view()}
            </tr>
        }
    };
    view! {
        <Panel title=title>
            <div class="table-scroll" role="region" aria-label=format!("{name}: {title}") tabindex="0">
                <table class="table counts">
                    <thead>
                        <tr>
                            <th scope="col"><Defined definition=definition>{name}</Defined></th>
                            {heads.into_iter().map(|head| view! { <th scope="col" class="end">{head}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{lines.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </Panel>
    }
}
