//! What a project's labels follow from, compiled.

use super::error::JobError;
use super::task::{Task, compute};
use crate::corpus::CorpusSchema;
use crate::rules;
use crate::store::ProjectInputs;
use hunch_engine::{Lexicon, Lexicons, Program, ProgramSet, Stored};
use hunch_protocol::{CorpusColumn, ManifestLexicon, ManifestWeights};
use hunch_rules::{Compiled, LineIndex, Severity, WeightsDef};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a project's labels follow from, with the active rules compiled.
pub(super) struct Inputs {
    /// As read from the store.
    pub(super) stored: ProjectInputs,
    /// Columns of the whole corpus.
    pub(super) schema: CorpusSchema,
    /// The active rules' programs, in the order of `stored.rules`.
    pub(super) programs: ProgramSet,
    /// The lexicons that rules name.
    pub(super) lexicons: Vec<ManifestLexicon>,
    /// The term weights that rules compare texts by.
    pub(super) weights: Vec<ManifestWeights>,
}

impl Inputs {
    /// Reads and compiles. Refuses rules that do not compile, with the first error.
    pub(super) async fn load(task: &Task) -> Result<Arc<Self>, JobError> {
        let store = &task.context.store;
        let stored = store.project_inputs(task.project).await?;
        let (stored, compiled) = compute(move || {
            let compiled = rules::compile(&stored);
            check(&stored, &compiled)?;
            Ok((stored, compiled))
        })
        .await?;

        let plans = compiled.rules.iter().map(|rule| &rule.plan);
        let named: BTreeSet<(&str, &str)> = plans.flat_map(|plan| plan.lexicons()).collect();
        let mut lexicons = Lexicons::new();
        for (_, hash) in &named {
            let terms = store.lexicon_terms(task.project, hash).await?;
            lexicons.insert((*hash).to_owned(), Arc::new(Lexicon::new(terms)));
        }
        let weights = compiled.rules.iter().flat_map(|rule| rule.plan.weights()).collect();
        let weights = task.context.objects.term_weights(weights).await?;
        let columns = stored.corpus.columns.iter().filter_map(CorpusColumn::term_weights);
        let weighed = columns.filter(|column| weights.contains_key(&column.hash));
        let weighed = weighed.map(|WeightsDef { column, hash }| ManifestWeights { column, hash }).collect();
        let named = named
            .into_iter()
            .map(|(name, hash)| ManifestLexicon { name: name.to_owned(), hash: hash.to_owned() })
            .collect();
        compute(move || {
            let known = Stored { lexicons: &lexicons, weights: &weights };
            let programs = compiled.rules.iter().map(|rule| Program::compile(&rule.plan, known));
            let programs = ProgramSet::new(programs.collect::<Result<_, _>>()?);
            let schema = CorpusSchema {
                columns: stored.corpus.columns.clone(),
                default_text: stored.corpus.default_text.clone(),
                sources: stored.corpus.sources.clone(),
            };
            Ok(Arc::new(Self { stored, schema, programs, lexicons: named, weights: weighed }))
        })
        .await
    }

    /// The active rules' names, in the order of the vote matrix.
    pub(super) fn rule_names(&self) -> Vec<String> {
        self.stored.rules.iter().map(|rule| rule.name.clone()).collect()
    }

    /// The active rules' plan keys, in the order of the vote matrix.
    pub(super) fn plan_keys(&self) -> Vec<String> {
        self.programs.programs().iter().map(|program| program.key().to_owned()).collect()
    }
}

/// Whether every active rule has become one compiled rule.
fn check(stored: &ProjectInputs, compiled: &Compiled) -> Result<(), JobError> {
    if let Some(error) = compiled.diagnostics.iter().find(|found| found.severity == Severity::Error) {
        let rule = &stored.rules[error.source];
        let (line, column) = LineIndex::new(&rule.source).line_column(error.span.start);
        return Err(JobError::Refused(format!(
            "rule `{}` does not compile, line {line}, column {column}: {}; correct it or make it inactive",
            rule.name, error.message
        )));
    }
    if compiled.rules.iter().map(|rule| rule.source).eq(0..stored.rules.len()) {
        Ok(())
    } else {
        Err(JobError::Refused("every active rule must hold exactly one rule; save them again".to_owned()))
    }
}
