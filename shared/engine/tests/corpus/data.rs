//! Votes on real data sets: equal to what others count, and the same natively and in WebAssembly.

use std::{io::Read, sync::Arc};

use hunch_engine::{
    Chunk, Column, ColumnData, Evaluator, Lexicons, Program, RuleVotes, Split, Stored, TermCounter,
    TermWeights, TextColumn, Weights,
};
use hunch_rules::{
    ColumnDef, ColumnType, Compiler, Plan, Schema, Source, WeightsDef, compile,
    import::{Options, import},
};

use crate::host::{data_folder, read};

/// BLAKE3 of the encoded votes of the seven rules on youtube's training rows: the same on every target.
const YOUTUBE_VOTES: &str = "4a169f2aad0bd4af1c8c6f39bd4e7123a8e1f46718c199422e403a0cdc24760f";
/// The same of the 73 regular expressions on the splits of sms.
const SMS_VOTES: [(&str, &str); 3] = [
    ("train", "2fe23525d85d2464d46974bcdfd6dae4a5e16d4f4f79ac349c8b48d47cdd0a32"),
    ("valid", "2b732c8a110c152008814cd471ae3be0fb9096c52329e3e8a00d24bb757e1ed7"),
    ("test", "1ca1575139091d00fd7b79f135db7cae87a6ca0d60e46646502fd321205645a6"),
];

/// BLAKE3 of the term weights of youtube's training rows, and of the votes of rules that compare with examples by them.
const YOUTUBE_WEIGHTS: &str = "ca54150ce6fc9e2591547d0c493f7867a17831f3761e265f23242be25af52ba7";
const YOUTUBE_LIKENESS: &str = "26e92ac604cd3faa8fe11547700ab9ab70dcf2139d17247bba8adb1bf7e0fdf2";

const SEVEN_RULES: &str = r#"
rule my: SPAM when text contains "my"
rule subscribe: SPAM when text contains "subscribe"
rule http: SPAM when text contains "http"
rule please: SPAM when text has any ("please", "plz")
rule check_out: SPAM when text ~ /check.*out/i
rule song: HAM when text contains "song"
rule short: HAM when words(text) < 6
rule subscribe_as_word: SPAM when text has "subscribe"
"#;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_rules_on_youtube_vote_as_counted_and_the_same_on_every_target() {
    let Some(folder) = data_folder() else { return };
    let chunk = texts(&format!("{folder}/youtube/text_train.csv"));
    assert_eq!(chunk.rows, 1_686);
    let schema = Schema {
        labels: vec!["HAM".to_owned(), "SPAM".to_owned()],
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "youtube", text: SEVEN_RULES }], &schema);
    assert_eq!(compiled.diagnostics, []);
    let plans: Vec<_> = compiled.rules.iter().map(|rule| &rule.plan).collect();
    let votes = votes(&plans, &chunk);
    let count =
        |rule: &str| votes[plans.iter().position(|plan| plan.name == rule).unwrap()].any().count_ones();
    assert_eq!((count("subscribe"), count("subscribe_as_word")), (216, 178));
    assert_eq!(digest(&votes[..7]), YOUTUBE_VOTES);
}

