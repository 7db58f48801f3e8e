//! Parts of the engine that have a promise of their own.

use hunch_engine::{Evaluator, Program, RuleVotes};

use crate::{
    clock::{best, millis},
    corpus::Corpus,
    rules::{lexicon, programs},
};

/// All chunks' votes, each chunk being read for the first time.
fn votes(corpus: &Corpus, program: &Program) -> Vec<RuleVotes> {
    corpus.chunks.iter().map(|chunk| Evaluator::new(chunk.clone()).votes(program)).collect()
}

/// Lexicons of a thousand to a million terms: made ready, and looked for.
pub(crate) fn lexicons(corpus: &Corpus) {
    println!("\nlexicon, one core: ms to make it ready, ms to match the corpus, rows");
    for size in [1_000, 10_000, 100_000, 1_000_000] {
        let terms = lexicon(corpus, 3, 300, size);
        let lexicons = [("names", terms)];
        let (ready, programs) = best(2, || programs(&["HAM when text has @names"], &lexicons));
        let (time, votes) = best(3, || votes(corpus, &programs[0]));
        let rows: usize = votes.iter().map(|votes| votes.any().count_ones()).sum();
        println!("{size:9} {:7.0} {:7.0} {rows:8}", millis(ready), millis(time));
    }
}

/// Expressions that give the regex crate work.
pub(crate) fn slow_regexes(_corpus: &Corpus) {}

/// All pairs of rules, and those of one that was edited.
pub(crate) fn pairs(_corpus: &Corpus) {}
