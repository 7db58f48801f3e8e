//! Writing votes files.

use crate::corpus::npz::NpzWriter;
use crate::corpus::{CorpusError, NewFile};
use hunch_engine::{ABSTAIN, RuleVotes, TextColumn};
use polars::prelude::{
    BatchedWriter, Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, PolarsError, Schema,
    Series,
};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{GOLD, ID};

/// Writes a votes file chunk by chunk, in the format its name ends in. The file takes its place when it is complete, and
/// not before.
///
/// CSV and Parquet have the columns `id,label,source…`, `label` only where there is gold, with label indexes; npz has the
/// arrays `votes` (documents by sources), `ids`, `sources`, `labels`, and `gold` where there is some.
pub struct VotesWriter {
    path: PathBuf,
    sources: Vec<String>,
    gold: bool,
    rows: Rows,
}

enum Rows {
    Csv(Box<csv::Writer<NewFile>>),
    Parquet {
        writer: Box<BatchedWriter<File>>,
        file: NewFile,
    },
    /// An archive says how many rows there are before it has them: votes wait as bitsets.
    Npz {
        file: NewFile,
        labels: Vec<String>,
        ids: Vec<String>,
        gold: Vec<i16>,
        votes: Vec<Vec<RuleVotes>>,
    },
}

impl VotesWriter {
    /// A file that will hold the votes of these sources, and gold if there is some.
    pub fn create(
        path: &Path,
        labels: &[String],
        sources: &[String],
        gold: bool,
    ) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        if let Some(reserved) = sources.iter().find(|source| [ID, GOLD].contains(&source.as_str())) {
            let reason = format!(
                "a rule is called `{reserved}`, which is the name of a column of votes files; rename it"
            );
            return Err(CorpusError::file(&name, reason));
        }
        let rows = match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => {
                let mut writer = csv::Writer::from_writer(NewFile::create(path)?);
                let columns = std::iter::once(ID).chain(gold.then_some(GOLD));
                let columns = columns.chain(sources.iter().map(String::as_str));
                writer.write_record(columns).map_err(|error| NewFile::refused(path, error))?;
                Rows::Csv(Box::new(writer))
            }
            Some("parquet") => {
                let file = NewFile::create(path)?;
                let out = file.handle().map_err(|error| NewFile::refused(path, error))?;
                let writer = ParquetWriter::new(out).batched(&schema(sources, gold));
                Rows::Parquet {
                    writer: Box::new(writer.map_err(|error| NewFile::refused(path, error))?),
                    file,
                }
            }
            Some("npz") => Rows::Npz {
                file: NewFile::create(path)?,
                labels: labels.to_vec(),
                ids: Vec::new(),
                gold: Vec::new(),
                votes: Vec::new(),
            },
            _ => return Err(CorpusError::file(&name, "the file's name must end in .csv, .parquet or .npz")),
        };
        Ok(Self { path: path.to_owned(), sources: sources.to_vec(), gold, rows })
    }

    /// Adds a chunk's documents; one list of votes per source.
    pub fn write(
        &mut self,
        ids: &TextColumn,
        gold: Option<&[i16]>,
        votes: Vec<RuleVotes>,
    ) -> Result<(), CorpusError> {
        let gold: Option<Vec<i16>> =
            self.gold.then(|| gold.map_or_else(|| vec![ABSTAIN; ids.len()], <[i16]>::to_vec));
        let id = |row: usize| ids.get(row).unwrap_or_default();
        match &mut self.rows {
            Rows::Csv(writer) => write_csv(writer, id, ids.len(), gold.as_deref(), &votes)
                .map_err(|error| NewFile::refused(&self.path, error)),
            Rows::Parquet { writer, .. } => {
                let ids: Vec<&str> = (0..ids.len()).map(id).collect();
                frame(&ids, gold.as_deref(), &self.sources, &votes)
                    .and_then(|frame| writer.write_batch(&frame))
                    .map_err(|error| NewFile::refused(&self.path, error))
            }
            Rows::Npz { ids: all_ids, gold: all_gold, votes: all_votes, .. } => {
                all_ids.extend((0..ids.len()).map(|row| id(row).to_owned()));
                all_gold.extend(gold.into_iter().flatten());
                all_votes.push(votes);
                Ok(())
            }
        }
    }

    /// Completes the file and puts it in its place.
    pub fn finish(self) -> Result<(), CorpusError> {
        let path = &self.path;
        let file = match self.rows {
            Rows::Csv(writer) => {
                writer.into_inner().map_err(|error| NewFile::refused(path, error.error()))?
            }
            Rows::Parquet { writer, file } => {
                writer.finish().map_err(|error| NewFile::refused(path, error))?;
                file
            }
            Rows::Npz { file, labels, ids, gold, votes } => {
                let gold = self.gold.then_some(gold);
                write_npz(&file, &labels, &self.sources, &ids, gold.as_deref(), &votes)
                    .map_err(|error| NewFile::refused(path, error))?;
                file
            }
        };
        file.finish()
    }
}

