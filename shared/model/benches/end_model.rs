//! Documents per second of end models, on text like comments (some 70 bytes) and two labels:
//! `cargo bench -p hunch-model --bench end_model`. Prints what training keeps in memory first.

#![expect(clippy::unwrap_used, reason = "nothing of a bench is input")]
#![expect(clippy::print_stdout, reason = "a figure that criterion does not take")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn};
use hunch_model::end_model::{EndModelOptions, Input, Targets, Trained, Training};
use std::{fs, hint::black_box, time::Duration};

const ROWS: usize = 4_096;
const WORDS: [&str; 16] = [
    "check",
    "out",
    "my",
    "channel",
    "please",
    "subscribe",
    "song",
    "love",
    "this",
    "video",
    "best",
    "ever",
    "the",
    "music",
    "so",
    "good",
];

/// A small generator, so that every run measures the same texts.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn chunk(number: usize) -> Chunk {
    let mut random = Random(number as u64);
    let texts = (0..ROWS).map(|_| {
        let word = |_| match random.below(4) {
            0 => format!("word{}", random.below(5_000)),
            _ => WORDS[random.below(16)].to_owned(),
        };
        Some((0..12).map(word).collect::<Vec<_>>().join(" "))
    });
    let text = TextColumn::from_rows(texts).unwrap();
    Chunk {
        rows: ROWS,
        ids: TextColumn::from_rows((0..ROWS).map(|row| Some(format!("{number}-{row}")))).unwrap(),
        splits: vec![Split::Train; ROWS],
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(text) }],
        ..Chunk::default()
    }
}

fn train(chunks: usize, folds: u32, chunk: impl Fn(usize) -> Chunk) -> Trained {
    let labels = ["HAM", "SPAM"].map(str::to_owned).to_vec();
    let options = EndModelOptions { folds, passes: Some(1), ..EndModelOptions::new(labels) };
    let probabilities: Vec<f64> = (0..ROWS).flat_map(|row| [[0.9, 0.1], [0.2, 0.8]][row % 2]).collect();
    let weights = vec![1.0; ROWS];
    let mut training = Training::new(Input::all(&chunk(0)), options).unwrap();
    while training.pass().is_some() {
        for number in 0..chunks {
            let targets = Targets { probabilities: &probabilities, weights: &weights };
            training.read(&chunk(number), targets).unwrap();
        }
        training.end_pass().unwrap();
    }
    training.finish().unwrap()
}

/// Most memory that the process has held so far, in MiB, where the system tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn end_model(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("end_model");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5))
        .throughput(Throughput::Elements(ROWS as u64));
    let documents = chunk(1);
    let alike = |_| documents.clone();
    group.bench_function("measure and learn once", |bench| bench.iter(|| black_box(train(1, 0, alike))));
    let name = "measure, learn once and judge, 5 folds";
    group.bench_function(name, |bench| bench.iter(|| black_box(train(1, 5, alike))));
    let model = train(1, 0, alike).model;
    group.bench_function("predict", |bench| bench.iter(|| black_box(model.predict(&documents).unwrap())));
    group.finish();
    train(245, 5, chunk);
    println!("peak memory after training on 1,003,520 documents, 5 folds: {:?} MiB", peak());
}

criterion_group!(benches, end_model);
criterion_main!(benches);