/// A hundred thresholds, so that a cosine that differs by little shows.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn likeness_to_examples_is_the_same_on_every_target() {
    let Some(folder) = data_folder() else { return };
    let chunk = texts(&format!("{folder}/youtube/text_train.csv"));
    let mut counter = TermCounter::default();
    counter.add(chunk.text_column("text").unwrap());
    let object = counter.finish();
    let hash = blake3::hash(&object).to_hex().to_string();
    let schema = Schema {
        labels: vec!["HAM".to_owned(), "SPAM".to_owned()],
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        weights: vec![WeightsDef { column: "text".to_owned(), hash: hash.clone() }],
        ..Schema::default()
    };
    let examples =
        r#"("check out my new channel please", "subscribe to win a prize", "i love this song so much")"#;
    let rule = |n: u32| {
        let (least, best) = (f64::from(n) / 100.0, n % 3 + 1);
        format!(
            "rule r{n}:\n  SPAM when similar(text, {examples}, {best}) > {least}\n  HAM when nearest(text, {examples}, {best}) = 3\n"
        )
    };
    let text: String = (0..100).map(rule).collect();
    let compiled = compile(&[Source { name: "youtube", text: &text }], &schema);
    assert_eq!(compiled.diagnostics, []);
    let weights = Weights::from([(hash.clone(), Arc::new(TermWeights::from_object(&object).unwrap()))]);
    let lexicons = Lexicons::new();
    let stored = Stored { lexicons: &lexicons, weights: &weights };
    let mut evaluator = Evaluator::new(chunk);
    let votes = compiled.rules.iter().map(|rule| Program::compile(&rule.plan, stored).unwrap());
    let votes: Vec<_> = votes.map(|program| evaluator.votes(&program)).collect();
    assert_eq!((hash.as_str(), digest(&votes).as_str()), (YOUTUBE_WEIGHTS, YOUTUBE_LIKENESS));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_published_regular_expressions_imported_vote_on_sms_as_in_python_cell_by_cell() {
    let Some(folder) = data_folder() else { return };
    let plans = imported(&String::from_utf8(read(&format!("{folder}/sms/rules.tsv"))).unwrap());
    assert_eq!(plans.len(), 73);
    let mut digests = Vec::new();
    for (split, _) in SMS_VOTES {
        let chunk = texts(&format!("{folder}/sms/text_{split}.csv"));
        let votes = votes(&plans.iter().collect::<Vec<_>>(), &chunk);
        let columns: Vec<_> = votes.iter().map(RuleVotes::to_votes).collect();
        let mut csv = String::new();
        let bytes = read(&format!("{folder}/sms/votes_re_{split}.csv.gz"));
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut csv).unwrap();
        let mut rows = 0;
        for (row, record) in csv::Reader::from_reader(csv.as_bytes()).into_records().enumerate() {
            let cells: Vec<i16> = record.unwrap().iter().skip(1).map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(
                columns.iter().map(|column| column[row]).collect::<Vec<_>>(),
                cells,
                "row {row} of {split}"
            );
            rows += 1;
        }
        assert_eq!(rows, chunk.rows);
        digests.push((split, digest(&votes)));
    }
    assert_eq!(digests, SMS_VOTES.map(|(split, digest)| (split, digest.to_owned())));
}

/// The rules of a table of regular expressions.
fn imported(table: &str) -> Vec<Plan> {
    let labels = ["ham", "spam"].map(str::to_owned);
    let options = Options { labels: &labels, ..Options::default() };
    let imported = import(table, options, &mut Compiler::default()).unwrap();
    assert_eq!(imported.skipped, []);
    let schema = Schema {
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "sms", text: &imported.rules }], &schema);
    assert_eq!(compiled.diagnostics, []);
    compiled.rules.into_iter().map(|rule| rule.plan).collect()
}

/// The `id` and `text` columns of a file.
fn texts(path: &str) -> Arc<Chunk> {
    let bytes = read(path);
    let records: Vec<_> =
        csv::Reader::from_reader(bytes.as_slice()).into_records().map(Result::unwrap).collect();
    let column =
        |index: usize| TextColumn::from_rows(records.iter().map(|record| record.get(index))).unwrap();
    Arc::new(Chunk {
        rows: records.len(),
        ids: column(0),
        splits: vec![Split::Train; records.len()],
        gold: None,
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(column(1)) }],
        sources: Vec::new(),
    })
}

fn votes(plans: &[&Plan], chunk: &Arc<Chunk>) -> Vec<RuleVotes> {
    let mut evaluator = Evaluator::new(chunk.clone());
    plans.iter().map(|plan| evaluator.votes(&Program::compile(plan, &Lexicons::new()).unwrap())).collect()
}

fn digest(votes: &[RuleVotes]) -> String {
    let bytes: Vec<u8> = votes.iter().flat_map(RuleVotes::encode).collect();
    blake3::hash(&bytes).to_hex().to_string()
}
