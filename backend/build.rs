//! Tells the crate where the built browser app is, and cargo when migrations change.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../migrations");
    // Without `..`, so that a debug build finds an app that is built after it.
    let backend = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = backend.parent().unwrap_or(backend);
    println!("cargo:rustc-env=HUNCH_DIST={}", root.join("dist").display());
    // A debug build reads the app from disk; a release build embeds it and so depends on it.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../dist");
    }
}
