//! The pages: each loads what it shows, arranges components and holds no markup detail.

pub mod augment;
pub mod conflicts;
pub mod data;
pub mod label;
pub mod lexicons;
pub mod matrix;
pub mod missing;
pub mod model;
pub mod new;
pub mod overview;
pub mod project;
pub mod projects;
pub mod rules;
pub mod sign_in;
pub mod snapshots;
pub mod team;
pub mod widgets;
