use hunch_engine::{
    Chunk, Column, ColumnData, Evaluator, Lexicons, Program, ProgramSet, RuleVotes, Split, TextColumn, spans,
};
use hunch_rules::{ColumnDef, ColumnType, Schema, Source, compile};

/// A line between the rules and the rows.
const SEPARATOR: &str = "\n---\n";
/// A row without a text.
const MISSING: &str = "-";

/// Rules, a line of three dashes, and a row on each line after it: evaluating any rules on any texts must not panic, and
/// slices, single rows and sets of rules must vote as the whole does. Any bytes are no chunk and no votes, or are read as
/// what they say.
pub fn evaluate(input: &[u8]) {
    let _ = Chunk::from_objects(&[input]);
    if let Ok(votes) = RuleVotes::decode(input) {
        assert_eq!(votes.encode(), input);
    }
    let text = String::from_utf8_lossy(input);
    let (rules, rows) = text.split_once(SEPARATOR).unwrap_or((&text, ""));
    let texts: Vec<Option<&str>> = rows.split('\n').map(|row| (row != MISSING).then_some(row)).collect();
    let Some(chunk) = chunk(&texts) else { return };
    let programs = programs(rules);
    let set = ProgramSet::new(programs.clone());
    let together = Evaluator::new(chunk.clone()).votes_of(&set);
    for (program, together) in programs.iter().zip(together) {
        let votes = Evaluator::new(chunk.clone()).votes(program);
        assert_eq!(votes, together);
        let mut evaluator = Evaluator::new(chunk.clone());
        for (row, text) in texts.iter().enumerate() {
            assert_eq!(evaluator.votes_in(program, row..row + 1).vote(row), votes.vote(row));
            let alone = Evaluator::new(chunk.slice(row..row + 1)).votes(program);
            assert_eq!(alone.vote(0), votes.vote(row));
            let text = text.unwrap_or_default();
            assert!(spans(program, &chunk, row).iter().all(|span| text.get(span.start..span.end).is_some()));
        }
    }
}

fn programs(rules: &str) -> Vec<Program> {
    let schema = Schema {
        labels: vec!["A".to_owned(), "B".to_owned()],
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "fuzz", text: rules }], &schema);
    let programs = compiled.rules.iter().map(|rule| Program::compile(&rule.plan, &Lexicons::new()));
    programs.filter_map(Result::ok).collect()
}

fn chunk(texts: &[Option<&str>]) -> Option<Chunk> {
    Some(Chunk {
        rows: texts.len(),
        ids: TextColumn::from_rows((0..texts.len()).map(|row| Some(row.to_string()))).ok()?,
        splits: vec![Split::Train; texts.len()],
        columns: vec![Column {
            name: "text".to_owned(),
            data: ColumnData::Text(TextColumn::from_rows(texts.iter().copied()).ok()?),
        }],
        ..Chunk::default()
    })
}
