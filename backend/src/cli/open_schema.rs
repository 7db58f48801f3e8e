//! A schema for rules whose corpus is not at hand: columns get the type that the rules use them with.

use super::rules_file::RulesFile;
use hunch_rules::{ColumnDef, ColumnType, Schema, Severity, code};
use std::collections::BTreeSet;

/// Types in the order they are tried; of those that leave equally many errors, the first is taken.
const KINDS: [ColumnType; 5] =
    [ColumnType::Text, ColumnType::Number, ColumnType::Bool, ColumnType::Date, ColumnType::Category];
/// Most columns whose type is looked for; each costs as many checks as there are types.
const COLUMNS: usize = 200;

/// The columns and external sources that the rules name. A column's type is the one under which the rules have
/// the fewest errors, so that only contradictory uses are errors.
pub(crate) fn infer(rules: &RulesFile) -> Schema {
    let mut schema = Schema::default();
    let unknown = |schema: &Schema, code: &str| -> BTreeSet<String> {
        let diagnostics = rules.compile(schema.clone()).diagnostics;
        let named = diagnostics.iter().filter(|diagnostic| diagnostic.code == code);
        named
            .filter_map(|diagnostic| name(rules.text().get(diagnostic.span.start..diagnostic.span.end)?))
            .collect()
    };
    schema.sources.extend(unknown(&schema, code::UNKNOWN_SOURCE));
    // Columns may come to light only when others are known.
    loop {
        let columns = unknown(&schema, code::UNKNOWN_COLUMN);
        let new: Vec<String> = columns
            .into_iter()
            .filter(|name| schema.columns.iter().all(|column| column.name != *name))
            .collect();
        if new.is_empty() || schema.columns.len() + new.len() > COLUMNS {
            return schema;
        }
        for name in new {
            let place = schema.columns.len();
            schema.columns.push(ColumnDef { name, kind: ColumnType::Text });
            let errors = |kind: ColumnType| {
                let mut schema = schema.clone();
                schema.columns[place].kind = kind;
                let diagnostics = rules.compile(schema).diagnostics;
                diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
            };
            if let Some(kind) = KINDS.into_iter().min_by_key(|kind| errors(*kind)) {
                schema.columns[place].kind = kind;
            }
        }
    }
}

/// A name as the source has it, without backticks or quotes.
fn name(source: &str) -> Option<String> {
    let bare = source.trim_matches(['`', '"']);
    (!bare.is_empty()).then(|| bare.to_owned())
}
