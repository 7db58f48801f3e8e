//! Building the browser app: editor by esbuild, page and worker by Trunk, and the size of what a visit downloads.

use crate::{
    paths,
    shell::{command, run, step},
};
use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Most compressed bytes of a first visit, without the engine's worker.
const APP_BUDGET: usize = 900_000;
/// Most compressed bytes of the engine's worker.
const WORKER_BUDGET: usize = 700_000;

/// Builds `dist/`, which the server embeds.
pub(crate) fn build() -> Result<()> {
    step("bundling the code editor", || {
        run(command("npm").args(["run", "--silent", "build", "--prefix", "frontend/editor"]))
    })?;
    step("building the browser app (5 to 10 minutes the first time)", || {
        // Trunk reads NO_COLOR as a boolean and refuses the customary `1`.
        run(command("trunk").args(["build", "--release"]).env_remove("NO_COLOR"))
    })
}

/// What a first visit downloads, gzip-compressed.
pub(crate) struct Sizes {
    /// Page, styles, scripts and the app's module.
    pub(crate) app: usize,
    /// The engine's worker, module and loader.
    pub(crate) worker: usize,
}

/// Measures `dist/`.
pub(crate) fn sizes() -> Result<Sizes> {
    let mut sizes = Sizes { app: 0, worker: 0 };
    for path in files(&paths::root().join("dist"))? {
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
        gzip.write_all(&bytes)?;
        let compressed = gzip.finish()?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("worker") {
            sizes.worker += compressed;
        } else {
            sizes.app += compressed;
        }
    }
    Ok(sizes)
}

/// Refuses an app that has outgrown its budget.
pub(crate) fn check_sizes() -> Result<()> {
    let sizes = sizes()?;
    println!(
        "  app {} of {APP_BUDGET} bytes, worker {} of {WORKER_BUDGET} bytes, gzip",
        sizes.app, sizes.worker
    );
    if sizes.app > APP_BUDGET || sizes.worker > WORKER_BUDGET {
        bail!("the app has outgrown its budget: find what was added, or make the case for a larger budget");
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} is not there; build the app first", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
