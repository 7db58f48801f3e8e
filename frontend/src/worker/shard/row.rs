//! What the page shows of a document: its texts in pieces, matches marked.

use super::super::message::{Field, TextPiece};
use hunch_engine::{Chunk, Column, ColumnData, MatchSpan, Program, VectorColumn, spans};

/// At most this many bytes of a text are shown, around its first match.
const SHOWN_BYTES: usize = 4_000;
/// At most this many bytes of a text beside the main one.
const ATTRIBUTE_BYTES: usize = 500;
/// How much of a cut text stands before the first match.
const LEAD_BYTES: usize = 200;

/// The chunk's main text, and other texts that the program matches in.
pub(super) fn fields(program: &Program, chunk: &Chunk, row: usize) -> Vec<Field> {
    let spans = spans(program, chunk, row);
    let mut fields = Vec::new();
    for column in &chunk.columns {
        let (ColumnData::Text(texts) | ColumnData::Category(texts)) = &column.data else { continue };
        let main = fields.is_empty() && matches!(column.data, ColumnData::Text(_));
        let matches: Vec<&MatchSpan> = spans.iter().filter(|span| span.column == column.name).collect();
        if main || !matches.is_empty() {
            let (pieces, cut) = pieces(texts.get(row).unwrap_or_default(), &matches);
            fields.push(Field { column: column.name.clone(), pieces, cut });
        }
    }
    fields
}

/// At most `bytes` of the chunk's main text and whether it goes on, and the values of the other columns as text.
pub(super) fn summary(chunk: &Chunk, row: usize, bytes: usize) -> (String, bool, Vec<Option<String>>) {
    let mut attributes = Vec::new();
    let mut main = None;
    for Column { data, .. } in &chunk.columns {
        match data {
            ColumnData::Text(texts) if main.is_none() => main = Some(texts.get(row).unwrap_or_default()),
            ColumnData::Text(texts) | ColumnData::Category(texts) => {
                attributes.push(texts.get(row).map(|text| head(text, ATTRIBUTE_BYTES).to_owned()));
            }
            ColumnData::Number(numbers) => attributes.push(numbers.get(row).map(|number| number.to_string())),
            ColumnData::Bool(values) => attributes.push(values.get(row).map(|value| value.to_string())),
            ColumnData::Date(days) => attributes.push(days.get(row).map(iso_date)),
            ColumnData::Vector(vectors) => attributes.push(vector(vectors, row)),
        }
    }
    let main = main.unwrap_or_default();
    let shown = head(main, bytes);
    (shown.to_owned(), shown.len() < main.len(), attributes)
}

/// `vector of 384`: its numbers say nothing to a reader.
pub(super) fn vector(vectors: &VectorColumn, row: usize) -> Option<String> {
    vectors.get(row).map(|vector| format!("vector of {}", vector.len()))
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// `2026-03-01` of days since 1970-01-01, by Howard Hinnant's `civil_from_days`.
pub(super) fn iso_date(days: i32) -> String {
    let days = i64::from(days) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The text, or a part of it around the first match, in marked and unmarked pieces; and whether it is a part.
fn pieces(text: &str, matches: &[&MatchSpan]) -> (Vec<TextPiece>, bool) {
    let first = matches.first().map_or(0, |span| span.start);
    let start = if text.len() > SHOWN_BYTES { first.saturating_sub(LEAD_BYTES) } else { 0 };
    let start = text.floor_char_boundary(start);
    let end = text.ceil_char_boundary((start + SHOWN_BYTES).min(text.len()));
    let mut pieces = Vec::new();
    let mut at = start;
    let mut push = |from: usize, to: usize, marked: bool| {
        if from < to {
            pieces.push(TextPiece { text: text[from..to].to_owned(), marked });
        }
    };
    for span in matches {
        let (from, to) = (span.start.clamp(at, end), span.end.clamp(at, end));
        push(at, from, false);
        push(from, to, true);
        at = to;
    }
    push(at, end, false);
    (pieces, start > 0 || end < text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> MatchSpan {
        MatchSpan { column: "text".to_owned(), start, end }
    }

    fn marked(text: &str, spans: &[MatchSpan]) -> (String, bool) {
        let (pieces, cut) = pieces(text, &spans.iter().collect::<Vec<_>>());
        let show =
            |piece: &TextPiece| if piece.marked { format!("«{}»", piece.text) } else { piece.text.clone() };
        (pieces.iter().map(show).collect(), cut)
    }

    #[test]
    fn matched_words_are_marked_where_they_stand() {
        let (text, cut) = marked("please check it out", &[span(7, 12), span(16, 19)]);
        assert_eq!((text.as_str(), cut), ("please «check» it «out»", false));
    }

    #[test]
    fn a_long_text_is_cut_around_its_first_match_and_never_inside_a_character() {
        let text = format!("{}needle{}", "ß".repeat(3_001), "é".repeat(4_000));
        let (shown, cut) = marked(&text, &[span(6_002, 6_008)]);
        assert!(cut && shown.contains("ß«needle»é"));
        assert!(shown.len() <= SHOWN_BYTES + "«»".len() + 3);
    }

    #[test]
    fn days_read_as_dates() {
        assert_eq!(
            [-719_162, -1, 0, 19_782, 20_513].map(iso_date),
            ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "2026-03-01"]
        );
    }

    #[test]
    fn a_text_without_matches_is_shown_from_its_start() {
        assert_eq!(marked("", &[]), (String::new(), false));
        assert_eq!(marked("plain", &[]), ("plain".to_owned(), false));
    }
}
