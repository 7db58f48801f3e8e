//! Readers of the published vote matrices; the data are found by `HUNCH_DATA` and never part of the project.

use crate::{FitOptions, ModelKind, PatternCounter, Scores, Tally, Ties, fit, score};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, Read},
    path::PathBuf,
};

/// Where the data lie; none, with a message, if they are not there.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUNCH_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join(name);
    let there = folder.is_dir();
    if !there {
        println!("skipped: no HUNCH_DATA ({} is not there)", folder.display());
    }
    there.then_some(folder)
}

/// Rows of votes with gold, in the file's order.
pub(crate) type Rows = Vec<(Vec<i16>, i16)>;

/// A split in WRENCH's form: `{"0": {"label": 1, "data": {"text": "…"}, "weak_labels": [-1, 0, …]}, …}`.
pub(crate) fn wrench(folder: &str, split: &str) -> Option<Rows> {
    let label = |value: &Value| i16::try_from(value.as_i64().unwrap()).unwrap();
    let votes = |row: &Value| row["weak_labels"].as_array().unwrap().iter().map(label).collect();
    Some(documents(folder, split)?.iter().map(|row| (votes(row), label(&row["label"]))).collect())
}

/// The texts of such a split.
pub(crate) fn text(folder: &str, split: &str) -> Option<Vec<String>> {
    let text = |row: &Value| row["data"]["text"].as_str().unwrap().to_owned();
    Some(documents(folder, split)?.iter().map(text).collect())
}

/// What such a split says of each document, in order.
fn documents(folder: &str, split: &str) -> Option<Vec<Value>> {
    let path = self::folder(folder)?.join(format!("{split}.json"));
    let mut text = String::new();
    if path.exists() {
        File::open(path).unwrap().read_to_string(&mut text).unwrap();
    } else {
        let file = File::open(path.with_extension("json.gz")).unwrap();
        GzDecoder::new(BufReader::new(file)).read_to_string(&mut text).unwrap();
    }
    let rows: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let mut rows: Vec<(usize, Value)> =
        rows.into_iter().map(|(id, row)| (id.parse().unwrap(), row)).collect();
    rows.sort_by_key(|(id, _)| *id);
    Some(rows.into_iter().map(|(_, row)| row).collect())
}

/// People's answers (`item,worker,label`) and truth (`item,truth`), as one row per item.
pub(crate) fn crowd(folder: &str) -> Option<Rows> {
    let folder = self::folder(folder)?;
    let read = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        text.lines().skip(1).map(cells).collect::<Vec<_>>()
    };
    let answers = read("label.csv");
    let mut workers: BTreeMap<String, usize> = answers.iter().map(|row| (row[1].clone(), 0)).collect();
    for (index, place) in workers.values_mut().enumerate() {
        *place = index;
    }
    let mut rows: BTreeMap<String, (Vec<i16>, i16)> = BTreeMap::new();
    for row in answers {
        let (votes, _) = rows.entry(row[0].clone()).or_insert((vec![-1; workers.len()], -1));
        votes[workers[&row[1]]] = row[2].parse().unwrap();
    }
    for row in read("truth.csv") {
        if let Some((_, gold)) = rows.get_mut(&row[0]) {
            *gold = row[1].parse().unwrap();
        }
    }
    Some(rows.into_values().collect())
}

/// A counter that has seen some rows.
pub(crate) fn count(rows: &Rows) -> PatternCounter {
    let labels = 1 + rows.iter().map(|(_, gold)| *gold).max().unwrap();
    let sources: Vec<String> = (0..rows[0].0.len()).map(|source| format!("s{source:04}")).collect();
    let mut counter = PatternCounter::new(usize::try_from(labels).unwrap(), &sources);
    for (votes, _) in rows {
        counter.add(votes).unwrap();
    }
    counter
}

/// Fits on some rows and scores on others, by WRENCH's ties over the latter's row numbers; gives the scores and the
/// accuracy of the guesses themselves, which is what WRENCH publishes.
pub(crate) fn judge(kind: ModelKind, options: &FitOptions, learn: &Rows, judge: &Rows) -> (Scores, f64) {
    let mut counter = count(learn);
    let judged: Vec<u32> = judge.iter().map(|(votes, _)| counter.look_up(votes).unwrap()).collect();
    let (table, ids) = counter.finish();
    let fitted = fit(kind, &table, options).unwrap();
    let mut tally = Tally::default();
    let mut right = 0;
    for (row, (&pattern, &(_, gold))) in (0..).zip(judged.iter().zip(judge)) {
        let pattern = ids[pattern as usize];
        let guess = fitted.guess(pattern, Ties::Wrench, "", row);
        right += u32::from(guess == gold);
        tally.add(pattern, gold, guess);
    }
    (score(&fitted, &tally), f64::from(right) / judge.len() as f64)
}
