//! Suggested rules over the chunks that are here: what evaluation of the draft and the saved rules leaves time for.

use super::super::message::suggest::{Ask, Basis, Patterns, Told};
use super::super::message::{Piece, Report};
use super::{Entry, Held, Shard, split};
use hunch_engine::{Bitset, Program, RuleVotes};
use hunch_model::{FitOptions, ModelKind, PatternCounter, fit};
use hunch_suggest::{Evidence, Measured, Part, Share, Survey, compile, measure};
use std::collections::{BTreeMap, BTreeSet};

/// Proposed rules measured in one turn: a newer draft must be heard within a frame.
const BATCH: usize = 32;
/// Distinct vote rows of which a model is made; more are no matter for the time between two keystrokes.
const PATTERNS: usize = 50_000;

/// A question about suggestions, and how far it has been answered.
pub(super) struct Suggesting {
    request: u64,
    ask: Ask,
    /// Of a model: P(label) by vote row.
    model: BTreeMap<Vec<i16>, Vec<f64>>,
    /// Of [`Ask::Measure`].
    programs: Vec<Program>,
    done: Vec<(u32, Measured)>,
    /// The chunk at hand.
    at: Option<At>,
}

/// A chunk that is being measured.
struct At {
    ordinal: u32,
    covered: Bitset,
    evidence: Evidence,
    measured: Measured,
    /// Programs measured.
    programs: usize,
}

impl Shard {
    /// Takes a question; tells of the one it takes the place of that it is not answered any more.
    pub fn ask_suggestions(&mut self, request: u64, ask: Ask) -> Option<Report> {
        let programs = match &ask {
            Ask::Measure { plans, .. } => compile(plans),
            _ => Vec::new(),
        };
        let asked = Suggesting { request, ask, model: BTreeMap::new(), programs, done: Vec::new(), at: None };
        let told = Err("A newer question took the place of this one.".to_owned());
        self.suggesting.replace(asked).map(|before| Report::Suggest { request: before.request, told })
    }

    /// Works for a moment on suggestions; `false` if there is nothing to do.
    pub(super) fn step_suggestions(&mut self, out: &mut Vec<Report>) -> bool {
        let waits = self.rules.iter().any(|entry| matches!(entry.state, super::State::Waiting));
        let Some(mut asked) = self.suggesting.take_if(|_| !waits) else { return false };
        match self.answer(&mut asked) {
            Ok(None) => self.suggesting = Some(asked),
            Ok(Some(told)) => out.push(Report::Suggest { request: asked.request, told: Ok(told) }),
            Err(why) => out.push(Report::Suggest { request: asked.request, told: Err(why) }),
        }
        true
    }

    fn answer(&mut self, asked: &mut Suggesting) -> Result<Option<Told>, String> {
        let basis = match &asked.ask {
            Ask::Patterns => return self.patterns().map(|patterns| Some(Told::Patterns(patterns))),
            Ask::Survey { basis, .. } | Ask::Measure { basis, .. } => basis,
        };
        if let Basis::Model { labels, patterns } = basis
            && asked.model.is_empty()
        {
            asked.model = model(*labels, patterns)?;
        }
        if let Ask::Survey { sample, .. } = &asked.ask {
            let evidence = self.chunks.values().map(|held| self.evidence(held, basis, &asked.model));
            let evidence: Vec<Evidence> = evidence.collect::<Result<_, _>>()?;
            let shares = self.chunks.values().zip(&evidence).map(|(held, evidence)| Share {
                chunk: held.chunk(),
                counted: held.counted(),
                evidence,
            });
            return Ok(Some(Told::Survey(Survey::of(&shares.collect::<Vec<_>>(), *sample))));
        }
        self.measure_some(asked)
    }

    /// Measures some programs on a chunk.
    fn measure_some(&mut self, asked: &mut Suggesting) -> Result<Option<Told>, String> {
        let Ask::Measure { basis, sketch, .. } = &asked.ask else { return Ok(None) };
        if asked.at.is_none() {
            let known = |ordinal: &u32| asked.done.iter().any(|(done, _)| done == ordinal);
            let Some((ordinal, held)) = self.chunks.iter().find(|(ordinal, _)| !known(ordinal)) else {
                return Ok(Some(Told::Measured(std::mem::take(&mut asked.done))));
            };
            asked.at = Some(At {
                ordinal: *ordinal,
                covered: covered(held, &self.programs()),
                evidence: self.evidence(held, basis, &asked.model)?,
                measured: Measured::default(),
                programs: 0,
            });
        }
        let Some(mut at) = asked.at.take() else { return Ok(None) };
        let Some(held) = self.chunks.get_mut(&at.ordinal) else {
            return Err("The corpus changed meanwhile.".to_owned());
        };
        let end = (at.programs + BATCH).min(asked.programs.len());
        let keep: Vec<&Program> = self.rules.iter().chain(&self.draft).filter_map(Entry::program).collect();
        let (evaluator, counted) = held.evaluator();
        let mut part = Part { evaluator, counted, covered: &at.covered, evidence: &at.evidence, keep: &keep };
        at.measured.extend(measure(&mut part, &asked.programs[at.programs..end], *sketch));
        at.programs = end;
        if end == asked.programs.len() {
            asked.done.push((at.ordinal, at.measured));
        } else {
            asked.at = Some(at);
        }
        Ok(None)
    }

