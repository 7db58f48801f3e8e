//! Rules that were edited and not saved. They survive going elsewhere and closing the browser; saving ends them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The key of the rule that is not on the server yet.
pub const NEW: &str = "new";
/// The key of a suggested rule that is looked at.
pub const SUGGESTED: &str = "suggested";

/// Whether a key is that of a rule which was never saved.
pub fn is_unsaved(rule: &str) -> bool {
    matches!(rule, NEW | SUGGESTED)
}

/// An edited text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleDraft {
    /// The text.
    pub text: String,
    /// The revision that it was made from; 0 for a new rule.
    pub base: i64,
    /// What that revision says: a later revision that says the same is as good a base.
    #[serde(default)]
    pub from: String,
}

/// The unsaved rules of a project, by rule identifier or [`NEW`]. Given by context next to the project's state.
#[derive(Clone, Copy)]
pub struct Drafts {
    all: RwSignal<BTreeMap<String, RuleDraft>>,
}

impl Drafts {
    /// The project's drafts as this browser left them.
    pub fn open(project: &str) -> Self {
        let key = format!("hunch.drafts.{project}");
        let stored = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
        let all = stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let drafts = Self { all: RwSignal::new(all) };
        Effect::new(move |_| {
            let json = drafts.all.with(serde_json::to_string).unwrap_or_default();
            if let Some(storage) = storage() {
                // Without room the drafts still live as long as the page.
                let _ = storage.set_item(&key, &json);
            }
        });
        drafts
    }

    /// A rule's draft. Tracks.
    pub fn get(self, rule: &str) -> Option<RuleDraft> {
        self.all.with(|all| all.get(rule).cloned())
    }

    /// Whether a rule has a draft. Tracks.
    pub fn has(self, rule: &str) -> bool {
        self.all.with(|all| all.contains_key(rule))
    }

    /// Keeps a draft.
    pub fn set(self, rule: &str, draft: RuleDraft) {
        self.all.update(|all| drop(all.insert(rule.to_owned(), draft)));
    }

    /// Lets a draft go.
    pub fn remove(self, rule: &str) {
        if self.all.with_untracked(|all| all.contains_key(rule)) {
            self.all.update(|all| drop(all.remove(rule)));
        }
    }
}

/// The open project's unsaved rules; for components below `/p/:id`.
///
/// # Panics
/// Outside of `ProjectScope`.
pub fn use_drafts() -> Drafts {
    use_context().expect("`ProjectScope` provides the unsaved rules to the pages in it")
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
