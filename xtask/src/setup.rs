//! What building and testing need. Each part is looked for first and installed only if it is missing.

use crate::{
    paths,
    shell::{cargo, command, find, output, run, step},
};
use anyhow::{Context as _, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const DUCKDB: &str = "2.0.1";
const PYARROW: &str = "26.0.1";
const PANDAS: &str = "2.3.3";
const CROWD_KIT: &str = "1.4.2";
const SCHEMATHESIS: &str = "4.32.5";

/// Folders of tools that belong to this project, in the order they are searched.
pub(crate) fn tool_folders() -> Vec<PathBuf> {
    vec![
        paths::tools().join("bin"),
        paths::tools().join("python/bin"),
        paths::root().join("frontend/editor/node_modules/.bin"),
    ]
}

/// All of it.
pub(crate) fn everything() -> Result<()> {
    for_the_app()?;
    for_tests()
}

/// What building the browser app needs.
pub(crate) fn for_the_app() -> Result<()> {
    wasm_target()?;
    wasm_bindgen()?;
    cargo_tool("trunk", TRUNK, "8 to 14 minutes")?;
    npm_packages("frontend/editor", "the code editor, its bundler and wasm-opt")?;
    npm_packages("frontend/widget", "the feedback element's bundler and type checker")
}

/// What the tests need beyond that.
pub(crate) fn for_tests() -> Result<()> {
    cargo_tool("cargo-deny", CARGO_DENY, "5 to 10 minutes")?;
    npm_packages("e2e", "Playwright and axe")?;
    debian_package("chromium", "chromium", "the browser of the end-to-end tests")?;
    postgres()?;
    schemathesis()?;
    duckdb()?;
    pyarrow()
}

/// What the engine is measured against.
pub(crate) fn for_engine_bench() -> Result<()> {
    debian_package("rg", "ripgrep", "a search that the engine is measured against")?;
    python_package("pandas", PANDAS, "labeling functions in Python are measured with it")
}

/// What label models are measured against.
pub(crate) fn for_models_bench() -> Result<()> {
    python_package("crowd-kit", CROWD_KIT, "label models are measured against it")
}

/// What fuzzing needs: its instruments are in nightly compilers only.
pub(crate) fn for_fuzzing() -> Result<()> {
    if find("rustup").is_none() {
        bail!("`rustup` is missing; fuzzing needs it for a nightly compiler: https://rustup.rs");
    }
    if output(command("rustup").args(["run", "nightly", "rustc", "--version"])).is_none() {
        step("installing a nightly compiler (about a minute)", || {
            run(command("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]))
                .context("fuzzing needs a nightly compiler, and none can be installed from here")
        })?;
    }
    cargo_tool("cargo-fuzz", CARGO_FUZZ, "1 to 3 minutes")
}

fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))
        .context("`rustc` does not run; install Rust from https://rustup.rs")?;
    if PathBuf::from(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    step("adding Rust's WebAssembly target (some seconds)", || {
        run(command("rustup").args(["target", "add", TARGET])).context(
            "the target wasm32-unknown-unknown is missing; add it with rustup, \
             or install your distribution's package of Rust's standard library for it",
        )
    })
}

/// The command must have the version of the library: their interface is private to one version.
fn wasm_bindgen() -> Result<()> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
    if installed_version("wasm-bindgen").as_deref() == Some(version) {
        return Ok(());
    }
    // Without `--locked`: its own lock file names a version of a crate that was withdrawn.
    install("wasm-bindgen-cli", version, "4 to 6 minutes", false)
}

fn cargo_tool(name: &str, version: &str, time: &str) -> Result<()> {
    if installed_version(name).as_deref() == Some(version) {
        return Ok(());
    }
    install(name, version, time, true)
}

fn install(package: &str, version: &str, time: &str, locked: bool) -> Result<()> {
    step(&format!("installing {package} {version} ({time}, once)"), || {
        let mut cargo = cargo();
        cargo.args(["install", package, "--version", version, "--root"]).arg(paths::tools());
        cargo.env("CARGO_TARGET_DIR", paths::target().join("tools-build"));
        run(if locked { cargo.arg("--locked") } else { &mut cargo })
    })
}

