//! The parts of the model page, kept in its address.

use hunch_protocol::{GoldFilter, LabelsQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

/// A part of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// Every model beside majority vote.
    #[default]
    Models,
    /// How far each rule can be trusted.
    Rules,
    /// Whether probabilities mean what they say, and what is taken for what.
    Confidence,
    /// What other settings would change.
    Settings,
    /// How far people can be trusted.
    People,
    /// A classifier that learns from the labels.
    EndModel,
    /// Each document's label and why.
    Documents,
}

impl View {
    /// In the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Models,
        Self::Rules,
        Self::Confidence,
        Self::Settings,
        Self::People,
        Self::EndModel,
        Self::Documents,
    ];

    /// What its tab says.
    pub fn title(self) -> &'static str {
        match self {
            Self::Models => "Models",
            Self::Rules => "Rules",
            Self::Confidence => "Confidence",
            Self::Settings => "Try settings",
            Self::People => "People",
            Self::EndModel => "End model",
            Self::Documents => "Documents",
        }
    }

    /// The name in addresses.
    fn name(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Rules => "rules",
            Self::Confidence => "confidence",
            Self::Settings => "settings",
            Self::People => "people",
            Self::EndModel => "end-model",
            Self::Documents => "documents",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// What of the page is shown: a part, and which documents. The address holds it.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The part.
    pub view: RwSignal<View>,
    /// Which documents.
    pub which: RwSignal<LabelsQuery>,
}

impl Shown {
    /// As the address says, which follows from now on. Given by context to the parts of the page.
    pub fn provide() -> Self {
        let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
        let written = Memo::new(move |_| query.with(|query| read(|name| query.get_str(name))));
        let (view, which) = written.get_untracked();
        let shown = Self { view: RwSignal::new(view), which: RwSignal::new(which) };
        Effect::new(move |_| {
            let (view, which) = written.get();
            shown.view.set(view);
            shown.which.set(which);
        });
        Effect::new(move |before: Option<()>| {
            let now = (shown.view.get(), shown.which.get());
            if before.is_some() && now != written.get_untracked() {
                let path = location.pathname.get_untracked();
                let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
                navigate(&format!("{path}?{}", write(now.0, &now.1)), options);
            }
        });
        provide_context(shown);
        shown
    }

    /// That of the page.
    ///
    /// # Panics
    /// Outside of the model page.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Shows these documents.
    pub fn documents(self, which: LabelsQuery) {
        self.which.set(which);
        self.view.set(View::Documents);
    }
}

fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> (View, LabelsQuery) {
    let view = field("view").and_then(View::from_name).unwrap_or_default();
    let which = LabelsQuery {
        flipped: (field("flipped") == Some("true")).then_some(true),
        label: field("label").and_then(|label| label.parse().ok()),
        gold: match field("gold") {
            Some("right") => Some(GoldFilter::Right),
            Some("wrong") => Some(GoldFilter::Wrong),
            _ => None,
        },
        ..LabelsQuery::default()
    };
    (view, which)
}

fn write(view: View, which: &LabelsQuery) -> String {
    let mut fields = vec![format!("view={}", view.name())];
    if which.flipped == Some(true) {
        fields.push("flipped=true".to_owned());
    }
    fields.extend(which.label.map(|label| format!("label={label}")));
    fields.extend(which.gold.map(|gold| match gold {
        GoldFilter::Right => "gold=right".to_owned(),
        GoldFilter::Wrong => "gold=wrong".to_owned(),
    }));
    fields.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_the_page_shows_what_was_seen() {
        for view in View::ALL {
            let which = LabelsQuery {
                flipped: Some(true),
                label: Some(-1),
                gold: Some(GoldFilter::Wrong),
                ..LabelsQuery::default()
            };
            let address = write(view, &which);
            let fields: Vec<(&str, &str)> =
                address.split('&').filter_map(|field| field.split_once('=')).collect();
            let field = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            assert_eq!(read(field), (view, which));
        }
        assert_eq!(read(|_| None), (View::Models, LabelsQuery::default()));
    }
}
