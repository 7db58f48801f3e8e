//! Answers of a product's users, and the texts among them that are no documents yet.
//!
//! An answer, the annotation it makes, the text it brings and the job that makes a document of that text are written
//! in one transaction: what was acknowledged is there, whole and once.

mod row;

use super::connection::{Pools, Write, Writing, detached};
use super::error::StoreResult;
use super::jobs::{JobSpec, NewJob};
use super::types::{Seek, name_of};
use async_trait::async_trait;
use hunch_protocol::{AnnotationBody, Changed, Feedback, Key, Kind, Page, Question, Reply};
use row::FeedbackRow;
use serde::Serialize;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// An answer to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFeedback {
    /// Its identifier; greater than those before.
    pub id: Uuid,
    /// The one that the page made.
    pub client_id: Uuid,
    /// The user as a source.
    pub author: String,
    /// What it is about.
    pub subject: Subject,
    /// What was asked.
    pub question: Question,
    /// The label that was shown.
    pub shown: Option<i16>,
    /// The snapshot it was shown from.
    pub snapshot: Option<String>,
    /// What was answered.
    pub reply: Reply,
    /// The label that it votes for.
    pub label: Option<i16>,
    /// P(answer | label) by label, where it votes for none alone.
    pub likelihood: Option<Vec<f64>>,
    /// Where the page is from.
    pub origin: String,
    /// When, by the user's clock.
    pub given_at: Option<i64>,
}

/// What an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A document of the corpus.
    Document(String),
    /// A text that the corpus does not hold.
    Text {
        /// The id of the document that is to be made of it.
        document: String,
        /// Hash of the text.
        hash: String,
        /// The text.
        text: String,
    },
}

/// Answers that came through a widget.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedbackBatch {
    /// The widget.
    pub widget: Uuid,
    /// How many documents it may make.
    pub most_documents: u32,
    /// The answers, in their order.
    pub answers: Vec<NewFeedback>,
    /// The id of the job that is queued if there is a new text and no such job waits.
    pub job: Uuid,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum FeedbackOutcome {
    /// It is the user's first about the document.
    Stored,
    /// It took the place of an earlier one.
    Replaced,
    /// It had been stored before.
    Repeated,
    /// It would make a document more than the widget may make; nothing was stored.
    TooManyDocuments,
}

/// Which answers to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedbackFilter {
    /// Only those through this widget.
    pub widget: Option<Uuid>,
    /// Only those about this document.
    pub document: Option<String>,
    /// Only those of this author.
    pub author: Option<String>,
    /// Only those like this.
    pub reply: Option<Reply>,
}

/// A text that is to become a document.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingText {
    /// The document's id.
    pub document: String,
    /// The text.
    pub text: String,
}

/// Answers.
#[async_trait]
pub trait FeedbackAnswers: Send + Sync {
    /// Stores answers, each with the annotation that it makes. One whose `client_id` is there already changes nothing; one about a document that its author
    /// has answered about takes the earlier one's place, which stays as history.
    async fn add_feedback(
        &self,
        project: Uuid,
        batch: FeedbackBatch,
        write: Write,
    ) -> StoreResult<Vec<FeedbackOutcome>>;

    /// Answers, newest first; the cursor is an id. The text is that of a document that is still waiting.
    async fn list_feedback(
        &self,
        project: Uuid,
        filter: FeedbackFilter,
        seek: Seek<Uuid>,
    ) -> StoreResult<Page<Feedback>>;

    /// Texts that are to become documents, in the order they came.
    async fn waiting_texts(&self, project: Uuid) -> StoreResult<Vec<WaitingText>>;

    /// Forgets texts that are documents now.
    async fn settle_texts(&self, project: Uuid, documents: Vec<String>, write: Write) -> StoreResult<()>;
}

const KNOWN: &str = "select 1 from feedback where widget_id = $1 and client_id = $2";

const REPLACE: &str = "
    update feedback set replaced = true where widget_id = $1 and author = $2 and document = $3 and not replaced";

