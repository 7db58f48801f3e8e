//! Terms that suggested rules shall not offer again: a setting of the project, synced as all settings are.

use super::project::ProjectState;
use super::sync::{SyncFailure, body};
use hunch_protocol::{Key, Kind, SETTINGS, SettingsBody};
use std::collections::BTreeSet;

impl ProjectState {
    /// The terms. Tracks.
    pub fn blacklist(self) -> BTreeSet<String> {
        let settings = self.sync.entity(&Key::new(Kind::Settings, SETTINGS));
        let settings = settings.as_ref().and_then(body::<SettingsBody>);
        settings.map(|settings| settings.blacklist.into_iter().collect()).unwrap_or_default()
    }

    /// Puts a term on the list, or takes it off.
    pub async fn set_blacklisted(self, term: &str, blacklisted: bool) -> Result<(), SyncFailure> {
        let key = Key::new(Kind::Settings, SETTINGS);
        let entity = leptos::prelude::untrack(|| self.sync.entity(&key)).ok_or(SyncFailure::NotReady)?;
        let mut settings = body::<SettingsBody>(&entity).ok_or(SyncFailure::NotReady)?;
        settings.blacklist.retain(|known| known != term);
        if blacklisted {
            settings.blacklist.push(term.to_owned());
        }
        settings.blacklist.sort_unstable();
        // What the protocol defines always has a JSON form.
        let body = serde_json::to_value(settings).unwrap_or_default();
        self.sync.put(key, entity.revision, body).await
    }
}
