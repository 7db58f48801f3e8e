//! The inbox: what a product's users answered.

use super::access::InProject;
use super::error::{ApiError, Result, blocking};
use super::extract::{Paging, Query};
use crate::state::AppState;
use crate::store::FeedbackFilter;
use axum::extract::State;
use hunch_protocol::{Feedback, FeedbackQuery, Page};
use uuid::Uuid;

/// Most characters of a document's text that go along.
const TEXT_CHARS: usize = 300;

/// `GET /projects/{p}/feedback`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Query(query): Query<FeedbackQuery>,
    paging: Paging,
) -> Result<axum::Json<Page<Feedback>>> {
    let filter = FeedbackFilter {
        // What is no widget's id is the id of no widget.
        widget: query.widget.map(|widget| Uuid::parse_str(&widget).unwrap_or_default()),
        document: query.document,
        author: query.author,
        reply: query.reply,
    };
    let page = state.store.list_feedback(id, filter, paging.seek()?).await?;
    with_texts(&state, id, page).await.map(axum::Json)
}

/// Adds the texts of documents of the corpus.
async fn with_texts(state: &AppState, project: Uuid, mut page: Page<Feedback>) -> Result<Page<Feedback>> {
    let stored = state.store.get_corpus(project).await?;
    let corpus = stored.corpus.clone();
    let documents =
        state.document_indexes.get(project, stored.revision, stored.corpus, &state.chunks).await?;
    let chunks = state.chunks.clone();
    blocking(move || {
        for answer in &mut page.items {
            if let Some(place) = documents.find(&answer.document)
                && let Some(info) = corpus.chunks.get(place.chunk as usize)
                && let Some(column) = &corpus.default_text
            {
                let chunk = chunks.get(&info.hash)?;
                let text = chunk.text_column(column).and_then(|text| text.get(place.row as usize));
                answer.text = text.map(str::to_owned);
            }
            answer.text = answer.text.take().map(|text| text.chars().take(TEXT_CHARS).collect());
        }
        Ok::<_, ApiError>(page)
    })
    .await
}
