//! The HTTP API, as clients see it.

mod crash;
mod events;
mod hostile;
mod lexicons;
mod once;
mod path;
mod projects;
mod rules;
mod security;
mod tokens;
mod uploads;
mod widgets;
