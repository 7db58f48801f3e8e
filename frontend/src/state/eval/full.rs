//! Figures over the whole corpus, which the server counts where the browser holds a sample.

use super::super::http::{self, ApiFailure};
use super::Eval;
use super::board::DraftFigures;
use futures::channel::oneshot;
use hunch_protocol::{EditFigures, EditedRule, PROBLEM_JSON, routes};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::XmlHttpRequest;

/// What the server has said of the edited rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Full {
    /// The edit it is of.
    pub edit: u64,
    /// The figures over the documents that it has evaluated.
    pub figures: EditFigures,
    /// Whether there is nothing more to come.
    pub done: bool,
    /// Why there is not.
    pub failure: Option<ApiFailure>,
}

impl Full {
    /// The figures as the browser's own workers would tell them.
    pub fn draft(&self) -> DraftFigures {
        let EditFigures { total, edit } = self.figures.clone();
        DraftFigures {
            begun: true,
            rows: edit.rows,
            compared: edit.rows,
            total,
            counts: edit.counts,
            adds: edit.adds,
            moves: edit.moves,
            ..DraftFigures::default()
        }
    }
}

impl Eval {
    /// What the server says of the text in the editor, if it was asked.
    pub fn full(self) -> Signal<Option<Full>> {
        self.full.into()
    }

    /// Asks the server for the figures of the text in the editor over the whole corpus.
    pub fn ask_full(self) {
        self.stop_full();
        let Some(edit) = self.edit.get_untracked() else { return };
        self.full.set(Some(Full { edit: edit.seq, ..Full::default() }));
        let asked = EditedRule { source: edit.text, replaces: edit.rule };
        spawn_local(async move {
            // Stopped: the end of this request is no news.
            let Some(failure) = self.run_full(&asked).await else { return };
            self.full.try_update(|full| {
                if let Some(full) = full {
                    (full.done, full.failure) = (true, failure);
                }
            });
        });
    }

    /// Goes back to the figures of the sample; the server stops as soon as it notices.
    pub fn stop_full(self) {
        if let Some(request) = self.full_request.try_update_value(Option::take).flatten() {
            // Aborting a request that has ended does nothing.
            let _ = request.abort();
        }
        if self.full.try_with_untracked(Option::is_some) == Some(true) {
            self.full.set(None);
        }
    }

    /// The request until its end; `None` if it was stopped. `fetch` would need a reader of streams for the same lines.
    async fn run_full(self, asked: &EditedRule) -> Option<Option<ApiFailure>> {
        let broken = |_| ApiFailure::Protocol("the browser cannot send requests".to_owned());
        let request = match XmlHttpRequest::new().map_err(broken) {
            Ok(request) => request,
            Err(failure) => return Some(Some(failure)),
        };
        self.full_request.set_value(Some(request.clone()));
        let progress = Closure::<dyn Fn()>::new({
            let request = request.clone();
            move || self.hear_full(&request)
        });
        let (ended, end) = oneshot::channel::<()>();
        let on_end = Closure::once(move || drop(ended));
        let begun = request
            .open("POST", &routes::figures(&self.project.id()))
            .and_then(|()| request.set_request_header("content-type", "application/json"))
            .and_then(|()| {
                request.set_onprogress(Some(progress.as_ref().unchecked_ref()));
                request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
                // Plain data always has a JSON form.
                request.send_with_opt_str(serde_json::to_string(asked).ok().as_deref())
            });
        if let Err(failure) = begun.map_err(broken) {
            return Some(Some(failure));
        }
        // The sender is dropped when the request has ended, well or not.
        let _ = end.await;
        self.full_request.try_update_value(|current| current.take_if(|current| *current == request))??;
        self.hear_full(&request);
        Some(failure(&request, self.full.try_with_untracked(|full| full.as_ref().is_some_and(is_whole))?))
    }

    /// The last whole line is the newest.
    fn hear_full(self, request: &XmlHttpRequest) {
        let text = request.response_text().ok().flatten().unwrap_or_default();
        if request.status() == Ok(200)
            && let Some(figures) = last_line(&text)
        {
            self.full.try_update(|full| full.iter_mut().for_each(|full| full.figures = figures.clone()));
        }
    }
}

fn is_whole(full: &Full) -> bool {
    full.figures.edit.rows == full.figures.total
}

fn last_line(text: &str) -> Option<EditFigures> {
    let (lines, _) = text.rsplit_once('\n')?;
    serde_json::from_str(lines.rsplit('\n').next()?).ok()
}

/// Why a request that has ended did not bring all figures, if it did not.
fn failure(request: &XmlHttpRequest, whole: bool) -> Option<ApiFailure> {
    match request.status().unwrap_or(0) {
        0 => Some(ApiFailure::Offline),
        200 if whole => None,
        200 => Some(ApiFailure::Protocol("it ended too early".to_owned())),
        status => {
            let kind = request.get_response_header("content-type").ok().flatten().unwrap_or_default();
            let text = request.response_text().ok().flatten().unwrap_or_default();
            Some(http::refusal(status, kind.starts_with(PROBLEM_JSON), &text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_still_coming_is_not_read() {
        let line = |rows: u64| {
            let mut figures = EditFigures { total: 9, ..EditFigures::default() };
            figures.edit.rows = rows;
            format!("{}\n", serde_json::to_string(&figures).unwrap())
        };
        let text = format!("{}{}{{\"total\":9,\"ro", line(3), line(6));
        assert_eq!(last_line(&text).map(|figures| figures.edit.rows), Some(6));
        assert_eq!(last_line("{\"total\":9"), None);
    }
}
