//! How every two active rules vote, from the workers.

use super::Eval;
use crate::worker::message::pairs::PairRows;
use crate::worker::message::{Command, Document};
use hunch_engine::Pairs;
use leptos::prelude::*;

/// Documents of a pair that are shown.
pub const PAIR_DOCUMENTS: usize = 50;

/// Bytes of a document's text that are shown.
const TEXT_BYTES: usize = 400;

impl Eval {
    /// Counts of all pairs in the order of [`Eval::active`], over all documents that are loaded; `None` if the page is gone.
    /// The answer comes once the rules' votes are known.
    pub async fn pairs(self) -> Option<Pairs> {
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            Some(it.pairs.ask(|request| pool.ask_all(&Command::Pairs { request })))
        });
        let mut pairs = Pairs::default();
        answer??.await.ok()?.iter().for_each(|part| pairs += part);
        Some(pairs)
    }

    /// The first documents that two rules vote on.
    pub async fn pair_documents(self, rules: [String; 2], which: PairRows) -> Option<Vec<Document>> {
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            let (most, bytes) = (PAIR_DOCUMENTS, TEXT_BYTES);
            let put = |request| pool.ask_all(&Command::PairDocuments { request, rules, which, most, bytes });
            Some(it.documents.ask(put))
        });
        let mut documents = answer??.await.ok()?;
        documents.sort_by_key(|document| document.number);
        documents.truncate(PAIR_DOCUMENTS);
        Some(documents)
    }
}