fn write_csv<'a>(
    writer: &mut csv::Writer<impl Write>,
    id: impl Fn(usize) -> &'a str,
    rows: usize,
    gold: Option<&[i16]>,
    votes: &[RuleVotes],
) -> csv::Result<()> {
    let votes: Vec<Vec<i16>> = votes.iter().map(RuleVotes::to_votes).collect();
    for row in 0..rows {
        writer.write_field(id(row))?;
        if let Some(gold) = gold {
            writer.write_field(if gold[row] == ABSTAIN { String::new() } else { gold[row].to_string() })?;
        }
        for votes in &votes {
            writer.write_field(votes[row].to_string())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn schema(sources: &[String], gold: bool) -> Schema {
    let id = std::iter::once((ID.into(), DataType::String));
    let gold = gold.then(|| (GOLD.into(), DataType::Int16));
    id.chain(gold).chain(sources.iter().map(|source| (source.into(), DataType::Int16))).collect()
}

fn frame(
    ids: &[&str],
    gold: Option<&[i16]>,
    sources: &[String],
    votes: &[RuleVotes],
) -> Result<DataFrame, PolarsError> {
    let mut columns: Vec<Column> = vec![Series::new(ID.into(), ids).into_column()];
    if let Some(gold) = gold {
        let known: Vec<Option<i16>> = gold.iter().map(|&label| (label != ABSTAIN).then_some(label)).collect();
        columns.push(Series::new(GOLD.into(), known).into_column());
    }
    for (source, votes) in sources.iter().zip(votes) {
        columns.push(Series::new(source.into(), votes.to_votes()).into_column());
    }
    DataFrame::new(ids.len(), columns)
}

fn write_npz(
    file: &NewFile,
    labels: &[String],
    sources: &[String],
    ids: &[String],
    gold: Option<&[i16]>,
    votes: &[Vec<RuleVotes>],
) -> io::Result<()> {
    let mut npz = NpzWriter::new(BufWriter::new(file.handle()?));
    let out = npz.start("votes", "<i2", &[ids.len(), sources.len()])?;
    for chunk in votes {
        let columns: Vec<Vec<i16>> = chunk.iter().map(RuleVotes::to_votes).collect();
        let rows = chunk.first().map_or(0, |votes| votes.rows);
        let bytes: Vec<u8> = (0..rows)
            .flat_map(|row| columns.iter().flat_map(move |votes| votes[row].to_le_bytes()))
            .collect();
        out.write_all(&bytes)?;
    }
    npz.texts("ids", ids)?;
    npz.texts("sources", sources)?;
    npz.texts("labels", labels)?;
    if let Some(gold) = gold {
        let bytes: Vec<u8> = gold.iter().flat_map(|label| label.to_le_bytes()).collect();
        npz.start("gold", "<i2", &[gold.len()])?.write_all(&bytes)?;
    }
    npz.finish()?.flush()
}
