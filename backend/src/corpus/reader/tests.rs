use super::*;
use std::fmt::Write as _;
use std::io::Write as _;

const SMALL: Limits =
    Limits { decompressed_bytes: 100 << 20, ratio: 200, cell_bytes: 2 << 20, row_bytes: 4 << 20 };

/// Columns and rows of a file with that name and those bytes.
fn read(name: &str, bytes: &[u8]) -> Result<(Vec<String>, Vec<ReadRow>), CorpusError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut reader = RowReader::open(file.path(), name, None, &SMALL)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next()? {
        rows.push(row);
    }
    Ok((reader.columns().to_vec(), rows))
}

fn texts(row: &ReadRow) -> Vec<Option<String>> {
    let cells = &row.as_ref().unwrap().cells;
    cells.iter().map(|cell| cell.text().map(std::borrow::Cow::into_owned)).collect()
}

/// A row of these texts, none missing.
fn row<const N: usize>(texts: [&str; N]) -> Vec<Option<String>> {
    texts.map(|text| Some(text.to_owned())).to_vec()
}

fn error(name: &str, bytes: &[u8]) -> String {
    read(name, bytes).unwrap_err().to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn csv_tsv_and_jsonl_give_the_same_rows() {
    let expected = [row(["1", "a, \"b\""]), row(["2", "c"])];
    let files: [(&str, &[u8]); 6] = [
        ("a.csv", b"id,text\n1,\"a, \"\"b\"\"\"\n2,c\n"),
        ("a.CSV", b"id,text\r\n1,\"a, \"\"b\"\"\"\r\n2,c"),
        ("a.csv", b"id;text\n1;\"a, \"\"b\"\"\"\n2;c\n"),
        ("a.tsv", b"id\ttext\n1\t\"a, \"\"b\"\"\"\n2\tc\n"),
        ("noname", b"id\ttext\n1\t\"a, \"\"b\"\"\"\n2\tc\n"),
        ("a.jsonl", b"{\"id\": 1, \"text\": \"a, \\\"b\\\"\"}\n\n{\"text\": \"c\", \"id\": 2}"),
    ];
    for (name, bytes) in files {
        let (columns, rows) = read(name, bytes).unwrap();
        assert_eq!(columns, ["id", "text"], "{name}");
        assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn gzip_and_zstd_are_seen_from_the_content() {
    let plain = b"text\nhello\nworld\n";
    let mut members = gzip(b"text\nhello\n");
    members.extend(gzip(b"world\n"));
    let zstd = zstd::encode_all(&plain[..], 3).unwrap();
    for (name, bytes) in
        [("a.csv.gz", gzip(plain)), ("a.csv", gzip(plain)), ("a.csv.gz", members), ("a.csv.zst", zstd)]
    {
        let (columns, rows) = read(name, &bytes).unwrap();
        assert_eq!((columns, rows.len()), (vec!["text".to_owned()], 2), "{name}");
    }
}

#[test]
fn an_archive_that_is_cut_off_is_named_as_the_cause() {
    let mut bytes = gzip("text\nhello\n".repeat(1_000).as_bytes());
    bytes.truncate(bytes.len() - 9);
    assert!(error("a.csv.gz", &bytes).starts_with("a.csv.gz: the file is damaged or cut off"));
}

#[test]
fn a_decompression_bomb_is_stopped() {
    let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
    for _ in 0..90 {
        packed.write_all(&vec![b'0'; 1 << 20]).unwrap();
        packed.write_all(b"\n").unwrap();
    }
    let message = error("a.csv.zst", &packed.finish().unwrap());
    assert!(
        message.contains("more than 200 times its size") && message.contains("decompression bomb"),
        "{message}"
    );

    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&gzip("text\nhello\n".repeat(1_000).as_bytes())).unwrap();
    let limits = Limits { decompressed_bytes: 10_000, ..SMALL };
    let mut reader = RowReader::open(file.path(), "a.csv", None, &limits);
    let error = match &mut reader {
        Err(error) => error.to_string(),
        Ok(reader) => loop {
            match reader.next() {
                Err(error) => break error.to_string(),
                Ok(row) => assert!(row.is_some()),
            }
        },
    };
    assert!(error.contains("more than 10000 bytes"), "{error}");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    for (name, bytes) in
        [("a.csv", "\u{feff}id,text\n1,x\n"), ("a.jsonl", "\u{feff}{\"id\":1,\"text\":\"x\"}\n")]
    {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes.as_bytes()).unwrap();
        let reader = RowReader::open(file.path(), name, None, &SMALL).unwrap();
        assert_eq!(reader.columns(), ["id", "text"]);
        assert_eq!(reader.notes.len(), 1);
    }
}

#[test]
fn files_that_cannot_be_used_say_what_to_do() {
    assert_eq!(error("a.csv", b""), "a.csv: the file is empty");
    assert_eq!(error("a.csv", b"\n\n\r\n"), "a.csv: the file is empty: it holds blank lines only");
    assert!(error("a.csv", b"\xff\xfei\0d\0").contains("UTF-16; save it as UTF-8"));
    assert!(error("a.json", b"[{\"id\": 1}]").contains("one object per line"));
    assert!(error("a.parquet", b"id,text\n").contains("not a Parquet file"));
    assert!(error("a.parquet", b"PAR1 nonsense PAR1").contains("Parquet file"));
    assert!(error("a.xlsx", b"PK\x03\x04\0\0").contains("the format is not known"));
    assert_eq!(error("a.csv", b"id,text,id\n"), "a.csv: the header names `id` twice; rename one");
    assert_eq!(error("a.csv", b"id,\n"), "a.csv: column 2 has no name in the header");
}

#[test]
fn an_empty_text_in_quotes_is_a_row_and_a_blank_line_is_none() {
    let (_, rows) = read("a.csv", b"text\na\n\"\"\n\n\r\nb\n").unwrap();
    assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), [row(["a"]), row([""]), row(["b"])]);
    assert_eq!(rows[2].as_ref().unwrap().line, 6);
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    let (columns, rows) = read("a.csv", b"id,text\n").unwrap();
    assert_eq!((columns.len(), rows.len()), (2, 0));
}

