use super::*;
use hunch_engine::ABSTAIN;
use hunch_rules::ColumnType;
use std::io::Write as _;

fn file(bytes: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(bytes.as_bytes()).unwrap();
    file
}

fn labels() -> Vec<String> {
    ["HAM", "SPAM"].map(str::to_owned).to_vec()
}

#[test]
fn a_file_is_read_without_any_option() {
    let file = file("id,text,stars,label\na,hello there,5,SPAM\nb,good bye,,0\nc,what,1,\n");
    let corpus = CorpusFile::open(file.path(), &ReadOptions::default()).unwrap();
    let kinds: Vec<_> = corpus.schema().columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
    assert_eq!(kinds, [("text", ColumnType::Text), ("stars", ColumnType::Number)]);
    assert_eq!(corpus.schema().default_text.as_deref(), Some("text"));
    assert_eq!(corpus.gold(), Some("label"));
    let chunks: Vec<Chunk> = corpus.chunks(&labels()).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].ids.get(1), Some("b"));
    assert_eq!(chunks[0].gold, Some(vec![1, 0, ABSTAIN]));
}

#[test]
fn a_types_exception_far_down_the_file_is_seen_before_rules_are_checked() {
    let rows: Vec<String> = (0..3_000).map(|row| format!("text {row},{row}")).collect();
    let file = file(&format!("text,size\n{}\nlast,huge\n", rows.join("\n")));
    let corpus = CorpusFile::open(file.path(), &ReadOptions::default()).unwrap();
    assert_eq!(corpus.schema().columns[1].kind, ColumnType::Text);
    assert_eq!(corpus.chunks(&[]).unwrap().map(|chunk| chunk.unwrap().rows).sum::<usize>(), 3_001);
}

#[test]
fn repeated_ids_are_no_ids_unless_someone_says_so() {
    let file = file("id,text\n1,a\n1,b\n");
    let corpus = CorpusFile::open(file.path(), &ReadOptions::default()).unwrap();
    assert_eq!(corpus.chunks(&[]).unwrap().map(|chunk| chunk.unwrap().rows).sum::<usize>(), 2);
    let options = ReadOptions { id: Some("id".to_owned()), ..ReadOptions::default() };
    let corpus = CorpusFile::open(file.path(), &options).unwrap();
    let error = corpus.chunks(&[]).unwrap().next().unwrap().unwrap_err();
    assert!(error.to_string().ends_with("line 3: the id `1` occurs twice in the file"), "{error}");
}

#[test]
fn a_gold_label_outside_the_set_is_an_error_with_its_line() {
    let file = file("text,label\na,HAM\nb,EGGS\n");
    let corpus = CorpusFile::open(file.path(), &ReadOptions::default()).unwrap();
    let error = corpus.chunks(&labels()).unwrap().next().unwrap().unwrap_err();
    let expected = "line 3: column `label`: `EGGS` is not a label; the labels are HAM, SPAM";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert_eq!(corpus.gold_values(), ["EGGS", "HAM"]);
}

#[test]
fn a_column_that_is_asked_for_but_not_there_is_an_error() {
    let file = file("text,label\na,HAM\n");
    let options = ReadOptions { text: Some("body".to_owned()), ..ReadOptions::default() };
    let error = CorpusFile::open(file.path(), &options).unwrap_err();
    assert!(error.to_string().ends_with("has no column `body`; it has `text`, `label`"), "{error}");
}
