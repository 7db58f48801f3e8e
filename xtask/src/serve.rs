//! `cargo xtask serve`: from a fresh checkout to a running server.

use crate::{
    app, paths, setup,
    shell::{cargo, command, run, step},
};
use anyhow::{Context as _, Result};
use std::net::{Ipv4Addr, TcpListener};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// Sets up, builds the app and the server, and serves until stopped.
pub(crate) fn serve(options: &Options) -> Result<()> {
    // Asked first: nobody should wait for a build to learn this.
    TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).with_context(|| {
        format!(
            "port {} is not free; stop what uses it, or choose another: cargo xtask serve --port 8081",
            options.port
        )
    })?;
    setup::for_the_app()?;
    app::build()?;
    build_server()?;
    println!();
    let mut hunch = command(paths::hunch());
    hunch.args(["serve", "--sample", "--data", "hunch-data", "--bind"]);
    run(hunch.arg(format!("127.0.0.1:{}", options.port)))
}

/// Builds the `hunch` binary.
pub(crate) fn build_server() -> Result<()> {
    step("building the server (10 to 20 minutes the first time)", || {
        run(cargo().args(["build", "--package", "hunch-backend", "--bin", "hunch"]))
    })
}
