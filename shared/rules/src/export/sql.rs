//! Rules as one query: a row for each document, a column of votes for each rule.

mod condition;
mod dialect;
mod value;

use super::locate::{self, Construct};
use super::{Refusals, Rules, Table};
use crate::check::CompiledRule;
use crate::plan::{Clause, ColumnType, Condition, Terms};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub use dialect::Dialect;

/// Bytes of one query.
const QUERY_BYTES: usize = 16 << 20;

/// Writes all rules as one query. Votes are indexes of labels, -1 abstains.
///
/// # Errors
/// With every construct that the dialect has no equal for.
pub fn sql(dialect: Dialect, rules: &Rules<'_>, table: Table<'_>) -> Result<String, Refusals> {
    let mut refusals = Vec::new();
    let mut columns = BTreeSet::new();
    let mut votes = Vec::new();
    let mut size = 0;
    for rule in &rules.compiled.rules {
        let mut writer =
            Writer { dialect, rules, rule, clause: 0, columns: &mut columns, refusals: &mut refusals };
        let vote = writer.vote_column();
        size += vote.len();
        if size > QUERY_BYTES {
            let reason = format!("the query would have more than {} MiB", QUERY_BYTES >> 20);
            refusals.push(locate::refusal(rules, rule, 0, &Construct::Text, reason));
            break;
        }
        votes.push(vote);
    }
    if !refusals.is_empty() {
        return Err(Refusals(refusals));
    }
    let mut query = header(dialect, rules);
    let id = dialect.name(table.id);
    let mut selected = vec![format!("    {id}")];
    selected.extend(columns.iter().map(|column| format!("    {}", column.selected(dialect))));
    let _infallible = write!(
        query,
        "WITH {rows} AS (\n  SELECT\n{}\n  FROM {}\n)\nSELECT\n  {id}",
        selected.join(",\n"),
        dialect.name(table.name),
        rows = dialect.name(ROWS),
    );
    for vote in votes {
        query.push_str(",\n");
        query.push_str(&vote);
    }
    let _infallible = writeln!(query, "\nFROM {};", dialect.name(ROWS));
    Ok(query)
}

/// The documents with the columns that rules read, in the types that rules expect.
const ROWS: &str = "hunch rows";

fn header(dialect: Dialect, rules: &Rules<'_>) -> String {
    let labels = rules.compiled.labels.iter().enumerate().filter(|(_, label)| !label.is_empty());
    let labels: Vec<String> = labels.map(|(index, label)| format!("{index} {}", one_line(label))).collect();
    format!(
        "-- Votes of {} rules, written by Hunch for {}.\n-- A vote is the index of a label: {}; -1 abstains.\n",
        rules.compiled.rules.len(),
        dialect.title(),
        labels.join(", ")
    )
}

/// A text that can stand in a comment.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// A column as rules read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    /// What regular expressions search of a text.
    Searched,
    Number,
    Bool,
    Date,
    Vector,
}

impl From<ColumnType> for Kind {
    fn from(column: ColumnType) -> Self {
        match column {
            ColumnType::Text | ColumnType::Category => Self::Text,
            ColumnType::Number => Self::Number,
            ColumnType::Bool => Self::Bool,
            ColumnType::Date => Self::Date,
            ColumnType::Vector(_) => Self::Vector,
        }
    }
}

impl Column {
    /// What it is called among the rows; their own names do not get in the way of the id's.
    fn alias(&self, dialect: Dialect) -> String {
        let kind = match self.kind {
            Kind::Text => "text",
            Kind::Searched => "searched",
            Kind::Number => "number",
            Kind::Bool => "bool",
            Kind::Date => "date",
            Kind::Vector => "vector",
        };
        dialect.name(&format!("{kind} {}", self.name))
    }

    fn selected(&self, dialect: Dialect) -> String {
        let column = dialect.name(&self.name);
        let value = match self.kind {
            Kind::Text => dialect.text(&column),
            Kind::Searched => dialect.searched(&dialect.text(&column)),
            Kind::Number => dialect.number_or_missing(&column),
            Kind::Bool => format!("CAST({column} AS BOOLEAN)"),
            Kind::Date => format!("CAST({column} AS DATE)"),
            Kind::Vector => column,
        };
        format!("{value} AS {}", self.alias(dialect))
    }
}

/// Writes one rule. What cannot be written is refused, and the rest goes on, so that every refusal is found.
struct Writer<'w, 'a> {
    dialect: Dialect,
    rules: &'w Rules<'a>,
    rule: &'w CompiledRule,
    /// The index of the clause that is being written.
    clause: usize,
    columns: &'w mut BTreeSet<Column>,
    refusals: &'w mut Vec<super::Refusal>,
}

impl Writer<'_, '_> {
    fn vote_column(&mut self) -> String {
        let mut text = String::new();
        if let Some(description) = &self.rule.description {
            let _infallible = writeln!(text, "  -- {}", one_line(description));
        }
        text.push_str("  CASE");
        let labels = &self.rules.compiled.labels;
        for (at, clause) in self.rule.plan.clauses.iter().enumerate() {
            self.clause = at;
            let label = labels.get(usize::from(clause.label)).map_or("", String::as_str);
            let when = self.when(&clause.when);
            // A comment that ended a query would hide what follows on its line; nothing does.
            let _infallible = write!(text, "\n    WHEN {when} THEN {} -- {}", clause.label, one_line(label));
        }
        let name = self.dialect.name(&self.rule.name);
        let _infallible = write!(text, "\n    ELSE -1\n  END AS {name}");
        text
    }

    fn when(&mut self, condition: &Condition) -> String {
        self.condition(&super::truth::truth(condition, false))
    }

    /// The vote of a rule inside another.
    fn vote(&mut self, clauses: &[Clause]) -> String {
        let whens: Vec<String> = clauses
            .iter()
            .map(|clause| format!("WHEN {} THEN {}", self.when(&clause.when), clause.label))
            .collect();
        format!("CASE {} ELSE -1 END", whens.join(" "))
    }

    /// The name of a column among the rows.
    fn column(&mut self, name: &str, kind: Kind) -> String {
        let column = Column { name: name.to_owned(), kind };
        let alias = column.alias(self.dialect);
        self.columns.insert(column);
        alias
    }

    fn refuse(&mut self, construct: &Construct, reason: impl Into<String>) -> String {
        let refusal = locate::refusal(self.rules, self.rule, self.clause, construct, reason.into());
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
        "NULL".to_owned()
    }

    /// The terms of a search; none if they were refused.
    fn terms(&mut self, terms: &Terms) -> Option<Vec<String>> {
        match super::terms(self.rules, terms) {
            Ok(terms) => Some(terms.to_vec()),
            Err((construct, reason)) => {
                self.refuse(&construct, reason);
                None
            }
        }
    }
}
