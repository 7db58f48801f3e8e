//! Rules in the languages of other tools: SQL of DuckDB, Spark and Postgres, and Python for Snorkel.
//!
//! An exported rule votes as the engine does, on every row. What a tool has no equal for is refused by name and place,
//! never written nearly so. Three differences decide how:
//!
//! - **Case and words.** Tools fold case and tell words by Unicode tables of their own version, or know ASCII only. So
//!   every search becomes a regular expression that lists its characters one by one ([`pattern`]).
//! - **Unknown.** SQL has three truths as rules do, Python has not. Both get conditions in which `not` stands before
//!   leaves only ([`truth`]), so that nothing but the truth of a leaf, or of its opposite, is ever asked for.
//! - **Numbers.** Rules calculate with 64-bit floats; what is not finite is missing.

mod locate;
mod pattern;
mod search;
mod snorkel;
mod sql;
mod text;
mod truth;

use crate::check::{Compiled, Source};
use crate::diagnostic::Span;
use crate::plan::Terms;
use crate::schema::Schema;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use locate::Construct;

/// Terms of a stored lexicon that an export writes out.
pub const EXPORT_TERMS: usize = 10_000;

/// Why likeness to examples is refused.
const NO_WEIGHTS: &str = "the weights of terms, or the vectors, by which texts are alike are not written out";

/// What rules are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// SQL of DuckDB 1.3 and later.
    DuckDb,
    /// SQL of Spark 3.4 and later.
    Spark,
    /// SQL of Postgres 15 and later, in a database of encoding UTF8.
    Postgres,
    /// Python for Snorkel 0.10.
    Snorkel,
}

impl Target {
    /// All, with the name each has on the command line.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("duckdb", Self::DuckDb),
        ("spark", Self::Spark),
        ("postgres", Self::Postgres),
        ("snorkel", Self::Snorkel),
    ];

    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, target)| *target == self).map_or("", |(name, _)| name)
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::Spark => "Spark",
            Self::Postgres => "Postgres",
            Self::Snorkel => "Snorkel",
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(other, _)| *other == name).map(|(_, target)| *target);
        found.ok_or_else(|| format!("rules go to {}", Self::NAMES.map(|(name, _)| name).join(", ")))
    }
}

/// Rules that compiled without errors, and what they were compiled from.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The texts, for the places of what is refused.
    pub sources: &'a [Source<'a>],
    /// What became of them.
    pub compiled: &'a Compiled,
    /// Tells the types of columns.
    pub schema: &'a Schema,
    /// Terms of stored lexicons by their hash.
    pub lexicons: &'a BTreeMap<String, Vec<String>>,
}

/// What SQL must name.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The table of the documents.
    pub name: &'a str,
    /// Its column of ids, which the result has too.
    pub id: &'a str,
}

impl Default for Table<'_> {
    fn default() -> Self {
        Self { name: "documents", id: "id" }
    }
}

/// A construct that has no equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Index into the sources.
    pub source: usize,
    /// Where it stands there.
    pub span: Span,
    /// The rule it is in.
    pub rule: String,
    /// What it is, such as `prob("gpt", …)`.
    pub construct: String,
    /// Why it cannot be written for the target, as a sentence without a full stop.
    pub reason: String,
}

/// Why rules were not exported; there is at least one reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusals(pub Vec<Refusal>);

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self
            .0
            .iter()
            .map(|refusal| format!("rule `{}`: {}: {}", refusal.rule, refusal.construct, refusal.reason));
        f.write_str(&each.collect::<Vec<_>>().join("; "))
    }
}

/// Writes all rules for a target; the table matters to SQL only.
///
/// # Errors
/// With every construct that has no equal there.
pub fn export(target: Target, rules: &Rules<'_>, table: Table<'_>) -> Result<String, Refusals> {
    match target {
        Target::DuckDb => sql(Dialect::DuckDb, rules, table),
        Target::Spark => sql(Dialect::Spark, rules, table),
        Target::Postgres => sql(Dialect::Postgres, rules, table),
        Target::Snorkel => snorkel(rules),
    }
}

/// The terms of a search; those of a stored lexicon are looked up.
fn terms<'t>(rules: &'t Rules<'_>, terms: &'t Terms) -> Result<&'t [String], (Construct, String)> {
    match terms {
        Terms::List(list) => Ok(list),
        Terms::Lexicon { name, hash } => {
            let refused = |reason: String| (Construct::Lexicon(name.clone()), reason);
            let list =
                rules.lexicons.get(hash).ok_or_else(|| refused("its terms are not at hand".to_owned()))?;
            if list.len() > EXPORT_TERMS {
                return Err(refused(format!(
                    "a lexicon of more than {EXPORT_TERMS} terms is not written out"
                )));
            }
            Ok(list)
        }
    }
}

pub use snorkel::snorkel;
pub use sql::{Dialect, sql};

#[cfg(test)]
mod tests;
