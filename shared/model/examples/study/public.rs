//! The public data sets that `HUNCH_DATA` names.

use crate::matrix::Matrix;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

/// Sets by name.
pub(crate) type Named = Vec<(String, Vec<Matrix>)>;

/// Each set that is there, all its splits together.
pub(crate) fn all() -> Result<Named, Box<dyn Error>> {
    let root = std::env::var_os("HUNCH_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let mut found = Vec::new();
    for set in ["youtube", "sms"] {
        if root.join(set).is_dir() {
            found.push((set.to_owned(), vec![wrench(&root.join(set))?]));
        }
    }
    for set in ["rte", "bluebirds", "dog"] {
        let folder = root.join("crowd").join(set);
        if folder.is_dir() {
            found.push((set.to_owned(), vec![crowd(&folder)?]));
        }
    }
    Ok(found)
}

/// `{"0": {"label": 1, "weak_labels": [-1, 0, …]}, …}`, three splits.
fn wrench(folder: &Path) -> Result<Matrix, Box<dyn Error>> {
    let (mut votes, mut truth) = (Vec::new(), Vec::new());
    for split in ["train", "valid", "test"] {
        let path = folder.join(format!("{split}.json"));
        let mut text = String::new();
        if path.exists() {
            File::open(path)?.read_to_string(&mut text)?;
        } else {
            GzDecoder::new(File::open(path.with_extension("json.gz"))?).read_to_string(&mut text)?;
        }
        let rows: BTreeMap<String, Value> = serde_json::from_str(&text)?;
        for row in rows.values() {
            truth.push(usize::try_from(row["label"].as_u64().ok_or("a row has no label")?)?);
            votes.push(row["weak_labels"].as_array().ok_or("a row has no votes")?.clone());
        }
    }
    let mut matrix = Matrix::new(2, votes.first().map_or(0, Vec::len), &truth);
    for (row, votes) in votes.iter().enumerate() {
        for (source, vote) in votes.iter().enumerate() {
            if let Some(label) = vote.as_u64() {
                matrix.vote(row, source, usize::try_from(label)?);
            }
        }
    }
    Ok(matrix)
}

/// Answers (`item,worker,label`) and truth (`item,truth`).
fn crowd(folder: &Path) -> Result<Matrix, Box<dyn Error>> {
    let read = |name: &str| -> Result<Vec<Vec<String>>, Box<dyn Error>> {
        let text = fs::read_to_string(folder.join(name))?;
        let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
        Ok(text.lines().skip(1).map(cells).collect())
    };
    let truth: BTreeMap<String, usize> = read("truth.csv")?
        .into_iter()
        .map(|row| Ok((row[0].clone(), row[1].parse()?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let answers: Vec<Vec<String>> =
        read("label.csv")?.into_iter().filter(|row| truth.contains_key(&row[0])).collect();
    let people: Vec<&String> =
        answers.iter().map(|row| &row[1]).collect::<BTreeSet<_>>().into_iter().collect();
    let items: Vec<&String> =
        answers.iter().map(|row| &row[0]).collect::<BTreeSet<_>>().into_iter().collect();
    let of_items: Vec<usize> = items.iter().map(|item| truth[*item]).collect();
    let labels = truth.values().max().map_or(2, |most| most + 1);
    let mut matrix = Matrix::new(labels, people.len(), &of_items);
    for answer in &answers {
        let (Ok(row), Ok(person)) = (items.binary_search(&&answer[0]), people.binary_search(&&answer[1]))
        else {
            continue;
        };
        matrix.vote(row, person, answer[2].parse()?);
    }
    Ok(matrix)
}
