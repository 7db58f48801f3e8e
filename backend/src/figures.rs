//! Figures of a rule that is not saved, over the whole corpus: for browsers that hold a sample of it.

use crate::corpus::{ChunkStore, CorpusError, CorpusSchema, Objects};
use crate::rules;
use crate::store::{ProjectInputs, Store, StoreError};
use hunch_engine::{
    Bitset, Chunk, EditCounts, Evaluator, Lexicon, Lexicons, Others, Program, ProgramError, ProgramSet,
    RuleVotes, Split, Stored,
};
use hunch_protocol::{ChunkInfo, EditFigures, EditedRule, ProblemError};
use hunch_rules::{Compiled, Plan, Severity, Source};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use uuid::Uuid;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FiguresError {
    /// The rule does not compile; what is wrong with it.
    #[error("The rule does not compile.")]
    Source(Vec<ProblemError>),
    /// The rule compiles and cannot be evaluated.
    #[error(transparent)]
    Program(#[from] ProgramError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// Nobody listens any more, as a rule.
    #[error(transparent)]
    Told(#[from] io::Error),
}

/// An edited rule among the project's active ones, ready to be evaluated.
pub(crate) struct Edit {
    chunks: Vec<ChunkInfo>,
    rows: u64,
    schema: CorpusSchema,
    gold: BTreeMap<String, i16>,
    /// The other active rules, then the edited one, then what it replaces if that counts.
    programs: ProgramSet,
    others: usize,
    /// Whether saving the edit would change votes that count: not where it replaces an inactive rule.
    moves: bool,
}

impl Edit {
    /// Reads and compiles.
    pub(crate) async fn prepare(
        store: &Arc<dyn Store>,
        objects: &Objects,
        project: Uuid,
        edited: EditedRule,
    ) -> Result<Self, FiguresError> {
        let inputs = store.rule_inputs(project).await?;
        let gold = store.gold_of(project).await?;
        let replaced = inputs.rules.iter().find(|rule| Some(&rule.id) == edited.replaces.as_ref()).cloned();
        let moves = edited.replaces.is_none() || replaced.is_some();
        let saved = plans(&rules::compile(&inputs));
        let plan = edited_plan(&inputs, &edited)?;

        let others = inputs.rules.iter().filter(|rule| Some(&rule.id) != edited.replaces.as_ref());
        let others: Vec<&Plan> = others.filter_map(|rule| saved.get(&rule.name)).collect();
        let before = replaced.and_then(|rule| saved.get(&rule.name));
        let mut lexicons = Lexicons::new();
        let all = || others.iter().copied().chain(before).chain([&plan]);
        for (_, hash) in all().flat_map(Plan::lexicons) {
            if !lexicons.contains_key(hash) {
                let terms = store.lexicon_terms(project, hash).await?;
                lexicons.insert(hash.to_owned(), Arc::new(Lexicon::new(terms)));
            }
        }
        let weights = objects.term_weights(all().flat_map(Plan::weights).collect()).await?;
        let stored = Stored { lexicons: &lexicons, weights: &weights };
        // As in the browser, a saved rule that cannot be evaluated votes nowhere.
        let others = others.into_iter().filter_map(|plan| Program::compile(plan, stored).ok());
        let mut programs: Vec<Program> = others.collect();
        let others = programs.len();
        programs.push(Program::compile(&plan, stored)?);
        programs.extend(before.and_then(|plan| Program::compile(plan, stored).ok()));
        let corpus = inputs.corpus;
        Ok(Self {
            rows: corpus.rows,
            chunks: corpus.chunks,
            schema: CorpusSchema {
                columns: corpus.columns,
                default_text: corpus.default_text,
                sources: corpus.sources,
            },
            gold,
            programs: ProgramSet::new(programs),
            others,
            moves,
        })
    }

    /// Evaluates on all cores, chunk by chunk in the corpus' order, and writes how far it is as lines of JSON; the last
    /// one is of all documents. Ends early when nobody reads.
    pub(crate) fn write(&self, chunks: &ChunkStore, out: &mut dyn Write) -> Result<(), FiguresError> {
        let mut figures = EditFigures { total: self.rows, edit: EditCounts::default() };
        for some in self.chunks.chunks(rayon::current_num_threads()) {
            let parts: Vec<EditCounts> =
                some.par_iter().map(|info| self.evaluate(chunks, info)).collect::<Result<_, _>>()?;
            for part in &parts {
                figures.edit += part;
            }
            tell(out, &figures)?;
        }
        if self.chunks.is_empty() {
            tell(out, &figures)?;
        }
        Ok(())
    }

    fn evaluate(&self, chunks: &ChunkStore, info: &ChunkInfo) -> Result<EditCounts, CorpusError> {
        let chunk = chunks.get_aligned(&info.hash, &self.schema)?;
        let mut counted = Bitset::full(chunk.rows);
        info.excluded.iter().for_each(|row| counted.unset(*row as usize));
        let gold = self.gold_of(&chunk);
        let votes = Evaluator::new(chunk.clone()).votes_of(&self.programs);
        let others: Vec<&RuleVotes> = votes[..self.others].iter().collect();
        let others = Others::of(chunk.rows, &others);
        let nothing = RuleVotes { rows: chunk.rows, by_label: Vec::new() };
        let before = self.moves.then(|| votes.get(self.others + 1).unwrap_or(&nothing));
        Ok(EditCounts::count(&votes[self.others], before, Some(&others), &counted, &gold))
    }

    /// Gold of the dev split, the only one that writers of rules may see: what people gave, else the file's.
    fn gold_of(&self, chunk: &Chunk) -> Vec<i16> {
        let gold = |row: usize| {
            let given = self.gold.get(chunk.ids.get(row)?).copied();
            given.or_else(|| Some(chunk.gold.as_ref()?[row]))
        };
        let dev = |row: usize| chunk.splits[row] == Split::Dev;
        (0..chunk.rows).map(|row| if dev(row) { gold(row).unwrap_or(-1) } else { -1 }).collect()
    }
}

fn tell(out: &mut dyn Write, figures: &EditFigures) -> io::Result<()> {
    serde_json::to_writer(&mut *out, figures)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The plans of rules by name.
fn plans(compiled: &Compiled) -> BTreeMap<String, Plan> {
    compiled.rules.iter().map(|rule| (rule.name.clone(), rule.plan.clone())).collect()
}

/// What the edited text means among the other active rules; it must hold one rule without errors.
fn edited_plan(inputs: &ProjectInputs, edited: &EditedRule) -> Result<Plan, FiguresError> {
    let others = inputs.rules.iter().filter(|rule| Some(&rule.id) != edited.replaces.as_ref());
    let mut sources: Vec<Source<'_>> =
        others.map(|rule| Source { name: &rule.name, text: &rule.source }).collect();
    let place = sources.len();
    sources.push(Source { name: "", text: &edited.source });
    let compiled = hunch_rules::compile(&sources, &rules::schema(inputs));
    let errors = compiled.diagnostics.into_iter();
    let errors: Vec<ProblemError> = errors
        .filter(|found| found.source == place && found.severity == Severity::Error)
        .map(rules::problem_error)
        .collect();
    let mut found = compiled.rules.into_iter().filter(|rule| rule.source == place);
    match (found.next(), found.next()) {
        (Some(rule), None) if errors.is_empty() => Ok(rule.plan),
        _ if errors.is_empty() => {
            let message = "must hold exactly one rule".to_owned();
            let field = "source".to_owned();
            Err(FiguresError::Source(vec![ProblemError {
                field,
                message,
                code: None,
                help: None,
                span: None,
            }]))
        }
        _ => Err(FiguresError::Source(errors)),
    }
}
