//! A corpus of real texts, repeated until it has a million rows.

use std::sync::Arc;

use hunch_engine::{CHUNK_ROWS, Chunk, Column, ColumnData, Split, TextColumn};

use crate::host;

const ROWS: usize = 1_000_000;
const FILES: [&str; 6] = [
    "youtube/text_train.csv",
    "youtube/text_valid.csv",
    "youtube/text_test.csv",
    "sms/text_train.csv",
    "sms/text_valid.csv",
    "sms/text_test.csv",
];
pub(crate) const COUNTRIES: [&str; 5] = ["DE", "AT", "FR", "US", "IN"];

/// Texts of one line each, and the chunks that hold them again and again.
pub(crate) struct Corpus {
    pub(crate) texts: Vec<String>,
    pub(crate) chunks: Vec<Arc<Chunk>>,
}

impl Corpus {
    /// The texts of `HUNCH_DATA`, else of the folder `shared/data` beside the repository.
    pub(crate) fn real() -> Option<Self> {
        let folder = host::data_folder()?;
        let mut texts = Vec::new();
        for file in FILES {
            let bytes = host::read(&format!("{folder}/{file}"));
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let lines = reader.records().map(|record| record.unwrap()[1].replace(['\n', '\r'], " "));
            texts.extend(lines);
        }
        let starts = (0..ROWS).step_by(CHUNK_ROWS);
        let chunks = starts.map(|start| Arc::new(chunk(&texts, start, (start + CHUNK_ROWS).min(ROWS))));
        Some(Self { chunks: chunks.collect(), texts })
    }

    pub(crate) fn rows(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.rows).sum()
    }

    /// Bytes of the texts.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().filter_map(|chunk| chunk.text_column("text")).map(|text| text.text().len()).sum()
    }

    /// Every row's text, in order.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(|row| self.texts[row % self.texts.len()].as_str())
    }
}

/// The rows `start..end`; attributes follow from the row's number, every hundredth is missing.
fn chunk(texts: &[String], start: usize, end: usize) -> Chunk {
    let text = TextColumn::from_rows((start..end).map(|row| Some(&texts[row % texts.len()]))).unwrap();
    let country = (start..end).map(|row| (!row.is_multiple_of(100)).then(|| COUNTRIES[row % 7 % 5]));
    let stars = (start..end).map(|row| (!row.is_multiple_of(100)).then_some(stars(row)));
    let column = |name: &str, data| Column { name: name.to_owned(), data };
    Chunk {
        rows: end - start,
        ids: TextColumn::from_rows((start..end).map(|row| Some(row.to_string()))).unwrap(),
        splits: vec![Split::Train; end - start],
        columns: vec![
            column("text", ColumnData::Text(text)),
            column("country", ColumnData::Category(TextColumn::from_rows(country).unwrap())),
            column("stars", ColumnData::Number(stars.collect())),
        ],
        ..Chunk::default()
    }
}

/// The attribute `stars` of a row.
pub(crate) fn stars(row: usize) -> f64 {
    (row % 11 % 5 + 1) as f64
}
