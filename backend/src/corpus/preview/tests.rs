use super::*;
use ColumnType::{Category, Date, Number, Text};
use std::io::Write as _;

fn look(name: &str, bytes: &str) -> Preview {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes.as_bytes()).unwrap();
    preview(file.path(), name, None, &Limits::default()).unwrap()
}

#[test]
fn columns_are_recognised_by_name_and_content() {
    let row = |row: usize| {
        let (split, class) = (["train", "dev"][row % 2], ["HAM", "SPAM", ""][row % 3]);
        let (stars, day) = (row % 5, row % 9 + 1);
        format!("k{row},Ann,comment number {row} is here,{stars},2026-01-0{day},{split},{class}\n")
    };
    let header = "comment_id,author,content,stars,when,split,class\n".to_owned();
    let file: Vec<String> = std::iter::once(header).chain((0..40).map(row)).collect();
    let file = file.concat();
    let preview = look("a.csv", &file);
    let kinds: Vec<_> = preview.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Text, Category, Text, Number, Date, Category, Category]);
    let attribute = |column: &str, kind| AttributeMapping { column: column.to_owned(), kind };
    assert_eq!(
        preview.guess,
        Mapping {
            text: vec!["content".to_owned()],
            id: Some("comment_id".to_owned()),
            gold: Some("class".to_owned()),
            split: Some("split".to_owned()),
            attributes: vec![
                attribute("author", Category),
                attribute("stars", Number),
                attribute("when", Date)
            ],
            votes: Vec::new(),
        }
    );
    assert_eq!(preview.labels, ["HAM", "SPAM"]);
    assert_eq!(preview.rows.len(), 10);
    assert!(preview.columns[6].missing && !preview.columns[0].missing);
}

#[test]
fn the_longest_text_is_the_text_when_no_name_says_so() {
    let file =
        "a\tb\tc\nx y\ta much longer thing\tq\ny z\tand another long thing\tr\nz\tone more of them\ts\n";
    assert_eq!(look("a.tsv", file).guess.text, ["b"]);
}

#[test]
fn ids_that_repeat_are_not_guessed_as_ids() {
    let preview = look("a.csv", "id,text\n1,a b\n1,b c\n");
    assert_eq!(preview.guess.id, None);
}

#[test]
fn long_cells_are_cut_and_bad_rows_noted() {
    let preview = look("a.csv", &format!("\u{feff}id,text\n1,{}\n2\n", "ä".repeat(500)));
    assert_eq!(preview.rows[0][1].as_ref().map(|cell| cell.chars().count()), Some(301));
    assert_eq!(preview.notes.len(), 2);
    assert_eq!(preview.notes[1], "Line 3: the row has 1 fields, the header has 2.");
}
