//! One case of the corpus: see `corpus/README.md`.

use std::{collections::BTreeMap, sync::Arc};

use hunch_engine::{
    Chunk, Evaluator, Lexicon, Lexicons, Program, Stored, TermCounter, TermWeights, TextColumn,
};
use hunch_rules::{
    CompiledRule, Diagnostic, LexiconDef, Severity, Source, WeightsDef, compile, lexicon_hash,
    normalize_terms,
};
use serde::Deserialize;

use crate::row::{LABELS, Row, chunk, schema};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// A condition …
    when: Option<String>,
    #[serde(default)]
    yes: Vec<Row>,
    #[serde(default)]
    no: Vec<Row>,
    #[serde(default)]
    unknown: Vec<Row>,
    /// … or a whole source.
    rules: Option<String>,
    #[serde(default)]
    rows: Vec<Row>,
    #[serde(default)]
    votes: BTreeMap<String, Vec<String>>,
    /// The code of the error that must be found.
    error: Option<String>,
    #[serde(default)]
    lexicons: BTreeMap<String, Vec<String>>,
    /// Texts from which the term weights of the column `text` are counted.
    #[serde(default)]
    weighed: Vec<String>,
}

/// Runs all cases of a file and lists those that fail.
pub(crate) fn run(file: &str, text: &str) {
    let cases = toml::from_str::<File>(text).unwrap_or_else(|error| panic!("{file}: {error}")).case;
    assert!(!cases.is_empty(), "{file} has no cases");
    let failures: Vec<_> = cases
        .iter()
        .filter_map(|case| case.check().err().map(|why| format!("{}: {why}", case.name)))
        .collect();
    assert!(
        failures.is_empty(),
        "{file}: {} of {} cases fail\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

impl Case {
    fn check(&self) -> Result<(), String> {
        match (&self.error, &self.when, &self.rules) {
            (Some(code), ..) => self.check_error(code),
            (None, Some(when), None) => self.check_condition(when),
            (None, None, Some(rules)) => self.check_votes(rules),
            _ => Err("a case has either `when` or `rules`".to_owned()),
        }
    }

    fn check_error(&self, code: &str) -> Result<(), String> {
        let when = self.when.as_ref().map(|when| format!("rule r:\n  SPAM when {when}\n"));
        let source = when.or_else(|| self.rules.clone()).ok_or("nothing to compile")?;
        let (_, errors) = self.compile(&source);
        let codes: Vec<_> = errors.iter().map(|error| error.code).collect();
        if codes.contains(&code) {
            Ok(())
        } else {
            Err(format!("expected the error `{code}`, found {errors:?}"))
        }
    }

    /// The condition votes SPAM where it is true; where its opposite is true, it votes HAM.
    fn check_condition(&self, when: &str) -> Result<(), String> {
        let source = format!("rule r:\n  SPAM when {when}\n  HAM when not ({when})\n");
        let sides = [(&self.yes, "SPAM"), (&self.no, "HAM"), (&self.unknown, "-")];
        let rows: Vec<_> = sides.iter().flat_map(|(rows, _)| rows.iter().cloned()).collect();
        let votes = sides.iter().flat_map(|(rows, vote)| rows.iter().map(|_| (*vote).to_owned()));
        self.check_rules(&source, &rows, &BTreeMap::from([("r".to_owned(), votes.collect())]))
    }

    fn check_votes(&self, rules: &str) -> Result<(), String> {
        self.check_rules(rules, &self.rows, &self.votes)
    }

    fn check_rules(
        &self,
        source: &str,
        rows: &[Row],
        expected: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), String> {
        if rows.is_empty() || expected.is_empty() {
            return Err("nothing is expected".to_owned());
        }
        let (rules, errors) = self.compile(source);
        if !errors.is_empty() {
            return Err(format!("{errors:?}"));
        }
        // Through the stored form, which must change nothing.
        let objects: Vec<_> = chunk(rows)?.column_objects().into_iter().map(|object| object.bytes).collect();
        let chunk = Arc::new(Chunk::from_objects(&objects).map_err(|error| error.to_string())?);
        for (name, expected) in expected {
            let rule =
                rules.iter().find(|rule| rule.name == *name).ok_or_else(|| format!("no rule `{name}`"))?;
            let lexicons = self.lexicons();
            let weights = self.weights()?.into_iter().collect();
            let stored = Stored { lexicons: &lexicons, weights: &weights };
            let program = Program::compile(&rule.plan, stored).map_err(|error| error.to_string())?;
            let votes = Evaluator::new(chunk.clone()).votes(&program).to_votes();
            let mut alone = Evaluator::new(chunk.clone());
            for (row, vote) in votes.iter().enumerate() {
                if alone.votes_in(&program, row..row + 1).vote(row) != *vote {
                    return Err(format!("`{name}` votes otherwise on row {row} alone: {:?}", rows[row]));
                }
            }
            let named = |vote: &i16| usize::try_from(*vote).map_or("-", |label| LABELS[label]);
            let votes: Vec<_> = votes.iter().map(named).collect();
            if votes.len() != expected.len() {
                return Err(format!("{} votes are expected on {} rows", expected.len(), votes.len()));
            }
            if let Some(row) = (0..votes.len()).find(|row| votes[*row] != expected[*row]) {
                let (found, expected) = (votes[row], &expected[row]);
                return Err(format!("`{name}` votes {found}, {expected} expected, on {:?}", rows[row]));
            }
        }
        Ok(())
    }

    fn compile(&self, source: &str) -> (Vec<CompiledRule>, Vec<Diagnostic>) {
        let lexicon = |(name, terms): (&String, &Vec<String>)| LexiconDef {
            name: name.clone(),
            hash: lexicon_hash(terms),
        };
        let hash = self.weights().ok().flatten().map(|(hash, _)| hash);
        let weights = hash.map(|hash| WeightsDef { column: "text".to_owned(), hash });
        let schema = schema(self.lexicons.iter().map(lexicon).collect(), Vec::from_iter(weights));
        let compiled = compile(&[Source { name: "case", text: source }], &schema);
        let errors = compiled.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
        (compiled.rules, errors.collect())
    }

    /// The term weights with their hash, if the case has some.
    fn weights(&self) -> Result<Option<(String, Arc<TermWeights>)>, String> {
        if self.weighed.is_empty() {
            return Ok(None);
        }
        let texts =
            TextColumn::from_rows(self.weighed.iter().map(Some)).map_err(|error| error.to_string())?;
        let mut counter = TermCounter::default();
        counter.add(&texts);
        let object = counter.finish();
        let weights = TermWeights::from_object(&object).map_err(|error| error.to_string())?;
        Ok(Some((blake3::hash(&object).to_hex().to_string(), Arc::new(weights))))
    }

    fn lexicons(&self) -> Lexicons {
        let lexicon = |terms: &Vec<String>| {
            let terms = normalize_terms(terms.iter().cloned());
            (lexicon_hash(&terms), Arc::new(Lexicon::new(terms)))
        };
        self.lexicons.values().map(lexicon).collect()
    }
}
