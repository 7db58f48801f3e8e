//! The real element, as users see it; it sends nothing.

use crate::state::project::ProjectState;
use hunch_protocol::{Project, SaveWidget, routes};
use leptos::{html, prelude::*};

const TAG: &str = "hunch-feedback";

/// A widget as it is set up, in a light and a dark page.
#[component]
pub fn Preview(project: ProjectState, settings: SaveWidget) -> impl IntoView {
    load_script();
    let places = ["light", "dark"].map(|theme| (theme, NodeRef::<html::Div>::new()));
    Effect::new(move |_| {
        let names: Vec<String> =
            project.project.with(|project| project.map(Project::label_names).unwrap_or_default());
        let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
        for (theme, place) in places {
            let Some(place) = place.get() else { continue };
            place.set_text_content(None);
            // Creating and filling an element of a plain name cannot fail.
            let Ok(element) = document().create_element(TAG) else { continue };
            let mut attributes = vec![
                ("preview".to_owned(), String::new()),
                ("theme".to_owned(), theme.to_owned()),
                ("question".to_owned(), settings.question.name().to_owned()),
                ("labels".to_owned(), names.join(",")),
                ("shown".to_owned(), names.first().cloned().unwrap_or_default()),
            ];
            attributes
                .extend(settings.texts.iter().map(|(name, text)| (format!("text-{name}"), text.clone())));
            for (name, value) in attributes {
                let _ = element.set_attribute(&name, &value);
            }
            let _ = place.append_child(&element);
        }
    });
    let place = |(theme, place): (&'static str, NodeRef<html::Div>)| {
        view! { <div class=format!("widget-stage {theme}") node_ref=place></div> }
    };
    view! {
        <div class="stack">
            <h3>"Preview"</h3>
            <div class="row wrap">{places.map(place).collect_view()}</div>
            <p class="quiet small">"Try it: nothing is sent from here."</p>
        </div>
    }
}

/// Loads the element's script, once.
fn load_script() {
    let known = document().query_selector(&format!("script[src=\"{}\"]", routes::WIDGET_SCRIPT));
    if known.is_ok_and(|known| known.is_some()) {
        return;
    }
    if let (Ok(script), Some(head)) = (document().create_element("script"), document().head()) {
        let _ = script.set_attribute("src", routes::WIDGET_SCRIPT);
        let _ = head.append_child(&script);
    }
}
