//! Lexicons: named lists of terms.

use crate::{ContentHash, Timestamp};
use serde::{Deserialize, Serialize};

/// A lexicon without its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LexiconInfo {
    /// The name rules use: `@name`.
    pub name: String,
    /// Hash of the terms.
    pub hash: ContentHash,
    /// How many terms.
    pub terms: u64,
    /// Counts changes from 1; the `ETag`.
    pub revision: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A lexicon with its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lexicon {
    /// Its facts.
    pub info: LexiconInfo,
    /// Sorted, without repeats.
    pub terms: Vec<String>,
}

/// `POST /projects/{p}/lexicons/{name}/rename`: rules and policies that name it name it anew, in the same change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameLexicon {
    /// The new name.
    pub name: String,
}

/// `PUT /projects/{p}/lexicons/{name}`: with `If-Match`, or `If-None-Match: *` for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveLexicon {
    /// Whole words and phrases; sorted and deduplicated by the server.
    pub terms: Vec<String>,
}
