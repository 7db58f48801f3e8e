//! What a source is compiled against: the project's labels, columns, lexicons and external sources.

use crate::ColumnType;
use serde::{Deserialize, Serialize};

/// The surroundings of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The label set by index; an empty string is a label that was taken away and keeps its index.
    /// With no labels at all, a source that votes needs a `labels` line.
    pub labels: Vec<String>,
    /// The columns rules may read.
    pub columns: Vec<ColumnDef>,
    /// The column that `text` means where no column has that name.
    pub default_text: Option<String>,
    /// The project's lexicons, or those given on the command line.
    pub lexicons: Vec<LexiconDef>,
    /// The external sources that `vote("…")` and `prob("…", LABEL)` may name.
    pub sources: Vec<String>,
    /// The term weights of text columns, by which `similar` and `nearest` weigh words; in a column without, all weigh alike.
    #[serde(default)]
    pub weights: Vec<WeightsDef>,
}

/// A column rules may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDef {
    /// Its name, as in the imported file.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
}

/// A lexicon rules may name as `@name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconDef {
    /// Its name.
    pub name: String,
    /// [`crate::lexicon_hash`] of its terms.
    pub hash: String,
}

/// The term weights of a text column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsDef {
    /// The column.
    pub column: String,
    /// The hash of the weights.
    pub hash: String,
}

impl Schema {
    /// The hash of a column's term weights, empty if it has none.
    pub(crate) fn weights_of(&self, column: &str) -> &str {
        self.weights.iter().find(|weights| weights.column == column).map_or("", |weights| &weights.hash)
    }

    /// The column a rule means by a name.
    pub fn column(&self, name: &str) -> Option<&ColumnDef> {
        let named = |name: &str| self.columns.iter().find(|column| column.name == name);
        named(name).or_else(|| self.default_text.as_deref().filter(|_| name == "text").and_then(named))
    }

    /// The names a rule may use for columns.
    pub(crate) fn column_names(&self) -> impl Iterator<Item = &str> {
        let alias = self.default_text.as_ref().map(|_| "text");
        self.columns.iter().map(|column| column.name.as_str()).chain(alias)
    }
}
