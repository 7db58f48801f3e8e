//! Tells the crate where the built browser app is, and cargo when migrations change.

use std::{env, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../migrations");
    // `cargo xtask` says where the app is, so that clones that share a target folder each find their own.
    println!("cargo:rerun-if-env-changed=HUNCH_DIST");
    // Without `..`, so that a debug build finds an app that is built after it.
    let backend = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = backend.parent().unwrap_or(backend);
    let dist = env::var_os("HUNCH_DIST").map_or_else(|| root.join("dist"), Into::into);
    println!("cargo:rustc-env=HUNCH_DIST={}", dist.display());
    // A debug build reads the app from disk; a release build embeds it and so depends on it.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../dist");
    }
}
