//! What the page and its workers say to each other: JSON text through `postMessage`.
//!
//! Numbers order things: `version` names a set of saved rules, `seq` a draft. An answer to an old one is dropped by
//! the page, and a newer one ends the work on the older.

mod document;
pub mod pairs;
pub mod preview;
pub mod refit;
pub mod suggest;

pub use document::{Document, Field, Row, TextPiece};

use hunch_augment::Parameters;
use hunch_engine::{EditCounts, Pairs, RuleCounts};
use hunch_protocol::CorpusColumn;
use hunch_rules::{Policy, plan::Plan};
use pairs::PairRows;
use preview::{Pick, PreviewOrder, PreviewPart, SamplePart};
use refit::{RefitOrder, Refitted};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;
use suggest::{Ask, Told};

/// Moves when a message changes its meaning: the worker's file has no hash in its name, so a cached one may be older
/// than the page.
pub const PROTOCOL: u32 = 5;

/// From the page to a worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// The chunks the worker keeps from now on, most wanted first; it fetches those it lacks and drops the others.
    Load {
        /// Ascending.
        chunks: Vec<ChunkRef>,
        /// What the corpus has beside texts: a chunk that is older than one of these has no values there.
        shape: Shape,
    },
    /// The stored lexicons that plans refer to; it fetches those it lacks and drops the others.
    Lexicons {
        /// By name.
        lexicons: Vec<LexiconRef>,
    },
    /// Where the term weights of the corpus' columns are; it fetches those that plans refer to.
    Weights {
        /// By column.
        weights: Vec<WeightsRef>,
    },
    /// Gold that people gave or withdrew since they were last told of; it comes before what chunks say.
    Gold {
        /// Document ids with the label's index, -1 where gold was withdrawn.
        changes: Vec<(String, i16)>,
    },
    /// The saved rules that count.
    Rules {
        /// Ascending.
        version: u64,
        /// In the order votes are told in.
        rules: Vec<SavedRule>,
    },
    /// What the editor says now; `None` ends the work on what it said before.
    Draft {
        /// Ascending.
        seq: u64,
        /// The rule as it is written.
        draft: Option<Draft>,
    },
    /// Asks for documents; answered at once from what has been evaluated.
    Rows {
        /// Repeated in the answer.
        request: u64,
        /// The draft whose votes are meant; another one is not answered.
        seq: u64,
        /// Which documents.
        tab: Tab,
        /// Where they are.
        pieces: Vec<Piece>,
    },
    /// Asks for documents by their place; answered when their chunks are there.
    Documents {
        /// Repeated in the answer.
        request: u64,
        /// Chunk and row in it.
        places: Vec<(u32, u32)>,
        /// How much of each main text to send at most.
        bytes: usize,
    },
    /// Asks for a sample of the train documents that are here.
    Sample {
        /// Repeated in the answer.
        request: u64,
        /// Of the draw.
        seed: u64,
        /// How many at most.
        take: usize,
    },
    /// Asks what a policy needs to know of the chunks that are here.
    Measure {
        /// Repeated in the answer.
        request: u64,
        /// The policy.
        policy: Policy,
    },
    /// Asks what a policy does to documents; answered when all that it needs is there.
    Preview {
        /// Repeated in the answer.
        request: u64,
        /// The policy and what to show.
        order: PreviewOrder,
        /// The documents, in this worker's chunks.
        picks: Vec<Pick>,
    },
    /// Asks for a part of the suggestions; answered once the saved rules have been evaluated. A newer one takes the
    /// place of one that still waits.
    Suggest {
        /// Repeated in the answer.
        request: u64,
        /// Which part.
        ask: Ask,
    },
    /// Asks what other settings of the label model would change; answered when the pattern table is there.
    Refit {
        /// Repeated in the answer.
        request: u64,
        /// What is in force and what is tried.
        order: RefitOrder,
    },
    /// Asks how every two saved rules vote; answered once they have been evaluated.
    Pairs {
        /// Repeated in the answer.
        request: u64,
    },
    /// Asks for documents that two saved rules vote on; answered with [`Report::Documents`].
    PairDocuments {
        /// Repeated in the answer.
        request: u64,
        /// The rules' identifiers.
        rules: [String; 2],
        /// Which of the documents.
        which: PairRows,
        /// How many at most.
        most: usize,
        /// Bytes of each main text at most.
        bytes: usize,
    },
}

/// The columns and external sources of the corpus.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// In the corpus' order.
    pub columns: Vec<CorpusColumn>,
    /// By name.
    pub sources: Vec<String>,
}

/// A chunk and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkRef {
    /// Its place in the corpus.
    pub ordinal: u32,
    /// The hash of its columns.
    pub hash: String,
    /// Where it can be fetched, or the sample of it.
    pub url: String,
    /// Where all of it can be fetched, if `url` is a sample's.
    pub whole: Option<String>,
    /// The number of its first row in the corpus.
    pub first_row: u64,
    /// Rows that count in no figure.
    pub excluded: Vec<u32>,
}

/// A lexicon and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconRef {
    /// The hash of its terms.
    pub hash: String,
    /// Where it can be fetched.
    pub url: String,
}

/// Term weights and where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsRef {
    /// Their hash.
    pub hash: String,
    /// Where they can be fetched.
    pub url: String,
}

