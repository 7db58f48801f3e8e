//! An answer as its table has it.

use crate::clock::rfc3339;
use crate::store::types::Named;
use hunch_protocol::{Feedback, Question, Reply};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct FeedbackRow {
    id: Uuid,
    widget_id: Uuid,
    author: String,
    document: String,
    #[sqlx(try_from = "String")]
    question: Named<Question>,
    shown: Option<i64>,
    snapshot: Option<String>,
    #[sqlx(try_from = "String")]
    reply: Named<Reply>,
    label: Option<i64>,
    origin: String,
    replaced: bool,
    given_at: Option<i64>,
    created_at: i64,
    /// Of a document that is still waiting.
    text: Option<String>,
}

impl From<FeedbackRow> for Feedback {
    fn from(row: FeedbackRow) -> Self {
        // Labels are written from the same type.
        let label = |index: i64| i16::try_from(index).ok();
        Self {
            id: row.id.to_string(),
            widget: row.widget_id.to_string(),
            author: row.author,
            document: row.document,
            text: row.text,
            question: row.question.0,
            shown: row.shown.and_then(label),
            snapshot: row.snapshot,
            reply: row.reply.0,
            label: row.label.and_then(label),
            origin: row.origin,
            replaced: row.replaced,
            given_at: row.given_at.map(rfc3339),
            received_at: rfc3339(row.created_at),
        }
    }
}
