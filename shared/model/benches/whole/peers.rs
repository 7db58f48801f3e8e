//! What Python makes of the same votes.

use crate::votes::Made;
use std::{env, fs, path::Path, process::Command};

/// CPU seconds of snorkel's fit and prediction, its steps restated with NumPy; none where Python lacks that.
pub(crate) fn snorkel(made: Made) -> Option<f64> {
    run("snorkel", made)
}

/// CPU seconds of crowd-kit's `DawidSkene().fit_predict`; none where it is not installed.
pub(crate) fn crowd_kit(made: Made) -> Option<f64> {
    run("crowd-kit", made)
}

fn run(peer: &str, made: Made) -> Option<f64> {
    let python = env::var("HUNCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("votes.bin");
    // Source after source, a byte a row, 255 for none.
    let mut bytes = vec![u8::MAX; made.rows * made.sources];
    let mut start = 0;
    for chunk in made.chunks() {
        for (source, votes) in chunk.iter().enumerate() {
            for (at, vote) in votes.to_votes().into_iter().enumerate() {
                bytes[source * made.rows + start + at] = u8::try_from(vote).unwrap_or(u8::MAX);
            }
        }
        start += chunk[0].rows;
    }
    fs::write(&file, bytes).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/whole/peers.py");
    let mut command = Command::new(&python);
    command.arg(script).arg(peer).arg(&file).args([made.sources, made.labels].map(|n| n.to_string()));
    // Threads that fight over cores would count as time.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(name, "1");
    }
    let output = command.output().ok().filter(|output| output.status.success());
    if output.is_none() {
        println!("skipped: {peer} ({python} lacks it; HUNCH_PYTHON names another)");
    }
    String::from_utf8(output?.stdout).ok()?.trim().parse().ok()
}
