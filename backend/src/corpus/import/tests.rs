use super::*;
use crate::corpus::Objects;
use hunch_engine::{ABSTAIN, CHUNK_ROWS, Chunk, ColumnData, Split};
use hunch_protocol::{AttributeMapping, VoteMapping};
use hunch_rules::ColumnType;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// A corpus that files are imported into.
struct Corpus {
    folder: tempfile::TempDir,
    store: ChunkStore,
    labels: Vec<String>,
    chunks: Vec<ChunkInfo>,
    schema: CorpusSchema,
}

impl Corpus {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = ChunkStore::new(Objects::open(&folder.path().join("objects")).unwrap());
        let labels = ["HAM", "SPAM"].map(str::to_owned).to_vec();
        Self { folder, store, labels, chunks: Vec::new(), schema: CorpusSchema::default() }
    }

    fn file(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("rows.csv");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(
        &self,
        path: &Path,
        change: impl FnOnce(&mut Import<'_>),
        mapping: &Mapping,
    ) -> Result<Imported, CorpusError> {
        let mut import = Import {
            path,
            name: "rows.csv",
            format: None,
            mapping,
            on_bad_row: OnBadRow::Skip,
            mode: ImportMode::Append,
            labels: &self.labels,
            seed: 7,
            schema: &self.schema,
            chunks: &self.chunks,
            limits: Limits::default(),
        };
        change(&mut import);
        import.run(&self.store, &mut |_| ControlFlow::Continue(()))
    }

    /// Imports and publishes.
    fn import(&mut self, bytes: impl AsRef<[u8]>, mode: ImportMode, mapping: &Mapping) -> ImportReport {
        let path = self.file(bytes);
        let imported = self.run(&path, |import| import.mode = mode, mapping).unwrap();
        self.chunks = imported.chunks;
        self.schema = imported.schema;
        imported.report
    }

    fn append(&mut self, bytes: impl AsRef<[u8]>, mapping: &Mapping) -> ImportReport {
        self.import(bytes, ImportMode::Append, mapping)
    }

    fn loaded(&self) -> Vec<Arc<Chunk>> {
        self.chunks.iter().map(|info| self.store.get_aligned(&info.hash, &self.schema).unwrap()).collect()
    }

    /// Id and text of the rows that are not excluded.
    fn rows(&self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for (info, chunk) in self.chunks.iter().zip(self.loaded()) {
            let text = chunk.text_column("text").unwrap();
            let shown = (0..info.rows).filter(|row| !info.excluded.contains(row)).map(|row| row as usize);
            let cell = |text: Option<&str>| text.unwrap_or("missing").to_owned();
            rows.extend(shown.map(|row| (cell(chunk.ids.get(row)), cell(text.get(row)))));
        }
        rows
    }
}

fn text_only() -> Mapping {
    Mapping { text: vec!["text".to_owned()], ..Mapping::default() }
}

fn with_id() -> Mapping {
    Mapping { id: Some("id".to_owned()), ..text_only() }
}

/// A file with rows of these ids.
fn numbered(ids: std::ops::Range<usize>) -> String {
    ids.fold("id,text\n".to_owned(), |mut file, id| {
        writeln!(file, "{id},text {id}").unwrap();
        file
    })
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

fn reasons(report: &ImportReport) -> Vec<String> {
    report.bad_rows.iter().map(|bad| format!("{}: {}", bad.line, bad.reason)).collect()
}

#[test]
fn a_second_row_with_an_id_is_bad_in_the_file_and_over_imports() {
    let mut corpus = Corpus::new();
    let report = corpus.append("id,text\n1,a\n2,b\n1,c\n,d\n", &with_id());
    assert_eq!((report.rows, report.added, report.skipped), (4, 2, 2));
    assert_eq!(reasons(&report), ["4: the id `1` occurs twice in the file", "5: the row has no id"]);
    let report = corpus.append("id,text\n2,b\n3,c\n", &with_id());
    assert_eq!((report.added, report.skipped), (1, 1));
    assert_eq!(reasons(&report), ["2: a document with the id `2` is in the corpus already"]);
    assert_eq!(corpus.rows(), pairs(&[("1", "a"), ("2", "b"), ("3", "c")]));
}

#[test]
fn stopping_at_a_bad_row_names_it_and_changes_nothing() {
    let corpus = Corpus::new();
    let path = corpus.file("id,text\n1,a\n1,b\n");
    let error = corpus.run(&path, |import| import.on_bad_row = OnBadRow::Stop, &with_id()).unwrap_err();
    assert_eq!(error.to_string(), "rows.csv, line 3: the id `1` occurs twice in the file");
    assert!(error.is_input());
}

#[test]
fn the_report_names_a_hundred_bad_rows_and_counts_all() {
    let mut corpus = Corpus::new();
    let report = corpus.append("id,text\n".to_owned() + &"x\n".repeat(250), &with_id());
    assert_eq!((report.rows, report.added, report.skipped, report.bad_rows.len()), (250, 0, 250, 100));
    assert!(corpus.chunks.is_empty());
}

#[test]
fn an_update_takes_the_place_of_the_row_with_its_id() {
    let mut corpus = Corpus::new();
    corpus.append("id,text\n1,a\n2,b\n3,c\n", &with_id());
    let report = corpus.import("id,text\n2,new\n4,d\n", ImportMode::Update, &with_id());
    assert_eq!((report.added, report.updated, report.skipped), (1, 1, 0));
    assert_eq!(corpus.chunks[0].excluded, [1]);
    assert_eq!(corpus.rows(), pairs(&[("1", "a"), ("3", "c"), ("2", "new"), ("4", "d")]));
    let report = corpus.import("id,text\n2,newer\n2,newest\n", ImportMode::Update, &with_id());
    assert_eq!(reasons(&report), ["3: the id `2` occurs twice in the file"]);
    assert_eq!(corpus.chunks[0].excluded, [1, 3]);
}

#[test]
fn an_update_keeps_what_its_file_says_nothing_about() {
    let mut corpus = Corpus::new();
    let stars = AttributeMapping { column: "stars".to_owned(), kind: ColumnType::Number };
    let mapping = Mapping { attributes: vec![stars], split: Some("split".to_owned()), ..with_id() };
    corpus.append("id,text,stars,split\n1,a,5,valid\n2,b,4,test\n", &mapping);
    let gold = Mapping { id: Some("id".to_owned()), gold: Some("label".to_owned()), ..Mapping::default() };
    let report = corpus.import("id,label\n2,SPAM\n9,HAM\n", ImportMode::Update, &gold);
    assert_eq!(report.updated, 1);
    assert_eq!(reasons(&report), ["3: no document has the id `9`, and the row brings no text"]);
    assert_eq!(corpus.rows(), pairs(&[("1", "a"), ("2", "b")]));
    let chunk = &corpus.loaded()[0];
    assert_eq!(chunk.gold, Some(vec![ABSTAIN, ABSTAIN, 1]));
    assert_eq!(chunk.splits[2], Split::Test);
    assert!(matches!(chunk.column("stars"), Some(ColumnData::Number(stars)) if stars.get(2) == Some(4.0)));
}

#[test]
fn a_vector_of_another_length_is_bad_and_a_file_without_vectors_keeps_those_that_are_there() {
    let mut corpus = Corpus::new();
    let near = AttributeMapping { column: "near".to_owned(), kind: ColumnType::Vector(2) };
    let mapping = Mapping { attributes: vec![near], ..with_id() };
    let rows =
        "id,text,near\n1,a,\"[1, -0.5]\"\n2,b,\n3,c,\"[1]\"\n4,d,\"[1, null]\"\n5,e,\"[1, 1e39]\"\n6,f,2 3\n";
    let report = corpus.append(rows, &mapping);
    let expected = [
        "4: column `near`: not a vector of 2 numbers: it has 1 numbers, not 2",
        "5: column `near`: not a vector of 2 numbers: `null` in a vector is not a number",
        "6: column `near`: not a vector of 2 numbers: `1e39` in a vector is not a finite 32-bit number",
    ];
    assert_eq!(reasons(&report), expected);
    corpus.import("id,text\n1,new\n", ImportMode::Update, &with_id());
    let chunk = &corpus.loaded()[0];
    let Some(ColumnData::Vector(vectors)) = chunk.column("near") else { panic!("no vectors") };
    let rows: Vec<_> = vectors.iter().collect();
    assert_eq!(rows, [Some(&[1.0, -0.5][..]), None, Some(&[2.0, 3.0]), Some(&[1.0, -0.5])]);
}

#[test]
fn equal_texts_without_ids_are_documents_of_their_own() {
    let mut corpus = Corpus::new();
    let file = "text\nnice\nnice\nbad\n";
    assert_eq!(corpus.append(file, &text_only()).added, 3);
    let first = corpus.rows();
    assert_eq!(corpus.append(file, &text_only()).added, 3);
    let mut ids: Vec<String> = corpus.rows().into_iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6);

    let mut again = Corpus::new();
    again.append(file, &text_only());
    assert_eq!(again.rows(), first);
    let report = again.import(file, ImportMode::Update, &text_only());
    assert_eq!((report.added, report.updated), (0, 3));
}

#[test]
fn an_open_chunk_is_continued_and_a_full_one_left_alone() {
    let mut corpus = Corpus::new();
    corpus.append(numbered(0..CHUNK_ROWS + 10), &with_id());
    let full = corpus.chunks[0].clone();
    let tail = corpus.chunks[1].clone();
    assert_eq!((full.rows as usize, tail.rows), (CHUNK_ROWS, 10));
    let report = corpus.append(numbered(5..7), &with_id());
    assert_eq!(report.added, 0);
    assert_eq!(corpus.chunks[1], tail, "a tail that got no row stays as it is");
    corpus.append(numbered(CHUNK_ROWS + 10..CHUNK_ROWS + 15), &with_id());
    assert_eq!(corpus.chunks.len(), 2);
    assert_eq!((&corpus.chunks[0], corpus.chunks[1].rows, corpus.chunks[1].ordinal), (&full, 15, 1));

    let mut at_once = Corpus::new();
    at_once.append(numbered(0..CHUNK_ROWS + 15), &with_id());
    assert_eq!(at_once.chunks, corpus.chunks, "the same rows give the same chunks, however they came");
}

#[test]
fn chunks_are_sealed_by_bytes_of_text_too() {
    let mut corpus = Corpus::new();
    let mut file = String::from("text\n");
    for row in 0..18 {
        file.push_str(&char::from(b'a' + row).to_string().repeat(1 << 20));
        file.push('\n');
    }
    corpus.append(file, &text_only());
    assert_eq!(corpus.chunks.iter().map(|info| info.rows).collect::<Vec<_>>(), [16, 2]);
}

#[test]
fn a_column_that_comes_later_is_missing_in_older_rows() {
    let mut corpus = Corpus::new();
    corpus.append(numbered(0..CHUNK_ROWS), &with_id());
    let stars = AttributeMapping { column: "stars".to_owned(), kind: ColumnType::Number };
    corpus.append("id,text,stars\nz,y,3\n", &Mapping { attributes: vec![stars], ..with_id() });
    assert!(corpus.store.get(&corpus.chunks[0].hash).unwrap().column("stars").is_none());
    for (chunk, expected) in corpus.loaded().iter().zip([None, Some(3.0)]) {
        assert!(matches!(chunk.column("stars"), Some(ColumnData::Number(stars)) if stars.get(0) == expected));
    }
    let stars = AttributeMapping { column: "stars".to_owned(), kind: ColumnType::Category };
    let path = corpus.file("id,text,stars\nq,y,3\n");
    let error = corpus.run(&path, |_| (), &Mapping { attributes: vec![stars], ..with_id() }).unwrap_err();
    let expected = "column `stars` is a number column of the corpus and cannot become a category column";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn gold_splits_votes_and_probabilities_are_typed_or_bad() {
    let vote = |column: &str, label: Option<&str>| VoteMapping {
        column: column.to_owned(),
        source: "gpt".to_owned(),
        label: label.map(str::to_owned),
    };
    let mapping = Mapping {
        gold: Some("label".to_owned()),
        split: Some("split".to_owned()),
        votes: vec![vote("vote", None), vote("p", Some("SPAM"))],
        ..with_id()
    };
    let mut corpus = Corpus::new();
    let file = "id,text,label,split,vote,p\n\
        1,a,SPAM,Dev,HAM,0.25\n2,b,0,validation,1,\n3,c,,test,-1,1\n\
        4,d,EGGS,dev,,\n5,e,1,holdout,,\n6,f,1,dev,2,\n7,g,1,dev,,1.5\n8,h,1.0,,,\n";
    let report = corpus.append(file, &mapping);
    assert_eq!(
        reasons(&report),
        [
            "5: column `label`: `EGGS` is not a label; the labels are HAM, SPAM",
            "6: column `split`: `holdout` is not a split: expected train, dev, valid or test",
            "7: column `vote`: `2` is not a label; the labels are HAM, SPAM",
            "8: column `p`: `1.5` is not a probability",
        ]
    );
    let chunk = &corpus.loaded()[0];
    assert_eq!(chunk.gold, Some(vec![1, 0, ABSTAIN, 1]));
    assert_eq!(chunk.splits[..3], [Split::Dev, Split::Valid, Split::Test]);
    let gpt = chunk.source("gpt").unwrap();
    assert_eq!(gpt.votes, [0, 1, ABSTAIN, ABSTAIN]);
    let (label, probabilities) = &gpt.probabilities[0];
    assert_eq!((*label, probabilities.get(0), probabilities.get(1)), (1, Some(0.25), None));
    assert_eq!(corpus.schema.sources, ["gpt"]);
}

#[test]
fn what_cannot_be_imported_at_all_is_refused_before_reading() {
    let corpus = Corpus::new();
    let path = corpus.file("text\na\n");
    let refuse = |mapping: &Mapping| corpus.run(&path, |_| (), mapping).unwrap_err().to_string();
    assert!(refuse(&Mapping::default()).contains("which column is the text"));
    let twice = AttributeMapping { column: "text".to_owned(), kind: ColumnType::Text };
    assert_eq!(refuse(&Mapping { attributes: vec![twice], ..text_only() }), "column `text` is mapped twice");
    assert_eq!(refuse(&with_id()), "rows.csv has no column `id`; it has `text`");
}

#[test]
fn a_cancelled_import_ends_at_once_and_changes_nothing() {
    let corpus = Corpus::new();
    let path = corpus.file("text\n".to_owned() + &"x\n".repeat(20_000));
    let mapping = text_only();
    let mut calls = 0;
    let import = Import {
        path: &path,
        name: "rows.csv",
        format: None,
        mapping: &mapping,
        on_bad_row: OnBadRow::Skip,
        mode: ImportMode::Append,
        labels: &[],
        seed: 0,
        schema: &corpus.schema,
        chunks: &[],
        limits: Limits::default(),
    };
    let result = import.run(&corpus.store, &mut |progress| {
        calls += 1;
        assert!(progress.rows <= 2_048);
        if calls == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(result, Err(CorpusError::Cancelled)));
}

#[test]
fn a_large_file_is_stored_as_it_is_read() {
    const CHUNK: u64 = CHUNK_ROWS as u64;
    const ROWS: u64 = CHUNK * 12;
    let corpus = Corpus::new();
    let path = corpus.folder.path().join("rows.csv");
    // Rows are made while they are packed: nothing here holds the file either.
    let mut packed = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    packed.write_all(b"id,text\n").unwrap();
    for row in 0..ROWS {
        let noise = blake3::hash(&row.to_le_bytes()).to_hex();
        writeln!(packed, "{row},a comment that is not like the others {noise}").unwrap();
    }
    packed.finish().unwrap();
    let objects = corpus.folder.path().join("objects");
    let mapping = with_id();
    let import = Import {
        path: &path,
        name: "rows.csv.zst",
        format: None,
        mapping: &mapping,
        on_bad_row: OnBadRow::Stop,
        mode: ImportMode::Append,
        labels: &[],
        seed: 0,
        schema: &corpus.schema,
        chunks: &[],
        limits: Limits::default(),
    };
    let mut largest_gap = 0;
    let imported = import
        .run(&corpus.store, &mut |progress| {
            // Ids, splits, texts and the list of them: four objects per chunk.
            let stored = count_files(&objects) / 4 * CHUNK;
            largest_gap = largest_gap.max(progress.rows - stored);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((imported.report.added, imported.chunks.len()), (ROWS, 12));
    assert!(largest_gap <= CHUNK, "{largest_gap} rows were held at once");
}

fn count_files(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

#[test]
fn youtube_is_imported_whole() {
    let data = std::env::var_os("HUNCH_DATA").map(PathBuf::from);
    let data = data.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"));
    let path = data.join("youtube/text_train.csv");
    if !path.exists() {
        let _ = writeln!(std::io::stderr(), "skipped: no HUNCH_DATA");
        return;
    }
    let mut corpus = Corpus::new();
    let preview = crate::corpus::preview(&path, "text_train.csv", None, &Limits::default()).unwrap();
    let guessed = Mapping { gold: Some("label".to_owned()), ..with_id() };
    assert_eq!((&preview.guess, preview.labels), (&guessed, vec!["0".to_owned(), "1".to_owned()]));
    let report = corpus.append(std::fs::read(&path).unwrap(), &preview.guess);
    assert_eq!((report.rows, report.added, report.skipped), (1_686, 1_686, 0));
    let subscribe =
        corpus.rows().iter().filter(|(_, text)| text.to_lowercase().contains("subscribe")).count();
    assert_eq!(subscribe, 216);
}
