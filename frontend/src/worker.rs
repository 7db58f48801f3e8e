//! The engine in the browser: a dedicated worker that keeps a share of the corpus and evaluates rules over it.
//!
//! [`message`] is what it says and hears, [`shard`] what it knows of the corpus and does with it, [`refit`] how it fits
//! models anew, [`host`] how the browser runs it.

pub mod host;
pub mod message;
pub mod refit;
pub mod shard;
