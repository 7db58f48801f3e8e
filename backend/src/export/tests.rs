use super::*;
use polars::prelude::{ParquetReader, SerReader};
use std::convert::Infallible;

const SNAPSHOT: &str = "4f1c";

fn labels() -> Vec<String> {
    ["HAM", "", "SPAM"].map(str::to_owned).to_vec()
}

fn rows() -> Vec<ExportRows> {
    let first = ExportRows {
        ids: vec!["007".to_owned(), "=1+1, \"ä\"\n".to_owned()],
        labels: vec![2, -1],
        probabilities: vec![vec![0.1, 0.0, 0.9], vec![1.0 / 3.0, 0.0, 2.0 / 3.0]],
        splits: vec![Split::Train, Split::Dev],
    };
    let second = ExportRows {
        ids: vec!["9007199254740993".to_owned()],
        labels: vec![0],
        probabilities: vec![vec![1.0, 0.0, 0.0]],
        splits: vec![Split::Test],
    };
    vec![first, second]
}

fn export(format: ExportFormat, rows: Vec<ExportRows>) -> Vec<u8> {
    let mut out = Vec::new();
    let count: u64 = rows.iter().map(|rows| rows.ids.len() as u64).sum();
    let written =
        write(&mut out, format, SNAPSHOT, &labels(), rows.into_iter().map(Ok::<_, Infallible>)).unwrap();
    assert_eq!(written, count);
    out
}

#[test]
fn csv_keeps_ids_and_probabilities_exactly() {
    let text = String::from_utf8(export(ExportFormat::Csv, rows())).unwrap();
    insta::assert_snapshot!(text, @r#"
    id,label,p_HAM,p_SPAM,split,snapshot
    007,SPAM,0.1,0.9,train,4f1c
    "=1+1, ""ä""
    ",,0.3333333333333333,0.6666666666666666,dev,4f1c
    9007199254740993,HAM,1,0,test,4f1c
    "#);
}

#[test]
fn labels_of_no_snapshot_have_no_lineage_columns() {
    let rows =
        || rows().into_iter().map(|rows| Ok::<_, Infallible>(ExportRows { splits: Vec::new(), ..rows }));
    let mut out = Vec::new();
    assert_eq!(write_labels(&mut out, ExportFormat::Csv, &labels(), rows()).unwrap(), 3);
    assert!(out.starts_with(b"id,label,p_HAM,p_SPAM\n007,SPAM,0.1,0.9\n"));
    let mut out = Vec::new();
    write_labels(&mut out, ExportFormat::Parquet, &labels(), rows()).unwrap();
    assert_eq!(ParquetReader::new(io::Cursor::new(out)).finish().unwrap().shape(), (3, 4));
}

#[test]
fn jsonl_says_null_where_no_source_voted() {
    let text = String::from_utf8(export(ExportFormat::Jsonl, rows())).unwrap();
    insta::assert_snapshot!(text, @r#"
    {"id":"007","label":"SPAM","p_HAM":0.1,"p_SPAM":0.9,"split":"train","snapshot":"4f1c"}
    {"id":"=1+1, \"ä\"\n","label":null,"p_HAM":0.3333333333333333,"p_SPAM":0.6666666666666666,"split":"dev","snapshot":"4f1c"}
    {"id":"9007199254740993","label":"HAM","p_HAM":1.0,"p_SPAM":0.0,"split":"test","snapshot":"4f1c"}
    "#);
}

#[test]
fn parquet_opens_with_typed_columns_and_the_snapshots_id() {
    let bytes = export(ExportFormat::Parquet, rows());
    let mut reader = ParquetReader::new(io::Cursor::new(bytes));
    let metadata = reader.get_metadata().unwrap().key_value_metadata.clone().unwrap_or_default();
    assert!(
        metadata.iter().any(|pair| pair.key == "hunch.snapshot" && pair.value.as_deref() == Some(SNAPSHOT))
    );
    let frame = reader.finish().unwrap();
    let names: Vec<_> = frame.get_column_names().into_iter().map(ToString::to_string).collect();
    assert_eq!(names, ["id", "label", "p_HAM", "p_SPAM", "split", "snapshot"]);
    let ids: Vec<_> = frame.column("id").unwrap().str().unwrap().iter().flatten().collect();
    assert_eq!(ids, ["007", "=1+1, \"ä\"\n", "9007199254740993"]);
    let names: Vec<_> = frame.column("label").unwrap().str().unwrap().iter().collect();
    assert_eq!(names, [Some("SPAM"), None, Some("HAM")]);
    let spam: Vec<_> = frame.column("p_SPAM").unwrap().f64().unwrap().iter().flatten().collect();
    assert_eq!(spam, [0.9, 2.0 / 3.0, 0.0]);
}

#[test]
fn a_snapshot_without_rows_is_a_file_without_rows_not_a_broken_one() {
    assert_eq!(export(ExportFormat::Csv, Vec::new()), b"id,label,p_HAM,p_SPAM,split,snapshot\n");
    assert_eq!(export(ExportFormat::Jsonl, Vec::new()), b"");
    let frame =
        ParquetReader::new(io::Cursor::new(export(ExportFormat::Parquet, Vec::new()))).finish().unwrap();
    assert_eq!(frame.shape(), (0, 6));
}

#[test]
fn rows_that_do_not_fit_the_labels_are_refused() {
    let mut wrong = rows();
    wrong[0].probabilities[0].pop();
    let result =
        write(Vec::new(), ExportFormat::Csv, SNAPSHOT, &labels(), wrong.into_iter().map(Ok::<_, Infallible>));
    assert!(matches!(result, Err(ExportError::Shape(_))));
    let failing = std::iter::once(Err::<ExportRows, _>("the database went away"));
    let result = write(Vec::new(), ExportFormat::Parquet, SNAPSHOT, &labels(), failing);
    assert_eq!(
        result.unwrap_err().to_string(),
        "the labels to export cannot be read: the database went away"
    );
}
