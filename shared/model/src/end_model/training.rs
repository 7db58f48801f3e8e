//! The passes over a corpus that make an end model.

mod held_out;

pub use held_out::{CrossValidation, HELD_OUT_ROWS};

use super::{
    EndModel, EndModelError, EndModelOptions, Input,
    features::{Entry, Scratch, Space, number},
    grams,
    inputs::Measure,
    learner::Learner,
};
use held_out::HeldOut;
use hunch_engine::{Chunk, ColumnData};
use std::{mem, ops::Range};

/// Rows are learned together until they have so many features; keeps a model's weights in the processor's cache.
const BATCH: usize = 1 << 16;

/// A pass over all chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Counts documents and labels, and takes the measure of numbers.
    Measure,
    /// Moves weights.
    Learn {
        /// Its number, from 1.
        number: u32,
        /// How many learning passes there are.
        of: u32,
    },
    /// Judges documents by the learner that has not seen their fold.
    Judge,
}

/// What a chunk's documents should be labeled as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Targets<'a> {
    /// P(label), row after row: as many numbers per row as there are labels.
    pub probabilities: &'a [f64],
    /// How much each row counts. Rows of weight 0 teach nothing, and their probabilities are not looked at: documents
    /// that no source voted on should have it.
    pub weights: &'a [f64],
}

/// What training ends with.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The model, learned from all documents.
    pub model: EndModel,
    /// How models that had not seen a document did on it; none without folds.
    pub cross_validation: Option<CrossValidation>,
    /// Documents with a weight.
    pub labeled: u64,
    /// All documents.
    pub documents: u64,
}

/// Training under way. Read all chunks, [`end the pass`](Self::end_pass), and so on until there is no pass left:
///
/// ```text
/// let mut training = Training::new(inputs, options)?;
/// while training.pass().is_some() {
///     for chunk in … { training.read(&chunk, targets)?; }
///     training.end_pass()?;
/// }
/// let trained = training.finish()?;
/// ```
///
/// It keeps at most [`super::STATE_BYTES`] of sums, a batch of features, and what was held out.
#[derive(Debug)]
pub struct Training {
    options: EndModelOptions,
    space: Space,
    pass: Option<Pass>,
    /// What the pass under way has read, and what the first one had.
    read: Seen,
    first: Seen,
    /// Of each input, if it is a number.
    measures: Vec<Measure>,
    /// Weight of each label.
    mass: Vec<f64>,
    /// The model's own, then one per fold that it has not seen.
    learners: Vec<Learner>,
    held_out: HeldOut,
    scratch: Scratch,
    batch: Batch,
}

/// Which documents a pass has read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Seen {
    documents: u64,
    labeled: u64,
    /// Of the ids; the order of chunks matters, that within a chunk does not.
    hash: u64,
}

/// Rows whose features wait to be learned.
#[derive(Debug, Default)]
struct Batch {
    entries: Vec<Entry>,
    rows: Vec<BatchRow>,
}

#[derive(Debug)]
struct BatchRow {
    entries: Range<usize>,
    row: usize,
    fold: usize,
}

/// A document's place in the order of its chunk's rows, and its fold.
struct Place {
    order: u64,
    row: usize,
    fold: usize,
    /// Of its id.
    hash: u64,
}

impl Training {
    /// Begins with the first pass.
    pub fn new(inputs: Vec<Input>, options: EndModelOptions) -> Result<Self, EndModelError> {
        options.check()?;
        let labels = options.labels.len();
        Ok(Self {
            measures: vec![Measure::default(); inputs.len()],
            space: Space::new(inputs, options.bits())?,
            pass: Some(Pass::Measure),
            read: Seen::default(),
            first: Seen::default(),
            mass: vec![0.0; labels],
            learners: Vec::new(),
            held_out: HeldOut::new(labels),
            scratch: Scratch::default(),
            batch: Batch::default(),
            options,
        })
    }

    /// The pass under way; none when all have ended.
    pub fn pass(&self) -> Option<Pass> {
        self.pass
    }

