//! Parts of a corpus.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which part of the corpus a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Labeled by the rules.
    #[default]
    Train,
    /// Gold that authors of rules may see.
    Dev,
    /// Gold that picks models.
    Valid,
    /// Gold that is reported, never shown row by row.
    Test,
}

impl Split {
    /// All splits, in the order of their codes 0..=3.
    pub const ALL: [Self; 4] = [Self::Train, Self::Dev, Self::Valid, Self::Test];

    /// The name used in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

/// A name that is not one of `train`, `dev`, `valid`, `test`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a split: expected train, dev, valid or test")]
pub struct UnknownSplit(pub String);

impl FromStr for Split {
    type Err = UnknownSplit;

    fn from_str(name: &str) -> Result<Self, UnknownSplit> {
        Self::ALL.into_iter().find(|split| split.name() == name).ok_or_else(|| UnknownSplit(name.to_owned()))
    }
}