/// A saved rule that is active.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedRule {
    /// The rule's identifier.
    pub id: String,
    /// What it means; `None` where it does not compile or was stopped: it votes nowhere.
    pub plan: Option<Plan>,
}

/// A rule being written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The saved rule it would take the place of; its votes are none of the "other rules'".
    pub replaces: Option<String>,
    /// What it means.
    pub plan: Plan,
}

/// Which documents the page shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// The draft votes.
    #[default]
    Matches,
    /// The draft votes and another active rule votes differently.
    Conflicts,
    /// The draft does not vote.
    Abstains,
    /// The draft votes and gold of the dev split says otherwise.
    Wrong,
}

impl Tab {
    /// All, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Matches, Self::Conflicts, Self::Abstains, Self::Wrong];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Conflicts => "conflicts",
            Self::Abstains => "abstains",
            Self::Wrong => "wrong",
        }
    }

    /// How many of `rows` evaluated documents the tab has.
    pub fn rows(self, counts: &RuleCounts, rows: u64) -> u64 {
        match self {
            Self::Matches => counts.votes,
            Self::Conflicts => counts.conflicts,
            Self::Abstains => rows.saturating_sub(counts.votes),
            Self::Wrong => counts.incorrect,
        }
    }

    /// The tab of a name in an address.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.name() == name)
    }
}

/// A run of a tab's documents within one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The chunk.
    pub ordinal: u32,
    /// How many of the tab's documents in the chunk to pass over.
    pub skip: u64,
    /// How many to send at most.
    pub take: u64,
}

/// From a worker to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum Report {
    /// The worker runs.
    Started {
        /// Its [`PROTOCOL`].
        protocol: u32,
    },
    /// A chunk is there.
    Loaded {
        /// The chunk.
        ordinal: u32,
        /// Documents that are not excluded.
        rows: u64,
        /// Those of the dev split that have gold.
        gold: u64,
    },
    /// Words that are frequent in the first documents at hand, told once for all chunks.
    Words {
        /// Each with how many documents it stands in, the most frequent first.
        words: Vec<(String, u64)>,
    },
    /// A chunk or a lexicon could not be fetched or read.
    LoadFailed {
        /// A sentence.
        message: String,
    },
    /// What the worker turns to; after ten seconds of silence the page ends the worker and blames this rule.
    Working {
        /// What it evaluates.
        on: Subject,
    },
    /// Nothing is left to do.
    Idle,
    /// The saved rules' figures on one chunk.
    Rules {
        /// Of the command.
        version: u64,
        /// The chunk.
        ordinal: u32,
        /// Documents that are not excluded.
        rows: u64,
        /// Documents that at least one of the rules votes on.
        covered: u64,
        /// In the rules' order.
        counts: Vec<RuleCounts>,
        /// What each took, in the rules' order.
        costs: Vec<Cost>,
    },
    /// The draft's figures on one chunk, as far as it has been evaluated.
    Draft {
        /// Of the command.
        seq: u64,
        /// The chunk.
        ordinal: u32,
        /// What is known.
        part: DraftPart,
    },
    /// A rule or a draft cannot be evaluated, although it compiled.
    Refused {
        /// Which.
        subject: Subject,
        /// A sentence.
        message: String,
    },
    /// Documents.
    Rows {
        /// Of the command.
        request: u64,
        /// In the corpus' order.
        rows: Vec<Row>,
    },
    /// Documents.
    Documents {
        /// Of the command.
        request: u64,
        /// Those that exist.
        documents: Vec<Document>,
    },
    /// A sample.
    Sample {
        /// Of the command.
        request: u64,
        /// Of this worker's chunks.
        part: SamplePart,
    },
    /// What a policy needs to know.
    Measured {
        /// Of the command.
        request: u64,
        /// By chunk.
        chunks: Vec<(u32, Parameters)>,
    },
    /// What a policy does.
    Preview {
        /// Of the command.
        request: u64,
        /// To the documents asked for; or why that cannot be said, as a sentence.
        part: Result<PreviewPart, String>,
    },
    /// How every two saved rules vote on this worker's chunks.
    Pairs {
        /// Of the command.
        request: u64,
        /// In the rules' order.
        pairs: Pairs,
    },
    /// A part of the suggestions.
    Suggest {
        /// Of the command.
        request: u64,
        /// Of this worker's chunks; or why there is none, as a sentence.
        told: Result<Told, String>,
    },
    /// What other settings of the label model would change.
    Refit {
        /// Of the command.
        request: u64,
        /// Over the whole corpus; or why it cannot be said, as a sentence.
        answer: Result<Box<Refitted>, String>,
    },
}

/// What is evaluated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// What the editor says.
    Draft,
    /// A saved rule, by identifier.
    Rule(String),
}

/// A draft's figures on a chunk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftPart {
    /// Over the documents evaluated, excluded ones aside.
    pub edit: EditCounts,
    /// Whether the other rules' votes on the chunk are known; overlaps, conflicts and what it adds are 0 until then.
    pub compared: bool,
    /// How long it took.
    pub cost: Cost,
}

/// The time that evaluating a rule took, told with its figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Milliseconds of one worker.
    pub millis: f64,
    /// Whether a chunk took longer than its budget.
    pub slow: bool,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.millis += other.millis;
        self.slow |= other.slow;
    }
}
