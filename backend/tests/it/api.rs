//! The HTTP API, as clients see it.

mod crash;
mod events;
mod figures;
mod hostile;
mod labels;
mod lexicons;
mod matrix;
mod once;
mod path;
mod people;
mod projects;
mod rules;
mod security;
mod tokens;
mod uploads;
mod vectors;
mod weights;
mod widgets;
