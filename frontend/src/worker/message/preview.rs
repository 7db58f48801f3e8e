//! What page and workers say about augmentation: a sample of documents, and what a policy does to them.

use hunch_augment::{DiffPiece, Parameters};
use hunch_rules::{LabelIndex, Policy};
use serde::{Deserialize, Serialize};

/// Train documents drawn by the hash of seed and id, so that the sample does not depend on who has which chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplePart {
    /// Train documents in the worker's chunks, excluded ones aside.
    pub rows: u64,
    /// Those with the smallest hashes.
    pub picks: Vec<Pick>,
}

/// A document of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pick {
    /// Of seed and id; the sample's order.
    pub hash: u64,
    /// The chunk.
    pub ordinal: u32,
    /// The row in it.
    pub row: u32,
}

/// What a preview is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewOrder {
    /// What is done.
    pub policy: Policy,
    /// What is known of the corpus.
    pub parameters: Parameters,
    /// Of the copies.
    pub seed: u64,
    /// How many labels there are.
    pub labels: usize,
    /// Which documents to send.
    pub show: Show,
}

/// Which documents of a sample are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// What must have changed.
    pub effect: Effect,
    /// By which transformation alone; `None` for the whole policy.
    pub step: Option<usize>,
    /// How many at most.
    pub take: usize,
}

/// What a change of a document does to its votes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Whatever it does.
    #[default]
    Any,
    /// An active rule votes differently on a copy.
    Votes,
    /// The rules' majority is for another label, for one where it was for none, or for none.
    Label,
}

/// What a policy does to a worker's part of the sample.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewPart {
    /// Of each transformation alone.
    pub steps: Vec<Effects>,
    /// Of the whole policy.
    pub whole: Effects,
    /// Documents to show, in the sample's order.
    pub rows: Vec<PreviewRow>,
}

/// How many documents have a copy that …
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effects {
    /// … there is at all.
    pub rows: u64,
    /// … is voted on differently.
    pub votes: u64,
    /// … has another label.
    pub labels: u64,
}

/// A document beside its copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// Its place in the sample.
    pub pick: Pick,
    /// Its id.
    pub id: String,
    /// Its changed columns as they are.
    pub cells: Vec<Cell>,
    /// What the active rules say about it, in their order.
    pub said: Said,
    /// Its copies.
    pub copies: Vec<Copied>,
}

/// A value of a column, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The column.
    pub column: String,
    /// `None` if it is missing.
    pub value: Option<String>,
}

/// A copy of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copied {
    /// Column by column, how it differs.
    pub cells: Vec<Vec<DiffPiece>>,
    /// What the active rules say about it.
    pub said: Said,
}

/// What rules say about a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In the rules' order; those that cannot be evaluated abstain.
    pub votes: Vec<Option<LabelIndex>>,
    /// By majority; a tie goes by the document's id.
    pub label: Option<LabelIndex>,
}

impl std::ops::AddAssign for Effects {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.votes += other.votes;
        self.labels += other.labels;
    }
}
