//! The application: its providers and its router.

use crate::components::frame::Frame;
use crate::pages::{
    data::DataPage, missing::MissingPage, model::ModelPage, new::NewPage, overview::OverviewPage,
    project::ProjectScope, projects::ProjectsPage, rules::RulesPage, snapshots::SnapshotsPage,
};
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

/// Shows the application in the document's body.
pub fn start() {
    mount_to_body(App);
}

/// Everything: the frame and, in it, the page of the address.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Frame>
                <Routes fallback=MissingPage>
                    <Route path=path!("/") view=ProjectsPage />
                    <Route path=path!("/new") view=NewPage />
                    <ParentRoute path=path!("/p/:id") view=ProjectScope>
                        <Route path=path!("") view=OverviewPage />
                        <Route path=path!("data") view=DataPage />
                        <Route path=path!("rules/:rule?") view=RulesPage />
                        <Route path=path!("model") view=ModelPage />
                        <Route path=path!("snapshots") view=SnapshotsPage />
                    </ParentRoute>
                </Routes>
            </Frame>
        </Router>
    }
}
