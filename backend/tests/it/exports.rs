//! Exported rules vote as the engine does: Postgres runs them on the rows of the rule corpus.
//!
//! DuckDB and Python do in `shared/engine/tests/exports`, whose cases these are.

#[expect(clippy::unwrap_used, reason = "files of the repository")]
#[path = "../../../shared/engine/tests/exports/cases.rs"]
mod cases;
#[expect(clippy::unwrap_used, reason = "what the exports' own tests make")]
#[path = "../../../shared/engine/tests/exports/outcome.rs"]
mod outcome;
#[path = "../../../shared/engine/tests/corpus/row.rs"]
mod row;

use crate::postgres;
use anyhow::{Context as _, Result};
use hunch_rules::export::Target;
use outcome::{compare, equal, refused};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/engine/corpus");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_votes_as_the_engine_does_on_every_case_of_the_corpus_or_the_rule_is_refused() -> Result<()>
{
    let database = postgres::Database::create().await?;
    let mut connection = PgConnection::connect(&database.url()).await?;
    // It has no texts with the code point 0.
    let mut sets = cases::corpus(CORPUS);
    sets.retain(|set| !set.table().to_string().contains("\\u0000"));
    let runtime = tokio::runtime::Handle::current();
    let outcomes = tokio::task::block_in_place(|| {
        compare(Target::Postgres, &sets, |jobs| {
            let run = |job| runtime.block_on(votes(&mut connection, job));
            Some(Value::Array(jobs.iter().map(run).collect::<Result<_>>().expect("tables to be made")))
        })
    });
    let outcomes = outcomes.context("nothing ran")?;
    assert!(equal(&outcomes) > 200, "only {} rules are exported", equal(&outcomes));
    insta::assert_snapshot!("postgres", refused(&outcomes));
    Ok(())
}

/// The votes of each query on a job's table, or the error it ends with.
async fn votes(connection: &mut PgConnection, job: &Value) -> Result<Value> {
    let table = &job["table"];
    let columns = table["columns"].as_array().context("no columns")?;
    let mut defined = vec!["id int".to_owned()];
    let mut selected = vec!["id".to_owned()];
    for column in columns {
        let name = format!("\"{}\"", column["name"].as_str().context("no name")?);
        let kind = match column["kind"].as_str() {
            Some("number") => "double precision",
            Some("bool") => "boolean",
            Some("date") => "int",
            _ => "text",
        };
        selected.push(match column["kind"].as_str() {
            Some("date") => format!("date '1970-01-01' + {name} as {name}"),
            _ => name.clone(),
        });
        defined.push(format!("{name} {kind}"));
    }
    let rows = table["rows"].as_u64().context("no rows")?;
    let records: Vec<Value> = (0..rows)
        .map(|row| {
            let index = usize::try_from(row).unwrap_or_default();
            let mut record = serde_json::Map::from_iter([("id".to_owned(), json!(row))]);
            for column in columns {
                record.insert(
                    column["name"].as_str().unwrap_or_default().to_owned(),
                    column["values"][index].clone(),
                );
            }
            Value::Object(record)
        })
        .collect();
    let make = format!(
        "create temporary table documents as select {} from json_to_recordset($1::json) as t({})",
        selected.join(", "),
        defined.join(", ")
    );
    sqlx::query(AssertSqlSafe("drop table if exists documents".to_owned())).execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(make))
        .bind(Value::Array(records).to_string())
        .execute(&mut *connection)
        .await?;
    let mut results = Vec::new();
    for query in job["rules"].as_array().context("no rules")? {
        let query = query.as_str().context("no query")?.trim_end().trim_end_matches(';');
        let ordered = AssertSqlSafe(format!("{query} order by 1"));
        results.push(match sqlx::query(ordered).fetch_all(&mut *connection).await {
            Ok(rows) => {
                rows.iter().map(|row| row.try_get::<i32, _>(1)).collect::<Result<Vec<_>, _>>()?.into()
            }
            Err(error) => Value::String(error.to_string()),
        });
    }
    Ok(Value::Array(results))
}
