//! `hunch token`: secrets that let programs in.

use super::connection::Target;
use anyhow::Result;
use hunch_protocol::{CreateToken, CreatedToken, Token, routes};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Make, list and take back tokens.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Make a token and print its secret, which is told this once
    Create {
        /// What you call it
        name: String,
        /// The id of the one project it is good for; all unless given
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        #[command(flatten)]
        target: Target,
    },
    /// List tokens, without their secrets
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Take a token back
    Revoke {
        /// Its id, as `list` shows it
        id: String,
        #[command(flatten)]
        target: Target,
    },
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    match args.action {
        Action::Create { name, project, target } => {
            let connection = target.connect().await?;
            let create = CreateToken { name, project };
            let token: CreatedToken = connection.post(&routes::tokens(), &create).await?;
            writeln!(io::stdout(), "{}", token.secret)?;
            connection.close().await?;
        }
        Action::List { target } => {
            let connection = target.connect().await?;
            for token in connection.list::<Token>(&routes::tokens()).await? {
                let state = if token.revoked_at.is_some() { "revoked" } else { "valid" };
                writeln!(io::stdout(), "{}  {state:7}  {}  {}", token.id, token.created_at, token.name)?;
            }
            connection.close().await?;
        }
        Action::Revoke { id, target } => {
            let connection = target.connect().await?;
            connection.delete(&routes::token(&id)).await?;
            connection.close().await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
