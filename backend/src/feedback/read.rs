//! From an answer as a page sends it to one that can be stored.

use super::identity::{self, IdentityError};
use super::vote::{Vote, VoteError, vote};
use crate::corpus::{ChunkStore, CorpusError, DocumentIndex, document_id};
use crate::store::{NewFeedback, StoredWidget, Subject};
use hunch_protocol::{Corpus, Label, SentAnswer, limits};
use uuid::Uuid;

/// Most bytes of a document's id.
const DOCUMENT_BYTES: usize = 1_024;
/// The latest time an answer can have been given, in milliseconds since 1970: the end of the year 9999.
const LATEST: i64 = 253_402_300_799_999;

/// Why an answer cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Who answers is not believed.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// What is answered means nothing.
    #[error(transparent)]
    Vote(#[from] VoteError),
    /// What it is about is not there and cannot be made.
    #[error("no document has this id or text, and the widget makes none")]
    UnknownDocument,
    /// A field cannot be read.
    #[error("`{0}`: {1}")]
    Field(&'static str, String),
}

/// What answers through a widget are read with.
pub(crate) struct Reading<'a> {
    /// The widget.
    pub(crate) widget: &'a StoredWidget,
    /// The project's labels.
    pub(crate) labels: &'a [Label],
    /// The project's corpus.
    pub(crate) corpus: &'a Corpus,
    /// Where its documents are.
    pub(crate) documents: &'a DocumentIndex,
    /// Their bytes.
    pub(crate) chunks: &'a ChunkStore,
    /// Where the page is from.
    pub(crate) origin: &'a str,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) now: i64,
}

impl Reading<'_> {
    /// Reads an answer, which is to be stored under an id. Blocks.
    pub(crate) fn read(
        &self,
        id: Uuid,
        answer: SentAnswer,
    ) -> Result<Result<NewFeedback, Refusal>, CorpusError> {
        let (client_id, name, vote) = match self.check(&answer) {
            Ok(checked) => checked,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(subject) = self.subject(answer.document, answer.text)? else {
            return Ok(Err(Refusal::UnknownDocument));
        };
        Ok(Ok(NewFeedback {
            id,
            client_id,
            author: format!("widget:{}:{name}", self.widget.id),
            subject,
            question: answer.question,
            shown: vote.shown,
            snapshot: answer.snapshot,
            reply: answer.reply,
            label: vote.label,
            likelihood: vote.likelihood,
            origin: self.origin.to_owned(),
            given_at: answer.at.map(|milliseconds| milliseconds * 1_000),
        }))
    }

    /// All that can be wrong with an answer by itself.
    fn check(&self, answer: &SentAnswer) -> Result<(Uuid, String, Vote), Refusal> {
        let wrong = |field, what: &str| Err(Refusal::Field(field, what.to_owned()));
        let Ok(client_id) = Uuid::try_parse(&answer.id) else { return wrong("id", "must be a UUID") };
        let name = identity::name(&answer.identity, self.widget, self.now)?;
        let vote = vote(self.labels, answer.reply, answer.shown.as_deref(), answer.label.as_deref())?;
        let size = |text: &Option<String>| text.as_ref().map_or(1, String::len);
        if !(1..=DOCUMENT_BYTES).contains(&size(&answer.document)) {
            return wrong("document", "must have 1 to 1,024 bytes");
        }
        if !(1..=limits::WIDGET_TEXT_BYTES).contains(&size(&answer.text)) {
            return wrong("text", "must have 1 to 32,768 bytes");
        }
        if answer.document.is_none() && answer.text.is_none() {
            return wrong("document", "give the document's id, or its text");
        }
        if answer.snapshot.as_ref().is_some_and(|id| !is_hash(id)) {
            return wrong("snapshot", "must be a snapshot's id, 64 hexadecimal digits");
        }
        if answer.at.is_some_and(|at| !(0..=LATEST).contains(&at)) {
            return wrong("at", "must be milliseconds since 1970");
        }
        Ok((client_id, name, vote))
    }

    /// The document of that id, else the first with that text, else one that is to be made.
    fn subject(
        &self,
        document: Option<String>,
        text: Option<String>,
    ) -> Result<Option<Subject>, CorpusError> {
        if let Some(id) = &document
            && self.documents.find(id).is_some()
        {
            return Ok(document.map(Subject::Document));
        }
        let Some(text) = text else { return Ok(None) };
        if let Some(place) = self.documents.find_text(&text)
            && let Some(id) = self.documents.id(place, self.chunks)?
        {
            return Ok(Some(Subject::Document(id)));
        }
        // A corpus of columns alone has no place for a text.
        let room = self.corpus.default_text.is_some() || self.corpus.columns.is_empty();
        if self.widget.widget.settings.new_documents == 0 || !room {
            return Ok(None);
        }
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let document = document.unwrap_or_else(|| document_id(&text, |id| self.documents.find(id).is_some()));
        Ok(Some(Subject::Text { document, hash, text }))
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
