//! Jobs: work longer than a request, and the events that tell of it.

use crate::{ContentHash, ImportReport, Kind, Timestamp};
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Read an upload into the corpus.
    Import,
    /// Evaluate the active rules over the whole corpus.
    Apply,
    /// Combine votes into labels.
    Combine,
    /// Freeze labels with their lineage.
    Snapshot,
    /// Make documents of the texts that widgets sent.
    Collect,
    /// Count the words of text columns anew: see [`crate::CorpusColumn::weights`].
    Weigh,
    /// Train the end model on the combined labels.
    Train,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a worker, or for the next attempt.
    Queued,
    /// Is being worked on.
    Running,
    /// Ended well.
    Done,
    /// Ended with an error.
    Failed,
    /// Was cancelled.
    Cancelled,
}

impl JobState {
    /// Whether nothing more will happen.
    pub fn ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// A job as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Job {
    /// Identifier.
    pub id: String,
    /// The project it works on.
    pub project: String,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// What is done of what there is to do.
    pub progress: JobProgress,
    /// Attempts begun.
    pub attempts: u32,
    /// Whether someone asked for its end.
    pub cancel_requested: bool,
    /// Why it failed, or why the last attempt did, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it made, once done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<JobResult>,
    /// The job whose end started this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the last attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// What is done of what there is to do, in the job's own steps; 0 of 0 while that is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobProgress {
    /// Steps done: bytes of an import, (rule, chunk) pairs of an apply, chunks of a combine or snapshot.
    pub done: u64,
    /// Steps there are.
    pub total: u64,
    /// Documents dealt with.
    pub rows: u64,
}

/// What a job made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobResult {
    /// Of an import.
    Import(ImportReport),
    /// Of an apply.
    Apply(ApplyReport),
    /// Of a combine: see the labels' report.
    Combine {
        /// Rows combined.
        rows: u64,
    },
    /// Of a snapshot.
    Snapshot {
        /// The snapshot's id.
        id: ContentHash,
    },
    /// Of a collect.
    Collect {
        /// Documents that were made.
        added: u64,
    },
    /// Of a weigh.
    Weigh {
        /// Columns whose term weights are others now.
        columns: Vec<String>,
    },
    /// Of a train: see the end model's report.
    Train {
        /// The model's hash.
        model: ContentHash,
    },
}

/// What an apply did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApplyReport {
    /// Documents the rules saw.
    pub rows: u64,
    /// Rules applied.
    pub rules: u64,
    /// (rule, chunk) pairs that were evaluated now.
    pub evaluated: u64,
    /// (rule, chunk) pairs whose votes were there already.
    pub cached: u64,
}

/// The SSE event type of [`Poke`].
pub const POKE: &str = "poke";
/// The SSE event type whose data is a [`Job`].
pub const JOB: &str = "job";

/// Something in the project changed and can be fetched. Its event's id is `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Poke {
    /// The project's counter after the change.
    pub seq: i64,
    /// What changed; everything, if the client was away.
    pub changed: Vec<Changed>,
}

/// What a poke is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Name or label set.
    Project,
    /// Chunks or exclusions.
    Corpus,
    /// Rules.
    Rules,
    /// Lexicons.
    Lexicons,
    /// Combined labels.
    Labels,
    /// Snapshots.
    Snapshots,
    /// Labels given by people.
    Annotations,
    /// Gold.
    Gold,
    /// Augmentation policies.
    Policies,
    /// Merge conflicts.
    MergeConflicts,
    /// Widgets and where they are installed.
    Widgets,
    /// Answers of a product's users.
    Feedback,
    /// Members and invitations.
    Team,
    /// The end model.
    EndModel,
}

impl Changed {
    /// What a change of an entity is about.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Rule => Self::Rules,
            Kind::Lexicon => Self::Lexicons,
            Kind::Policy => Self::Policies,
            Kind::LabelSet | Kind::Settings => Self::Project,
            Kind::Annotation => Self::Annotations,
            Kind::Gold => Self::Gold,
            Kind::MergeConflict => Self::MergeConflicts,
        }
    }

    /// All there is.
    pub const ALL: [Self; 14] = [
        Self::Project,
        Self::Corpus,
        Self::Rules,
        Self::Lexicons,
        Self::Labels,
        Self::Snapshots,
        Self::Annotations,
        Self::Gold,
        Self::Policies,
        Self::MergeConflicts,
        Self::Widgets,
        Self::Feedback,
        Self::Team,
        Self::EndModel,
    ];
}
