//! Light or dark: as the system has it, unless the person says otherwise.

use leptos::prelude::*;

const KEY: &str = "hunch-theme";

/// What the person chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// What the menu calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The value of `data-theme`, and what is stored.
    fn key(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn of(key: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.key() == Some(key)).unwrap_or_default()
    }
}

/// Provides the theme to everything below and keeps the document and the browser's store in step with it.
pub fn provide() {
    let stored = store().and_then(|store| store.get_item(KEY).ok().flatten());
    let theme = RwSignal::new(stored.map(|key| Theme::of(&key)).unwrap_or_default());
    provide_context(theme);
    Effect::new(move |_| apply(theme.get()));
}

/// The theme of this page.
///
/// # Panics
/// Outside of the application.
pub fn use_theme() -> RwSignal<Theme> {
    expect_context()
}

/// A browser that refuses its store still shows the theme; it only forgets it.
fn apply(theme: Theme) {
    let (root, store) = (document().document_element(), store());
    if let Some(key) = theme.key() {
        let _ = root.map(|root| root.set_attribute("data-theme", key));
        let _ = store.map(|store| store.set_item(KEY, key));
    } else {
        let _ = root.map(|root| root.remove_attribute("data-theme"));
        let _ = store.map(|store| store.remove_item(KEY));
    }
}

fn store() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_what_comes_back() {
        for theme in Theme::ALL {
            assert_eq!(Theme::of(theme.key().unwrap_or_default()), theme);
        }
        assert_eq!(Theme::of("sepia"), Theme::System);
    }
}