    /// Reads the next chunk. After an error training is of no further use.
    pub fn read(&mut self, chunk: &Chunk, targets: Targets<'_>) -> Result<(), EndModelError> {
        let pass = self.pass.ok_or(EndModelError::OutOfTurn("over"))?;
        let columns = self.space.columns(chunk)?;
        self.check(chunk, targets)?;
        let places = self.places(chunk, pass);
        let hashes = places.iter().fold(0_u64, |sum, place| sum.wrapping_add(grams::mix(place.hash)));
        self.read.hash = grams::mix(self.read.hash ^ hashes);
        self.read.documents += chunk.rows as u64;
        self.read.labeled += targets.weights.iter().filter(|weight| **weight > 0.0).count() as u64;
        match pass {
            Pass::Measure => self.measure(&columns, targets, &places),
            Pass::Learn { .. } => self.learn(&columns, targets, &places),
            Pass::Judge => self.judge(&columns, targets, &places),
        }
        Ok(())
    }

    /// Ends the pass under way and begins the next one, which is returned.
    pub fn end_pass(&mut self) -> Result<Option<Pass>, EndModelError> {
        let pass = self.pass.ok_or(EndModelError::OutOfTurn("over"))?;
        let read = mem::take(&mut self.read);
        if pass == Pass::Measure {
            if read.labeled == 0 {
                return Err(EndModelError::NothingToLearn);
            }
            self.first = read;
            self.begin_learning();
        } else if read != self.first {
            let learned = if let Pass::Learn { number, .. } = pass { number } else { self.passes() + 1 };
            return Err(EndModelError::RowsMoved { pass: learned + 1 });
        }
        let of = self.passes();
        self.pass = match pass {
            Pass::Measure => Some(Pass::Learn { number: 1, of }),
            Pass::Learn { number, .. } if number < of => Some(Pass::Learn { number: number + 1, of }),
            Pass::Learn { .. } if self.options.folds > 0 => Some(Pass::Judge),
            Pass::Learn { .. } | Pass::Judge => None,
        };
        Ok(self.pass)
    }

    /// The model, once all passes have ended.
    pub fn finish(mut self) -> Result<Trained, EndModelError> {
        if self.pass.is_some() || self.learners.is_empty() {
            return Err(EndModelError::OutOfTurn("not over: passes are left"));
        }
        let learner = self.learners.swap_remove(0);
        let cross_validation = (self.options.folds > 0).then(|| self.held_out.finish());
        let labels = self.options.labels.len();
        let mut weights = vec![0.0; self.space.len() * labels];
        for (feature, row) in (0..).zip(weights.chunks_exact_mut(labels)) {
            if let Some(found) = learner.weights(feature) {
                row.copy_from_slice(&found);
            }
        }
        let fitted = cross_validation.as_ref().and_then(|figures| figures.temperature);
        let model = EndModel {
            labels: self.options.labels,
            space: self.space,
            bias: (0..labels).map(|label| learner.bias(label)).collect(),
            weights,
            temperature: fitted.unwrap_or(1.0),
            calibrated: fitted.is_some(),
        };
        let Seen { documents, labeled, .. } = self.first;
        Ok(Trained { model, cross_validation, labeled, documents })
    }

    fn passes(&self) -> u32 {
        self.options.passes(self.first.labeled)
    }

    fn begin_learning(&mut self) {
        self.space.moments = self.measures.iter().map(Measure::moments).collect();
        let total: f64 = self.mass.iter().sum();
        let shares = self.mass.iter().map(|mass| (mass + 1.0) / (total + self.mass.len() as f64));
        let base: Vec<f64> = shares.map(libm::log).collect();
        let learner = Learner::new(self.space.len(), base, self.options.rate, self.options.l2 / total);
        self.learners = vec![learner; self.options.folds as usize + 1];
        self.held_out.expect(self.first.labeled);
    }

