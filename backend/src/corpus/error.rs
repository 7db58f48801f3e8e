//! What can go wrong between a file and the corpus, as sentences a person can act on.

use super::input::DecompressionBomb;
use std::io;

/// Why a file could not be read, or the corpus not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The file cannot be used as it is; the sentence says why and what to do.
    #[error("{name}: {reason}")]
    File {
        /// The file's name as the person knows it.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A row cannot be read and the import is to stop at such rows.
    #[error("{name}, line {line}: {reason}")]
    BadRow {
        /// The file's name as the person knows it.
        name: String,
        /// Line where the row starts, from 1; for Parquet the row's number from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The mapping does not fit the file, the label set or the corpus.
    #[error("{0}")]
    Mapping(String),
    /// The file holds more than the limits allow.
    #[error("{name}: {bomb}")]
    TooLarge {
        /// The file's name as the person knows it.
        name: String,
        /// Which limit was passed.
        bomb: DecompressionBomb,
    },
    /// The caller asked for the end.
    #[error("the import was cancelled; nothing was changed")]
    Cancelled,
    /// The file system failed.
    #[error("cannot read {name}: {error}")]
    Read {
        /// The file's name as the person knows it.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The object store failed.
    #[error("the object store failed: {0}")]
    Objects(#[from] object_store::Error),
    /// A stored object is missing, or is not what its name says.
    #[error("stored object {hash} is damaged: {reason}")]
    Damaged {
        /// The object's name.
        hash: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A column could not be packed into a chunk.
    #[error("cannot pack a chunk: {0}")]
    Chunk(#[from] hunch_engine::FormatError),
}

impl CorpusError {
    /// Whether the file or the request is to blame, rather than the server.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::File { .. }
                | Self::BadRow { .. }
                | Self::Mapping(_)
                | Self::TooLarge { .. }
                | Self::Cancelled
        )
    }

    pub(super) fn file(name: &str, reason: impl Into<String>) -> Self {
        Self::File { name: name.to_owned(), reason: reason.into() }
    }

    /// Sorts out what an I/O error of a reader means: a limit of ours, a damaged archive, or the system.
    pub(super) fn read(name: &str, error: io::Error) -> Self {
        let name = name.to_owned();
        if let Some(bomb) = error.get_ref().and_then(|inner| inner.downcast_ref::<DecompressionBomb>()) {
            return Self::TooLarge { name, bomb: *bomb };
        }
        match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::File { name, reason: format!("the file is damaged or cut off ({error})") }
            }
            _ => Self::Read { name, error },
        }
    }
}