    fn programs(&self) -> Vec<Option<&Program>> {
        self.rules.iter().map(Entry::program).collect()
    }

    /// What is known of the labels of a chunk's rows.
    fn evidence(
        &self,
        held: &Held,
        basis: &Basis,
        model: &BTreeMap<Vec<i16>, Vec<f64>>,
    ) -> Result<Evidence, String> {
        let rows = held.chunk().rows;
        match basis {
            Basis::Gold => Ok(Evidence::gold(held.gold())),
            Basis::Model { .. } => {
                let votes = votes(held, &self.programs());
                let row = |row| vote_row(&votes, row).and_then(|votes| model.get(&votes));
                Ok(Evidence::probable((0..rows).map(|at| row(at).map(Vec::as_slice))))
            }
            Basis::Tab { tab, label } => {
                let draft = self.draft.as_ref().and_then(|draft| Some((draft, draft.program()?)));
                let Some((draft, program)) = draft else {
                    return Err(
                        "The rule in the editor has an error, so there are no documents to go by.".to_owned()
                    );
                };
                let (_, others) = split(&self.rules, draft.rule.as_deref());
                let all = Piece { ordinal: 0, skip: 0, take: u64::MAX };
                let mut chosen = Bitset::new(rows);
                for row in held.find(*tab, program, others.as_deref(), &all) {
                    chosen.set(row);
                }
                Ok(Evidence::chosen(&chosen, *label))
            }
            Basis::Chosen { documents, label } => {
                let documents: BTreeSet<&str> = documents.iter().map(String::as_str).collect();
                let ids = held.chunk().ids.iter();
                let chosen: Bitset = ids.map(|id| id.is_some_and(|id| documents.contains(id))).collect();
                Ok(Evidence::chosen(&chosen, *label))
            }
        }
    }

    /// The vote rows of the chunks' documents.
    fn patterns(&self) -> Result<Patterns, String> {
        let programs = self.programs();
        let mut patterns: BTreeMap<Vec<i16>, u64> = BTreeMap::new();
        for held in self.chunks.values() {
            let votes = votes(held, &programs);
            let abstains = vec![-1; votes.len()];
            for row in held.counted().iter_ones() {
                let row = vote_row(&votes, row).unwrap_or_else(|| abstains.clone());
                *patterns.entry(row).or_default() += 1;
            }
            if patterns.len() > PATTERNS {
                return Err(too_many());
            }
        }
        Ok(patterns.into_iter().collect())
    }
}

fn too_many() -> String {
    format!(
        "The rules vote in more than {PATTERNS} different ways, too many for a model made while you wait. Go by gold."
    )
}

/// P(label) by vote row, of the project's default model without gold.
fn model(labels: usize, patterns: &Patterns) -> Result<BTreeMap<Vec<i16>, Vec<f64>>, String> {
    let rules = patterns.first().map_or(0, |(votes, _)| votes.len());
    if patterns.len() > PATTERNS {
        return Err(too_many());
    }
    let mut counter =
        PatternCounter::new(labels, &(0..rules).map(|rule| format!("{rule:09}")).collect::<Vec<_>>());
    let mut places = Vec::with_capacity(patterns.len());
    for (votes, rows) in patterns {
        places.push(counter.add_rows(votes, *rows).map_err(|error| error.to_string())?);
    }
    let (table, order) = counter.finish();
    let fitted =
        fit(ModelKind::default(), &table, &FitOptions::default()).map_err(|error| error.to_string())?;
    let told = patterns
        .iter()
        .zip(places)
        .map(|((votes, _), place)| (votes.clone(), fitted.posterior(order[place as usize]).to_vec()));
    Ok(told.collect())
}

/// The votes of each rule; nothing of a rule that votes nowhere.
fn votes<'a>(held: &'a Held, programs: &[Option<&Program>]) -> Vec<Option<&'a RuleVotes>> {
    programs.iter().map(|program| held.votes((*program)?)).collect()
}

/// A document's votes, unless no rule votes on it.
fn vote_row(votes: &[Option<&RuleVotes>], row: usize) -> Option<Vec<i16>> {
    let row: Vec<i16> = votes.iter().map(|votes| votes.map_or(-1, |votes| votes.vote(row))).collect();
    row.iter().any(|vote| *vote >= 0).then_some(row)
}

fn covered(held: &Held, programs: &[Option<&Program>]) -> Bitset {
    let mut covered = Bitset::new(held.chunk().rows);
    for votes in votes(held, programs).into_iter().flatten() {
        covered.or(&votes.any());
    }
    covered
}
