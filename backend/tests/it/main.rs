//! Tests of the backend as a whole, each on both databases.

mod api;
mod cli;
mod database;
mod entities;
mod garbage;
mod jobs;
mod postgres;
mod store;
mod sync_doc;
mod sync;
mod world;
