//! The application: its providers and its router.

use crate::components::command_palette::CommandPalette;
use crate::components::frame::PaletteOpen;
use crate::components::key_sheet::KeySheet;
use crate::components::toast::ToastCorner;
use crate::pages::{
    augment::AugmentPage,
    conflicts::ConflictsPage,
    data::DataPage,
    label::LabelPage,
    lexicons::LexiconsPage,
    matrix::MatrixPage,
    missing::MissingPage,
    model::ModelPage,
    new::NewPage,
    overview::OverviewPage,
    project::ProjectScope,
    projects::ProjectsPage,
    rules::RulesPage,
    sign_in::{InvitationPage, OpenLinkPage, SignInPage},
    snapshots::SnapshotsPage,
    team::TeamPage,
    widgets::WidgetsPage,
};
use crate::routes;
use crate::state::commands::{Commands, use_command};
use crate::state::offline;
use crate::state::projects::Projects;
use crate::state::session::Session;
use crate::state::theme::{self, Theme};
use crate::state::toasts::Toasts;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;

/// Shows the application in the document's body, in place of what stood there while it was loading.
pub fn start() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(App);
}

/// Everything: the page of the address and what lies above it.
#[component]
pub fn App() -> impl IntoView {
    Toasts::provide();
    Commands::provide();
    Session::provide();
    take_links_given_later();
    if let Some(secret) = link_secret() {
        return view! { <OpenLinkPage secret=secret /> }.into_any();
    }
    Projects::provide();
    theme::provide();
    offline::start();
    let palette = RwSignal::new(false);
    provide_context(PaletteOpen(palette));
    view! {
        <Router>
            <Routes fallback=MissingPage>
                <Route path=path!("/") view=ProjectsPage />
                <Route path=path!("/new") view=NewPage />
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/invitation") view=InvitationPage />
                <ParentRoute path=path!("/p/:id") view=ProjectScope>
                    <Route path=path!("") view=OverviewPage />
                    <Route path=path!("data") view=DataPage />
                    <Route path=path!("rules/:rule?") view=RulesPage />
                    <Route path=path!("lexicons/:name?") view=LexiconsPage />
                    <Route path=path!("augment/:policy?") view=AugmentPage />
                    <Route path=path!("matrix") view=MatrixPage />
                    <Route path=path!("model") view=ModelPage />
                    <Route path=path!("label") view=LabelPage />
                    <Route path=path!("snapshots") view=SnapshotsPage />
                    <Route path=path!("conflicts") view=ConflictsPage />
                    <Route path=path!("widgets") view=WidgetsPage />
                    <Route path=path!("team") view=TeamPage />
                </ParentRoute>
            </Routes>
            <Above palette=palette />
        </Router>
    }
    .into_any()
}

/// The secret of a link that the server printed, if the address is one. It leaves the address at once.
fn link_secret() -> Option<String> {
    let secret = window().location().hash().ok()?.strip_prefix("#link=")?.to_owned();
    // A browser refuses addresses of other sites only.
    let _ = window().history().and_then(|history| {
        history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(routes::PROJECTS))
    });
    Some(secret)
}

/// A link that is pasted into a tab where the app runs changes only the hash: the app starts anew to take it.
fn take_links_given_later() {
    // The page listens as long as it lives.
    window_event_listener(leptos::ev::hashchange, |_| {
        let location = window().location();
        if location.hash().is_ok_and(|hash| hash.starts_with("#link=")) {
            // A browser refuses this only while the page is being left.
            let _ = location.reload();
        }
    });
}

/// Whoever is not signed in is led to where that is done, and back afterwards.
fn lead_to_sign_in() {
    let session = Session::expect();
    let (location, navigate) = (use_location(), use_navigate());
    Effect::new(move |_| {
        let path = location.pathname.get();
        if session.is_signed_out() && !routes::is_open(&path) {
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&routes::sign_in(&path), options);
        }
    });
}

/// What lies above every page, and the commands that work on all of them.
#[component]
fn Above(palette: RwSignal<bool>) -> impl IntoView {
    lead_to_sign_in();
    let keys = RwSignal::new(false);
    use_command("Help", "Search pages, actions and rules", "mod+k", move || {
        palette.update(|open| *open = !*open);
    });
    use_command("Help", "Keys of this page", "?", move || keys.set(true));
    let navigate = use_navigate();
    let go = navigate.clone();
    use_command("Go to", "All projects", "g p", move || go(routes::PROJECTS, NavigateOptions::default()));
    use_command("Go to", "New project", "", move || navigate(routes::NEW, NavigateOptions::default()));
    let theme = theme::use_theme();
    for choice in Theme::ALL {
        use_command("Colours", choice.name(), "", move || theme.set(choice));
    }
    view! {
        <CommandPalette open=palette />
        <KeySheet open=keys />
        <ToastCorner />
    }
}
