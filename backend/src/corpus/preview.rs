//! A first look at a file: its columns, their types, some rows, and what each column probably is.

use super::cell::Cell;
use super::infer::ColumnStats;
use super::reader::{RowReader, SAMPLE_ROWS};
use super::{CorpusError, Limits};
use hunch_protocol::limits::LABELS;
use hunch_protocol::{AttributeMapping, FileFormat, Mapping, Preview, PreviewColumn};
use hunch_rules::ColumnType;
use std::path::Path;

/// Rows that a preview shows.
const SHOWN_ROWS: usize = 10;
/// Characters of a cell that a preview shows.
const SHOWN_CHARS: usize = 300;
/// Bad rows that a preview names.
const NAMED_BAD_ROWS: usize = 3;

/// Looks at the first rows of a file. `name` is the file's name as the person knows it.
pub fn preview(
    path: &Path,
    name: &str,
    format: Option<FileFormat>,
    limits: &Limits,
) -> Result<Preview, CorpusError> {
    let mut reader = RowReader::open(path, name, format, limits)?;
    let columns = reader.columns().to_vec();
    let mut stats = vec![ColumnStats::default(); columns.len()];
    let (mut rows, mut bad_rows) = (Vec::<Vec<Option<String>>>::new(), Vec::new());
    for _ in 0..SAMPLE_ROWS {
        match reader.next()? {
            None => break,
            Some(Err(bad)) => bad_rows.push(bad),
            Some(Ok(row)) => {
                stats.iter_mut().zip(&row.cells).for_each(|(stats, cell)| stats.see(cell));
                if rows.len() < SHOWN_ROWS {
                    rows.push(row.cells.iter().map(shown).collect());
                }
            }
        }
    }
    let mut notes = std::mem::take(&mut reader.notes);
    notes.extend(
        bad_rows.iter().take(NAMED_BAD_ROWS).map(|bad| format!("Line {}: {}.", bad.line, bad.reason)),
    );
    if bad_rows.len() > NAMED_BAD_ROWS {
        notes.push(format!("{} of the first {SAMPLE_ROWS} rows cannot be read.", bad_rows.len()));
    }
    let guess = guess(&columns, &stats);
    let gold = guess.gold.as_ref().and_then(|gold| columns.iter().position(|column| column == gold));
    let labels = gold.and_then(|place| stats[place].distinct(LABELS)).unwrap_or_default();
    for (place, stats) in stats.iter().enumerate() {
        if let ColumnType::Vector(length) = stats.kind() {
            rows.iter_mut()
                .filter_map(|row| row[place].as_mut())
                .for_each(|cell| *cell = format!("vector of {length}"));
        }
    }
    let column = |(name, stats): (String, &ColumnStats)| PreviewColumn {
        name,
        kind: stats.kind(),
        missing: stats.missing,
    };
    let columns = columns.into_iter().zip(&stats).map(column).collect();
    Ok(Preview { format: reader.format, columns, rows, guess, labels, notes })
}

fn shown(cell: &Cell) -> Option<String> {
    let text = cell.text()?;
    let mut shown: String = text.chars().take(SHOWN_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    Some(shown)
}

/// What each column probably is, by its name and its values.
pub(super) fn guess(columns: &[String], stats: &[ColumnStats]) -> Mapping {
    const TEXT: [&str; 9] =
        ["text", "comment", "content", "message", "body", "review", "sentence", "document", "description"];
    const ID: [&str; 8] = ["id", "_id", "doc_id", "document_id", "row_id", "comment_id", "uid", "uuid"];
    const GOLD: [&str; 6] = ["label", "gold", "class", "target", "truth", "y"];
    const SPLIT: [&str; 4] = ["split", "set", "subset", "partition"];

    // The first of the names that a column has and that suits it.
    let named = |names: &[&str], suits: &dyn Fn(&ColumnStats) -> bool| {
        names.iter().find_map(|name| {
            let place = columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
            suits(&stats[place]).then_some(place)
        })
    };
    let is_text = |stats: &ColumnStats| stats.kind() == ColumnType::Text;
    let id = named(&ID, &ColumnStats::is_unique);
    let split = named(&SPLIT, &ColumnStats::is_split);
    let is_gold = |stats: &ColumnStats| !is_text(stats) && stats.distinct(LABELS).is_some();
    let gold = named(&GOLD, &is_gold);
    let longest = || {
        let texts = (0..columns.len()).filter(|place| is_text(&stats[*place]) && Some(*place) != id);
        // The first of several equally long ones.
        texts.rev().max_by_key(|place| stats[*place].mean_length())
    };
    let wordy = |stats: &ColumnStats| matches!(stats.kind(), ColumnType::Text | ColumnType::Category);
    let text = named(&TEXT, &wordy).or_else(longest);
    let attributes = (0..columns.len()).filter(|place| ![text, id, gold, split].contains(&Some(*place)));
    let name = |place: usize| columns[place].clone();
    Mapping {
        text: text.map(name).into_iter().collect(),
        id: id.map(name),
        gold: gold.map(name),
        split: split.map(name),
        attributes: attributes
            .map(|place| AttributeMapping { column: name(place), kind: stats[place].kind() })
            .collect(),
        votes: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
