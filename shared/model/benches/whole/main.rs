//! Votes in, labels out, on a million rows: `cargo xtask bench models`, or `cargo bench -p hunch-model --bench whole`.
//!
//! Each case runs in a process of its own, so that the most memory it held is its own, and is timed by the CPU, which a busy
//! machine disturbs less than the clock on the wall. Python's peers run on the same votes in the same run
//! (`HUNCH_PYTHON` names a Python with crowd-kit).

#![expect(clippy::unwrap_used, reason = "nothing of a bench is input")]
#![expect(clippy::print_stdout, reason = "its figures go to the terminal")]

mod case;
mod clock;
mod peers;
mod refit;
mod votes;

use case::{Case, Figures};
use hunch_model::ModelKind;
use std::env;
use votes::Made;

/// Runs of each case, the fastest of which counts.
const RUNS: usize = 3;
/// CPU seconds of snorkel 0.10's `LabelModel.fit` and `predict_proba` on such votes, measured once on a machine like this one.
const SNORKEL: f64 = 18.5;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [case] = &arguments[..] {
        println!("{}", serde_json::to_string(&case.parse::<Case>().unwrap().run()).unwrap());
        return;
    }
    refit::refits();
    let rows = 1_000_000;
    let fifty = Made { rows, sources: 50, labels: 4, coverage: (0.1, 0.6) };
    let full = Made { coverage: (1.0, 1.0), ..fifty };
    let ten = Made { sources: 10, labels: 2, ..fifty };
    let snorkel = peers::snorkel(fifty);
    let crowd_kit = peers::crowd_kit(ten);
    println!("\nCPU seconds of the fastest of {RUNS} runs\n");
    println!(
        "| votes | model | patterns | counted | fitted | labeled | together | most resident | times as fast |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, made, peer) in [
        (
            "50 sources, 4 labels, 10 to 60 % coverage",
            fifty,
            snorkel.map_or(SNORKEL, |peer| peer.max(SNORKEL)),
        ),
        ("50 sources, 4 labels, every row", full, SNORKEL),
        ("10 sources, 2 labels, 10 to 60 % coverage", ten, crowd_kit.unwrap_or(f64::NAN)),
    ] {
        for model in
            [ModelKind::Robust, ModelKind::DawidSkene, ModelKind::MatrixCompletion, ModelKind::Majority]
        {
            let figures = Case { made, model }.best_of(RUNS);
            line(name, model, &figures, peer);
        }
    }
    let told = |seconds: Option<f64>| seconds.map_or("not run".to_owned(), |it| format!("{it:.2} CPU s"));
    println!("\nsnorkel's steps in NumPy on the first: {}", told(snorkel));
    println!("crowd-kit's DawidSkene on the last: {}", told(crowd_kit));
}

fn line(name: &str, model: ModelKind, figures: &Figures, peer: f64) {
    println!(
        "| {name} | {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {} MiB | {:.0} |",
        model.name(),
        figures.patterns,
        figures.counted,
        figures.fitted,
        figures.labeled,
        figures.together(),
        figures.peak,
        peer / figures.together(),
    );
}
