//! Something the server has: the page's copy of it, and how fresh that is.

use super::ApiFailure;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

type Load<T> = Rc<dyn Fn() -> LocalBoxFuture<'static, Result<T, ApiFailure>>>;

/// A copy of something the server has. What was loaded stays shown while it is loaded again, and when that fails.
pub struct Remote<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    failure: RwSignal<Option<ApiFailure>>,
    /// Loads under way: at most one, and one more that is owed.
    loading: StoredValue<Loading>,
    load: StoredValue<Load<T>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

/// How something that is loaded stands.
#[derive(Clone, Copy)]
pub struct Status {
    /// Whether there is something to show.
    pub ready: Signal<bool>,
    /// Why the last load failed, if it did.
    pub failure: Signal<Option<ApiFailure>>,
    /// Loads again.
    pub retry: Callback<()>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Loading {
    #[default]
    Idle,
    Busy,
    /// Busy, and what is being loaded is already old.
    Again,
}

impl<T: Send + Sync + 'static> Remote<T> {
    /// Begins to load and remembers how.
    pub fn load<F>(load: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiFailure>> + 'static,
    {
        let load: Load<T> = Rc::new(move || Box::pin(load()));
        let remote = Self {
            value: RwSignal::new(None),
            failure: RwSignal::new(None),
            loading: StoredValue::new(Loading::Idle),
            load: StoredValue::new_local(load),
        };
        remote.refresh();
        remote
    }

    /// Loads again. Any number of calls during a load lead to one more.
    pub fn refresh(self) {
        let Some(state) = self.loading.try_get_value() else { return };
        if state != Loading::Idle {
            self.loading.set_value(Loading::Again);
            return;
        }
        self.loading.set_value(Loading::Busy);
        spawn_local(async move {
            while let Some(load) = self.load.try_get_value() {
                let answer = load().await;
                let again = self.loading.try_get_value() == Some(Loading::Again);
                self.loading
                    .try_update_value(|state| *state = if again { Loading::Busy } else { Loading::Idle });
                self.take(answer);
                if !again {
                    break;
                }
            }
        });
    }

    /// The page may be gone by now: then nothing happens.
    fn take(self, answer: Result<T, ApiFailure>) {
        match answer {
            Ok(value) => {
                self.value.try_set(Some(value));
                self.failure.try_set(None);
            }
            Err(failure) => {
                self.failure.try_set(Some(failure));
            }
        }
    }

    /// Reads the copy, `None` before the first load has ended. Tracks.
    pub fn with<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with(|value| read(value.as_ref()))
    }

    /// Reads the copy. Does not track.
    pub fn with_untracked<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with_untracked(|value| read(value.as_ref()))
    }

    /// Changes the copy ahead of, or instead of, a load.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.value.try_update(|value| value.as_mut().map(change));
    }

    /// Why the last load failed, if it did. Tracks.
    pub fn failure(self) -> Option<ApiFailure> {
        self.failure.get()
    }

    /// Whether there is a copy. Tracks.
    pub fn is_ready(self) -> bool {
        self.value.with(Option::is_some)
    }

    /// How it stands, whatever it is.
    pub fn status(self) -> Status {
        Status {
            ready: Memo::new(move |_| self.is_ready()).into(),
            failure: self.failure.into(),
            retry: Callback::new(move |()| self.refresh()),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// The copy. Tracks.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }
}
