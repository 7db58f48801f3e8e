//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The repository's top folder: where Cargo runs this from, because clones that share a target folder share the binary.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, else `target/`.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Tools that setup installs for this project only. Beside the target folder's builds, so that caching one caches both.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The server's binary as `cargo build -p hunch-backend` leaves it.
pub(crate) fn hunch() -> PathBuf {
    target().join("debug").join(format!("hunch{}", env::consts::EXE_SUFFIX))
}

/// The built browser app.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Public data sets for tests and benches: `HUNCH_DATA`, else `../shared/data`, if it is there.
pub(crate) fn data() -> Option<PathBuf> {
    let path = env::var_os("HUNCH_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    path.canonicalize().ok().filter(|path| path.is_dir())
}
