//! Everything that is kept, except the bytes of documents: projects, rules, votes, labels, snapshots, jobs, tokens.
//!
//! Callers see one object-safe [`Store`]. Each SQL text is written once and its body instantiated for SQLite and for
//! Postgres by a small macro at the end of each aggregate's file; what differs is in `sqlite` and `postgres`.
//!
//! - One method is one transaction. Writes run in tasks that a dropped request cannot cancel ([`connection`]).
//! - Time and identifiers are arguments.
//! - A write to a project moves its counter `seq`, records what it changed, and tells [`crate::events::Events`] after
//!   the commit. The counter's row is the project's lock, so writes to one project are ordered as their numbers are.

mod accounts;
mod audits;
mod connection;
mod corpus;
mod devices;
mod end_models;
mod entities;
mod error;
mod feedback;
mod garbage;
mod invitations;
mod jobs;
mod labels;
mod lexicons;
mod members;
mod postgres;
mod projects;
mod receipts;
mod rules;
mod sessions;
mod snapshots;
mod sqlite;
mod tokens;
mod types;
mod uploads;
mod votes;
mod widgets;

pub use accounts::{Account, Accounts, NewAccount};
pub use audits::{Audits, Record};
pub use connection::{Receipt, Write};
pub use corpus::{Corpora, CorpusUpdate, ProjectInputs, StoredCorpus};
pub use devices::{Devices, Pull};
pub use end_models::EndModels;
pub use entities::{
    Asked, Check, Effect, Entities, EntityEdit, Push, Refused, Resolution, StoredEntity, StoredRevision,
};
pub use error::{ConnectError, StoreError, StoreResult};
pub use feedback::{
    FeedbackAnswers, FeedbackBatch, FeedbackFilter, FeedbackOutcome, NewFeedback, Subject, WaitingText,
};
pub use garbage::Garbage;
pub use invitations::{FoundInvitation, InvitationDraft, Invitations, Taken, Taker};
pub use jobs::{JobEnding, JobSpec, Jobs, LeasedJob, NewJob};
pub use labels::{Labels, NewLabels, StoredReport};
pub use lexicons::{Lexicons, lexicon_key};
pub use members::Members;
pub use projects::{ProjectDraft, Projects, label_set_key, settings_key};
pub use receipts::{Receipts, StoredReceipt};
pub use rules::{Rules, rule_key};
pub use sessions::{Alive, NewSession, Sessions, StoredSession};
pub use snapshots::Snapshots;
pub use tokens::{NewToken, Token, Tokens};
pub use types::Seek;
pub use uploads::Uploads;
pub use votes::Votes;
pub use widgets::{Sighting, StoredWidget, WidgetChange, Widgets};

use crate::events::Events;
use std::sync::Arc;

/// The whole store. Its methods are those of its parts and can be called on `dyn Store` without importing them.
pub trait Store:
    Projects
    + Entities
    + Devices
    + Rules
    + Lexicons
    + Corpora
    + Uploads
    + Votes
    + Jobs
    + Labels
    + EndModels
    + Snapshots
    + Tokens
    + Receipts
    + Accounts
    + Sessions
    + Members
    + Invitations
    + Audits
    + Widgets
    + FeedbackAnswers
    + Garbage
{
}

impl<S> Store for S where
    S: Projects
        + Entities
        + Devices
        + Rules
        + Lexicons
        + Corpora
        + Uploads
        + Votes
        + Jobs
        + Labels
        + EndModels
        + Snapshots
        + Tokens
        + Receipts
        + Accounts
        + Sessions
        + Members
        + Invitations
        + Audits
        + Widgets
        + FeedbackAnswers
        + Garbage
{
}

/// Opens the database at a URL, `sqlite:PATH` or `postgres://…`, and brings its tables up to date.
///
/// Committed changes are told to `events`.
pub async fn connect(url: &str, events: Events) -> Result<Arc<dyn Store>, ConnectError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(sqlite::open(url, events).await?)),
        Some(("postgres" | "postgresql", _)) => Ok(Arc::new(postgres::open(url, events).await?)),
        _ => Err(ConnectError::UnknownScheme),
    }
}
