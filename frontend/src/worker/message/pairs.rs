//! How every two saved rules vote: what the page asks.

use serde::{Deserialize, Serialize};

/// Which of the documents that two rules vote on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairRows {
    /// All.
    #[default]
    Both,
    /// Those on which they vote differently.
    Differ,
    /// Those on which they vote alike.
    Alike,
}
