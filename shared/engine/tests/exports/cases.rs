//! Documents, and the rules that are exported and run on them.

use std::{collections::BTreeMap, fs, sync::Arc};

use hunch_engine::{Chunk, ColumnData, Evaluator, Lexicon, Lexicons, Program};
use hunch_rules::{
    Compiled, CompiledRule, LexiconDef, Schema, Severity, Source, WeightsDef, compile, lexicon_hash,
    normalize_terms,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::row::{Row, chunk, schema};

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
    #[serde(default)]
    weighed: Vec<String>,
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
        // Likeness is refused by every target, whatever the weights are.
        let weights = WeightsDef { column: "text".to_owned(), hash: String::new() };
        let weights = (!case.weighed.is_empty()).then_some(weights);
        Self {
            name: case.name,
            rules,
            schema: schema(case.lexicons.iter().map(lexicon).collect(), Vec::from_iter(weights)),
            lexicons: case.lexicons.values().map(stored).collect(),
            chunk: Arc::new(chunk(&sides).unwrap()),
        }
    }
}

impl Documents {
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
                    ColumnData::Vector(vectors) => {
                        ("vector", vectors.iter().map(|vector| json!(vector)).collect())
                    }
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
