//! The corpus: files in, immutable content-addressed chunks out.
//!
//! Reading a file goes through layers, each of which knows the one before: [`Input`](input::Input) unpacks within limits,
//! [`RowReader`](reader::RowReader) splits into rows or says why a row is none, [`mapping`] types the cells,
//! [`builder`] packs documents into chunks, and [`Import`] keeps ids unique and counts what happened.
//! Nothing here knows the database: an import returns what is to be published.
//!
//! All but [`Objects`] and [`DocumentIndexes`] is synchronous and bound by CPU or files: call it where blocking is allowed.

mod builder;
mod cell;
mod chunks;
mod error;
mod file;
mod ids;
mod import;
mod index;
mod infer;
mod input;
mod labels_file;
mod mapping;
mod new_file;
mod npz;
mod objects;
mod preview;
mod reader;
pub mod sample;
mod schema;
mod votes_file;
mod weights;
mod writer;

pub(crate) use cell::date_text;
pub use chunks::ChunkStore;
pub use error::CorpusError;
pub use file::{Chunks, CorpusFile, ReadOptions};
pub use ids::document_id;
pub use import::{Import, Imported, Progress};
pub use index::{DocumentIndex, DocumentIndexes, DocumentPlace};
pub use input::DecompressionBomb;
pub use labels_file::LabelsFile;
pub(crate) use new_file::NewFile;
pub use objects::Objects;
pub use preview::preview;
pub use schema::CorpusSchema;
pub use votes_file::{ExternalVotes, VoteRow, VoteRows, VotesFile, VotesOptions, VotesWriter};
pub use weights::WordCount;

/// How much a file may hold. `docs/import.md` names these figures.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes a compressed file may unpack to.
    pub decompressed_bytes: u64,
    /// Most bytes one compressed byte may become on average, once 64 MiB are unpacked.
    pub ratio: u64,
    /// Most bytes of a cell; a row with a longer one is bad.
    pub cell_bytes: usize,
    /// Most bytes of a row; in CSV and TSV a longer one ends reading, for no one can tell where the next row starts.
    pub row_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decompressed_bytes: 64 << 30, ratio: 200, cell_bytes: 16 << 20, row_bytes: 64 << 20 }
    }
}
