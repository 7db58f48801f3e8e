//! The tabs of one browser that have the same project open: one of them leads, and all tell each other what they did.
//!
//! The browser's own lock decides who leads: it gives it to one tab, and to the next when that one is gone, however it
//! went. A browser without locks has each tab lead itself; the server takes what is sent twice for sent once.

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// Waits until this tab leads all that asked under this name, and leads until the owner is gone.
pub(super) async fn lead(name: &str, leadership: Leadership) {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or_default();
    let Ok(request) =
        Reflect::get(&locks, &"request".into()).and_then(wasm_bindgen::JsCast::dyn_into::<Function>)
    else {
        return;
    };
    let (led, leads) = oneshot::channel();
    let held = leadership.held;
    let granted = Closure::once_into_js(move |_lock: JsValue| {
        // Nobody waits any more if the project was closed; the promise is settled then and the lock goes on.
        let _ = led.send(());
        held
    });
    if request.call2(&locks, &name.into(), &granted).is_ok() {
        let _ = leads.await;
    }
}

/// A lock that is held until this is given up, whether it has been granted by then or not.
pub(super) struct Leadership {
    held: Promise,
}

impl Leadership {
    /// Given up with the owner.
    pub(super) fn until_cleanup() -> Self {
        let mut give_up = None;
        let held = Promise::new(&mut |resolve, _| give_up = Some(resolve));
        let give_up = StoredValue::new_local(give_up);
        on_cleanup(move || {
            give_up.try_with_value(|give_up| {
                if let Some(give_up) = give_up {
                    // A function of the engine's own: it cannot fail.
                    let _ = give_up.call0(&JsValue::NULL);
                }
            });
        });
        Self { held }
    }
}

/// What tabs tell each other; nobody hears himself.
pub(super) struct Channel<T> {
    inner: Option<BroadcastChannel>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
    message: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned + 'static> Channel<T> {
    /// Joins the tabs that use this name; without such a thing in the browser, nobody is heard.
    pub(super) fn join(name: &str, hear: impl Fn(T) + 'static) -> Self {
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data().as_string();
            // A tab with another version of the app may say what this one does not know.
            if let Some(message) = message.and_then(|text| serde_json::from_str(&text).ok()) {
                hear(message);
            }
        });
        let inner = BroadcastChannel::new(name).ok();
        if let Some(inner) = &inner {
            inner.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        Self { inner, _hear: hear, message: PhantomData }
    }

    /// Tells all others.
    pub(super) fn tell(&self, message: &T) {
        let Ok(text) = serde_json::to_string(message) else { return };
        if let Some(inner) = &self.inner {
            // Fails on a closed channel only.
            let _ = inner.post_message(&text.into());
        }
    }
}

impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        self.inner.iter().for_each(BroadcastChannel::close);
    }
}
