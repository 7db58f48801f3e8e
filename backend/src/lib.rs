//! Hunch's backend: one binary that is both the server and the command line.
//!
//! `cli` and `api` translate requests; `jobs`, `sync` and `export` do the work; `corpus` keeps documents, `store` keeps
//! everything else. An arrow of this order is never turned round.

pub mod api;
pub mod auth;
mod blocking;
pub mod cli;
pub mod clock;
pub mod corpus;
pub mod data_dir;
pub mod events;
pub mod export;
pub mod feedback;
mod figures;
pub mod garbage;
pub mod jobs;
pub mod labels;
pub mod rules;
mod sample;
pub mod server;
pub mod state;
pub mod store;
pub mod sync;
