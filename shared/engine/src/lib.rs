//! The engine: columns of documents, rules evaluated on them as bitsets, and the analysis of their votes.
//!
//! It is the same in the browser, the server and the command line and gives the same votes to the bit.
//! It reads nothing, knows no clock and starts no threads: a caller spreads chunks over its own.

pub mod analysis;
mod bitset;
mod blocks;
mod char_class;
pub mod chunk;
mod class_runs;
mod columns;
mod condition;
mod cursor;
mod evaluator;
mod folded;
pub mod format;
mod lexicon;
mod likeness;
mod literal;
mod near;
mod program;
mod program_set;
mod random;
mod regexes;
mod rows;
mod runs;
mod scalar;
mod spans;
mod term_weights;
mod terms;
mod tokens;
mod votes;
mod words;

pub use analysis::{
    EditCounts, Interval, Move, Others, PairCounts, Pairs, RuleCounts, RuleFigures, count, wilson,
};
pub use bitset::Bitset;
pub use chunk::{
    ABSTAIN, CHUNK_ROWS, CHUNK_TEXT_BYTES, Chunk, Column, ColumnData, SourceColumn, Split, TextColumn,
    Values, VectorColumn, draw_order,
};
pub use condition::Truth;
pub use evaluator::Evaluator;
pub use format::{ColumnObject, FormatError, Role, chunk_hash};
pub use lexicon::{Lexicon, Lexicons};
pub use program::{Program, ProgramError, Stored};
pub use program_set::ProgramSet;
pub use random::Random;
pub use regexes::REGEX_TEXT_BYTES;
pub use spans::{MatchSpan, SPANS, spans};
pub use term_weights::{TermCounter, TermWeights, TermWeightsError, Weights};
pub use votes::RuleVotes;
pub use words::{is_word, words};

/// Moves whenever the same plan on the same rows could vote otherwise: Unicode tables, the `regex` crate, a definition.
pub const ENGINE_VERSION: u32 = 2;
