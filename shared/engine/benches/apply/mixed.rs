//! Twenty mixed rules on the whole corpus: on one core, on two, and in Python.

use std::{sync::Arc, time::Instant};

use hunch_engine::{Chunk, Evaluator, ProgramSet, RuleVotes};
use rayon::prelude::*;

use crate::{
    clock::{best, millis, thread_time},
    corpus::Corpus,
    peers,
    rules::{MIXED, lexicons, programs},
};

/// Applies all rules to a chunk that nobody has read before, and lets go of everything but the votes.
fn apply(chunk: &Arc<Chunk>, programs: &ProgramSet) -> Vec<RuleVotes> {
    Evaluator::new(chunk.clone()).votes_of(programs)
}

pub(crate) fn report(corpus: &Corpus) {
    let lexicons = lexicons(corpus);
    let programs = ProgramSet::new(programs(&MIXED.map(|(_, clause)| clause), &lexicons));
    let cells = (corpus.rows() * MIXED.len()) as f64;
    let (one, votes) =
        best(5, || corpus.chunks.iter().map(|chunk| apply(chunk, &programs)).collect::<Vec<_>>());
    let cells_per_second = cells / one.as_secs_f64();
    println!(
        "\n20 mixed rules, one core: {:.0} ms, {:.1} million rows/s, {:.1} million cells/s",
        millis(one),
        corpus.rows() as f64 / one.as_secs_f64() / 1e6,
        cells_per_second / 1e6
    );
    two_cores(corpus, &programs);
    for (name, rate) in peers::python(corpus, &lexicons, &votes) {
        println!(
            "{name}: {:.0} cells/s; one core of Hunch does {:.0} times as many",
            rate,
            cells_per_second / rate
        );
    }
}

/// Wall time of one and of two threads, the best of several; and how evenly two share the work in CPU time, which does
/// not depend on what else the machine does.
fn two_cores(corpus: &Corpus, programs: &ProgramSet) {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let timed = |threads: usize| {
        let pool = pool(threads);
        let run = || {
            let before: Vec<_> = pool.broadcast(|_| thread_time());
            let start = Instant::now();
            let rows: usize = pool.install(|| {
                corpus.chunks.par_iter().with_max_len(1).map(|chunk| apply(chunk, programs).len()).sum()
            });
            assert_eq!(rows, corpus.chunks.len() * MIXED.len());
            let wall = start.elapsed();
            let after = pool.broadcast(|_| thread_time());
            let longest =
                before.into_iter().zip(after).map(|(before, after)| after.saturating_sub(before)).max();
            (wall, longest.unwrap_or_default())
        };
        let runs: Vec<_> = (0..5).map(|_| run()).collect();
        let wall = runs.iter().map(|(wall, _)| *wall).min().unwrap_or_default();
        (wall, runs.iter().map(|(_, longest)| *longest).min().unwrap_or_default())
    };
    let ((wall_one, cpu_one), (wall_two, cpu_two)) = (timed(1), timed(2));
    println!(
        "two cores: {:.2} times one in wall time ({:.0} and {:.0} ms), {:.2} times in CPU time of the busier thread",
        wall_one.as_secs_f64() / wall_two.as_secs_f64(),
        millis(wall_two),
        millis(wall_one),
        cpu_one.as_secs_f64() / cpu_two.as_secs_f64(),
    );
}

/// What each rule costs alone, the folded copies being there.
pub(crate) fn each_rule(corpus: &Corpus) {
    let lexicons = lexicons(corpus);
    let clauses = MIXED.map(|(_, clause)| clause);
    println!("\neach rule alone, everything but its own results at hand: ms, votes");
    let mut evaluators: Vec<_> = corpus.chunks.iter().map(|chunk| Evaluator::new(chunk.clone())).collect();
    for ((name, _), program) in MIXED.iter().zip(programs(&clauses, &lexicons)) {
        let (time, votes) = best(3, || {
            let mut votes = 0;
            for evaluator in &mut evaluators {
                evaluator.keep(&[]);
                votes += evaluator.votes(&program).any().count_ones();
            }
            votes
        });
        println!("{:8.1} {votes:8} {name}", millis(time));
    }
}
