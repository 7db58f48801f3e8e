//! News for the person: short, and gone by itself unless it is bad.

use leptos::prelude::*;
use std::time::Duration;

/// How long good news stay.
const STAYS: Duration = Duration::from_secs(6);
/// Older news make room beyond this many.
const AT_MOST: usize = 4;

/// Whether news are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something worked. Goes by itself.
    Good,
    /// Something failed. Stays until dismissed.
    Bad,
}

/// How long news stay that can be undone.
const CAN_BE_UNDONE: Duration = Duration::from_secs(10);

/// One piece of news.
#[derive(Clone)]
pub struct Toast {
    /// Counts up.
    pub id: u32,
    /// Whether it is good.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// What can be done about it, in a word.
    pub action: Option<(&'static str, Callback<()>)>,
}

/// All news that are shown. Given by context everywhere.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Provides the news to everything below.
    pub fn provide() {
        provide_context(Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
    }

    /// The news of this page.
    ///
    /// # Panics
    /// Outside of the application.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Says that something worked.
    pub fn tell(self, text: impl Into<String>) {
        let id = self.push(Tone::Good, text.into(), None);
        set_timeout(move || self.dismiss(id), STAYS);
    }

    /// Says that something was done, and offers for ten seconds to do something about it.
    pub fn offer(self, text: impl Into<String>, action: &'static str, run: Callback<()>) {
        let id = self.push(Tone::Good, text.into(), Some((action, run)));
        set_timeout(move || self.dismiss(id), CAN_BE_UNDONE);
    }

    /// Says that something failed.
    pub fn fail(self, text: impl Into<String>) {
        self.push(Tone::Bad, text.into(), None);
    }

    /// Takes one away.
    pub fn dismiss(self, id: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.id != id));
    }

    /// What is shown, the oldest first. Tracks.
    pub fn all(self) -> Vec<Toast> {
        self.shown.get()
    }

    fn push(self, tone: Tone, text: String, action: Option<(&'static str, Callback<()>)>) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            shown.retain(|toast| toast.text != text);
            if shown.len() >= AT_MOST {
                shown.remove(0);
            }
            shown.push(Toast { id, tone, text, action });
        });
        id
    }
}
