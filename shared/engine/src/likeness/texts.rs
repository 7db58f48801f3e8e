//! Cosines of texts with example texts, as vectors of weighed word counts.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

use foldhash::fast::RandomState;
use hunch_rules::fold;

use crate::{
    TermWeights,
    folded::Texts,
    tokens::{HashSet, each_candidate},
    words::words,
};

/// Example texts by their words, so that only rows that have one of the words are looked at.
#[derive(Debug)]
pub(super) struct TextExamples {
    weights: Arc<TermWeights>,
    /// The place of each of the examples' words in their order.
    terms: HashMap<Box<str>, u32, RandomState>,
    hashes: HashSet,
    /// By place: the word's weight, and the examples that have it, each with its component.
    postings: Vec<(f64, Vec<(u32, f64)>)>,
    /// By example: the square of its length.
    squares: Vec<f64>,
}

impl TextExamples {
    pub(super) fn new(examples: &[String], weights: Arc<TermWeights>) -> Self {
        let examples: Vec<_> = examples.iter().map(|example| fold(example)).collect();
        let mut postings: BTreeMap<&str, Vec<(u32, f64)>> = BTreeMap::new();
        let mut squares = Vec::with_capacity(examples.len());
        for (index, example) in (0..).zip(&examples) {
            let mut square = 0.0;
            for (term, component) in components(example, &weights) {
                postings.entry(term).or_default().push((index, component));
                square += component * component;
            }
            squares.push(square);
        }
        Self {
            terms: postings.keys().zip(0..).map(|(term, place)| (Box::from(*term), place)).collect(),
            hashes: HashSet::new(postings.keys().copied()),
            postings: postings.into_iter().map(|(term, of)| (weights.weight(term), of)).collect(),
            squares,
            weights,
        }
    }

    /// Calls `found` with every row of `rows` that has a word in common with an example, and the cosines of those it has
    /// words in common with. `squares` are the squared lengths of all rows of the column, NaN where not known yet.
    pub(super) fn each(
        &self,
        column: Texts<'_>,
        rows: Range<usize>,
        squares: &mut [f64],
        mut found: impl FnMut(usize, &mut [(u32, f64)]),
    ) {
        let folded = column.folded();
        let mut products = vec![0.0; self.squares.len()];
        let mut cosines = Vec::new();
        for hits in self.hits(column, rows).chunk_by_mut(|a, b| a.0 == b.0) {
            let row = hits[0].0;
            hits.sort_unstable();
            products.fill(0.0);
            for same in hits.chunk_by(|a, b| a == b) {
                let (weight, of) = &self.postings[same[0].1 as usize];
                let component = same.len() as f64 * weight;
                for (example, other) in of {
                    products[*example as usize] += component * other;
                }
            }
            if squares[row].is_nan() {
                squares[row] = square(folded.row(row), &self.weights);
            }
            cosines.clear();
            for (example, (product, square)) in (0..).zip(products.iter().zip(&self.squares)) {
                if *product > 0.0 {
                    // The root of a square is exact, so equal texts have the cosine 1.
                    cosines.push((example, (product / (squares[row] * square).sqrt()).min(1.0)));
                }
            }
            found(row, &mut cosines);
        }
    }

    /// Every occurrence of a word of the examples: its row and the word's place, row by row.
    fn hits(&self, column: Texts<'_>, rows: Range<usize>) -> Vec<(usize, u32)> {
        let folded = column.folded();
        let mut hits = Vec::new();
        each_candidate(folded, rows, &self.hashes, |token| {
            hits.extend(self.terms.get(&folded.row(token.row)[token.range]).map(|place| (token.row, *place)));
        });
        hits
    }
}

/// The squared length of a folded text's vector.
fn square(text: &str, weights: &TermWeights) -> f64 {
    components(text, weights).map(|(_, component)| component * component).sum()
}

/// The words of a folded text in their order, each once, with how often it stands there times its weight.
fn components<'a>(text: &'a str, weights: &'a TermWeights) -> impl Iterator<Item = (&'a str, f64)> {
    let mut all: Vec<&str> = words(text).map(|word| &text[word]).collect();
    all.sort_unstable();
    let mut at = 0;
    std::iter::from_fn(move || {
        let term = *all.get(at)?;
        let count = all[at..].iter().take_while(|other| **other == term).count();
        at += count;
        Some((term, count as f64 * weights.weight(term)))
    })
}
