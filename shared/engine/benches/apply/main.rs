//! Whole rule sets on real texts, and what else searches text, in one run: `cargo xtask bench engine`.
//!
//! Figures are CPU time, the best of several, so that they mean something on a busy machine.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "nothing of a bench is input, and it prints figures"
)]

mod clock;
mod corpus;
#[path = "../../tests/corpus/host.rs"]
mod host;
mod kernels;
mod mixed;
mod peers;
mod rules;

use corpus::Corpus;

/// A part of the report by the name that `HUNCH_BENCH` chooses it by.
type Part = (&'static str, fn(&Corpus));

fn main() {
    // `cargo test --benches` and `cargo clippy` start it too, without this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let Some(corpus) = Corpus::real() else { return };
    let (rows, bytes) = (corpus.rows(), corpus.bytes());
    println!("{rows} rows, {:.1} MB, {} chunks", bytes as f64 / 1e6, corpus.chunks.len());
    let wanted = std::env::var("HUNCH_BENCH").unwrap_or_default();
    let parts: [Part; 6] = [
        ("mixed", mixed::report),
        ("search", peers::search),
        ("lexicon", kernels::lexicons),
        ("slow", kernels::slow_regexes),
        ("pairs", kernels::pairs),
        ("each", mixed::each_rule),
    ];
    for (name, report) in parts {
        if wanted.is_empty() || wanted.split(',').any(|part| part == name) {
            report(&corpus);
        }
    }
}
