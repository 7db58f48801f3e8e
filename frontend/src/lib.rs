//! Hunch in the browser: an application rendered on the client, and the worker that runs the engine.
//!
//! `pages` arrange `components`; both read `state`, which alone talks to the server; `worker` alone runs the engine.

#![expect(clippy::needless_pass_by_value, reason = "components own what they are given")]
#![expect(
    clippy::large_types_passed_by_value,
    reason = "states are bundles of signal handles, copied like handles"
)]

pub mod app;
pub mod components;
pub mod format;
pub mod pages;
pub mod routes;
pub mod state;
pub mod worker;
