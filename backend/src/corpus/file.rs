//! A corpus file read without a server: for the command line.

use super::builder::{ChunkBuilder, Document};
use super::ids::{IdMaker, IdSet, split_of};
use super::infer::ColumnStats;
use super::mapping::ColumnPlan;
use super::preview::guess;
use super::reader::{RawRow, RowReader, places};
use super::{CorpusError, CorpusSchema, Limits};
use hunch_engine::Chunk;
use hunch_protocol::limits::LABELS;
use hunch_protocol::{AttributeMapping, Mapping};
use std::path::{Path, PathBuf};

/// Which columns of the file are what; the rest is told from names and values.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The main text.
    pub text: Option<String>,
    /// True labels; `label` unless given, if there is one.
    pub gold: Option<String>,
    /// Stable ids; `id` unless given, if there is one and no two rows share an id. Else ids are made from the text.
    pub id: Option<String>,
    /// How much the file may hold.
    pub limits: Limits,
}

/// A file of documents whose columns are known.
#[derive(Debug)]
pub struct CorpusFile {
    path: PathBuf,
    name: String,
    limits: Limits,
    mapping: Mapping,
    schema: CorpusSchema,
    gold_values: Vec<String>,
}

impl CorpusFile {
    /// Opens a file and tells its columns and their types, for which it reads the whole file once. All columns but id,
    /// gold and split are attributes that rules can use. A row that cannot be read is an error.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        let scan = Scan::of(path, &name, options)?;
        let mapping = scan.mapping(options);
        let schema = ColumnPlan::new(&mapping, &[], &CorpusSchema::default())?.layout.schema;
        let gold = mapping.gold.as_deref().and_then(|gold| scan.place(gold));
        let gold_values = gold.and_then(|place| scan.stats[place].distinct(LABELS)).unwrap_or_default();
        Ok(Self { path: path.to_owned(), name, limits: options.limits, mapping, schema, gold_values })
    }

    /// The columns that rules can use.
    pub fn schema(&self) -> &CorpusSchema {
        &self.schema
    }

    /// The gold column, if there is one.
    pub fn gold(&self) -> Option<&str> {
        self.mapping.gold.as_deref()
    }

    /// The column of splits, if there is one; without, each document's split is told from its id.
    pub fn split(&self) -> Option<&str> {
        self.mapping.split.as_deref()
    }

    /// The distinct values of the gold column in order; none if there are more than a project has labels.
    pub fn gold_values(&self) -> &[String] {
        &self.gold_values
    }

    /// The file's documents. `labels` are names by index, for gold. Ends at the first row that cannot be read.
    pub fn chunks(&self, labels: &[String]) -> Result<Chunks, CorpusError> {
        let plan = ColumnPlan::new(&self.mapping, labels, &CorpusSchema::default())?;
        let mut reader = RowReader::open(&self.path, &self.name, None, &self.limits)?;
        reader.select(&plan.selected)?;
        Ok(Chunks {
            name: self.name.clone(),
            reader,
            builder: ChunkBuilder::new(plan.layout.clone()),
            plan,
            ids: self.mapping.id.as_ref().map(|_| IdSet::default()),
            maker: IdMaker::default(),
            ended: false,
        })
    }
}

/// What one reading of a file tells about its columns.
struct Scan {
    columns: Vec<String>,
    stats: Vec<ColumnStats>,
    /// The column of ids, if it is asked for, or is named `id` and no two rows share one.
    id: Option<String>,
}

impl Scan {
    fn of(path: &Path, name: &str, options: &ReadOptions) -> Result<Self, CorpusError> {
        let mut reader = RowReader::open(path, name, None, &options.limits)?;
        let columns = reader.columns().to_vec();
        let given = [&options.text, &options.gold, &options.id];
        places(name, &columns, &given.into_iter().flatten().cloned().collect::<Vec<_>>())?;

        let id = columns.iter().position(|column| column == "id");
        let (mut ids, mut ids_are_unique) = (IdSet::default(), true);
        let mut stats = vec![ColumnStats::default(); columns.len()];
        while let Some(row) = reader.next()? {
            let row = row.map_err(|bad| bad_row(name, bad.line, bad.reason))?;
            stats.iter_mut().zip(&row.cells).for_each(|(stats, cell)| stats.see(cell));
            let text = id.and_then(|place| row.cells[place].text());
            ids_are_unique &= text.is_some_and(|text| ids.insert(&text));
        }
        let unique = id.filter(|_| ids_are_unique).map(|place| columns[place].clone());
        Ok(Self { columns, stats, id: options.id.clone().or(unique) })
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// What was asked for, else what names and values suggest; all other columns are attributes.
    fn mapping(&self, options: &ReadOptions) -> Mapping {
        let guess = guess(&self.columns, &self.stats);
        let few_values = |place: &usize| self.stats[*place].distinct(LABELS).is_some();
        let label = self.place("label").filter(few_values).map(|place| self.columns[place].clone());
        let gold = options.gold.clone().or(label);
        let text = options.text.clone().or(guess.text.into_iter().next());
        let is = |role: &Option<String>, column: &String| role.as_ref() == Some(column);
        let taken = |column: &String| is(&text, column) || is(&gold, column) || is(&self.id, column);
        let split = guess.split.filter(|column| !taken(column));
        let attributes = self.columns.iter().zip(&self.stats);
        let attributes = attributes.filter(|(column, _)| !taken(column) && !is(&split, column));
        let attributes = attributes
            .map(|(column, stats)| AttributeMapping { column: column.clone(), kind: stats.kind() })
            .collect();
        let id = self.id.clone();
        Mapping { text: text.into_iter().collect(), id, gold, split, attributes, votes: Vec::new() }
    }
}

/// The documents of a [`CorpusFile`], chunk by chunk.
pub struct Chunks {
    name: String,
    reader: RowReader,
    plan: ColumnPlan,
    builder: ChunkBuilder,
    /// Those of a column; ids that are made are unique.
    ids: Option<IdSet>,
    maker: IdMaker,
    ended: bool,
}

impl Iterator for Chunks {
    type Item = Result<Chunk, CorpusError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let chunk = self.next_chunk();
        self.ended |= chunk.is_err();
        chunk.transpose()
    }
}

impl Chunks {
    fn next_chunk(&mut self) -> Result<Option<Chunk>, CorpusError> {
        while let Some(row) = self.reader.next()? {
            let row = row.map_err(|bad| bad_row(&self.name, bad.line, bad.reason))?;
            let document = self.document(&row).map_err(|reason| bad_row(&self.name, row.line, reason))?;
            let full = self.builder.is_full_for(&document).then(|| self.builder.take());
            self.builder.push(&document)?;
            if full.is_some() {
                return Ok(full);
            }
        }
        self.ended = true;
        Ok((self.builder.rows() > 0).then(|| self.builder.take()))
    }

    fn document(&mut self, row: &RawRow) -> Result<Document, String> {
        let maker = &mut self.maker;
        let (mut document, split) = self.plan.document(row, |identity| maker.make(identity, |_| false))?;
        if self.ids.as_mut().is_some_and(|ids| !ids.insert(&document.id)) {
            return Err(format!("the id `{}` occurs twice in the file", document.id));
        }
        document.split = split.unwrap_or_else(|| split_of(0, &document.id));
        Ok(document)
    }
}

fn bad_row(name: &str, line: u64, reason: String) -> CorpusError {
    CorpusError::BadRow { name: name.to_owned(), line, reason }
}

#[cfg(test)]
mod tests;
