//! The twenty mixed rules of the `apply` bench in WebAssembly, in Node, whose engine is Chromium's: `cargo xtask bench engine`.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "nothing of a bench is input")]

#[path = "../apply/corpus.rs"]
mod corpus;
#[path = "../../tests/corpus/host.rs"]
mod host;
#[path = "../apply/rules.rs"]
mod rules;

use corpus::Corpus;
use hunch_engine::{Evaluator, ProgramSet};
use rules::{MIXED, lexicons, programs};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

#[wasm_bindgen]
extern "C" {
    /// Microseconds that the process was on a core.
    #[wasm_bindgen(js_namespace = process, js_name = cpuUsage)]
    fn cpu_usage() -> CpuUsage;
    type CpuUsage;
    #[wasm_bindgen(method, getter)]
    fn user(this: &CpuUsage) -> f64;
    #[wasm_bindgen(method, getter)]
    fn system(this: &CpuUsage) -> f64;
}

fn cpu_millis() -> f64 {
    let usage = cpu_usage();
    (usage.user() + usage.system()) / 1e3
}

#[wasm_bindgen_test]
fn mixed_rules() {
    let Some(corpus) = Corpus::real() else { return };
    let programs = ProgramSet::new(programs(&MIXED.map(|(_, clause)| clause), &lexicons(&corpus)));
    let run = || {
        let start = cpu_millis();
        let votes: usize = corpus
            .chunks
            .iter()
            .flat_map(|chunk| Evaluator::new(chunk.clone()).votes_of(&programs))
            .map(|votes| votes.any().count_ones())
            .sum();
        (cpu_millis() - start, votes)
    };
    // The first runs are also those in which the engine compiles.
    let runs: Vec<_> = (0..7).map(|_| run()).collect();
    let best = runs.iter().map(|(millis, _)| *millis).fold(f64::INFINITY, f64::min);
    let (rows, megabytes, votes) = (corpus.rows(), corpus.bytes() as f64 / 1e6, runs[0].1);
    console_log!(
        "20 mixed rules, WebAssembly, one core: {best:.0} ms for {rows} rows, {megabytes:.1} MB, {votes} votes"
    );
}
