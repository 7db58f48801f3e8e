//! `cargo xtask peers`: Snorkel's own code against Hunch. No other command needs it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    paths, serve, setup,
    shell::{command, output, run, step},
};

/// What Snorkel's analysis and appliers import. Its label model needs `PyTorch`, of several gigabytes, and nothing here
/// imports that.
const REQUIREMENTS: [&str; 7] = ["pandas<3", "numpy", "scipy", "scikit-learn", "tqdm", "munkres", "networkx"];
const SNORKEL: &str = "snorkel==0.10.0";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the figures that tests compare with anew.
    #[arg(long)]
    update: bool,
}

/// Compares the figures of Snorkel's `LFAnalysis` with those kept for the tests, and runs exported labeling functions with
/// Snorkel's appliers.
pub(crate) fn peers(options: &Options) -> Result<()> {
    let data = paths::data().context("the data sets are not there; HUNCH_DATA names their folder")?;
    let python = snorkel()?;
    step("analysing votes with Snorkel", || {
        let mut analysis = command(&python);
        analysis.arg(paths::root().join("xtask/peers/lf_analysis.py")).arg(&data);
        let figures = output(&mut analysis).context("Snorkel's analysis failed")?;
        let golden = paths::root().join("shared/engine/tests/figures/golden.json");
        if options.update {
            return fs::write(&golden, figures).with_context(|| format!("cannot write {}", golden.display()));
        }
        if fs::read_to_string(&golden).ok().as_deref() != Some(figures.as_str()) {
            bail!("the figures differ from {}; --update writes them anew", golden.display());
        }
        Ok(())
    })?;
    serve::build_server()?;
    let folder = paths::target().join("peers");
    fs::create_dir_all(&folder)?;
    let file = |name: &str| folder.join(name);
    step("applying the exported expressions of sms with Snorkel", || {
        let table = data.join("sms/rules.tsv");
        run(command(paths::hunch())
            .arg("import-rules")
            .arg(table)
            .args(["--labels", "ham,spam", "--out"])
            .arg(file("sms.hunch")))?;
        compare(&python, &file("sms.hunch"), &data.join("sms/text_train.csv"), &file("sms"))
    })?;
    step("applying exported rules of every kind with Snorkel", || {
        let rules = paths::root().join("shared/engine/tests/exports/youtube.hunch");
        compare(&python, &rules, &data.join("youtube/text_train.csv"), &file("youtube"))
    })
}

/// Exports rules, runs them with Snorkel, and compares with what Hunch votes.
fn compare(python: &Path, rules: &Path, texts: &Path, place: &Path) -> Result<()> {
    let (module, votes) = (place.with_extension("py"), place.with_extension("csv"));
    run(command(paths::hunch())
        .arg("export-rules")
        .arg(rules)
        .args(["--to", "snorkel", "--out"])
        .arg(&module))?;
    run(command(paths::hunch()).arg("apply").arg(rules).arg(texts).arg("--out").arg(&votes))?;
    let script = paths::root().join("xtask/peers/labeling_functions.py");
    run(command(python).arg(script).arg(module).arg(texts).arg(votes))
}

/// A Python environment with Snorkel, of its own: nothing else of the project needs what it brings.
fn snorkel() -> Result<PathBuf> {
    let folder = paths::tools().join("snorkel");
    let python = folder.join("bin/python");
    if output(command(&python).args(["-c", "import snorkel.labeling"])).is_some() {
        return Ok(python);
    }
    step("installing Snorkel without PyTorch into an environment of its own (2 minutes)", || {
        setup::python_environment(&folder)?;
        let pip = || {
            let mut pip = command(&python);
            pip.args(["-m", "pip", "install", "--quiet"]);
            pip
        };
        run(pip().args(["--no-deps", SNORKEL]))?;
        run(pip().args(REQUIREMENTS))
    })?;
    Ok(python)
}
