//! Feedback widgets: how a team sets them up, and what its product's pages and the server tell each other.
//!
//! The first part travels under [`crate::routes::API`], the second under [`crate::routes::WIDGET_API`], which knows no
//! cookies and no accounts: a widget's publishable key, the page's origin and rate limits are what it goes by.

use crate::{Problem, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a widget asks about the label that a product shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Thumbs up or down.
    Thumbs,
    /// Is it right: yes, no, not sure?
    #[default]
    Right,
    /// Which label is the right one?
    Choose,
}

/// A widget as its team sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Widget {
    /// Identifier; part of the names of the sources that its users are.
    pub id: String,
    /// The publishable key that pages carry. No secret: it lets nobody read anything.
    pub key: String,
    /// Whether there is a secret that signs identities.
    pub signed: bool,
    /// How it is set up.
    #[serde(flatten)]
    pub settings: SaveWidget,
    /// Documents that were made of texts it sent.
    pub added_documents: u32,
    /// Answers that count: one per user and document.
    pub answers: u64,
    /// Moves with every change of the settings, the key and the secret; the `ETag`.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `POST /projects/{p}/widgets` and `PUT /projects/{p}/widgets/{w}`: how a widget is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SaveWidget {
    /// What people call it.
    pub name: String,
    /// What it asks, unless the page says otherwise.
    #[serde(default)]
    pub question: Question,
    /// The exact origins, such as `https://shop.example`, of the pages that may use it.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Whether users without a signed identity may answer.
    #[serde(default = "yes")]
    pub anonymous: bool,
    /// Whether it takes answers at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How many documents may be made of texts the corpus does not hold; none if 0.
    #[serde(default)]
    pub new_documents: u32,
    /// Texts that take the place of the element's own, by name: `docs/widget.md` lists them.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

/// The texts of the element that can be replaced, by name.
pub const WIDGET_TEXTS: [&str; 12] = [
    "prompt-thumbs",
    "prompt-right",
    "prompt-choose",
    "up",
    "down",
    "yes",
    "no",
    "unsure",
    "send",
    "thanks",
    "waiting",
    "close",
];

/// `POST /projects/{p}/widgets/{w}/secret`: a new secret, told this once. The one before is good for another day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WidgetSecret {
    /// The key of the HMAC that signs identities.
    pub secret: String,
}

/// `GET /projects/{p}/widgets/{w}/origins`: an origin whose pages asked for the widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WidgetOrigin {
    /// The origin.
    pub origin: String,
    /// Requests that were let in.
    pub accepted: u64,
    /// Requests that were refused because the origin is not on the list.
    pub refused: u64,
    /// When the last request came, give or take some seconds.
    pub last_at: Timestamp,
}

/// `GET /projects/{p}/feedback`: an answer of a product's user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Feedback {
    /// Identifier, made by the server; newer ones are greater.
    pub id: String,
    /// The widget.
    pub widget: String,
    /// The user as a source: `widget:WIDGET:IDENTITY`.
    pub author: String,
    /// The document's id.
    pub document: String,
    /// The start of the document's text, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What was asked.
    pub question: Question,
    /// The label that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<i16>,
    /// The snapshot it was shown from, as the page said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// What was answered.
    pub reply: Reply,
    /// The label that the answer votes for; a no among three labels and more votes for none alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<i16>,
    /// Where the page was from.
    pub origin: String,
    /// Whether a later answer of the same user about the same document took its place.
    pub replaced: bool,
    /// When it was given, by the user's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_at: Option<Timestamp>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// The query of `GET /projects/{p}/feedback`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeedbackQuery {
    /// Only answers through this widget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widget: Option<String>,
    /// Only answers about this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Only answers of this author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Only answers like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Where to start; absent for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at most: 1 to [`crate::limits::PAGE_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An answer. What was shown is right, wrong, perhaps either, or this is the right label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What was shown is right; a thumb up.
    Yes,
    /// What was shown is wrong; a thumb down.
    No,
    /// The user does not know.
    Unsure,
    /// The user chose a label.
    Label,
}

impl Reply {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unsure => "unsure",
            Self::Label => "label",
        }
    }
}

impl Question {
    /// Its name on the wire and in the element's attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thumbs => "thumbs",
            Self::Right => "right",
            Self::Choose => "choose",
        }
    }
}

/// `GET /w/v1/{key}`: what the element on a page needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WidgetConfig {
    /// What to ask, unless the page says otherwise.
    pub question: Question,
    /// The labels one can choose from.
    pub labels: Vec<String>,
    /// Texts that take the place of the element's own.
    pub texts: BTreeMap<String, String>,
    /// Whether users without a signed identity may answer.
    pub anonymous: bool,
}

/// `POST /w/v1/{key}/answers`: at most [`crate::limits::WIDGET_ANSWERS`] answers, as JSON under `application/json` or
/// `text/plain`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SendAnswers {
    /// In the order they were given.
    pub answers: Vec<SentAnswer>,
}

/// One answer as a page sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SentAnswer {
    /// A UUID made by the page: an answer that is sent again under its id is stored once.
    pub id: String,
    /// The document's id, if the page knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The document's text, by which it is found if the id is not given or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What was asked.
    pub question: Question,
    /// The name of the label that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// The snapshot it was shown from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// What was answered.
    pub reply: Reply,
    /// The name of the label that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Who answered.
    pub identity: Identity,
    /// When, by the user's clock, in milliseconds since 1970-01-01T00:00:00Z; shown, never used for order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

/// Who answered: someone whom the product knows and vouches for, or an id that the browser keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The product's id of the user; without a signature a UUID that the browser made.
    pub id: String,
    /// Until when the signature holds, in seconds since 1970-01-01T00:00:00Z.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// HMAC-SHA-256 of `id:expires` under the widget's secret, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What became of each answer, in the order they were sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnswersReceived {
    /// One for each answer.
    pub results: Vec<AnswerResult>,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnswerResult {
    /// The answer's id.
    pub id: String,
    /// What became of it.
    pub status: AnswerStatus,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerStatus {
    /// It is stored, and is the user's first about this document.
    Stored,
    /// It is stored and takes the place of an earlier one.
    Replaced,
    /// It had been stored before.
    Repeated,
    /// It is not stored; the problem says why.
    Refused,
}
