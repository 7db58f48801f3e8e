//! `hunch user`: the accounts of a server.

use super::connection::Target;
use anyhow::{Context as _, Result, bail};
use hunch_protocol::{Page, ResetPassword, User, routes};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// List accounts, and give one another password.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the accounts
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Give an account another password, read from the first line of standard input; its sessions end
    Password {
        /// What they sign in with
        login: String,
        #[command(flatten)]
        target: Target,
    },
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    match args.action {
        Action::List { target } => {
            let connection = target.connect().await?;
            let users: Page<User> = connection.get(&routes::users()).await?;
            for user in users.items {
                let admin = if user.admin { "admin" } else { "" };
                writeln!(io::stdout(), "{}  {admin:5}  {}  {}", user.created_at, user.login, user.name)?;
            }
            connection.close().await?;
        }
        Action::Password { login, target } => {
            let password = read_password(&login)?;
            let connection = target.connect().await?;
            connection.put(&routes::user_password(&login), &ResetPassword { password }).await?;
            connection.close().await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first line of standard input, so that no password stands in the shell's history or among the processes.
fn read_password(login: &str) -> Result<String> {
    if io::stdin().is_terminal() {
        write!(io::stderr(), "New password of {login}, shown as you type: ")?;
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("give the new password on standard input");
    }
    Ok(password)
}
