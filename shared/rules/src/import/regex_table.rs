//! A table of regular expressions: a header, then `label<TAB>regex`, searched ignoring case.

use super::ImportError;
use super::draft::{Draft, NewRule};
use super::table::{columns as find, tabs};
use crate::lexer::quote_regex;

/// Where label and expression stand, and a name where there is one.
pub(super) struct Columns {
    label: usize,
    regex: usize,
    name: Option<usize>,
    count: usize,
}

/// The columns, if the line is the header of such a table.
pub(super) fn columns(line: &str) -> Option<Columns> {
    let header = tabs(line);
    let [label, regex] = find(&header, [&["label", "class"], &["regex", "regexp", "pattern"]])?;
    let name = find(&header, [&["name", "rule"]]).map(|[name]| name);
    Some(Columns { label, regex, name, count: header.len() })
}

/// One rule a line, named by its place in the table unless a column names it.
pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<(), ImportError> {
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines().next().ok_or(ImportError::Empty)?;
    let columns = columns(header).ok_or(ImportError::NoHeader("`label` and `regex`, a tab between them"))?;
    let digits = lines().skip(1).count().to_string().len();
    for (number, (line, text)) in lines().skip(1).enumerate() {
        let line = line + 1;
        // A tab in the last column is part of it.
        let fields: Vec<&str> = text.splitn(columns.count, '\t').collect();
        let (Some(label), Some(regex)) = (fields.get(columns.label), fields.get(columns.regex)) else {
            draft.skip(line, "there is no tab between a label and a regular expression");
            continue;
        };
        if regex.is_empty() {
            draft.skip(line, "the regular expression is missing");
            continue;
        }
        let label = match draft.label(label) {
            Ok(label) => label,
            Err(reason) => {
                draft.skip(line, reason);
                continue;
            }
        };
        let named = columns.name.and_then(|column| fields.get(column)).filter(|name| !name.trim().is_empty());
        let name = named.map_or_else(|| format!("rule_{:0digits$}", number + 1), |name| (*name).to_owned());
        let condition = format!("text ~ /{}/i", quote_regex(regex));
        draft.rule(&[line], &NewRule { name, description: None, label, condition });
    }
    Ok(())
}