#[test]
fn bad_rows_are_named_by_the_line_they_start_on() {
    let csv = b"id,text\r\n1,\"two\r\nlines\"\r\n2\r\n3,x,y\r\n\r\n4,\xff\xfe\r\n5,ok\r\n";
    let (_, rows) = read("a.csv", csv).unwrap();
    let bad: Vec<String> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|bad| format!("{}: {}", bad.line, bad.reason))
        .collect();
    assert_eq!(
        bad,
        [
            "4: the row has 1 fields, the header has 2",
            "5: the row has 3 fields, the header has 2",
            "7: column `text` is not UTF-8 at byte 1"
        ]
    );
    assert_eq!(rows[0].as_ref().unwrap().line, 2);
    assert_eq!(rows[4].as_ref().unwrap().line, 8);

    let jsonl =
        b"{\"a\":1}\nnonsense\n[1]\n\n{\"a\":1,\"a\":2}\n{\"a\":\"\xff\"}\n{\"a\":\"\\ud800\"}\n{\"a\":1}";
    let (_, rows) = read("a.jsonl", jsonl).unwrap();
    let bad: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [2, 3, 5, 6, 7]);
    assert!(bad[0].reason.contains("not a JSON object"), "{}", bad[0].reason);
    assert!(bad[2].reason.contains("the field `a` stands there twice"), "{}", bad[2].reason);
    assert!(bad[3].reason.contains("not UTF-8 at byte 7"), "{}", bad[3].reason);
    assert_eq!(rows.last().unwrap().as_ref().unwrap().line, 8);
}

#[test]
fn cells_of_a_megabyte_are_fine_and_longer_ones_bad() {
    let (fine, long) = ("x".repeat(1 << 20), "y".repeat((2 << 20) + 1));
    for (name, file) in [
        ("a.csv", format!("id,text\n1,{fine}\n2,{long}\n3,z\n")),
        ("a.jsonl", format!("{{\"text\":\"{fine}\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"z\"}}\n")),
    ] {
        let (_, rows) = read(name, file.as_bytes()).unwrap();
        assert_eq!(texts(&rows[0]).pop().flatten().map(|text| text.len()), Some(1 << 20), "{name}");
        assert!(rows[1].as_ref().unwrap_err().reason.contains("the limit is 2097152"), "{name}");
        assert!(rows[2].is_ok(), "{name}");
    }
}

