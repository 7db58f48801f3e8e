//! Running what was exported in Python.

use std::{
    env,
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Runs the jobs; none if Python or DuckDB is not installed and nobody promised that they are.
pub(crate) fn run(input: &Value) -> Option<Value> {
    let promised = env::var_os("HUNCH_PYTHON");
    let python = promised.clone().unwrap_or_else(|| "python3".into());
    let there = Command::new(&python).args(["-c", "import duckdb"]).output();
    if promised.is_none() && !there.is_ok_and(|output| output.status.success()) {
        println!("skipped: no Python with DuckDB (`cargo xtask setup` installs one; HUNCH_PYTHON names it)");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exports/run.py");
    let mut child = Command::new(&python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    let input = serde_json::to_vec(input).unwrap();
    // In a thread of its own: the answer may fill its pipe before the input is read.
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{script} failed");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
