//! `hunch token`: secrets that let programs in.

use super::connection::{InProject, Target};
use anyhow::Result;
use hunch_protocol::{CreateToken, CreatedToken, Scope, Token, routes};
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
        /// The name or id of the one project it is good for; all unless given
        #[arg(long, value_name = "NAME")]
        project: Option<String>,
        #[arg(long, value_name = "SCOPE", value_parser = scope, default_value = "read", hide_default_value = true, help = SCOPES)]
        scope: Vec<Scope>,
        /// How many days it is good for; until it is taken back unless given
        #[arg(long, value_name = "DAYS")]
        expires: Option<u32>,
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

/// What the scopes are.
const SCOPES: &str = "What it is good for, several by repeating it: `read`, `labels:write` (annotations and gold), \
    `rules:write` (rules, lexicons, imports, jobs, snapshots), `admin` (everything) [default: read]";

fn scope(name: &str) -> Result<Scope, String> {
    Scope::ALL.into_iter().find(|scope| scope.name() == name).ok_or_else(|| {
        let names = Scope::ALL.map(Scope::name);
        format!("there is no such scope; there are {}", names.join(", "))
    })
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    match args.action {
        Action::Create { name, project, scope, expires, target } => {
            let connection = target.connect().await?;
            let path = match project {
                Some(name) => {
                    let project = connection.project(&InProject::called(name)).await?;
                    routes::project_tokens(&project.id)
                }
                None => routes::tokens(),
            };
            let create = CreateToken { name, scopes: scope, days: expires };
            let token: CreatedToken = connection.post(&path, &create).await?;
            writeln!(io::stdout(), "{}", token.secret)?;
            connection.close().await?;
        }
        Action::List { target } => {
            let connection = target.connect().await?;
            for token in connection.list::<Token>(&routes::tokens()).await? {
                let state = if token.revoked_at.is_some() { "revoked" } else { "valid" };
                let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
                let until = token.expires_at.as_deref().unwrap_or("-");
                let project = token.project.as_deref().unwrap_or("all projects");
                writeln!(
                    io::stdout(),
                    "{}  {state:7}  {}  {until}  {project}  {}  {}",
                    token.id,
                    token.created_at,
                    scopes.join(","),
                    token.name
                )?;
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
