//! The tree of a file as JSON, both ways: text → tree → JSON → tree → text.
//!
//! The JSON is described by `docs/rule-tree.schema.json`. It has no positions and no comments: what is written back is the
//! canonical spelling of the tree.

mod forms;
pub(crate) mod number;
pub(crate) mod unplaced;

pub(crate) use forms::TermsForm;

use crate::ast::File;
use crate::format::print;
use crate::limits;
use crate::parser::parse;
use serde_json::Value;

/// Why a tree cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// It is not JSON, or not of the tree's form.
    #[error("this is no tree of rules: {0}")]
    Json(String),
    /// It nests beyond [`limits::TREE_DEPTH`].
    #[error("the tree nests {0} levels deep; at most {max} are possible", max = limits::TREE_DEPTH)]
    TooDeep(usize),
    /// The source it was read from has errors.
    #[error("a source with errors has no tree")]
    Erroneous,
    /// Written as rules, it cannot be read.
    #[error("no rules can be written for this tree: {message}, in `{line}`")]
    Unreadable {
        /// What is wrong with the rules.
        message: String,
        /// Where: a line of them.
        line: String,
    },
    /// Written as rules, it reads as another tree.
    #[error("no rules can be written for this tree: {pointer} would read as {read}")]
    Ambiguous {
        /// Where in the JSON.
        pointer: String,
        /// The JSON that stands there after writing and reading.
        read: String,
    },
}

/// A tree as JSON, indented.
///
/// # Errors
/// If the tree is that of a source with errors, or nests too deeply.
pub fn to_json(file: &File) -> Result<String, TreeError> {
    let value = to_value(file)?;
    let depth = depth(&value);
    if depth > limits::TREE_DEPTH {
        return Err(TreeError::TooDeep(depth));
    }
    serde_json::to_string_pretty(&value).map_err(|error| TreeError::Json(error.to_string()))
}

/// Reads a tree from JSON. Its spans are empty.
///
/// # Errors
/// With line and column, if the JSON is not of the schema's form.
pub fn from_json(json: &str) -> Result<File, TreeError> {
    serde_json::from_str(json).map_err(|error| TreeError::Json(error.to_string()))
}

/// The canonical spelling of a tree, which reads as the same tree.
///
/// # Errors
/// If there is none: a name with a space, an `and` within an `and` without parentheses, and the like.
pub fn to_text(file: &File) -> Result<String, TreeError> {
    let wanted = to_value(file)?;
    let text = print(file, "");
    let (read, diagnostics) = parse(&text);
    if let Some(found) = diagnostics.first() {
        let start = text[..found.span.start].rfind('\n').map_or(0, |end| end + 1);
        let line = text[start..].lines().next().unwrap_or_default().trim().to_owned();
        return Err(TreeError::Unreadable { message: found.message.clone(), line });
    }
    match difference(&wanted, &to_value(&read)?) {
        None => Ok(text),
        Some((pointer, read)) => Err(TreeError::Ambiguous { pointer, read }),
    }
}

/// The JSON Schema of trees.
#[cfg(feature = "schema")]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(File).to_value();
    schema["title"] = "Hunch rule tree".into();
    schema
}

fn to_value(file: &File) -> Result<Value, TreeError> {
    // Only what could not be read has no JSON.
    serde_json::to_value(file).map_err(|_| TreeError::Erroneous)
}

/// Levels of arrays and objects.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(members) => 1 + members.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Where two trees differ first, as a JSON pointer, and what the second has there.
fn difference(wanted: &Value, read: &Value) -> Option<(String, String)> {
    let inside = |key: String, found: (String, String)| (format!("/{key}{}", found.0), found.1);
    match (wanted, read) {
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(at, (left, right))| Some(inside(at.to_string(), difference(left, right)?)))
        }
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            let mut pairs = left.iter().zip(right.values());
            pairs.find_map(|((key, left), right)| Some(inside(key.clone(), difference(left, right)?)))
        }
        _ => (wanted != read).then(|| (String::new(), read.to_string())),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod validate;