const ADD: &str = "
    insert into feedback (id, project_id, widget_id, client_id, author, document, question, shown, snapshot, reply,
        label, origin, given_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const FIND_TEXT: &str = "
    select document from waiting_texts where project_id = $1 and (hash = $2 or document = $3)
    order by document <> $3 limit 1";

const COUNT_TEXT: &str = "
    update widgets set added_documents = added_documents + 1 where id = $1 and added_documents < $2 returning id";

const ADD_TEXT: &str = "
    insert into waiting_texts (project_id, document, hash, text, created_at) values ($1, $2, $3, $4, $5)";

const WAITING_JOBS: &str = "select spec from jobs where project_id = $1 and state = 'queued'";

const LIST: &str = "
    select feedback.*, waiting_texts.text from feedback
        left join waiting_texts on waiting_texts.project_id = feedback.project_id
            and waiting_texts.document = feedback.document
    where feedback.project_id = $1 and ($2 is null or id < $2) and ($3 is null or widget_id = $3)
        and ($4 is null or feedback.document = $4) and ($5 is null or author = $5) and ($6 is null or reply = $6)
    order by id desc limit $7";

const WAITING: &str = "
    select document, text from waiting_texts where project_id = $1 order by created_at, document";

const SETTLE: &str = "delete from waiting_texts where project_id = $1 and document = $2";

macro_rules! impl_feedback {
    ($db:ty) => {
        #[async_trait]
        impl FeedbackAnswers for Pools<$db> {
            async fn add_feedback(
                &self,
                project: Uuid,
                batch: FeedbackBatch,
                write: Write,
            ) -> StoreResult<Vec<FeedbackOutcome>> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Feedback).await?;
                    let (mut outcomes, mut texts) = (Vec::with_capacity(batch.answers.len()), false);
                    for answer in batch.answers {
                        let new = matches!(answer.subject, Subject::Text { .. });
                        let outcome =
                            tx.add_answer(project, batch.widget, batch.most_documents, answer).await?;
                        let stored = matches!(outcome, FeedbackOutcome::Stored | FeedbackOutcome::Replaced);
                        texts |= new && stored;
                        outcomes.push(outcome);
                    }
                    if texts {
                        tx.queue_collect(project, batch.job).await?;
                    }
                    tx.commit(outcomes).await
                })
                .await
            }

            async fn list_feedback(
                &self,
                project: Uuid,
                filter: FeedbackFilter,
                seek: Seek<Uuid>,
            ) -> StoreResult<Page<Feedback>> {
                let rows: Vec<FeedbackRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(seek.after)
                    .bind(filter.widget)
                    .bind(filter.document)
                    .bind(filter.author)
                    .bind(filter.reply.as_ref().map(name_of))
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek.page(rows.into_iter().map(Feedback::from).collect(), |answer| answer.id.clone()))
            }

            async fn waiting_texts(&self, project: Uuid) -> StoreResult<Vec<WaitingText>> {
                Ok(sqlx::query_as(WAITING).bind(project).fetch_all(&self.reads).await?)
            }

            async fn settle_texts(
                &self,
                project: Uuid,
                documents: Vec<String>,
                write: Write,
            ) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    for document in documents {
                        sqlx::query(SETTLE).bind(project).bind(document).execute(&mut *tx.connection).await?;
                    }
                    tx.commit(()).await
                })
                .await
            }
        }

        impl Writing<$db> {
            async fn add_answer(
                &mut self,
                project: Uuid,
                widget: Uuid,
                most_documents: u32,
                answer: NewFeedback,
            ) -> StoreResult<FeedbackOutcome> {
                let known = sqlx::query(KNOWN).bind(widget).bind(answer.client_id);
                if known.fetch_optional(&mut *self.connection).await?.is_some() {
                    return Ok(FeedbackOutcome::Repeated);
                }
                let Some(document) =
                    self.document_of(project, widget, most_documents, answer.subject).await?
                else {
                    return Ok(FeedbackOutcome::TooManyDocuments);
                };
                let replaced = sqlx::query(REPLACE)
                    .bind(widget)
                    .bind(&answer.author)
                    .bind(&document)
                    .execute(&mut *self.connection)
                    .await?
                    .rows_affected();
                sqlx::query(ADD)
                    .bind(answer.id)
                    .bind(project)
                    .bind(widget)
                    .bind(answer.client_id)
                    .bind(&answer.author)
                    .bind(&document)
                    .bind(name_of(&answer.question))
                    .bind(answer.shown.map(i64::from))
                    .bind(answer.snapshot)
                    .bind(name_of(&answer.reply))
                    .bind(answer.label.map(i64::from))
                    .bind(answer.origin)
                    .bind(answer.given_at)
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                let id = AnnotationBody::id(&answer.author, &document);
                let annotation = AnnotationBody {
                    document,
                    author: answer.author,
                    label: answer.label,
                    likelihood: answer.likelihood,
                    guidelines: None,
                };
                let key = Key { kind: Kind::Annotation, id };
                let body = json!(annotation);
                self.write_entity(project, &key, Some(body), &annotation.author).await?;
                Ok(if replaced > 0 { FeedbackOutcome::Replaced } else { FeedbackOutcome::Stored })
            }

            /// The document that an answer is about, which may have to be made first; `None` if it may not.
            async fn document_of(
                &mut self,
                project: Uuid,
                widget: Uuid,
                most: u32,
                subject: Subject,
            ) -> StoreResult<Option<String>> {
                let (document, hash, text) = match subject {
                    Subject::Document(document) => return Ok(Some(document)),
                    Subject::Text { document, hash, text } => (document, hash, text),
                };
                let waiting: Option<String> = sqlx::query_scalar(FIND_TEXT)
                    .bind(project)
                    .bind(&hash)
                    .bind(&document)
                    .fetch_optional(&mut *self.connection)
                    .await?;
                if waiting.is_some() {
                    return Ok(waiting);
                }
                let counted = sqlx::query(COUNT_TEXT).bind(widget).bind(i64::from(most));
                if counted.fetch_optional(&mut *self.connection).await?.is_none() {
                    return Ok(None);
                }
                sqlx::query(ADD_TEXT)
                    .bind(project)
                    .bind(&document)
                    .bind(hash)
                    .bind(text)
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                Ok(Some(document))
            }

            /// Queues the job that makes documents, unless one waits: one that runs may have read the texts already.
            async fn queue_collect(&mut self, project: Uuid, id: Uuid) -> StoreResult<()> {
                let waiting: Vec<Json<JobSpec>> =
                    sqlx::query_scalar(WAITING_JOBS).bind(project).fetch_all(&mut *self.connection).await?;
                if waiting.iter().any(|spec| spec.0 == JobSpec::Collect) {
                    return Ok(());
                }
                let job = NewJob { id, spec: JobSpec::Collect, after: None };
                self.queue_job(project, job).await.map(drop)
            }
        }
    };
}
impl_feedback!(sqlx::Sqlite);
impl_feedback!(sqlx::Postgres);
