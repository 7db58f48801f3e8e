//! Rules of Argilla 1: CSV with the columns `query` and `label`, in any order; a `description` is kept.

use super::ImportError;
use super::draft::{Draft, NewRule};
use super::query;
use super::table::{Record, columns as find, csv};

/// Where query, label and description stand.
pub(super) struct Columns {
    query: usize,
    label: usize,
    description: Option<usize>,
}

/// The columns, if the line is the header of such a table.
pub(super) fn columns(line: &str) -> Option<Columns> {
    let records = csv(line);
    let [Ok(Record { fields, .. })] = records.as_slice() else { return None };
    let [query, label] = find(fields, [&["query"], &["label", "labels"]])?;
    let description = find(fields, [&["description"]]).map(|[column]| column);
    Some(Columns { query, label, description })
}

/// One rule a line, named by the words of its query.
pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<(), ImportError> {
    let header = text.lines().find(|line| !line.trim().is_empty()).ok_or(ImportError::Empty)?;
    let columns =
        columns(header).ok_or(ImportError::NoHeader("`query` and `label`, a comma between them"))?;
    for record in csv(text).into_iter().skip(1) {
        let Record { line, fields } = match record {
            Ok(record) => record,
            Err(skipped) => {
                draft.skip(skipped.line, skipped.reason);
                continue;
            }
        };
        let field = |column: usize| fields.get(column).map_or("", |field| field.trim());
        let condition = query::condition(field(columns.query));
        match condition.and_then(|condition| Ok((draft.label(field(columns.label))?, condition))) {
            Err(reason) => draft.skip(line, reason),
            Ok((label, condition)) => {
                let description = columns.description.map(field).filter(|text| !text.is_empty());
                let name = field(columns.query).to_owned();
                draft.rule(&[line], &NewRule { name, description, label, condition });
            }
        }
    }
    Ok(())
}
