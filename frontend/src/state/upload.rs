//! Sending a file to the server, with progress, and asking what it holds.

use super::{Api, ApiFailure, http};
use futures::channel::oneshot;
use hunch_protocol::{PROBLEM_JSON, Preview, Upload, limits, routes};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, prelude::Closure};

/// How far a file is.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Sending {
    /// There is none.
    #[default]
    Nothing,
    /// On its way.
    Sending {
        /// The file's name.
        name: String,
        /// Bytes that are out.
        sent: u64,
        /// All bytes.
        total: u64,
    },
    /// There, and being looked at.
    Reading {
        /// The file's name.
        name: String,
    },
    /// There, with what it seems to hold.
    Ready {
        /// The file on the server.
        upload: Upload,
        /// What it seems to hold.
        preview: Box<Preview>,
    },
    /// Not there.
    Failed(ApiFailure),
}

/// Sends one file at a time.
#[derive(Clone, Copy)]
pub struct Uploader {
    state: RwSignal<Sending>,
    request: StoredValue<Option<web_sys::XmlHttpRequest>, LocalStorage>,
}

impl Uploader {
    /// With no file yet. A file that is on its way stops when the owner is gone.
    pub fn new() -> Self {
        let uploader = Self { state: RwSignal::default(), request: StoredValue::new_local(None) };
        on_cleanup(move || uploader.abort());
        uploader
    }

    /// How far the file is. Tracks.
    pub fn state(self) -> Sending {
        self.state.get()
    }

    /// Sends a file, in place of any other.
    pub fn send(self, file: web_sys::File) {
        self.abort();
        let name = file.name();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of bytes"
        )]
        let total = file.size() as u64;
        if total > limits::UPLOAD_BYTES {
            let most = crate::format::bytes(limits::UPLOAD_BYTES);
            return self.state.set(Sending::Failed(ApiFailure::refused(
                413,
                &format!("The file is larger than {most}, the most that can be uploaded. Use `hunch import` instead."),
            )));
        }
        self.state.set(Sending::Sending { name: name.clone(), sent: 0, total });
        spawn_local(async move {
            let end = match self.transfer(&file).await {
                // Another file or none: this one's end is no news.
                None => return,
                Some(Err(failure)) => Sending::Failed(failure),
                Some(Ok(upload)) => {
                    self.state.try_set(Sending::Reading { name });
                    match Api.preview(&upload.upload).await {
                        Ok(preview) => Sending::Ready { upload, preview: Box::new(preview) },
                        Err(failure) => Sending::Failed(failure),
                    }
                }
            };
            self.state.try_set(end);
        });
    }

    /// Forgets the file.
    pub fn reset(self) {
        self.abort();
        self.state.set(Sending::Nothing);
    }

    fn abort(self) {
        if let Some(request) = self.request.try_update_value(Option::take).flatten() {
            // Aborting a request that has ended does nothing.
            let _ = request.abort();
        }
    }

    /// The transfer; `None` if it was aborted. `fetch` does not tell how much has been sent, so it is not used.
    async fn transfer(self, file: &web_sys::File) -> Option<Result<Upload, ApiFailure>> {
        let broken = |_| ApiFailure::Protocol("the browser cannot send files".to_owned());
        let request = match web_sys::XmlHttpRequest::new().map_err(broken) {
            Ok(request) => request,
            Err(failure) => return Some(Err(failure)),
        };
        self.request.set_value(Some(request.clone()));
        let progress = Closure::<dyn Fn(_)>::new(move |event: web_sys::ProgressEvent| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number of bytes"
            )]
            let now = event.loaded() as u64;
            self.state.try_update(|state| {
                if let Sending::Sending { sent, total, .. } = state {
                    *sent = now.min(*total);
                }
            });
        });
        let (ended, end) = oneshot::channel::<()>();
        let on_end = Closure::once(move || drop(ended));
        let begun = request
            .open("POST", &routes::uploads(&file.name()))
            .and_then(|()| request.set_request_header("content-type", "application/octet-stream"))
            .and_then(|()| request.set_request_header("idempotency-key", &super::random_key()))
            .and_then(|()| request.upload())
            .map(|upload| upload.set_onprogress(Some(progress.as_ref().unchecked_ref())))
            .and_then(|()| {
                request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
                request.send_with_opt_blob(Some(file))
            });
        if let Err(failure) = begun.map_err(broken) {
            return Some(Err(failure));
        }
        // The sender is dropped when the request has ended, well or not.
        let _ = end.await;
        self.request.try_update_value(|current| current.take_if(|current| *current == request))??;
        Some(answer(&request))
    }
}

impl Default for Uploader {
    fn default() -> Self {
        Self::new()
    }
}

fn answer(request: &web_sys::XmlHttpRequest) -> Result<Upload, ApiFailure> {
    let status = request.status().unwrap_or(0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        0 => Err(ApiFailure::Offline),
        200..=299 => serde_json::from_str(&text).map_err(|error| ApiFailure::Protocol(error.to_string())),
        _ => {
            let kind = request.get_response_header("content-type").ok().flatten().unwrap_or_default();
            Err(http::refusal(status, kind.starts_with(PROBLEM_JSON), &text))
        }
    }
}
