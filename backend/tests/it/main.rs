//! Tests of the backend as a whole, each on both databases.

mod api;
mod cli;
mod database;
mod entities;
mod exports;
mod garbage;
mod jobs;
mod kills;
mod postgres;
mod process;
mod store;
mod sync;
mod sync_doc;
mod world;