#[test]
fn a_row_without_end_neither_fills_memory_nor_hides_its_line() {
    let file = format!("id,text\n1,fine\n2,\"never closed\n{}", "more\n".repeat(1 << 20));
    let message = error("a.csv", file.as_bytes());
    assert!(message.starts_with("a.csv, line 3: the row is longer than 4194304 bytes"), "{message}");
    let file = format!("{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":2}}\n", "x".repeat(5 << 20));
    let (_, rows) = read("a.jsonl", file.as_bytes()).unwrap();
    assert!(rows[1].as_ref().unwrap_err().reason.contains("longer than 4194304 bytes"));
    assert_eq!(rows[2].as_ref().unwrap().line, 3);
}

#[test]
fn an_unclosed_quote_in_a_short_file_is_hinted_at() {
    let (_, rows) = read("a.csv", b"id,text\n1,a\n2,\"b\n3,c\n4,d,\n").unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].as_ref().unwrap().line, 3);
    let (_, rows) = read("a.csv", b"id,text,x\n1,a,x\n2,\"b,x\n3,c,x\n").unwrap();
    let bad = rows[1].as_ref().unwrap_err();
    assert_eq!((bad.line, bad.reason.contains("a quote may be unclosed")), (3, true));
}

#[test]
fn json_keeps_the_order_of_fields_and_long_numbers() {
    let (columns, rows) = read(
        "a.jsonl",
        b"{\"z\": 12345678901234567890123, \"b\": null}\n{\"a\": [1, {\"c\": 2}], \"z\": true}\n",
    )
    .unwrap();
    assert_eq!(columns, ["z", "b", "a"]);
    assert_eq!(texts(&rows[0]), [row(["12345678901234567890123"]), vec![None, None]].concat());
    let (z, a) = (row(["true"]), row(["[1, {\"c\": 2}]"]));
    assert_eq!(texts(&rows[1]), [z, vec![None], a].concat());
}

#[test]
fn a_selected_column_that_no_row_has_is_an_error_with_the_ones_there_are() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"id,text\n1,x\n").unwrap();
    let mut reader = RowReader::open(file.path(), "a.csv", None, &SMALL).unwrap();
    let error = reader.select(&["body".to_owned()]).unwrap_err();
    assert_eq!(error.to_string(), "a.csv has no column `body`; it has `id`, `text`");
    reader.select(&["text".to_owned(), "id".to_owned()]).unwrap();
    assert_eq!(texts(&reader.next().unwrap().unwrap()), row(["x", "1"]));

    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"{\"a\":1}\n").unwrap();
    let mut reader = RowReader::open(file.path(), "a.jsonl", None, &SMALL).unwrap();
    reader.select(&["body".to_owned()]).unwrap();
    assert!(reader.next().unwrap().is_some());
    assert_eq!(reader.next().unwrap_err().to_string(), "no row of a.jsonl has a field `body`");
}

#[test]
fn a_row_with_thousands_of_fields_is_refused() {
    let mut line = String::from("{\"f\":0");
    for field in 0..COLUMNS {
        write!(line, ",\"f{field}\":1").unwrap();
    }
    line.push('}');
    let (_, rows) = read("a.jsonl", line.as_bytes()).unwrap();
    assert!(rows[0].as_ref().unwrap_err().reason.contains("more than 20000 fields"));
    assert!(error("a.csv", ",x".repeat(COLUMNS).as_bytes()).contains("the limit is 20000"));
}

#[test]
fn reading_tells_how_far_it_is() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all("text\nhello\n".repeat(100_000).as_bytes()).unwrap();
    let mut reader = RowReader::open(file.path(), "a.csv", None, &SMALL).unwrap();
    let (before, total) = reader.bytes();
    while reader.next().unwrap().is_some() {}
    assert!(before < total);
    assert_eq!(reader.bytes(), (total, total));
}

mod parquet_files {
    use super::*;
    use polars::prelude::{Column, DataFrame, DataType, ParquetWriter, TimeUnit};

