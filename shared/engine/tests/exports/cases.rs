//! Documents, and the rules that are exported and run on them.

use std::{collections::BTreeMap, fs, sync::Arc};

use hunch_engine::{Chunk, Column, ColumnData, Evaluator, Lexicon, Lexicons, Program, Split, TextColumn};
use hunch_rules::{
    ColumnDef, ColumnType, Compiled, CompiledRule, Compiler, LexiconDef, Schema, Severity, Source, compile,
    import, lexicon_hash, normalize_terms,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    host::{data_folder, read},
    row::{Row, chunk, schema},
};

/// Rules and the documents they are run on.
#[derive(Clone)]
pub(crate) struct Documents {
    pub(crate) name: String,
    pub(crate) rules: String,
    pub(crate) schema: Schema,
    /// By hash.
    pub(crate) lexicons: BTreeMap<String, Vec<String>>,
    pub(crate) chunk: Arc<Chunk>,
}

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    when: Option<String>,
    #[serde(default)]
    yes: Vec<Row>,
    #[serde(default)]
    no: Vec<Row>,
    #[serde(default)]
    unknown: Vec<Row>,
    rules: Option<String>,
    #[serde(default)]
    rows: Vec<Row>,
    error: Option<String>,
    #[serde(default)]
    lexicons: BTreeMap<String, Vec<String>>,
}

/// The cases of the rule corpus that are no errors.
pub(crate) fn corpus(folder: &str) -> Vec<Documents> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let cases = files.iter().flat_map(|path| {
        toml::from_str::<File>(&fs::read_to_string(path).unwrap()).unwrap().case.into_iter()
    });
    cases.filter(|case| case.error.is_none()).map(Documents::from).collect()
}

impl From<Case> for Documents {
    fn from(case: Case) -> Self {
        let sides = [case.yes, case.no, case.unknown, case.rows].concat();
        let rules = match (case.when, case.rules) {
            (Some(when), _) => format!("rule r:\n  SPAM when {when}\n  HAM when not ({when})\n"),
            (None, rules) => rules.unwrap(),
        };
        let stored = |terms: &Vec<String>| {
            let terms = normalize_terms(terms.iter().cloned());
            (lexicon_hash(&terms), terms)
        };
        let lexicon =
            |(name, terms): (&String, &Vec<String>)| LexiconDef { name: name.clone(), hash: stored(terms).0 };
        Self {
            name: case.name,
            rules,
            schema: schema(case.lexicons.iter().map(lexicon).collect()),
            lexicons: case.lexicons.values().map(stored).collect(),
            chunk: Arc::new(chunk(&sides).unwrap()),
        }
    }
}

/// Rules of every kind that can be exported.
const YOUTUBE: &str = include_str!("youtube.hunch");

/// Rules of every kind on youtube's training rows.
pub(crate) fn youtube() -> Option<Vec<Documents>> {
    let folder = data_folder()?;
    Some(vec![Documents::of_texts(
        "youtube",
        YOUTUBE.to_owned(),
        &format!("{folder}/youtube/text_train.csv"),
    )])
}

/// The published regular expressions, imported, on the training rows of sms.
pub(crate) fn sms() -> Option<Vec<Documents>> {
    let folder = data_folder()?;
    let table = String::from_utf8(read(&format!("{folder}/sms/rules.tsv"))).unwrap();
    let imported = import::import(&table, import::Options::default(), &mut Compiler::default()).unwrap();
    Some(vec![Documents::of_texts("sms", imported.rules, &format!("{folder}/sms/text_train.csv"))])
}

impl Documents {
    /// The `id` and `text` columns of a file.
    fn of_texts(name: &str, rules: String, path: &str) -> Self {
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
        Self { name: name.to_owned(), rules, schema, lexicons: BTreeMap::new(), chunk: Arc::new(chunk) }
    }

    pub(crate) fn compiled(&self) -> Compiled {
        let compiled = compile(&[Source { name: &self.name, text: &self.rules }], &self.schema);
        let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{}: {:?}", self.name, compiled.diagnostics);
        compiled
    }

    /// What the engine votes.
    pub(crate) fn votes(&self, rule: &CompiledRule) -> Vec<i16> {
        let lexicons: Lexicons = self
            .lexicons
            .iter()
            .map(|(hash, terms)| (hash.clone(), Arc::new(Lexicon::new(terms.clone()))))
            .collect();
        let program = Program::compile(&rule.plan, &lexicons).unwrap();
        Evaluator::new(self.chunk.clone()).votes(&program).to_votes()
    }

    /// Columns with name, type and values; days are counted from 1970-01-01.
    pub(crate) fn table(&self) -> Value {
        let columns: Vec<Value> = self
            .chunk
            .columns
            .iter()
            .map(|column| {
                let (kind, values): (_, Vec<Value>) = match &column.data {
                    ColumnData::Text(texts) | ColumnData::Category(texts) => {
                        ("text", texts.iter().map(|text| json!(text)).collect())
                    }
                    ColumnData::Number(values) => ("number", self.each(|row| json!(values.get(row)))),
                    ColumnData::Bool(values) => ("bool", self.each(|row| json!(values.get(row)))),
                    ColumnData::Date(values) => ("date", self.each(|row| json!(values.get(row)))),
                };
                json!({ "name": column.name, "kind": kind, "values": values })
            })
            .collect();
        json!({ "rows": self.chunk.rows, "columns": columns })
    }

    fn each(&self, value: impl Fn(usize) -> Value) -> Vec<Value> {
        (0..self.chunk.rows).map(value).collect()
    }
}
