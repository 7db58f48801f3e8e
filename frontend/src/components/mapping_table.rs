//! The first rows of a file, and above each column what it is.

use crate::state::import_draft::{DraftColumn, ImportDraft, Role};
use hunch_protocol::Preview;
use hunch_rules::ColumnType;
use leptos::{ev, prelude::*};

/// Types that any column may be read as; a vector only one that holds some.
const KINDS: [(ColumnType, &str); 5] = [
    (ColumnType::Category, "category"),
    (ColumnType::Number, "number"),
    (ColumnType::Bool, "yes or no"),
    (ColumnType::Date, "date"),
    (ColumnType::Text, "text"),
];

/// A preview whose heads say what each column becomes.
#[component]
pub fn MappingTable(
    preview: Preview,
    draft: RwSignal<ImportDraft>,
    /// Names of the project's labels.
    #[prop(into)]
    labels: Signal<Vec<String>>,
) -> impl IntoView {
    let heads = preview
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| view! { <ColumnHead index=index found=column.kind draft=draft labels=labels /> })
        .collect_view();
    let class = move |index: usize| {
        move || {
            draft.with(|draft| match draft.columns.get(index).map(|column| column.role) {
                Some(Role::MainText | Role::Text) => "cell text",
                Some(Role::Unused) => "cell unused",
                _ => "cell",
            })
        }
    };
    let row = move |cells: Vec<Option<String>>| {
        let cells = cells.into_iter().enumerate().map(|(index, cell)| match cell {
            Some(cell) => view! { <td><div class=class(index) dir="auto">{cell}</div></td> }.into_any(),
            None => view! { <td><span class="quiet small">"missing"</span></td> }.into_any(),
        });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    let rows = preview.rows.len();
    view! {
        <div class="table-scroll" role="region" aria-label="First rows of the file" tabindex="0">
            <table class="table mapping">
                <caption class="hidden-text">{format!("The first {rows} rows; the heads say what each column becomes")}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{preview.rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn ColumnHead(
    index: usize,
    /// The type that the file's first rows have.
    found: ColumnType,
    draft: RwSignal<ImportDraft>,
    labels: Signal<Vec<String>>,
) -> impl IntoView {
    let column = Memo::new(move |_| draft.with(|draft| draft.columns.get(index).cloned()));
    let name =
        column.with_untracked(|column| column.as_ref().map(|column| column.name.clone()).unwrap_or_default());
    let role =
        Memo::new(move |_| column.with(|column| column.as_ref().map_or(Role::Unused, |column| column.role)));
    let change = move |change: &dyn Fn(&mut DraftColumn)| {
        draft.update(|draft| draft.columns.get_mut(index).into_iter().for_each(change));
    };
    let roles = Role::ALL.map(|role| (role.name().to_owned(), role));
    let detail = {
        let name = name.clone();
        move || match role.get() {
            Role::Attribute => {
                let mut kinds = KINDS.map(|(kind, name)| (name.to_owned(), kind)).to_vec();
                if let ColumnType::Vector(length) = found {
                    kinds.push((format!("vector of {length}"), found));
                }
                let kind = move || column.with(|column| column.as_ref().map(|column| column.kind));
                view! {
                    <Choice
                        name=format!("Type of {name}")
                        options=kinds
                        chosen=Signal::derive(kind)
                        on_choose=move |kind| change(&|column| column.kind = kind)
                    />
                }
                .into_any()
            }
            Role::Votes | Role::Probability => {
                let source =
                    column.with_untracked(|column| column.as_ref().map(|column| column.source.clone()));
                view! {
                    <input
                        class="input small"
                        type="text"
                        placeholder="Source's name"
                        aria-label=format!("Source of {name}")
                        prop:value=source
                        on:input:target=move |event| {
                            let source = event.target().value();
                            change(&|column| column.source.clone_from(&source));
                        }
                    />
                    {(role.get() == Role::Probability)
                        .then(|| {
                            let options = labels.get().into_iter().map(|label| (label.clone(), label)).collect();
                            let chosen = move || column.with(|column| column.as_ref().map(|column| column.label.clone()));
                            view! {
                                <Choice
                                    name=format!("Label of {name}")
                                    options=options
                                    chosen=Signal::derive(chosen)
                                    on_choose=move |label: String| change(&|column| column.label.clone_from(&label))
                                />
                            }
                        })}
                }
                .into_any()
            }
            _ => ().into_any(),
        }
    };
    view! {
        <th scope="col">
            <div class="mapping-head">
                <strong class="mono clip" title=name.clone()>{name.clone()}</strong>
                <Choice
                    name=format!("What {name} is")
                    options=roles.to_vec()
                    chosen=Signal::derive(move || Some(role.get()))
                    on_choose=move |role| draft.update(|draft| draft.set_role(index, role))
                />
                {detail}
            </div>
        </th>
    }
}

/// A small choice from a list; nothing is chosen while `chosen` is not in the list.
#[component]
fn Choice<T>(
    name: String,
    options: Vec<(String, T)>,
    #[prop(into)] chosen: Signal<Option<T>>,
    on_choose: impl Fn(T) + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let values: Vec<T> = options.iter().map(|(_, value)| value.clone()).collect();
    let is_known = {
        let values = values.clone();
        move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| values.contains(chosen)))
    };
    let option = move |(index, (name, value)): (usize, (String, T))| {
        let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&value));
        view! { <option value=index.to_string() prop:selected=selected>{name}</option> }
    };
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let value = event.target().value().parse::<usize>().ok().and_then(|index| values.get(index).cloned());
        value.into_iter().for_each(&on_choose);
    };
    view! {
        <select class="select small" aria-label=name on:change:target=choose>
            <option value="" disabled hidden prop:selected=move || !is_known()>"Choose"</option>
            {options.into_iter().enumerate().map(option).collect_view()}
        </select>
    }
}
