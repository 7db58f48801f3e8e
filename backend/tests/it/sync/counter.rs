//! Why the cursor is a counter of the project's row and no sequence.

use super::{TestDevice, world};
use crate::database::{TestStore, on_both_databases};
use crate::postgres::Database;
use anyhow::Result;
use hunch_protocol::{AnnotationBody, Key, Kind};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, Row as _};
use std::collections::BTreeSet;

on_both_databases!(a_reader_misses_nothing_while_many_push);

const PUSHERS: usize = 4;
const PUSHES: usize = 12;

async fn a_reader_misses_nothing_while_many_push(store: TestStore) -> Result<()> {
    let (world, project, reader) = world(store).await?;
    let mut pushers = tokio::task::JoinSet::new();
    for pusher in 0..PUSHERS {
        let mut device = TestDevice::register(&world.client, &project).await?;
        pushers.spawn(async move {
            for number in 0..PUSHES {
                // Half of them are of one entity each, and half go to the same one.
                let own = Key::new(Kind::Lexicon, format!("list{pusher}x{number}"));
                let shared = Key::new(Kind::Annotation, AnnotationBody::id("local", "a"));
                let label = i16::try_from((pusher + number) % 2)?;
                let operations = [
                    device.put(own, 0, json!({"terms": [format!("term{number}")]})),
                    device.put(shared, 0, json!({"document": "a", "author": "local", "label": label})),
                ];
                device.push(&operations).await?;
            }
            anyhow::Ok(())
        });
    }
    let (mut seen, mut cursor) = (BTreeSet::new(), 0);
    let expected = PUSHERS * PUSHES;
    loop {
        let done = pushers.is_empty();
        let (changes, next) = reader.pull(cursor, 7).await?;
        assert!(changes.iter().all(|entity| entity.seq > cursor && entity.seq <= next));
        cursor = next;
        seen.extend(changes.into_iter().filter(|it| it.key.kind == Kind::Lexicon).map(|it| it.key.id));
        while let Some(pushed) = pushers.try_join_next() {
            pushed??;
        }
        // One more pull after the last push has ended brings the rest, if nothing was passed over.
        if done {
            break;
        }
    }
    assert_eq!(seen.len(), expected, "passed over by the cursor");
    world.stop().await
}

/// The same with a sequence, as a proof that it would fail: the later number commits first, the reader moves its
/// cursor past the earlier one, and never sees it.
#[tokio::test]
async fn a_cursor_of_a_sequence_would_lose_a_change() -> Result<()> {
    let database = Database::create().await?;
    let (mut early, mut late, mut reader) = (
        PgConnection::connect(&database.url()).await?,
        PgConnection::connect(&database.url()).await?,
        PgConnection::connect(&database.url()).await?,
    );
    sqlx::query("create table log (seq bigserial primary key, what text not null)")
        .execute(&mut reader)
        .await?;
    let insert = "insert into log (what) values ($1)";
    let mut slow = early.begin().await?;
    sqlx::query(insert).bind("slow").execute(&mut *slow).await?;
    sqlx::query(insert).bind("fast").execute(&mut late).await?;
    let mut seen = Vec::new();
    let mut cursor = 0_i64;
    for finish in [None, Some(slow)] {
        if let Some(transaction) = finish {
            transaction.commit().await?;
        }
        let rows = sqlx::query("select seq, what from log where seq > $1 order by seq");
        for row in rows.bind(cursor).fetch_all(&mut reader).await? {
            cursor = row.get("seq");
            seen.push(row.get::<String, _>("what"));
        }
    }
    assert_eq!(seen, ["fast"], "a sequence has become safe; the project's counter may be given up");
    Ok(())
}
