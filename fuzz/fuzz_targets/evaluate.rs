//! Any rules on any texts: evaluating them must not panic, and slices must vote as the whole does. Any bytes are no chunk
//! and no votes, or are read as what they say.

#![no_main]

use hunch_engine::{
    Chunk, Column, ColumnData, Evaluator, Lexicons, Program, RuleVotes, Split, TextColumn, spans,
};
use hunch_rules::{ColumnDef, ColumnType, Schema, Source, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, Vec<Option<String>>, Vec<u8>)| {
    let (source, texts, bytes) = input;
    let _ = Chunk::from_objects(&[&bytes]);
    if let Ok(votes) = RuleVotes::decode(&bytes) {
        assert_eq!(votes.encode(), bytes);
    }
    let Some(chunk) = chunk(&texts) else { return };
    let schema = Schema {
        labels: vec!["A".to_owned(), "B".to_owned()],
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    for rule in compile(&[Source { name: "fuzz", text: &source }], &schema).rules {
        let Ok(program) = Program::compile(&rule.plan, &Lexicons::new()) else { continue };
        let votes = Evaluator::new(chunk.clone()).votes(&program);
        let mut evaluator = Evaluator::new(chunk.clone());
        for row in 0..chunk.rows {
            assert_eq!(evaluator.votes_in(&program, row..row + 1).vote(row), votes.vote(row));
            let text = texts[row].as_deref().unwrap_or_default();
            assert!(spans(&program, &chunk, row).iter().all(|span| text.get(span.start..span.end).is_some()));
        }
    }
});

fn chunk(texts: &[Option<String>]) -> Option<Chunk> {
    Some(Chunk {
        rows: texts.len(),
        ids: TextColumn::from_rows((0..texts.len()).map(|row| Some(row.to_string()))).ok()?,
        splits: vec![Split::Train; texts.len()],
        columns: vec![Column {
            name: "text".to_owned(),
            data: ColumnData::Text(TextColumn::from_rows(texts.iter().map(Option::as_ref)).ok()?),
        }],
        ..Chunk::default()
    })
}
