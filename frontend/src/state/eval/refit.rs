//! Fitting the label model anew with other settings, in a worker, on the pattern table of the whole corpus.

use super::Eval;
use crate::worker::message::Command;
use crate::worker::message::refit::{RefitOrder, Refitted};
use hunch_protocol::routes;
use leptos::prelude::UpdateValue as _;

impl Eval {
    /// What other settings would change, or why that cannot be said; starts the workers if need be. `None` if the page is
    /// gone, or the worker ended.
    pub async fn refit(self, mut order: RefitOrder) -> Option<Result<Box<Refitted>, String>> {
        self.start();
        order.url = routes::label_patterns(&self.project.id());
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            Some(it.refits.ask(|request| pool.ask_one(&Command::Refit { request, order })))
        })??;
        answer.await.ok()?.pop()
    }
}
