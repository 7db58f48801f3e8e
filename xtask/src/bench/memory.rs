//! `cargo xtask bench memory`: rules applied to a file much larger than what may be in memory.

use crate::{
    paths, serve,
    shell::{command, step},
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};

/// Rules of each kind; all but the words of the texts are common.
const RULES: &str = r#"labels HAM, SPAM

rule subscribe:
  SPAM when text contains "subscribe"

rule word:
  SPAM when text has any ("free", "prize", "win", "cash", "urgent")

rule pattern:
  SPAM when text ~ /check.*out/i

rule number:
  SPAM when text ~ /[0-9]{5,}/

rule short:
  HAM when words(text) < 20

rule stars:
  HAM when stars >= 4 and country in ("DE", "AT")
"#;

const WORDS: [&str; 24] = [
    "the",
    "video",
    "is",
    "good",
    "I",
    "love",
    "this",
    "song",
    "and",
    "you",
    "me",
    "best",
    "please",
    "Subscribe",
    "my",
    "check",
    "out",
    "free",
    "channel",
    "prize",
    "café",
    "🔥",
    "thanks",
    "number",
];

/// How often the program is asked how much memory it had at most: what it took in its last moments is missed.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Writes a CSV of so many gigabytes, applies rules to it, and prints time and the most memory that was resident.
pub(super) fn memory(gigabytes: f64) -> Result<()> {
    serve::build_server()?;
    let folder = paths::target().join("bench-memory");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    let result = measure(&folder, gigabytes);
    // The file is as large as was asked for; it goes whatever happened.
    fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    result
}

fn measure(folder: &Path, gigabytes: f64) -> Result<()> {
    let (corpus, rules) = (folder.join("corpus.csv"), folder.join("rules.hunch"));
    fs::write(&rules, RULES)?;
    let rows = step(&format!("writing {gigabytes} GB of CSV"), || write_corpus(&corpus, gigabytes))?;
    step("applying the rules", || {
        let start = Instant::now();
        let mut apply = command(paths::hunch());
        apply.arg("apply").arg(&rules).arg(&corpus).arg("--out").arg(folder.join("votes.parquet"));
        let child = apply.spawn().context("the server's binary cannot be started")?;
        let peak = most_memory(child)?;
        println!(
            "  {rows} rows, {gigabytes} GB: {:.0} s, at most {:.0} MB resident",
            start.elapsed().as_secs_f64(),
            peak as f64 / 1e3
        );
        Ok(())
    })
}

/// Rows of some 250 bytes, no two texts alike; gives their number.
fn write_corpus(path: &Path, gigabytes: f64) -> Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(out, "text,stars,country")?;
    let (mut random, mut bytes, mut rows) = (1_u64, 0, 0_u64);
    let mut line = String::new();
    while (bytes as f64) < gigabytes * 1e9 {
        line.clear();
        line.push_str(&rows.to_string());
        for _ in 0..45 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            line.push(' ');
            line.push_str(WORDS[(random >> 33) as usize % WORDS.len()]);
        }
        line.push_str([",1,DE", ",5,AT", ",,US", ",3,FR"][(random >> 40) as usize % 4]);
        writeln!(out, "{line}")?;
        bytes += line.len() + 1;
        rows += 1;
    }
    out.flush()?;
    Ok(rows)
}

/// Waits for a program and gives the most kilobytes that it had resident, as Linux counts them.
fn most_memory(mut child: Child) -> Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        if let Some(ended) = child.try_wait()? {
            if !ended.success() {
                bail!("`hunch apply` ended with {ended}");
            }
            return peak.context("this system does not tell how much memory a program has (no /proc)");
        }
        peak = fs::read_to_string(&status).ok().as_deref().and_then(high_water_mark).or(peak);
        thread::sleep(ASK_EVERY);
    }
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
