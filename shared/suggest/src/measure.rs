//! What proposed rules do to a chunk, computed by the engine.

use crate::{Part, Sample, Tally};
use hunch_engine::{Lexicons, Program, ProgramSet};
use hunch_rules::Plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What candidates do to a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Documents that are not excluded.
    pub(crate) rows: u64,
    /// Documents that no active rule votes on.
    pub(crate) open: u64,
    /// Documents whose label is known.
    pub(crate) known: Tally,
    /// Of the candidates, in their order.
    pub(crate) each: Vec<Effect>,
    /// Documents of the sample on which suggestions are held against each other.
    pub(crate) sketched: u32,
    /// Of these, those that an active rule votes on.
    pub(crate) covered: Vec<u32>,
}

/// What one candidate does to a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Effect {
    /// Documents it votes on.
    pub(crate) votes: u64,
    /// Of these, those that no active rule votes on.
    pub(crate) adds: u64,
    /// Of these, those whose label is known.
    pub(crate) judged: u64,
    /// The sum of their probabilities of its label, in ten-thousandths.
    pub(crate) right: u64,
    /// The documents of the sample it votes on, ascending.
    pub(crate) sketch: Vec<u32>,
}

impl Measured {
    /// Adds what was measured on the same chunk of the candidates that follow.
    pub fn extend(&mut self, next: Self) {
        if self.each.is_empty() {
            *self = next;
        } else {
            self.each.extend(next.each);
        }
    }
}

/// Makes the plans of candidates ready to be measured, in their order.
pub fn compile<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Vec<Program> {
    // A suggested rule names no lexicon, so all compile; one that did not would vote nowhere.
    let silent = Plan { name: String::new(), clauses: Vec::new() };
    let lexicons = Lexicons::new();
    let compile = |plan: &Plan| {
        Program::compile(plan, &lexicons).or_else(|_| Program::compile(&silent, &lexicons)).ok()
    };
    plans.into_iter().filter_map(compile).collect()
}

/// Evaluates candidates on a chunk, all at once: in the browser some of them at a time. What the evaluator knows of them,
/// it forgets.
pub fn measure(part: &mut Part<'_>, programs: &[Program], sketch: Sample) -> Measured {
    let Part { evaluator, counted, covered, evidence, keep } = part;
    let chunk = Arc::clone(evaluator.chunk());
    let drawn = |row: &usize| sketch.takes(chunk.ids.get(*row).unwrap_or_default());
    let sketched: Vec<usize> = counted.iter_ones().filter(drawn).collect();
    let places = |is: &dyn Fn(usize) -> bool| -> Vec<u32> {
        (0u32..).zip(&sketched).filter(|(_, row)| is(**row)).map(|(place, _)| place).collect()
    };
    let mut measured = Measured {
        rows: counted.count_ones() as u64,
        open: (counted.count_ones() - counted.count_common(covered)) as u64,
        covered: places(&|row| covered.get(row)),
        sketched: u32::try_from(sketched.len()).unwrap_or(u32::MAX),
        ..Measured::default()
    };
    let mut known = evidence.known().clone();
    known.and(counted);
    for row in known.iter_ones() {
        measured.known.add(evidence.row(row).unwrap_or_default());
    }
    let set = ProgramSet::new(programs.to_vec());
    for (program, votes) in programs.iter().zip(evaluator.votes_of(&set)) {
        let mut voted = votes.any();
        voted.and(counted);
        let label = program.plan().clauses.first().map_or(0, |clause| clause.label);
        let mut judged = voted.clone();
        judged.and(&known);
        measured.each.push(Effect {
            votes: voted.count_ones() as u64,
            adds: (voted.count_ones() - voted.count_common(covered)) as u64,
            judged: judged.count_ones() as u64,
            right: judged.iter_ones().map(|row| evidence.share(row, label)).sum(),
            sketch: places(&|row| voted.get(row)),
        });
    }
    evaluator.keep(keep);
    measured
}
