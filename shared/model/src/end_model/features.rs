//! Documents as sparse lists of numbers.

use super::{
    EndModelError, Input,
    explanation::Feature,
    grams::{self, Gram},
    inputs::Moments,
};
use hunch_engine::{Chunk, ColumnData};

/// A feature's number and its value.
pub(super) type Entry = (u32, f32);

/// Numbers of standard deviations are cut off here.
const FARTHEST: f64 = 8.0;

/// What features there are: one per number column, then 2^`bits` that all others share by hash.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Space {
    pub(super) inputs: Vec<Input>,
    /// One per input; of inputs that are numbers only.
    pub(super) moments: Vec<Moments>,
    pub(super) bits: u32,
    dense: u32,
    seeds: Vec<Seeds>,
}

/// Where the hashes of a column's features begin.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seeds {
    words: u64,
    letters: u64,
    values: u64,
    missing: u64,
}

impl Space {
    pub(super) fn new(inputs: Vec<Input>, bits: u32) -> Result<Self, EndModelError> {
        if inputs.is_empty() {
            return Err(EndModelError::NoInputs);
        }
        let mut names: Vec<&str> = inputs.iter().map(|input| input.column.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|two| two[0] == two[1]) {
            return Err(EndModelError::InputTwice(twice[0].to_owned()));
        }
        let seeds = |input: &Input| {
            let seed = |purpose| grams::seed(purpose, &input.column);
            Seeds {
                words: seed("words"),
                letters: seed("letters"),
                values: seed("values"),
                missing: seed("missing"),
            }
        };
        let dense = inputs.iter().filter(|input| input.kind.is_dense()).count();
        let dense = u32::try_from(dense).unwrap_or(u32::MAX);
        let seeds = inputs.iter().map(seeds).collect();
        Ok(Self { moments: vec![Moments::default(); inputs.len()], inputs, bits, dense, seeds })
    }

    /// How many features there can be.
    pub(super) fn len(&self) -> usize {
        self.dense as usize + (1 << self.bits)
    }

    /// The columns of a chunk, in the inputs' order.
    pub(super) fn columns<'c>(&self, chunk: &'c Chunk) -> Result<Vec<&'c ColumnData>, EndModelError> {
        self.inputs.iter().map(|input| input.find(chunk)).collect()
    }

    /// Appends a row's features, ascending within each block: texts' words, texts' letters, attributes.
    ///
    /// `name` is told each feature's number and what it stands for, which is made only if it asks.
    pub(super) fn read(
        &self,
        columns: &[&ColumnData],
        row: usize,
        scratch: &mut Scratch,
        entries: &mut Vec<Entry>,
        mut name: impl FnMut(u32, &dyn Fn() -> Feature),
    ) {
        let mut dense = 0;
        for (place, (input, data)) in self.inputs.iter().zip(columns).enumerate() {
            let seeds = self.seeds[place];
            let column = || input.column.clone();
            let mut one = |hash: u64, feature: &dyn Fn() -> Feature| {
                let feature_number = self.hashed(hash);
                name(feature_number, feature);
                entries.push((feature_number, 1.0));
            };
            match data {
                ColumnData::Text(texts) => match texts.get(row) {
                    Some(text) => self.read_text(text, input, seeds, scratch, entries, &mut name),
                    None => one(seeds.missing, &|| Feature::Missing { column: column() }),
                },
                ColumnData::Category(values) => match values.get(row) {
                    Some(value) => one(grams::mix(grams::hash(seeds.values, value.as_bytes())), &|| {
                        Feature::Value { column: column(), value: value.to_owned() }
                    }),
                    None => one(seeds.missing, &|| Feature::Missing { column: column() }),
                },
                ColumnData::Bool(values) => match values.get(row) {
                    Some(value) => one(grams::mix(grams::hash(seeds.values, &[u8::from(value)])), &|| {
                        Feature::Value { column: column(), value: value.to_string() }
                    }),
                    None => one(seeds.missing, &|| Feature::Missing { column: column() }),
                },
                ColumnData::Number(_) | ColumnData::Date(_) => match number(data, row) {
                    Some(value) => {
                        let moments = &self.moments[place];
                        let distance = (value - moments.mean) * moments.scale;
                        if distance.abs() > 0.0 {
                            name(dense, &|| Feature::Number { column: column(), value });
                            entries.push((dense, to_f32(distance.clamp(-FARTHEST, FARTHEST))));
                        }
                    }
                    None => one(seeds.missing, &|| Feature::Missing { column: column() }),
                },
                ColumnData::Vector(_) => {}
            }
            dense += u32::from(input.kind.is_dense());
        }
    }

    /// Words and letters of a text, each block of length 1.
    fn read_text(
        &self,
        text: &str,
        input: &Input,
        seeds: Seeds,
        scratch: &mut Scratch,
        entries: &mut Vec<Entry>,
        name: &mut impl FnMut(u32, &dyn Fn() -> Feature),
    ) {
        let Scratch { folded, numbers } = scratch;
        grams::fold(text, folded);
        for block in [Gram::Word, Gram::Letters] {
            numbers.clear();
            let mut see = |gram: Gram, hash: u64, part: &str| {
                let feature_number = self.hashed(hash);
                name(feature_number, &|| Feature::of_gram(gram, &input.column, part));
                numbers.push(feature_number);
            };
            match block {
                Gram::Letters => grams::letters(folded, seeds.letters, &mut see),
                Gram::Word | Gram::Phrase => grams::words(folded, seeds.words, &mut see),
            }
            numbers.sort_unstable();
            let all = numbers.len() as f64;
            let counted = numbers.chunk_by(|a, b| a == b);
            // Roots of shares: their squares sum to 1, and a part that stands ten times weighs some three times.
            entries.extend(counted.map(|same| (same[0], to_f32((same.len() as f64 / all).sqrt()))));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 18 bits are left")]
    fn hashed(&self, hash: u64) -> u32 {
        self.dense + (hash >> (u64::BITS - self.bits)) as u32
    }
}

/// Buffers that reading rows needs again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    folded: String,
    numbers: Vec<u32>,
}

/// A number or date as a number, unless it is missing or not finite.
pub(super) fn number(data: &ColumnData, row: usize) -> Option<f64> {
    match data {
        ColumnData::Number(values) => values.get(row).filter(|value| value.is_finite()),
        ColumnData::Date(values) => values.get(row).map(f64::from),
        ColumnData::Text(_) | ColumnData::Category(_) | ColumnData::Bool(_) | ColumnData::Vector(_) => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded to the nearest")]
pub(super) fn to_f32(value: f64) -> f32 {
    value as f32
}
