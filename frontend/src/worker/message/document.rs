//! Documents as workers send them to the page.

use hunch_engine::Split;
use hunch_rules::LabelIndex;
use serde::{Deserialize, Serialize};

/// A document as the rules page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the corpus, from 0.
    pub number: u64,
    /// Its id.
    pub id: String,
    /// The main text, and other texts that the draft matches in.
    pub fields: Vec<Field>,
    /// The draft's vote.
    pub vote: Option<LabelIndex>,
    /// The saved rules' votes in their order; empty until they have been evaluated.
    pub votes: Vec<Option<LabelIndex>>,
    /// Gold, on documents of the dev split.
    pub gold: Option<LabelIndex>,
}

/// A document as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its number in the corpus, from 0.
    pub number: u64,
    /// Its id.
    pub id: String,
    /// The start of its main text.
    pub text: String,
    /// Whether the text goes on.
    pub cut: bool,
    /// Its split.
    pub split: Split,
    /// Gold, on documents of the dev split.
    pub gold: Option<i16>,
    /// The corpus' other columns in order, as text.
    pub attributes: Vec<Option<String>>,
}

/// A text of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The column.
    pub column: String,
    /// The text in pieces.
    pub pieces: Vec<TextPiece>,
    /// Whether the text is longer than what is shown.
    pub cut: bool,
}

/// A piece of text, marked if the draft matches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPiece {
    /// Text.
    pub text: String,
    /// Whether a predicate of the draft matches here.
    pub marked: bool,
}
