//! Running programs, and saying so.

use crate::paths;
use anyhow::{Context as _, Result, bail};
use std::{env, ffi::OsStr, path::PathBuf, process::Command, time::Instant};

/// Announces what comes, runs it, and says how long it took.
pub(crate) fn step<T>(what: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n▸ {what}");
    let start = Instant::now();
    let value = run().with_context(|| format!("this step failed: {what}"))?;
    println!("  done in {:.0} s", start.elapsed().as_secs_f64());
    Ok(value)
}

/// A program in the repository's top folder, with the project's own tools first on its PATH.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::paths::root());
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = crate::setup::tool_folders().into_iter().chain(env::split_paths(&path));
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
    command
}

/// Cargo, the one that runs this task.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo sets these for its children; a nested cargo must find its own.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME"] {
        cargo.env_remove(name);
    }
    cargo.env("HUNCH_DIST", paths::dist());
    cargo
}

/// Runs a program to its end; anything but success is an error that names the whole command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status =
        command.status().with_context(|| format!("could not start `{line}`; is the program installed?"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// A program's standard output, or `None` if it cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Where a program is found, the project's own tools first.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = crate::setup::tool_folders().into_iter().chain(env::split_paths(&path));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
