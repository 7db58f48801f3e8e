//! What else searches text: Python loops over labeling functions, grep and ripgrep.

use std::{env, fs, io::Write as _, path::Path, process::Command};

use hunch_engine::{Evaluator, RuleVotes};
use serde_json::{Value, json};

use crate::{
    clock::{best, millis, program},
    corpus::{COUNTRIES, Corpus, stars},
    rules::{MIXED, programs},
};

/// Rows that Python evaluates.
const PYTHON_ROWS: usize = 20_000;

/// Cells per CPU second of each loop that `appliers.py` knows, having compared its votes with `votes` of each chunk.
pub(crate) fn python(
    corpus: &Corpus,
    lexicons: &[(&str, Vec<String>)],
    votes: &[Vec<RuleVotes>],
) -> Vec<(String, f64)> {
    let python = env::var("HUNCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.json");
    let present = |row: usize| !row.is_multiple_of(100);
    let rows: Vec<Value> = corpus
        .lines()
        .take(PYTHON_ROWS)
        .enumerate()
        .map(|(row, text)| {
            json!({
                "text": text,
                "country": present(row).then(|| COUNTRIES[row % 7 % 5]),
                "stars": present(row).then(|| stars(row)),
            })
        })
        .collect();
    let lexicons: Value = lexicons.iter().map(|(name, terms)| ((*name).to_owned(), json!(terms))).collect();
    let names = MIXED.map(|(name, _)| name);
    fs::write(&input, json!({ "rows": rows, "lexicons": lexicons, "rules": names }).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/apply/appliers.py");
    let output = Command::new(&python).arg(script).arg(&input).output();
    let answer = output.ok().filter(|output| output.status.success());
    let Some(answer) = answer.and_then(|output| serde_json::from_slice::<Value>(&output.stdout).ok()) else {
        println!("skipped: Python's appliers (needs {python} with pandas; HUNCH_PYTHON names another)");
        return Vec::new();
    };
    compare(&answer["votes"], votes);
    let rates = answer["cells_per_second"].as_object().into_iter().flatten();
    rates.map(|(name, rate)| (name.clone(), rate.as_f64().unwrap_or(f64::NAN))).collect()
}

fn compare(python: &Value, votes: &[Vec<RuleVotes>]) {
    let mut unequal = vec![0; MIXED.len()];
    for (rule, unequal) in unequal.iter_mut().enumerate() {
        let ours = votes.iter().flat_map(|chunk| chunk[rule].to_votes());
        let theirs = python[rule].as_array().into_iter().flatten();
        *unequal =
            theirs.zip(ours).filter(|(theirs, ours)| theirs.as_i64() != Some(i64::from(*ours))).count();
    }
    let different: Vec<_> = MIXED.iter().zip(&unequal).filter(|(_, unequal)| **unequal > 0).collect();
    println!("cells in which the Python functions vote otherwise: {}", unequal.iter().sum::<usize>());
    for ((name, _), unequal) in different {
        println!("  {name}: {unequal}");
    }
}

/// Single rules against programs that count the lines of a file in which something is found.
pub(crate) fn search(corpus: &Corpus) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for line in corpus.lines() {
        writeln!(file, "{line}").unwrap();
    }
    file.flush().unwrap();
    let cases: [(&str, &[&str], &str); 6] = [
        (r#"SPAM when text contains exactly "subscribe""#, &["-F"], "subscribe"),
        (r#"SPAM when text contains "subscribe""#, &["-F", "-i"], "subscribe"),
        (r#"SPAM when text has "free""#, &["-w", "-i"], "free"),
        (r"SPAM when text ~ /check.*out/i", &["-i"], "check.*out"),
        (r"SPAM when text ~ /https?:\/\/\S+/", &[], r"https?://\S+"),
        (r"SPAM when text ~ /[0-9]{5,}/", &[], "[0-9]{5,}"),
    ];
    println!("\none rule, one core; ms with the folded copy at hand (and with making it), grep, ripgrep");
    for (clause, options, pattern) in cases {
        let program_of_rule = &programs(&[clause], &[])[0];
        let mut evaluators: Vec<_> =
            corpus.chunks.iter().map(|chunk| Evaluator::new(chunk.clone())).collect();
        let mut count = || {
            let mut votes = 0;
            for evaluator in &mut evaluators {
                evaluator.keep(&[]);
                votes += evaluator.votes(program_of_rule).any().count_ones();
            }
            votes
        };
        count();
        let (ours, votes) = best(5, count);
        let (whole, ()) = best(3, || {
            corpus.chunks.iter().for_each(|chunk| drop(Evaluator::new(chunk.clone()).votes(program_of_rule)));
        });
        let peer = |name: &str, always: &[&str]| {
            let mut command = Command::new(name);
            program(5, command.args(always).args(options).arg("-e").arg(pattern).arg(file.path()))
                .map_or_else(|| "-".to_owned(), |time| format!("{:.0}", millis(time)))
        };
        println!(
            "{:7.1} ({:.0}) {:>5} {:>5}   {clause}: {votes} rows",
            millis(ours),
            millis(whole),
            peer(
                "grep",
                &["-c", "-E"].map(|option| if options.contains(&"-F") && option == "-E" {
                    "-c"
                } else {
                    option
                })
            ),
            peer("rg", &["-c", "-j1", "--no-config"]),
        );
    }
}
