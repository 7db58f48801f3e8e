//! What the workers should know, kept so that a new one can be told all of it.

use crate::worker::message::{ChunkRef, Command, Draft, LexiconRef, SavedRule, Shape};

/// The latest of each command.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// The whole corpus.
    pub(super) chunks: Vec<ChunkRef>,
    /// Its columns and sources.
    pub(super) shape: Shape,
    /// Lexicons that rules may name.
    pub(super) lexicons: Vec<LexiconRef>,
    /// Counts sets of saved rules.
    pub(super) version: u64,
    /// The active ones.
    pub(super) rules: Vec<SavedRule>,
    /// Counts drafts.
    pub(super) seq: u64,
    /// What the editor says.
    pub(super) draft: Option<Draft>,
}

/// Which of `workers` has a chunk: round robin, so that what is on screen first is spread as well.
pub(super) fn owner(ordinal: u32, workers: usize) -> usize {
    ordinal as usize % workers.max(1)
}

impl Orders {
    /// A worker's share of the corpus.
    pub(super) fn load(&self, worker: usize, workers: usize) -> Command {
        let own = self.chunks.iter().filter(|chunk| owner(chunk.ordinal, workers) == worker);
        Command::Load { chunks: own.cloned().collect(), shape: self.shape.clone() }
    }

    pub(super) fn lexicons(&self) -> Command {
        Command::Lexicons { lexicons: self.lexicons.clone() }
    }

    pub(super) fn rules(&self) -> Command {
        Command::Rules { version: self.version, rules: self.rules.clone() }
    }

    pub(super) fn draft(&self) -> Command {
        Command::Draft { seq: self.seq, draft: self.draft.clone() }
    }
}