    fn parquet(columns: Vec<Column>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut frame = DataFrame::new_infer_height(columns).unwrap();
        ParquetWriter::new(&mut bytes).with_row_group_size(Some(1_000)).finish(&mut frame).unwrap();
        bytes
    }

    #[test]
    fn typed_columns_keep_their_types_and_their_exact_values() {
        let bytes = parquet(vec![
            Column::new("id".into(), [9_007_199_254_740_993_i64, -1]),
            Column::new("text".into(), [Some("a"), None]),
            Column::new("stars".into(), [Some(4.5_f64), None]),
            Column::new("verified".into(), [Some(true), Some(false)]),
            Column::new("day".into(), [1_i32, 2]).cast(&DataType::Date).unwrap(),
            Column::new("at".into(), [0_i64, 86_400_000])
                .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
                .unwrap(),
        ]);
        let (columns, rows) = read("a.parquet", &bytes).unwrap();
        assert_eq!(columns, ["id", "text", "stars", "verified", "day", "at"]);
        let first = [
            Cell::Integer(9_007_199_254_740_993),
            Cell::Text("a".to_owned()),
            Cell::Number(4.5),
            Cell::Bool(true),
            Cell::Date(1),
        ];
        assert_eq!(rows[0].as_ref().unwrap().cells[..5], first);
        assert_eq!(rows[1].as_ref().unwrap().cells[1..3], [Cell::Missing, Cell::Missing]);
        let at = rows[1].as_ref().unwrap().cells[5].value(hunch_rules::ColumnType::Date).unwrap();
        assert_eq!(at, Some(crate::corpus::cell::Value::Date(1)));
    }

    #[test]
    fn rows_come_in_order_over_slices_and_row_groups() {
        let bytes = parquet(vec![Column::new("n".into(), (0..10_000_i32).collect::<Vec<_>>())]);
        for (name, bytes) in [("a.parquet", bytes.clone()), ("a.parquet.gz", gzip(&bytes))] {
            let (_, rows) = read(name, &bytes).unwrap();
            assert_eq!(rows.len(), 10_000);
            for (n, row) in rows.iter().enumerate() {
                let row = row.as_ref().unwrap();
                assert_eq!((row.line, &row.cells[0]), (n as u64 + 1, &Cell::Integer(n as i128)));
            }
        }
    }

    /// Three rows written by pyarrow: lists of a fixed length and others, of numbers, of texts, and structs.
    const LISTS: &[u8] = include_bytes!("tests/vectors.parquet");

    #[test]
    fn lists_of_numbers_are_read_and_other_nested_columns_left_out_with_a_note() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(LISTS).unwrap();
        let reader = RowReader::open(file.path(), "a.parquet", None, &SMALL).unwrap();
        assert_eq!(reader.columns(), ["id", "fixed", "lists", "whole"]);
        let named = |name: &str| reader.notes.iter().any(|note| note.contains(name));
        assert!(named("`words`") && named("`pair`"), "{:?}", reader.notes);
    }

    #[test]
    fn a_list_is_a_vector_if_it_has_the_columns_length() {
        let (_, rows) = read("a.parquet", LISTS).unwrap();
        let value = |row: usize, column: usize| {
            let value = rows[row].as_ref().unwrap().cells[column].value(hunch_rules::ColumnType::Vector(2));
            value.map_err(|error| error.to_string())
        };
        let vector = |numbers: [f32; 2]| Ok(Some(crate::corpus::cell::Value::Vector(numbers.to_vec())));
        assert_eq!(
            [value(0, 1), value(1, 1), value(2, 1)],
            [vector([1.0, 0.5]), Ok(None), vector([-2.0, 0.25])]
        );
        assert_eq!(
            [value(0, 2), value(2, 2), value(2, 3)],
            [vector([1.0, 0.5]), Ok(None), vector([5.0, 6.0])]
        );
        assert_eq!(value(1, 2), Err("not a vector of 2 numbers: it has 1 numbers, not 2".to_owned()));
    }

    #[test]
    fn a_damaged_file_is_an_error_not_a_crash() {
        let bytes = parquet(vec![Column::new("text".into(), vec!["some text"; 500])]);
        for place in (4..bytes.len()).step_by(7) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xff;
            // Some bytes change a value only; what matters is that every answer is one.
            let _ = read("a.parquet", &bytes);
        }
    }
}
