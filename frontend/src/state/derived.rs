//! Something made from what the server or this browser has.

use super::ApiFailure;
use super::remote::Status;
use leptos::prelude::*;

/// A value that follows what it is made of; absent until all of that is there.
pub struct Derived<T: Send + Sync + 'static> {
    value: Memo<Option<T>>,
    status: Status,
}

impl<T: Send + Sync + 'static> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Derived<T> {}

impl<T: PartialEq + Send + Sync + 'static> Derived<T> {
    /// Makes the value whenever what it reads changes. `failure` and `retry` are those of its parts.
    pub fn new(
        failure: Signal<Option<ApiFailure>>,
        retry: Callback<()>,
        make: impl Fn() -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        let value = Memo::new(move |_| make());
        let ready = Memo::new(move |_| value.with(Option::is_some)).into();
        Self { value, status: Status { ready, failure, retry } }
    }

    /// Reads the value. Tracks.
    pub fn with<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with(|value| read(value.as_ref()))
    }

    /// Reads the value. Does not track.
    pub fn with_untracked<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with_untracked(|value| read(value.as_ref()))
    }

    /// Whether there is a value. Tracks.
    pub fn is_ready(self) -> bool {
        self.status.ready.get()
    }

    /// Why a part could not be had, if so. Tracks.
    pub fn failure(self) -> Option<ApiFailure> {
        self.status.failure.get()
    }

    /// How it stands, whatever it is.
    pub fn status(self) -> Status {
        self.status
    }

    /// Looks for changes.
    pub fn refresh(self) {
        self.status.retry.run(());
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Derived<T> {
    /// The value. Tracks.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }
}