/// The last word of the first line that `NAME --version` prints: `trunk 0.21.14`.
fn installed_version(name: &str) -> Option<String> {
    let said = output(command(find(name)?).arg("--version"))?;
    said.lines().next()?.split_whitespace().nth(1).map(str::to_owned)
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split_once('"').map(|(version, _)| version)
}

/// `npm ci`, unless the installed packages are those of the lock file.
fn npm_packages(folder: &str, what: &str) -> Result<()> {
    let folder_path = paths::root().join(folder);
    let lock = fs::read(folder_path.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json cannot be read"))?;
    let stamp = folder_path.join("node_modules/.hunch-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if find("npm").is_none() {
        bail!("`npm` is missing; install Node.js 20 or later (Debian: apt-get install nodejs npm)");
    }
    step(&format!("fetching npm packages of {folder}: {what} (under a minute)"), || {
        let mut npm = command("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder_path);
        // The browser is the system's; Playwright's own build is not needed.
        run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        fs::write(&stamp, &lock).with_context(|| format!("{} cannot be written", stamp.display()))
    })
}

/// A program from Debian's packages; elsewhere, or without root, a sentence that says what to install.
fn debian_package(program: &str, package: &str, what: &str) -> Result<()> {
    if find(program).is_some() {
        return Ok(());
    }
    if find("apt-get").is_none() || env::var_os("USER").is_some_and(|user| user != "root") {
        bail!("`{program}` is missing ({what}); install it, on Debian: sudo apt-get install {package}");
    }
    step(&format!("installing Debian's {package}: {what} (about a minute)"), || {
        run(command("apt-get").arg("update").arg("-qq"))?;
        run(command("apt-get")
            .args(["install", "-y", "-qq", package])
            .env("DEBIAN_FRONTEND", "noninteractive"))
    })
}

/// Tests start a private cluster from these binaries unless `HUNCH_TEST_POSTGRES` names a server.
fn postgres() -> Result<()> {
    let packaged = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    if env::var_os("HUNCH_TEST_POSTGRES").is_some() || packaged {
        return Ok(());
    }
    debian_package("pg_ctl", "postgresql", "the second database that server tests run on")
}

/// Makes requests from the API's description.
pub(crate) fn schemathesis() -> Result<()> {
    python_package(
        "schemathesis",
        SCHEMATHESIS,
        "it makes the requests that the API's description allows and forbids",
    )
}

/// An independent reader of the Parquet files that Hunch writes.
fn pyarrow() -> Result<()> {
    python_package("pyarrow", PYARROW, "the end-to-end tests read an exported file with it")
}

/// Another reader of exported rules.
fn duckdb() -> Result<()> {
    python_package("duckdb", DUCKDB, "it runs exported rules, which must vote as they do here")
}

/// A package of the project's own Python environment, which is made if it is missing.
fn python_package(name: &str, version: &str, what: &str) -> Result<()> {
    let python = paths::tools().join("python/bin/python");
    if output(command(&python).args(["-c", &format!("import importlib.metadata as m; m.version('{name}')")]))
        .is_some()
    {
        return Ok(());
    }
    if find("python3").is_none() {
        bail!("`python3` is missing: {what}");
    }
    step(&format!("installing {name} into a private Python environment (about a minute): {what}"), || {
        python_environment(&paths::tools().join("python"))?;
        run(command(&python).args(["-m", "pip", "install", "--quiet", &format!("{name}=={version}")]))
    })
}

/// A Python environment in a folder; one that is there stays as it is.
pub(crate) fn python_environment(folder: &Path) -> Result<()> {
    run(command("python3").args(["-m", "venv"]).arg(folder))
        .context("Python's venv module is missing; on Debian: apt-get install python3-venv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "absent"), None);
    }
}
