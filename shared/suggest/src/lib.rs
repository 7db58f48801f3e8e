//! Suggested rules: words, phrases and thresholds of attributes that tell the labels apart, by gold, by a model's
//! probabilities or by a set of chosen documents.
//!
//! Three steps, so that a corpus may be spread over workers or read chunk by chunk:
//! 1. [`Survey`]: each share counts, on a sample of the documents whose label is known, what could be a condition.
//!    Surveys of shares add up.
//! 2. [`propose`]: the most telling of these become rules that compile.
//! 3. [`measure`]: the engine evaluates the proposed rules on every document; [`choose`] ranks them by what each adds to
//!    the rules that exist and to the suggestions before it.
//!
//! So the sample decides what is looked at, and never what is said: every figure of a [`Suggestion`] is what the engine
//! computes for its text. [`suggest`] does all three for chunks that are at hand. Equal inputs give equal suggestions.
//!
//! | file | what |
//! |---|---|
//! | `evidence` | what is known of documents' labels, and counts of it |
//! | `sample` | documents drawn by their ids |
//! | `survey` | what could be a condition: `survey/phrases` in texts, `survey/attributes` elsewhere |
//! | `propose` | conditions become rules: `propose/condition` which, `propose/name` what they are called |
//! | `measure`, `choose` | figures, and the order of the list |

mod choose;
mod evidence;
mod measure;
mod propose;
mod sample;
mod survey;

#[cfg(test)]
mod tests;

pub use choose::{Suggestion, choose};
pub use evidence::{Evidence, Tally};
pub use measure::{Measured, compile, measure};
pub use propose::{Candidate, Kind, Surroundings, propose};
pub use sample::Sample;
pub use survey::{Share, Survey};

use hunch_engine::{Bitset, Evaluator, Program};

/// Documents of which at most so many are surveyed.
pub const SURVEY_ROWS: u64 = 10_000;
/// Documents on which at most suggestions are held against each other.
pub const SKETCH_ROWS: u64 = 8_192;

/// A chunk, and what is known about its documents.
#[derive(Debug)]
pub struct Part<'a> {
    /// The chunk.
    pub evaluator: &'a mut Evaluator,
    /// Rows that are not excluded.
    pub counted: &'a Bitset,
    /// Rows that an active rule votes on.
    pub covered: &'a Bitset,
    /// What is known of their labels.
    pub evidence: &'a Evidence,
    /// The programs of which the evaluator keeps what it knows.
    pub keep: &'a [&'a Program],
}

impl Part<'_> {
    fn share(&self) -> Share<'_> {
        Share { chunk: self.evaluator.chunk(), counted: self.counted, evidence: self.evidence }
    }
}

/// Suggests at most `take` rules, the most useful first.
pub fn suggest(parts: &mut [Part<'_>], surroundings: &Surroundings<'_>, take: usize) -> Vec<Suggestion> {
    let rows: u64 = parts.iter().map(|part| part.counted.count_ones() as u64).sum();
    let known: u64 = parts.iter().map(|part| part.evidence.known().count_common(part.counted) as u64).sum();
    let sample = Sample::of(known, SURVEY_ROWS);
    let shares: Vec<_> = parts.iter().map(Part::share).collect();
    let survey = Survey::of(&shares, sample);
    let candidates = propose(&survey, surroundings);
    let programs = compile(candidates.iter().map(|it| &it.plan));
    let sketch = Sample::of(rows, SKETCH_ROWS);
    let measured: Vec<Measured> = parts.iter_mut().map(|part| measure(part, &programs, sketch)).collect();
    choose(candidates, &measured, take)
}
