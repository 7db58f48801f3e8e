//! Real texts, and the rules that are exported and run on them.

use std::{collections::BTreeMap, sync::Arc};

use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn};
use hunch_rules::{ColumnDef, ColumnType, Compiler, Schema, import};

use crate::{
    cases::Documents,
    host::{data_folder, read},
};

/// Rules of every kind that can be exported.
const YOUTUBE: &str = include_str!("youtube.hunch");

/// Rules of every kind on youtube's training rows.
pub(crate) fn youtube() -> Option<Vec<Documents>> {
    let folder = data_folder()?;
    Some(vec![of_texts("youtube", YOUTUBE.to_owned(), &format!("{folder}/youtube/text_train.csv"))])
}

/// The published regular expressions, imported, on the training rows of sms.
pub(crate) fn sms() -> Option<Vec<Documents>> {
    let folder = data_folder()?;
    let table = String::from_utf8(read(&format!("{folder}/sms/rules.tsv"))).unwrap();
    let imported = import::import(&table, import::Options::default(), &mut Compiler::default()).unwrap();
    Some(vec![of_texts("sms", imported.rules, &format!("{folder}/sms/text_train.csv"))])
}

/// The `id` and `text` columns of a file.
fn of_texts(name: &str, rules: String, path: &str) -> Documents {
    let bytes = read(path);
    let records: Vec<_> =
        csv::Reader::from_reader(bytes.as_slice()).into_records().map(Result::unwrap).collect();
    let column =
        |index: usize| TextColumn::from_rows(records.iter().map(|record| record.get(index))).unwrap();
    let chunk = Chunk {
        rows: records.len(),
        ids: column(0),
        splits: vec![Split::Train; records.len()],
        gold: None,
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(column(1)) }],
        sources: Vec::new(),
    };
    let schema = Schema {
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    Documents { name: name.to_owned(), rules, schema, lexicons: BTreeMap::new(), chunk: Arc::new(chunk) }
}
