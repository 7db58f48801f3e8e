//! Tests of the backend as a whole, each on both databases.

mod api;
mod database;
mod jobs;
mod postgres;
mod store;
mod world;
