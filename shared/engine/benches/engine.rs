//! The engine's kernels on text like comments, 100,000 rows of about 100 bytes: `cargo bench -p hunch-engine`.

#![expect(clippy::unwrap_used, reason = "nothing of a bench is input")]

use std::{hint::black_box, sync::Arc, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hunch_engine::{
    Bitset, Chunk, Column, ColumnData, Evaluator, Lexicon, Lexicons, Program, RuleVotes, Split, TextColumn,
    count,
};
use hunch_rules::{
    ColumnDef, ColumnType, LexiconDef, Schema, Source, compile, lexicon_hash, normalize_terms,
};

const ROWS: usize = 100_000;
const SEVEN_RULES: [&str; 7] = [
    r#"SPAM when text contains "my""#,
    r#"SPAM when text contains "subscribe""#,
    r#"SPAM when text contains "http""#,
    r#"SPAM when text has any ("please", "plz")"#,
    "SPAM when text ~ /check.*out/i",
    r#"HAM when text contains "song""#,
    "HAM when words(text) < 6",
];
const KERNELS: [(&str, &str); 7] = [
    ("literal", r#"SPAM when text contains "subscribe""#),
    ("word", r#"SPAM when text has "my""#),
    (
        "20 words",
        r#"SPAM when text has any ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "win", "prize")"#,
    ),
    ("regex with a literal", r"SPAM when text ~ /check.*out/i"),
    ("regex without", r"SPAM when text ~ /\d{3,}[^\w]*$/"),
    ("words", "HAM when words(text) < 6"),
    ("lexicon of 10,000", "SPAM when text has @names"),
];

/// A small generator, so that every run measures the same texts.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn corpus() -> Arc<Chunk> {
    let common = [
        "the", "Video", "is", "so", "good", "I", "love", "this", "song", "and", "it", "you", "me", "ever",
        "best",
    ];
    let rare = [
        "please",
        "Subscribe",
        "my",
        "check",
        "out",
        "http://x.co",
        "FREE!",
        "🔥",
        "café",
        "100",
        "channel",
        "plz",
    ];
    let mut random = Random(1);
    let mut text = |_| {
        let words: Vec<String> = (0..4 + random.below(28))
            .map(|_| match random.below(20) {
                0 => rare[random.below(rare.len())].to_owned(),
                1 | 2 => format!("name{}", random.below(50_000)),
                _ => common[random.below(common.len())].to_owned(),
            })
            .collect();
        Some(words.join(" "))
    };
    let texts = TextColumn::from_rows((0..ROWS).map(&mut text)).unwrap();
    let columns = vec![Column { name: "text".to_owned(), data: ColumnData::Text(texts) }];
    let ids = TextColumn::from_rows((0..ROWS).map(|row| Some(row.to_string()))).unwrap();
    Arc::new(Chunk { rows: ROWS, ids, splits: vec![Split::Train; ROWS], columns, ..Chunk::default() })
}

fn programs(clauses: &[&str]) -> Vec<Program> {
    let names = normalize_terms((0..10_000).map(|n| format!("name{}", n * 7)));
    let hash = lexicon_hash(&names);
    let schema = Schema {
        labels: vec!["HAM".to_owned(), "SPAM".to_owned()],
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        lexicons: vec![LexiconDef { name: "names".to_owned(), hash: hash.clone() }],
        ..Schema::default()
    };
    let lexicons = Lexicons::from([(hash, Arc::new(Lexicon::new(names)))]);
    let rules: Vec<_> =
        clauses.iter().enumerate().map(|(n, clause)| format!("rule r{n}: {clause}")).collect();
    let source = rules.join("\n");
    let compiled = compile(&[Source { name: "bench", text: &source }], &schema);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled.rules.iter().map(|rule| Program::compile(&rule.plan, &lexicons).unwrap()).collect()
}

fn kernels(criterion: &mut Criterion) {
    let chunk = corpus();
    let mut evaluator = Evaluator::new(chunk.clone());
    let mut group = criterion.benchmark_group("kernels");
    group.throughput(Throughput::Bytes(chunk.text_bytes() as u64));
    for (name, clause) in KERNELS {
        let programs = programs(&[clause]);
        group.bench_function(name, |bench| {
            bench.iter(|| {
                // The folded copy is kept, as between two keystrokes; the results are not.
                evaluator.keep(&[]);
                black_box(evaluator.votes(&programs[0]))
            });
        });
    }
    group.finish();
}

fn rule_set(criterion: &mut Criterion) {
    let chunk = corpus();
    let programs = programs(&SEVEN_RULES);
    let mut group = criterion.benchmark_group("seven rules");
    group.throughput(Throughput::Elements((ROWS * programs.len()) as u64));
    group.bench_function("votes, with the folded copy", |bench| {
        bench.iter(|| {
            let mut evaluator = Evaluator::new(chunk.clone());
            programs.iter().map(|program| evaluator.votes(program)).collect::<Vec<_>>()
        });
    });
    let mut evaluator = Evaluator::new(chunk.clone());
    let votes: Vec<_> = programs.iter().map(|program| evaluator.votes(program)).collect();
    let votes: Vec<&RuleVotes> = votes.iter().collect();
    let active = Bitset::full(ROWS);
    group.bench_function("figures", |bench| bench.iter(|| count(black_box(&votes), &active, None)));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = kernels, rule_set
}
criterion_main!(benches);