    /// Whether targets can be learned from.
    fn check(&self, chunk: &Chunk, targets: Targets<'_>) -> Result<(), EndModelError> {
        let labels = self.options.labels.len();
        for (what, found, expected) in [
            ("ids", chunk.ids.len(), chunk.rows),
            ("weights", targets.weights.len(), chunk.rows),
            ("probabilities", targets.probabilities.len(), chunk.rows * labels),
        ] {
            if found != expected {
                return Err(EndModelError::Length { what, found, expected });
            }
        }
        let rows = targets.weights.iter().zip(targets.probabilities.chunks_exact(labels));
        for (row, (weight, probabilities)) in rows.enumerate() {
            let sum: f64 = probabilities.iter().sum();
            let what = if !(*weight >= 0.0 && weight.is_finite()) {
                "a weight that is not a number of at least 0"
            } else if *weight > 0.0
                && !(probabilities.iter().all(|share| *share >= 0.0) && (sum - 1.0).abs() < 1e-3)
            {
                "probabilities that are not shares of at least 0 that sum to 1"
            } else {
                continue;
            };
            let document = chunk.ids.get(row).unwrap_or_default().to_owned();
            return Err(EndModelError::Target { document, what });
        }
        Ok(())
    }

    /// Each row's fold, and the rows in an order that follows from their ids alone, another one in each pass.
    fn places(&self, chunk: &Chunk, pass: Pass) -> Vec<Place> {
        let number = if let Pass::Learn { number, .. } = pass { number } else { 0 };
        let salt = grams::mix(self.options.seed ^ grams::mix(u64::from(number)));
        let folds = u64::from(self.options.folds.max(1));
        let mut places: Vec<Place> = (0..chunk.rows)
            .map(|row| {
                let digest = blake3::hash(chunk.ids.get(row).unwrap_or_default().as_bytes());
                let word = |from: usize| {
                    digest.as_bytes()[from..from + 8]
                        .iter()
                        .rev()
                        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
                };
                let (hash, of_fold) = (word(0), word(8));
                let fold = usize::try_from(of_fold % folds).unwrap_or(0);
                Place { order: grams::mix(hash ^ salt), row, fold, hash }
            })
            .collect();
        places.sort_unstable_by_key(|place| (place.order, place.row));
        places
    }

    fn measure(&mut self, columns: &[&ColumnData], targets: Targets<'_>, places: &[Place]) {
        for place in places {
            for (data, measure) in columns.iter().zip(&mut self.measures) {
                if let Some(value) = number(data, place.row) {
                    measure.add(value);
                }
            }
            let weight = targets.weights[place.row];
            if weight > 0.0 {
                for (mass, share) in self.mass.iter_mut().zip(targets.of(place.row)) {
                    *mass += weight * share;
                }
            }
        }
    }

    fn learn(&mut self, columns: &[&ColumnData], targets: Targets<'_>, places: &[Place]) {
        for place in places.iter().filter(|place| targets.weights[place.row] > 0.0) {
            let start = self.batch.entries.len();
            self.space.read(columns, place.row, &mut self.scratch, &mut self.batch.entries, |_, _| {});
            let entries = start..self.batch.entries.len();
            self.batch.rows.push(BatchRow { entries, row: place.row, fold: place.fold });
            if self.batch.entries.len() > BATCH {
                self.learn_batch(targets);
            }
        }
        self.learn_batch(targets);
    }

    fn learn_batch(&mut self, targets: Targets<'_>) {
        let Batch { entries, rows } = &mut self.batch;
        for (number, learner) in self.learners.iter_mut().enumerate() {
            for row in rows.iter().filter(|row| number == 0 || row.fold + 1 != number) {
                learner.learn(&entries[row.entries.clone()], targets.of(row.row), targets.weights[row.row]);
            }
        }
        entries.clear();
        rows.clear();
    }

    fn judge(&mut self, columns: &[&ColumnData], targets: Targets<'_>, places: &[Place]) {
        let mut logits = vec![0.0; self.options.labels.len()];
        for place in places.iter().filter(|place| targets.weights[place.row] > 0.0) {
            if self.held_out.wants(place.hash) {
                self.batch.entries.clear();
                self.space.read(columns, place.row, &mut self.scratch, &mut self.batch.entries, |_, _| {});
                self.learners[place.fold + 1].logits(&self.batch.entries, &mut logits);
                self.held_out.add(&logits, targets.of(place.row), targets.weights[place.row]);
            }
        }
        self.batch.entries.clear();
    }
}

impl<'a> Targets<'a> {
    /// P(label) of a row.
    fn of(self, row: usize) -> &'a [f64] {
        let labels = self.probabilities.len() / self.weights.len();
        &self.probabilities[row * labels..][..labels]
    }
}
