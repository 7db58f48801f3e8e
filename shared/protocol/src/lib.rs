//! What crosses the wire between the server and everything that talks to it: requests, answers, events, errors and
//! the paths they travel on. Pure data: no I/O, the same types in the server, the page and the command line.
//!
//! JSON is `snake_case`; times are RFC 3339 in UTC; votes and gold are label indexes, `-1` where there is none.

mod agreement;
mod chunk;
mod corpus;
mod end_model;
mod job;
mod label;
mod lexicon;
mod page;
mod people;
mod problem;
mod project;
pub mod routes;
mod rule;
mod snapshot;
mod sync;
mod token;
mod widget;

pub use agreement::*;
pub use chunk::{ChunkError, align_chunk, decode_chunk, decode_sample, encode_chunk, encode_sample};
pub use corpus::*;
pub use end_model::*;
pub use job::*;
pub use label::*;
pub use lexicon::*;
pub use page::*;
pub use people::*;
pub use problem::*;
pub use project::*;
pub use rule::*;
pub use snapshot::*;
pub use sync::*;
pub use token::*;
pub use widget::*;

/// Moves when a page of an older version would misunderstand the server, or it the page.
pub const PROTOCOL: u32 = 3;

/// The header of every answer that tells the server's [`PROTOCOL`].
pub const PROTOCOL_HEADER: &str = "hunch-protocol";

/// An RFC 3339 time in UTC, such as `2026-03-01T12:00:00.000000Z`.
pub type Timestamp = String;

/// A content address: BLAKE3, 64 lower-case hexadecimal digits.
pub type ContentHash = String;

/// The limits a client must keep to; the server answers 413 or 422 beyond them.
pub mod limits {
    /// Most bytes of a JSON request body.
    pub const JSON_BYTES: usize = 1 << 20;
    /// Most bytes of a lexicon's request body.
    pub const LEXICON_BYTES: usize = 256 << 20;
    /// Most terms of a lexicon.
    pub const LEXICON_TERMS: usize = 5_000_000;
    /// Most terms of a lexicon that a browser takes; longer ones come by the command line or the API.
    pub const BROWSER_TERMS: usize = 1_000_000;
    /// Most terms of a project's blacklist.
    pub const BLACKLIST_TERMS: usize = 10_000;
    /// Most bytes of an uploaded file unless the server is told otherwise.
    pub const UPLOAD_BYTES: u64 = 4 << 30;
    /// Most bytes of a rule's source.
    pub const RULE_BYTES: usize = 64 << 10;
    /// Most rules of a project.
    pub const RULES: usize = 2_000;
    /// Most labels of a project.
    pub const LABELS: usize = 200;
    /// Most characters of a name.
    pub const NAME_CHARS: usize = 200;
    /// Most bytes of a widget's request body.
    pub const WIDGET_BYTES: usize = 64 << 10;
    /// Most answers in a widget's request.
    pub const WIDGET_ANSWERS: usize = 50;
    /// Most bytes of a text that a widget sends.
    pub const WIDGET_TEXT_BYTES: usize = 32 << 10;
    /// Most widgets of a project.
    pub const WIDGETS: usize = 100;
    /// Most origins of a widget, and most that are kept of those that were refused.
    pub const WIDGET_ORIGINS: usize = 100;
    /// Most patterns of a table that a browser fits models to.
    pub const PATTERNS: usize = 100_000;
    /// Rows of a page unless asked for fewer or more.
    pub const PAGE: u32 = 50;
    /// Most rows of a page.
    pub const PAGE_MAX: u32 = 1_000;
}
