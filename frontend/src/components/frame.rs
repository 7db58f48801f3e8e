//! The frame of every page: the bar above and the rail beside.

use super::account_menu::AccountMenu;
use super::icon::{Icon, icon};
use super::key_sheet::KeyCaps;
use super::menu::{Menu, MenuItem};
use super::sync_pill::SyncPill;
use crate::format;
use crate::routes::{self, Section};
use crate::state::project::ProjectState;
use crate::state::projects::Projects;
use leptos::{html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Whether the command palette is open.
#[derive(Clone, Copy)]
pub struct PaletteOpen(pub RwSignal<bool>);

/// The frame around a page; with a rail inside a project.
#[component]
pub fn Frame(#[prop(optional)] project: Option<ProjectState>, children: Children) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    follow_address(main, project);
    view! {
        <a class="skip" href="#main">"Skip to the page"</a>
        <div class="frame" class:bare=project.is_none()>
            <header class="bar">
                {match project {
                    Some(project) => view! { <ProjectBar project=project /> }.into_any(),
                    None => view! { <a class="brand" href=routes::PROJECTS>{mark()} "Hunch"</a> }.into_any(),
                }}
                <span class="grow"></span>
                <FindButton />
                {project.map(|project| view! { <SyncPill project=project /> })}
                <AccountMenu />
            </header>
            {project.map(|project| view! { <Rail project=project /> })}
            <main id="main" tabindex="-1" node_ref=main>{children()}</main>
        </div>
    }
}

/// The window's title names the page; another page starts with the focus at its beginning.
fn follow_address(main: NodeRef<html::Main>, project: Option<ProjectState>) {
    let path = use_location().pathname;
    let section = Memo::new(move |_| Section::of(&path.read()));
    let name = Memo::new(move |_| {
        project
            .and_then(|project| project.project.with(|project| project.map(|project| project.name.clone())))
    });
    Effect::new(move |_| {
        let parts =
            [section.get().map(|section| section.name().to_owned()), name.get(), Some("Hunch".to_owned())];
        document().set_title(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    });
    Effect::new(move |before: Option<Option<Section>>| {
        let now = section.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            // An element in the document can take the focus.
            let _ = main.focus();
        }
        now
    });
}

#[component]
fn ProjectBar(project: ProjectState) -> impl IntoView {
    let projects = Projects::expect();
    let name = Memo::new(move |_| {
        project.project.with(|project| project.map_or_else(|| "…".to_owned(), |project| project.name.clone()))
    });
    let navigate = use_navigate();
    let go = move |path: String| {
        let navigate = navigate.clone();
        Callback::new(move |()| navigate(&path, NavigateOptions::default()))
    };
    let item = |name: &str, run| MenuItem {
        name: name.to_owned(),
        hint: String::new(),
        chosen: None,
        divided: false,
        run,
    };
    let items = Signal::derive(move || {
        let mut items: Vec<MenuItem> = projects.0.with(|projects| {
            projects
                .into_iter()
                .flatten()
                .map(|other| MenuItem {
                    name: other.name.clone(),
                    hint: format::counted(other.rows, "row", "rows"),
                    chosen: Some(other.id == project.id()),
                    divided: false,
                    run: go(Section::Overview.path(&other.id)),
                })
                .collect()
        });
        items.push(MenuItem { divided: true, ..item("All projects", go(routes::PROJECTS.to_owned())) });
        items.push(item("New project", go(routes::NEW.to_owned())));
        items
    });
    view! {
        <Menu
            name=Signal::derive(move || format!("{}: switch project", name.get()))
            button=move || view! { <strong class="clip">{name}</strong> }
            items=items
        />
        <p class="stats num">{move || stats(project)}</p>
    }
}

/// The figures of the bar: rows, coverage, gold.
fn stats(project: ProjectState) -> String {
    let Some(rows) = project.corpus.with(|corpus| corpus.map(|corpus| corpus.rows)) else {
        return String::new();
    };
    let rows = format::counted(rows, "row", "rows");
    project.report.with(|report| match report.and_then(Option::as_ref) {
        None => rows,
        Some(report) => {
            let covered = format::share(report.covered, report.rows).unwrap_or_else(|| "none".to_owned());
            let gold = match report.gold {
                0 => "no gold yet".to_owned(),
                gold => format!("{} gold", format::count(gold)),
            };
            format!("{rows} · {covered} covered · {gold}")
        }
    })
}

#[component]
fn FindButton() -> impl IntoView {
    let PaletteOpen(open) = expect_context();
    view! {
        <button
            type="button"
            class="button find"
            title="Search pages, actions and rules"
            on:click=move |_| open.set(true)
        >
            {icon(Icon::Search)}
            <span class="word">"Search"</span>
            <KeyCaps keys="mod+k" />
        </button>
    }
}

#[component]
fn Rail(project: ProjectState) -> impl IntoView {
    let path = use_location().pathname;
    let here = Memo::new(move |_| Section::of(&path.read()));
    let link = move |section: Section| {
        view! {
            <a
                class="to"
                class:long={section.name().len() > 8}
                href=section.path(&project.id())
                aria-current=move || (here.get() == Some(section)).then_some("page")
            >
                {icon(section_icon(section))}
                {section.name()}
            </a>
        }
    };
    let rail = NodeRef::<html::Nav>::new();
    Effect::new(move |_| {
        here.track();
        // On a narrow screen the rail is longer than the screen is wide.
        let current = rail.get().and_then(|rail| rail.query_selector("[aria-current]").ok().flatten());
        if let Some(current) = current {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            options.set_inline(web_sys::ScrollLogicalPosition::Center);
            current.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <nav class="rail" node_ref=rail aria-label="Pages of the project">
            <a class="home" href=routes::PROJECTS aria-label="All projects">{mark()}</a>
            {Section::ALL.map(link).collect_view()}
        </nav>
    }
}

fn section_icon(section: Section) -> Icon {
    match section {
        Section::Overview => Icon::Overview,
        Section::Data => Icon::Data,
        Section::Rules => Icon::Rules,
        Section::Matrix => Icon::Matrix,
        Section::Model => Icon::Model,
        Section::Label => Icon::Label,
        Section::Snapshots => Icon::Snapshots,
        Section::Augment => Icon::Augment,
        Section::Widgets => Icon::Widgets,
        Section::Team => Icon::Team,
    }
}

/// Hunch's sign.
fn mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7"></rect>
            <path d="M9 7v18M9 17c0-4 3-6 6.5-6S22 13 22 17v8"></path>
            <circle cx="22" cy="7.5" r="2.2"></circle>
        </svg>
    }
}
