//! Building the browser app: editor and service worker by esbuild, page and worker by Trunk, and the size of what a
//! visit downloads.

use crate::{
    paths,
    shell::{command, run, step},
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Most compressed bytes of a first visit: all pages are one module; the code editor is included, the engine's worker is not.
const APP_BUDGET: u64 = 1_200_000;
/// Most compressed bytes of the engine's worker.
const WORKER_BUDGET: u64 = 740_000;

/// As `.cargo/config.toml` has them, and Leptos' views without their types, which saves a tenth of the download: 589
/// instead of 669 kB of Brotli for the app's module when it was measured.
const RUSTFLAGS: &str = "-C target-feature=+simd128 --cfg erase_components";

/// Most bytes of the feedback element's script, gzip: pages of others carry it.
const WIDGET_BUDGET: u64 = 6_000;

/// Builds `dist/`, which the server embeds.
pub(crate) fn build() -> Result<()> {
    step("bundling the code editor", || {
        run(command("npm").args(["run", "--silent", "build", "--prefix", "frontend/editor"]))
    })?;
    step("building the browser app (5 to 10 minutes the first time)", || {
        // Trunk reads NO_COLOR as a boolean and refuses the customary `1`.
        let mut trunk = command("trunk");
        trunk.args(["build", "--release"]).env_remove("NO_COLOR");
        run(trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", RUSTFLAGS))
    })?;
    // The rest after Trunk, which makes `dist/` anew.
    step("bundling what works offline", || {
        run(command("tsc").args(["--project", "frontend/offline"]))?;
        run(command("node").args(["frontend/offline/bundle.mjs", "dist"]))
    })?;
    step("bundling the feedback element", || {
        run(command("npm").args(["run", "--silent", "check", "--prefix", "frontend/widget"]))?;
        run(command("npm").args(["run", "--silent", "build", "--prefix", "frontend/widget"]))
    })?;
    step("compressing it (some seconds)", || run(command("node").args(["xtask/compress.mjs", "dist"])))
}

/// What a first visit downloads in a browser that reads Brotli, as all do that run the app.
pub(crate) struct Sizes {
    /// Page, styles, scripts and the app's module.
    pub(crate) app: u64,
    /// The engine's worker, module and loader.
    pub(crate) worker: u64,
}

/// Measures `dist/`.
pub(crate) fn sizes() -> Result<Sizes> {
    let mut sizes = Sizes { app: 0, worker: 0 };
    let dist = paths::dist();
    for path in files(&dist)? {
        if path.starts_with(dist.join("widget")) {
            continue; // not of the app
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let sent = path.with_file_name(format!("{name}.br"));
        let sent = fs::metadata(&sent).or_else(|_| fs::metadata(&path));
        let bytes = sent.with_context(|| format!("{} cannot be measured", path.display()))?.len();
        if name.starts_with("worker") {
            sizes.worker += bytes;
        } else {
            sizes.app += bytes;
        }
    }
    Ok(sizes)
}

/// Refuses an app that has outgrown its budget.
pub(crate) fn check_sizes() -> Result<()> {
    let sizes = sizes()?;
    println!(
        "  app {} of {APP_BUDGET} bytes, worker {} of {WORKER_BUDGET} bytes, Brotli",
        sizes.app, sizes.worker
    );
    let widget = paths::dist().join("widget/v1.js.gz");
    let widget = fs::metadata(&widget).context("the feedback element is not built")?.len();
    println!("  feedback element {widget} of {WIDGET_BUDGET} bytes, gzip");
    if widget > WIDGET_BUDGET {
        bail!("the feedback element has outgrown its budget");
    }
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
